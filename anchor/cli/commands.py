"""The commands that do one thing and end: check, plan, ask, eval, doctor, say, sheet, prepare, render, rehearse, log, forget."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import logging
import sys
import time
import zoneinfo
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from anchor import registry
from anchor.cli.borrowed import edition_of
from anchor.mind.minds import alone
from anchor.plan import parts
from anchor.plan.check import open_checked
from anchor.plan.plan import BadPlan, Options, plan
from anchor.plan.schema import all_parts
from anchor.talk.answers import Reply
from anchor.text.sentences import joined
from persona.check import open_persona
from persona.load import Source
from persona.model import MindChoice, Persona
from persona.problem import BadPersona, Problem
from persona.schema import json_schema
from streams import logs
from streams.chat.replay import read as read_events
from streams.ports import Refused
from streams.types import ChatEvent

if TYPE_CHECKING:
    from anchor.cli.evaluation import Question, Result

PROGRESS_SECONDS = 5.0
OFFLINE = ("platform",)
"""kinds of parts that need not work without a show"""


def _fail(error: Exception) -> int:
    for line in str(error).splitlines():
        print(line, file=sys.stderr)
    return 1


def check(options: argparse.Namespace) -> int:
    if options.schema:
        print(json.dumps(json_schema(all_parts()), ensure_ascii=False, indent=1))
        return 0
    problems: list[Problem] = []
    try:
        open_checked(options.persona)
    except BadPersona as error:
        problems = error.problems
    if options.format == "json":
        print(
            json.dumps([{s: getattr(p, s) for s in Problem.__slots__} for p in problems], ensure_ascii=False, indent=1)
        )
    elif options.format == "github":
        for p in problems:
            print(f"::error file={p.file},line={p.line},col={p.column}::{p.path}: {p.message}")
    else:
        for p in problems:
            print(p, file=sys.stderr)
        print(f"{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else "ok")
    return 1 if problems else 0


def make_plan(options: argparse.Namespace) -> int:
    to = tuple(json.load(sys.stdin)) if not options.to else tuple(options.to)
    try:
        made = plan(
            Options(
                options.persona,
                to,
                tuple(options.chat),
                options.seconds,
                options.console,
                options.clapper,
                options.preset,
                options.again,
            )
        )
    except (BadPersona, BadPlan) as error:
        return _fail(error)
    print(json.dumps(made, ensure_ascii=False))
    return 0


def ask(options: argparse.Namespace) -> int:
    try:
        persona, source = open_checked(options.persona, without=OFFLINE)
    except BadPersona as error:
        return _fail(error)
    if options.product is not None and persona.product(options.product) is None:
        return _fail(BadPlan([f"no product is called {options.product!r}"]))
    reply = asyncio.run(_ask(persona, source, options.question, options.product))
    answer = joined(reply.sentences)
    if options.json:
        result = {"answer": answer, "source": reply.source, "facts": [*map(str, reply.facts)], "product": reply.product}
        print(json.dumps({**result, "blocked": list(reply.blocked), "fell": reply.fell}, ensure_ascii=False))
    else:
        print(answer or f"goes unanswered on air: {', '.join(reply.blocked)}")
    return 0


async def _ask(persona: Persona, source: Source, question: str, focus: str | None) -> Reply:
    logs.setup("ask")
    async with edition_of(persona, source) as edition:
        return await edition.answers.ask(question, focus)


def evaluate(options: argparse.Namespace) -> int:
    from anchor.cli import evaluation

    try:
        shops = [open_checked(folder, without=OFFLINE) for folder in options.persona]
        files = [options.questions or folder.with_name(folder.resolve().name + ".yaml") for folder in options.persona]
        questions = [evaluation.read(file) for file in files]
        minds: dict[str, MindChoice | None] = {name: evaluation.mind(name) for name in options.mind}
        minds = minds or {"the persona's": None}
    except (BadPersona, evaluation.BadQuestions) as error:
        return _fail(error)
    scores = {}
    for name, mind in minds.items():
        scores[name] = evaluation.Result()
        for (persona, source), asked in zip(shops, questions, strict=True):
            of = persona if mind is None else persona.model_copy(update={"mind": mind})
            asyncio.run(_evaluate(of, source, asked, scores[name]))
    if options.json:
        print(json.dumps({name: score.as_json() for name, score in scores.items()}, ensure_ascii=False, indent=1))
    else:
        print(evaluation.table(scores))
    results = [score.as_json() for score in scores.values()]
    silent = [name for name, r in zip(scores, results, strict=True) if r["fell_back"] == r["questions"]]
    for name in silent:
        why = scores[name].grades[-1].fell
        print(f"{name} answered nothing, the figures are the catalogue's: {why}", file=sys.stderr)
    return int(bool(silent) or any(result["false_prices"] or result["forbidden"] for result in results))


async def _evaluate(persona: Persona, source: Source, questions: list[Question], score: Result) -> None:
    from anchor.cli import evaluation

    logging.getLogger("anchor").setLevel(logging.ERROR)  # what was refused stands in the table
    tell = _progress(len(questions), "questions")
    async with edition_of(persona, source) as edition:
        async for grade in evaluation.put(edition, questions):
            score.grades.append(grade)
            tell(len(score.grades))


def doctor(options: argparse.Namespace) -> int:
    from anchor.cli import doctor as examination

    try:
        persona, source = open_persona(
            options.persona, lambda persona, source: parts.problems(persona, source, registry.KINDS)
        )
    except BadPersona as error:
        return _fail(error)
    signs = list(examination.examine(persona, source))
    if options.json:
        print(json.dumps([asdict(sign) for sign in signs], ensure_ascii=False, indent=1))
    else:
        for sign in signs:
            print(f"{sign.state:<8} {sign.name:<20} {sign.told}")
    return int(any(sign.state == "missing" for sign in signs))


def say(options: argparse.Namespace) -> int:
    from anchor.cli import offline

    def made(persona: Persona, source: Source) -> str:
        if options.sound is not None:
            return offline.play(persona, source, options.sound, options.text, options.out)
        return offline.say(persona, source, options.text, options.out)

    return _offline(options, made)


def sheet(options: argparse.Namespace) -> int:
    from anchor.cli import offline

    return _offline(options, lambda persona, source: offline.sheet(persona, source, options.out))


def prepare(options: argparse.Namespace) -> int:
    from anchor.face.photo.prepare import prepare as prepare_photo
    from anchor.face.photo.reading import BadPhoto

    try:
        prepare_photo(
            options.photo,
            options.out,
            options.consent,
            options.box,
            options.anew,
            lambda line: print(line, file=sys.stderr),
        )
    except BadPhoto as error:
        return _fail(error)
    return 0


def render(options: argparse.Namespace) -> int:
    from anchor.cli import offline

    if not 0 < options.seconds <= 86_400:
        return _fail(BadPlan(["--seconds must be between 0 and 86400"]))
    replay = None
    if options.chat:
        scheme, _, rest = options.chat.partition(":")
        if scheme != "replay" or not Path(rest).is_file():
            return _fail(BadPlan([f"--chat: give replay:FILE with a file that exists, not {options.chat[:80]!r}"]))
        replay = Path(rest)
    return _offline(
        options, lambda persona, source: offline.render(persona, source, options.seconds, options.out, replay)
    )


def _offline(options: argparse.Namespace, work: Callable[..., str]) -> int:
    from anchor.cli.offline import Failed

    try:
        persona, source = open_checked(options.persona, without=OFFLINE)
        print(work(persona, source), file=sys.stderr)
    except (BadPersona, Failed) as error:
        return _fail(error)
    return 0


def rehearse(options: argparse.Namespace) -> int:
    from anchor.desk import rehearsal

    if not 0 < options.hours <= 24 * 31:
        return _fail(BadPlan(["--hours must be between 0 and 744"]))
    try:
        persona, _ = open_checked(options.persona, without=OFFLINE)
        events = _events(options.chat) if options.chat else []
        began = _began(options.start, persona)
    except (BadPersona, BadPlan, Refused) as error:
        return _fail(error)
    # a day of questions to a language model would take a day; what is rehearsed is the desk
    run = rehearsal.Rehearsal(persona, alone, began)
    report = asyncio.run(run.run(options.hours * 3600, events, _progress(options.hours * 3600, "h", 3600)))
    print(json.dumps(report.as_json(), ensure_ascii=False, indent=1) if options.json else rehearsal.text(report))
    return 0


def _events(name: str) -> list[ChatEvent]:
    return read_events(Path(name.removeprefix("replay:")), lambda what: print(f"rejected: {what}", file=sys.stderr))


def _began(start: str | None, persona: Persona) -> float:
    """Wall seconds at which a rehearsal begins; raises BadPlan."""
    zone = zoneinfo.ZoneInfo(persona.schedule.zone)
    if not start:
        return datetime.datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    try:
        moment = datetime.datetime.fromisoformat(start)
    except ValueError:
        raise BadPlan([f"--start: {start!r} is no time such as 2026-11-11T20:00"]) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()


def _progress(whole: float, unit: str, size: float = 1.0) -> Callable[[float], None]:
    """Tells every few seconds how far it is, on standard error."""
    last_line = time.monotonic()

    def tell(now: float) -> None:
        nonlocal last_line
        if time.monotonic() - last_line > PROGRESS_SECONDS:
            last_line = time.monotonic()
            print(f"{now / size:.4g} of {whole / size:g} {unit}", file=sys.stderr)

    return tell


def _record(options: argparse.Namespace) -> int:
    from anchor.cli import records

    try:
        {"log": records.log, "forget": records.forget}[options.command](options)
    except records.BadRequest as error:
        return _fail(error)
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": check,
    "plan": make_plan,
    "ask": ask,
    "eval": evaluate,
    "doctor": doctor,
    "say": say,
    "sheet": sheet,
    "prepare": prepare,
    "render": render,
    "rehearse": rehearse,
    "log": _record,
    "forget": _record,
}
