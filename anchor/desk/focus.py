"""Which product is on screen, from what was given and what was heard of it: the one that 这个 means."""

from __future__ import annotations

from collections import deque
from typing import Any

from anchor.types import Ref
from streams.types import Played

MOST = 64
"""sentences under way; beyond that the oldest counts as over"""


class Focus:
    """Sentences are given seconds before they are heard, and may be taken back until then. Viewers ask about what they see;
    the next sentence follows the one that was given last."""

    def __init__(self, state: dict[str, Any]) -> None:
        """``state``: what :meth:`state` returned in an earlier life, or nothing. Raises TypeError or ValueError for rubbish."""
        self._seen: str | None = state.get("focus")
        self._under_way: deque[tuple[str, int, str | None]] = deque(maxlen=MOST)
        """cue, seq and product of each that was given and not reported, in order"""
        for cue, seq, product in state.get("under_way", ()):
            self._under_way.append((cue, seq, product))

    @property
    def on_screen(self) -> str | None:
        """The product of the sentence that is being heard, or was heard last; what is about none leaves the one before it."""
        return self._under_way[0][2] if self._under_way else self._seen

    @property
    def given(self) -> str | None:
        """The product that will be on screen when all is heard."""
        return self._under_way[-1][2] if self._under_way else self._seen

    def give(self, ref: Ref, product: str | None) -> None:
        self._under_way.append((ref.cue, ref.seq, product or self.given))

    def heard(self, played: Played) -> None:
        """A sentence was heard, or cut, or dropped unheard. One that is given again stands here twice: the first is meant."""
        entry = next((e for e in self._under_way if e[:2] == (played.cue, played.seq)), None)
        if entry is None:
            return
        if played.seconds or not played.cut:
            self._seen = entry[2]
        if played.cut:
            self._under_way.remove(entry)
            return
        while self._under_way.popleft() is not entry:
            pass  # a report of it was lost

    def take_back(self, ref: Ref) -> None:
        """The one that was given last never got out."""
        if self._under_way and self._under_way[-1][:2] == (ref.cue, ref.seq):
            self._under_way.pop()

    def rewind(self) -> None:
        """What was given and not reported is lost."""
        self._under_way.clear()

    def state(self) -> dict[str, Any]:
        """As JSON values."""
        return {"focus": self._seen, "under_way": [list(entry) for entry in self._under_way]}
