"""Chooses what is said next: a pure function of floor and time, called at each sentence's end and operator order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from anchor.types import PRIORITY

TAKES_OVER = ("paid", "buyer", "question")
"""tiers whose answers, once ready, need not wait for the end of a script's sentence"""
YIELDING = ("script", "bridge")
"""kinds of sentences that make room for them: what comes behind questions anyhow, and is said again. A countdown goes before
them, and the law, thanks, answers and the operator are heard to their end"""
YIELDS = 2
"""how often one sentence may be cut for an answer; then it is heard to its end, so that every script goes on"""

Action = Literal["rest", "cut", "operator", "answer", "disclosure", "countdown", "question", "bridge", "script"]


@dataclass(frozen=True, slots=True)
class Floor:
    """All that the decision depends on. Times in monotonic seconds."""

    held: bool = False
    """a human holds it: nothing is said but the operator's words"""
    speaking: bool = False
    """a sentence is on air that could be cut"""
    operator: bool = False
    """the operator has something to say"""
    ordering: bool = False
    """the operator's words are on their way; further ones wait for their end"""
    answering: bool = False
    """an answer has sentences left"""
    disclosure_due: float = float("inf")
    """when viewers must be told again that this is AI"""
    countdown: bool = False
    """a countdown is due, and worth nothing later"""
    waiting: tuple[str, ...] = ()
    """tiers of the cues that wait, the one that would go first at the front"""
    budget: float = 0.0
    """seconds of speech that viewers may still have now; those who have paid, always"""
    share: float = 0.0
    """what must be left of it for thanks and small talk"""
    chat_due: float = 0.0
    """when small talk may be answered again"""
    ready: bool = False
    """the answer to the question that goes first has its first sentence"""
    left_off: bool = False
    """a script was left in its middle for something else, and comes back now"""


def decide(floor: Floor, now: float) -> Action:
    """The operator at once; then an answer is finished before anything else begins; the law comes before viewers, viewers
    before scripts, as long as their budget lasts."""
    if floor.operator and not floor.ordering:
        return "cut" if floor.speaking else "operator"
    if floor.answering and not (floor.held and not floor.ordering):
        return "answer"
    if floor.operator:
        return "operator"
    if floor.held:
        return "rest"
    if now >= floor.disclosure_due:
        return "disclosure"
    if floor.countdown:
        return "countdown"
    if answerable(floor, now):
        return "question"
    return "bridge" if floor.left_off else "script"


def takes_over(floor: Floor, now: float) -> bool:
    """Whether an answer is what comes next, and need not wait for the end of the sentence on air."""
    return floor.ready and decide(floor, now) == "question" and answerable(floor, now) in TAKES_OVER


def may_yield(kind: str, cut: int) -> Literal["", "unheard", "cut"]:
    """Whether a sentence of this kind, which was cut so often before, makes room for an answer: never, as long as nobody has
    heard of it, or even at a pause in its middle."""
    if kind not in YIELDING:
        return ""
    return "cut" if cut < YIELDS else "unheard"


def answerable(floor: Floor, now: float) -> str:
    """The tier of the cue that may be answered now; empty if none may."""
    return next((tier for tier in floor.waiting if _may(tier, floor, now)), "")


def _may(tier: str, floor: Floor, now: float) -> bool:
    if PRIORITY[tier] <= PRIORITY["paid"]:
        return True
    if tier in ("thanks", "chat"):
        return floor.budget > floor.share and (tier == "thanks" or now >= floor.chat_due)
    return floor.budget > 0
