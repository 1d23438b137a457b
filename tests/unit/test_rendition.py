import threading
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.air import rendition as module
from streams.air.layers import SceneConfig
from streams.air.loop import Air, AirConfig
from streams.air.rendition import AsideRendition, Rendition, RenditionConfig, Sizes, turn
from streams.air.stage import StageConfig
from streams.clock import Monotonic
from streams.deliver.mux import Tracks
from streams.deliver.targets import parse
from streams.types import Codec, EncodedPacket, MediaFormat
from tests.fakes import SMALL
from tests.loopback import until


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_slower_rendition_takes_each_of_its_pictures_once_and_early(clock: int, fps: int) -> None:
    fps = min(fps, clock)
    taken = [(tick, turn(tick, clock, fps)) for tick in range(clock * 3)]
    numbers = [(tick, number) for tick, number in taken if number is not None]
    assert [number for _, number in numbers] == list(range(len(numbers))) and len(numbers) == fps * 3
    assert all(0 <= number / fps - tick / clock < 1 / clock for tick, number in numbers)


def frame(width: int, height: int, luma: int) -> np.ndarray:  # type: ignore[type-arg]
    made = np.full((height * 3 // 2, width), 128, np.uint8)
    made[:height] = luma
    return made


def test_each_size_is_made_once_and_keeps_its_levels() -> None:
    sizes = Sizes()
    whole = frame(320, 240, 100)
    whole[:240, :160] = 50
    sizes.show(whole)
    assert sizes.get(320, 240, lasting=False) is whole
    kept = sizes.get(320, 240, lasting=True)
    assert kept is not whole and (kept == whole).all()
    small = sizes.get(160, 120, lasting=False)
    assert small.shape == (180, 160) and sizes.get(160, 120, lasting=True) is small
    assert abs(int(small[60, 20]) - 50) <= 1 and abs(int(small[60, 140]) - 100) <= 1 and (small[120:] == 128).all()
    sizes.show(frame(320, 240, 200))
    assert abs(int(sizes.get(160, 120, lasting=False)[60, 20]) - 200) <= 1


def sound(n: int) -> EncodedPacket:
    return EncodedPacket("audio", b"s", n, n, 1, Fraction(1, 48_000))


class Recorded(AsideRendition):
    """Notes what would be coded, slowly."""

    slow = 0.0

    def _code(self, turned):  # type: ignore[no-untyped-def]
        time.sleep(self.slow)
        self.coded = [*getattr(self, "coded", []), turned]


def test_an_encoder_that_is_too_slow_leaves_out_pictures_but_no_sound_and_no_keyframe() -> None:
    tracks = Tracks(SMALL, None)
    aside = Recorded(RenditionConfig(SMALL), 25, tracks, "ultrafast")
    sizes = Sizes()
    for tick in range(20):  # nobody works yet: the queue runs over
        sizes.show(frame(320, 240, tick))
        aside.push(tick, sizes, [sound(tick)], keyframe=tick == 5)
    aside.start()
    until(lambda: len(getattr(aside, "coded", [])) == 4)
    aside.finish()
    assert [t.number for t in aside.coded] == [16, 17, 18, 19]
    assert [p.pts for t in aside.coded for p in t.sound] == list(range(20))
    assert aside.coded[0].keyframe and not aside.coded[1].keyframe
    assert aside.status()["left_out"] == 16
    assert [int(t.frame[0, 0]) for t in aside.coded] == [16, 17, 18, 19]


def test_an_encoder_that_hangs_does_not_gather_sound_without_end() -> None:
    aside = Recorded(RenditionConfig(SMALL), 25, Tracks(SMALL, None), "ultrafast")
    sizes = Sizes()
    sizes.show(frame(320, 240, 1))
    for tick in range(1000):
        aside.push(tick, sizes, [sound(tick), sound(tick)], keyframe=False)
    aside.start()
    until(lambda: len(getattr(aside, "coded", [])) == 4)
    aside.finish()
    kept = [p.pts for p in aside.coded[0].sound]
    assert len(kept) == int(module.QUEUE_SECONDS * SMALL.rate / 1024) and kept[-1] == 996


def test_the_sound_of_a_picture_that_cannot_be_coded_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Rendition(RenditionConfig(SMALL), 25, Tracks(SMALL, None), "ultrafast")
    seen: list[EncodedPacket] = []
    monkeypatch.setattr(made.fanout, "push", seen.extend)
    monkeypatch.setattr(made._encoder, "encode", lambda *_: 1 // 0)
    sizes = Sizes()
    sizes.show(frame(320, 240, 1))
    with pytest.raises(ZeroDivisionError):
        made.push(0, sizes, [sound(7)], keyframe=False)
    made.finish()
    assert [p.pts for p in seen] == [7]


def test_a_picture_leaves_with_the_next_tick_and_the_last_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Rendition(RenditionConfig(SMALL), 25, Tracks(SMALL, None), "ultrafast")
    seen: list[EncodedPacket] = []
    monkeypatch.setattr(made.fanout, "push", seen.extend)
    sizes, counts = Sizes(), []
    sizes.show(frame(320, 240, 1))
    for tick in range(3):
        made.hand_out()
        made.push(tick, sizes, [sound(tick)], keyframe=False)
        counts.append([p.pts for p in seen if p.kind == "video"])
    made.finish()
    assert counts == [[], [0], [0, 1]]
    assert [p.pts for p in seen] == [0, 0, 1, 1, 2, 2]


def test_sound_of_a_tick_without_a_picture_comes_with_the_next() -> None:
    media = MediaFormat(160, 120, 10, 100_000)
    aside = Recorded(RenditionConfig(media), 25, Tracks(media, None), "ultrafast")
    sizes = Sizes()
    for tick in range(6):
        sizes.show(frame(320, 240, tick))
        aside.push(tick, sizes, [sound(tick)], keyframe=tick == 1)
    aside.start()
    until(lambda: len(getattr(aside, "coded", [])) == 3)
    aside.finish()
    assert [[p.pts for p in t.sound] for t in aside.coded] == [[0], [1, 2], [3, 4, 5]]
    assert aside.coded[1].keyframe


def test_the_slowest_destination_sets_the_bitrate(monkeypatch: pytest.MonkeyPatch) -> None:
    targets = (parse("file:/tmp/never/a.flv"), parse("file:/tmp/never/b.flv"))
    made = Rendition(RenditionConfig(SMALL, targets, adapt=True), 25, Tracks(SMALL, None), "ultrafast")
    sent = [0, 0]
    for step in range(12):
        sent = [sent[0] + 50_000, sent[1] + 10_000]
        for delivery, total, waiting in zip(made.deliveries, sent, (0.0, 0.5), strict=True):
            monkeypatch.setattr(delivery, "watch", lambda w=waiting, t=total: (w, t))
        made.watch(100 + step / 4)
    assert made.status()["bitrate"] < SMALL.bitrate


def test_a_fixed_encoder_says_that_it_does_not_adapt(caplog: pytest.LogCaptureFixture) -> None:
    media = MediaFormat(320, 240, 25, 200_000, codec="hevc")
    made = Rendition(RenditionConfig(media, adapt=True), 25, Tracks(media, None), "ultrafast")
    assert "stays fixed" in caplog.text and made.encoder in ("libx265", "hevc_nvenc")
    made.watch(0.0)
    assert module.ASIDE_PICTURES == 4


def test_keyframes_that_are_asked_for_keep_a_second_between_them() -> None:
    made = Rendition(RenditionConfig(SMALL), 25, Tracks(SMALL, None), "ultrafast")
    outlet = made.fanout.outlet(10**7)
    got: list[EncodedPacket] = []
    reader = threading.Thread(target=lambda: got.extend(outlet))
    reader.start()
    until(lambda: outlet._attached)
    sizes = Sizes()
    for tick in range(60):
        sizes.show(frame(320, 240, 100))
        made.fanout.request_keyframe()  # somebody comes and goes all the time
        made.hand_out()
        made.push(tick, sizes, [], keyframe=tick == 40)
    made.finish()
    reader.join(5)
    assert [p.pts for p in got if p.keyframe] == [0, 25, 40]


@pytest.mark.parametrize("codec", ["h264", "hevc", "av1"])
def test_only_the_fastest_codec_is_coded_in_the_thread_of_the_clock(codec: Codec, tmp_path: Path) -> None:
    media = MediaFormat(320, 240, 25, 300_000, codec=codec)
    second = RenditionConfig(MediaFormat(160, 120, 25, 100_000))
    config = AirConfig((RenditionConfig(media), second), StageConfig(SceneConfig("AI")), {"air": str(tmp_path / "air")})
    air = Air(config, Monotonic())
    assert [type(made) for made in air._renditions] == [
        Rendition if codec == "h264" else AsideRendition,
        AsideRendition,
    ]


def test_a_clock_without_pictures_is_no_sign_of_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    media = MediaFormat(320, 240, 25, 300_000, codec="hevc")
    air = Air(
        AirConfig((RenditionConfig(media),), StageConfig(SceneConfig("AI")), {"air": str(tmp_path / "air")}),
        Monotonic(),
    )
    told: list[str] = []
    monkeypatch.setattr(air, "_tell_supervisor", lambda event: told.append(event["event"]))
    air._each_second(25)
    monkeypatch.setattr(air._renditions[0], "_coded_at", time.monotonic() - 11)
    assert air._renditions[0].status()["silent"] == 11.0
    air._each_second(50)
    assert told == ["ready", "tick"]
