"""Lines that can be said in several ways: ``[大家|各位]好`` is 大家好 or 各位好, and always the same facts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_FACT = re.compile(r"\{[^{}]*\}|\d+(?:\.\d+)?|(?!十分|千万|万一)[零二两三四五六七八九十百千万]+")


class BadWordings(ValueError):
    """Brackets that do not match, or wordings that do not say the same."""


def ways(lines: Sequence[str]) -> int:
    """In how many ways these lines can be said."""
    return math.prod(len(options) for line in lines for options in _parts(line))


def say(lines: Sequence[str], way: int) -> list[str]:
    """The lines said in one way of 0 to ``ways(lines) - 1``."""
    wordings = []
    for line in lines:
        text = ""
        for options in _parts(line):
            way, chosen = divmod(way, len(options))
            text += options[chosen]
        wordings.append(text)
    return wordings


def nth(turn: int, of: int) -> int:
    """The way of a script's n-th turn: each of them once before any comes again, neighbours unlike each other."""
    stride = max(1, of * 618_034 // 1_000_000)
    while math.gcd(stride, of) != 1:
        stride += 1
    return turn * stride % of


def samples(line: str) -> Iterator[str]:
    """The line in ways among which each option stands beside each of its neighbours'."""
    parts = [options for options in _parts(line)]
    first = [options[0] for options in parts]
    yield "".join(first)
    choices = [i for i, options in enumerate(parts) if len(options) > 1]
    for i, after in zip_longest(choices, choices[1:]):
        for option in parts[i]:
            for beside in parts[after] if after is not None else [None]:
                wordings = list(first)
                wordings[i] = option
                if after is not None and beside is not None:
                    wordings[after] = beside
                yield "".join(wordings)


def check(line: str) -> None:
    """Raises BadWordings with what is wrong in a line."""
    if "[" in (rest := _CHOICE.sub("", line)) or "]" in rest:
        raise BadWordings("wordings are written [this|that], without brackets in them")
    for match in _CHOICE.finditer(line):
        facts = [sorted(_FACT.findall(option)) for option in match[1].split("|")]
        if any(other != facts[0] for other in facts):
            raise BadWordings(f"the wordings {match[0]} do not tell the same numbers and placeholders")
    if _empty(line):
        raise BadWordings("one of the ways to say this line has no words")


def _empty(line: str) -> bool:
    """Whether a line can be left without a word: all that has words is a choice with an option that has none."""
    return all(any(not re.search(r"\w", option) for option in options) for options in _parts(line))


def _parts(line: str) -> list[list[str]]:
    """Text and choices in turn; text is a choice of one."""
    return [part.split("|") if i % 2 else [part] for i, part in enumerate(_CHOICE.split(line)) if part or i % 2]
