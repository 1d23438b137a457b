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


@dataclass(frozen=True)
class Concepts:
    """The whole file."""

    facts: dict[str, Concept]
    special: dict[str, tuple[str, ...]]
    courtesy: dict[str, tuple[str, ...]]
    dialect: dict[str, str]
    abbreviations: dict[str, str]
    """of live rooms, as dsq for 多少钱"""
    words: tuple[str, ...]
    """that hold the one-character name of a product and do not mean it"""
    english: frozenset[str]
    """by which a text of Latin letters is known to be English"""

    @functools.cached_property
    def shorthand(self) -> re.Pattern[str]:
        """Any of the abbreviations: a short one and a number as the whole of a comment, since XS is a size and 88 a weight, and
        others as words of their own."""
        known = sorted(self.abbreviations, key=len, reverse=True)
        whole = "|".join(re.escape(word) for word in known if len(word) < 3 or word.isdigit())
        inside = "|".join(re.escape(word) for word in known if len(word) > 2 and not word.isdigit())
        return re.compile(rf"(?<![a-z0-9])(?:{inside})(?![a-z0-9])|^(?:{whole})(?=\W*$)")


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
        {str(word): str(plain) for word, plain in parsed["abbreviations"].items()},
        tuple(str(word) for word in parsed["words"]),
        frozenset(str(word) for word in parsed["english"]),
    )


@functools.lru_cache(256)
def words_with(char: str) -> tuple[tuple[str, int], ...]:
    """The words that hold a character and do not mean it by itself, and where in them."""
    return tuple((word, i) for word in concepts().words for i, c in enumerate(word) if c == char)


@functools.lru_cache(1024)
def kinds(key: str) -> tuple[str, ...]:
    """The names of a fact's concepts by what the merchant calls it: those whose name for it is longest."""
    key = key.lower()
    lengths = {}
    for kind, concept in concepts().facts.items():
        if fits := [len(name) for name in concept.keys if stands(key, name.lower())]:
            lengths[kind] = max(fits)
    longest = max(lengths.values(), default=0)
    return tuple(kind for kind, size in lengths.items() if size == longest)


def asks_of(key: str) -> tuple[str, ...]:
    """All that asks for a fact of this name."""
    return (key.lower(), *(ask for kind in kinds(key) for ask in concepts().facts[kind].asks))


def strength(words: str, asks: Iterable[str]) -> float:
    """How much of a question asks for something: the length of the longest phrase for it that stands there; 0 for none."""
    return max((_weight(ask) for ask in asks if stands(words, ask)), default=0.0)


@functools.lru_cache(1024)
def wanted(words: str) -> tuple[tuple[int, int, str], ...]:
    """Where a question asks for something that facts hold: start, end and concept of each phrase. A phrase inside of a longer one,
    or across its edge, asks for nothing of its own: 退货 in 退货运费谁出, 发货 in 哪里发货."""
    spans = [
        (match.start(), match.end(), kind)
        for kind, concept in concepts().facts.items()
        for ask in concept.asks
        if stands(words, ask)
        for match in re.finditer(re.escape(ask), words)
    ]
    return tuple(
        (start, end, kind)
        for start, end, kind in spans
        if not any(a < end and start < b and b - a > end - start for a, b, other in spans if other != kind)
    )


def asks_for(words: str, key: str) -> float:
    """How strongly a question asks for a fact of this name; 0 where it does not."""
    own = set(kinds(key))
    spans = wanted(words)
    best = max((_weight(words[start:end]) for start, end, kind in spans if kind in own), default=0.0)
    if stands(words, key := key.lower()):
        places = [match.span() for match in re.finditer(re.escape(key), words)]
        if any(
            not any(a <= start and end <= b and b - a > end - start for a, b, kind in spans if kind not in own)
            for start, end in places
        ):
            best = max(best, _weight(key))
    return best


def any_free(words: str, asks: Sequence[str]) -> bool:
    """Whether any phrase stands in a text where no longer one asks for a fact instead: 拍什么 does not in 拍什么时候到."""
    for ask in asks:
        for match in re.finditer(re.escape(ask), words) if stands(words, ask) else ():
            if not any(
                start < match.end() and match.start() < end and end - start > len(ask)
                for start, end, _ in wanted(words)
            ):
                return True
    return False


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
