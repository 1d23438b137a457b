"""Several forms of one picture at a time, each whole."""

import json
from pathlib import Path

import av
import pytest

from streams.air.rendition import RenditionConfig
from streams.deliver.targets import parse
from streams.types import MediaFormat
from tests.airalone import AirAlone
from tests.clapper import decode_errors, receive
from tests.loopback import nginx, until

pytestmark = pytest.mark.alone


def test_a_large_one_in_hevc_and_a_slower_small_one_in_h264(tmp_path: Path) -> None:
    large = MediaFormat(1280, 720, 30, 1_500_000, codec="hevc")
    small = MediaFormat(640, 360, 20, 600_000)
    with nginx() as server:
        renditions = [
            RenditionConfig(large, (parse(f"file:{tmp_path}/large.mp4"), parse(f"record:{tmp_path}/rec?length=4s"))),
            RenditionConfig(small, (parse(server.url("small")), parse(f"file:{tmp_path}/small.flv")), adapt=True),
        ]
        with AirAlone(tmp_path, renditions, seconds=12.0) as air:
            air.wait_for("destination live", "small.flv")
            until(lambda: air.states and air.states[-1]["tick"] > 60)
            told = air.states[-1]
            assert [(r["size"], r["fps"], r["codec"], r["left_out"]) for r in told["renditions"]] == [
                ("1280x720", 30, "hevc", 0), ("640x360", 20, "h264", 0)]  # fmt: skip
            assert [d["name"].partition(" ")[0] for d in told["destinations"]] == ["1", "2", "3", "4"]
            assert told["destinations"][2]["wire"]["sent"] > 10_000
            air.process.wait(30)
            assert air.said("off air", "skipped=0")
        (through,) = server.recordings("small")
        whole = receive(tmp_path / "large.mp4")
        assert whole.gaps() == [] and None not in whole.ticks and len(whole.ticks) >= 355
        for path in (through, tmp_path / "small.flv"):
            clap = receive(path)
            assert None not in clap.ticks and len(clap.ticks) >= 215
            steps = [b - a for a, b in zip(clap.ticks, clap.ticks[1:], strict=False)]  # type: ignore[operator]
            assert set(steps) == {1, 2} and abs(sum(steps) / len(steps) - 1.5) < 0.02
            late = [abs(t - i - (clap.ticks[0] / 30 - clap.times[0])) for i, t in
                    zip(clap.times, [k / 30 for k in clap.ticks if k is not None], strict=True)]  # fmt: skip
            assert max(late) < 1 / 20 + 0.01
            assert decode_errors(path) == ""
            with av.open(str(path)) as container:
                assert path == through or json.loads(container.metadata["AIGC"])["Label"] == "1"
    assert decode_errors(tmp_path / "large.mp4") == ""
    parts = sorted((tmp_path / "rec").iterdir())
    assert len(parts) == 3 and sum(len(receive(p).ticks) for p in parts) == len(whole.ticks)
