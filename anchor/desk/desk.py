"""The desk: takes events, gives the next sentence, and moves on only when that sentence was heard.

It has no clock, no sockets and no tasks, so the live show, one rendered off line and a rehearsal share it whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from anchor.desk.answering import Answering
from anchor.desk.bridge import Bridges
from anchor.desk.director import Action, Floor, decide, takes_over
from anchor.desk.disclosure import Disclosures
from anchor.desk.focus import Focus
from anchor.desk.intake import Intake
from anchor.desk.rundown import Rundown
from anchor.desk.timetable import SET_BACK, Countdowns, Timetable
from anchor.desk.triage import Verdict
from anchor.desk.words import Words
from anchor.desk.yielding import Yielding, Yields
from anchor.mind.minds import MakeMind
from anchor.records.records import Records
from anchor.talk.edition import Edition, make
from anchor.text.mood import mood_of
from anchor.types import Cue, Ref, Utterance
from persona.fill import filled
from persona.model import Persona
from streams.types import ChatEvent, Played

STATE_SECONDS = 600.0
"""older states keep their place in the show, but not their questions"""


class Desk:
    """``state`` is what :meth:`snapshot` returned in an earlier life."""

    def __init__(
        self,
        persona: Persona,
        mind: MakeMind,
        images: dict[str, str],
        now: float,
        state: dict[str, Any] | None = None,
        records: Records | None = None,
    ) -> None:
        """``mind`` gives the responder of a persona; ``images`` are the absolute paths of product pictures by id."""
        self.words = Words()
        self.held = False
        """a human holds the floor: nothing is said but the operator's words"""
        self.records = records or Records()
        state = state or {}
        self._whole, self._mind, self._images = persona, mind, images
        wall = self.records.wall()
        self._on = make(persona, mind, images, wall)
        self._intake = Intake(self._on.persona, self._on.guard, self._on.answers, self.records)
        self._rundown = Rundown(self._on.persona, state.get("rundown"))
        self._focus = Focus(state)
        self._answering = Answering(self._on, self._intake, self.records, now, self._play, self._focus)
        self.overrulable = self._answering.overrulable
        """whether :meth:`operate` refuses a text for forbidden words alone, which ``force`` overrules"""
        self.inbox, self.counts = self._intake.inbox, self._intake.counts
        self._timetable = Timetable(persona.schedule, float(state.get("since", wall)))
        self._answering.orders = int(state.get("orders", 0))
        self._disclosures, self._countdowns = Disclosures(), Countdowns()
        self._last = ""
        """kind of the sentence given last"""
        self._bridges, self._yields = Bridges(), Yields(self.counts, self.records.notes)
        if state and 0 <= now - state.get("at", now + 1) < STATE_SECONDS:
            self._restore(state)

    # what the operator changes

    def adopt(self, persona: Persona, images: dict[str, str]) -> None:
        """Another persona from the next sentence on; raises whatever is wrong with it before anything has changed."""
        timetable = Timetable(persona.schedule, self._timetable.since)
        edition = make(persona, self._mind, images, self.records.wall())
        # nothing below can fail
        if persona.schedule != self._whole.schedule:
            self._timetable = timetable
            self._countdowns.clear()
        self._whole, self._images = persona, images
        self._use(edition)

    def operate(self, text: str, now: float, force: bool = False) -> str:
        """Say this at once; returns the reason for a refusal, empty when it will be said. ``force`` overrules forbidden words."""
        return self._answering.operate(text, now, force)

    def next_product(self) -> str | None:
        """Go on to the next product at the sentence's end; returns it, or None where the schedule names no products."""
        if not self._on.persona.schedule.products:
            return None
        product = self._rundown.rotation.next_product(self.records.wall())
        self._rundown.skip()
        self._note("operator", "", next_product=product)
        return product

    def begin(self, script: str) -> bool:
        """Play a script from the next sentence on; False if there is none of this name that can be said."""
        begun = self._play(script)
        self._note("operator", "", begin=script, refused="" if begun else "cannot be said")
        return begun

    def urgent(self, now: float) -> bool:
        """Whether what is being said must be cut for something."""
        return decide(replace(self._floor(now), speaking=True), now) == "cut"

    def forget(self, platform: str, viewer: str) -> int:
        """Forget a viewer; returns how many exchanges went. Raises sqlite3.Error when the memory cannot be written."""
        self._answering.forget(self.records.names.of(platform, viewer))
        return self._intake.forget(platform, viewer)

    @property
    def banner(self) -> str:
        """The words above the figure as they are now; nothing where a price in them is gone."""
        return filled(self._on.persona.look.banner, self._on.persona) or ""

    @property
    def questions(self) -> list[str]:
        """The last questions that were answered, as all may see them, newest last."""
        return self._answering.questions

    @property
    def persona(self) -> Persona:
        """As it is on air."""
        return self._whole

    @property
    def schedule_counts(self) -> Counter[str]:
        """What the schedule had to leave out or to say again."""
        return self._timetable.counts + self._rundown.rotation.counts

    # what viewers do

    def offer(self, event: ChatEvent, now: float) -> Verdict:
        """Take an event; the verdict says whether something will be said about it."""
        return self._intake.offer(event, self._focus.on_screen, now)

    # what is said

    async def next(self, now: float, patience: float = float("inf")) -> Utterance | None:
        """The next sentence to say; None while a human holds the floor. It counts as given until it is reported as heard, or
        :meth:`rewind`. ``patience`` is how many seconds may be spent on waiting for an answer; one that is not there by then
        is said later."""
        wall = self.records.wall()
        self._keep_up(now, wall)
        late = False
        while True:
            floor = self._floor(now)
            action = decide(replace(floor, waiting=()) if late else floor, now)
            if action == "operator":
                done = self._answering.order(now)
            elif action == "question":
                done, late = await self._answering.question(floor, now, patience)
            elif action == "answer":
                done = await self._answering.go_on(now, patience)
            elif action == "rest":
                return None
            else:
                break
            if done:
                action = "answer"
                break
        utterance = self._utter(action, now, wall)
        self._last = utterance.kind
        return utterance

    def ponder(self, now: float) -> None:
        """Begin to think about the question that is next, so that its answer is there when it is wanted."""
        self._answering.ponder(self._floor(now), now)

    def watch(self, begun: Callable[[], None]) -> None:
        """Call ``begun`` when an answer has its first sentence: it may take over."""
        self._answering.watch(begun)

    def yielding(self, under_way: Iterable[Utterance], now: float) -> Yielding:
        """What of the sentences under way makes room for an answer that is ready now; nothing if none is."""
        floor = self._floor(now)
        ready = replace(floor, ready=self._answering.ready(floor, now))
        return self._yields.among(under_way) if takes_over(ready, now) else Yielding()

    def yielded(self, dropped: Sequence[Utterance], cut: Sequence[Utterance]) -> None:
        """These make room for an answer, and are given again behind it."""
        for utterance in (*dropped, *cut):
            self._give_again(utterance.ref)  # each is reported, and on screen until then
        self._yields.note(dropped, cut)

    def _utter(self, action: Action, now: float, wall: float) -> Utterance:
        persona, focus = self._on.persona, self._focus.given
        if action == "answer" and (turn := self._answering.speaking.current) is not None:
            turn.given += 1
            ref = replace(Ref.of(turn.cue.id), seq=turn.given - 1)
            utterance = self._say(ref, turn.sentences[ref.seq], turn.product, turn.kind)
            self.words.give(ref.cue, ref.seq, turn.plain[min(ref.seq, len(turn.plain) - 1)])
            mood = turn.mood(ref.seq) or utterance.mood
            return replace(utterance, mood=mood, of=0 if turn.open else len(turn.sentences))
        if action == "disclosure":
            self._disclosures.give()
            return self._say(Ref("disclosure", f"{now:.3f}"), persona.disclosure.line, focus, "disclosure")
        if action == "countdown":
            if (text := filled(self._countdowns.line(self._on.english), persona)) is not None:
                return self._say(Ref("countdown", f"{now:.3f}"), text, focus, "countdown")
        next_line = self._rundown.line(wall)
        if next_line is None:  # no script can be said: better the truth again than silence
            self.counts["nothing to say"] += 1
            return self._say(Ref("disclosure", f"{now:.3f}"), persona.disclosure.line, focus, "disclosure")
        if action == "bridge":
            phrase = self._bridges.phrase(persona, next_line.product, now)
            return self._say(Ref("bridge", f"{now:.3f}"), phrase, next_line.product, "bridge")
        self._rundown.give(wall)
        return self._say(next_line.ref, next_line.text, next_line.product, "script")

    def _keep_up(self, now: float, wall: float) -> None:
        """What time alone brings about."""
        if wall >= self._on.sale_end or wall < self._on.wall - SET_BACK:
            self._note("decision", "", why="a sale has ended")
            self._use(make(self._whole, self._mind, self._images, wall))
        self._intake.gather(now)
        for due in reversed(self._timetable.due(wall)):  # each is put before the next sentence
            if due.script:
                begun = self._rundown.begin(due.script, wall)
                self._note("decision", "", why="by the clock" if begun else "cannot be said now", script=due.script)
            else:
                self._countdowns.add(due)
        self._timetable.counts["left out: countdown too late"] += self._countdowns.expire(wall)

    def _play(self, script: str) -> bool:
        return self._rundown.begin(script, self.records.wall())

    def _floor(self, now: float) -> Floor:
        answering = self._answering
        return Floor(
            held=self.held,
            operator=self.inbox.best(now, "operator") is not None,
            ordering=answering.speaking.ordering,
            answering=answering.speaking.current is not None,
            disclosure_due=self._disclosures.due(self._on.persona.disclosure.every),
            countdown=bool(self._countdowns),
            waiting=self.inbox.tiers(now),
            budget=answering.budget.left(now),
            share=answering.budget.share,
            chat_due=answering.chat_due,
            left_off=self._rundown.left_off and self._bridges.wanted(self._last, now),
        )

    def _say(self, ref: Ref, text: str, product: str | None, kind: str) -> Utterance:
        self.words.give(ref.cue, ref.seq, text)
        self._focus.give(ref, product)
        return Utterance(ref, text, self._on.cards.get(product or ""), mood_of(text), kind)

    # what was heard

    def heard(self, played: Played) -> None:
        """The audience heard a sentence, or a part of it, which then will be said again."""
        ref = Ref.of(played.cue, played.seq)
        text = self.words.of(played.cue, played.seq) or (self._rundown.text(ref) if ref.kind == "script" else "")
        text = text or self._answering.speaking.text(played.cue, played.seq)
        self.words.hear(played, text)
        self._focus.heard(played)
        self._note("heard", played.cue, seq=played.seq, text=text, seconds=round(played.seconds, 3), cut=played.cut)
        if played.cut:
            self.counts["cut"] += 1
            return
        self.counts["heard"] += 1
        self._done(ref)

    def give_up(self, utterance: Utterance) -> None:
        """A sentence cannot be said by any means: go on after it."""
        self.counts["given up"] += 1
        self._note("given up", utterance.cue, seq=utterance.seq)
        self._focus.take_back(utterance.ref)
        self._done(utterance.ref, said=False)

    def _done(self, ref: Ref, said: bool = True) -> None:
        if ref.kind == "script":
            self._rundown.report(ref)
        elif ref.kind == "disclosure":
            self._disclosures.done(float(ref.id), self._on.persona.disclosure.every, said)
        else:
            self._answering.done(ref, said)

    def take_back(self, utterance: Utterance) -> None:
        """This sentence never reached the audience; what was given before it may still be on its way."""
        self._focus.take_back(utterance.ref)
        self._give_again(utterance.ref)

    def _give_again(self, ref: Ref) -> None:
        if ref.kind == "script":
            self._rundown.take_back(ref)
        elif ref.kind == "disclosure":
            self._disclosures.take_back()
        elif ref.kind == "bridge":
            self._bridges.take_back()
        else:
            self._answering.speaking.take_back(ref.cue, ref.seq)

    def rewind(self) -> None:
        """Everything that was given but not heard is lost: give it again."""
        self._rundown.rewind()
        self._disclosures.take_back()
        self._focus.rewind()
        self._answering.speaking.rewind()

    # what survives

    def snapshot(self, now: float) -> dict[str, Any]:
        """What a new desk needs to go on from here, as JSON values. No viewer is named in it."""
        return {
            "at": now,
            "rundown": self._rundown.state(),
            "since": self._timetable.since,
            **self._focus.state(),
            **self._intake.state(),
            "speaking": self._answering.speaking.state(),
            "orders": self._answering.orders,
            "facts": self._on.facts_mark,
            "disclosed": self._disclosures.last,
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self._intake.restore(state)
        self._answering.speaking.restore(state["speaking"])
        if state["facts"] != self._on.facts_mark:
            self._answering.reconsider()
        self._disclosures.last = state["disclosed"]

    def again(self, cue: Cue, now: float) -> None:
        """A cue that was taken in an earlier life and is in no snapshot; deeds by :meth:`deed_again`."""
        if cue.expires > now and not self._answering.speaking.knows(cue.id):
            self.inbox.put(cue, now)

    def deed_again(self, what: str, who: str, now: float) -> None:
        self._intake.again(what, who, now)

    async def close(self) -> None:
        """Stop thinking."""
        await self._answering.close()

    # within

    def _use(self, edition: Edition) -> None:
        self._on = edition
        self._intake.adopt(edition.persona, edition.guard, edition.answers)
        self._rundown.adopt(edition.persona)
        self._answering.use(edition)

    def _note(self, kind: str, cue: str, **data: Any) -> None:
        self.records.notes.note(kind, cue, **data)
