"""When viewers must be told again that this is AI."""

from __future__ import annotations

AGAIN = 30.0
"""seconds until a disclosure that could not be said is tried again"""


class Disclosures:
    """Counts from the moment at which one that was heard was given. Times in monotonic seconds."""

    def __init__(self) -> None:
        self.last = -1e9
        """when the last one that was heard was given"""
        self._under_way = False

    def due(self, every: float) -> float:
        """When the next one is to be said; never, while one is on its way."""
        return float("inf") if self._under_way else self.last + every

    def give(self) -> None:
        self._under_way = True

    def done(self, given: float, every: float, said: bool) -> None:
        """The one that was given then was heard, or could not be said: that is owed still."""
        self.last, self._under_way = given if said else given - every + AGAIN, False

    def take_back(self) -> None:
        """The one on its way will not be heard."""
        self._under_way = False
