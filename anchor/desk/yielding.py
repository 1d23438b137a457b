"""Counts how often each sentence was cut for an answer; tells which sentences under way may make room for another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anchor.desk.director import may_yield
from anchor.records.audit import Notes
from anchor.types import Utterance

KEPT = 32
"""sentences; the one that was cut longest ago is forgotten first. A key never names another sentence later"""


@dataclass(frozen=True, slots=True)
class Yielding:
    """``sentences`` may be dropped while nobody has heard of them; those in ``cuttable`` may end at a pause, too."""

    sentences: tuple[Utterance, ...] = ()
    cuttable: tuple[Utterance, ...] = ()


class Yields:
    """Owned by the desk, whose ``counts`` and ``notes`` it writes."""

    def __init__(self, counts: Counter[str], notes: Notes) -> None:
        self._counts, self._notes = counts, notes
        self._cut: dict[tuple[str, int], int] = {}

    def among(self, under_way: Iterable[Utterance]) -> Yielding:
        """Which of these may make room."""
        how = [(u, may_yield(u.kind, self._cut.get((u.cue, u.seq), 0))) for u in under_way]
        return Yielding(tuple(u for u, may in how if may), tuple(u for u, may in how if may == "cut"))

    def note(self, dropped: Sequence[Utterance], cut: Sequence[Utterance]) -> None:
        """These have made room."""
        for utterance in cut:
            key = utterance.cue, utterance.seq
            self._cut[key] = self._cut.pop(key, 0) + 1
        while len(self._cut) > KEPT:
            del self._cut[next(iter(self._cut))]
        self._counts["yielded"] += 1
        names = {"dropped": [(u.cue, u.seq) for u in dropped], "cut": [(u.cue, u.seq) for u in cut]}
        self._notes.note("yielded", "", **names)
