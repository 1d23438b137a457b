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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from anchor.desk.desk import Desk
from anchor.mind.minds import Minds
from anchor.types import Utterance
from anchor.work.remote import AirLink, RemoteVoice, Unspeakable, VoiceBroke
from persona.model import Persona
from streams.backoff import Backoff
from streams.chat.keep import keep
from streams.ports import Platform, Transient
from streams.types import ChatEvent, Played, SpeechChunk

log = logging.getLogger(__name__)

HANDOVER = 0.5
"""seconds before a sentence's end at which the next one is chosen"""
HANDOVER_LIMIT = 3.0
PATIENCE = 0.4
"""of that time, for an answer that is not there yet"""
SAVE_SECONDS = 0.2
RETRY_SECONDS, RETRY_CAP = 0.3, 5.0
REJECTS_LOGGED = 20
CUT_SECONDS = 1.0
TRIES = 3
"""how often the voice may break at one sentence before it is left out"""


@dataclass(slots=True)
class PersonaStatus:
    """The persona that is on air, and what became of the last try at another."""

    version: str = ""
    problems: list[str] = field(default_factory=list)
    """of an edit that was not taken"""
    notes: list[str] = field(default_factory=list)
    """what of the last edit waits for the next start"""


@dataclass(frozen=True, slots=True)
class NextPersona:
    """Another persona, checked, to be taken at the next sentence."""

    persona: Persona
    images: dict[str, str]
    stage: dict[str, Any]
    version: str
    notes: list[str]


class Show:
    """Runs until cancelled. ``state`` is the file in which the place in the show survives a restart."""

    def __init__(
        self,
        desk: Desk,
        voice: RemoteVoice,
        air: Path,
        state: Path | None,
        version: str = "",
        stage: dict[str, Any] | None = None,
        minds: Minds | None = None,
    ) -> None:
        """``air`` is the socket of the air process, ``stage`` what it should look like (settings of StageConfig); ``minds``
        are looked at only."""
        self.desk = desk
        self.taken = PersonaStatus(version)
        self.minds = minds
        self.air = AirLink(air, self.heard, time.monotonic)
        self.rejected: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.saying: Utterance | None = None
        self._voice, self._state = voice, state
        self._handover = HANDOVER
        self._edit: NextPersona | None = None
        self._stage = stage
        self._flying: dict[tuple[str, int], Utterance] = {}
        """sentences that air has and has not reported"""
        self._urgent = asyncio.Event()
        self._broke = 0
        """times in a row at which the voice broke"""
        self._shown: tuple[int, dict[str, Any] | None] = (0, None)
        self._asked: tuple[int, list[str]] = (0, [])
        """what which air was told last"""
        self._answer_ms = 0.0
        self._saved = self._save_error = ""
        self.heard_at = time.monotonic()
        """when the audience last heard a sentence"""

    async def run(self, platforms: Sequence[Platform]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.air.run(), name="air")
                group.create_task(self._direct(), name="director")
                group.create_task(self._keep_state(), name="state")
                for platform in platforms:
                    group.create_task(keep(platform, self.offer), name=platform.name)
        finally:
            await self.desk.close()

    def heard(self, played: Played) -> None:
        """Air tells what the audience has heard."""
        if played.seconds:
            self.heard_at = time.monotonic()
        self._flying.pop((played.cue, played.seq), None)
        self.desk.heard(played)

    def offer(self, event: ChatEvent) -> str:
        """Take an event from any source; returns what becomes of it."""
        now = time.monotonic()
        verdict = self.desk.offer(event, now)
        self.desk.ponder(now)
        self.events[f"{event.platform} {event.kind}"] += 1
        if event.platform == "stdin":  # whoever typed it wants to know
            log.info("taken", extra={"from": "terminal", "verdict": verdict.reason})
        return verdict.reason

    def operate(self, text: str) -> str:
        """Say this at once; returns what speaks against it, empty when it will be said."""
        why = self.desk.operate(text, time.monotonic())
        if not why:
            self._urgent.set()
        self.save()
        return why

    def begin(self, script: str) -> bool:
        """Play a script from the next sentence on; False if there is none of this name that can be said."""
        begun = self.desk.begin(script)
        self.save()
        return begun

    def next_product(self) -> str | None:
        """Go on to the next product; None where the schedule names none."""
        product = self.desk.next_product()
        self.save()
        return product

    def take_next(self, edit: NextPersona) -> None:
        """Take another persona at the next sentence."""
        self._edit = edit

    def refuse(self, problems: list[str]) -> None:
        """An edit was not good: the persona stays, and its problems are told."""
        self.taken.problems = problems
        self.desk.records.notes.note("reload", refused=problems)

    def reject(self, what: str) -> None:
        """Something came that is no event; counted by source, and said."""
        source = what.partition(":")[0]
        self.rejected[source] += 1
        if self.rejected[source] <= REJECTS_LOGGED:
            log.warning("input rejected", extra={"what": what})

    async def _direct(self) -> None:
        generation = 0
        backoff = Backoff(RETRY_SECONDS, 1.5, RETRY_CAP)
        while True:
            now_on = await self.air.ready()
            if now_on != generation:
                # what the last air or the last brain had under way has been reported by now, or is lost
                generation = now_on
                self.desk.rewind()
                self._flying.clear()
            await self._until(self.air.end - self._handover)
            if self.air.generation != generation:
                continue
            if self._urgent.is_set():
                self._urgent.clear()
                await self._cut()
            self._take_edit()
            asked = time.monotonic()
            self.saying = await self.desk.next(asked, PATIENCE * self._handover)
            self._answer_ms = round(1000 * (time.monotonic() - asked), 1)
            self.save()  # a new brain must know what air may tell it about
            if self.saying.cue.startswith("chat:"):
                log.info("answering", extra={"cue": self.saying.cue, "words": self.saying.text})
            try:
                await self._tell(generation)
                await self._say(self.saying)
                self.desk.ponder(time.monotonic())
                backoff.reset()
                self._broke = 0
            except (Transient, Unspeakable) as error:
                wait = backoff.next()  # a voice that refuses everything must not make us spin
                self._not_said(self.saying, error, wait)
                await asyncio.sleep(wait)

    def _not_said(self, utterance: Utterance, error: Exception, wait: float) -> None:
        """A sentence did not get out: it is the next one again, unless that has no prospect."""
        self._broke = self._broke + 1 if isinstance(error, VoiceBroke) else 0
        told = {"cue": utterance.cue, "why": error}
        if isinstance(error, Unspeakable) or self._broke >= TRIES:
            log.error("sentence cannot be spoken, left out", extra=told)
            self.desk.give_up(utterance)
            self._broke = 0
        else:
            self.desk.take_back(utterance)
            log.warning("sentence not delivered", extra={**told, "again_in": f"{wait:.1f}s"})

    async def _tell(self, generation: int) -> None:
        """Let air know what it shows beside the sentence, if that has changed or air is a new one."""
        look = self._dressed(self._stage) if self._stage is not None else None
        if look is not None and (generation, look) != self._shown:
            await self.air.restyle(look)
            self._shown = generation, look
        if (generation, self.desk.questions) != self._asked:
            await self.air.tell(self.desk.questions)
            self._asked = generation, self.desk.questions

    def _dressed(self, stage: dict[str, Any]) -> dict[str, Any]:
        """The look with the banner's words as they are now: a price in them may have ended."""
        return {**stage, "look": {**stage["look"], "banner": self.desk.banner}}

    async def _until(self, moment: float) -> None:
        """Wait until it is time for another sentence, or for the operator's."""
        waits = [asyncio.ensure_future(self.air.until(moment)), asyncio.ensure_future(self._urgent.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _cut(self) -> None:
        """Stop what is being said, and what waits behind it; it is said again later."""
        if not self._flying or not self.desk.urgent(time.monotonic()):
            return
        with contextlib.suppress(Transient, TimeoutError):
            for cue, seq in list(self._flying):
                await self.air.cut(cue, seq)
            async with asyncio.timeout(CUT_SECONDS):
                while self._flying:
                    await self.air.news()
        self._flying.clear()
        self.desk.rewind()

    def _take_edit(self) -> None:
        edit, self._edit = self._edit, None
        if edit is None:
            return
        try:
            self.desk.adopt(edit.persona, edit.images)
        except (ValueError, LookupError, TypeError) as error:  # it was checked; whatever it is, the show goes on
            self.refuse([f"the persona cannot be used: {error!r}"])
            log.error("persona not taken, the old one goes on", extra={"why": repr(error)})
            return
        self.taken = PersonaStatus(edit.version, notes=edit.notes)
        self._stage = edit.stage
        self.desk.records.notes.note("reload", version=edit.version)
        log.info("persona taken", extra={"version": edit.version})

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
            self._flying[utterance.cue, utterance.seq] = utterance
            await self.air.play(replace(held, last=True))
            await self.air.scheduled(utterance.cue, utterance.seq)
            self.desk.records.notes.note("said", utterance.cue, seq=utterance.seq, of=utterance.of, what=utterance.kind,
                                       answer_ms=self._answer_ms, voice_ms=round(1000 * (time.monotonic() - began)), begins_in_ms=round(1000 * (self.air.begin - time.monotonic())))  # fmt: skip
        except (Transient, Unspeakable):
            self._flying.pop((utterance.cue, utterance.seq), None)
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
        last = self.desk.records.notes.last  # what is noted from now on is not in this state
        state = self.desk.snapshot(0.0)
        text = json.dumps(state)
        if text == self._saved:
            return True
        state |= {"at": time.monotonic(), "audit": last, "boot": boot()}
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
    if not isinstance(state, dict) or not {"at", "rundown", "inbox", "speaking", "disclosed"} <= state.keys():
        return None
    if state.get("boot") != boot():
        state["at"] = -1e12  # monotonic seconds of another boot: only the place in the show counts
    return state


def boot() -> str:
    """Names this start of the machine, since monotonic seconds begin again with each."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
