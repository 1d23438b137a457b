"""What flows inside the anchor: what to say and why. (What flows to the stream is in streams.types.)"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from streams.types import Card, Sound, Viseme

PRIORITY = {"operator": 0, "paid": 1, "buyer": 2, "question": 3, "thanks": 4, "chat": 5}
"""the tiers of what viewers and operators want to hear; smaller goes first"""


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing to respond to. ``expires`` and ``at`` in monotonic seconds."""

    id: str
    source: str
    """its tier, of :data:`PRIORITY`"""
    prompt: str
    priority: int
    at: float
    expires: float
    viewer: str = ""
    """who asked, as the platform names them; never written down"""
    who: str = ""
    """the same, hashed"""
    room: str = ""
    product: str | None = None
    """the product that it names, or that was on screen when it was asked"""
    askers: int = 1
    """how many viewers asked the same"""
    plain: str = ""
    """the prompt without anybody's name, where it has one: what may be written down"""
    injection: bool = False
    """it tries to command the model behind"""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was really heard of its answer."""

    question: str
    answer: str
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """What an answer may build on: the product on screen or last talked about, and recent talk with this viewer."""

    focus: str | None = None
    recent: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One part of a prompt, as language models take them."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A response to one question: its words, where they come from and what they rest on."""

    text: str
    source: str
    """catalogue, faq, disclosure, unknown …"""
    facts: tuple[str, ...] = ()
    product: str | None = None
    mood: str = ""
    """one of streams.types.MOODS, where whoever answers has said it"""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence to be said. ``cue`` and ``seq`` name it until it is reported as heard."""

    cue: str
    seq: int
    text: str
    card: Card | None = None
    mood: str = "calm"
    kind: str = "script"
    """why it is said: script, answer, thanks, disclosure, bridge, countdown, operator"""
    of: int = 1
    """sentences of this cue, where it is an answer; 0 while more may come"""


@dataclass(frozen=True, slots=True)
class Speech:
    """A piece of spoken sound: mono float32 at ``rate`` and its mouth shapes, in seconds from its start."""

    sound: Sound = field(repr=False)
    visemes: tuple[Viseme, ...] = field(repr=False)
    rate: int
