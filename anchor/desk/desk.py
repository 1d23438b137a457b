"""The desk: events come in, the next sentence goes out, and only what was heard moves it on.

It has no clock, no sockets and no tasks, so the live show, one rendered off line and a rehearsal share it whole.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from anchor.desk.bridge import Bridges
from anchor.desk.budget import Budget
from anchor.desk.director import Action, Floor, answerable, decide
from anchor.desk.intake import Intake
from anchor.desk.rundown import Rundown
from anchor.desk.speaking import Speaking, Turn
from anchor.desk.timetable import SET_BACK, Due, Timetable, left_words
from anchor.desk.triage import Verdict
from anchor.guard import privacy
from anchor.ports import Responder
from anchor.records.records import Records
from anchor.talk.answers import Reply
from anchor.talk.edition import Edition, make
from anchor.talk.thought import Thought, Thoughts
from anchor.text.mood import mood_of
from anchor.text.sentences import sentences
from anchor.types import PRIORITY, Cue, Exchange, Talk, Utterance
from persona.fill import by_id, filled
from persona.model import Persona
from persona.tempo import seconds
from streams.types import ChatEvent, Played

RECENT = 20
QUESTIONS = 4
STATE_SECONDS = 600.0
"""older states keep their place in the show, but not their questions"""
COUNTDOWNS = 8
ORDER_LIMIT = 300
"""characters of the operator's words, as of a line of a script"""
DISCLOSE_AGAIN = 30.0
COURTESY_SHARE = 0.4
"""of the viewers' budget, kept for questions"""
GOES_ON = 1.0
"""seconds of silence that the next sentence of an answer is worth"""


class Desk:
    """``state`` is what :meth:`snapshot` returned in an earlier life."""

    def __init__(
        self,
        persona: Persona,
        responder: Callable[[Persona], Responder],
        images: dict[str, str],
        now: float,
        state: dict[str, Any] | None = None,
        records: Records | None = None,
    ) -> None:
        """``responder`` gives that of a persona; ``images`` are the absolute paths of product pictures by id."""
        self.heard_recently: list[dict[str, Any]] = []
        """the last sentences heard, newest last"""
        self.questions: list[str] = []
        """the last questions that were answered, as all may see them, newest last"""
        self.records = records or Records()
        state = state or {}
        self._whole, self._responder = persona, responder
        wall = self.records.wall()
        self._on = make(persona, responder, images, wall)
        self._images = images
        self._intake = Intake(self._on.persona, self._on.guard, self._on.answers, self.records)
        self.inbox, self.counts = self._intake.inbox, self._intake.counts
        self._rundown = Rundown(self._on.persona, state.get("rundown"))
        self._timetable = Timetable(persona.schedule, float(state.get("since", wall)))
        self._budget = Budget(persona.rules.viewers_per_minute, now)
        self._speaking = Speaking()
        self._thoughts = Thoughts()
        self._orders = int(state.get("orders", 0))
        self._focus: str | None = state.get("focus")
        self._disclosed = -1e9
        self._disclosing = False
        """the disclosure is on its way; it counts when it was heard"""
        self._countdowns: deque[Due] = deque(maxlen=COUNTDOWNS)
        self._chat_due = now
        self._last = ""
        """kind of the sentence given last"""
        self._bridges = Bridges()
        self._texts: dict[tuple[str, int], str] = {}
        if state and 0 <= now - state.get("at", now + 1) < STATE_SECONDS:
            self._restore(state)

    # what the operator changes

    def adopt(self, persona: Persona, images: dict[str, str]) -> None:
        """Another persona from the next sentence on; raises whatever is wrong with it before anything has changed."""
        wall = self.records.wall()
        timetable = Timetable(persona.schedule, self._timetable.since)
        made = make(persona, self._responder, images, wall)
        # nothing below can fail
        if persona.schedule != self._whole.schedule:
            self._timetable = timetable
            self._countdowns.clear()
        self._whole, self._images = persona, images
        self._budget.per_minute = persona.rules.viewers_per_minute
        self._use(made)

    def operate(self, text: str, now: float) -> str:
        """Words that the operator wants said at once; returns what speaks against them, empty when they will be."""
        if len(text) > ORDER_LIMIT:
            return f"at most {ORDER_LIMIT} characters at once, not {len(text)}"
        said = sentences(text)
        if problem := next((why for sentence in said if (why := self._against(sentence))), ""):
            self._note("operator", "", text=privacy.words(text), refused=problem)
            return problem
        if not said:
            return "no words"
        self._orders += 1
        cue = Cue(
            f"operator:{now:.3f}:{self._orders}", "operator", text, PRIORITY["operator"], now, now + STATE_SECONDS
        )
        self._note("operator", cue.id, text=privacy.words(text))
        self._thoughts.hurry()
        return "" if self.inbox.put(cue, now) != "full" else "too much waits to be said"

    def _against(self, sentence: str) -> str:
        """What speaks against a sentence of the operator's."""
        hits = ", ".join(map(str, self._on.guard.hits(sentence)))
        return hits or self._on.answers.unfounded(sentence, self._focus)

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
        begun = self._rundown.begin(script, self.records.wall())
        self._note("operator", "", begin=script, refused="" if begun else "cannot be said")
        return begun

    def urgent(self, now: float) -> bool:
        """Whether what is being said must be cut for something."""
        return decide(replace(self._floor(now), speaking=True), now) == "cut"

    def forget(self, platform: str, viewer: str) -> int:
        """Forget a viewer; returns how many exchanges went. Raises sqlite3.Error when the memory cannot be written."""
        who = self.records.names.of(platform, viewer)
        self._speaking.forget(who)
        self._thoughts.forget(who)
        self.questions = []
        return self._intake.forget(platform, viewer)

    @property
    def banner(self) -> str:
        """The words above the figure as they are now; nothing where a price in them is gone."""
        return filled(self._on.persona.look.banner, by_id(self._on.persona)) or ""

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
        return self._intake.offer(event, self._focus, now)

    # what is said

    async def next(self, now: float, patience: float = float("inf")) -> Utterance:
        """The next sentence to say. It counts as given until it is reported as heard, or :meth:`rewind`. ``patience`` is how
        many seconds may be spent on waiting for an answer; one that is not there by then is said later."""
        wall = self.records.wall()
        self._keep_up(now, wall)
        late = False
        while True:
            floor = self._floor(now)
            action = decide(replace(floor, waiting=()) if late else floor, now)
            if action == "operator":
                done = self._order(now)
            elif action == "question":
                done, late = await self._question(floor, now, patience)
            elif action == "answer":
                done = await self._goes_on(now, patience)
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
        if cue := self._wanted(self._floor(now), now):
            self._think(cue)

    def _wanted(self, floor: Floor, now: float) -> Cue | None:
        tier = answerable(floor, now)
        return self.inbox.best(now, tier) if tier else None

    def _think(self, cue: Cue) -> Thought | None:
        """The thought of a cue; None where there is nothing to think about."""
        if cue.source == "thanks":
            return None

        def talk() -> Talk:
            return Talk(cue.product or self._focus, self.records.memory.recall(cue.room, cue.who))

        return self._thoughts.about(self._on.answers, cue, talk)

    def _order(self, now: float) -> bool:
        """Take up the operator's words, if they still may be said."""
        cue = self.inbox.best(now, "operator")
        assert cue is not None, "the floor says that one waits"
        self.inbox.take(cue)
        said = sentences(cue.prompt)
        if problem := next((why for sentence in said if (why := self._against(sentence))), ""):
            self._note("operator", cue.id, text=privacy.words(cue.prompt), refused=problem)
            return False  # it was good when it was given, and facts have changed since
        self._begin(cue, Reply(tuple(said), source="operator", product=self._focus), now)
        return True

    async def _question(self, floor: Floor, now: float, patience: float) -> tuple[bool, bool]:
        """Whether the question that is next can be answered now, and whether its answer is late."""
        cue = self._wanted(floor, now)
        assert cue is not None, "the floor says that one waits"
        thought = self._think(cue)
        if thought is None:
            self._begin(
                self.inbox.take(cue), Reply(tuple(sentences(cue.prompt)), source=cue.source, product=self._focus), now
            )
            return True, False
        if not await thought.ready(0, patience):
            return False, True
        if thought is not self._thoughts.next:
            return False, False  # facts have changed meanwhile
        self._thoughts.begin(thought)
        cue, reply = self.inbox.take(cue), thought.reply
        if thought.cue.askers == 1 and reply.sentences and reply.source != "pass":  # others have asked meanwhile
            reply.sentences = (self._on.answers.together(cue.askers) + reply.sentences[0], *reply.sentences[1:])
        self._begin(cue, reply, now, thought)
        return bool(thought.reply.sentences), False

    async def _goes_on(self, now: float, patience: float) -> bool:
        """Whether the answer under way has its next sentence."""
        speech = self._speaking.current
        assert speech is not None, "the floor says that there is one"
        thought = self._thoughts.of(speech.cue.id)
        if thought is not None:
            came = await thought.ready(speech.given, patience + GOES_ON)
            self._grow(speech, thought, now)
            if not came and self.inbox.best(now, "operator") is None:
                self.counts["broken off"] += 1
                thought.reply.fell = thought.reply.fell or "stalled: its next sentence took too long"
                self._close(speech, thought)
            elif thought.done:
                self._close(speech, thought)
        elif speech.given >= len(speech.sentences):
            self._speaking.close(speech.cue.id)  # whoever thought of it is gone
        return speech.given < len(speech.sentences)

    def _grow(self, speech: Turn, thought: Thought, now: float) -> None:
        """What has come of an answer since."""
        more = thought.reply.sentences[len(speech.sentences) :]
        speech.sentences += more
        speech.moods = list(thought.reply.moods)
        self._budget.spend(now, sum(seconds(s, self._on.persona.voice.rate) for s in more))

    def _close(self, speech: Turn, thought: Thought) -> None:
        """Nothing more comes of an answer."""
        self._thoughts.end(thought)
        self._tell(thought)
        reply = thought.reply
        self._note("answer", speech.cue.id, answer=reply.sentences, source=reply.source, facts=reply.facts,
                   blocked=reply.blocked, fell=reply.fell, left=len(speech.sentences) - speech.given)  # fmt: skip
        if (whole := self._speaking.close(speech.cue.id)) is not None:
            self._remember(whole)

    def _tell(self, thought: Thought) -> None:
        """Count how an answer came about."""
        reply = thought.reply
        self.counts[f"answered: {reply.source or 'not at all'}"] += 1
        for why in reply.blocked:
            self.counts[f"blocked: {why.partition(':')[0].partition(' ')[0]}"] += 1
        if reply.fell:
            self.counts[f"fell back: {reply.fell.partition(':')[0]}"] += 1

    def _utter(self, action: Action, now: float, wall: float) -> Utterance:
        if action == "answer" and (speech := self._speaking.current) is not None:
            speech.given += 1
            seq = speech.given - 1
            said = self._say(speech.cue.id, seq, speech.sentences[seq], speech.product, speech.kind)
            said = replace(said, mood=speech.mood(seq) or said.mood)
            self._texts[speech.cue.id, seq] = speech.plain[min(seq, len(speech.plain) - 1)]
            return replace(said, of=0 if speech.open else len(speech.sentences))
        if action == "disclosure":
            self._disclosing = True
            return self._say(f"disclosure:{now:.3f}", 0, self._on.persona.disclosure.line, self._focus, "disclosure")
        if action == "countdown":
            due = self._countdowns.popleft()
            told = due.say.replace("{left}", left_words(due.left, self._on.english))
            if (text := filled(told, by_id(self._on.persona))) is not None:
                return self._say(f"countdown:{now:.3f}", 0, text, self._focus, "countdown")
        line = self._rundown.line(wall)
        if line is None:  # every script needs a value that is gone: better the truth again than silence
            self.counts["nothing to say"] += 1
            return self._say(f"disclosure:{now:.3f}", 0, self._on.persona.disclosure.line, self._focus, "disclosure")
        if action == "bridge":
            phrase = self._bridges.phrase(self._on.persona, line.product, now)
            return self._say(f"bridge:{now:.3f}", 0, phrase, line.product, "bridge")
        self._rundown.give(wall)
        self._focus = line.product or self._focus
        return self._say(line.cue, line.seq, line.text, line.product, "script")

    def _keep_up(self, now: float, wall: float) -> None:
        """What time alone brings about."""
        if wall >= self._on.sale_end or wall < self._on.wall - SET_BACK:
            self._note("decision", "", why="a sale has ended")
            self._use(make(self._whole, self._responder, self._images, wall))
        self._intake.gather(now)
        for due in reversed(self._timetable.due(wall)):  # each is put before the next sentence
            if due.script:
                begun = self._rundown.begin(due.script, wall)
                self._note("decision", "", why="by the clock" if begun else "cannot be said now", script=due.script)
            else:
                self._countdowns.append(due)
        while self._countdowns and self._countdowns[0].until < wall:
            self._countdowns.popleft()
            self._timetable.counts["left out: countdown too late"] += 1

    def _floor(self, now: float) -> Floor:
        return Floor(
            operator=self.inbox.best(now, "operator") is not None,
            ordering=self._speaking.ordering,
            answering=self._speaking.current is not None,
            disclosure_due=float("inf") if self._disclosing else self._disclosed + self._on.persona.disclosure.every,
            countdown=bool(self._countdowns),
            waiting=self.inbox.tiers(now),
            budget=self._budget.left(now),
            share=self._budget.per_minute * COURTESY_SHARE,
            chat_due=self._chat_due,
            left_off=self._rundown.left_off and self._bridges.wanted(self._last, now),
        )

    def _begin(self, cue: Cue, reply: Reply, now: float, thought: Thought | None = None) -> None:
        """Open the answer to a cue."""
        more = thought is not None and not thought.done
        if thought is not None:
            if not more:
                self._tell(thought)
            self._intake.answered(cue, now)
            if cue.source == "chat":
                self._chat_due = now + self._on.persona.rules.chat_pause
            if reply.sentences:
                self._show(cue)
        self._note(
            "decision", cue.id, why=cue.source, waited=round(now - cue.at, 2), askers=cue.askers, source=reply.source,
            facts=reply.facts, product=reply.product, blocked=reply.blocked, fell=reply.fell, more=more,
            thought_ms=thought.first_ms if thought is not None else 0.0,
            answer=(cue.plain,) if cue.plain else reply.sentences,
        )  # fmt: skip
        self._budget.spend(now, sum(seconds(s, self._on.persona.voice.rate) for s in reply.sentences))
        self._focus = reply.product or self._focus
        if reply.sentences:
            self._speaking.begin(
                Turn(cue, list(reply.sentences), reply.product, reply.source, moods=list(reply.moods), open=more)
            )

    def _show(self, cue: Cue) -> None:
        """The question on the ticker, as all may see it."""
        shown = self._on.guard.show(cue.prompt) if self._on.persona.look.ticker else ""
        if shown:
            asked = f"{privacy.name(cue.viewer)}：{shown}" if self._on.guard.name(cue.viewer) else shown
            self.questions = [*self.questions, asked][-QUESTIONS:]

    def _say(self, cue: str, seq: int, text: str, product: str | None, kind: str) -> Utterance:
        self._texts[cue, seq] = text
        while len(self._texts) > 4 * RECENT:
            del self._texts[next(iter(self._texts))]
        return Utterance(cue, seq, text, self._on.cards.get(product or ""), mood_of(text), kind)

    # what was heard

    def heard(self, played: Played) -> None:
        """The audience heard a sentence, or a part of it, which then will be said again."""
        text = self._texts.get((played.cue, played.seq), "")
        if not text and played.cue.startswith("script:"):  # given by an earlier brain
            text = self._rundown.text(played.cue, played.seq)
        text = text or self._speaking.text(played.cue, played.seq)
        self.heard_recently.append({"cue": played.cue, "seq": played.seq, "text": text, "seconds": played.seconds,
                                    "cut": played.cut})  # fmt: skip
        del self.heard_recently[:-RECENT]
        self._note("heard", played.cue, seq=played.seq, text=text, seconds=round(played.seconds, 3), cut=played.cut)
        if played.cut:
            self.counts["cut"] += 1
            return
        self.counts["heard"] += 1
        self._done(played.cue, played.seq)

    def give_up(self, utterance: Utterance) -> None:
        """A sentence cannot be said by any means: go on after it."""
        self.counts["given up"] += 1
        self._note("given up", utterance.cue, seq=utterance.seq)
        self._done(utterance.cue, utterance.seq, said=False)

    def _done(self, cue: str, seq: int, said: bool = True) -> None:
        if cue.startswith("script:"):
            self._rundown.report(cue, seq)
        elif cue.startswith("disclosure:"):
            # one that could not be said is owed still, and tried again in a while
            owed = 0.0 if said else self._on.persona.disclosure.every - DISCLOSE_AGAIN
            self._disclosed, self._disclosing = float(cue.partition(":")[2]) - owed, False
        elif (whole := self._speaking.heard(cue, seq, said)) is not None:
            self._remember(whole)

    def _remember(self, done: Turn) -> None:
        """Keep an answer that was heard to its end."""
        if done.kind == "answer":
            heard = "".join(s for i, s in enumerate(done.sentences) if i not in done.unsaid)
            self.records.memory.keep(done.cue.room, done.cue.who, Exchange(done.cue.prompt, heard, done.product))

    def take_back(self, utterance: Utterance) -> None:
        """This sentence never reached the audience; what was given before it may still be on its way."""
        if utterance.cue.startswith("script:"):
            self._rundown.take_back(utterance.cue, utterance.seq)
        elif utterance.cue.startswith("disclosure:"):
            self._disclosing = False
        else:
            self._speaking.take_back(utterance.cue, utterance.seq)

    def rewind(self) -> None:
        """Everything that was given but not heard is lost: give it again."""
        self._rundown.rewind()
        self._disclosing = False
        self._speaking.rewind()

    # what survives

    def snapshot(self, now: float) -> dict[str, Any]:
        """What a new desk needs to go on from here, as JSON values. No viewer is named in it."""
        return {
            "at": now,
            "rundown": self._rundown.state(),
            "since": self._timetable.since,
            "focus": self._focus,
            **self._intake.state(),
            "speaking": self._speaking.state(),
            "orders": self._orders,
            "facts": self._on.facts_mark,
            "disclosed": self._disclosed,
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self._intake.restore(state)
        self._speaking.restore(state["speaking"])
        if state["facts"] != self._on.facts_mark:
            self._reconsider()
        self._disclosed = state["disclosed"]

    def again(self, cue: Cue, now: float) -> None:
        """A cue that was taken in an earlier life and is in no snapshot; deeds by :meth:`deed_again`."""
        if cue.expires > now and not self._speaking.knows(cue.id):
            self.inbox.put(cue, now)

    def deed_again(self, what: str, who: str, now: float) -> None:
        self._intake.again(what, who, now)

    # within

    def _use(self, made: Edition) -> None:
        before, changed = self._on, made.facts != self._on.facts
        self._on = made
        self._intake.adopt(made.persona, made.guard, made.answers)
        self._rundown.adopt(made.persona)
        if changed:
            self._reconsider()
        if not made.persona.look.ticker or made.persona.rules != before.persona.rules:
            self.questions = []

    async def close(self) -> None:
        """Stop thinking."""
        await self._thoughts.close()

    def _reconsider(self) -> None:
        for thought in self._thoughts.drop():
            self._tell(thought)
        for cue in self._speaking.reconsider(self._against):
            self.inbox.put(cue, cue.at)

    def _note(self, kind: str, cue: str, **data: Any) -> None:
        self.records.notes.note(kind, cue, **data)
