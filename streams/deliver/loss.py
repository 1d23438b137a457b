"""The share of sent packets that was lost recently."""

from __future__ import annotations


class RecentLoss:
    """From counts since the beginning, the share that was lost in the last second or so."""

    def __init__(self) -> None:
        self._last: tuple[float, int, int] | None = None
        self._share = 0.0

    def share(self, now: float, sent: int, lost: int) -> float:
        """0 to 1."""
        if self._last is None or now - self._last[0] > 1.0:
            if self._last is not None and sent > self._last[1]:
                self._share = min(1.0, max(0.0, (lost - self._last[2]) / (sent - self._last[1])))
            self._last = now, sent, lost
        return self._share
