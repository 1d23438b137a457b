"""What an answer promises, held to what is known: every number, price and promise in it must stand in the facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from persona.fill import amount
from persona.model import Product

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "俩": 2}
_SIZES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_UNIT = "元块毛角折年天周月日号倍成斤克升毫吨层档度件瓦米厘寸码分秒%"
_SAID = re.compile(
    rf"(?P<arabic>\d[\d,]*(?:\.\d+)?)(?P<wan>万|千|百)?(?P<jiao>[块元]\d(?![\d件个条]))?|(?P<chinese>[{_NUMERAL}]+(?:点[{_NUMERAL}]+)?)(?P<more>[块元][{_NUMERAL}](?![{_NUMERAL}件个条]))?"
)
_BEHIND = re.compile(rf"\s*(?:小时|分钟|钟头|[{_UNIT}])")
_MONEY_BEHIND = re.compile(r"\s*(?:元|块|圆|rmb|yuan|cny|¥|刀|dollars?)", re.I)
_MONEY_BEFORE = re.compile(r"(?:[¥￥$]|价格?[是为]?|只[要需]|卖|才|仅需?|售价?[是为]?)\s*$")
_IDIOMS = re.compile(
    r"十分|万一|千万(?=别|不|要|记)|一一|三三两两|七七八八|五花八门|四面八方|一心一意|百分之百|十全十美|万千|一二三|千千万"
)
PROMISES = (
    "包邮|免邮|免运费|免费|白送|赠送|[再还]送|送您|送你|送大家|买一送|包退|包换|退款|退货|无理由|假一赔|全额|赔付|运费险|返现|返还|抽奖|中奖|红包|优惠券|满减|打折|折扣|秒杀|限时|限量|最后[一二两三\\d]"
    "|保修|质保|终身|保证|承诺|一定[会能]|绝对|当天发|今天发|明天[就能]?[到发]|次日达|现货|free shipping|for free|refund|warranty|guarantee|coupon|discount|giveaway|money back"
)
_PROMISE = re.compile(PROMISES, re.I)


@dataclass(frozen=True, slots=True)
class Known:
    """All that may be said: numbers, sums of money, and the words that they stand in."""

    numbers: frozenset[Decimal]
    money: frozenset[Decimal]
    text: str


def known(products: Iterable[Product], also: Sequence[str] = ()) -> Known:
    """What the facts of some products, and further texts, allow to be said."""
    texts, sums = list(also), set()
    for p in products:
        prices = [p.price, *([p.was, p.was - p.price] if p.was is not None else [])]
        sums |= {value.normalize() for value in prices}
        texts += [
            p.name,
            *p.aliases,
            *p.points,
            *(f"{k}{v}" for k, v in p.facts.items()),
            *(f"{amount(v)}元" for v in prices),
        ]
        if p.stock is not None:
            texts.append(f"库存{p.stock}件")
    for text in also:
        sums |= {value for value, money in _numbers(text) if money}
    numbers = {value for text in texts for value, _ in _numbers(text)} | sums
    return Known(frozenset(numbers), frozenset(sums), "\n".join(texts).lower())


def unknown(text: str, facts: Known) -> str:
    """The first thing in a sentence that no fact holds; empty when there is none."""
    for value, money in _numbers(text):
        if money and value not in facts.money:
            return f"price {amount(value)}"
        if value not in facts.numbers:
            return f"number {amount(value)}"
    for match in _PROMISE.finditer(text):
        if match[0].lower() not in facts.text:
            return f"promise {match[0]}"
    return ""


def _numbers(text: str) -> list[tuple[Decimal, bool]]:
    """Every number in a text, and whether it is money."""
    found = []
    text = _IDIOMS.sub("·", text)
    for match in _SAID.finditer(text):
        behind = text[match.end() :]
        value = _value(match)
        if value is None:
            continue
        money = bool(
            match["more"] or match["jiao"] or _MONEY_BEHIND.match(behind) or _MONEY_BEFORE.search(text[: match.start()])
        )
        if match["chinese"] and not match["more"]:
            short = len(match["chinese"]) == 1
            if short and not _BEHIND.match(behind):
                continue  # 一下, 两个人
            if not short and _guess(match["chinese"]):
                continue  # 三五个
        if money and match["arabic"] and _BEHIND.match(behind) and not _MONEY_BEHIND.match(behind):
            money = False  # 只要3分钟
        found.append((value.normalize(), money))
    return found


def _guess(numeral: str) -> bool:
    return (
        len(numeral) == 2
        and all(c in _DIGITS for c in numeral)
        and abs(_DIGITS[numeral[0]] - _DIGITS[numeral[1]]) in (1, 2)
    )


def _value(match: re.Match[str]) -> Decimal | None:
    try:
        if match["arabic"]:
            size = {"万": 10_000, "千": 1000, "百": 100, None: 1}[match["wan"]]
            tenths = Decimal(match["jiao"][1]) / 10 if match["jiao"] else 0
            return Decimal(match["arabic"].replace(",", "")) * size + tenths
        value = chinese(match["chinese"])
        if match["more"]:
            value += Decimal(_DIGITS.get(match["more"][1], 0)) / 10
        return value
    except (InvalidOperation, ValueError, KeyError):
        return None


def chinese(numeral: str) -> Decimal:
    """一百二 as 120, 三点五 as 3.5, 二零二四 as 2024. Raises ValueError for what is no numeral."""
    whole, _, rest = numeral.partition("点")
    if rest:
        return chinese(whole) + Decimal("0." + "".join(str(_DIGITS[c]) for c in rest))
    if not any(c in _SIZES for c in whole):
        return Decimal("".join(str(_DIGITS[c]) for c in whole))
    total, section, digit, last = 0, 0, 0, 1
    for char in whole:
        if char in _DIGITS:
            digit, last = _DIGITS[char], 1 if char in "零〇" else last
            continue
        size = _SIZES[char]
        if size >= 10_000:
            total, section, digit = (total + section + digit) * size, 0, 0
        else:
            section, digit = section + (digit or 1) * size, 0
        last = size
    if digit and last > 1:
        digit *= last // 10  # 一百二, 三千六
    return Decimal(total + section + digit)
