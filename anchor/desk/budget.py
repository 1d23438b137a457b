"""Limits the air time for viewers: a budget of seconds of speech that refills over time."""

from __future__ import annotations

SHARE = 0.4
"""of the budget, kept for questions"""


class Budget:
    """Holds at most a minute's share. It may be overdrawn by one answer, whose length is only known when it is there."""

    def __init__(self, per_minute: float, now: float) -> None:
        self.per_minute = per_minute
        self._left, self._at = per_minute, now

    def left(self, now: float) -> float:
        """Seconds that may be spoken now."""
        earned = max(0.0, now - self._at) * self.per_minute / 60
        self._left, self._at = min(self.per_minute, self._left + earned), max(self._at, now)
        return self._left

    @property
    def share(self) -> float:
        """Seconds that thanks and small talk leave to questions."""
        return self.per_minute * SHARE

    def spend(self, now: float, seconds: float) -> None:
        self._left = self.left(now) - seconds
