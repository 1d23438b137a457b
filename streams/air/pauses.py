"""Finds the pauses in spoken sound at which a sentence may end early: samples in, a sample out."""

from __future__ import annotations

import numpy as np

from streams.types import Sound

PAUSE = 0.12
"""seconds of quiet that are a pause. The built-in voice pauses for 0.12 to 0.19 s between clauses, and inside a word is quiet
for 0.1 s at most (docs/decisions/0010-truth.md)"""
QUIET = 0.15
"""root mean square of what counts as quiet, as a share of that of all the sound that is searched"""
REST = 0.6
"""seconds of speech; where no more than this is left to be said, it is said"""
HOP = 0.005
"""seconds; the resolution of the search"""


def pause(sound: Sound, rate: int, earliest: int) -> int | None:
    """The first sample at or after ``earliest`` behind a whole pause, with more than a moment of speech still to come in
    ``sound``; None where there is none."""
    hop, wanted = max(1, round(HOP * rate)), round(PAUSE / HOP)
    count = len(sound) // hop
    if count <= wanted:
        return None
    frames = sound[: count * hop].reshape(count, hop)
    power = np.einsum("ij,ij->i", frames, frames) / hop  # without a copy: this is done between two ticks
    loud = power >= QUIET**2 * power.mean()
    if not loud.any():
        return None
    sounding = np.concatenate([[0], np.cumsum(loud)])
    """of the frames before each boundary between two"""
    boundaries = np.arange(wanted, count + 1)
    quiet = sounding[wanted:] == sounding[: count + 1 - wanted]
    last = int(np.flatnonzero(loud)[-1]) + 1
    fits = quiet & (boundaries * hop >= earliest) & ((last - boundaries) * hop > REST * rate)
    return int(boundaries[fits][0]) * hop if fits.any() else None
