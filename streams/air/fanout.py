"""Coded packets from one encoder to every destination, none of which can hold up another."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence

from streams.types import EncodedPacket


class Outlet:
    """One destination's bounded queue.

    Holds at most ``limit`` bytes. On overflow everything waiting is dropped and counted, and the queue starts
    again at the next keyframe: whole pictures and sound go together, never sound alone.
    """

    def __init__(self, fanout: Fanout, limit: int) -> None:
        self.dropped = 0
        """packets lost to overflow"""
        self.queued = 0
        """bytes waiting"""
        self._fanout = fanout
        self._limit = limit
        self._queue: deque[EncodedPacket] = deque()
        self._changed = threading.Condition()
        self._attached = False
        self._needs_key = True
        self._finished = False

    def push(self, packets: Sequence[EncodedPacket]) -> None:
        """Never waits."""
        with self._changed:
            if not self._attached or self._finished:
                return
            for packet in packets:
                if self.queued + len(packet.data) > self._limit:
                    self.dropped += len(self._queue)
                    self._clear()
                    self._fanout.request_keyframe()
                if self._needs_key and not packet.keyframe:
                    self.dropped += 1
                    continue
                self._needs_key = False
                self._queue.append(packet)
                self.queued += len(packet.data)
            self._changed.notify()

    def finish(self) -> None:
        """Nothing more will come; what waits may still be sent."""
        with self._changed:
            self._finished = True
            self._changed.notify_all()

    def abandon(self) -> None:
        """Drop what waits and end at once."""
        with self._changed:
            self._finished = True
            self._queue.clear()
            self._changed.notify_all()

    @property
    def finished(self) -> bool:
        return self._finished

    def wait(self, seconds: float) -> bool:
        """Sleep, but no longer than until the end of the stream; True if it has ended."""
        with self._changed:
            return self._changed.wait_for(lambda: self._finished, seconds)

    def __iter__(self) -> Iterator[EncodedPacket]:
        """From the next keyframe (asked for at once) until the stream ends or :meth:`detach`."""
        with self._changed:
            self._clear()
            self._attached = True
        self._fanout.request_keyframe()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._finished)
                if not self._queue:
                    return
                packet = self._queue.popleft()
                self.queued -= len(packet.data)
            yield packet

    def detach(self) -> None:
        """Nobody reads for now: what comes is not kept, and is no loss to count."""
        with self._changed:
            self._attached = False
            self._clear()

    def _clear(self) -> None:
        self._queue.clear()
        self.queued = 0
        self._needs_key = True


class Fanout:
    """Hands every packet to every outlet."""

    def __init__(self) -> None:
        self._outlets: list[Outlet] = []
        self._keyframe = threading.Event()

    def outlet(self, limit: int) -> Outlet:
        """A new outlet; all are made before the first push."""
        outlet = Outlet(self, limit)
        self._outlets.append(outlet)
        return outlet

    def push(self, packets: Sequence[EncodedPacket]) -> None:
        for outlet in self._outlets:
            outlet.push(packets)

    def request_keyframe(self) -> None:
        self._keyframe.set()

    def take_keyframe_request(self) -> bool:
        """Whether somebody asked for a keyframe since the last call."""
        if not self._keyframe.is_set():
            return False
        self._keyframe.clear()
        return True

    def finish(self) -> None:
        for outlet in self._outlets:
            outlet.finish()
