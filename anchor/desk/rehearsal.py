"""Runs the desk through a day in seconds, on a virtual clock with estimated speech durations, and measures it."""

from __future__ import annotations

import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anchor.desk.desk import Desk
from anchor.mind.minds import MakeMind
from anchor.records.records import Records
from anchor.types import PRIORITY, Ref, Utterance
from persona.model import Persona
from persona.tempo import seconds
from streams.types import ChatEvent, Played

HANDOVER = 0.5
"""seconds before a sentence's end at which the next one is chosen, as on air"""
REPEATS_TOLD = 20
TURNS = 8
"""of scripts that may be under way at once"""


@dataclass(slots=True)
class Report:
    """What a rehearsal found. Seconds throughout."""

    hours: float
    events: int = 0
    said: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """air time by kind of sentence"""
    scripts: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    products: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    answers: Counter[str] = field(default_factory=Counter)
    """answers by source"""
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """by tier, from the comment to the first sentence of its answer"""
    verdicts: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    schedule: Counter[str] = field(default_factory=Counter)
    repeats: list[str] = field(default_factory=list)
    """scripts that were said in the same words within the window"""
    silence: float = 0.0
    """the longest time without a word"""
    most_waiting: int = 0
    worked: float = 0.0
    """seconds that the rehearsal took"""

    def as_json(self) -> dict[str, Any]:
        return {
            "hours": self.hours, "events": self.events, "air": _rounded(self.said), "scripts": _rounded(self.scripts),
            "products": _rounded(self.products), "answers": dict(self.answers),
            "waits": {tier: _waits(self.waits[tier]) for tier in PRIORITY if self.waits.get(tier)},
            "verdicts": dict(self.verdicts), "unanswered": dict(self.unanswered), "schedule": dict(self.schedule),
            "merged": self.verdicts["merged"], "expired": self.unanswered["stale"],
            "repeats": len(self.repeats), "repeated": self.repeats[:REPEATS_TOLD],
            "dead_air": round(self.silence, 3), "most_waiting": self.most_waiting, "worked": round(self.worked, 2),
        }  # fmt: skip


class Rehearsal:
    """One run. ``began`` is the wall second at which the show is thought to begin."""

    def __init__(self, persona: Persona, mind: MakeMind, began: float) -> None:
        self.now = 0.0
        self._persona = persona
        records = Records(lambda: began + self.now, _Noticed(self))
        self.desk = Desk(persona, mind, {}, 0.0, records=records)
        self._taken: tuple[str, float] | None = None
        """tier and waiting time so far of the cue whose first sentence comes next"""
        self._turns: dict[str, tuple[float, list[str]]] = {}
        """when the last turns of scripts began, and what was said in them"""
        self._said: dict[str, float] = {}
        """when a script was said in these words last"""
        self.report = Report(0.0)

    async def run(
        self, seconds_: float, events: Sequence[ChatEvent], tell: Callable[[float], None] | None = None
    ) -> Report:
        """``events`` in order of their time; ``tell`` hears the virtual second now and then."""
        report, began = self.report, time.perf_counter()
        report.hours, waiting, number = seconds_ / 3600, list(reversed(events)), 0
        air_until = 0.0
        while self.now < seconds_:
            while waiting and waiting[-1].at <= self.now:
                event = waiting.pop()
                report.events += 1
                self.desk.offer(event, self.now)
            report.most_waiting = max(report.most_waiting, len(self.desk.inbox))
            thinking = time.perf_counter()
            utterance = await self.desk.next(self.now)
            thought = time.perf_counter() - thinking
            assert utterance is not None, "nobody holds the floor in a rehearsal"
            start = max(air_until, self.now + thought)
            report.silence = max(report.silence, start - air_until if air_until else 0.0)
            length = seconds(utterance.text, self._persona.voice.rate)
            self._count(utterance, length, start)
            number += 1
            air_until = start + length
            # what comes while it is said is offered at its own time
            chosen = max(self.now, air_until - HANDOVER)
            while waiting and waiting[-1].at <= chosen:
                event = waiting.pop()
                report.events += 1
                self.now = max(self.now, event.at)
                self.desk.offer(event, self.now)
                report.most_waiting = max(report.most_waiting, len(self.desk.inbox))
            self.now = chosen
            self.desk.heard(Played(number, utterance.cue, utterance.seq, length, False))
            if tell is not None:
                tell(self.now)
        report.verdicts, report.unanswered = +self.desk.counts, +self.desk.inbox.counts
        report.schedule = self.desk.schedule_counts
        report.worked = time.perf_counter() - began
        return report

    def taken(self, tier: str, waited: float) -> None:
        """The desk has taken a cue of a tier that has waited so long."""
        self._taken = tier, waited

    def _count(self, utterance: Utterance, length: float, start: float) -> None:
        report = self.report
        report.said[utterance.kind] += length
        if utterance.kind == "script":
            name = _script(utterance.ref)
            report.scripts[name] += length
            self._fresh(name, utterance, start)
        if utterance.card is not None:
            report.products[utterance.card.name] += length
        if self._taken is not None:
            tier, waited = self._taken
            report.waits[tier].append(waited + start - self.now)
            self._taken = None

    def _fresh(self, name: str, utterance: Utterance, start: float) -> None:
        """Note a sentence of a script; when a whole turn is there, look whether it was said so before."""
        began, said = self._turns.setdefault(utterance.cue, (start, []))
        said.append(utterance.text)
        while len(self._turns) > TURNS:
            cue = next(iter(self._turns))
            began, said = self._turns.pop(cue)
            words = f"{_script(Ref.of(cue))}: {''.join(said)}"
            if began - self._said.get(words, -1e9) < self._persona.schedule.fresh:
                self.report.repeats.append(words)
            self._said[words] = began


class _Noticed:
    """Notes of the desk that a rehearsal counts."""

    problem = ""
    last = 0

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def note(self, kind: str, cue: str = "", **data: Any) -> None:
        if kind == "decision" and "waited" in data:
            self._rehearsal.report.answers[data["source"]] += 1
            self._rehearsal.taken(data["why"], data["waited"])


def text(report: Report) -> str:
    """The report for people."""
    told = report.as_json()
    total = max(1e-9, sum(report.said.values()))

    def row(name: str, t: float) -> str:
        wide = sum(unicodedata.east_asian_width(c) in "WF" for c in name)
        return f"  {name:<{32 - wide}} {_clock(t):>9}  {100 * t / total:5.1f} %"

    lines = [f"{report.hours:g} h, {report.events} events, rehearsed in {report.worked:.1f} s"]
    lines += ["", "air time"]
    for title, times in (("", report.said), ("script ", report.scripts), ("product ", report.products)):
        lines += [row(title + name, t) for name, t in _rounded(times).items()]
    lines += ["", "answers by source"] + [f"  {name:<24} {n:>9}" for name, n in report.answers.most_common()]
    lines += ["", "waits in seconds            number    half    95 %   worst"]
    lines += [
        f"  {tier:<24} {w['number']:>7} {w['p50']:>7.1f} {w['p95']:>7.1f} {w['max']:>7.1f}"
        for tier, w in told["waits"].items()
    ]
    for title, counts in (
        ("what became of events", report.verdicts),
        ("unanswered", report.unanswered),
        ("schedule", report.schedule),
    ):
        if counts:
            lines += ["", title] + [
                f"  {name:<32} {n:>9}" for name, n in sorted(counts.items(), key=lambda item: -item[1])
            ]
    lines += [
        "",
        f"longest silence {report.silence:.2f} s; most waiting {report.most_waiting}; said twice within the window {len(report.repeats)}",
    ]
    lines += [f"  {words}" for words in report.repeats[:REPEATS_TOLD]]
    return "\n".join(lines)


def _script(ref: Ref) -> str:
    """The id of the script that a sentence belongs to."""
    return ref.id.rpartition(":")[0]


def _waits(found: Sequence[float]) -> dict[str, float]:
    ordered = sorted(found)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

    return {"number": len(ordered), "p50": at(0.5), "p95": at(0.95), "max": round(ordered[-1], 2)}


def _rounded(times: Mapping[str, float]) -> dict[str, float]:
    """The longest first."""
    return {name: round(t, 1) for name, t in sorted(times.items(), key=lambda item: -item[1])}


def _clock(seconds_: float) -> str:
    return f"{int(seconds_ // 3600)}:{int(seconds_ // 60 % 60):02}:{int(seconds_ % 60):02}"
