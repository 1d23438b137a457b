"""Speaks one utterance: passes the voice's pieces to a sink as they come, and retries or skips it if they do not."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable
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
ON_THE_WAY = 0.05
"""seconds from the choice of a sentence to the voice, and from the voice to the sink"""
TRIES = 3
"""how often the voice may break at one sentence before it is left out"""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence is in the sink whole. ``begins``: seconds of the sink's clock at which its first piece begins."""

    voice_ms: float
    begins: float


@dataclass(frozen=True, slots=True)
class NotSaid:
    """A sentence did not get out: it is to be given again after ``wait`` seconds, or, ``left_out``, never."""

    why: Exception
    left_out: bool
    wait: float


@dataclass(frozen=True, slots=True)
class Stopped:
    """What has made room for an answer: sentences that nobody has heard, and those that end at a pause."""

    dropped: tuple[Utterance, ...] = ()
    cut: tuple[Utterance, ...] = ()


class Speaker:
    """Says one utterance at a time. Whoever owns the sink tells :meth:`heard` what the audience has heard."""

    def __init__(self, voice: Voice, sink: Sink, now: Callable[[], float] = time.monotonic) -> None:
        self.handover = HANDOVER
        """seconds before a sentence's end at which the next one should be chosen, by how fast the voice has been"""
        self.under_way: dict[tuple[str, int], Utterance] = {}
        """what the sink has and has not reported"""
        self._ending: dict[tuple[str, int], Utterance] = {}
        """sentences that end early; each may be under way again before air has reported the first time"""
        self._asked: set[tuple[str, int]] = set()
        """sentences that the sink was asked about; they have no pause left"""
        self._first = ON_THE_WAY
        """seconds until the voice's first piece goes to the sink, a moving average"""
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
        key = played.cue, played.seq
        if self._ending.pop(key, None) is None:
            self.under_way.pop(key, None)
            self._asked.discard(key)
        self._reported.set()

    @property
    def speaking(self) -> bool:
        """Whether anything is under way that could be cut."""
        return bool(self.under_way or self._ending)

    async def cut(self) -> None:
        """Stop what is under way, and wait a moment for the reports of it."""
        with contextlib.suppress(Transient, TimeoutError):
            for cue, seq in [*self._ending, *self.under_way]:
                await self._sink.cut(cue, seq)
            async with asyncio.timeout(CUT_SECONDS):
                while self.speaking:
                    self._reported.clear()
                    await self._reported.wait()
        self.forget()

    def forget(self) -> None:
        """What was under way is lost, or has been reported."""
        self.under_way.clear()
        self._ending.clear()
        self._asked.clear()

    async def yield_(self, utterances: Iterable[Utterance], cuttable: Iterable[Utterance]) -> Stopped:
        """Let those of the ``utterances`` under way that nobody has heard make room for an answer, and the one that is heard,
        where it is ``cuttable``, end at its next pause. Asks the sink once for each. Raises Transient."""
        # one that is given again while its cut beginning sounds waits for the report of that: the sink knows both by one name
        flying = self.under_way.keys() - self._ending.keys()
        asked = {(u.cue, u.seq): u for u in utterances if (u.cue, u.seq) in flying}
        if asked.keys() <= self._asked:
            return Stopped()
        self._asked |= asked.keys()
        pauses = [(u.cue, u.seq) for u in cuttable if (u.cue, u.seq) in asked]
        dropped, cut = await self._sink.yield_(list(asked), pauses, self._now() + self._first + ON_THE_WAY)
        for key in (*dropped, *cut):
            self._asked.discard(key)
            if (utterance := self.under_way.pop(key, None)) is not None:  # its report may have come already
                self._ending[key] = utterance
        return Stopped(
            tuple(u for k, u in asked.items() if k in dropped), tuple(u for k, u in asked.items() if k in cut)
        )

    async def _say(self, utterance: Utterance) -> Said:
        began = self._now()
        sent = False
        held: SpeechChunk | None = None
        try:
            async with contextlib.aclosing(self._voice.speak(utterance.text)) as pieces:
                async for speech in pieces:
                    if held is not None:
                        sent = sent or self._learn_first(self._now() - began)
                        await self._sink.play(held)
                    else:
                        self._learn(self._now() - began)
                    held = SpeechChunk(utterance.cue, utterance.seq, speech.sound, speech.visemes,
                                       utterance.text, utterance.card, mood=utterance.mood)  # fmt: skip
            if held is None:
                raise Unspeakable("the voice gave no sound")
            sent = sent or self._learn_first(self._now() - began)
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

    def _learn_first(self, took: float) -> bool:
        """The first piece of a sentence is on its way to the sink after so many seconds; returns True."""
        self._first += 0.3 * (min(HANDOVER_LIMIT, took) - self._first)  # where it is slower once, a pause is longer
        return True

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
