"""Finds parts by name: ``kind/name`` gives a class, imported on first use. Parts are defined in :mod:`anchor.ports`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from persona.explain import explained
from persona.similar import unknown
from persona.version import file_version
from streams.ports import Finding

log = logging.getLogger(__name__)

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
    """Nothing is registered under this name, or it cannot be imported."""


class BadOptions(ValueError):
    """Options that a part's Config refuses. The text names the keys, and holds no value: it may be a secret."""


def names(kind: str) -> list[str]:
    """What there is of a kind, built in and installed."""
    outside = [entry.name for entry in entry_points(group=GROUP)]
    return sorted({n.removeprefix(f"{kind}/") for n in [*BUILT_IN, *outside] if n.startswith(f"{kind}/")})


def load(kind: str, name: str) -> Any:
    """The class registered as ``kind/name``; raises UnknownPart, with a suggestion where there is none of that name."""
    key = f"{kind}/{name}"
    outside = [*entry_points(group=GROUP, name=key)]
    if not outside and key not in BUILT_IN:
        raise UnknownPart(unknown(kind, name, names(kind)))
    try:
        if outside:
            return outside[0].load()
        module, _, attribute = BUILT_IN[key].partition(":")
        return getattr(import_module(module), attribute)
    except Exception as error:
        raise UnknownPart(f"{key} cannot be imported: {_words(error)}") from error


def configured(kind: str, name: str, options: dict[str, Any]) -> tuple[Any, BaseModel]:
    """A part and its validated Config; raises UnknownPart or BadOptions."""
    part = load(kind, name)
    try:
        return part, part.Config.model_validate(options)
    except ValidationError as error:
        messages = (f"{'.'.join(map(str, place))}: {message}" for place, message in explained(error, part.Config))
        raise BadOptions("; ".join(messages)) from None


def make(kind: str, name: str, options: dict[str, Any], context: object) -> Any:
    """The engine of a part; raises what :func:`configured` and the engine do."""
    part, config = configured(kind, name, options)
    return part.make(config, context)


def findings(
    kind: str, name: str, options: dict[str, Any], folder: Path, beside: Iterable[str] = ()
) -> Iterator[Finding]:
    """What is wrong with the options of a part, by their place among them. ``beside`` are the keys that stand next to them
    and are the persona's own."""
    try:
        part = load(kind, name)
        config = part.Config.model_validate(options)
    except UnknownPart as error:
        yield (), str(error)
        return
    except ValidationError as error:
        for place, message in explained(error, part.Config, beside):
            elsewhere = _owner(kind, str(place[-1])) if message.startswith("unknown key") and len(place) == 1 else ""
            yield place, f"{message.partition(' (')[0]}; it belongs to {elsewhere}" if elsewhere else message
        return
    try:
        if (check := getattr(part, "check", None)) is not None:
            yield from check(config, folder)
    except Exception as error:  # noqa: BLE001 - somebody's part, which must not keep others from being checked
        yield (), f"the check of {kind} {name} failed: {_words(error)}"


def files(kind: str, name: str, options: dict[str, Any], folder: Path) -> Iterator[Path]:
    """The files and folders that a part's options name; nothing for options that are not valid."""
    try:
        part, config = configured(kind, name, options)
        if (named := getattr(part, "files", None)) is not None:
            yield from named(config, folder)
    except (UnknownPart, BadOptions):
        return
    except Exception as error:  # noqa: BLE001 - somebody's part, asked every few seconds while the show is on
        _log_once(f"{kind} {name}", _words(error))


def version(kind: str, name: str, options: dict[str, Any], folder: Path) -> str:
    """Changes with the files that a part's options name; empty where they name none."""
    named = files(kind, name, options, folder)
    each = sorted(file for path in named for file in (path.glob("*") if path.is_dir() else (path,)))
    return " ".join(file_version(str(file)) for file in each)


def _owner(kind: str, key: str) -> str:
    """The other parts of a kind whose Config has a key."""
    owners = []
    for name in names(kind):
        try:
            if key in load(kind, name).Config.model_fields:
                owners.append(name)
        except UnknownPart:
            continue  # told where it is chosen
    return " or ".join(owners)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


@lru_cache(64)
def _log_once(part: str, why: str) -> None:
    log.error("files of a part not known, an edit of them goes unnoticed", extra={"part": part, "why": why})
