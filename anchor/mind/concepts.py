"""Finds which facts a question asks for, and how strongly, by the viewers' words in concepts.yaml."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

LISTS = Path(__file__).with_name("concepts.yaml")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that is asked for: how merchants call it, and how viewers do."""

    keys: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concepts:
    """The whole file."""

    facts: dict[str, Concept]
    special: dict[str, tuple[str, ...]]
    courtesy: dict[str, tuple[str, ...]]
    dialect: dict[str, str]


@functools.cache
def concepts() -> Concepts:
    parsed = yaml.load(LISTS.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    def lists(named: dict[str, list[object]]) -> dict[str, tuple[str, ...]]:
        return {name: tuple(str(word) for word in words) for name, words in named.items()}

    return Concepts(
        {name: Concept(**lists(told)) for name, told in parsed["facts"].items()},
        lists(parsed["special"]),
        lists(parsed["courtesy"]),
        {str(word): str(plain) for word, plain in parsed["dialect"].items()},
    )


@functools.lru_cache(1024)
def kinds(key: str) -> tuple[str, ...]:
    """The names of a fact's concepts by what the merchant calls it: those whose name for it is longest."""
    key = key.lower()
    lengths = {}
    for kind, concept in concepts().facts.items():
        if fits := [len(name) for name in concept.keys if name.lower() in key]:
            lengths[kind] = max(fits)
    longest = max(lengths.values(), default=0)
    return tuple(kind for kind, size in lengths.items() if size == longest)


def asks_of(key: str) -> tuple[str, ...]:
    """All that asks for a fact of this name."""
    return (key.lower(), *(ask for kind in kinds(key) for ask in concepts().facts[kind].asks))


def strength(words: str, asks: Iterable[str]) -> float:
    """How much of a question asks for something: the length of the longest phrase for it that stands there; 0 for none."""
    return max((_weight(ask) for ask in asks if stands(words, ask)), default=0.0)


def any_of(words: str, asks: Sequence[str]) -> bool:
    return any(stands(words, ask) for ask in asks)


def stands(words: str, name: str) -> bool:
    """Whether a phrase stands in a text. Latin letters must be whole words."""
    if not name or name not in words:
        return False
    return not name[0].isascii() or bool(_whole(name).search(words))


@functools.lru_cache(4096)
def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])")


def _weight(ask: str) -> float:
    return 1.5 + len(ask) / 4 if ask.isascii() else float(len(ask))
