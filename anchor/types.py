"""What flows inside the anchor: what to say and why. (What flows to the stream is in streams.types.)"""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.types import Card, Sound, Viseme

PRIORITY = {"operator": 0, "paid": 1, "question": 2, "chat": 3, "thanks": 4}
"""smaller goes first"""


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing to respond to. ``expires`` and ``at`` in monotonic seconds."""

    id: str
    source: str
    prompt: str
    priority: int
    at: float
    expires: float
    viewer: str = ""
    """who asked, as the platform names them"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response to one question: its words, where they come from and what they rest on."""

    text: str
    source: str
    """catalogue, faq, disclosure, unknown …"""
    facts: tuple[str, ...] = ()
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence to be said. ``cue`` and ``seq`` name it until it is reported as heard."""

    cue: str
    seq: int
    text: str
    card: Card | None = None
    mood: str = "calm"


@dataclass(frozen=True, slots=True)
class Speech:
    """A piece of spoken sound: mono float32 at ``rate`` and its mouth shapes, in seconds from its start."""

    sound: Sound = field(repr=False)
    visemes: tuple[Viseme, ...] = field(repr=False)
    rate: int
