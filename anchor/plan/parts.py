"""The parts that a persona has chosen: their options, where these are written, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anchor import registry
from persona.load import Source
from persona.model import Persona
from persona.problem import Place, Problem
from persona.similar import unknown
from persona.values import Choice

CHOICES = {"voice": ("voice", "engine"), "face": ("look", "rig"), "mind": ("mind", "engine")}
"""kinds that a persona has one of: its key, and the key in it that names the part"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One part. ``place`` is where its options stand, ``key`` the one of them that names it, ``beside`` the persona's own."""

    kind: str
    name: str
    options: dict[str, Any]
    place: Place
    key: str
    beside: tuple[str, ...]


def chosen(persona: Persona) -> Iterator[Chosen]:
    """Every part of a persona."""
    for kind, (place, key) in CHOICES.items():
        yield _chosen(kind, getattr(persona, place), (place,), key)
    for i, source in enumerate(persona.chat):
        yield _chosen("platform", source, ("chat", i), "platform")


def problems(persona: Persona, source: Source, without: tuple[str, ...] = ()) -> Iterator[Problem]:
    """What is wrong with the parts of a persona, but for the kinds ``without``: of these only names and types are looked at."""
    folder = source.folder.resolve()
    for part in chosen(persona):
        if part.name not in registry.names(part.kind):
            yield source.problem((*part.place, part.key), unknown(part.kind, part.name, registry.names(part.kind)))
            continue
        if part.kind in without and _valid(part):
            continue
        for place, message in registry.findings(part.kind, part.name, part.options, folder, part.beside):
            yield source.problem((*part.place, *place), message)


def files(persona: Persona, folder: Path) -> list[Path]:
    """The files and folders that parts name: an edit of one is an edit of the persona."""
    return [file for part in chosen(persona) for file in registry.files(part.kind, part.name, part.options, folder)]


def _chosen(kind: str, choice: Choice, place: Place, key: str) -> Chosen:
    return Chosen(kind, getattr(choice, key), choice.options, place, key, tuple(type(choice).model_fields))


def _valid(part: Chosen) -> bool:
    try:
        registry.configured(part.kind, part.name, part.options)
    except ValueError:
        return False
    return True
