"""What a language model claims beside plain numbers, held to the catalogue: measures, stock, times, materials, places,
promises, and prices that are no number. Strict on purpose: what is refused is said by the catalogue, and is true there.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from anchor.desk.numbers import chinese
from persona.measures import Measure, measures
from persona.model import Product

LISTS = Path(__file__).with_name("claims.yaml")
_NUMERALS = "零〇一二两三四五六七八九十百千点"
_MONEY = re.compile(
    r"(?P<before>[¥￥]\s*\d)|(?P<number>[\d零〇一二两三四五六七八九十百千半]\s*|(?:ty|[a-z]teen|hundred|one|two|three|four|five|six|seven|eight|nine|ten)\s)?(?:元|块(?!头|状)|圆钱|rmb|yuan|cny|kuai)(?P<after>\d?)",
    re.I,
)
_PRICED = re.compile(
    r"(?:价格|价钱)(?!以|.{0,8}(?:为准|改价|不清楚))|售价|卖价|现价|到手|只要|只收|仅需|仅要|一口价|块钱|多少钱|\bprice\b|\bcosts?\b|(?<![售外热变购])[卖](?!点|完|光|家|出|得|的)"
)
_NUMBER = re.compile(r"\d|[零一二两三四五六七八九十百]{2,}|[a-z]+ty\b|hundred", re.I)
_SCRIPT = re.compile(r"[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+[ \-]*(?:元|块)|(?<![\d.])0\.\d+\s*万|[零点]\S{0,6}万", re.I)


@dataclass(frozen=True, slots=True)
class Ground:
    """What some products' facts say, prepared for comparison."""

    text: str
    measures: tuple[Measure, ...]
    stock: frozenset[int]
    shop: tuple[str, ...]
    """faq and shop facts, which hold for all"""


@dataclass(frozen=True, slots=True)
class _Lists:
    words: tuple[tuple[str, ...], ...]
    """by class"""
    promises: re.Pattern[str]
    never: dict[str, re.Pattern[str]]
    when: re.Pattern[str]
    done: re.Pattern[str]
    left: re.Pattern[str]
    gone: re.Pattern[str]
    there: re.Pattern[str]


def ground(products: Iterable[Product], shop: Sequence[str] = ()) -> Ground:
    texts: list[str] = []
    stock = set()
    for p in products:
        texts += [p.name, *p.aliases, *p.points, *(f"{key} {value}" for key, value in p.facts.items())]
        texts += [f"{size} {name} {said}" for size, told in p.sizes.items() for name, said in told.items()]
        if p.stock is not None:
            stock.add(p.stock)
    # a number of the faq is about what the faq is about, so its measures count only beside its words
    return Ground(plain("\n".join(texts)), tuple(m for t in texts for m in measures(t)), frozenset(stock), tuple(shop))


def wrong(sentence: str, facts: Ground) -> str:
    """The first claim in a sentence that no fact holds; empty when there is none."""
    lists, text = _lists(), plain(sentence)
    known = facts.text + "\n" + plain("\n".join(facts.shop))
    for name, pattern in lists.never.items():
        if match := pattern.search(text):
            return f"{name} {match[0]}"
    for words in lists.words:
        # where the product's own facts name one of a class, what others are sent with or made of is none of it
        where = facts.text if any(word in facts.text for word in words) else known
        if found := next((word for word in words if word in text and word not in where), ""):
            return f"fact {found}"
    for match in lists.promises.finditer(text):
        if match[0] not in known:
            return f"promise {match[0]}"
    if (match := lists.when.search(text)) and lists.done.search(text) and match[0] not in known:
        return f"date {match[0]}"
    return _stock(text, facts, lists) or _measure(text, facts) or _money(text)


def plain(text: str) -> str:
    """Letters and digits in their plainest form: ⁹⁹, ❾, ⑧ and ８ are digits."""
    text = "".join(
        str(unicodedata.digit(c, c)) if not c.isascii() and unicodedata.digit(c, None) is not None else c for c in text
    )
    text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(rf"(?<=[\d{_NUMERALS}])\s+(?=[\d{_NUMERALS}])", "", text)  # 八 十 八


def _stock(text: str, facts: Ground, lists: _Lists) -> str:
    if not facts.stock:
        match = lists.left.search(text) or lists.gone.search(text) or lists.there.search(text)
        return f"stock {match[0]}" if match else ""
    for match in lists.left.finditer(text):
        told = match["n"] or match["m"]
        if _whole(told) not in facts.stock:
            return f"stock {told}"
    if (match := lists.gone.search(text)) and 0 not in facts.stock:
        return f"stock {match[0]}"
    if (match := lists.there.search(text)) and not any(facts.stock):
        return f"stock {match[0]}"
    return ""


def _whole(numeral: str) -> int | None:
    try:
        return int(numeral) if numeral.isdigit() else int(chinese(numeral))
    except (ValueError, KeyError):
        return None


def _measure(text: str, facts: Ground) -> str:
    """A measure of a kind must be one of that kind that is known: 48 小时 makes no 48 档."""
    for found in measures(_arabic(text)):
        if found.kind in ("", "pieces") or any(_same(found, known) for known in facts.measures):
            continue
        if any(_same(found, known) and _shares(text, told) for told in facts.shop for known in measures(told)):
            continue
        return f"measure {found.low:g} {found.kind}"
    return ""


def _arabic(text: str) -> str:
    """四百五十四克 as 454克."""

    def number(match: re.Match[str]) -> str:
        value = _whole(match[0])
        return match[0] if value is None else str(value)

    return re.sub(r"[零一二两三四五六七八九十百千万]{2,}", number, text)


def _same(one: Measure, other: Measure) -> bool:
    near = 0.011 * max(abs(other.high), 1e-9)
    return one.kind == other.kind and abs(one.low - other.low) <= near and abs(one.high - other.high) <= near


def _shares(text: str, told: str) -> bool:
    """Whether two texts speak of the same: two pairs of characters in common, beside numbers."""
    pairs = [
        {t[i : i + 2] for i in range(len(t) - 1)}
        for t in (re.sub(r"[\d\W零一二两三四五六七八九十天年月小时]+", "", t) for t in (text, plain(told)))
    ]
    return len(pairs[0] & pairs[1]) >= 2


def _money(text: str) -> str:
    """A mark of money without a number that can be read, and talk of a price without any."""
    if match := _SCRIPT.search(text):
        return f"price {match[0]}"
    for match in _MONEY.finditer(text):
        if not match["before"] and not match["number"]:
            return f"price {text[max(0, match.start() - 6) : match.end()]}"
    if (match := _PRICED.search(text)) and not _NUMBER.search(text):
        return f"price {match[0]}"
    return ""


@functools.cache
def _lists() -> _Lists:
    found: dict[str, Any] = yaml.load(LISTS.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    def made(pattern: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\n\s*|(?<=\|)\s+", "", pattern).replace(" |", "|"), re.I)

    return _Lists(
        tuple(tuple(plain(word) for word in words) for words in found["words"].values()),
        made("|".join(found["promises"])),
        {name: made(pattern) for name, pattern in found["never"].items()},
        *(made(found[name]) for name in ("when", "done", "left", "gone", "there")),
    )
