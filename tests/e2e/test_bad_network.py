"""The table of faults: what is noticed, what comes back, and that the picture never stops."""

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from streams.air.rendition import RenditionConfig
from streams.deliver.targets import parse
from streams.types import MediaFormat
from tests.airalone import AirAlone
from tests.clapper import decode_errors, keyframes, receive
from tests.faults import Suffered, lossy, stand, suffer
from tests.loopback import Nginx, SrtListener, until
from tests.netem import network, why_not

pytestmark = [pytest.mark.skipif(bool(why_not()), reason=why_not()), pytest.mark.alone]


def sufferings(folder: Path) -> tuple[list[Suffered], dict[str, float]]:
    """Go through the whole table; what became of each fault, and the figures at the end of air."""
    start = time.monotonic()
    with stand(folder) as play:
        for fault in play.faults[:4]:
            play.results.append(suffer(play, fault, start))
        losses = [lossy(play, 0.05, 8), lossy(play, 0.2, 5)]
        play.results += [found for found, _ in losses]
        for fault in play.faults[4:]:
            play.results.append(suffer(play, fault, start))
        time.sleep(2)
        assert {d["state"] for d in play.air.states[-1]["destinations"]} == {"live"}
        until(lambda: all("k3y-that-is-right" in server.publishing() for server in play.servers.values()))
        log = "\n".join(said.text for said in play.air.log)
        end = play.air.end()
    for secret in ("k3y-that-is-right", "correct-horse-battery", "wrong-donkey-staple"):
        assert secret not in log
    assert end["skipped"] == 0
    whole = receive(play.recording)
    assert None not in whole.ticks and whole.gaps() == [] and whole.ticks[0] is not None
    assert len(whole.ticks) >= end["ticks"] - 2
    assert decode_errors(play.recording) == ""
    # what came back began with a keyframe
    for name, server in play.servers.items():
        for part in server.recordings("k3y-that-is-right"):
            if part.stat().st_size > 10_000:
                assert keyframes(part)[0] == 0, name
    arrived = receive(play.srt["far"].out)
    for found, ticks in losses:
        missing = sum(b - a - 1 for a, b in arrived.gaps() if a in ticks)
        found.said += f", {missing} of {len(ticks)} pictures missing at the far end"
    assert losses[0][0].said.partition("again, ")[2].startswith("0 of"), "5 % loss with 20 ms each way is mended"
    return play.results, end


def test_every_fault_is_noticed_and_cured_and_no_tick_is_lost(tmp_path: Path) -> None:
    results, end = sufferings(tmp_path)
    print(table(results, end))
    assert len(results) == 12 and end["skipped"] == 0
    assert all(found.noticed is not None for found in results)
    assert all(found.back is not None for found in results if "loss" not in found.name)


def table(results: list[Suffered], end: dict[str, float]) -> str:
    lines = [f"\n{'fault':<40}{'noticed':>9}{'back':>8}{'late':>9}  said"]
    for found in results:
        noticed = f"{found.noticed:.1f} s" if found.noticed is not None else "-"
        back = f"{found.back:.1f} s" if found.back is not None else "-"
        lines.append(f"{found.name:<40}{noticed:>9}{back:>8}{found.late_ms:>6.0f} ms  {found.said[:110]}")
    lines.append(f"ticks {end['ticks']:.0f}, skipped {end['skipped']:.0f}, worst {end['worst_late_ms']:.0f} ms late")
    return "\n".join(lines)


def test_the_bitrate_follows_a_way_that_becomes_narrow_and_wide_again(tmp_path: Path) -> None:
    """RTMP and SRT, each over a way of its own; no encoder is started again."""
    media = MediaFormat(640, 360, 25, 1_200_000)
    (tmp_path / "n").mkdir()
    with network() as near, network(1) as far, ExitStack() as stack:
        server, listener = Nginx(tmp_path / "n", near).start(), SrtListener(tmp_path / "s.ts", "", far).start()
        stack.callback(server.stop)
        stack.callback(listener.stop)
        near.set(rate=4e6, delay=0.02)
        far.set(rate=4e6, delay=0.02)
        renditions = [
            RenditionConfig(media, (parse(server.url("k")), parse(f"file:{tmp_path}/x.flv")), adapt=True),
            RenditionConfig(media, (parse(listener.url("latency=300")),), adapt=True),
        ]
        with AirAlone(tmp_path, renditions) as air:
            until(lambda: air.states and all(d["state"] == "live" for d in air.states[-1]["destinations"]))
            time.sleep(3)
            assert [r["bitrate"] for r in air.states[-1]["renditions"]] == [media.bitrate] * 2
            struck = time.monotonic()
            near.set(rate=800e3, delay=0.02)
            far.set(rate=800e3, delay=0.02)
            lowest = [media.bitrate] * 2

            def fits() -> bool:
                for i, rendition in enumerate(air.states[-1]["renditions"]):
                    lowest[i] = min(lowest[i], rendition["bitrate"])
                return max(lowest) <= 700_000

            until(fits, 20)
            narrow = air.states[-1]
            first = air.said("bitrate adapted", since=struck)[0].at - struck
            near.set(rate=4e6, delay=0.02)
            far.set(rate=4e6, delay=0.02)
            low = [r["bitrate"] for r in narrow["renditions"]]
            until(lambda: all(r["bitrate"] > b for r, b in zip(air.states[-1]["renditions"], low, strict=True)), 20)
            print(
                f"lower {first:.1f} s after the way became narrow; {low}; {[s.text for s in air.said('bitrate adapted')]}"
            )
            assert len(air.said("encoder opened")) == 2
            assert air.end()["skipped"] == 0
        listener.stop()
        server.stop()
    assert min(low) >= 50_000 and max(low) <= 700_000
    whole = receive(tmp_path / "x.flv")
    assert whole.gaps() == [] and decode_errors(tmp_path / "x.flv") == ""
