"""The loop around one destination: try, wait, try again for ever; it owns the state and the last error."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from streams.air.fanout import Outlet
from streams.backoff import Backoff
from streams.ports import Destination, Refused, Transient
from streams.types import EncodedPacket

log = logging.getLogger(__name__)

State = Literal["connecting", "live", "waiting", "refused", "ended"]
STEADY_SECONDS = 10.0
"""a connection that lasted this long starts the back-off afresh"""
KNOCK_SECONDS = 1.0


@dataclass(slots=True)
class DeliveryStatus:
    name: str
    state: State = "connecting"
    error: str = ""
    packets: int = 0
    bytes: int = 0
    connects: int = 0
    dropped: int = 0
    queued: int = 0
    """bytes waiting to be sent"""
    since: float = field(default_factory=time.monotonic)

    def enter(self, state: State) -> None:
        if state != self.state:
            self.state, self.since = state, time.monotonic()


class Delivery:
    """Runs a destination in its own thread until the stream ends."""

    def __init__(self, destination: Destination, outlet: Outlet) -> None:
        self.destination = destination
        self.first_sent = threading.Event()
        self._outlet = outlet
        self._status = DeliveryStatus(destination.name)
        self._thread = threading.Thread(target=self._loop, name=destination.name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def status(self) -> DeliveryStatus:
        self._status.dropped, self._status.queued = self._outlet.dropped, self._outlet.queued
        self._status.name = self.destination.name  # a recording tells the file that it really writes
        return self._status

    def close(self, deadline: float) -> bool:
        """Wait for the end after the outlet has finished; past ``deadline`` (monotonic) break off. True if clean."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if self._thread.is_alive():
            self._outlet.abandon()
            self.destination.stop()
            self._thread.join(0.5)
            return False
        return True

    def _loop(self) -> None:
        backoff = Backoff()
        status = self._status
        while not self._outlet.finished:
            status.enter("connecting")
            began = time.monotonic()
            try:
                self.destination.run(_Counted(self._outlet, status, self.first_sent, lambda: self.destination.name))
            except (Transient, Refused) as error:
                status.enter("refused" if isinstance(error, Refused) else "waiting")
                self._complain(str(error))
            except Exception as error:  # noqa: BLE001 - the boundary of one destination: said once, then tried again
                status.enter("waiting")
                self._complain(f"{type(error).__name__}: {error}")
            else:
                break
            finally:
                self._outlet.detach()
            if self._outlet.finished:
                break
            if time.monotonic() - began > STEADY_SECONDS:
                backoff.reset()
            self._wait(backoff.next())
        status.enter("ended")
        log.info("destination ended", extra={"destination": self.destination.name, "packets": status.packets})

    def _complain(self, why: str) -> None:
        """Log a failure once, not at each of its returns."""
        if why != self._status.error:
            log.warning(
                "destination failed, will be tried again",
                extra={"destination": self.destination.name, "why": why, "state": self._status.state},
            )
        self._status.error = why

    def _wait(self, seconds: float) -> None:
        """The back-off; cut short when an ingest that was seen to be gone answers a light knock again."""
        until = time.monotonic() + seconds
        gone = False
        while (left := until - time.monotonic()) > 0:
            if self._outlet.wait(min(KNOCK_SECONDS, left)):
                return
            if self._status.state != "waiting" or until - time.monotonic() <= 0:
                continue
            there = self.destination.reachable()
            if there is False:
                gone = True
            elif there and gone:
                return


class _Counted:
    """An outlet that tells the status what went through it."""

    def __init__(
        self, outlet: Outlet, status: DeliveryStatus, first_sent: threading.Event, name: Callable[[], str]
    ) -> None:
        self._outlet, self._status, self._first_sent, self._name = outlet, status, first_sent, name

    def __iter__(self) -> Iterator[EncodedPacket]:
        status, sent = self._status, 0
        for packet in self._outlet:
            if sent == 0:
                status.connects += 1
            elif sent == 1:
                # the first packet came back for more, so the destination took it
                status.enter("live")
                status.error = ""
                self._first_sent.set()
                log.info("destination live", extra={"destination": self._name(), "connects": status.connects})
            sent += 1
            status.packets += 1
            status.bytes += len(packet.data)
            yield packet
