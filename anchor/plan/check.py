"""A persona with all that it names tried: engines, pictures, films, music, a photo with its consent, destinations."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from anchor.guard.terms import Guard, Hit
from anchor.plan import parts
from anchor.plan.notices import unread
from anchor.plan.settings import face_settings, voice_settings
from anchor.work.spawn import spawn
from persona.check import open_persona
from persona.load import Source
from persona.model import Persona
from persona.output import Rendition, Way
from persona.problem import BadPersona, Problem
from persona.wordings import samples
from streams.air.backdrop import BadFilm, backdrop, colour_of, is_film
from streams.air.mixer import BadSound, load_sound
from streams.deliver.targets import BadTarget, Target, parse
from streams.types import Codec

CHECK_SECONDS = 30.0
WHY = {
    "forbidden": "under rules.forbidden",
    "absolute": "an absolute term (广告法 Art. 9)",
    "medical": "a claim of healing (广告法 Art. 17)",
    "illness": "an illness, which ordinary goods have nothing to do with (广告法 Art. 17)",
    "financial": "a promise of gain (广告法 Art. 25)",
    "investment": "a word of gain (广告法 Art. 25)",
    "abuse": "abusive",
    "contact": "a way to contact somebody elsewhere",
}
_FILES = ("file", "record")


def open_checked(folder: Path, starting: bool = False, without: tuple[str, ...] = ()) -> tuple[Persona, Source]:
    """The persona, with its engines known too; raises BadPersona. ``starting`` as for open_persona, ``without`` as for
    :func:`beside`."""
    persona, source = open_persona(folder, partial(beside, without=without), starting)
    problems = list(_unreadable(persona, source))
    persona_targets(persona, source, problems)
    if not problems and (why := fails("voice", voice_settings(persona, source))):
        problems.append(source.problem(("voice",), why))
    if not problems and persona.look.options.get("mouth") and (why := fails("face", face_settings(persona, source))):
        problems.append(source.problem(("look", "mouth"), why))
    if problems:
        raise BadPersona(sorted(problems))
    return persona, source


def beside(persona: Persona, source: Source, without: tuple[str, ...] = ()) -> Iterator[Problem]:
    """What the anchor's own rules find in a persona: words that may not be said, parts that there are not or that are set up
    wrongly (the kinds ``without`` need not work), platforms whose notes were not read."""
    guard = Guard(persona.rules.forbidden, persona.rules.allowed)
    for path, line in _spoken(persona):
        hits: dict[str, Hit] = {}
        for sample in samples(line):
            for hit in guard.hits(sample):
                hits.setdefault(str(hit), hit)
        for hit in hits.values():
            yield source.problem(
                path,
                f"speaks of {hit.term!r}, which is {WHY[hit.kind]}; where it may be said, write it under rules.allowed",
            )
    yield from parts.problems(persona, source, without)
    yield from unread(persona, source)


def _spoken(persona: Persona) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Everything that the persona lets be said or shown, and where it stands."""
    for i, script in enumerate(persona.scripts):
        yield from ((("scripts", i, "lines", j), line) for j, line in enumerate(script.lines))
    for i, faq in enumerate(persona.faq):
        yield ("faq", i, "answer"), faq.answer
    for i, product in enumerate(persona.products):
        yield ("products", i, "name"), product.name
        yield from ((("products", i, "points", j), point) for j, point in enumerate(product.points))
        yield from ((("products", i, "facts", key), f"{key} {value}") for key, value in product.facts.items())
    for i, countdown in enumerate(persona.schedule.countdowns):
        yield ("schedule", "countdowns", i, "say"), countdown.say
    yield ("look", "banner"), persona.look.banner
    yield ("disclosure", "line"), persona.disclosure.line


def fails(kind: str, settings: dict[str, Any]) -> str:
    """What an engine says against its options, tried in a process of its own as always."""
    process = spawn(["anchor.work.worker", kind, "--check"], settings, stdout=subprocess.PIPE)
    try:
        said, _ = process.communicate(timeout=CHECK_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"the {kind} does not start within {CHECK_SECONDS:g} s"
    return said.decode("utf-8", "replace") or f"the {kind} ends with {process.returncode}" if process.returncode else ""


def _unreadable(persona: Persona, source: Source) -> Iterator[Problem]:
    """Pictures and music that are there and are none."""
    pictures: dict[tuple[str | int, ...], str] = {
        ("products", i, "image"): product.image for i, product in enumerate(persona.products)
    }
    background = persona.look.background
    if is_film(background):
        try:
            backdrop(str(source.folder / background), 64, 64)
        except BadFilm as error:
            yield source.problem(("look", "background"), f"{background} is no film that can be shown: {error}")
    elif colour_of(background) is None:
        pictures["look", "background"] = background
    for path, name in pictures.items():
        if name:
            try:
                with Image.open(source.folder / name) as image:
                    image.load()
            except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
                why = "not a picture" if isinstance(error, UnidentifiedImageError) else str(error)
                yield source.problem(path, f"{name} cannot be used: {why}")
    if persona.sound.bed:
        try:
            load_sound(source.folder / persona.sound.bed, 48_000)
        except BadSound as error:
            yield source.problem(("sound", "bed"), f"not a sound that can be used: {error}")


def persona_targets(persona: Persona, source: Source, problems: list[Problem]) -> list[tuple[Rendition, list[Target]]]:
    """The renditions and where each goes."""
    output = persona.output
    chosen: list[tuple[Rendition, list[Target]]] = [(output, list(_targets(output, ("output",), source, problems)))]
    for i, rendition in enumerate(output.renditions):
        chosen.append((rendition, list(_targets(rendition, ("output", "renditions", i), source, problems))))
    return chosen


def _targets(
    rendition: Rendition, path: tuple[str | int, ...], source: Source, problems: list[Problem]
) -> Iterator[Target]:
    for i, to in enumerate(rendition.to):
        place = (*path, "to", i)
        target = _target(to, rendition.codec, place, source, problems)
        backup = _target(to.backup, rendition.codec, (*place, "backup"), source, problems) if to.backup else None
        if target and backup and (target.scheme in _FILES or backup.scheme in _FILES):
            problems.append(source.problem((*place, "backup"), "a recording has no backup, and cannot be one"))
        elif target:
            yield replace(target, backup=backup)


def _target(
    way: Way, codec: Codec, path: tuple[str | int, ...], source: Source, problems: list[Problem]
) -> Target | None:
    try:
        target = parse(way.url, way.key)
        target.check(codec)
    except BadTarget as error:
        problems.append(source.problem((*path, "url"), str(error)))
        return None
    if (way.ca or way.pin) and target.scheme != "rtmps":
        problems.append(source.problem(path, "ca and pin are for rtmps"))
    ca = str(source.folder.resolve() / way.ca) if way.ca else ""
    if ca and not Path(ca).is_file():
        problems.append(source.problem((*path, "ca"), f"no file {way.ca}"))
    return replace(target, ca=ca, pin=way.pin)
