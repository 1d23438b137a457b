"""The broadcast: passes the desk's sentences to the speaker and air's reports to the desk, and saves desk state."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anchor.desk.desk import Desk
from anchor.mind.minds import Minds
from anchor.ports import Voice
from anchor.say.air import AirLink
from anchor.say.speaker import NotSaid, Speaker
from anchor.show.sources import Entry, Sources
from anchor.show.state import StateFile
from anchor.types import Utterance
from persona.model import Persona
from streams.ports import Transient
from streams.types import ChatEvent, Played

log = logging.getLogger(__name__)

PATIENCE = 0.4
"""of the handover's time, for an answer that is not there yet"""
SAVE_SECONDS = 0.2
REST_SECONDS = 0.2
"""between two looks whether a human still holds the floor"""
REJECTS_LOGGED = 20


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
    chat: Sequence[Entry]
    version: str
    notes: list[str]


class Show:
    """Runs until cancelled. ``state`` is the file in which the place in the show survives a restart."""

    def __init__(
        self,
        desk: Desk,
        voice: Voice,
        air: Path,
        state: StateFile | None = None,
        version: str = "",
        stage: dict[str, Any] | None = None,
        minds: Minds | None = None,
        folder: Path = Path(),
        began: float = 0.0,
    ) -> None:
        """``air`` is the socket of the air process, ``stage`` what it should look like (settings of StageConfig); ``minds``
        are looked at only; ``folder`` is the persona's, ``began`` when the show began."""
        self.desk, self.minds = desk, minds
        self.taken = PersonaStatus(version)
        self.air = AirLink(air, self.heard, time.monotonic)
        self.sources = Sources(folder, self.offer, self.reject, began)
        self.rejected: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.saying: Utterance | None = None
        self.heard_at = time.monotonic()
        """when the audience last heard a sentence"""
        self._speaker = Speaker(voice, self.air)
        self._state, self._stage = state, stage
        self._next: NextPersona | None = None
        self._urgent, self._begun = asyncio.Event(), asyncio.Event()
        """the operator speaks; an answer has its first sentence"""
        desk.watch(self._begun.set)
        self._shown: tuple[int, dict[str, Any] | None] = (0, None)
        self._asked: tuple[int, list[str]] = (0, [])
        """what which air was told last"""

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.air.run(), name="air")
                group.create_task(self._direct(), name="director")
                group.create_task(self._keep_state(), name="state")
                group.create_task(self.sources.run(), name="sources")
        finally:
            await self.desk.close()

    def heard(self, played: Played) -> None:
        """Air tells what the audience has heard."""
        if played.seconds:
            self.heard_at = time.monotonic()
        self._speaker.heard(played)
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

    def operate(self, text: str, force: bool = False) -> str:
        """Say this at once; returns the reason for a refusal, empty when it will be said. ``force`` overrules forbidden words."""
        why = self.desk.operate(text, time.monotonic(), force)
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

    def take_next(self, persona: NextPersona) -> None:
        """Take another persona at the next sentence."""
        self._next = persona

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

    def save(self) -> bool:
        """Write the place in the show if it has changed; False if it could not be written."""
        if self._state is None:
            return True
        last = self.desk.records.notes.last  # what is noted from now on is not in this state
        return self._state.write(self.desk.snapshot(0.0), last)

    async def _direct(self) -> None:
        generation = 0
        while True:
            current = await self.air.ready()
            if current != generation:
                # what the last air or the last brain had under way has been reported by now, or is lost
                generation = current
                self.desk.rewind()
                self._speaker.forget()
            await self._until_next()
            if self.air.generation != generation:
                continue
            if self._urgent.is_set():
                self._urgent.clear()
                await self._cut()
            self._take_persona()
            asked = time.monotonic()
            self.saying = await self.desk.next(asked, PATIENCE * self._speaker.handover)
            answer_ms = round(1000 * (time.monotonic() - asked), 1)
            self.save()  # a new brain must know what air may tell it about
            if self.saying is None:
                await self._until(time.monotonic() + REST_SECONDS)
            else:
                await self._say(self.saying, generation, answer_ms)

    async def _say(self, utterance: Utterance, generation: int, answer_ms: float) -> None:
        if utterance.ref.kind == "chat":
            log.info("answering", extra={"cue": utterance.cue, "words": utterance.text})
        try:
            await self._dress(generation)
        except Transient as error:
            log.warning(
                "air was not told what to show", extra={"why": error}
            )  # the sentence will fail for the same reason
        outcome = await self._speaker.say(utterance)
        if isinstance(outcome, NotSaid):
            if outcome.left_out:
                self.desk.give_up(utterance)
            else:
                self.desk.take_back(utterance)
            await asyncio.sleep(outcome.wait)
            return
        begins_in = round(1000 * (outcome.begins - time.monotonic()))
        self.desk.records.notes.note("said", utterance.cue, seq=utterance.seq, of=utterance.of, what=utterance.kind,
                                     answer_ms=answer_ms, voice_ms=outcome.voice_ms, begins_in_ms=begins_in)  # fmt: skip
        self.desk.ponder(time.monotonic())

    async def _dress(self, generation: int) -> None:
        """Let air know what it shows beside the sentence, if that has changed or air is a new one."""
        stage = self._stage
        # the banner's words as they are now: a price in them may have ended
        look = {**stage, "look": {**stage["look"], "banner": self.desk.banner}} if stage is not None else None
        if look is not None and (generation, look) != self._shown:
            await self.air.restyle(look)
            self._shown = generation, look
        if (generation, self.desk.questions) != self._asked:
            await self.air.tell(self.desk.questions)
            self._asked = generation, self.desk.questions

    async def _until_next(self) -> None:
        """Wait until another sentence is wanted: near the end of what air has, or when a ready answer has made room."""
        while not self._urgent.is_set():
            self._begun.clear()
            moment = self.air.end - self._speaker.handover
            if time.monotonic() < moment and await self._yield():
                return
            await self._until(moment)
            if not self._begun.is_set():
                return

    async def _yield(self) -> bool:
        """Let what is under way make room for an answer that is ready; False if there is none, or nothing makes room."""
        room = self.desk.yielding(self._speaker.under_way.values(), time.monotonic())
        try:
            stopped = await self._speaker.yield_(room.sentences, room.cuttable)
        except Transient as error:
            # nobody knows what of it will be heard: all of it is cut and said again
            log.warning("air did not make room for an answer", extra={"why": error})
            await self._speaker.cut()
            self.desk.rewind()
            return True
        if not stopped.dropped and not stopped.cut:
            return False
        self.desk.yielded(stopped.dropped, stopped.cut)
        return True

    async def _until(self, moment: float) -> None:
        """Wait until ``moment``, until air is another one, until the operator speaks or an answer has begun."""
        waits = [asyncio.ensure_future(wait) for wait in
                 (self.air.until(moment), self._urgent.wait(), self._begun.wait())]  # fmt: skip
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _cut(self) -> None:
        """Stop what is being said, and what waits behind it; it is said again later."""
        if self._speaker.speaking and self.desk.urgent(time.monotonic()):
            await self._speaker.cut()
            self.desk.rewind()

    def _take_persona(self) -> None:
        chosen, self._next = self._next, None
        if chosen is None:
            return
        try:
            self.desk.adopt(chosen.persona, chosen.images)
        except Exception as error:  # noqa: BLE001 - it was checked; whatever it is, the show goes on
            self.refuse([f"the persona cannot be used: {error!r}"])
            log.error("persona rejected, the old one stays in use", extra={"why": repr(error)})
            return
        self.taken = PersonaStatus(chosen.version, notes=chosen.notes)
        self._stage = chosen.stage
        self.sources.want(chosen.chat)
        self.desk.records.notes.note("reload", version=chosen.version)
        log.info("persona taken", extra={"version": chosen.version})

    async def _keep_state(self) -> None:
        while True:
            reported = self.air.reported
            if self.save():
                await self.air.acknowledge(reported)
            await asyncio.sleep(SAVE_SECONDS)
