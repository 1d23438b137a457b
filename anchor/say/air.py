"""Air as the brain sees it: a place to play speech, and reports of what was really heard."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.alink import AsyncLink
from streams.link import LinkError
from streams.ports import Transient
from streams.types import Played, SpeechChunk
from streams.wire import (
    AirStatus,
    Cut,
    Hello,
    NoRoom,
    Questions,
    Restage,
    Scheduled,
    Seen,
    Session,
    Welcome,
    Yield,
    Yielded,
)

log = logging.getLogger(__name__)

RETRY_SECONDS = 0.2
SCHEDULE_SECONDS = 2.0
PIECES = 512
"""sent to air, whose answer has not come; more than air takes at once. The oldest is forgotten first"""

Key = tuple[str, int]
"""cue and seq of a sentence"""


@dataclass(slots=True)
class _Flight:
    """A sentence on its way to air. The same one may be sent again, as another flight of the same key."""

    key: Key
    left: int = 0
    """pieces without a place"""
    begin: float | None = None
    """monotonic seconds at which its first piece begins"""
    whole: bool = False
    """all of it was sent"""


class AirLink:
    """A Sink. ``heard`` is called for every sentence that was, exactly once per air and brain."""

    def __init__(self, path: Path, heard: Callable[[Played], None], now: Callable[[], float]) -> None:
        self.status: AirStatus | None = None
        """the last second's report of air"""
        self.end = 0.0
        """monotonic seconds at which what air has in store ends"""
        self.reported = 0
        """the number of the last report that came"""
        self.generation = 0
        """grows with each connection"""
        self._path, self._heard, self._now = path, heard, now
        self._link: AsyncLink | None = None
        self._changed = asyncio.Condition()
        self._flight: _Flight | None = None
        """what is being sent, or was sent last"""
        self._sent: deque[_Flight] = deque(maxlen=PIECES)
        """for each piece that air has not answered, in order: air answers each once"""
        self._yield = 0
        """the number of the last Yield; what air still says of an earlier one is not waited for"""
        self._yielded: Yielded | None = None
        self._waiting: list[Key] = []
        """what an earlier brain gave to air and has not been reported; a sentence that is said again, twice"""
        self._session = ""
        self._acknowledged = 0

    @property
    def connected(self) -> bool:
        return self._link is not None

    async def run(self) -> None:
        """Keep connected, for ever."""
        while True:
            try:
                link = await AsyncLink.connect(self._path)
            except LinkError:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            try:
                await link.send(Hello("brain"))
                while True:
                    await self._on_message(link, await link.receive())
            except LinkError as error:
                log.info("air gone", extra={"why": error})
            finally:
                self._link = None
                link.close()
            await asyncio.sleep(RETRY_SECONDS)

    async def _on_message(self, link: AsyncLink, message: object) -> None:
        async with self._changed:
            match message:
                case Session():
                    if message.session != self._session:
                        self._session, self.reported, self._acknowledged = message.session, 0, 0
                case Welcome():
                    self._waiting, self.end = list(message.waiting), message.end
                    self.generation += 1
                    self._link = link
                    self._flight = None
                    self._sent.clear()
                    log.info("air connected", extra={"session": self._session})
                case Scheduled():
                    self.end = message.end
                    if (flight := self._answered((message.cue, message.seq))) is not None:
                        flight.left -= 1
                        flight.begin = message.start if flight.begin is None else flight.begin
                case NoRoom():
                    self._answered((message.cue, message.seq))  # it stays without a place, and is waited for in vain
                case Yielded():
                    self.end = message.end
                    if message.id == self._yield:
                        self._yielded = message
                case Played():
                    if (key := (message.cue, message.seq)) in self._waiting:
                        self._waiting.remove(key)
                    if message.id > self.reported:
                        self.reported = message.id
                        self._heard(message)
                case AirStatus():
                    self.status = message
            self._changed.notify_all()

    def _answered(self, key: Key) -> _Flight | None:
        """Air has answered a piece of this sentence; None where an earlier brain sent it."""
        return self._sent.popleft() if self._sent and self._sent[0].key == key else None

    async def acknowledge(self, upto: int) -> None:
        """Let air forget the reports up to a number: what they say is safe here. Does nothing without air."""
        if upto > self._acknowledged and self._link is not None:
            self._acknowledged = upto
            with contextlib.suppress(Transient):
                await self._send(Seen(upto))

    async def ready(self) -> int:
        """Wait until air is there and has played what an earlier brain gave it; returns the generation."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._link is not None and not self._waiting)
            return self.generation

    async def until(self, moment: float) -> None:
        """Wait until ``moment``, or until the link is made anew."""
        generation = self.generation
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, moment - self._now())), self._changed:
                await self._changed.wait_for(lambda: self.generation != generation)

    async def play(self, chunk: SpeechChunk) -> None:
        key = chunk.cue, chunk.seq
        if self._flight is None or self._flight.key != key or self._flight.whole:
            self._flight = _Flight(key)
        self._flight.whole = chunk.last
        self._flight.left += 1
        self._sent.append(self._flight)
        await self._send(chunk)

    async def placed(self, cue: str, seq: int) -> float:
        flight = self._flight
        if flight is None or flight.key != (cue, seq):
            raise Transient("another air has come meanwhile")
        try:
            async with asyncio.timeout(SCHEDULE_SECONDS), self._changed:
                await self._changed.wait_for(lambda: flight.left == 0)
        except TimeoutError as error:
            raise Transient("air did not take the sentence") from error
        assert flight.begin is not None, "a piece has its place"
        return flight.begin

    async def cut(self, cue: str, seq: int) -> None:
        if self._flight is not None and self._flight.key == (cue, seq):
            self._flight = None  # what is sent under this name from now on is the sentence from its start
        await self._send(Cut(cue, seq))

    async def yield_(
        self, keys: Sequence[Key], cuttable: Sequence[Key], after: float
    ) -> tuple[Sequence[Key], Sequence[Key]]:
        generation, self._yielded = self.generation, None
        self._yield += 1
        await self._send(Yield(self._yield, tuple(keys), tuple(cuttable), after))
        try:
            async with asyncio.timeout(SCHEDULE_SECONDS), self._changed:
                await self._changed.wait_for(lambda: self._yielded is not None or self.generation != generation)
        except TimeoutError as error:
            raise Transient("air did not say what has yielded") from error
        if self._yielded is None or self.generation != generation:
            raise Transient("another air has come meanwhile")
        return self._yielded.dropped, self._yielded.cut

    async def tell(self, questions: Sequence[str]) -> None:
        """Show these questions of viewers; they must be masked. Raises Transient."""
        await self._send(Questions(tuple(questions)))

    async def restyle(self, stage: dict[str, Any]) -> None:
        """Another look and music from now on: the settings of streams.air.stage.StageConfig. Raises Transient."""
        await self._send(Restage(stage))

    async def _send(self, message: object) -> None:
        if self._link is None:
            raise Transient("air is not connected")
        try:
            await self._link.send(message)
        except LinkError as error:
            raise Transient(f"air: {error}") from error
