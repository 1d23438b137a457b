"""The receiving end of the clapper: decode a file, read the tick of every picture and find every click."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from streams.air import slate
from streams.types import MediaFormat

RATE = 48_000


@dataclass
class Clap:
    """What was received. Times are seconds in the container's own time."""

    ticks: list[int | None] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    sound: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    sound_start: float = 0.0

    def offsets(self) -> dict[int, float]:
        """By tick: how many seconds its click is behind (+) or ahead (-) of its picture."""
        media = MediaFormat(64, 64, 25, 100_000)
        wave = slate.click(media, 0)
        assert wave is not None
        found = {}
        for tick, time in zip(self.ticks, self.times, strict=True):
            if tick is None or tick % 25:
                continue
            at = round((time - self.sound_start) * RATE)
            first = at - RATE // 5
            piece = self.sound[max(0, first) : at + RATE // 5]
            if first < 0 or len(piece) < RATE * 2 // 5:
                continue
            # a click is some periods of a high tone: without what speech has below it, the next period is not taken for the first
            match = np.abs(np.correlate(np.diff(piece, 2), np.diff(wave, 2), "valid"))
            if match.max() > 0.3 * float(np.diff(wave, 2) @ np.diff(wave, 2)):
                found[tick] = (first + int(match.argmax()) - at) / RATE
        return found

    def gaps(self) -> list[tuple[int, int]]:
        """Pairs of neighbouring pictures whose ticks are not neighbours."""
        known = [t for t in self.ticks if t is not None]
        return [(a, b) for a, b in pairwise(known) if b != a + 1]


def receive(path: Path) -> Clap:
    """Decode a whole file."""
    clap = Clap()
    pieces: list[NDArray[np.float32]] = []
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        for frame in container.decode(video=0, audio=0):
            if isinstance(frame, av.VideoFrame):
                luma = frame.reformat(format="gray").to_ndarray() if frame.format.name != "yuv420p" else _luma(frame)
                clap.ticks.append(slate.read(luma))
                clap.times.append(float(frame.pts * frame.time_base))
            else:
                if not pieces:
                    clap.sound_start = float(frame.pts * frame.time_base)
                pieces += [p.to_ndarray().reshape(-1) for p in resampler.resample(frame)]
    clap.sound = np.concatenate(pieces) if pieces else clap.sound
    return clap


def _luma(frame: av.VideoFrame) -> NDArray[np.uint8]:
    plane = frame.planes[0]
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]


def decode_errors(path: Path) -> str:
    """What ffmpeg complains about while it decodes the whole file; empty if nothing."""
    run = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stderr.strip()


def video_sizes(path: Path) -> NDArray[np.int64]:
    """Bytes of every coded picture in order."""
    with av.open(str(path)) as container:
        return np.array([p.size for p in container.demux(video=0) if p.size])


def keyframes(path: Path) -> list[int]:
    """The places of the keyframes among the coded pictures."""
    with av.open(str(path)) as container:
        return [i for i, p in enumerate(p for p in container.demux(video=0) if p.size) if p.is_keyframe]
