"""One source of chat for ever: it owns the retry, the state and the last error of one platform's room.

The sibling of streams.deliver.delivery: the platform makes ONE connection, the source decides when there is another.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from streams.backoff import Backoff
from streams.ports import Platform, Refused, Transient
from streams.types import ChatEvent

log = logging.getLogger(__name__)

REMEMBERED = 4096
"""event keys kept to recognise a repeat; the oldest is forgotten first"""
REFUSED_FIRST, REFUSED_CAP = 60.0, 900.0
"""seconds between tries after a refusal, which waiting alone seldom mends"""
CONNECT_SECONDS = 30.0
"""after which a connection that does not stand is told"""
STOP_SECONDS = 2.0
"""that an adapter has to end when it is told to"""

State = Literal["connecting", "live", "waiting", "refused", "ended"]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a source is. Seconds ago; ``again_in`` is 0 unless it waits for its next try."""

    name: str
    state: State
    error: str
    """of the last connection; empty while all is well"""
    events: int
    last_event: float | None
    again_in: float
    silent: bool
    """nothing has come for longer than the operator wants to go unnoticed"""
    rejected: int
    repeated: int


class Source:
    """Runs one platform. ``offer`` takes each new event; whatever it returns is the verdict."""

    def __init__(
        self,
        name: str,
        make: Callable[[Source], Platform],
        offer: Callable[[ChatEvent], str],
        reject: Callable[[str], None] = lambda what: None,
        silent_after: float = 0.0,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``make`` gives the platform of a connection, which calls ``connected`` and ``rejected`` of the source; ``reject`` is told
        about input that is no event; ``silent_after``: seconds without an event that are too many, 0 for never."""
        self.name = name
        self.state: State = "connecting"
        self.error = ""
        self.events = self.rejects = self.repeated = 0
        self._make, self._offer, self._reject, self._silent_after = make, offer, reject, silent_after
        self._now, self._sleep = now, sleep
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._began = self._heard = self._quiet = now()
        """when the try began, an event came last, and silence began"""
        self._again = 0.0
        self._closed = self._told_silent = self._told_slow = False

    async def run(self) -> None:
        """Until the source has ended, or for ever. Whatever the adapter raises costs this source alone."""
        waits, refusals = Backoff(), Backoff(REFUSED_FIRST, 2.0, REFUSED_CAP)
        while True:
            self.state, self._began, self._told_slow = "connecting", self._now(), False
            before = self.events
            try:
                await self._connection()
            except (Exception, asyncio.CancelledError) as error:
                task = asyncio.current_task()
                if isinstance(error, asyncio.CancelledError) and (task is None or task.cancelling()):
                    raise  # ours; an adapter may also raise one of its own
                if self._closed:
                    return
                if self.events > before:
                    waits.reset()
                    refusals.reset()
                wait = (refusals if isinstance(error, Refused) else waits).next()
                self._failed(error, wait)
                await self._sleep(wait)
                continue
            self.state, self.error = "ended", ""
            log.info("chat source ended", extra={"source": self.name})
            return

    async def stop(self, task: asyncio.Task[None]) -> bool:
        """End ``task``, which runs this source; False when its adapter does not let go. It is left behind then, and unheard."""
        self._closed = True
        task.cancel()
        _, pending = await asyncio.wait([task], timeout=STOP_SECONDS)
        return not pending

    def connected(self) -> None:
        """A connection stands."""
        if self.state not in ("live", "ended") and not self._closed:
            self.state, self.error, self._quiet = "live", "", self._now()
            log.info("chat source live", extra={"source": self.name})

    def rejected(self, what: str) -> None:
        """Something came that is no event: its place, and why."""
        self.rejects += 1
        self._reject(what)

    def look(self) -> None:
        """Tell the operator, once, of silence and of a connection that does not come to stand."""
        if self._slow and not self._told_slow:
            log.warning(
                "chat source does not connect", extra={"source": self.name, "seconds": f"{CONNECT_SECONDS:.0f}"}
            )
        if self._silent and not self._told_silent:
            log.warning("chat source silent", extra={"source": self.name, "seconds": f"{self._silent_after:.0f}"})
        self._told_slow, self._told_silent = self._slow, self._silent

    def hand(self, event: ChatEvent) -> str:
        """An event that came from outside, as by a posted body; returns what becomes of it."""
        self.connected()
        return self._take(event)

    def status(self) -> SourceStatus:
        now = self._now()
        error = self.error
        if self._slow:
            error = f"no connection for {now - self._began:.0f} s" + (f"; before: {error}" if error else "")
        return SourceStatus(
            self.name, self.state, error, self.events, round(now - self._heard, 1) if self.events else None,
            round(max(0.0, self._again - now), 1) if self.state in ("waiting", "refused") else 0.0, self._silent,
            self.rejects, self.repeated,
        )  # fmt: skip

    async def _connection(self) -> None:
        platform = self._make(self)
        events: Any = platform.events()
        if not hasattr(events, "__aiter__"):
            raise TypeError(f"events() gave {type(events).__name__}, which is no stream of events")
        try:
            async for event in events:
                if self._closed:
                    return
                if not isinstance(event, ChatEvent):
                    self.rejected(f"{self.name}: {type(event).__name__}, which is no event")
                    raise Transient(f"gave {type(event).__name__}, which is no event")
                self.connected()
                self._take(event)
        finally:
            if hasattr(events, "aclose"):
                await events.aclose()

    def _take(self, event: ChatEvent) -> str:
        self._heard = self._quiet = self._now()
        if event.key in self._seen:
            self.repeated += 1
            return "repeated"
        self._seen[event.key] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        self.events += 1
        return self._offer(event)

    def _failed(self, error: BaseException, wait: float) -> None:
        self.state = "refused" if isinstance(error, Refused) else "waiting"
        self._again = self._now() + wait
        known = isinstance(error, Transient | Refused)
        self.error = str(error) if known else f"{type(error).__name__}: {error}"
        fields = {"source": self.name, "why": self.error, "again_in": f"{wait:.0f}s"}
        if known:
            log.warning("chat source failed", extra=fields)
        else:
            log.error("chat source broke", extra=fields, exc_info=error)

    @property
    def _silent(self) -> bool:
        return self.state == "live" and 0 < self._silent_after < self._now() - self._quiet

    @property
    def _slow(self) -> bool:
        return self.state == "connecting" and self._now() - self._began > CONNECT_SECONDS
