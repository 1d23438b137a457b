"""Finds the first words of a text that state a price, a discount or a deal of their own: 专属价79, 满100减20, half off.

A price in a placeholder is the catalogue's and is none of these. What decides is the words around a number: a word of
money, of price or of buying beside it, or no word at all where a quantity would have a unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from persona import price_words as w
from persona.amounts import BLOT, DIGIT, NUMBER, Amount, amounts, number, plain
from persona.currency import weights

_PLACEHOLDER = re.compile(r"\{[^{}]*?(?P<price>\.(?:price|was)\s*)?\}")
_LONG_ID = re.compile(r"^[-.]\d|\d[-.]$|\+$")
"""a part of a number in groups: 186-2233-4455"""
_LONGEST = 6
"""digits of a price that is spoken; longer numbers are those of telephones and orders"""


@dataclass(frozen=True, slots=True)
class Statement:
    """Words that state a price or a deal."""

    words: str
    kind: Literal["price", "deal"]
    amount: Decimal | None
    """the price, where it can be read"""


def statement(text: str) -> Statement | None:
    """The first price, discount or deal that a text states in words of its own."""
    text = plain(_PLACEHOLDER.sub(lambda match: w.PRICE_MARK if match["price"] else w.WORD_MARK, weights(text)))
    spans = sorted(_spans(text), key=lambda span: (span.start, -span.end))
    if not spans:
        return None
    first = spans[0]
    words = text[first.start : first.end].strip().replace(w.PRICE_MARK, "{…}").replace(w.WORD_MARK, "{…}")
    return Statement(words, first.kind, first.amount)


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: Literal["price", "deal"]
    amount: Decimal | None = None


def _spans(text: str) -> Iterator[_Span]:
    for match in w.MONEY.finditer(text):
        if not w.GIVEN.search(text[: match.end()].rstrip(",.!?;:~、。… ")):
            yield _Span(match.start(), match.end(), "price", _sum(match[0]))
    for match in w.DEAL.finditer(text):
        yield _Span(match.start(), match.end(), "deal")
    for match in w.WORDS.finditer(text):
        if not w.NO.search(text[: match.start()]) and not w.FILLED.match(text[match.end() :]):
            yield _Span(match.start(), match.end(), "deal")
    for match in w.GLUED.finditer(text):
        yield _Span(match.start(), match.end(), "price")
    yield from _bare(text)


def _bare(text: str) -> Iterator[_Span]:
    """Numbers without a word of money that the words around them make a price or a discount."""
    numbers = list(amounts(text))
    past = 0
    for i, amount in enumerate(numbers):
        if amount.start < past:
            continue
        end = amount.end
        between = w.RANGE.match(text, end)
        if between and i + 1 < len(numbers) and numbers[i + 1].start == between.end():
            end = past = numbers[i + 1].end  # 160到170cm: the unit stands behind the second
        if kind := _kind(amount, text[: amount.start], text[end:]):
            before = re.search(rf"[^\s\d{DIGIT}十百千万,.!?;:、。{BLOT}\ue000\ue001]{{0,6}}\s*$", text[: amount.start])
            yield _Span(before.start() if before else amount.start, amount.end, kind, amount.value)


def _kind(amount: Amount, before: str, behind: str) -> Literal["price", "deal"] | None:
    """What a number without a word of money states."""
    if w.RATIO.match(behind) or w.RATIO_BEFORE.search(before) or w.LETTERS.search(before) or before.endswith("第"):
        return None
    several = amount.kind == "digits" and amount.value >= 10 and w.SEVERAL.match(behind)
    if several or (amount.value >= 20 and w.CHOSEN.match(behind)):
        return "price"  # 199两件, 99选3
    usual = _usual(amount.value)
    if usual and w.SLANG.match(behind) and not w.LASTS.search(before) and not w.FOREIGN.search(before):
        return "price"  # 99米
    if w.UNIT.match(behind):
        return None
    follows = w.FOLLOWS.match(behind) is not None
    fraction = amount.value != amount.value.to_integral_value()
    if w.SAVED.search(before) and (follows or w.MARKED.match(behind)):
        return "deal"
    if w.PRICED.search(before):
        return "price"
    if of := w.OF.match(behind):  # 九十九的壶 and 卖159的, and not 39的鞋
        offered = of["end"] is not None and w.OFFERED.search(before) is not None
        follows = follows or offered or (usual and (amount.value > 48 or fraction))
    if not follows or _LONG_ID.search(before) or _LONG_ID.match(behind) or amount.value >= 10**_LONGEST:
        return None
    if w.MEASURED.search(before):
        return None
    if w.OFFERED.search(before) and (fraction or amount.value >= 10 or not before.isascii()):
        return "price"
    if w.OFFERED_LARGE.search(before):
        return "price" if fraction or 24 < amount.value < 1900 or amount.value > 2100 else None
    if w.GOVERNED.search(before) or _counts(amount.written) or w.FOREIGN.search(before):
        return None
    if re.search(r"\d\s+$", before):
        return None  # one of several: 304 316
    two = amount.kind == "spelled" and (not w.BOUGHT.match(behind) or w.DAY.fullmatch(amount.written))
    long = len(amount.written) >= (3 if two else 2)
    return "price" if fraction or (amount.value >= 10 and long) else None


def _usual(value: Decimal) -> bool:
    """Whether prices end as this number does: 9.9, 68, 199."""
    return 9 < value < 10**_LONGEST and (value != value.to_integral_value() or (value > 18 and value % 10 >= 8))


def _counts(written: str) -> bool:
    """Whether a number says something else when nothing stands beside it: 666, 三二一, 2026."""
    digits = [DIGIT.replace("〇", "").find(char) if char in DIGIT else ord(char) - 48 for char in written]
    steps = {b - a for a, b in pairwise(digits)}
    return w.COUNTS.fullmatch(written) is not None or (len(digits) > 2 and steps in ({1}, {-1}))


def _sum(words: str) -> Decimal | None:
    """The amount in words such as 九块九, ¥99 and $ 9.90."""
    if jiao := re.fullmatch(rf"({NUMBER})\s*[块元]\s*({NUMBER})毛?", words):
        whole, tenths = number(jiao[1]), number(jiao[2])
        return whole + tenths / 10 if whole is not None and tenths is not None and tenths < 10 else None
    first = next(amounts(words), None)
    return first.value if first is not None else None
