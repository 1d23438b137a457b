"""Speaks one utterance: passes the voice's pieces to a sink as they come, and retries or skips it if they do not."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from anchor.ports import Sink, Voice
from anchor.types import Utterance
from anchor.voice.remote import Unspeakable, VoiceBroke
from streams.backoff import Backoff
from streams.ports import Transient
from streams.types import Played, SpeechChunk

log = logging.getLogger(__name__)

HANDOVER = 0.5
"""seconds before a sentence's end at which the next one is chosen, with a voice that speaks at once"""
HANDOVER_LIMIT = 3.0
RETRY_SECONDS, RETRY_CAP = 0.3, 5.0
CUT_SECONDS = 1.0
TRIES = 3
"""how often the voice may break at one sentence before it is left out"""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence is in the sink whole. ``begins``: seconds of the sink's clock at which its last piece begins."""

    voice_ms: float
    begins: float


@dataclass(frozen=True, slots=True)
class NotSaid:
    """A sentence did not get out: it is to be given again after ``wait`` seconds, or, ``left_out``, never."""

    why: Exception
    left_out: bool
    wait: float


class Speaker:
    """Says one utterance at a time. Whoever owns the sink tells :meth:`heard` what the audience has heard."""

    def __init__(self, voice: Voice, sink: Sink, now: Callable[[], float] = time.monotonic) -> None:
        self.handover = HANDOVER
        """seconds before a sentence's end at which the next one should be chosen, by how fast the voice has been"""
        self.under_way: dict[tuple[str, int], Utterance] = {}
        """what the sink has and has not reported"""
        self._voice, self._sink, self._now = voice, sink, now
        self._backoff = Backoff(RETRY_SECONDS, 1.5, RETRY_CAP)
        self._broke = 0
        """times in a row at which the voice broke"""
        self._reported = asyncio.Event()

    async def say(self, utterance: Utterance) -> Said | NotSaid:
        """Hand a whole sentence to the sink, or take back what was handed over of it."""
        try:
            said = await self._say(utterance)
        except (Transient, Unspeakable) as error:
            return self._not_said(utterance, error)
        self._backoff.reset()
        self._broke = 0
        return said

    def heard(self, played: Played) -> None:
        """The audience has heard a sentence, or a part of it."""
        self.under_way.pop((played.cue, played.seq), None)
        self._reported.set()

    async def cut(self) -> None:
        """Stop what is under way, and wait a moment for the reports of it."""
        with contextlib.suppress(Transient, TimeoutError):
            for cue, seq in list(self.under_way):
                await self._sink.cut(cue, seq)
            async with asyncio.timeout(CUT_SECONDS):
                while self.under_way:
                    self._reported.clear()
                    await self._reported.wait()
        self.under_way.clear()

    async def _say(self, utterance: Utterance) -> Said:
        began = self._now()
        sent = False
        held: SpeechChunk | None = None
        try:
            async with contextlib.aclosing(self._voice.speak(utterance.text)) as pieces:
                async for speech in pieces:
                    if held is not None:
                        await self._sink.play(held)
                        sent = True
                    else:
                        self._learn(self._now() - began)
                    held = SpeechChunk(utterance.cue, utterance.seq, speech.sound, speech.visemes,
                                       utterance.text, utterance.card, mood=utterance.mood)  # fmt: skip
            if held is None:
                raise Unspeakable("the voice gave no sound")
            sent = True
            self.under_way[utterance.cue, utterance.seq] = utterance
            await self._sink.play(replace(held, last=True))
            begins = await self._sink.placed(utterance.cue, utterance.seq)
            return Said(round(1000 * (self._now() - began)), begins)
        except (Transient, Unspeakable):
            self.under_way.pop((utterance.cue, utterance.seq), None)
            if sent:
                with contextlib.suppress(Transient):
                    await self._sink.cut(utterance.cue, utterance.seq)
            raise

    def _learn(self, took: float) -> None:
        """The first piece of a sentence took so many seconds."""
        self.handover = min(HANDOVER_LIMIT, max(HANDOVER, self.handover * 0.8, HANDOVER + 1.5 * took))

    def _not_said(self, utterance: Utterance, error: Exception) -> NotSaid:
        wait = self._backoff.next()  # a voice that refuses everything must not make us spin
        self._broke = self._broke + 1 if isinstance(error, VoiceBroke) else 0
        fields = {"cue": utterance.cue, "why": error}
        if isinstance(error, Unspeakable) or self._broke >= TRIES:
            log.error("sentence cannot be spoken, left out", extra=fields)
            self._broke = 0
            return NotSaid(error, True, wait)
        log.warning("sentence not delivered", extra={**fields, "again_in": f"{wait:.1f}s"})
        return NotSaid(error, False, wait)
