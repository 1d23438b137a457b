"""A question to sentences that may be said: the responder's words, held to the rules and to the catalogue.

The ladder: who fails, or is too slow, or says what is false, is followed by the catalogue, and that by silence, so that the
script goes on. Every step down is told.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from anchor.guard import claims, figures
from anchor.guard.identity import asks
from anchor.guard.terms import Guard
from anchor.mind.catalogue import Catalogue
from anchor.ports import NoAnswer, Responder
from anchor.text.sentences import sentences
from anchor.types import Answer, Cue, Talk
from persona.fill import by_id, filled
from persona.model import Persona
from persona.tempo import seconds

log = logging.getLogger(__name__)

_TOGETHER = {
    "zh-CN": ("有两位朋友都在问，", "有好几位朋友都在问，"),
    "en-US": ("Two of you are asking. ", "Several of you are asking. "),
}
_CLAUSES = re.compile(r"[，。！？；,;!?](?!\d)")
_PASS = {
    "zh-CN": "这个我就不说了，咱们还是聊聊商品吧。",
    "en-US": "I will leave that one, let us talk about the products.",
}
OWN = ("disclosure", "pass", "unknown", "faq", "shop", "courtesy")
"""sources whose words are the operator's own or ours, and need no proof"""


@dataclass(slots=True)
class Reply:
    """What is said to a question, sentence by sentence, and why it is just that. It grows while it is thought of."""

    sentences: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    """of each sentence; empty for what its words say"""
    source: str = ""
    facts: tuple[str, ...] = ()
    product: str | None = None
    blocked: tuple[str, ...] = ()
    """what the guard found in words that are not said therefore"""
    fell: str = ""
    """why the one who should answer did not, or not to the end"""
    about: str = ""
    """the product that a model spoke of last"""
    length: float = 0.0
    """seconds that it takes to say, estimated"""


class Answers:
    """Asks the responder, and lets nothing out that is not known or not allowed."""

    def __init__(self, persona: Persona, responder: Responder, guard: Guard) -> None:
        self.catalogue = Catalogue(persona)
        self._persona, self._responder, self._guard = persona, responder, guard
        self._language = persona.anchor.language
        self._told = ""
        """why the mind did not answer last, as the log knows it"""
        told = (filled(faq.answer, by_id(persona)) for faq in persona.faq)
        self._words = (*(words for words in told if words is not None), *(f"{k}{v}" for k, v in persona.shop.items()))
        self._claims = claims.Claims(persona.products, self._words, self.catalogue.placed)

    @property
    def freely(self) -> bool:
        """Whether a language model answers, which knows more than is written down."""
        return not isinstance(self._responder, Catalogue)

    async def reply(
        self, cue: Cue, talk: Talk, told: Reply | None = None, grown: Callable[[], None] = lambda: None
    ) -> Reply:
        """The answer to a cue, cut to the length that is allowed. It grows in ``told``, and ``grown`` is called after each
        sentence. Without a sentence in the end there is nothing to say to it."""
        told = told if told is not None else Reply()
        told.product = talk.focus
        if asks(cue.prompt):
            self._all(told, cue, Answer(self._disclosure(cue.prompt), "disclosure"))
        elif cue.injection:
            self._all(told, cue, Answer(_PASS[self._language], "pass"))
        else:
            try:
                await self._ask(told, cue, talk, grown)
            except NoAnswer as error:
                self._fell(told, str(error))
                self._instead(told, cue, talk)
            except Exception as error:  # the boundary: whatever a mind does, there is an answer
                log.exception("mind failed at a question", extra={"cue": cue.id})
                told.fell = f"broken: {error!r}"
                self._instead(told, cue, talk)
        grown()
        return told

    async def _ask(self, told: Reply, cue: Cue, talk: Talk, grown: Callable[[], None]) -> None:
        async with aclosing(self._responder.respond(cue, talk)) as pieces:
            async for answer in pieces:
                for sentence in sentences(answer.text):
                    if why := self.wrong(sentence, answer, told):
                        told.blocked += why
                        log.warning("sentence not said", extra={"cue": cue.id, "why": "; ".join(why)})
                        if self._instead(told, cue, talk):
                            return
                    elif not self._say(told, cue, sentence, answer):
                        return
                    else:
                        grown()
        if self._told:
            log.info("the mind answers again")
            self._told = ""
        if not told.sentences and not self._instead(told, cue, talk):
            self._all(told, cue, Answer(_PASS[self._language], "pass"))

    def _fell(self, told: Reply, why: str) -> None:
        told.fell = why
        if why != self._told:  # each question would tell the same
            log.warning("the catalogue answers instead of the mind", extra={"why": why})
        self._told = why

    def _instead(self, told: Reply, cue: Cue, talk: Talk) -> bool:
        """The catalogue's own answer behind what was said so far, if that makes sense; returns whether it is said."""
        answer = self.catalogue.answer(cue.prompt, talk.focus)
        # one sentence that leads to nothing asks for another, but small talk needs none
        enough = len(told.sentences) > 1 or (bool(told.sentences) and not told.fell)
        silent = answer.source == "unknown" and (enough or (cue.source == "chat" and bool(told.fell)))
        known = re.findall(r"\d+(?:\.\d+)?", answer.text)
        if told.fell and known and all(number in "".join(told.sentences) for number in known):
            return False  # what there is to say has been said
        if silent or any(self.wrong(s, answer) for s in sentences(answer.text)):
            return False
        self._all(told, cue, answer)
        return True

    def _all(self, told: Reply, cue: Cue, answer: Answer) -> None:
        for sentence in sentences(answer.text):
            if sentence not in told.sentences and not self._say(told, cue, sentence, answer):
                return

    def together(self, askers: int) -> str:
        """What is said before an answer that several are waiting for."""
        return _TOGETHER[self._language][askers > 2] if askers > 1 else ""

    def _say(self, told: Reply, cue: Cue, sentence: str, answer: Answer) -> bool:
        """Put a sentence behind the others; False if it does not fit into the time that an answer may take."""
        if not told.sentences and answer.source != "pass":
            sentence = self.together(cue.askers) + sentence
        length = told.length + seconds(sentence, self._persona.voice.rate)
        if told.sentences and length > self._persona.rules.answer_seconds:
            return False
        told.length, told.source, told.product = length, answer.source, answer.product or told.product
        told.facts = tuple(dict.fromkeys((*told.facts, *answer.facts)))
        told.moods += (answer.mood,)
        told.sentences += (sentence,)
        return True

    def wrong(self, sentence: str, answer: Answer, told: Reply | None = None) -> tuple[str, ...]:
        """Why a sentence of an answer may not be said: words that are not allowed, and what no fact holds. What a model's
        sentence was about last is noted in ``told``."""
        hits = tuple(map(str, self._guard.hits(sentence)))
        if answer.source in OWN:
            return hits
        if answer.source == "catalogue":
            missing = self.unfounded(sentence, answer.product, answer.facts, self._words)
        else:
            before = told.about if told is not None and told.about else answer.product
            missing, about = self._claims.wrong(sentence, self._persona.product(before))
            if told is not None and about is not None:
                told.about = about.id
        return (*hits, missing) if missing else hits

    def unfounded(self, sentence: str, focus: str | None, facts: Sequence[str] = (), words: Sequence[str] = ()) -> str:
        """The first thing that is said of a product and is not true of it, clause by clause: each is about the product that
        it names, or the one named before, or the one in focus."""
        about = [product] if (product := self._persona.product(focus)) is not None else []
        for clause in _CLAUSES.split(sentence):
            about = self.catalogue.all_named(clause) or about
            others = [p.name for p in self._persona.products if p not in about]
            own = [fact for fact in facts if not any(name in fact for name in others)]
            if missing := figures.unknown(clause, figures.known(about, own, words)):
                return missing
        return ""

    def _disclosure(self, question: str) -> str:
        if question.isascii():
            return "I am an AI, a virtual anchor."
        return self._persona.disclosure.line
