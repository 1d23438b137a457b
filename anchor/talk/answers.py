"""Answers a question with sentences that may be said: checks the responder's words against rules and catalogue.

The ladder: who fails, or is too slow, or says what is false, is followed by the catalogue, and that by silence, so that the
script goes on. Every step down is told.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from anchor.guard import claims, figures
from anchor.guard.identity import asks
from anchor.guard.offers import Offers
from anchor.guard.terms import Guard
from anchor.mind.catalogue import Catalogue
from anchor.mind.names import plain
from anchor.ports import NoAnswer, Responder
from anchor.text.sentences import sentences
from anchor.types import PRIORITY, Answer, Cue, Fact, Talk
from persona.currency import weights
from persona.fill import filled
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
    facts: tuple[Fact, ...] = ()
    product: str | None = None
    blocked: tuple[str, ...] = ()
    """what the guard found in words that are not said therefore"""
    fell: str = ""
    """why the one who should answer did not, or not to the end"""
    about: str = ""
    """the product that a model spoke of last"""
    introduces: str = ""
    """the script that is to be played next"""
    length: float = 0.0
    """seconds that it takes to say, estimated"""


class Answers:
    """Asks the responder, and lets nothing out that is not known or not allowed."""

    def __init__(self, persona: Persona, responder: Responder, guard: Guard, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._persona, self._responder, self._guard = persona, responder, guard
        self._language = persona.anchor.language
        self._logged = ""
        """why the mind did not answer last, as the log knows it"""
        answers = (filled(faq.answer, persona) for faq in persona.faq)
        shop = (f"{key}{value}" for key, value in persona.shop.items())
        self._words = (*(answer for answer in answers if answer is not None), *shop)
        self._claims = claims.Claims(persona.products, self._words, self.catalogue.placed, persona.money)
        self._offers = Offers(persona.products, self._words)

    @property
    def freely(self) -> bool:
        """Whether anybody but this persona's own catalogue answers, who may say more than is written down."""
        return self._responder is not self.catalogue

    async def ask(self, question: str, focus: str | None, name: str = "ask") -> Reply:
        """The answer to a question as a viewer's comment would get it; ``blocked`` says why one goes unanswered."""
        reading = self._guard.read(question)
        if reading.drop:
            return Reply(blocked=(reading.drop,))
        cue = Cue(name, "question", reading.text, PRIORITY["question"], 0.0, 1.0, injection=reading.injection)
        return await self.reply(cue, Talk(focus))

    async def reply(
        self, cue: Cue, talk: Talk, reply: Reply | None = None, grown: Callable[[], None] = lambda: None
    ) -> Reply:
        """The answer to a cue, cut to the length that is allowed. It grows in ``reply``, and ``grown`` is called after each
        sentence. Without a sentence in the end there is nothing to say to it."""
        reply = reply if reply is not None else Reply()
        reply.product = talk.focus
        if asks(cue.prompt):
            self._all(reply, cue, Answer(self._disclosure(cue.prompt), "disclosure"))
        elif cue.injection:
            self._all(reply, cue, Answer(_PASS[self._language], "pass"))
        elif (shown := self._shown(cue, talk)) is not None:
            self._all(reply, cue, shown)
        else:
            try:
                await self._ask(reply, cue, talk, grown)
            except NoAnswer as error:
                self._fell(reply, str(error))
                self._instead(reply, cue, talk)
            except Exception as error:  # the boundary: whatever a mind does, there is an answer
                log.exception("mind failed at a question", extra={"cue": cue.id})
                reply.fell = f"broken: {error!r}"
                self._instead(reply, cue, talk)
        grown()
        return reply

    def _shown(self, cue: Cue, talk: Talk) -> Answer | None:
        """What is said to a viewer who wants a product to be shown, whatever mind answers questions."""
        answer = self._of_catalogue(cue, talk)
        return answer if answer is not None and answer.introduces else None

    def _of_catalogue(self, cue: Cue, talk: Talk) -> Answer | None:
        """The catalogue's own answer; None where it fails, which must not keep a mind from answering."""
        try:
            return self.catalogue.answer(cue.prompt, talk.focus)
        except Exception:  # the boundary, as for a mind
            log.exception("catalogue failed at a question", extra={"cue": cue.id})
            return None

    async def _ask(self, reply: Reply, cue: Cue, talk: Talk, grown: Callable[[], None]) -> None:
        async with aclosing(self._responder.respond(cue, talk)) as pieces:
            async for piece in pieces:
                answer = self._known(piece) if self.freely else piece
                for sentence in sentences(answer.text):
                    if why := self.wrong(sentence, answer, reply, trusted=not self.freely):
                        reply.blocked += why
                        log.warning("sentence not said", extra={"cue": cue.id, "why": "; ".join(why)})
                        if self._instead(reply, cue, talk):
                            return
                    elif not self._say(reply, cue, sentence, answer):
                        return
                    else:
                        grown()
        if self._logged:
            log.info("the mind answers again")
            self._logged = ""
        if not reply.sentences and not self._instead(reply, cue, talk):
            self._all(reply, cue, Answer(_PASS[self._language], "pass"))

    def _known(self, answer: Answer) -> Answer:
        """An answer of somebody else's mind, without products that the shop has not and without facts it cannot vouch for."""
        product = answer.product if self._persona.product(answer.product) is not None else None
        return replace(answer, product=product, facts=())

    def _fell(self, reply: Reply, why: str) -> None:
        reply.fell = why
        if why != self._logged:  # each question would tell the same
            log.warning("the catalogue answers instead of the mind", extra={"why": why})
        self._logged = why

    def _instead(self, reply: Reply, cue: Cue, talk: Talk) -> bool:
        """The catalogue's own answer behind what was said so far, if that makes sense; returns whether it is said."""
        answer = self._of_catalogue(cue, talk)
        if answer is None:
            return False
        # one sentence that leads to nothing asks for another, but small talk needs none
        enough = len(reply.sentences) > 1 or (bool(reply.sentences) and not reply.fell)
        silent = answer.source == "unknown" and (enough or (cue.source == "chat" and bool(reply.fell)))
        known = re.findall(r"\d+(?:\.\d+)?", answer.text)
        if reply.fell and known and all(number in "".join(reply.sentences) for number in known):
            return False  # what there is to say has been said
        if silent or any(self.wrong(s, answer) for s in sentences(answer.text)):
            return False
        self._all(reply, cue, answer)
        return True

    def _all(self, reply: Reply, cue: Cue, answer: Answer) -> None:
        for sentence in sentences(answer.text):
            if sentence not in reply.sentences and not self._say(reply, cue, sentence, answer):
                return

    def together(self, askers: int) -> str:
        """What is said before an answer that several are waiting for."""
        return _TOGETHER[self._language][askers > 2] if askers > 1 else ""

    def _say(self, reply: Reply, cue: Cue, sentence: str, answer: Answer) -> bool:
        """Put a sentence behind the others; False if it does not fit into the time that an answer may take."""
        if not reply.sentences and answer.source != "pass":
            sentence = self.together(cue.askers) + sentence
        length = reply.length + seconds(sentence, self._persona.voice.rate)
        if reply.sentences and length > self._persona.rules.answer_seconds:
            return False
        reply.length, reply.source, reply.product = length, answer.source, answer.product or reply.product
        reply.introduces = answer.introduces or reply.introduces
        reply.facts = tuple(dict.fromkeys((*reply.facts, *answer.facts)))
        reply.moods += (answer.mood,)
        reply.sentences += (sentence,)
        return True

    def wrong(self, sentence: str, answer: Answer, reply: Reply | None = None, trusted: bool = True) -> tuple[str, ...]:
        """Why a sentence of an answer may not be said: words that are not allowed, and what no fact holds. ``trusted``: it is
        the catalogue's own, so that its source and facts count. What a model's sentence was about last is noted in ``reply``."""
        hits = tuple(map(str, self._guard.hits(sentence)))
        if trusted and answer.source in OWN:
            return hits
        if trusted and answer.source == "catalogue":
            missing = self.unfounded(sentence, answer.product, answer.facts, self._words)
        else:
            before = reply.about if reply is not None and reply.about else answer.product
            missing, about = self._claims.wrong(sentence, self._persona.product(before))
            if reply is not None and about is not None:
                reply.about = about.id
        return (*hits, missing) if missing else hits

    def false_price(self, text: str, focus: str | None) -> str:
        """A price, saving or deal of a product that a human says and that is not its own; empty where there is none."""
        text = weights(text)
        if foreign := self._claims.foreign(text):
            return foreign
        words = plain(text)
        return self._offers.false(words, self.catalogue.called(words), self._persona.product(focus))

    def unfounded(self, sentence: str, focus: str | None, facts: Sequence[Fact] = (), words: Sequence[str] = ()) -> str:
        """The first thing that is said of a product and is not true of it, clause by clause: each is about the product that
        it names, or the one named before, or the one in focus."""
        about = [product] if (product := self._persona.product(focus)) is not None else []
        for clause in _CLAUSES.split(sentence):
            about = self.catalogue.all_named(clause) or about
            others = [p.name for p in self._persona.products if p not in about]
            ids = {None, *(p.id for p in about)}
            own = [fact for fact in facts if fact.product in ids and not any(name in fact.value for name in others)]
            if missing := figures.unknown(clause, figures.known(about, own, words)):
                return missing
        return ""

    def _disclosure(self, question: str) -> str:
        if question.isascii():
            return "I am an AI, a virtual anchor."
        return self._persona.disclosure.line
