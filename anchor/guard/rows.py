"""Rows of numbers: which is one to call, and which are prices, sizes, models and years one after another.

A number that is written in groups must join to one that can be called, or to one of a card or of papers. A row is given in
plain figures, whatever they were written with.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

_NUMBER = re.compile(r"(?<![\d.])(?:0|[1-9]\d*)\.\d{1,2}(?!\.?\d)|\d+", re.A)
_PLAIN = re.compile(r"\d+", re.A)
"""where 013.8 shows that a point divides no prices"""
_MOBILE = re.compile(r"(?:00)?(?:86)?1[3-9]\d{9}", re.A)
_AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)[2-8]\d{6,7}", re.A)
_SERVICE = re.compile(r"[48]00\d{7}", re.A)
_AMERICAN = re.compile(r"[2-9]\d\d[2-9]\d{6}", re.A)
_PERSON = re.compile(r"[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]", re.A)
_APART = re.compile(r"[^\dx]+", re.A)
_ROUND = re.compile(r"[1-9]\d{0,2}0{3,6}", re.A)
_AGAIN = re.compile(r"(\d{1,4}?)\1+", re.A)
_COUNTS = "012345678910 109876543210 01234567890"
_STEPS = {16, 32, 64, 128, 256, 512, 1024, 2048}
"""of memory"""
_CUTS = {(3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5), (5, 6), (6, 5), (1,) * 11}
"""how mobile numbers are cut, which tells them in a longer row"""
_SERVICE_CUTS = {(3, 3, 4), (3, 4, 3), (4, 3, 3), (3, 7), (4, 6), (1,) * 10}
_AMERICAN_CUTS = {(3, 3, 4), (3, 7), (6, 4), (10,)}
_CHATTER = {"520", "521", "530", "1314", "666", "888"}
_PRICE = re.compile(r"(?:9|00|50|80|88|98|68)$")
_NEAR = re.compile(r"[0589]$")
_LENGTHS = {"0": (10, 11, 12, 15), "1": (11, 18), "4": (10, 18), "8": (10, 13, 18)}
"""of numbers to call and of papers, by their first figure"""
_ANY = re.compile("|".join(kind.pattern for kind in (_MOBILE, _AREA, _SERVICE, _PERSON)), re.A)
_LONGEST = 19


def groups(row: str) -> list[re.Match[str]]:
    """The numbers in a row, prices with a point whole."""
    matches = list(_NUMBER.finditer(row))
    if any(match[0][0] == "0" and match[0][1:2].isdigit() for match in matches):
        return list(_PLAIN.finditer(row))
    return matches


def private(row: str, plus: bool = False) -> Iterator[tuple[int, int]]:
    """Where a row of seven figures or more has a number that calls somebody; a plus before it is that of a country."""
    matches = groups(row)
    numbers = [match[0] for match in matches]
    if _whole(row, numbers, plus) or _PERSON.fullmatch(_APART.sub("", row)):
        yield 0, len(row)
        return
    spans = [match.span() for match in matches if _long(match[0])]
    if len(numbers) > 3 and (steady(numbers) or all(map(_PRICE.search, numbers))):
        yield from spans
        return
    spans += [(matches[first].start(), matches[last].end()) for first, last in _windows(numbers)]
    yield from spans or ([(0, len(row))] if _odd(numbers) else [])


def dialled(numbers: Sequence[str], whole: bool = True) -> bool:
    """Whether numbers join to one that can be called, alone or in a longer row."""
    if any("." in number for number in numbers):
        return False
    joined, sizes = "".join(numbers), tuple(map(len, numbers))
    nought = any(number[0] == "0" and len(number) > 1 for number in numbers)
    if _MOBILE.fullmatch(joined):
        cut = sizes[1:] if numbers[0] in ("86", "0086") else sizes
        return (whole or nought or cut in _CUTS) and not _listed(numbers, whole)
    if _AREA.fullmatch(joined):
        return (sizes[0] > 2 or set(sizes) == {1}) and any(number[0] != "0" for number in numbers)
    if _SERVICE.fullmatch(joined):
        return (sizes in _SERVICE_CUTS or len(sizes) == 1) and not _listed(numbers, whole)
    if _AMERICAN.fullmatch(joined):
        return whole and sizes in _AMERICAN_CUTS and (nought or not _sold(numbers))
    return bool(_PERSON.fullmatch(joined))


def goods(numbers: Sequence[str]) -> bool:
    """Whether these look like prices, sizes, models or years: they rise, fall or are alike, and end as such do."""
    if len(numbers) < 2 or any(number[0] == "0" and number[1:2].isdigit() for number in numbers):
        return False
    if any("." in number for number in numbers) or {*map(_value, numbers)} <= _STEPS:
        return True
    if min(map(len, numbers)) < 2 and len(numbers) < 4:
        return False
    return len({*map(len, numbers)}) == 1 or steady(numbers) or all(map(_NEAR.search, numbers))


def steady(numbers: Sequence[str]) -> bool:
    """Whether numbers rise or fall, one after another."""
    rises = len(numbers) > 1 and _value(numbers[0]) < _value(numbers[1])
    pairs = itertools.pairwise(numbers if rises else numbers[::-1])
    return all(_value(before) < _value(after) for before, after in pairs)


def _whole(row: str, numbers: Sequence[str], plus: bool) -> bool:
    joined, sizes = "".join(numbers), tuple(map(len, numbers))
    if len(numbers) < 2 or "." in joined:
        return False
    if set(sizes) == {1}:  # 1 3 8 …, but neither 9 8 7 … nor 1、5、3号
        return not (steady(numbers) or _AGAIN.fullmatch(joined) or re.search("[,，、/]", row)) or dialled(numbers)
    if dialled(numbers) or (plus and len(joined) > 9 and not _listed(numbers)):
        return True
    card = 15 <= len(joined) <= _LONGEST and set(sizes[:-1]) == {4} and sizes[-1] <= 4 and not steady(numbers)
    return card and (joined.startswith("62") or (joined[0] in "3456" and _checked(joined)))


def _odd(numbers: Sequence[str]) -> bool:
    """Whether one begins with a nought, as neither prices nor sizes do; 001 and 002 are numbers of goods."""
    return (
        any(len(number) > 2 and number[0] == "0" and "." not in number for number in numbers)
        and len({*map(len, numbers)}) > 1
    )


def _long(number: str) -> bool:
    """A number that is written without a break calls somebody, unless it is round, counts or repeats."""
    return len(number) > 5 and not (
        "." in number or _ROUND.fullmatch(number) or _AGAIN.fullmatch(number) or number in _COUNTS
    )


def _windows(numbers: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The first and last of neighbours that join to a number to call."""
    ends, total = {0: 0}, 0
    for place, number in enumerate(numbers, 1):
        total += len(number)
        ends[total] = place
    start = behind = 0
    joined = "".join(numbers)
    for first, number in enumerate(numbers):
        for length in _LENGTHS.get(number[0], (18,)) if first >= behind else ():
            last = ends.get(start + length)
            if last is None or last - first < 2 or not _ANY.fullmatch(joined, start, start + length):
                continue
            if dialled(numbers[first:last], whole=False):
                yield first, last - 1
                behind = last
                break
        start += len(number)


def _listed(numbers: Sequence[str], whole: bool = True) -> bool:
    """Whether what could be called is rather a list, though of three or four that need good signs."""
    if len(numbers) < 3 or any(number[0] == "0" for number in numbers):
        return False
    if _CHATTER.issuperset(numbers) or all(number[-1] == "9" for number in numbers):
        return True
    if len(numbers) == 3:
        return all(map(_PRICE.search, numbers)) and (not whole or steady(numbers))
    near = all(map(_NEAR.search, numbers[1:])) and min(map(len, numbers)) > 1
    return near if len(numbers) == 4 else near or steady(numbers)


def _sold(numbers: Sequence[str]) -> bool:
    """Whether three that could be an American number are rather prices or sizes of memory."""
    if {*map(_value, numbers)} <= _STEPS or _CHATTER.issuperset(numbers) or all(map(_PRICE.search, numbers)):
        return True
    return steady(numbers) and all(map(_NEAR.search, numbers))


def _value(number: str) -> float:
    return float(number)


def _checked(card: str) -> bool:
    """Whether the last figure of a card agrees with the others (Luhn)."""
    doubled = (int(figure) * (1 + place % 2) for place, figure in enumerate(reversed(card)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0
