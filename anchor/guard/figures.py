"""Checks an answer against its facts: every number, price and promise in the answer must occur in the facts."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from anchor.guard.facts import Fact
from persona.currency import BEHIND, CODE, ENGLISH, SIGN, weights
from persona.fill import amount
from persona.model import Product
from persona.numerals import DIGITS, FORMAL, decimal

_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_UNIT = "元块毛角折年天周月日号倍成斤克升毫吨层档度件瓦米厘寸码分秒%"
_SAID = re.compile(
    rf"(?P<arabic>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<wan>万|千|百)?(?P<jiao>[块元]\d(?![\d件个条]))?|(?P<chinese>[{_NUMERAL}]+(?:点[{_NUMERAL}]+)?)(?P<more>[块元][{_NUMERAL}](?!(?!一[个件包套只袋把台])[{_NUMERAL}]|[件个条]))?"
)
_BEHIND = re.compile(rf"\s*(?:小时|分钟|钟头|[{_UNIT}])")
_MONEY_BEHIND = re.compile(
    rf"\s*(?:{BEHIND})|\s*(?:就|起|可以|即可)?(?:带走|拿走|拿下|到手|带回家|抱走|入手)",
    re.I,
)
_MONEY_BEFORE = re.compile(
    rf"(?:{SIGN}|(?<![a-z]){CODE}|价格?[是为]?|只[要需卖]|仅[要需卖]?|卖|才|到手价?|现价|特价|券后价?|秒杀价?|直播价|活动价|售价?[是为]?|\b(?:for|only|just|price is|costs?|at)\s)\s*$",
    re.I,
)
_UNIT_LETTERS = re.compile(
    r"\s*(?:ml|l|cm|mm|m|kg|g|lbs?|w|mah|v|寸|°|(?:[a-z]+ )?(?:colou?rs|sizes|styles)|grams?|millilit\w+|pieces?|days?|months?|years?|hours?|minutes?)(?![a-z])",
    re.I,
)
_WAS = re.compile(
    r"(?:原价?|平时|平常|之前|以前|本来|原来|划线价?|吊牌价?|日常|市场价?|was|before|original\w*|instead of|from)(?:(?!现在|现价|今天|到手|直播|now|today)[^，。,.]){0,8}$",
    re.I,
)
_WAS_HERE = re.compile(r"(?:(?<!比)(?<!跟)原价?|平时|平常|划线价?|吊牌价?)(?:[是为要卖]|就是)?$")
_IS_WAS = re.compile(r"\s*[元块]?(?:钱)?(?:是|为|的)?(?:原价|划线价|之前的)")
_SAVED = re.compile(r"(?:便宜|省下?|立?减|直降|优惠|降|差|少|save|off|cheaper|less)[^，。,.]{0,6}$", re.I)
_PAID_IN = rf"(?:{ENGLISH}|(?<![a-z]){CODE}(?![a-z]))"
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
_ONES = {word: n for n, word in enumerate(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
)}  # fmt: skip
_ENGLISH_WORDS = rf"(?:(?:{'|'.join((*_TENS, *_ONES))}|hundred|thousand|and|a)(?![a-z])[ -]?)"
_ENGLISH = re.compile(
    rf"(?<![a-z])({_ENGLISH_WORDS}{{1,8}})(?=\s*(?:{_PAID_IN}|left|in stock|pieces?|percent|%|off|days?|hours?|months?|years?))"
    rf"|(?<![a-z])((?:{_ENGLISH_WORDS}){{0,6}}(?:{'|'.join(_TENS)}|hundred|thousand)(?![a-z])[ -]?{_ENGLISH_WORDS}{{0,6}})",
    re.I,
)
_IDIOMS = re.compile(
    r"十分|万一|一块(?=儿|[来去看聊逛学玩])|千万(?=别|不|要|记)|一一|三三两两|七七八八|五花八门|四面八方|一心一意|百分之百|十全十美|万千|一二三|千千万"
)
PROMISES = (
    "包邮|免邮|免运费|免费|白送|赠送|[再还]送|送您|送你|送大家|买一送|包退|包换|退款|退货|无理由|假一赔|全额|赔付|运费险|返现|返还|抽奖|中奖|红包|优惠券|满减|打折|折扣|秒杀|限时|限量|最后[一二两三\\d]"
    "|半价|一半|对折|免单|零元|白拿|买[一1]赠|half (?:the )?price|half off|free of charge|for nothing|bonus"
    "|保修|质保|终身|(?<!不敢)(?<!不能)(?<!无法)(?<!没法)保证|承诺|一定[会能]|绝对|当天发|今天发|明天[就能]?[到发]|次日达|现货|free shipping|for free|refund|warranty|guarantee|coupon|discount|giveaway|money back"
)
_PAID = re.compile(rf"\s*{_PAID_IN}", re.I)
_PROMISE = re.compile(PROMISES, re.I)


class Said(NamedTuple):
    """A number in a text, and what stands around it."""

    value: Decimal
    money: bool
    before: str
    written: str
    behind: str


@dataclass(frozen=True, slots=True)
class Known:
    """All that may be said: numbers, sums of money, and the words that they stand in."""

    numbers: frozenset[Decimal]
    money: frozenset[Decimal]
    """what may be asked for it now"""
    was: frozenset[Decimal]
    """what was asked before, to be said as such only"""
    saved: frozenset[Decimal]
    """the difference, likewise"""
    text: str


def known(products: Iterable[Product], facts: Sequence[Fact] = (), words: Sequence[str] = ()) -> Known:
    """What the facts of some products, and further ``facts``, allow to be said; ``words`` count for all but prices."""
    texts, money, was, saved = [*map(str, facts), *words], set(), set(), set()
    for p in products:
        money.add(p.price.normalize())
        if p.was is not None:
            was.add(p.was.normalize())
            saved.add((p.was - p.price).normalize())
        texts += [p.name, *p.aliases, *p.points, *(f"{k}{v}" for k, v in p.facts.items())]
        if p.left is not None:
            texts.append(f"库存{p.left}件")
        for variant in p.variants:
            money.add(p.price_of(variant).normalize())
            if p.was is not None:
                saved.add((p.was - p.price_of(variant)).normalize())
            texts += [*variant.parts, variant.title, *variant.aliases]
            if variant.stock is not None:
                texts.append(f"库存{variant.stock}件")
    for fact in facts:
        (was if fact.kind == "was" else money).update(number.value for number in said(str(fact)) if number.money)
    numbers = {number.value for text in texts for number in said(text)} | money
    return Known(frozenset(numbers), frozenset(money), frozenset(was), frozenset(saved), "\n".join(texts).lower())


def unknown(text: str, facts: Known) -> str:
    """The first thing in a sentence that no fact holds; empty when there is none."""
    for number in said(text):
        if may_cost(number.value, number.before, number.behind, facts):
            continue
        if number.money:
            return f"price {amount(number.value)}"
        if number.value not in facts.numbers:
            return f"number {amount(number.value)}"
    for match in _PROMISE.finditer(text):
        if match[0].lower() not in facts.text:
            return f"promise {match[0]}"
    return ""


def may_cost(value: Decimal, before: str, behind: str, facts: Known) -> bool:
    """Whether a sum may be said behind these words."""
    if value in facts.money:
        # 原价99 is false where it was another price
        return not (facts.was and value not in facts.was and _WAS_HERE.search(before))
    return (value in facts.was and bool(_WAS.search(before) or _IS_WAS.match(behind))) or (
        value in facts.saved and bool(_SAVED.search(before))
    )


@functools.lru_cache(2048)
def said(text: str) -> tuple[Said, ...]:
    """Every number in a text."""
    text = weights(_IDIOMS.sub("·", text.translate(FORMAL)))
    numbers = [
        Said(value, bool(_PAID.match(text, m.end())), text[: m.start()], m[0], text[m.end() :])
        for m in _ENGLISH.finditer(text)
        if (value := _spelled(m[1] or m[2])) is not None
    ]
    for match in _SAID.finditer(text):
        behind = text[match.end() :]
        value = _value(match)
        if value is None:
            continue
        money = bool(
            match["more"]
            or match["jiao"]
            or _MONEY_BEHIND.match(text, match.end())
            or _MONEY_BEFORE.search(text[: match.start()])
        )
        if match["chinese"] and not match["more"]:
            short = len(match["chinese"]) == 1
            if short and not _BEHIND.match(behind):
                continue  # 一下, 两个人
            if not short and not money and _guess(match["chinese"]):
                continue  # 三五个
        unit = _BEHIND.match(behind) or _UNIT_LETTERS.match(behind)
        if money and match["arabic"] and unit and not _MONEY_BEHIND.match(text, match.end()) and not match["jiao"]:
            money = False  # 只要3分钟
        numbers.append(Said(value.normalize(), money, text[: match.start()], match[0], behind))
    return tuple(numbers)


def _spelled(words: str) -> Decimal | None:
    """ninety-nine as 99, one hundred and five as 105; None where no number is among the words."""
    current, any_ = 0, False
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in _TENS or word in _ONES:
            current, any_ = current + _TENS.get(word, 0) + _ONES.get(word, 0), True
        elif word in ("hundred", "thousand"):
            current, any_ = max(1, current) * (100 if word == "hundred" else 1000), True
    return Decimal(current).normalize() if any_ else None


def _guess(numeral: str) -> bool:
    return (
        len(numeral) == 2
        and all(c in DIGITS for c in numeral)
        and abs(DIGITS[numeral[0]] - DIGITS[numeral[1]]) in (1, 2)
    )


def _value(match: re.Match[str]) -> Decimal | None:
    try:
        if match["arabic"]:
            size = {"万": 10_000, "千": 1000, "百": 100, None: 1}[match["wan"]]
            tenths = Decimal(match["jiao"][1]) / 10 if match["jiao"] else 0
            return Decimal(match["arabic"].replace(",", "")) * size + tenths
        value = decimal(match["chinese"])
        if match["more"]:
            value += Decimal(DIGITS.get(match["more"][1], 0)) / 10
        return value
    except (InvalidOperation, ValueError, KeyError):
        return None
