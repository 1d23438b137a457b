"""Picks the bitrate for a connection from its measured throughput and backlog, by OBS's rule: a pure object."""

from __future__ import annotations

from collections import deque

TRIGGER_SECONDS = 0.2
"""more than this waiting to leave means that the way is too narrow"""
WINDOW_SECONDS = 1.0
RAISE_SECONDS = 4.0
STEP = 100_000
LEAST = 50_000


class Adapt:
    """Asked a few times a second. Down as soon as more waits than 0.2 s, to what the last second really carried less
    the sound; up by a tenth of ``full`` after every 4 s without that."""

    def __init__(self, full: int, sound: int) -> None:
        """``full``: the bitrate of the picture when all is well; ``sound``: the sound's and the container's share."""
        self.rate = full
        self._full, self._sound = full, sound
        self._sent: deque[tuple[float, int]] = deque()
        self._calm_since = 0.0

    def decide(self, now: float, waiting: float, sent: int) -> int:
        """The picture's bitrate from now on.

        ``waiting``: seconds of stream that should have left by now; ``sent``: bytes that have left in all. A ``sent``
        that falls means a new connection.
        """
        if self._sent and sent < self._sent[-1][1]:
            self._sent.clear()
        self._sent.append((now, sent))
        while len(self._sent) > 2 and now - self._sent[1][0] >= WINDOW_SECONDS:
            self._sent.popleft()
        if waiting >= TRIGGER_SECONDS:
            self._calm_since = now
            self._lower(now)
        else:
            self._raise(now)
        return self.rate

    def idle(self, now: float) -> int:
        """The same while there is no connection: one that is gone must not hold down the others for ever."""
        self._sent.clear()
        self._raise(now)
        return self.rate

    def _raise(self, now: float) -> None:
        if self.rate < self._full and now - self._calm_since >= RAISE_SECONDS:
            self._calm_since = now
            self.rate = min(self._full, self.rate + self._full // 10)

    def _lower(self, now: float) -> None:
        since, sent = self._sent[0]
        if now - since < WINDOW_SECONDS / 2:
            return  # too short a time to know what the way carries
        carried = (self._sent[-1][1] - sent) * 8 / (now - since) - self._sound
        estimate = max(LEAST, int(carried // STEP * STEP))
        self.rate = min(self.rate, estimate)
