"""Chat events to cues, or to a reason why not: a pure decision on one event."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anchor.types import PRIORITY, Cue
from persona.model import Persona, Rules
from streams.types import ChatEvent

_LETTERS = re.compile(r"[\w㐀-鿿]")
_THANKS = {"zh-CN": "谢谢这位朋友送的礼物！", "en-US": "Thank you for the gift!"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """``cue`` is None when nothing will be said; ``reason`` is the name under which the event is counted."""

    cue: Cue | None
    reason: str


def judge(event: ChatEvent, persona: Persona, now: float) -> Verdict:
    """What an event deserves."""
    rules = persona.rules
    if event.kind == "comment":
        if not _LETTERS.search(event.text):
            return Verdict(None, "no words")
        return Verdict(_cue(event, event.text, "question", now, rules), "question")
    if event.kind == "gift" and rules.thank:
        return Verdict(_cue(event, _THANKS[persona.anchor.language], "thanks", now, rules), "thanks")
    return Verdict(None, f"{event.kind} not answered")


def _cue(event: ChatEvent, prompt: str, tier: str, now: float, rules: Rules) -> Cue:
    return Cue(f"chat:{event.id}", tier, prompt, PRIORITY[tier], now, now + rules.stale_after, event.viewer)
