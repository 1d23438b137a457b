"""The brain, wired: chat to desk, desk to voice, voice to air, and the console beside them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from anchor.desk.desk import Desk
from anchor.types import Utterance
from anchor.work.remote import AirLink, RemoteVoice, Unspeakable, VoiceBroke
from streams.backoff import Backoff
from streams.chat.keep import keep
from streams.ports import Platform, Transient
from streams.types import ChatEvent, Played, SpeechChunk

log = logging.getLogger(__name__)

HANDOVER = 0.5
"""seconds before a sentence's end at which the next one is chosen"""
HANDOVER_LIMIT = 3.0
SAVE_SECONDS = 0.2
RETRY_SECONDS, RETRY_CAP = 0.3, 5.0
REJECTS_LOGGED = 20
TRIES = 3
"""how often the voice may break at one sentence before it is left out"""


class Show:
    """Runs until cancelled. ``state`` is the file in which the place in the show survives a restart."""

    def __init__(self, desk: Desk, voice: RemoteVoice, air: Path, state: Path | None) -> None:
        """``air`` is the socket of the air process."""
        self.desk = desk
        self.air = AirLink(air, self.heard, time.monotonic)
        self.rejected: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.saying: Utterance | None = None
        self._voice, self._state = voice, state
        self._handover = HANDOVER
        self._saved = self._save_error = ""
        self.heard_at = time.monotonic()
        """when the audience last heard a sentence"""

    async def run(self, platforms: Sequence[Platform]) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.air.run(), name="air")
            group.create_task(self._direct(), name="director")
            group.create_task(self._keep_state(), name="state")
            for platform in platforms:
                group.create_task(keep(platform, self.offer), name=platform.name)

    def heard(self, played: Played) -> None:
        """Air tells what the audience has heard."""
        if played.seconds:
            self.heard_at = time.monotonic()
        self.desk.heard(played)

    def offer(self, event: ChatEvent) -> str:
        """Take an event from any source; returns what becomes of it."""
        verdict = self.desk.offer(event, time.monotonic())
        self.events[f"{event.platform} {event.kind}"] += 1
        if event.platform == "stdin":  # whoever typed it wants to know
            log.info("taken", extra={"from": "terminal", "verdict": verdict.reason})
        return verdict.reason

    def reject(self, what: str) -> None:
        """Something came that is no event; counted by source, and said."""
        source = what.partition(":")[0]
        self.rejected[source] += 1
        if self.rejected[source] <= REJECTS_LOGGED:
            log.warning("input rejected", extra={"what": what})

    async def _direct(self) -> None:
        generation = failed = 0
        told: tuple[int, list[str]] = (0, [])
        backoff = Backoff(RETRY_SECONDS, 1.5, RETRY_CAP)
        while True:
            now_on = await self.air.ready()
            if now_on != generation:
                # what the last air or the last brain had under way has been reported by now, or is lost
                generation = now_on
                self.desk.rewind()
            await self.air.until(self.air.end - self._handover)
            if self.air.generation != generation:
                continue
            self.saying = await self.desk.next(time.monotonic())
            self.save()  # a new brain must know what air may tell it about
            if self.saying.cue.startswith("chat:"):
                log.info("answering", extra={"cue": self.saying.cue, "words": self.saying.text})
            try:
                if (generation, self.desk.questions) != told:
                    await self.air.tell(self.desk.questions)
                    told = generation, self.desk.questions
                await self._say(self.saying)
                backoff.reset()
                failed = 0
            except Transient as error:
                failed = failed + 1 if isinstance(error, VoiceBroke) else 0
                if failed >= TRIES:
                    log.error(
                        "the voice breaks at this sentence, left out", extra={"cue": self.saying.cue, "why": error}
                    )
                    self.desk.give_up(self.saying)
                    failed = 0
                else:
                    self.desk.take_back(self.saying)
                wait = backoff.next()
                log.warning("sentence not delivered", extra={"why": error, "again_in": f"{wait:.1f}s"})
                await asyncio.sleep(wait)
            except Unspeakable as error:
                log.error("sentence cannot be spoken", extra={"cue": self.saying.cue, "why": error})
                self.desk.give_up(self.saying)
                await asyncio.sleep(backoff.next())  # a voice that refuses everything must not make us spin

    async def _say(self, utterance: Utterance) -> None:
        began = time.monotonic()
        sent = False
        held: SpeechChunk | None = None
        try:
            async with contextlib.aclosing(self._voice.speak(utterance.text)) as pieces:
                async for speech in pieces:
                    if held is not None:
                        await self.air.play(held)
                        sent = True
                    else:
                        took = time.monotonic() - began
                        self._handover = min(HANDOVER_LIMIT, max(HANDOVER, self._handover * 0.8, HANDOVER + 1.5 * took))
                    held = SpeechChunk(utterance.cue, utterance.seq, speech.sound, speech.visemes,
                                       utterance.text, utterance.card, mood=utterance.mood)  # fmt: skip
            if held is None:
                raise Unspeakable("the voice gave no sound")
            sent = True
            await self.air.play(replace(held, last=True))
            await self.air.scheduled(utterance.cue, utterance.seq)
        except (Transient, Unspeakable):
            if sent:
                with contextlib.suppress(Transient):
                    await self.air.cut(utterance.cue, utterance.seq)
            raise

    async def _keep_state(self) -> None:
        while True:
            reported = self.air.reported
            if self.save():
                await self.air.acknowledge(reported)
            await asyncio.sleep(SAVE_SECONDS)

    def save(self) -> bool:
        """Write the place in the show if it has changed; replaced as a whole, so a crash leaves the old or the new.
        False if it could not be written."""
        if self._state is None:
            return True
        state = self.desk.snapshot(0.0)
        text = json.dumps(state)
        if text == self._saved:
            return True
        state["at"] = time.monotonic()
        new = self._state.with_suffix(".new")
        try:
            new.write_text(json.dumps(state), encoding="utf-8")
            os.replace(new, self._state)
        except OSError as error:
            if str(error) != self._save_error:
                self._save_error = str(error)
                log.error("state not saved", extra={"file": self._state, "why": error})
            return False
        self._save_error = ""
        self._saved = text
        return True


def load_state(path: Path) -> dict[str, Any] | None:
    """An earlier life's state; None if there is none that can be read."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("earlier state not readable, starting afresh", extra={"file": path, "why": error})
        return None
    return (
        state if isinstance(state, dict) and {"at", "rundown", "inbox", "open", "disclosed"} <= state.keys() else None
    )
