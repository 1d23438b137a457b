"""Files in a persona's folder that nobody reads though their names are those of its parts: rules.yml, products.csv."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from persona.model import Persona
from persona.problem import Problem
from persona.similar import hint, similar

_TABLES = (".json", ".csv", ".tsv", ".xls", ".xlsx", ".toml", ".ini", ".txt")
_WORDS = ("rules", "faq", "scripts", "shop", "schedule", "products")
"""parts that somebody may write as plain text; files of sound, voices and pictures may be called as their parts"""
_NAMES = ("persona", *Persona.model_fields)


def strays(files: Sequence[Path], data: dict[str, Any]) -> Iterator[Problem]:
    """Every file that looks like a part of the persona and is none; ``data`` is what the parts hold."""
    named = set(_texts(data))
    for file in files:
        if file.name.startswith((".", "~")) or file.name in named:
            continue
        message = _folder(file, data, named) if file.is_dir() else _file(file, data)
        if message:
            yield Problem(file.name, 1, 1, "", message)


def misnamed(files: Sequence[Path]) -> str:
    """Where there is no persona.yaml: the file that is meant to be it, as a hint."""
    close = next((f.name for f in files if re.fullmatch(r"persona\.(?:ya?ml(?:\.txt)?|txt|json)", f.name, re.I)), "")
    return f"; {close} is not read: name it persona.yaml" if close else ""


def _file(file: Path, data: dict[str, Any]) -> str:
    stem, suffix = file.stem, file.suffix
    if suffix == ".yaml":
        known = stem in _NAMES
        return "" if known else f"a file of this name belongs to no key of the persona{hint(stem, _NAMES)}"
    if match := re.fullmatch(r"(?P<stem>.+?)\.ya?ml(?:\.ya?ml|\.txt)?", file.name, re.I):
        close = similar(match["stem"].lower(), _NAMES, 0.8)
        return f"is not read: name it {close}.yaml" if close else ""
    if suffix.lower() == ".txt" and stem.lower() in _WORDS and stem.lower() in data:
        return (
            f"is not read, and {stem.lower()}: is written elsewhere already: write its words there, or rename this file"
        )
    if suffix.lower() in _TABLES and stem.lower() in _NAMES and stem.lower() not in (*data, "persona", "version"):
        return f"is not read: write its values into {stem.lower()}.yaml"
    return ""


def _folder(folder: Path, data: dict[str, Any], named: set[str]) -> str:
    """A folder with a part that stands nowhere else. One with a persona.yaml is a persona of its own."""
    try:
        names = sorted(file.name for file in folder.iterdir())
    except OSError:
        return ""
    if "persona.yaml" in names or any(text.startswith(folder.name + "/") for text in named):
        return ""
    for name in names:
        match = re.fullmatch(r"(.+)\.ya?ml", name, re.I)
        if match and match[1].lower() in Persona.model_fields and match[1].lower() not in data:
            return f"{folder.name}/{name} is not read: move it beside persona.yaml, as {match[1].lower()}.yaml"
    return ""


def _texts(value: Any) -> Iterator[str]:
    """Every text in the data, among them the names of files that parts read."""
    if isinstance(value, str):
        yield value.removeprefix("./")
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
