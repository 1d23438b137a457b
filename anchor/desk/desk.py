"""The desk: events come in, the next sentence goes out, and only what was heard moves it on.

It has no clock, no sockets and no tasks, so the live show and one rendered off line share it whole.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from anchor.desk import mask
from anchor.desk.director import Floor, decide
from anchor.desk.inbox import Inbox
from anchor.desk.rundown import Place, Rundown
from anchor.desk.triage import Verdict, judge
from anchor.mind.mood import mood_of
from anchor.mind.sentences import sentences
from anchor.ports import Responder
from anchor.types import Cue, Utterance
from persona.fill import amount, by_id
from persona.model import Persona, Product
from streams.types import Card, ChatEvent, Played

RECENT = 20
QUESTIONS = 4
SEEN = 256
"""event ids that outlive the process; older ones are forgotten first"""
STATE_SECONDS = 600.0
"""older states keep their place in the show, but not their questions"""


@dataclass(slots=True)
class _Open:
    """An answer under way; ``given`` and ``heard`` count its sentences."""

    cue: str
    sentences: list[str]
    product: str | None
    given: int = 0
    heard: int = 0


class Desk:
    """``state`` is what :meth:`snapshot` returned in an earlier life."""

    def __init__(
        self,
        persona: Persona,
        responder: Responder,
        images: dict[str, str],
        now: float,
        state: dict[str, Any] | None = None,
    ) -> None:
        """``images`` are the absolute paths of product pictures by product id."""
        self.counts: Counter[str] = Counter()
        self.heard_recently: list[dict[str, Any]] = []
        """the last sentences heard, newest last"""
        self.questions: list[str] = []
        """the last questions that were answered, as all may see them, newest last"""
        self._persona, self._responder = persona, responder
        self._cards = {p.id: _card(p, images.get(p.id, ""), persona.look.qr) for p in by_id(persona).values()}
        state = state or {}
        self._rundown = Rundown(persona, Place(**state["place"]) if "place" in state else None)
        self.inbox = Inbox()
        self._open: _Open | None = None
        self._focus: str | None = state.get("focus")
        self._disclosed = -1e9
        self._texts: dict[tuple[str, int], str] = {}
        self._seen: dict[str, None] = {}
        self._disclosing = False
        """the disclosure is on its way; it counts when it was heard"""
        if state and 0 <= now - state.get("at", now + 1) < STATE_SECONDS:
            self._restore(state)

    def _restore(self, state: dict[str, Any]) -> None:
        for cue in state["inbox"]:
            self.inbox.put(Cue(**cue))
        if state["open"]:
            self._open = _Open(**{**state["open"], "given": state["open"]["heard"]})
        self._disclosed = state["disclosed"]
        self._seen = dict.fromkeys(state["seen"])

    def snapshot(self, now: float) -> dict[str, Any]:
        """What a new desk needs to go on from here, as JSON values."""
        return {
            "at": now,
            "place": asdict(self._rundown.heard),
            "focus": self._focus,
            "inbox": [asdict(cue) for cue in self.inbox],
            "open": asdict(self._open) if self._open else None,
            "disclosed": self._disclosed,
            "seen": list(self._seen),
        }

    def offer(self, event: ChatEvent, now: float) -> Verdict:
        """Take an event; the verdict says whether something will be said about it."""
        key = f"{event.platform}/{event.room}/{event.id}"
        if key in self._seen:
            self.counts["repeated"] += 1
            return Verdict(None, "repeated")
        self._seen[key] = None
        while len(self._seen) > SEEN:
            del self._seen[next(iter(self._seen))]
        verdict = judge(event, self._persona, now)
        if verdict.cue is not None and not self.inbox.put(verdict.cue):
            verdict = Verdict(None, "no room")
        self.counts[verdict.reason] += 1
        return verdict

    async def next(self, now: float) -> Utterance:
        """The next sentence to say. It counts as given until it is reported as heard, or :meth:`rewind`."""
        self.inbox.expire(now)
        if self._open is not None and self._open.heard >= len(self._open.sentences):
            self._open = None
        answering = self._open is not None and self._open.given < len(self._open.sentences)
        due = math.inf if self._disclosing else self._disclosed + self._persona.disclosure.every
        action = decide(Floor(answering, len(self.inbox), due), now)
        if action == "question" and (cue := self.inbox.take(now)) is not None:
            await self._answer(cue)
            answering = self._open is not None
        if self._open is not None and answering:
            self._open.given += 1
            seq = self._open.given - 1
            return self._say(self._open.cue, seq, self._open.sentences[seq], self._open.product)
        if action == "disclosure":
            self._disclosing = True
            return self._say(f"disclosure:{now:.3f}", 0, self._persona.disclosure.line, self._focus)
        line = self._rundown.line()
        self._rundown.give()
        self._focus = line.product or self._focus
        return self._say(line.cue, line.seq, line.text, line.product)

    async def _answer(self, cue: Cue) -> None:
        if cue.source == "thanks":
            self._open = _Open(cue.id, [cue.prompt], self._focus)
            return
        said: list[str] = []
        product = self._focus
        async for answer in self._responder.respond(cue, self._focus):
            said += sentences(answer.text)
            product = answer.product or product
            self.counts[f"answered: {answer.source}"] += 1
        self._focus = product
        self._open = _Open(cue.id, said, product) if said else None
        if said and self._persona.look.ticker:
            asked = f"{mask.name(cue.viewer)}：{mask.words(cue.prompt)}" if cue.viewer else mask.words(cue.prompt)
            self.questions = [*self.questions, asked][-QUESTIONS:]

    def _say(self, cue: str, seq: int, text: str, product: str | None) -> Utterance:
        self._texts[cue, seq] = text
        while len(self._texts) > 4 * RECENT:
            del self._texts[next(iter(self._texts))]
        return Utterance(cue, seq, text, self._cards.get(product or ""), mood_of(text))

    def heard(self, played: Played) -> None:
        """The audience heard a sentence, or a part of it, which then will be said again."""
        text = self._texts.get((played.cue, played.seq), "")
        if not text and played.cue.startswith("script:"):  # given by an earlier brain
            text = self._rundown.text(played.cue, played.seq)
        self.heard_recently.append({"cue": played.cue, "seq": played.seq, "text": text, "seconds": played.seconds,
                                    "cut": played.cut})  # fmt: skip
        del self.heard_recently[:-RECENT]
        if played.cut:
            self.counts["cut"] += 1
            return
        self.counts["heard"] += 1
        if played.cue.startswith("script:"):
            self._rundown.report(played.cue, played.seq)
        elif played.cue.startswith("disclosure:"):
            self._disclosed, self._disclosing = float(played.cue.partition(":")[2]), False
        elif self._open is not None and played.cue == self._open.cue:
            self._open.heard = max(self._open.heard, played.seq + 1)

    def take_back(self, utterance: Utterance) -> None:
        """This sentence never reached the audience; what was given before it may still be on its way."""
        if utterance.cue.startswith("script:"):
            self._rundown.take_back(utterance.cue, utterance.seq)
        elif utterance.cue.startswith("disclosure:"):
            self._disclosing = False
        elif self._open is not None and utterance.cue == self._open.cue:
            self._open.given = min(self._open.given, utterance.seq)

    def give_up(self, utterance: Utterance) -> None:
        """A sentence cannot be said by any means: go on after it."""
        self.counts["given up"] += 1
        if utterance.cue.startswith("script:"):
            self._rundown.report(utterance.cue, utterance.seq)
        elif utterance.cue.startswith("disclosure:"):
            self._disclosed, self._disclosing = float(utterance.cue.partition(":")[2]), False
        elif self._open is not None and utterance.cue == self._open.cue:
            self._open.heard = utterance.seq + 1

    def rewind(self) -> None:
        """Everything that was given but not heard is lost: give it again."""
        self._rundown.rewind()
        self._disclosing = False
        if self._open is not None:
            self._open.given = self._open.heard


def _card(product: Product, image: str, qr: bool) -> Card:
    return Card(
        product.name,
        amount(product.price),
        amount(product.was) if product.was else "",
        product.points,
        image,
        product.link if qr else "",
        product.sale_ends.timestamp() if product.sale_ends else 0.0,
    )
