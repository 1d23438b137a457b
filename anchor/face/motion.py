"""Mouth shapes and stream time to the pose of one picture: pure functions, so that a restarted face goes on exactly.

Each viseme pulls the mouth towards its target with a smooth weight that reaches into its neighbours
(coarticulation); lips that must meet are closed on top of that, whatever the neighbours want.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, fields

from streams.types import Score, Viseme


@dataclass(frozen=True, slots=True)
class Mouth:
    """``open`` 0 to 1, ``round`` -1 (spread) to 1 (pursed), and how much of three special shapes is mixed in."""

    open: float = 0.0
    round: float = 0.0
    press: float = 0.0
    """lips pressed together"""
    tuck: float = 0.0
    """lower lip under the upper teeth"""
    tongue: float = 0.0
    """tongue tip behind the teeth"""


@dataclass(frozen=True, slots=True)
class Pose:
    """``yaw``, ``pitch``, ``roll`` of the head in -1 to 1 of what the rig allows; ``blink`` 1 is closed."""

    mouth: Mouth
    blink: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0


TARGETS = {
    "sil": Mouth(0.0, -0.05),
    "PP": Mouth(0.0, 0.0, press=1.0),
    "FF": Mouth(0.08, -0.1, tuck=1.0),
    "TH": Mouth(0.18, -0.1, tongue=1.0),
    "DD": Mouth(0.22, -0.25, tongue=0.5),
    "kk": Mouth(0.28, -0.1),
    "CH": Mouth(0.22, 0.45),
    "SS": Mouth(0.12, -0.6),
    "nn": Mouth(0.20, -0.15, tongue=0.6),
    "RR": Mouth(0.25, 0.35),
    "aa": Mouth(0.95, -0.1),
    "E": Mouth(0.50, -0.35),
    "ih": Mouth(0.28, -0.85),
    "oh": Mouth(0.62, 0.65),
    "ou": Mouth(0.28, 1.0),
}
REACH = 0.055
"""seconds that a mouth shape reaches beyond its own time on either side"""
_STRENGTH = {"sil": 0.9, "PP": 1.6, "FF": 1.5, "CH": 1.2, "ou": 1.2, "kk": 0.7, "nn": 0.8, "DD": 0.8}
BLINK_SECONDS = 0.22
_WINDOW = 3.6
"""one blink falls into each such span of seconds, at a place that the seed picks"""


def mouth(visemes: Sequence[Viseme]) -> Mouth:
    """The mouth at time 0 of visemes in seconds relative to it."""
    total, sums = 0.12, dict.fromkeys((f.name for f in fields(Mouth)), 0.0)  # a little rest holds a mouth that is alone
    sums["round"] = TARGETS["sil"].round * total
    closing = 0.0
    for viseme in visemes:
        weight = _bell(viseme) * viseme.weight * _STRENGTH.get(viseme.shape, 1.0)
        if weight <= 0:
            continue
        target = TARGETS[viseme.shape]
        total += weight
        for name in sums:
            sums[name] += weight * getattr(target, name)
        if viseme.shape == "PP":
            closing = max(closing, _closed(viseme))
    mixed = {name: value / total for name, value in sums.items()}
    mixed["open"] *= 1 - closing
    mixed["press"] = max(mixed["press"], closing)
    return Mouth(**mixed)


def _bell(viseme: Viseme) -> float:
    """Raised cosine over the viseme and its reach."""
    start, end = viseme.start - REACH, viseme.end + REACH
    if not start < 0 < end:
        return 0.0
    return 0.5 - 0.5 * math.cos(2 * math.pi * -start / (end - start))


def _closed(viseme: Viseme) -> float:
    """1 while the lips must touch, falling to 0 within 30 ms; a picture lasts 40, so every closure is seen."""
    outside = max(viseme.start, -viseme.end, 0.0) - 0.012
    return max(0.0, min(1.0, 1 - outside / 0.03))


def blink(seconds: float, seed: int = 0) -> float:
    """How far the eyes are closed at a stream time; the same for the same seed."""
    span = math.floor(seconds / _WINDOW)
    for which in (span - 1, span):
        begin = which * _WINDOW + random.Random(seed * 1_000_003 + which).uniform(0.0, _WINDOW - BLINK_SECONDS)
        place = (seconds - begin) / BLINK_SECONDS
        if 0 < place < 1:
            # shut fast, open slowly
            return float(math.sin(math.pi * place**0.7) ** 1.2)
    return 0.0


def pose(score: Score, seed: int = 0) -> Pose:
    """Everything about one picture."""
    t = score.seconds
    talk = sum(max(0.0, min(v.end, 0.25) - max(v.start, -0.25)) for v in score.visemes if v.shape != "sil") / 0.5
    life = 1 + 0.8 * min(1.0, talk)
    # periods without a common measure, so that the sway does not repeat
    return Pose(
        mouth(score.visemes),
        blink(t, seed),
        life * (0.30 * math.sin(t * 0.53 + seed) + 0.14 * math.sin(t * 1.37 + 1.0)),
        life * (0.22 * math.sin(t * 0.71 + 0.4) + 0.10 * math.sin(t * 1.93)) + 0.12 * talk * math.sin(t * 4.1),
        life * (0.26 * math.sin(t * 0.37 + 2.0) + 0.10 * math.sin(t * 1.11 + 0.7)),
    )


def loop_pose(place: float, seconds: float, seed: int = 0) -> Pose:
    """A pose of an idle loop of ``seconds``, ``place`` 0 to 1 in it: the end fades into the beginning."""
    a = pose(Score(0, place * seconds), seed)
    b = pose(Score(0, (place - 1) * seconds), seed)

    def mix(x: float, y: float) -> float:
        return (1 - place) * x + place * y

    edge = min(place, 1 - place) * seconds
    return Pose(
        a.mouth,
        a.blink if edge > BLINK_SECONDS else 0.0,
        mix(a.yaw, b.yaw),
        mix(a.pitch, b.pitch),
        mix(a.roll, b.roll),
    )
