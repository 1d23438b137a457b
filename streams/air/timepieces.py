"""The clock and a sale's countdown, by the second of the wall clock: drawn ahead of time, off the tick thread."""

from __future__ import annotations

import datetime
import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar
from zoneinfo import ZoneInfo

from streams.air import card as cards
from streams.air import text
from streams.air.canvas import Sprite

LOOK_EVERY = 0.2
KEEP = 8
"""sprites of each kind"""

Size = tuple[int, int]
K = TypeVar("K")


class Timepieces:
    """``zone`` is the clock's, such as Asia/Shanghai; empty for no clock."""

    def __init__(self, zone: str, clock_size: int, language: str) -> None:
        """Raises zoneinfo.ZoneInfoNotFoundError."""
        self._zone = ZoneInfo(zone) if zone else None
        self._clock_size, self._language = clock_size, language
        self._clocks: dict[str, Sprite] = {}
        self._left: dict[tuple[int, Size], Sprite] = {}
        self._wanted: tuple[float, Size] | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, wall: Callable[[], float] = time.time) -> None:
        """From now on a thread draws what the next second shows."""
        self._thread = threading.Thread(target=self._run, args=(wall,), name="timepieces", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(2.0)

    def clock(self, wall: float) -> Sprite | None:
        """Hours and minutes."""
        if self._zone is None:
            return None
        words = self._time(wall)
        if self._thread is None:
            self._draw_clock(words)
        return self._clocks.get(words) or next(reversed(self._clocks.values()), None)

    def countdown(self, wall: float, until: float, size: Size) -> Sprite | None:
        """The time left until a moment of the wall clock, for a place of ``size``."""
        self._wanted = until, size
        left = max(0, math.ceil(until - wall))
        if self._thread is None:
            self._draw_left(left, size)
        return self._left.get((left, size)) or self._left.get((left + 1, size))

    def _time(self, wall: float) -> str:
        return datetime.datetime.fromtimestamp(wall, self._zone).strftime("%H:%M")

    def _run(self, wall: Callable[[], float]) -> None:
        while not self._stop.wait(LOOK_EVERY):
            now = wall()
            for moment in (now, now + 1):
                if self._zone is not None:
                    self._draw_clock(self._time(moment))
                if self._wanted is not None:
                    until, size = self._wanted
                    self._draw_left(max(0, math.ceil(until - moment)), size)

    def _draw_clock(self, words: str) -> None:
        if words not in self._clocks:
            self._clocks = _last(self._clocks) | {words: text.clock(words, self._clock_size)}

    def _draw_left(self, left: int, size: Size) -> None:
        if (left, size) not in self._left:
            self._left = _last(self._left) | {(left, size): cards.countdown(left, size, self._language)}


def _last(sprites: dict[K, Sprite]) -> dict[K, Sprite]:
    """The newest, in a dictionary of its own: the tick thread reads the old one meanwhile."""
    return dict(list(sprites.items())[1 - KEEP :])
