"""Prices in words that a human answers for: the operator may say what he likes, but no price of a product that is not its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from anchor.guard import figures
from persona.fill import amount
from persona.model import Product
from persona.numerals import count
from persona.prices import statement

_NO_PRICE_BEFORE = re.compile(
    r"(?:满|每满|减|立减|省|券(?!后|完)|红包|奖|奖金|抽|抽取|赔|赔付|补|补贴|运费|邮费|快递费|差价|定金|押金|预算|over|spend|save|coupon|deposit|shipping(?: is)?)[^，。,.\d]{0,3}$",
    re.I,
)
_NO_PRICE_BEHIND = re.compile(
    r"\s*(?:元|块钱?|dollars?)?\s*(?:以上|的?(?:红包|优惠券|券|代金|定金|押金|运费|邮费|快递费|补贴|奖|奖金|福利|礼)|包邮|coupon|off|deposit)",
    re.I,
)
_PIECES = re.compile(
    r"([\d一二两三四五六七八九十]{1,3})\s*[个件条只双张台把包袋瓶套份盒罐支本箱杯]|\b(two|three|four|five|six|[2-9])\b"
)
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def false_price(clause: str, about: Sequence[Product], words: Sequence[str] = ()) -> str:
    """The first price in a clause that none of the products ``about`` has, empty where there is none. Sums of several pieces, and what
    the shop's own ``words`` name, are no false prices."""
    known = figures.known(about, (), words)
    named = {number.value for text in words for number in figures.said(text) if number.money}
    sums = {price * pieces for price in known.money for pieces in _pieces(clause)}
    for value, before, behind in _prices(clause):
        if value in sums or value in named or _NO_PRICE_BEFORE.search(before) or _NO_PRICE_BEHIND.match(behind):
            continue
        if not figures.may_cost(value, before, behind, known):
            return f"price {amount(value)}"
    return ""


def _prices(clause: str) -> Iterator[tuple[Decimal, str, str]]:
    """Every amount that is said as a price, with what stands before and behind it."""
    stated = statement(clause)
    bare = stated.amount.normalize() if stated is not None and stated.kind == "price" and stated.amount else None
    for number in figures.said(clause):
        if number.money or number.value == bare:
            yield number.value, number.before, number.behind


def _pieces(clause: str) -> set[int]:
    return {_WORDS.get(word) or count(word) for match in _PIECES.finditer(clause) for word in match.groups() if word}
