"""Checks a language model's claims, beside plain numbers, against the catalogue: measures, stock, times, materials,
places, promises, and prices in words. Strict on purpose: where a claim is refused, the catalogue gives the true answer.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from anchor.guard import figures
from anchor.text.forms import FORM
from persona.currency import CURRENCIES, Currency, foreign, weights
from persona.measures import Measure, measures
from persona.model import Product
from persona.numerals import whole

LISTS = Path(__file__).with_name("claims.yaml")
_NUMERALS = "零〇一二两三四五六七八九十百千点"
_VALUE = r"[\d零〇一二两三四五六七八九十百千万半几多]|ty|[a-z]teen|hundred|thousand|one|two|three|four|five|six|seven|eight|nine|ten"
_PRICED = re.compile(
    r"(?:价格|价钱)(?!以|.{0,8}(?:为准|改价|不清楚))|售价|卖价|现价|到手|只要|只收|仅需|仅要|一口价|块钱|多少钱|\bprice\b|\bcosts?\b|(?<![售外热变购])[卖](?!点|完|光|家|出|得|的)"
)
_NUMBER = re.compile(r"\d|[零一二两三四五六七八九十百]{2,}|[a-z]+ty\b|hundred", re.I)
_SHARED = re.compile(r"都|各|均|分别|一样|同样|[两二三]款|[两二三]样|\b(?:both|each|all|respectively)\b")
_SEVERAL = re.compile(
    r"(?:[两二三四五六七八九]|十[一二三四五六七八九]?|(?<![\d.])(?:[2-9]|[1-9]\d+))\s*[把个件包台套袋瓶盒双对条只份张盏支罐箱本]|一对|一双|加起来|一起|一共|总共|合计|总价|都[要买拿]|打包"
    r"|\b(?:pair|together|total|both)\b|(?<![\d.])\b(?:two|three|four|five|[2-9]|[1-9]\d) (?:of|for|pots?|bags?|packs?|pieces?|boxes)\b"
)
_PIECES = re.compile(
    r"\s*(?:[把个件包台套袋瓶盒双对条只份张盏支罐箱本]|bags?|pieces?|pots?|packs?|left|in stock|units?)"
)
_SCRIPT = re.compile(r"[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+[ \-]*(?:元|块)|(?<![\d.])0\.\d+\s*万|[零点]\S{0,6}万", re.I)


@dataclass(frozen=True, slots=True)
class Ground:
    """What some products' facts say, prepared for comparison."""

    text: str
    measures: tuple[Measure, ...]
    stock: int | None
    counts: frozenset[int]
    """of variants; which belongs to which is judged by :func:`variant_claims`"""
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


class Claims:
    """Knows what may be said of each product. ``words`` are the faq and the shop's terms, which hold for all; ``placed`` finds the
    products that a text names, with their places."""

    def __init__(
        self,
        products: Sequence[Product],
        words: Sequence[str],
        placed: Callable[[str], list[tuple[int, Product]]],
        currency: Currency = CURRENCIES["CNY"],
    ) -> None:
        self._words, self._placed = words, placed
        self._money = _Money(currency)
        self._known = {p.id: (ground(p, words), figures.known([p], (), words)) for p in products}
        self._nothing = ground(None, words), figures.known([], (), words)

    def foreign(self, sentence: str) -> str:
        """A sum in another currency than the shop's; empty where there is none."""
        return self._money.foreign(plain(sentence))

    def wrong(self, sentence: str, about: Product | None) -> tuple[str, Product | None]:
        """The first claim in a sentence that no fact holds, empty when there is none; and which product was spoken of last.
        What stands behind a product's name is about it alone, what stands before the first about ``about``."""
        text = plain(sentence)
        for name, pattern in _lists().never.items():
            if match := pattern.search(text):
                return f"{name} {match[0]}", about
        named = self._placed(text)
        if len({p.id for _, p in named}) > 1 and _NUMBER.search(text) and _SHARED.search(text):
            return "several at once", about
        if len({p.id for _, p in named}) < 2:
            about = named[0][1] if named else about
            return self._part(text, about), about
        starts = [0, *(_from(text, at, p) for at, p in named), len(text)]
        for (begin, end), product in zip(pairwise(starts), [about, *(p for _, p in named)], strict=True):
            if problem := self._part(text[begin:end], product):
                return problem, product
            about = product
        return "", about

    def _part(self, text: str, product: Product | None) -> str:
        facts, known = self._known[product.id] if product is not None else self._nothing
        if not text.strip():
            return ""
        return (
            self._money.foreign(text)
            or figures.unknown(text, known)
            or _wrong(text, facts, self._money)
            or _sums(text, known, self._money)
            or _bare(text, facts, known)
            or (variant_claims(text, product) if product is not None else "")
        )


def ground(product: Product | None, shop: Sequence[str] = ()) -> Ground:
    texts: list[str] = []
    if product is not None:
        texts += [
            product.name,
            *product.aliases,
            *product.points,
            *(f"{key} {value}" for key, value in product.facts.items()),
        ]
        texts += [f"{size} {name} {said}" for size, told in product.sizes.items() for name, said in told.items()]
        texts += [text for v in product.variants for text in (v.title, *v.parts, *v.aliases)]
    # a number of the faq is about what the faq is about, so its measures count only beside its words
    stock = product.left if product is not None else None
    counts = {v.stock for v in product.variants if v.stock is not None} if product is not None else set()
    known = tuple(m for t in texts for m in measures(weights(t)))
    return Ground(plain("\n".join(texts)), known, stock, frozenset(counts), tuple(shop))


class _Money:
    """Tells sums in the shop's own currency from sums in others."""

    def __init__(self, currency: Currency) -> None:
        own, (before, behind) = currency.marks, foreign(currency)
        number = rf"(?:\d[\d.,]{{0,12}}|{_VALUE})[\s-]*"
        self._own = re.compile(own.alone, re.I)
        self._parts = re.compile(rf"(?:{number})?(?:{own.parts or '(?!)'})", re.I)
        self._few = re.compile(own.few or "(?!)", re.I)
        self._other = re.compile(rf"{number}(?:{behind})|(?:{before})[\s\0]*\d", re.I)
        self.marked = re.compile(
            rf"(?P<before>(?:{own.before})\s*\d)|(?P<number>{number})(?:{own.alone})|(?:{own.alone})(?!\s?\d)", re.I
        )

    def foreign(self, text: str) -> str:
        """A sum in another currency than the shop's."""
        match = self._other.search(self._parts.sub(_blank, self._own.sub(_blank, text)))
        return f"currency {text[match.start() : match.end()]}" if match else ""

    def without(self, text: str) -> str:
        """A text without the words of the shop's currency, which may look like places and like pieces: 99越南盾, 99台币."""
        return self._own.sub("·", text)

    def unread(self, text: str) -> str:
        """A mark of money without a number that can be read, a sum in cents, and talk of a price without any number."""
        if match := _SCRIPT.search(text) or self._parts.search(text) or self._few.search(text):
            return f"price {match[0]}"
        for match in self.marked.finditer(text):
            if not match["before"] and not match["number"]:
                return f"price {text[max(0, match.start() - 6) : match.end()]}"
        if (match := _PRICED.search(text)) and not _NUMBER.search(text):
            return f"price {match[0]}"
        return ""


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def _wrong(text: str, facts: Ground, money: _Money) -> str:
    """The same of the lists, the stock, measures and money."""
    lists, bare = _lists(), money.without(text)
    known = facts.text + "\n" + plain("\n".join(facts.shop))
    for words in lists.words:
        # where the product's own facts name one of a class, what others are sent with or made of is none of it
        where = facts.text if any(word in facts.text for word in words) else known
        if found := next((word for word in words if word in bare and word not in where), ""):
            return f"fact {found}"
    for promise in lists.promises.finditer(text):
        if promise[0] not in known:
            return f"promise {promise[0]}"
    if (when := lists.when.search(text)) and lists.done.search(text) and when[0] not in known:
        return f"date {when[0]}"
    return _stock(bare, facts, lists) or _measure(bare, facts) or money.unread(text)


def _sums(text: str, known: figures.Known, money: _Money) -> str:
    """Money beside more than one piece: what several cost is the catalogue's to say."""
    left = _lists().left.sub("", text)
    match = _SEVERAL.search(money.without(left))
    if match and (money.marked.search(left) or any(number.value in known.money for number in figures.said(left))):
        return f"sum {match[0]}"
    return ""


def _bare(text: str, facts: Ground, known: figures.Known) -> str:
    """A number that is no price must stand as it does in the facts: with its unit, or beside the same words."""
    held = re.sub(r"\s", "", facts.text + "\n" + plain("\n".join(facts.shop)))
    for number in figures.said(_lists().left.sub("·", text)):
        if number.value in known.money | known.was | known.saved:
            continue  # whether they may be said so is judged elsewhere
        if (number.value == facts.stock or number.value in facts.counts) and _PIECES.match(number.behind):
            continue
        digits = format(number.value, "f")
        behind = re.sub(r"\s", "", number.behind)[:2]
        if any(
            _same(m, fact) for m in measures(digits + number.behind[:4])[:1] for fact in facts.measures if fact.kind
        ):
            continue
        before = re.sub(r"\s", "", number.before)[-2:]
        near = {before + said for said in (digits, number.written) if len(before) == 2}
        near |= {said + behind for said in (digits, number.written) if len(behind) == 2}
        if not any(words in held for words in near):
            return f"number {digits}"
    return ""


def _from(text: str, at: int, product: Product) -> int:
    """Where the name of a product begins, with parts of its long name before the short one: 云南咖啡豆."""
    name = plain(product.name)
    while at >= 2 and text[at - 2 : at] in name and text[at - 2 : at].strip():
        at -= 2
    return at


def plain(text: str) -> str:
    """Letters and digits in their plainest form: ⁹⁹, ❾, ⑧ and ８ are digits."""
    text = "".join(
        str(unicodedata.digit(c, c)) if not c.isascii() and unicodedata.digit(c, None) is not None else c for c in text
    )
    text = weights(unicodedata.normalize("NFKC", text).lower())
    return re.sub(rf"(?<=[\d{_NUMERALS}])\s+(?=[\d{_NUMERALS}])", "", text)  # 八 十 八


def _stock(text: str, facts: Ground, lists: _Lists) -> str:
    if facts.stock is None and not facts.counts:
        said = lists.left.search(text) or lists.gone.search(text) or lists.there.search(text)
        return f"stock {said[0]}" if said else ""
    for match in lists.left.finditer(text):
        told = match["n"] or match["m"]
        if whole(told) != facts.stock and whole(told) not in facts.counts:
            return f"stock {told}"
    if facts.counts:
        return ""
    denied = lists.gone.search(text) if facts.stock else lists.there.search(text)
    return f"stock {denied[0]}" if denied else ""


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
        value = whole(match[0])
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


_FORM = re.compile(FORM)


def variant_claims(text: str, product: Product) -> str:
    """A price or a stock in a folded text that is not of the variant beside it; empty where there is none."""
    lists = _lists()
    stock = lists.left.search(text) or lists.gone.search(text) or lists.there.search(text)
    if not product.variants:
        form = _FORM.search(text)
        held = plain("\n".join((product.name, *product.points, *product.facts.values())))
        return f"stock of {form[0]}" if stock and form and form[0] not in held else ""
    named = [v for v in product.variants if _names(text, v.parts, v.aliases)]
    if product.several_prices:
        prices = {product.price_of(v).normalize() for v in named}
        for number in figures.said(text):
            lowest = number.value == product.price.normalize() and re.match(r"\s*[元块]?\s*起", number.behind)
            if number.money and number.value not in prices and not lowest and number.value != product.was:
                return f"price {number.value}"
    if stock is None:
        return ""
    counts = [v.stock for v in named] if named else [product.left]
    if None in counts:
        return f"stock {stock[0]}"
    for match in lists.left.finditer(text):
        if whole(match["n"] or match["m"]) not in counts:
            return f"stock {match['n'] or match['m']}"
    denied = lists.gone.search(text) if any(counts) else lists.there.search(text)
    return f"stock {denied[0]}" if denied else ""


def _names(text: str, parts: Sequence[str], aliases: Sequence[str]) -> bool:
    return any(stands(plain(alias), text) for alias in aliases) or all(stands(plain(part), text) for part in parts)


def stands(word: str, text: str) -> bool:
    """Whether a word stands in a text; L does not in XL."""
    edge = r"(?<![a-z0-9])" if word[:1].isascii() else ""
    return bool(re.search(edge + re.escape(word) + (r"(?![a-z0-9])" if word[-1:].isascii() else ""), text))


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
