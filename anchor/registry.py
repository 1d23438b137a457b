"""Finds parts by name: ``kind/name`` gives a class, imported on first use. Parts are defined in :mod:`anchor.ports`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from persona.explain import explained
from persona.similar import unknown
from streams.ports import Finding

KINDS = ("platform", "mind", "voice", "face", "mouth")
BUILT_IN = {
    "platform/replay": "streams.chat.replay:Replay",
    "platform/terminal": "streams.chat.terminal:Terminal",
    "platform/http": "streams.chat.http:Http",
    "mind/catalogue": "anchor.mind.alone:Alone",
    "mind/openai": "anchor.mind.openai:OpenAI",
    "mind/qwen": "anchor.mind.local:Local",
    "voice/espeak": "anchor.voice.espeak:Espeak",
    "face/drawn": "anchor.face.drawn:Drawn",
    "face/photo": "anchor.face.photo.part:Photo",
}
GROUP = "anchor.parts"
"""the entry point group by which installed packages add theirs"""


class UnknownPart(LookupError):
    """Nothing is registered under this name."""


def names(kind: str) -> list[str]:
    """What there is of a kind, built in and installed."""
    outside = [entry.name for entry in entry_points(group=GROUP)]
    return sorted({n.removeprefix(f"{kind}/") for n in [*BUILT_IN, *outside] if n.startswith(f"{kind}/")})


def load(kind: str, name: str) -> Any:
    """The class registered as ``kind/name``; raises UnknownPart with a suggestion."""
    key = f"{kind}/{name}"
    for entry in entry_points(group=GROUP, name=key):
        return entry.load()
    if key not in BUILT_IN:
        raise UnknownPart(unknown(kind, name, names(kind)))
    module, _, attribute = BUILT_IN[key].partition(":")
    return getattr(import_module(module), attribute)


def configured(kind: str, name: str, options: dict[str, Any]) -> tuple[Any, BaseModel]:
    """A part and its validated Config; raises UnknownPart or pydantic's ValidationError."""
    part = load(kind, name)
    return part, part.Config.model_validate(options)


def make(kind: str, name: str, options: dict[str, Any], context: object) -> Any:
    """The engine of a part; raises what :func:`configured` and the engine do."""
    part, config = configured(kind, name, options)
    return part.make(config, context)


def findings(
    kind: str, name: str, options: dict[str, Any], folder: Path, beside: Iterable[str] = ()
) -> Iterator[Finding]:
    """What is wrong with the options of a part, by their place among them. ``beside`` are the keys that stand next to them
    and are the persona's own."""
    part = load(kind, name)
    try:
        config = part.Config.model_validate(options)
    except ValidationError as error:
        for place, message in explained(error, part.Config, beside):
            elsewhere = _owner(kind, str(place[-1])) if message.startswith("unknown key") and len(place) == 1 else ""
            yield place, f"{message.partition(' (')[0]}; it belongs to {elsewhere}" if elsewhere else message
        return
    if (check := getattr(part, "check", None)) is not None:
        yield from check(config, folder)


def files(kind: str, name: str, options: dict[str, Any], folder: Path) -> Iterator[Path]:
    """The files and folders that a part's options name; nothing for options that are not valid."""
    try:
        part, config = configured(kind, name, options)
    except (UnknownPart, ValidationError):
        return
    if (named := getattr(part, "files", None)) is not None:
        yield from named(config, folder)


def _owner(kind: str, key: str) -> str:
    """The other parts of a kind whose Config has a key."""
    return " or ".join(name for name in names(kind) if key in load(kind, name).Config.model_fields)
