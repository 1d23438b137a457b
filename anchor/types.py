"""What flows inside the anchor: what to say and why. (What flows to the stream is in streams.types.)"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from anchor.guard.facts import Fact as Fact
from streams.types import Card

PRIORITY = {"operator": 0, "paid": 1, "buyer": 2, "question": 3, "thanks": 4, "chat": 5}
"""the tiers of what viewers and operators want to hear; smaller goes first"""

RefKind = Literal["script", "disclosure", "countdown", "bridge", "chat", "thanks", "operator", "say"]


@dataclass(frozen=True, slots=True)
class Ref:
    """Names one sentence, from its choice to the report that it was heard: ``id`` is unique within its kind."""

    kind: str
    """a RefKind; another where a process of another version has named it"""
    id: str
    seq: int = 0

    @property
    def cue(self) -> str:
        """``kind:id``, as links and records have it."""
        return f"{self.kind}:{self.id}"

    @classmethod
    def of(cls, cue: str, seq: int = 0) -> Ref:
        """The sentence ``seq`` of what links and records call ``cue``."""
        kind, _, name = cue.partition(":")
        return cls(kind, name, seq)


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing to respond to. ``expires`` and ``at`` in monotonic seconds."""

    id: str
    """as :attr:`Ref.cue`"""
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
    forced: bool = False
    """the operator insists on these words"""


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
class Answer:
    """A response to one question: its words, where they come from and what they rest on."""

    text: str
    source: str
    """catalogue, faq, disclosure, unknown …"""
    facts: tuple[Fact, ...] = ()
    product: str | None = None
    mood: str = ""
    """one of streams.types.MOODS, where whoever answers has said it"""
    introduces: str = ""
    """the script that is to be played next: the viewer wants a product to be shown"""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence to be said. ``ref`` names it until it is reported as heard."""

    ref: Ref
    text: str
    card: Card | None = None
    mood: str = "calm"
    kind: str = "script"
    """why it is said: script, answer, thanks, disclosure, bridge, countdown, operator"""
    of: int = 1
    """sentences of this cue, where it is an answer; 0 while more may come"""

    @property
    def cue(self) -> str:
        return self.ref.cue

    @property
    def seq(self) -> int:
        return self.ref.seq
