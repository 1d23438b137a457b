"""A question to sentences that may be said: the responder's words, held to the rules and to the catalogue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from anchor.desk import numbers
from anchor.desk.disclosure import asks
from anchor.desk.guard import Guard
from anchor.mind.catalogue import Catalogue
from anchor.mind.sentences import sentences
from anchor.ports import Responder
from anchor.types import Answer, Cue, Talk
from persona.fill import by_id, filled
from persona.model import Persona
from persona.tempo import seconds

_TOGETHER = {
    "zh-CN": ("有两位朋友都在问，", "有好几位朋友都在问，"),
    "en-US": ("Two of you are asking. ", "Several of you are asking. "),
}
_CLAUSES = re.compile(r"[，。！？；,;!?](?!\d)")
_PASS = {
    "zh-CN": "这个我就不说了，咱们还是聊聊商品吧。",
    "en-US": "I will leave that one, let us talk about the products.",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to a question, sentence by sentence, and why it is just that."""

    sentences: tuple[str, ...]
    source: str
    facts: tuple[str, ...] = ()
    product: str | None = None
    blocked: tuple[str, ...] = ()
    """what the guard found in words that are not said therefore"""


class Answers:
    """Asks the responder, and lets nothing out that is not known or not allowed."""

    def __init__(self, persona: Persona, responder: Responder, guard: Guard) -> None:
        self.catalogue = Catalogue(persona)
        self._persona, self._responder, self._guard = persona, responder, guard
        self._language = persona.anchor.language
        self._faq = tuple(told for faq in persona.faq if (told := filled(faq.answer, by_id(persona))) is not None)

    async def reply(self, cue: Cue, talk: Talk) -> Reply:
        """The answer to a cue, cut to the length that is allowed. It always has words."""
        if asks(cue.prompt):
            return self._ready(cue, Answer(self._disclosure(cue.prompt), "disclosure"))
        if cue.injection:
            return self._ready(cue, Answer(_PASS[self._language], "pass"))
        said: list[str] = []
        facts: list[str] = []
        source, product = "", talk.focus
        async for answer in self._responder.respond(cue, talk):
            source, product = answer.source, answer.product or product
            facts += answer.facts
            for sentence in sentences(answer.text):
                if why := self.wrong(sentence, answer):
                    return self._instead(cue, talk, why)
                said.append(sentence)
        if not said:
            return self._instead(cue, talk, ("nothing was answered",))
        return self._cut(cue, said, source, tuple(facts), product, ())

    def wrong(self, sentence: str, answer: Answer) -> tuple[str, ...]:
        """Why a sentence of an answer may not be said: words that are not allowed, and what no fact holds."""
        hits = tuple(map(str, self._guard.hits(sentence)))
        if answer.source in ("disclosure", "pass", "unknown", "faq"):
            return hits  # the operator's own words, or ours
        missing = self.unfounded(sentence, answer.product, answer.facts, self._faq)
        return (*hits, missing) if missing else hits

    def unfounded(self, sentence: str, focus: str | None, facts: Sequence[str] = (), words: Sequence[str] = ()) -> str:
        """The first thing that is said of a product and is not true of it, clause by clause: each is about the product that
        it names, or the one named before, or the one in focus."""
        about = [product] if (product := self._persona.product(focus)) is not None else []
        for clause in _CLAUSES.split(sentence):
            about = self.catalogue.all_named(clause) or about
            others = [p.name for p in self._persona.products if p not in about]
            own = [fact for fact in facts if not any(name in fact for name in others)]
            if missing := numbers.unknown(clause, numbers.known(about, own, words)):
                return missing
        return ""

    def _instead(self, cue: Cue, talk: Talk, why: tuple[str, ...]) -> Reply:
        """The catalogue's own answer, or none that says anything."""
        answer = self.catalogue.answer(cue.prompt, talk.focus)
        said = [s for s in sentences(answer.text) if not self.wrong(s, answer)]
        if not said:
            answer = Answer(_PASS[self._language], "pass")
            said = sentences(answer.text)
        return self._cut(cue, said, answer.source, answer.facts, answer.product, why)

    def _ready(self, cue: Cue, answer: Answer) -> Reply:
        return self._cut(cue, sentences(answer.text), answer.source, answer.facts, answer.product, ())

    def _cut(
        self,
        cue: Cue,
        said: list[str],
        source: str,
        facts: tuple[str, ...],
        product: str | None,
        blocked: tuple[str, ...],
    ) -> Reply:
        if cue.askers > 1 and source != "pass":
            said = [_TOGETHER[self._language][cue.askers > 2] + said[0], *said[1:]]
        kept, length = [said[0]], seconds(said[0], self._persona.voice.rate)
        for sentence in said[1:]:
            length += seconds(sentence, self._persona.voice.rate)
            if length > self._persona.rules.answer_seconds:
                break
            kept.append(sentence)
        return Reply(tuple(kept), source, facts, product, blocked)

    def _disclosure(self, question: str) -> str:
        if question.isascii():
            return "I am an AI, a virtual anchor."
        return self._persona.disclosure.line
