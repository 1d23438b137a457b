"""Loads a folder of YAML as a Persona, and gives every mistake with file, line, column, path and message.

Scalars follow YAML 1.2's core schema; ``no``, ``0123`` and ``12:30``, which mean different things to different readers
of YAML, are refused where they stand unquoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, get_origin

import yaml
from pydantic import ValidationError

from persona.doubts import (
    cut_off,
    key_doubts,
    list_doubts,
    meant,
    odd_blank,
    second_entry,
    value_doubts,
    whole_text,
)
from persona.explain import all_keys, explained, field_type
from persona.model import Persona
from persona.problem import BadPersona, Place, Problem, dotted
from persona.strays import misnamed, strays
from persona.yaml_hints import LINE_BREAK, NotText, decoded, not_yaml

FILE = "persona.yaml"
SIZE_LIMIT = 4 << 20

_INTEGER = re.compile(r"^[-+]?(0|[1-9][0-9]{0,17})$")
_DECIMAL = re.compile(r"^[-+]?(0|[1-9][0-9]*)\.[0-9]+$")
_TRAP = re.compile(
    r"^(?:(?P<switch>yes|no|on|off|y|n)|(?P<zeros>[-+]?0[0-9_]+(?:\.[0-9]*)?)|(?P<sixty>[0-9]+(?::[0-5]?[0-9])+))$",
    re.I,
)
"""what YAML 1.1 reads as a truth, an octal number and a number of base 60"""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KEYS = frozenset(all_keys(Persona))
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Mark:
    file: str
    line: int
    column: int


class Source:
    """Where every value of a persona was written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marks: dict[Place, Mark] = {(): Mark(FILE, 1, 1)}
        self.doubts: list[Problem] = []
        """mistakes in values that can be read all the same; :func:`persona.check.open_persona` raises them with all others"""

    def problem(self, path: Place, message: str) -> Problem:
        """A problem at a value, or at the nearest one around it that was written."""
        known = path
        while known not in self.marks:
            known = known[:-1]
        mark = self.marks[known]
        return Problem(mark.file, mark.line, mark.column, dotted(path), message)


def read(folder: Path) -> tuple[dict[str, Any], Source]:
    """The raw values of a persona's folder (or of the persona.yaml given); raises BadPersona for what is not YAML."""
    if folder.name == FILE:
        folder = folder.parent
    source = Source(folder)
    problems: list[Problem] = []
    data: dict[str, Any] = {}
    try:
        there = (folder / FILE).is_file()
        files = sorted(folder.iterdir()) if folder.is_dir() else []
    except (OSError, ValueError, RuntimeError) as error:
        raise BadPersona([Problem(str(folder)[:80], 1, 1, "", f"cannot be read: {error}")]) from None
    if not there:
        raise BadPersona([Problem(str(folder / FILE), 1, 1, "", "no such file" + misnamed(files))])
    for file in sorted(files, key=lambda f: (f.name != FILE, f.name)):
        if file.name == FILE or (file.suffix == ".yaml" and file.stem in Persona.model_fields):
            _read(file, data, source, problems)
    source.doubts += strays(files, data)
    if problems:
        raise BadPersona(sorted([*problems, *source.doubts]))
    return data, source


def validate(data: dict[str, Any], source: Source) -> Persona:
    """Typed values; raises BadPersona with every mistake of form. Mistakes between parts are for check.py."""
    try:
        return Persona.model_validate(data)
    except ValidationError as error:
        raise BadPersona(sorted(source.problem(*fault) for fault in explained(error, Persona))) from None


def _read(file: Path, data: dict[str, Any], source: Source, problems: list[Problem]) -> None:
    top: Place = () if file.name == FILE else (file.stem,)
    try:
        if file.stat().st_size > SIZE_LIMIT:
            raise ValueError(f"larger than {SIZE_LIMIT >> 20} MiB")
        text = decoded(file.read_bytes())
    except NotText as error:
        problems.append(Problem(file.name, error.line, error.column, "", str(error)))
        return
    except (OSError, ValueError) as error:
        problems.append(Problem(file.name, 1, 1, "", f"cannot be read: {str(error).splitlines()[0]}"))
        return
    try:
        for event in yaml.parse(text, _LOADER):
            if isinstance(event, yaml.AliasEvent):
                mark = event.start_mark
                assert mark is not None
                problems.append(Problem(file.name, mark.line + 1, mark.column + 1, "", "aliases (*name) are not used"))
                return
        node = yaml.compose(text, _LOADER)
    except yaml.YAMLError as error:
        line, column, message = not_yaml(text, error)
        problems.append(Problem(file.name, line, column, "", message))
        return
    except (ValueError, RecursionError) as error:
        problems.append(Problem(file.name, 1, 1, "", f"cannot be read: {str(error).splitlines()[0]}"))
        return
    try:
        value = _Values(file.name, text, source, problems).value(node, top) if node is not None else None
    except RecursionError:
        problems.append(Problem(file.name, 1, 1, "", "brackets in brackets, too many of them"))
        return
    if top and node is None:
        problems.append(Problem(file.name, 1, 1, file.stem, "the file is empty"))
        return
    if top:
        if file.stem in data:
            problems.append(source.problem(top, f"{file.stem} stands in {FILE} too"))
        data[file.stem] = value
    elif isinstance(value, dict):
        data.update(value)
    else:
        problems.append(Problem(file.name, 1, 1, "", "the file must hold keys and values"))


class _Values:
    """Turns the nodes of one file into values, and notes where each was written and what seems wrong with it."""

    def __init__(self, file: str, text: str, source: Source, problems: list[Problem]) -> None:
        self._file, self._source, self._problems = file, source, problems
        self._lines = LINE_BREAK.split(text)

    def value(self, node: yaml.Node, path: Place) -> Any:
        source = self._source
        source.marks[path] = Mark(self._file, node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            entries = list(self._entries(node, path))
            values = [self.value(item, (*path, i)) for i, item in enumerate(entries)]
            for i, item in enumerate(entries):
                self._doubt((*path, i), list_doubts(item, (*path, i), len(entries) == 1))
            return values
        if node.tag.startswith("!") and not node.tag.startswith("tag:yaml.org"):
            self._problems.append(source.problem(path, f"the tag {node.tag} is not known"))
        assert isinstance(node, yaml.ScalarNode)
        if node.style in ("'", '"', "|", ">"):
            return node.value
        if trap := _TRAP.match(node.value):
            way = meant(node.value, trap["switch"] is not None, field_type(Persona, path))
            message = f"{node.value} means different things to different readers: write {way}"
            source.doubts.append(source.problem(path, message))
        self._doubt(path, value_doubts(node, path, self._lines, KEYS))
        return _scalar(node.value)

    def _entries(self, node: yaml.SequenceNode, path: Place) -> Iterator[yaml.Node]:
        """The entries of a list. One that begins again with its first key is two, and a dash is missing between them."""
        entries = 0
        for item in node.value:
            entries += 1
            while (at := second_entry(item)) > 0:
                mark = item.value[at][0].start_mark
                key = item.value[at][0].value
                message = f"stands in this entry already: write - {key}: … where another begins"
                where = dotted((*path, entries, key))
                self._source.doubts.append(Problem(self._file, mark.line + 1, mark.column + 1, where, message))
                entries += 1
                yield yaml.MappingNode(item.tag, item.value[:at], item.start_mark, mark)
                item = yaml.MappingNode(item.tag, item.value[at:], mark, item.end_mark)
            yield item

    def _mapping(self, node: yaml.MappingNode, path: Place) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for i, (key_node, value_node) in enumerate(node.value):
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            at = Mark(self._file, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key is None:
                self._problems.append(
                    Problem(self._file, at.line, at.column, dotted(path), "a key must be plain words")
                )
                continue
            if node.flow_style and key not in KEYS and cut_off(node.value[i]):
                if message := whole_text(node.value, i):
                    self._source.doubts.append(Problem(self._file, at.line, at.column, dotted((*path, key)), message))
                    continue
                if i and cut_off(node.value[i - 1]):
                    continue  # a further part of that text
            if key in mapping and get_origin(field_type(Persona, path)) is not tuple:  # there a dash is missing
                message = "stands here twice"
                self._source.doubts.append(Problem(self._file, at.line, at.column, dotted((*path, key)), message))
            mapping[key] = self.value(value_node, (*path, key))
            self._source.marks[(*path, key)] = at
            if message := odd_blank(key):  # where the indentation is wrong, all that is missing follows from it
                self._problems.append(self._source.problem((*path, key), message))
            elif not key_node.style:
                self._doubt((*path, key), key_doubts(key, value_node))
        return mapping

    def _doubt(self, path: Place, messages: Iterable[str]) -> None:
        self._source.doubts += [self._source.problem(path, message) for message in messages]


def _scalar(text: str) -> Any:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text):
        return int(text)
    return Decimal(text) if _DECIMAL.match(text) else text
