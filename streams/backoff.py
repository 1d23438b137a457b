"""How long to wait before the next try."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Waits that grow by ``factor`` from ``first`` to ``cap`` seconds; :meth:`reset` after a success."""

    first: float = 2.0
    factor: float = 1.5
    cap: float = 30.0
    tries: int = 0

    def next(self) -> float:
        # the exponent is bounded so that a year of failures cannot overflow
        seconds = min(self.cap, self.first * self.factor ** min(self.tries, 64))
        self.tries += 1
        return seconds

    def reset(self) -> None:
        self.tries = 0
