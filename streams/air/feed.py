"""Pictures of the face, keyed by tick: the fresh one, else the last one, else the idle clip."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from streams.air.canvas import Sprite

HOLD_TICKS = 12
"""how long the last picture may stand in for a late one before the idle clip takes over"""
STORE = 64


@dataclass(slots=True)
class FeedCounts:
    fresh: int = 0
    held: int = 0
    idle: int = 0


class FaceFeed:
    """Filled by the face's link thread, read by the tick thread; a read never waits.

    Keeps at most 64 pictures; the oldest goes first.
    """

    def __init__(self) -> None:
        self.counts = FeedCounts()
        self._lock = threading.Lock()
        self._pictures: dict[int, Sprite] = {}
        self._idle: Sequence[Sprite] = ()
        self._last: tuple[int, Sprite] | None = None

    def offer(self, tick: int, picture: Sprite) -> None:
        with self._lock:
            self._pictures[tick] = picture
            while len(self._pictures) > STORE:
                del self._pictures[min(self._pictures)]

    def set_idle(self, clip: Sequence[Sprite]) -> None:
        """A loop for the times when nobody draws."""
        with self._lock:
            self._idle = tuple(clip)

    @property
    def ready(self) -> bool:
        return bool(self._idle)

    def picture(self, tick: int) -> Sprite | None:
        """The face at ``tick``; None only if no face has ever come."""
        with self._lock:
            fresh = self._pictures.pop(tick, None)
            for old in [t for t in self._pictures if t < tick]:
                del self._pictures[old]
            idle = self._idle
        if fresh is not None:
            self._last = (tick, fresh)
            self.counts.fresh += 1
            return fresh
        if self._last is not None and tick - self._last[0] <= HOLD_TICKS:
            self.counts.held += 1
            return self._last[1]
        if idle:
            self.counts.idle += 1
            return idle[tick % len(idle)]
        return self._last[1] if self._last else None
