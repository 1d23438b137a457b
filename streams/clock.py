"""Time goes in by hand: a clock to read and sleep on, and the metronome that turns it into ticks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Monotonic seconds."""
        ...

    def sleep(self, seconds: float) -> None: ...


class Monotonic:
    """The machine's own clock, which no date change moves."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(slots=True)
class Metronome:
    """Ticks at ``start + n / fps``. Late by less than ``patience`` seconds: it catches up without sleeping.
    Later than that: it skips forward, and the caller counts what was skipped."""

    clock: Clock
    fps: int
    patience: float = 2.0
    start: float = 0.0
    worst: float = 0.0
    """largest lateness seen, seconds"""
    lately: float = 0.0
    """the same since the owner set it to zero"""

    def begin(self) -> None:
        self.start = self.clock.now()

    def due(self, tick: int) -> float:
        return self.start + tick / self.fps

    def wait(self, tick: int) -> int:
        """Sleep until ``tick`` is due; returns how many ticks to skip (0 unless hopelessly late)."""
        late = self.clock.now() - self.due(tick)
        while late < 0:
            self.clock.sleep(-late)
            late = self.clock.now() - self.due(tick)
        self.worst, self.lately = max(self.worst, late), max(self.lately, late)
        return int(late * self.fps) if late > self.patience else 0
