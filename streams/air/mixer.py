"""Speech over bed music: one mono sound a tick, the bed ducked under speech by smooth ramps."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from streams.types import MediaFormat, Sound

DUCK_SECONDS, RECOVER_SECONDS = 0.04, 0.6
BED_LIMIT_SECONDS = 600


class BadSound(Exception):
    """A sound file that cannot be used."""


def load_sound(path: Path, rate: int) -> Sound:
    """A file decoded to mono float32 at ``rate``, at most ten minutes of it. Raises BadSound."""
    pieces: list[Sound] = []
    total = 0
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
            for frame in container.decode(audio=0):
                for piece in resampler.resample(frame):
                    pieces.append(piece.to_ndarray().reshape(-1).astype(np.float32))
                    total += len(pieces[-1])
                if total >= BED_LIMIT_SECONDS * rate:
                    break
    except IndexError:
        raise BadSound(f"{path}: holds no sound") from None
    except (av.FFmpegError, OSError) as error:
        raise BadSound(f"{path}: {error.strerror or error}") from error
    if not total:
        raise BadSound(f"{path}: holds no sound")
    return np.concatenate(pieces)


class Mixer:
    """Mixes tick by tick. ``bed`` loops for ever at ``level``, and at ``ducked`` while somebody speaks."""

    def __init__(self, media: MediaFormat, bed: Sound | None = None, level: float = 0.2, ducked: float = 0.05) -> None:
        self._media = media
        self._bed = bed
        self._level, self._ducked = level, ducked
        self._gain = 0.0  # the bed fades in
        self._position = 0

    def mix(self, speech: Sound, speaking: bool) -> Sound:
        """``speech`` is one tick of float32; returns as much, within [-1, 1]."""
        if self._bed is None:
            return np.clip(speech, -1, 1)
        n = len(speech)
        target = self._ducked if speaking else self._level
        seconds = DUCK_SECONDS if target < self._gain else RECOVER_SECONDS
        step = self._level * self._media.tick_seconds / seconds
        gain = min(target, self._gain + step) if target > self._gain else max(target, self._gain - step)
        places = (self._position + np.arange(n)) % len(self._bed)
        self._position = (self._position + n) % len(self._bed)
        ramp = np.linspace(self._gain, gain, n, endpoint=False, dtype=np.float32)
        self._gain = gain
        return np.clip(speech + self._bed[places] * ramp, -1, 1)
