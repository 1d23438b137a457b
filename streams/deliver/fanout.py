"""Coded packets from one encoder to every destination, none of which can hold up another."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from streams.types import EncodedPacket


class Outlet:
    """One destination's bounded queue.

    Holds at most ``limit`` bytes. On overflow everything waiting is dropped and counted, and the queue starts
    again at the next keyframe: whole pictures and sound go together, never sound alone.
    """

    def __init__(self, fanout: Fanout, limit: int, patient: bool) -> None:
        self.dropped = 0
        """packets lost to overflow"""
        self.queued = 0
        """bytes waiting"""
        self._fanout = fanout
        self._limit = limit
        self._patient = patient
        # the reader waits in C: a Condition would wake it twice, and cost a third of a destination's CPU
        self._queue: SimpleQueue[_Batch | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._attached = False
        self._needs_key = True
        self._count = 0
        """of the times that it was cleared"""

    def push(self, packets: Sequence[EncodedPacket]) -> None:
        """Never waits."""
        with self._lock:
            if not self._attached or self._ended.is_set():
                return
            batch = _Batch(self._count)
            for packet in packets:
                if self.queued + batch.size + len(packet.data) > self._limit:
                    self.dropped += self._clear() + len(batch.packets)
                    batch = _Batch(self._count)
                    self.ask_keyframe()
                if self._needs_key and not packet.keyframe:
                    self.dropped += 1
                    continue
                self._needs_key = False
                batch.packets.append(packet)
                batch.size += len(packet.data)
            if batch.packets:
                self.queued += batch.size
                self._queue.put(batch)

    def finish(self) -> None:
        """Nothing more will come; what waits may still be sent."""
        self._ended.set()
        self._queue.put(None)

    def abandon(self) -> None:
        """Drop what waits and end at once."""
        with self._lock:
            self._clear()
        self.finish()

    @property
    def finished(self) -> bool:
        return self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep, but no longer than until the end of the stream; True if it has ended."""
        return self._ended.wait(seconds)

    def __iter__(self) -> Iterator[EncodedPacket]:
        """From the next keyframe (asked for at once) until the stream ends or :meth:`detach`."""
        with self._lock:
            self._clear()
            self._attached = True
        self.ask_keyframe()
        while True:
            batch = self._queue.get()
            if batch is None:
                return
            with self._lock:
                if batch.count == self._count:  # else it was cleared while it was in our hand
                    self.queued -= batch.size
            yield from batch.packets

    def detach(self) -> None:
        """Nobody reads for now: what comes is not kept, and is no loss to count."""
        with self._lock:
            self._attached = False
            self._clear()

    def ask_keyframe(self) -> None:
        if not self._patient:
            self._fanout.request_keyframe()

    def _clear(self) -> int:
        """Forget what waits; returns how many packets that was. The end, once told, stays told."""
        lost = 0
        try:
            while True:
                batch = self._queue.get_nowait()
                if batch is not None:
                    lost += len(batch.packets)
        except Empty:
            pass
        if self._ended.is_set():
            self._queue.put(None)
        self.queued = 0
        self._count += 1
        self._needs_key = True
        return lost


@dataclass(slots=True)
class _Batch:
    """What one tick brought."""

    count: int
    packets: list[EncodedPacket] = field(default_factory=list)
    size: int = 0


class Fanout:
    """Hands every packet to every outlet."""

    def __init__(self) -> None:
        self._outlets: tuple[Outlet, ...] = ()  # replaced as a whole, so that push needs no lock
        self._change = threading.Lock()
        self._keyframe = threading.Event()

    def outlet(self, limit: int, patient: bool = False) -> Outlet:
        """A new outlet, at any time and from any thread; a ``patient`` one waits for a keyframe that comes anyway."""
        outlet = Outlet(self, limit, patient)
        with self._change:
            self._outlets += (outlet,)
        return outlet

    def remove(self, outlet: Outlet) -> None:
        with self._change:
            self._outlets = tuple(other for other in self._outlets if other is not outlet)

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
