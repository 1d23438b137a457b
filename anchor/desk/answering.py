"""Turns questions into answers: each is prepared ahead, begun, extended by sentences, closed and remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anchor.desk.budget import Budget
from anchor.desk.director import Floor, answerable
from anchor.desk.focus import Focus
from anchor.desk.intake import Intake
from anchor.desk.speaking import Speaking, Turn
from anchor.guard import privacy
from anchor.records.records import Records
from anchor.talk.answers import Reply
from anchor.talk.edition import Edition
from anchor.talk.thought import Thought, Thoughts
from anchor.text.sentences import sentences
from anchor.types import PRIORITY, Cue, Exchange, Ref, Talk
from persona.tempo import seconds

QUESTIONS = 4
"""shown on the ticker"""
GOES_ON = 1.0
"""seconds of silence that the next sentence of an answer is worth"""
ORDER_LIMIT = 300
"""characters of the operator's words, as of a line of a script"""
ORDER_LIFE = 600.0
"""seconds in which the operator's words are still worth saying"""


class Answering:
    """Owns what is thought of and what is being said; the intake owns what waits."""

    def __init__(
        self,
        edition: Edition,
        intake: Intake,
        records: Records,
        now: float,
        introduce: Callable[[str], bool],
        focus: Focus,
    ) -> None:
        """``introduce`` plays a script next."""
        self.questions: list[str] = []
        """the last questions that were answered, as all may see them, newest last"""
        self.speaking, self.orders = Speaking(), 0
        self.budget = Budget(edition.persona.rules.viewers_per_minute, now)
        self.chat_due = now
        """when small talk may be answered again"""
        self._edition, self._intake, self._records, self._introduce = edition, intake, records, introduce
        self._focus = focus
        self._inbox, self._counts = intake.inbox, intake.counts
        self._thoughts = Thoughts()

    def use(self, edition: Edition) -> None:
        """Another edition from now on. Where facts have changed, what nobody has heard of is asked again."""
        before, self._edition = self._edition, edition
        self.budget.per_minute = edition.persona.rules.viewers_per_minute
        if edition.facts != before.facts:
            self.reconsider()
        if not edition.persona.look.ticker or edition.persona.rules != before.persona.rules:
            self.questions = []

    # the operator

    def operate(self, text: str, now: float, force: bool = False) -> str:
        """Say the operator's words at once; returns the reason for a refusal, empty when they will be said. ``force`` overrules
        forbidden words, but no false price."""
        if len(text) > ORDER_LIMIT:
            return f"at most {ORDER_LIMIT} characters at once, not {len(text)}"
        if problem := self.against(text, force):
            self._note("operator", "", text=privacy.words(text), refused=problem)
            return problem
        overruled = self.against(text) if force else ""
        if not sentences(text):
            return "no words"
        self.orders += 1
        ref = Ref("operator", f"{now:.3f}:{self.orders}")
        cue = Cue(ref.cue, "operator", text, PRIORITY["operator"], now, now + ORDER_LIFE, forced=force)
        self._note("operator", cue.id, text=privacy.words(text), forced=force, overruled=overruled)
        self._thoughts.hurry()
        return "" if self._inbox.put(cue, now) != "full" else "too many cues are waiting"

    def overrulable(self, text: str) -> bool:
        """Whether forbidden words alone speak against the operator's words, so that ``force`` has them said."""
        return len(text) <= ORDER_LIMIT and bool(self.against(text)) and not self.against(text, forced=True)

    def order(self, now: float) -> bool:
        """Take up the operator's words, if they still may be said."""
        cue = self._inbox.best(now, "operator")
        assert cue is not None, "the floor says that one waits"
        self._inbox.take(cue)
        parts = sentences(cue.prompt)
        if problem := self.against(cue.prompt, cue.forced):
            self._note("operator", cue.id, text=privacy.words(cue.prompt), refused=problem)
            return False  # it was good when it was given, and facts have changed since
        self._begin(cue, Reply(tuple(parts), source="operator", product=self._focus.given), now)
        return True

    def against(self, text: str, forced: bool = False) -> str:
        """Why words of the operator's are refused, empty if they are not: a price that is not the product's, or a forbidden word,
        unless ``forced``. A human answers for everything else. Prices are judged in the whole: one sentence names what the next
        is about."""
        if price := self._edition.answers.false_price(text, self._focus.on_screen):
            return f"{price} is not what the catalogue says"
        hits = (hit for sentence in sentences(text) for hit in self._edition.guard.hits(sentence))
        return "" if forced else ", ".join(map(str, hits))

    # viewers

    def ponder(self, floor: Floor, now: float) -> None:
        """Begin to think about the question that is next, so that its answer is there when it is wanted."""
        if cue := self._wanted(floor, now):
            self._think(cue)

    def ready(self, floor: Floor, now: float) -> bool:
        """Whether the answer to the question that is next has its first sentence."""
        cue, thought = self._wanted(floor, now), self._thoughts.next
        return cue is not None and thought is not None and thought.cue.id == cue.id and bool(thought.reply.sentences)

    def watch(self, begun: Callable[[], None]) -> None:
        """Call ``begun`` when an answer has its first sentence."""
        self._thoughts.begun = begun

    async def question(self, floor: Floor, now: float, patience: float) -> tuple[bool, bool]:
        """Whether the question that is next can be answered now, and whether its answer is late."""
        cue = self._wanted(floor, now)
        assert cue is not None, "the floor says that one waits"
        thought = self._think(cue)
        if thought is None:
            reply = Reply(tuple(sentences(cue.prompt)), source=cue.source, product=self._focus.given)
            self._begin(self._inbox.take(cue), reply, now)
            return True, False
        if not await thought.ready(0, patience):
            return False, True
        if thought is not self._thoughts.next:
            return False, False  # facts have changed meanwhile
        self._thoughts.begin(thought)
        cue, reply = self._inbox.take(cue), thought.reply
        if thought.cue.askers == 1 and reply.sentences and reply.source != "pass":  # others have asked meanwhile
            together = self._edition.answers.together(cue.askers)
            reply.sentences = (together + reply.sentences[0], *reply.sentences[1:])
        self._begin(cue, reply, now, thought)
        return bool(thought.reply.sentences), False

    async def go_on(self, now: float, patience: float) -> bool:
        """Whether the answer under way has its next sentence."""
        turn = self.speaking.current
        assert turn is not None, "the floor says that there is one"
        thought = self._thoughts.of(turn.cue.id)
        if thought is not None:
            came = await thought.ready(turn.given, patience + GOES_ON)
            self._grow(turn, thought, now)
            if not came and self._inbox.best(now, "operator") is None:
                self._counts["broken off"] += 1
                thought.reply.fell = thought.reply.fell or "stalled: its next sentence took too long"
                self._close(turn, thought)
            elif thought.done:
                self._close(turn, thought)
        elif turn.given >= len(turn.sentences):
            self.speaking.close(turn.cue.id)  # whoever thought of it is gone
        return turn.given < len(turn.sentences)

    def done(self, ref: Ref, said: bool) -> None:
        """A sentence of a turn was heard to its end, or can never be said."""
        if (whole := self.speaking.heard(ref.cue, ref.seq, said)) is not None:
            self._remember(whole)

    def forget(self, who: str) -> None:
        """A viewer wants to be forgotten."""
        self.speaking.forget(who)
        self._thoughts.forget(who)
        self.questions = []

    def reconsider(self) -> None:
        """Facts have changed."""
        for thought in self._thoughts.drop():
            self._count(thought)
        for cue in self.speaking.reconsider(self.against):
            self._inbox.put(cue, cue.at)

    async def close(self) -> None:
        """Stop thinking."""
        await self._thoughts.close()

    # within

    def _wanted(self, floor: Floor, now: float) -> Cue | None:
        tier = answerable(floor, now)
        return self._inbox.best(now, tier) if tier else None

    def _think(self, cue: Cue) -> Thought | None:
        """The thought of a cue; None where there is nothing to think about."""
        if cue.source == "thanks":
            return None

        def talk() -> Talk:
            return Talk(cue.product or self._focus.on_screen, self._records.memory.recall(cue.room, cue.who))

        return self._thoughts.about(self._edition.answers, cue, talk)

    def _begin(self, cue: Cue, reply: Reply, now: float, thought: Thought | None = None) -> None:
        """Open the answer to a cue."""
        more = thought is not None and not thought.done
        if thought is not None:
            if not more:
                self._count(thought)
            self._intake.answered(cue, now)
            if cue.source == "chat":
                self.chat_due = now + self._edition.persona.rules.chat_pause
            if reply.sentences:
                self._show(cue)
        self._note(
            "decision", cue.id, why=cue.source, waited=round(now - cue.at, 2), askers=cue.askers, source=reply.source,
            facts=reply.facts, product=reply.product, blocked=reply.blocked, fell=reply.fell, more=more,
            thought_ms=thought.first_ms if thought is not None else 0.0,
            answer=(cue.plain,) if cue.plain else reply.sentences,
        )  # fmt: skip
        self._spend(reply.sentences, now)
        if reply.introduces:
            begun = self._introduce(reply.introduces)
            self._note("decision", cue.id, why="introduced" if begun else "cannot be said now", script=reply.introduces)
        if reply.sentences:
            moods = list(reply.moods)
            self.speaking.begin(Turn(cue, list(reply.sentences), reply.product, reply.source, moods=moods, open=more))

    def _grow(self, turn: Turn, thought: Thought, now: float) -> None:
        """What has come of an answer since."""
        more = thought.reply.sentences[len(turn.sentences) :]
        turn.sentences += more
        turn.moods = list(thought.reply.moods)
        self._spend(more, now)

    def _spend(self, words: tuple[str, ...], now: float) -> None:
        self.budget.spend(now, sum(seconds(sentence, self._edition.persona.voice.rate) for sentence in words))

    def _close(self, turn: Turn, thought: Thought) -> None:
        """Nothing more comes of an answer."""
        self._thoughts.end(thought)
        self._count(thought)
        reply = thought.reply
        self._note("answer", turn.cue.id, answer=reply.sentences, source=reply.source, facts=reply.facts,
                   blocked=reply.blocked, fell=reply.fell, left=len(turn.sentences) - turn.given)  # fmt: skip
        if (whole := self.speaking.close(turn.cue.id)) is not None:
            self._remember(whole)

    def _count(self, thought: Thought) -> None:
        """Count how an answer came about."""
        reply = thought.reply
        self._counts[f"answered: {reply.source or 'not at all'}"] += 1
        for why in reply.blocked:
            self._counts[f"blocked: {why.partition(':')[0].partition(' ')[0]}"] += 1
        if reply.fell:
            self._counts[f"fell back: {reply.fell.partition(':')[0]}"] += 1

    def _show(self, cue: Cue) -> None:
        """The question on the ticker, as all may see it."""
        guard = self._edition.guard
        shown = guard.show(cue.prompt) if self._edition.persona.look.ticker else ""
        if shown:
            line = f"{privacy.name(cue.viewer)}：{shown}" if guard.name(cue.viewer) else shown
            self.questions = [*self.questions, line][-QUESTIONS:]

    def _remember(self, turn: Turn) -> None:
        """Keep an answer that was heard to its end."""
        if turn.kind == "answer":
            heard = "".join(s for i, s in enumerate(turn.sentences) if i not in turn.unsaid)
            self._records.memory.keep(turn.cue.room, turn.cue.who, Exchange(turn.cue.prompt, heard, turn.product))

    def _note(self, kind: str, cue: str, **data: Any) -> None:
        self._records.notes.note(kind, cue, **data)
