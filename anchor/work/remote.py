"""Calls out of the brain: the voice worker as a Voice, and air as something to play on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from anchor.types import Speech
from anchor.work.worker import unpack_speech
from streams.link import PROTOCOL, AsyncLink, LinkError
from streams.ports import Transient
from streams.types import VISEMES, Played, SpeechChunk

log = logging.getLogger(__name__)

RETRY_SECONDS = 0.2
ANSWER_SECONDS = 10.0
"""the longest wait for the next piece of speech"""
SCHEDULE_SECONDS = 2.0


class VoiceBroke(Transient):
    """The voice was there and failed at this sentence."""


class Unspeakable(ValueError):
    """The voice refuses this text; trying again will not help."""


class RemoteVoice:
    """A voice worker behind a socket; one sentence at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._link: AsyncLink | None = None
        self._number = 0

    async def speak(self, text: str) -> AsyncGenerator[Speech, None]:
        """Raises Transient when the worker is gone, Unspeakable when it refuses the text."""
        self._number += 1
        whole = False
        try:
            if self._link is None:
                self._link = await AsyncLink.connect(self._path)
        except LinkError as error:
            raise Transient(f"voice: {error}") from error
        try:
            await self._link.send({"type": "speak", "id": self._number, "text": text})
            while True:
                async with asyncio.timeout(ANSWER_SECONDS):
                    message, payload = await self._link.receive()
                if message["type"] == "speech":
                    yield unpack_speech(message, payload)
                    continue
                whole = True
                if message["type"] == "failed":
                    raise Unspeakable(message["why"])
                return
        except LinkError as error:
            raise VoiceBroke(f"voice: {error}") from error
        except TimeoutError as error:
            raise VoiceBroke(f"voice: no sound within {ANSWER_SECONDS:g} s") from error
        finally:
            if not whole:  # the rest of an answer would be taken for the next one
                self.close()

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


class AirLink:
    """Air as the brain sees it. ``heard`` is called for every sentence that was, exactly once per air and brain."""

    def __init__(self, path: Path, heard: Callable[[Played], None], now: Callable[[], float]) -> None:
        self.status: dict[str, Any] = {}
        """the last second's report of air"""
        self.end = 0.0
        """monotonic seconds at which what air has in store ends"""
        self.begin = 0.0
        """monotonic seconds at which the sentence placed last begins, or its last piece"""
        self._path, self._heard, self._now = path, heard, now
        self._link: AsyncLink | None = None
        self._changed = asyncio.Condition()
        self._scheduled: tuple[str, int] | None = None
        self._waiting: set[tuple[str, int]] = set()
        self._session = ""
        self._acknowledged = 0
        self.reported = 0
        """the number of the last report that came"""
        self.generation = 0
        """grows with each connection"""

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
                await link.send({"type": "hello", "role": "brain", "protocol": PROTOCOL})
                while True:
                    message, _ = await link.receive()
                    await self._on_message(link, message)
            except LinkError as error:
                log.info("air gone", extra={"why": error})
            finally:
                self._link = None
                link.close()
            await asyncio.sleep(RETRY_SECONDS)

    async def _on_message(self, link: AsyncLink, message: dict[str, Any]) -> None:
        kind = message["type"]
        async with self._changed:
            if kind == "session":
                if message["session"] != self._session:
                    self._session, self.reported, self._acknowledged = message["session"], 0, 0
            elif kind == "welcome":
                self._waiting = {(cue, seq) for cue, seq in message.get("waiting", ())}
                self.end = message.get("end", 0.0)
                self.generation += 1
                self._link = link
                log.info("air connected", extra={"session": self._session})
            elif kind == "scheduled":
                self._scheduled, self.end = (message["cue"], message["seq"]), message["end"]
                self.begin = message["start"]
            elif kind == "played":
                self._waiting.discard((message["cue"], message["seq"]))
                if message["id"] > self.reported:
                    self.reported = message["id"]
                    self._heard(Played(*(message[k] for k in ("id", "cue", "seq", "seconds", "cut"))))
            elif kind == "status":
                self.status = message
            self._changed.notify_all()

    async def acknowledge(self, upto: int) -> None:
        """Let air forget the reports up to a number: what they say is safe here. Does nothing without air."""
        if upto > self._acknowledged and self._link is not None:
            self._acknowledged = upto
            with contextlib.suppress(Transient):
                await self._send({"type": "seen", "upto": upto})

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

    async def news(self) -> None:
        """Wait for whatever air tells next."""
        async with self._changed:
            await self._changed.wait()

    async def play(self, chunk: SpeechChunk) -> None:
        """Hand a chunk to air; raises Transient when air is gone."""
        self._scheduled = None
        visemes = [[VISEMES.index(v.shape), v.start, v.end, v.weight] for v in chunk.visemes]
        message = {"type": "chunk", "cue": chunk.cue, "seq": chunk.seq, "text": chunk.text, "last": chunk.last,
                   "card": asdict(chunk.card) if chunk.card else None, "visemes": visemes, "mood": chunk.mood}  # fmt: skip
        await self._send(message, chunk.sound.tobytes())

    async def tell(self, questions: Sequence[str]) -> None:
        """Show these questions of viewers; they must be masked."""
        await self._send({"type": "questions", "lines": list(questions)})

    async def restyle(self, stage: dict[str, Any]) -> None:
        """Another look and music from now on: the settings of streams.air.stage.StageConfig."""
        await self._send({"type": "stage", "config": stage})

    async def cut(self, cue: str, seq: int) -> None:
        """Stop this sentence at once; what was heard of it until then is reported."""
        await self._send({"type": "cut", "cue": cue, "seq": seq})

    async def scheduled(self, cue: str, seq: int) -> None:
        """Wait until air has placed a sentence; raises Transient when it does not."""
        try:
            async with asyncio.timeout(SCHEDULE_SECONDS), self._changed:
                await self._changed.wait_for(lambda: self._scheduled == (cue, seq))
        except TimeoutError as error:
            raise Transient("air did not take the sentence") from error

    async def _send(self, message: dict[str, Any], payload: bytes = b"") -> None:
        if self._link is None:
            raise Transient("air is not connected")
        try:
            await self._link.send(message, payload)
        except LinkError as error:
            raise Transient(f"air: {error}") from error
