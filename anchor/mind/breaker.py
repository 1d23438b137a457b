"""A circuit breaker: closed, open for a while after failures, then one trial call that decides."""

from __future__ import annotations

FAILURES = 3
"""in a row, until nobody is sent there any more"""
REST, REST_CAP = 5.0, 120.0
"""seconds without a try; each try that fails doubles them"""


class Breaker:
    """State and the time in, a decision out; no clock of its own."""

    def __init__(self) -> None:
        self._failed = 0
        self._rest = REST
        self._until = 0.0
        self._trying = False

    @property
    def open(self) -> bool:
        """Whether only single tries are let through."""
        return self._failed >= FAILURES

    def allow(self, now: float) -> bool:
        """Whether to ask now. Each leave must be followed by one of :meth:`succeeded`, :meth:`failed`, :meth:`left`."""
        if not self.open:
            return True
        if self._trying or now < self._until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        self._failed, self._rest, self._trying = 0, REST, False

    def failed(self, now: float, rest: float = 0.0) -> None:
        """``rest``: seconds for which the other side wants to be left alone; it is open at once then."""
        if self.open:
            self._rest = min(REST_CAP, 2 * self._rest)
        self._failed = max(FAILURES, self._failed + 1) if rest else self._failed + 1
        self._until = now + max(rest, self._rest)
        self._trying = False

    def left(self) -> None:
        """Nobody waited for the result."""
        self._trying = False
