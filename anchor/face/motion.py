"""Computes a picture's pose from mouth shapes and stream time, purely, so that a restarted face goes on exactly.

Each viseme pulls the mouth towards its target with a smooth weight that reaches into its neighbours
(coarticulation); lips that must meet are closed on top of that, whatever the neighbours want.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from streams.types import Feeling, Score, Viseme


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
    smile: float = 0.0
    """corners up, or with -1 down"""


@dataclass(frozen=True, slots=True)
class Eyes:
    """``lid`` is the upper one: 0 as at rest, 1 closed, -0.2 wide open; ``lower`` 1 is the lower lid up, as in a smile.
    ``gaze_x`` and ``gaze_y`` -1 to 1, right and down as the viewer sees it."""

    lid: float = 0.0
    lower: float = 0.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0


@dataclass(frozen=True, slots=True)
class Brows:
    """``lift`` -1 to 1; ``tilt`` 1 with the inner ends up (sorry), -0.5 with them down."""

    lift: float = 0.0
    tilt: float = 0.0


REST, AWAKE, CALM = Mouth(), Eyes(), Brows()


@dataclass(frozen=True, slots=True)
class Pose:
    """``yaw``, ``pitch``, ``roll`` of the head in -1 to 1 of what the rig allows, right, up and to the right as the viewer
    sees them; ``breath`` 1 is in."""

    mouth: Mouth = REST
    eyes: Eyes = AWAKE
    brows: Brows = CALM
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    breath: float = 0.0


@dataclass(frozen=True, slots=True)
class Mood:
    """What a mood adds to a face."""

    smile: float = 0.0
    lid: float = 0.0
    lower: float = 0.0
    lift: float = 0.0
    tilt: float = 0.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0


FACES = {
    "calm": Mood(smile=0.25),
    "happy": Mood(smile=0.8, lid=0.1, lower=0.5, lift=0.25, pitch=0.15),
    "surprised": Mood(smile=0.15, lid=-0.16, lift=1.0, pitch=0.3),
    "sorry": Mood(smile=-0.45, lid=0.1, lift=0.1, tilt=0.9, pitch=-0.45, roll=0.3),
    # where eyes are drawn: between two such places a gaze that rests is two faint irises
    "thinking": Mood(smile=0.05, lid=0.0, lower=0.0, lift=0.35, tilt=-0.3, gaze_x=0.5, gaze_y=-1.0, roll=0.35),
}
MOOD_SECONDS = 0.35
"""that a face takes to come into a mood, and out of it"""
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
GLANCE_SECONDS = 2.3
SACCADE_SECONDS = 0.08
FOLLOW_SECONDS = 0.6
BREATH_SECONDS = 4.1
_WINDOW = 3.6
"""one blink falls into each such span of seconds, at a place that the seed picks"""


def mouth(visemes: Sequence[Viseme]) -> Mouth:
    """The mouth at time 0 of visemes in seconds relative to it."""
    total = 0.12  # a little rest holds a mouth that is alone
    sums = dict.fromkeys(("open", "round", "press", "tuck", "tongue"), 0.0)
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


def _glance(seconds: float, seed: int, takes: float) -> tuple[float, float]:
    """Where the eyes rest during a span, coming from where they were in the span before; the move ``takes`` so long."""
    span = math.floor(seconds / GLANCE_SECONDS)
    here, there = (_target(random.Random((seed * 31 + 1) * 1_000_003 + which)) for which in (span - 1, span))
    t = smooth((seconds - span * GLANCE_SECONDS) / takes)
    return here[0] + (there[0] - here[0]) * t, here[1] + (there[1] - here[1]) * t


def _target(dice: random.Random) -> tuple[float, float]:
    """Mostly the viewer's eyes, never quite still; at times the comments, low on either side."""
    if dice.random() < 0.16:
        return dice.choice((-0.8, 0.7)), dice.uniform(0.2, 0.6)
    return dice.uniform(-0.09, 0.09), dice.uniform(-0.08, 0.08)


def smooth(x: float) -> float:
    """0 to 1 with soft ends."""
    x = min(1.0, max(0.0, x))
    return x * x * (3 - 2 * x)


def mood(feelings: Sequence[Feeling]) -> Mood:
    """The mood at time 0 of feelings in seconds relative to it; calm where there is none."""
    weights: dict[str, float] = {}
    for feeling in feelings:
        inside = smooth(1 + min(-feeling.start, feeling.end) / MOOD_SECONDS)
        weights[feeling.mood] = max(weights.get(feeling.mood, 0.0), inside)
    weights["calm"] = max(0.0, 1 - sum(weight for name, weight in weights.items() if name != "calm"))
    total = sum(weights.values())
    return Mood(**{
        f.name: sum(w * getattr(FACES[name], f.name) for name, w in weights.items()) / total for f in fields(Mood)
    })  # fmt: skip


def pose(score: Score, seed: int = 0) -> Pose:
    """Everything about one picture."""
    t = score.seconds
    talk = sum(max(0.0, min(v.end, 0.25) - max(v.start, -0.25)) for v in score.visemes if v.shape != "sil") / 0.5
    talk = min(1.0, talk)
    life = 1 + 0.6 * talk
    feeling = mood(score.moods)
    lips = mouth(score.visemes)
    # lips that shape a sound have less of a smile to give, and none that must close are pulled apart by it
    smile = feeling.smile * (1 - 0.45 * lips.open) * (1 - 0.35 * abs(lips.round))
    gaze_x, gaze_y = _glance(t, seed, SACCADE_SECONDS)
    turned = _glance(t, seed, FOLLOW_SECONDS)[0]  # the head follows the eyes
    shut = blink(t, seed)
    beat = score.energy - 0.5 * talk
    # periods without a common measure, so that the sway does not repeat
    return Pose(
        replace(lips, smile=smile),
        Eyes(
            shut + (1 - shut) * feeling.lid,
            feeling.lower,
            min(1.0, max(-1.0, gaze_x + feeling.gaze_x)),
            min(1.0, max(-1.0, gaze_y + feeling.gaze_y)),
        ),
        Brows(min(1.0, feeling.lift + 0.35 * max(0.0, beat)), feeling.tilt),
        life * (0.30 * math.sin(t * 0.53 + seed) + 0.14 * math.sin(t * 1.37 + 1.0)) + 0.25 * turned,
        life * (0.20 * math.sin(t * 0.71 + 0.4) + 0.08 * math.sin(t * 1.93)) - 0.35 * beat * talk + feeling.pitch,
        life * (0.26 * math.sin(t * 0.37 + 2.0) + 0.10 * math.sin(t * 1.11 + 0.7)) + feeling.roll,
        breath(t),
    )


def breath(seconds: float) -> float:
    """In faster than out, fifteen times a minute."""
    place = seconds / BREATH_SECONDS % 1
    return smooth(place / 0.4) if place < 0.4 else smooth((1 - place) / 0.6)


def loop_pose(place: float, seconds: float, seed: int = 0) -> Pose:
    """A pose of an idle loop of ``seconds``, ``place`` 0 to 1 in it: the end fades into the beginning."""
    a = pose(Score(0, place * seconds), seed)
    b = pose(Score(0, (place - 1) * seconds), seed)

    def mix(x: float, y: float) -> float:
        return (1 - place) * x + place * y

    edge = min(place, 1 - place) * seconds
    eyes = Eyes(
        a.eyes.lid if edge > BLINK_SECONDS else 0.0,
        a.eyes.lower,
        mix(a.eyes.gaze_x, b.eyes.gaze_x),
        mix(a.eyes.gaze_y, b.eyes.gaze_y),
    )
    return Pose(
        a.mouth,
        eyes,
        a.brows,
        mix(a.yaw, b.yaw),
        mix(a.pitch, b.pitch),
        mix(a.roll, b.roll),
        0.5 - 0.5 * math.cos(2 * math.pi * place),
    )
