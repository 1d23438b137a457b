"""Stand-ins that speak the real interfaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from streams.types import EncodedPacket, MediaFormat, Picture, SpeechChunk, Viseme

SMALL = MediaFormat(320, 240, 25, 200_000)


class FakeClock:
    """A clock that only moves when somebody sleeps, or by hand."""

    def __init__(self, start: float = 100.0) -> None:
        self.time = start
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def chunk(
    cue: str = "a",
    seq: int = 0,
    seconds: float = 1.0,
    last: bool = True,
    text: str = "",
    level: float = 0.5,
    rate: int = 48_000,
    mood: str = "calm",
) -> SpeechChunk:
    """Speech that is one constant level, so that every sample can be traced."""
    sound = np.full(round(seconds * rate), level, np.float32)
    return SpeechChunk(cue, seq, sound, (Viseme("aa", 0.0, seconds),), text, None, last, mood)


def flat(width: int, height: int, luma: int, alpha: int | None = None) -> Picture:
    """A picture of one grey."""
    y = np.full((height, width), luma, np.uint8)
    grey = np.full((height // 2, width // 2), 128, np.uint8)
    return Picture(y, grey, grey.copy(), None if alpha is None else np.full((height, width), alpha, np.uint8))


class Given:
    """Packets from anywhere, as a destination gets them; counts the keyframes that it asks for."""

    def __init__(self, packets: Iterable[EncodedPacket]) -> None:
        self.asked = 0
        self._packets = packets

    def __iter__(self) -> Iterator[EncodedPacket]:
        return iter(self._packets)

    def ask_keyframe(self) -> None:
        self.asked += 1
