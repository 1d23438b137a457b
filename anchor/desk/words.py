"""The words of the sentences that were given, until they are heard, and the last sentences heard."""

from __future__ import annotations

from typing import Any

from streams.types import Played

RECENT = 20
KEPT = 80


class Words:
    """Both are bounded: the oldest are forgotten first."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        """the last sentences heard, newest last"""
        self._given: dict[tuple[str, int], str] = {}

    def give(self, cue: str, seq: int, text: str) -> None:
        """A sentence is given, in the words that may be written down."""
        self._given[cue, seq] = text
        while len(self._given) > KEPT:
            del self._given[next(iter(self._given))]

    def of(self, cue: str, seq: int) -> str:
        """Empty for what an earlier brain has given."""
        return self._given.get((cue, seq), "")

    def hear(self, played: Played, text: str) -> None:
        self.heard.append({"cue": played.cue, "seq": played.seq, "text": text, "seconds": played.seconds,
                           "cut": played.cut})  # fmt: skip
        del self.heard[:-RECENT]
