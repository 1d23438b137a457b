"""Cues waiting to be answered: bounded, the dearest and oldest first, stale ones dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from anchor.types import Cue

LIMIT = 50


class Inbox:
    """Holds at most ``limit`` cues. When it is full the lowest and newest goes, which may be the one offered.
    Everything that goes unanswered is counted in ``counts``."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.counts: Counter[str] = Counter()
        self._limit = limit
        self._cues: list[Cue] = []

    def put(self, cue: Cue) -> bool:
        """False if there was no room for it."""
        if any(known.id == cue.id for known in self._cues):
            self.counts["repeated"] += 1
            return False
        self._cues.append(cue)
        self._cues.sort(key=lambda c: (c.priority, c.at))
        if len(self._cues) <= self._limit:
            return True
        self.counts["overflow"] += 1
        return self._cues.pop().id != cue.id

    def take(self, now: float) -> Cue | None:
        """The next cue that is still fresh."""
        self.expire(now)
        return self._cues.pop(0) if self._cues else None

    def expire(self, now: float) -> None:
        fresh = [cue for cue in self._cues if cue.expires > now]
        self.counts["stale"] += len(self._cues) - len(fresh)
        self._cues = fresh

    def __len__(self) -> int:
        return len(self._cues)

    def __iter__(self) -> Iterator[Cue]:
        return iter(self._cues)
