"""The questions of an audit log that had no answer, alike ones as one, with what to write into the faq."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from anchor.desk.inbox import alike
from anchor.records.audit import Entry
from anchor.text.letters import grams, key

ASKED = ("paid", "buyer", "question")
"""tiers whose questions are about the goods"""
UNKNOWN, LATE = "not known", "not reached"
WAYS = 5
"""wordings of a question that are kept"""


@dataclass(slots=True)
class Unanswered:
    """A question that had no answer, in all its wordings, the first of them at the front."""

    wordings: list[str]
    product: str | None
    why: str
    """``not known``, or ``not reached``: it waited until it was stale, or there was no room"""
    viewers: int = 0
    last: float = 0.0
    """seconds since 1970"""
    grams: frozenset[str] = field(default_factory=frozenset)

    def as_json(self) -> dict[str, Any]:
        return {"question": self.wordings[0], "wordings": self.wordings, "product": self.product, "why": self.why,
                "viewers": self.viewers, "last": self.last}  # fmt: skip


def unanswered(
    entries: Iterable[Entry], known: Callable[[str, str | None], bool] = lambda question, product: False
) -> list[Unanswered]:
    """What was asked most at the front. ``known`` tells what the persona answers by now, which is left out."""
    asked: dict[str, tuple[str, str | None]] = {}
    groups: list[Unanswered] = []
    for entry in entries:
        if entry.kind == "event" and entry.data.get("what") == "comment" and (taken := entry.data.get("taken")):
            asked[entry.cue] = taken.get("prompt", ""), taken.get("product")
        why = _why(entry)
        if why and entry.cue in asked:
            question, product = asked[entry.cue]
            if question and not known(question, product):
                _add(groups, question, product, why, entry)
    return sorted(groups, key=lambda group: (-group.viewers, -group.last))


def _why(entry: Entry) -> str:
    """Why an entry says that a question had no answer; empty where it does not."""
    if entry.kind == "decision" and entry.data.get("why") in ASKED and entry.data.get("source") == "unknown":
        return UNKNOWN
    return LATE if entry.kind in ("stale", "no room") and entry.data.get("tier") in ASKED else ""


def _add(groups: list[Unanswered], question: str, product: str | None, why: str, entry: Entry) -> None:
    mine = grams(key(question))
    group = next(
        (
            g
            for g in groups
            if g.why == why and g.product == product and (alike(g.grams, mine) or question in g.wordings)
        ),
        None,
    )
    if group is None:
        group = Unanswered([], product, why, grams=mine)
        groups.append(group)
    group.viewers += int(entry.data.get("askers", 1))
    group.last = max(group.last, entry.at)
    if question not in group.wordings and len(group.wordings) < WAYS:
        group.wordings.append(question)


def text(groups: list[Unanswered]) -> str:
    """For people: how many asked what and when last, and a stub of the faq to paste."""
    if not groups:
        return "every question had an answer"
    rows = [f"{'viewers':>7}  {'last':<16}  {'why':<11}  {'on screen':<12}  question"]
    for group in groups:
        last = datetime.datetime.fromtimestamp(group.last).strftime("%Y-%m-%d %H:%M")
        rows.append(f"{group.viewers:>7}  {last}  {group.why:<11}  {group.product or '':<12}  {group.wordings[0]}")
    stub = [
        f'  - {{ask: [{", ".join(json.dumps(w, ensure_ascii=False) for w in g.wordings)}], answer: ""}}'
        for g in groups
        if g.why == UNKNOWN
    ]
    if stub:
        rows += ["", "# for the persona, with the answers filled in:", "faq:", *stub]
    return "\n".join(rows)
