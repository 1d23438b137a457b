"""Everything that viewers do comes in here, and cues that may be answered wait here."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import asdict
from typing import Any

from anchor.desk.courtesy import Courtesy
from anchor.desk.inbox import Inbox
from anchor.desk.triage import Standing, Verdict, judge
from anchor.desk.viewers import Viewers
from anchor.guard import privacy
from anchor.guard.terms import Guard
from anchor.records.records import Records
from anchor.talk.answers import Answers
from anchor.text.letters import key
from anchor.types import Cue, Ref
from persona.model import Persona
from streams.types import ChatEvent

log = logging.getLogger(__name__)

SEEN = 256
"""event ids that outlive the process; older ones are forgotten first"""
JUST_ANSWERED = 10.0
"""seconds in which the same question is taken as answered"""
FOLLOW_UP = 120.0
"""seconds in which a viewer's next question is about the same product"""
ANSWERED = 64


class Intake:
    """Triage with its memory: who asked what, what was answered, whom to thank. All of it bounded, all of it counted."""

    def __init__(self, persona: Persona, guard: Guard, answers: Answers, records: Records) -> None:
        self.inbox = Inbox()
        self.counts: Counter[str] = Counter()
        self._persona, self._guard, self._answers, self._records = persona, guard, answers, records
        self._viewers = Viewers(persona.rules.viewer_pause)
        self._courtesy = Courtesy(persona.anchor.language, persona.rules.greet, persona.rules.thank)
        self._answered: dict[str, float] = {}
        self._seen: dict[str, None] = {}

    def adopt(self, persona: Persona, guard: Guard, answers: Answers) -> None:
        """Another persona; what waits goes on waiting."""
        self._persona, self._guard, self._answers = persona, guard, answers
        self._viewers.pause = persona.rules.viewer_pause
        self._courtesy.adopt(persona.anchor.language, persona.rules.greet, persona.rules.thank)

    def offer(self, event: ChatEvent, focus: str | None, now: float) -> Verdict:
        """Take an event; the verdict says whether something will be said about it. ``focus`` is the product on screen."""
        number = event.key
        if number in self._seen:
            self.counts["repeated"] += 1
            return Verdict(None, "repeated")
        self._seen[number] = None
        while len(self._seen) > SEEN:
            del self._seen[next(iter(self._seen))]
        who = self._records.names.of(event.platform, event.viewer)
        verdict = self._comment(event, who, focus, now) if event.kind == "comment" else self._deed(event, who, now)
        self.counts[verdict.reason] += 1
        cue = verdict.cue
        note = {"platform": event.platform, "room": event.room, "what": event.kind, "who": who, "value": event.value}
        note |= {"text": privacy.words(event.text), "verdict": verdict.reason, "taken": nameless(cue) if cue else None}
        self._records.notes.note("event", Ref("chat", event.key).cue, now=now, **note)
        return verdict

    def answered(self, cue: Cue, now: float) -> None:
        """The same question need not be answered again right away."""
        self._answered[_same(cue.prompt, cue.product)] = now
        while len(self._answered) > ANSWERED:
            del self._answered[next(iter(self._answered))]

    def gather(self, now: float) -> None:
        """Drop what is stale, and thank and greet whoever is due."""
        for cue in self.inbox.expire(now):
            self._records.notes.note("stale", cue.id, tier=cue.source, waited=round(now - cue.at, 1))
        if (thanks := self._courtesy.due(now)) is not None:
            self._put(thanks, now)

    def forget(self, platform: str, viewer: str) -> int:
        """Forget a viewer; returns how many exchanges went."""
        who = self._records.names.of(platform, viewer)
        self._viewers.forget(who)
        self._courtesy.forget(f"{platform}/{viewer}")
        for cue in [cue for cue in self.inbox if who and cue.who == who]:
            self.inbox.take(cue)
        gone = self._records.memory.wipe(who)
        self._records.notes.note("forgotten", "", who=who, exchanges=gone)
        return gone

    def state(self) -> dict[str, Any]:
        """What outlives the process, without a viewer's name."""
        return {
            "inbox": [nameless(cue) for cue in self.inbox], "seen": list(self._seen), "buyers": self._viewers.buyers(),
            "courtesy": self._courtesy.state(),
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        for cue in state["inbox"]:
            self.inbox.put(Cue(**cue), cue["at"])
        for who in state["buyers"]:
            self._viewers.bought(str(who), state["at"])
        self._courtesy.restore(state["courtesy"])
        self._seen = dict.fromkeys(state["seen"])

    def _comment(self, event: ChatEvent, who: str, focus: str | None, now: float) -> Verdict:
        reading = self._guard.read(event.text)
        if reading.drop:  # most of a flood ends here, before anything dearer is asked
            return judge(event, reading, Standing(), self._persona.rules, now)
        named = self._named(reading.text)
        talk = self._records.memory.recall(event.room, who, FOLLOW_UP) if not named else ()
        product = named or next((t.product for t in reversed(talk) if t.product), None) or focus
        about = self._about_goods(reading.text, product, named is not None)
        standing = Standing(about, self._viewers.is_buyer(who), who, product, self._persona.anchor.name)
        verdict = judge(event, reading, standing, self._persona.rules, now)
        cue = verdict.cue
        if cue is None:
            return verdict
        if cue.source != "paid":
            if why := self._viewers.allow(who, key(reading.text), now):
                return Verdict(None, why)
            if now - self._answered.get(_same(reading.text, product), -1e9) < JUST_ANSWERED:
                return Verdict(None, "just answered")
        put = self._put(cue, now)
        if put == "taken":
            return verdict
        return Verdict(None, {"full": "no room"}.get(put, put))

    def _named(self, text: str) -> str | None:
        try:
            return self._answers.catalogue.named(text)
        except Exception:  # the boundary: no comment of a viewer's may end the show
            log.exception("a comment could not be read")
            self.counts["not readable"] += 1
            return None

    def _about_goods(self, text: str, product: str | None, named: bool) -> bool:
        """Whether a comment is a question about the goods, whether anybody knows the answer or not."""
        try:
            return self._answers.catalogue.about_goods(text, product)
        except Exception:  # as above
            log.exception("a comment could not be read")
            self.counts["not readable"] += 1
        return named

    def _put(self, cue: Cue, now: float) -> str:
        put = self.inbox.put(cue, now)
        if (gone := self.inbox.pushed_out) is not None and gone.id != cue.id:
            self._records.notes.note("no room", gone.id, tier=gone.source, waited=round(now - gone.at, 1))
        return put

    def again(self, what: str, who: str, now: float) -> None:
        """A deed of an earlier life that nobody was thanked for; its viewer's name was not kept."""
        if what == "order":
            self._viewers.bought(who, now)
        self._courtesy.again(what, now)

    def _deed(self, event: ChatEvent, who: str, now: float) -> Verdict:
        if event.kind == "system":
            return Verdict(None, "system")
        if event.kind == "order":
            self._viewers.bought(who, now)
        return Verdict(
            None, self._courtesy.offer(event, self._guard.name(event.viewer), self._guard.name(event.text), now)
        )


def nameless(cue: Cue) -> dict[str, Any]:
    """A cue as JSON values, without anybody's name."""
    return {**asdict(cue), "viewer": "", "prompt": cue.plain or cue.prompt, "plain": ""}


def _same(prompt: str, product: str | None) -> str:
    return f"{key(prompt)}/{product}"
