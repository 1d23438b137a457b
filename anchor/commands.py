"""The commands that do one thing and end: check, plan, ask, say, sheet, prepare, render."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from anchor import registry
from anchor.checked import open_checked
from anchor.plan import BadPlan, Options, plan
from persona.load import BadPersona, Problem, Source
from persona.model import Persona


def _fail(error: Exception) -> int:
    for line in str(error).splitlines():
        print(line, file=sys.stderr)
    return 1


def check(options: argparse.Namespace) -> int:
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
            )
        )
    except (BadPersona, BadPlan) as error:
        return _fail(error)
    print(json.dumps(made, ensure_ascii=False))
    return 0


def ask(options: argparse.Namespace) -> int:
    try:
        persona, _ = open_checked(options.persona)
    except BadPersona as error:
        return _fail(error)
    if options.product is not None and persona.product(options.product) is None:
        return _fail(BadPlan([f"no product is called {options.product!r}"]))
    answer = registry.load("mind", persona.mind.engine)(persona).answer(options.question, options.product)
    if options.json:
        # nothing is blocked yet: the guard that may block comes with the desk's rules
        told = {"answer": answer.text, "source": answer.source, "facts": list(answer.facts), "product": answer.product}
        print(json.dumps({**told, "blocked": False}, ensure_ascii=False))
    else:
        print(answer.text)
    return 0


def say(options: argparse.Namespace) -> int:
    from anchor import offline

    def made(persona: Persona, source: Source) -> str:
        if options.sound is not None:
            return offline.play(persona, source, options.sound, options.text, options.out)
        return offline.say(persona, source, options.text, options.out)

    return _offline(options, made)


def sheet(options: argparse.Namespace) -> int:
    from anchor import offline

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
    from anchor import offline

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
    from anchor.offline import Failed

    try:
        persona, source = open_checked(options.persona)
        print(work(persona, source), file=sys.stderr)
    except (BadPersona, Failed) as error:
        return _fail(error)
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": check,
    "plan": make_plan,
    "ask": ask,
    "say": say,
    "sheet": sheet,
    "prepare": prepare,
    "render": render,
}
