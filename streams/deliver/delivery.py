"""The loop around one destination: try, wait, try again for ever; it owns the state and the last error."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from streams.backoff import Backoff
from streams.deliver.fanout import Outlet
from streams.deliver.mux import forget
from streams.ports import Destination, Refused, Transient
from streams.types import EncodedPacket, Wire

log = logging.getLogger(__name__)

State = Literal["connecting", "live", "congested", "waiting", "refused", "ended"]
STEADY_SECONDS = 10.0
"""a connection that lasted this long starts the back-off afresh, and its first new try comes at once"""
QUICK_SECONDS = 0.3
KNOCK_SECONDS = 0.5
REFUSED_SECONDS = 60.0
REFUSED_LIMIT = 600.0
CONGESTED_SECONDS = 0.7
"""more than this waiting to leave is a congested way (OBS drops pictures from here on)"""
RELIEVED_SECONDS = 0.2
CALM_WATCHES = 4
"""so often in a row less than 0.2 s must wait before the way counts as wide enough again"""


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
    waiting_ms: int = 0
    """milliseconds of stream that should have left by now"""
    again_in: float = 0.0
    """seconds until the next try, while it waits"""
    wire: Wire | None = None
    since: float = field(default_factory=time.monotonic)

    def enter(self, state: State) -> None:
        if state != self.state:
            self.state, self.since = state, time.monotonic()

    def as_json(self, now: float) -> dict[str, Any]:
        shown = asdict(self)
        shown["seconds_in_state"] = round(now - shown.pop("since"), 1)
        return shown


class Delivery:
    """Runs a destination in its own thread until the stream ends.

    Of several destinations, the later ones are backups: after a failure the next one is tried at once, unless it has
    failed too and its own wait is not over. What is refused is not tried again for a minute, growing to ten, unless
    its secret is changed or the server, not seen before, answers again.
    """

    def __init__(self, destinations: Sequence[Destination], outlet: Outlet, bitrate: int) -> None:
        """``bitrate``: bits per second of picture and sound."""
        self._ways, self._outlet, self._bitrate = tuple(_Way(d) for d in destinations), outlet, bitrate
        self._way = self._ways[0]
        self.first_sent = threading.Event()
        self._status = DeliveryStatus(self.destination.name)
        self._calm = 0
        self._uncounted = False
        self._thread = threading.Thread(target=self._loop, name=self.destination.name, daemon=True)

    @property
    def destination(self) -> Destination:
        """The one in use."""
        return self._way.destination

    def start(self) -> None:
        self._thread.start()

    def watch(self) -> tuple[float, int] | None:
        """Measure the connection; from the tick thread, a few times a second.

        Returns the seconds of stream that should have left by now, and the bytes that have left; None if unknown.
        """
        status = self._status
        try:
            wire = self.destination.measure()
        except Exception as error:  # noqa: BLE001 - the clock calls: a destination that cannot count must not stop it
            if not self._uncounted:
                log.error("destination cannot be measured", extra={"destination": status.name, "why": repr(error)})
            self._uncounted, wire = True, None
        status.wire = wire
        if wire is None:
            status.waiting_ms = 0
            return None
        waiting = (self._outlet.queued + wire.waiting) * 8 / self._bitrate
        status.waiting_ms = round(waiting * 1000)
        if status.state == "live" and waiting > CONGESTED_SECONDS:
            status.enter("congested")
            log.warning("destination congested", extra={"destination": status.name, "waiting_ms": status.waiting_ms})
        self._calm = self._calm + 1 if waiting < RELIEVED_SECONDS else 0
        if status.state == "congested" and self._calm >= CALM_WATCHES:
            status.enter("live")
            log.info("destination relieved", extra={"destination": status.name, "dropped": self._outlet.dropped})
        return waiting, wire.sent

    def status(self) -> DeliveryStatus:
        status = self._status
        status.dropped, status.queued = self._outlet.dropped, self._outlet.queued
        status.name = self.destination.name  # a recording tells the file that it really writes
        waits = status.state in ("waiting", "refused")
        next_try = min(way.next_try for way in self._ways) if waits else 0.0
        status.again_in = round(max(0.0, next_try - time.monotonic()), 1)
        return status

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
        status = self._status
        way: _Way | None = self._ways[0]
        while way is not None and not self._outlet.finished:
            self._way = way
            status.enter("connecting")
            counted = _Counted(self._outlet, status, self.first_sent, lambda: self.destination.name)
            try:
                way.destination.run(counted)
            except (Transient, Refused) as error:
                failed, why = isinstance(error, Refused), str(error)
            except Exception as error:  # noqa: BLE001 - the boundary of one destination: said once, then tried again
                failed, why = False, f"{type(error).__name__}: {error}"
            else:
                if not self._outlet.finished:
                    forget()
                    log.info("destination connects anew, as planned", extra={"destination": self.destination.name})
                    self._outlet.wait(QUICK_SECONDS)
                continue
            finally:
                self._outlet.detach()
            way.failed(failed, counted.lasted())
            status.enter("refused" if all(w.refused for w in self._ways) else "waiting")
            self._complain(way, why)
            forget()
            way = self._next()
        status.enter("ended")
        log.info("destination ended", extra={"destination": self.destination.name, "packets": status.packets})

    def _complain(self, way: _Way, why: str) -> None:
        """Log a failure once, not at each of its returns."""
        if why != way.error or way.worked:
            log.warning(
                "destination failed, will be tried again",
                extra={"destination": way.destination.name, "why": why, "state": self._status.state},
            )
        way.error, way.worked = why, False
        self._status.error = why

    def _next(self) -> _Way | None:
        """The way to try next, when it is time for it; None when the stream has ended.

        The wait is cut short when a way that was seen to be gone answers a light knock again, or has a new secret.
        """
        at = self._ways.index(self._way) + 1
        ways = self._ways[at:] + self._ways[:at]
        seconds = QUICK_SECONDS
        while not self._outlet.wait(seconds):
            for way in ways:
                if time.monotonic() >= way.next_try:
                    return way
            for way in ways:
                if not self._outlet.finished and way.answers():
                    return way
            left = min(way.next_try for way in ways) - time.monotonic()
            seconds = max(0.0, min(KNOCK_SECONDS, left))
        return None


class _Way:
    """One address of a delivery, with its own failures and waits."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self.error = ""
        self.worked = False
        """whether it was live since the last failure"""
        self.refused = False
        self.next_try = 0.0
        self._transient, self._refusals = Backoff(), Backoff(REFUSED_SECONDS, 1.5, REFUSED_LIMIT)
        self._gone = self._there = False

    def failed(self, refused: bool, lasted: float) -> None:
        """After an attempt that was live for ``lasted`` seconds."""
        self.refused, self._gone, self._there = refused, False, False
        self.worked = lasted > 0
        if lasted > STEADY_SECONDS:
            self._transient.reset()
            self._refusals.reset()
        seconds = (self._refusals if refused else self._transient).next()
        if lasted > STEADY_SECONDS and not refused:
            self._transient.reset()
            seconds = QUICK_SECONDS
        self.next_try = time.monotonic() + seconds

    def answers(self) -> bool:
        """Whether there is news of it that make the wait needless; knocks, which may take a second or two."""
        try:
            if self.destination.renewed():
                return True
            if self._there and self.refused:
                return False  # it is there and does not want us: no reason to knock on
            answers = self.destination.reachable()
        except Exception:  # noqa: BLE001 - a knock that fails in any way is no answer; the next try says why
            answers = False
        self._there = answers is True
        self._gone = self._gone or answers is False
        return self._there and self._gone


class _Counted:
    """An outlet that tells the status what went through it."""

    def __init__(
        self, outlet: Outlet, status: DeliveryStatus, first_sent: threading.Event, name: Callable[[], str]
    ) -> None:
        self._outlet, self._status, self._first_sent, self._name = outlet, status, first_sent, name
        self._live_at: float | None = None

    def lasted(self) -> float:
        """Seconds since it went live; 0 if it never did."""
        return time.monotonic() - self._live_at if self._live_at is not None else 0.0

    def ask_keyframe(self) -> None:
        self._outlet.ask_keyframe()

    def __iter__(self) -> Iterator[EncodedPacket]:
        status, sent = self._status, 0
        for packet in self._outlet:
            if sent == 0:
                status.connects += 1
            elif sent == 1:
                # the first packet came back for more, so the destination took it
                self._live_at = time.monotonic()
                status.enter("live")
                status.error = ""
                self._first_sent.set()
                log.info("destination live", extra={"destination": self._name(), "connects": status.connects})
            sent += 1
            status.packets += 1
            status.bytes += len(packet.data)
            yield packet
