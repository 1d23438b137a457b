"""A bounded queue of cues to answer: highest tier and oldest first, equal questions merged, stale ones dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from anchor.text.letters import grams, key
from anchor.types import PRIORITY, Cue

LIMIT = 50
AGEING = 25.0
"""seconds of waiting that are worth one tier; it never lifts anybody to those who have paid"""
ALIKE = 0.75
"""shared letters and pairs, over all of both, from which two questions are one"""

Put = Literal["taken", "merged", "full", "repeated"]


def rank(cue: Cue, now: float) -> tuple[int, float]:
    """What goes first sorts first: operator, paid, then tier and age together."""
    fixed = cue.priority <= PRIORITY["paid"]
    if fixed:
        return cue.priority, cue.at
    return PRIORITY["paid"] + 1, cue.priority * AGEING - (now - cue.at)


@dataclass(slots=True)
class _Entry:
    cue: Cue
    key: str
    grams: frozenset[str]


class Inbox:
    """Holds at most ``limit`` cues. When it is full the one that would go last goes, which may be the one offered.
    Everything that goes unanswered is counted in ``counts``."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.counts: Counter[str] = Counter()
        self.pushed_out: Cue | None = None
        """what the last cue that was put had to make room, if it did"""
        self._limit = limit
        self._entries: list[_Entry] = []

    def put(self, cue: Cue, now: float) -> Put:
        """What became of it. ``merged``: the same question waits already, and will be answered for both."""
        self.pushed_out = None
        if any(entry.cue.id == cue.id for entry in self._entries):
            self.counts["repeated"] += 1
            return "repeated"
        new = _entry(cue)
        if new.key and (i := self._like(new)) is not None:
            self._entries[i] = replace(self._entries[i], cue=_both(self._entries[i].cue, cue))
            self.counts["merged"] += 1
            return "merged"
        self._entries.append(new)
        if len(self._entries) <= self._limit:
            return "taken"
        last = max(range(len(self._entries)), key=lambda i: rank(self._entries[i].cue, now))
        gone = self.pushed_out = self._entries.pop(last).cue
        self.counts["overflow"] += 1
        self.counts[f"overflow {gone.source}"] += 1
        return "full" if gone.id == cue.id else "taken"

    def best(self, now: float, tier: str = "") -> Cue | None:
        """The cue that goes next, of one tier or of all, left where it is."""
        among = (entry.cue for entry in self._entries if tier in ("", entry.cue.source))
        return min(among, key=lambda cue: rank(cue, now), default=None)

    def tiers(self, now: float) -> tuple[str, ...]:
        """The tiers that wait, in the order in which their first cues would go."""
        first = [cue for tier in PRIORITY if (cue := self.best(now, tier)) is not None]
        return tuple(cue.source for cue in sorted(first, key=lambda cue: rank(cue, now)))

    def take(self, cue: Cue) -> Cue:
        """Take this one out, as it is by now; it is answered from now on."""
        waiting = next((entry.cue for entry in self._entries if entry.cue.id == cue.id), cue)
        self._entries = [entry for entry in self._entries if entry.cue.id != cue.id]
        return waiting

    def expire(self, now: float) -> list[Cue]:
        """Drop what is stale; returns it."""
        stale = [entry.cue for entry in self._entries if entry.cue.expires <= now]
        if stale:
            self._entries = [entry for entry in self._entries if entry.cue.expires > now]
            self.counts["stale"] += len(stale)
            for cue in stale:
                self.counts[f"stale {cue.source}"] += 1
        return stale

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Cue]:
        return (entry.cue for entry in self._entries)

    def _like(self, new: _Entry) -> int | None:
        for i, entry in enumerate(self._entries):
            same = entry.key == new.key or (entry.key and alike(entry.grams, new.grams))
            if same and entry.cue.product == new.cue.product:
                return i
        return None


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two questions are near enough to be one; digits must be the same, 500ml is not 50ml."""
    small, large = sorted((len(one), len(other)))
    if not small or small < ALIKE * large:
        return False
    both = one & other
    if len(both) < ALIKE * len(one | other):
        return False
    return all(not gram[0].isdigit() and not gram[-1].isdigit() for gram in one ^ other)


def _entry(cue: Cue) -> _Entry:
    """Thanks and the operator's words are like nothing else."""
    known = key(cue.prompt) if cue.source in ("paid", "buyer", "question", "chat") and not cue.injection else ""
    return _Entry(cue, known, grams(known))


def _both(old: Cue, new: Cue) -> Cue:
    """One cue for two askers: as dear as the dearer, as old as the older (or as whoever has paid), as fresh as the fresher."""
    dearer = min(old, new, key=lambda cue: cue.priority)
    at = dearer.at if dearer.source == "paid" else old.at
    return replace(
        old,
        source=dearer.source,
        priority=dearer.priority,
        at=at,
        expires=max(old.expires, new.expires),
        askers=old.askers + new.askers,
    )
