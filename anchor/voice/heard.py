"""Mouth shapes from sound alone, for recorded lines and voices that tell no timings.

A small convolutional net over log-mel frames (``make viseme-net`` trains it on espeak's speech, docs/viseme-net.md says
how well), run by numpy: a second of speech costs two milliseconds, and no worker loads torch for it.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import soxr
from numpy.typing import NDArray

from streams.types import VISEMES, Sound, Viseme

RATE = 16_000
HOP = 160
"""samples between two frames: 10 ms"""
WINDOW = 400
BANDS = 40
TAPS = 5
DILATIONS = (1, 1, 2, 3)
"""of the convolutions; all but the first add to what they are given"""
SHIPPED = "viseme_net.npz"
QUIET = 10 ** (-45 / 20)
"""of the loudest frame: what is below is silence, whatever the net says"""
SURE_FRAMES = 50
FLOOR = -4.0
"""digital silence is not quieter than a quiet room"""
LEAST = 1e-6
"""power that every band has, so that its logarithm is finite"""
INAUDIBLE = 0.2
SWITCH_COST = 2.0
"""log probability that a change of shape must be worth, against shapes that flicker"""

log = logging.getLogger(__name__)

Array = NDArray[np.float32]


def visemes(sound: Sound, rate: int, net: Net | None = None) -> tuple[Viseme, ...]:
    """The shapes of one sentence, without a gap from its start to its end; mono float32 at ``rate``.

    By loudness alone when the net's weights cannot be read.
    """
    net = net or _shipped()
    if net is None:
        return by_energy(sound, rate)
    seconds = len(sound) / rate
    frames = features(sound if rate == RATE else soxr.resample(sound, rate, RATE).astype(np.float32))
    if not len(frames):
        return ()
    scores = net.scores(frames)
    quiet = loudness(frames) < QUIET
    scores[quiet] = -20.0
    scores[quiet, 0] = 0.0
    return as_visemes(best_path(scores), seconds)


def by_energy(sound: Sound, rate: int) -> tuple[Viseme, ...]:
    """The last resort: an open mouth that follows the loudness."""
    frames = features(sound if rate == RATE else soxr.resample(sound, rate, RATE).astype(np.float32))
    level = loudness(frames)
    step = HOP / RATE
    return tuple(
        Viseme("aa", i * step, (i + 1) * step, float(v)) if v > 0.1 else Viseme("sil", i * step, (i + 1) * step)
        for i, v in enumerate(level)
    )


def features(sound: Sound) -> Array:
    """(n, 40) log-mel frames of 16 kHz sound, one for each whole 10 ms, centred on them."""
    count = len(sound) // HOP
    if not count:
        return np.zeros((0, BANDS), np.float32)
    padded = np.pad(sound, (WINDOW // 2 - HOP // 2, WINDOW))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    power = np.abs(np.fft.rfft(windows * np.hanning(WINDOW).astype(np.float32), 512)) ** 2
    bands: Array = np.log(power @ _mel().T + LEAST).astype(np.float32)
    return bands


def loudness(frames: Array) -> Array:
    """Of each frame, 1 for the loudest of all; a sound that peaks below -60 dB has no loud one."""
    level = np.sqrt(np.maximum(np.exp(frames).sum(1) - 2 * BANDS * LEAST, 0))
    relative: Array = level / max(float(level.max(initial=0.0)), INAUDIBLE)
    return relative


def normalised(frames: Array) -> Array:
    """What the net is given: neither the level, nor the tone of a microphone, nor the length of the pauses matters.

    The mean of every band goes, as far as there is enough sound to know it.
    """
    loud = frames[loudness(frames) >= QUIET]
    if not len(loud):
        return np.zeros_like(frames)
    centred = frames - loud.mean()
    bands = (loud - loud.mean()).sum(0) / (len(loud) + SURE_FRAMES)
    scaled: Array = (centred - bands) / ((loud - loud.mean() - bands).std() + 1e-5)
    return np.maximum(scaled, FLOOR)


@functools.cache
def _mel() -> Array:
    def mel(hertz: float) -> float:
        return 2595 * float(np.log10(1 + hertz / 700))

    edges = 700 * (10 ** (np.linspace(mel(50), mel(7600), BANDS + 2) / 2595) - 1)
    bins = np.arange(257) * RATE / 512
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


class Net:
    """The trained net. ``weights`` are (taps, in, out) arrays ``w0``… and biases ``b0``…, normalisation folded in."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self._layers = [(weights[f"w{i}"].astype(np.float32), weights[f"b{i}"].astype(np.float32)) for i in range(5)]

    @classmethod
    def load(cls, data: str) -> Net:
        """Raises OSError, ValueError or KeyError."""
        with np.load(data, allow_pickle=False) as weights:
            return cls(dict(weights))

    def scores(self, frames: Array) -> Array:
        """Log probabilities, (n, 15) in the order of VISEMES, of (n, 40) frames of one sentence."""
        x = normalised(frames)
        for i, (dilation, (weight, bias)) in enumerate(zip(DILATIONS, self._layers[:-1], strict=True)):
            y = np.maximum(_convolved(x, weight, bias, dilation), 0)
            x = y if i == 0 else x + y
        weight, bias = self._layers[-1]
        out = x @ weight[0] + bias
        out -= out.max(1, keepdims=True)
        scores: Array = out - np.log(np.exp(out).sum(1, keepdims=True))
        return scores


def _convolved(x: Array, weight: Array, bias: Array, dilation: int) -> Array:
    reach = (TAPS // 2) * dilation
    padded = np.pad(x, ((reach, reach), (0, 0)))
    total: Array = sum(padded[k * dilation : k * dilation + len(x)] @ weight[k] for k in range(TAPS)) + bias
    return total


@functools.cache
def _shipped() -> Net | None:
    try:
        return Net.load(str(files("anchor.voice") / SHIPPED))
    except (OSError, ValueError, KeyError) as error:
        log.error("mouth shapes only follow the loudness", extra={"weights": SHIPPED, "why": error})
        return None


def best_path(scores: Array) -> list[int]:
    """The most probable shape of every frame when each change costs (Viterbi)."""
    best = scores[0].copy()
    came = np.zeros(scores.shape, np.int64)
    for i in range(1, len(scores)):
        change = int(best.argmax())
        stay = best >= best[change] - SWITCH_COST
        came[i] = np.where(stay, np.arange(scores.shape[1]), change)
        best = np.where(stay, best, best[change] - SWITCH_COST) + scores[i]
    path = [int(best.argmax())]
    for i in range(len(scores) - 1, 0, -1):
        path.append(int(came[i, path[-1]]))
    return path[::-1]


def as_visemes(path: Sequence[int], seconds: float) -> tuple[Viseme, ...]:
    """Runs of equal frames as shapes; the last one reaches to the end."""
    step = HOP / RATE
    starts = [i for i, shape in enumerate(path) if i == 0 or path[i - 1] != shape]
    ends = [*(i * step for i in starts[1:]), seconds]
    return tuple(Viseme(VISEMES[path[i]], i * step, end) for i, end in zip(starts, ends, strict=True))
