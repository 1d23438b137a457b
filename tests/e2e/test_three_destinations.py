"""A minute to a real RTMP server, a real SRT listener and a file at once."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.clapper import Clap, decode_errors, keyframes, receive, video_sizes
from tests.e2e.onair import OnAir
from tests.loopback import SrtListener, nginx

SECONDS, FPS, BITRATE = 60, 25, 1_500_000
OUTPUTS = ("rtmp", "srt", "file")


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    folder = tmp_path_factory.mktemp("minute")
    with nginx() as server:
        listener = SrtListener(folder / "srt.ts").start()
        to = ("--to", server.url("minute"), "--to", listener.url("latency=120"), "--to", f"file:{folder}/file.mp4")
        replay = ("--chat", "replay:persona/xiaomei/replay.jsonl")
        with OnAir(folder, *to, *replay, "--clapper", "--seconds", str(SECONDS)) as show:
            assert show.process.wait(SECONDS + 60) == 0, "\n".join(show.log)
            assert show.said("off air", "skipped=0"), "\n".join(show.log)
        listener.stop()
        (rtmp,) = server.recordings("minute")
        yield {"rtmp": rtmp, "srt": folder / "srt.ts", "file": folder / "file.mp4"}


@pytest.fixture(scope="module")
def claps(received: dict[str, Path]) -> dict[str, Clap]:
    return {name: receive(path) for name, path in received.items()}


@pytest.mark.parametrize("name", OUTPUTS)
def test_it_decodes_without_an_error(received: dict[str, Path], name: str) -> None:
    assert decode_errors(received[name]) == ""


@pytest.mark.parametrize("name", OUTPUTS)
def test_every_tick_is_there_once_and_in_order(claps: dict[str, Clap], name: str) -> None:
    clap = claps[name]
    assert None not in clap.ticks
    assert clap.gaps() == []
    assert len(clap.ticks) >= SECONDS * FPS - 2 * FPS and clap.ticks[-1] == SECONDS * FPS - 1


@pytest.mark.parametrize("name", OUTPUTS)
def test_there_is_speech_in_the_sound(claps: dict[str, Clap], name: str) -> None:
    sound = claps[name].sound
    assert len(sound) > (SECONDS - 3) * 48_000
    loud = [np.abs(sound[i : i + 4800]).mean() > 0.02 for i in range(0, len(sound), 4800)]
    assert sum(loud) > 0.5 * len(loud)


@pytest.mark.parametrize("name", OUTPUTS)
def test_picture_and_sound_belong_together(claps: dict[str, Clap], name: str) -> None:
    """Less than a tick apart, and at the end exactly as far as at the start."""
    offsets = claps[name].offsets()
    assert len(offsets) >= SECONDS - 5
    assert max(map(abs, offsets.values())) < 1 / FPS
    in_samples = {round(v * 48_000) for v in offsets.values()}
    # container times are whole milliseconds (FLV) or 1/90000 s (TS): their rounding is not drift
    assert max(in_samples) - min(in_samples) <= {"rtmp": 48, "srt": 2, "file": 1}[name]
    first, *_, last = (round(v * 48_000) for v in offsets.values())
    assert first == last


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_keyframe_comes_every_two_seconds(received: dict[str, Path], name: str) -> None:
    places = keyframes(received[name])
    assert places[0] == 0
    gaps = [b - a for a, b in pairwise(places)]
    assert max(gaps) == 2 * FPS and gaps.count(2 * FPS) >= SECONDS // 2 - 3


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_bitrate_is_constant(received: dict[str, Path], name: str) -> None:
    sizes = video_sizes(received[name]) * 8
    mean = sizes.mean() * FPS
    assert abs(mean / BITRATE - 1) < 0.02
    windows = sizes[: len(sizes) // 50 * 50].reshape(-1, 50).sum(1) / 2
    sliding = np.convolve(sizes, np.ones(50), "valid") / 2
    print(f"{name}: mean {mean:.0f}, two-second windows {windows.min():.0f}..{windows.max():.0f}, "
          f"sliding {sliding.min():.0f}..{sliding.max():.0f}")  # fmt: skip
    assert abs(windows / BITRATE - 1).max() < 0.05
    assert abs(sliding / BITRATE - 1).max() < 0.05
