"""What is next: a pure function of the floor and the time, asked at every sentence's end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["disclosure", "answer", "question", "script"]


@dataclass(frozen=True, slots=True)
class Floor:
    """All that the decision depends on."""

    answering: bool
    """an answer has sentences left"""
    waiting: int
    """cues in the inbox"""
    disclosure_due: float
    """monotonic seconds at which viewers must be told again that this is AI"""


def decide(floor: Floor, now: float) -> Action:
    """An answer is finished before anything else begins; the law comes before questions, questions before scripts."""
    if floor.answering:
        return "answer"
    if now >= floor.disclosure_due:
        return "disclosure"
    if floor.waiting:
        return "question"
    return "script"
