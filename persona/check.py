"""What types cannot see: names that must exist, assets that must be there, placeholders that must have a value."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from persona.consent import read_consent
from persona.fill import by_id
from persona.goods import check_goods
from persona.lines import line_mistakes, text_mistakes
from persona.load import Source, read, validate
from persona.mend import mend
from persona.model import Persona, Product
from persona.problem import BadPersona, Place, Problem, dotted
from persona.schedule import Schedule
from persona.similar import hint
from persona.times import check_times

Check = Callable[[Persona, Source], Iterable[Problem]]


def open_persona(folder: Path, also: Check | None = None, starting: bool = False) -> tuple[Persona, Source]:
    """Read and check a persona's folder; raises BadPersona with every problem at once, those that ``also`` finds too.
    ``starting`` a show, moments that have passed are no problem."""
    data, source = read(folder)
    try:
        persona = validate(data, source)
    except BadPersona as error:
        mended, places, between_keys = mend(data)
        between = _all(mended, source, also, starting) if mended is not None else ()
        known = {p.path for p in error.problems}
        hidden = [source.problem(item["loc"], item["msg"]) for item in between_keys]
        more = [p for p in between if not any(p.path == k or p.path.startswith((k + ".", k + "[")) for k in known)]
        more = [p for p in more if not any(p.path.startswith(dotted(place)) for place in places)]
        more = [p for p in more if not any(words in p.message for words in _invented(places))]
        raise BadPersona(_with_doubts([*error.problems, *hidden, *more], source)) from None
    problems = _with_doubts(list(_all(persona, source, also, starting)), source)
    if problems:
        raise BadPersona(problems)
    return persona, source


def _invented(places: Iterable[Place]) -> Iterator[str]:
    """The messages that stand-ins at these places would cause: that a name is nowhere, and that nothing may be played."""
    for place in places:
        for key, kind in (("products", "product"), ("scripts", "script")):
            if place[:1] == (key,) and (len(place) < 3 or place[2] == "id"):
                yield f"no {kind} is called"
        if place[:1] == ("scripts",):
            yield "leaves a hole"


def _with_doubts(problems: list[Problem], source: Source) -> list[Problem]:
    """All problems in their order. Where the way that a value is written is wrong, what it says is no matter."""
    doubted = {problem.path for problem in source.doubts if problem.path}
    others = [p for p in problems if not any(p.path == d or p.path.startswith((d + ".", d + "[")) for d in doubted)]
    return sorted({*others, *source.doubts})


def _all(persona: Persona, source: Source, also: Check | None, starting: bool) -> Iterator[Problem]:
    yield from check(persona, source, starting)
    if also is not None:
        yield from also(persona, source)


def check(persona: Persona, source: Source, starting: bool = False) -> Iterator[Problem]:
    """Every problem between the parts of a persona that is well formed."""
    products = by_id(persona)
    scripts = {script.id for script in persona.scripts}
    yield from _twice("products", [p.id for p in persona.products], source)
    yield from _twice("scripts", [s.id for s in persona.scripts], source)
    yield from check_goods(persona, source)
    names = list(_names(persona.schedule, scripts, products, source))
    yield from names
    if not names:
        yield from check_times(persona, source, datetime.datetime.now(datetime.UTC), starting)
    for i, script in enumerate(persona.scripts):
        if script.product is not None and script.product not in products:
            yield source.problem(("scripts", i, "product"), _unknown("product", script.product, products))
        for j, line in enumerate(script.lines):
            for message in line_mistakes(line, persona, script.product):
                yield source.problem(("scripts", i, "lines", j), message)
    for path, text in _texts(persona):
        for message in text_mistakes(text, persona):
            yield source.problem(path, message)
    if "{" in persona.disclosure.line:
        yield source.problem(("disclosure", "line"), "the disclosure has no placeholders")
    for i, product in enumerate(persona.products):
        yield from _asset(product.image, ("products", i, "image"), source)
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", persona.look.background):
        yield from _asset(persona.look.background, ("look", "background"), source)
    yield from _asset(persona.sound.bed, ("sound", "bed"), source)
    yield from _voice(persona, source)
    yield from _renditions(persona, source)


def _texts(persona: Persona) -> Iterator[tuple[Place, str]]:
    """What is spoken or shown in one wording, and where it is written."""
    for i, faq in enumerate(persona.faq):
        yield ("faq", i, "answer"), faq.answer
    yield ("disclosure", "line"), persona.disclosure.line
    yield ("look", "banner"), persona.look.banner
    for i, countdown in enumerate(persona.schedule.countdowns):
        yield ("schedule", "countdowns", i, "say"), countdown.say.replace("{left}", "")


def _renditions(persona: Persona, source: Source) -> Iterator[Problem]:
    """Further forms of the picture: smaller or equal, and of the same shape."""
    width, height, fps, _ = persona.output.size(persona.look.orientation)
    for i, rendition in enumerate(persona.output.renditions):
        w, h, f, _ = rendition.size(persona.look.orientation)
        path = ("output", "renditions", i)
        if w > width or h > height or f > fps:
            yield source.problem(path, f"{w}x{h} at {f} is more than the picture has: {width}x{height} at {fps}")
        elif abs(w * height / (h * width) - 1) > 0.02:
            yield source.problem(path, f"{w}x{h} would squeeze the picture, which is {width}x{height}")
        if not rendition.to:
            yield source.problem(path, "goes nowhere: give it a to:")


def _names(schedule: Schedule, scripts: set[str], products: dict[str, Product], source: Source) -> Iterator[Problem]:
    """Names in the schedule that nothing has."""
    for i, rotated in enumerate(schedule.rotation):
        if rotated.script not in scripts:
            yield source.problem(("schedule", "rotation", i), _unknown("script", rotated.script, scripts))
    for i, at in enumerate(schedule.at):
        if at.script not in scripts:
            yield source.problem(("schedule", "at", i, "script"), _unknown("script", at.script, scripts))
    for i, name in enumerate(schedule.products):
        if name not in products:
            yield source.problem(("schedule", "products", i), _unknown("product", name, products))


def _twice(key: str, ids: list[str], source: Source) -> Iterator[Problem]:
    for i, name in enumerate(ids):
        if name in ids[:i]:
            yield source.problem((key, i, "id"), f"{name!r} is used twice")


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    return f"no {kind} is called {name!r}" + hint(name, known, 0.5)


def _voice(persona: Persona, source: Source) -> Iterator[Problem]:
    """A real person's voice needs that person's consent, today."""
    if persona.voice.consent:
        try:
            read_consent(_inside(persona.voice.consent, source), datetime.date.today(), "voice")
        except ValueError as error:
            yield source.problem(("voice", "consent"), str(error))


def _asset(name: str, path: tuple[str | int, ...], source: Source) -> Iterator[Problem]:
    if not name:
        return
    try:
        if not _inside(name, source).is_file():
            files = [f.name for f in source.folder.iterdir() if f.is_file() and f.suffix != ".yaml"]
            raise ValueError(f"no file {name}" + hint(name, files))
    except ValueError as error:
        yield source.problem(path, str(error))


def _inside(name: str, source: Source) -> Path:
    """A place in the persona's folder; raises ValueError for one outside of it, or none at all."""
    folder = source.folder.resolve()
    try:
        place = (folder / name).resolve()
        place.exists()
    except (OSError, ValueError, RuntimeError) as error:
        raise ValueError(f"not a name that a file can have: {error}") from error
    if not place.is_relative_to(folder):
        raise ValueError(f"{name} lies outside of the persona's folder")
    return place
