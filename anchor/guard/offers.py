"""Prices in words that a human answers for: the operator may say what he likes, but no price of a product that is not its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product as pairs

from anchor.guard import claims, figures
from anchor.guard import sum_words as w
from anchor.guard.sums import Mention, Place, Sum, clause_before, clause_behind, folded, sentence_of, sums
from persona.fill import amount
from persona.model import Product
from persona.numerals import count

_ENGLISH = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "both": 2}
_MOST_PIECES = 30
_COMBINED = 12
"""products up to which any two or three may be sold together"""


@dataclass(frozen=True, slots=True)
class _Whose:
    """The products that a sum belongs to, and how."""

    products: tuple[Product, ...]
    how: str = ""
    """``each``: it is the price of each of them; ``any``: of one of them; ``sum``: of all together; ``difference`` between two"""
    pieces: tuple[int, ...] = ()
    """of each, where several are summed"""


class Offers:
    """Judges the prices in a text of the operator's. ``words`` are the faq and the shop's terms."""

    def __init__(self, products: Sequence[Product], words: Sequence[str]) -> None:
        self._products = tuple(products)
        self._held = "\n".join(map(_bare, words))
        self._known = {p.id: figures.known([p]) for p in products}
        self._own = {
            p.id: _bare("\n".join((p.name, *p.points, *(f"{k}{v}" for k, v in p.facts.items())))) for p in products
        }
        self._forms = {p.id: _forms(p) for p in products if p.several_prices}
        written = sorted(
            {word for p in products for v in p.variants for word in (*v.parts, *v.aliases)}, key=len, reverse=True
        )
        self._glue = re.compile("|".join(re.escape(claims.plain(word)) for word in written)) if written else None

    def false(self, text: str, places: Sequence[Place], focus: Product | None) -> str:
        """The first price, saving or deal in a folded text that no product has that it belongs to; empty where there is none.
        ``places`` are those of the names in it; without any it is about ``focus``."""
        if not self._products:
            return ""
        text, names = folded(text, places)
        if deal := self._deal(text):
            return deal
        stated = list(sums(text, self._glue))
        for i, one in enumerate(stated):
            if not self._true(text, names, stated, i, focus):
                return f"{'saving' if one.role == 'saved' else 'price'} {amount(one.value)}"
        return ""

    def _deal(self, text: str) -> str:
        for match in w.DEAL.finditer(text):
            before = text[: match.start()]
            others = w.OTHERS.search(clause := clause_before(text, match.start())) and not w.OWN.search(clause)
            if not w.NO_DEAL.search(before) and not others and _bare(match[0]) not in self._held:
                return f"price {match[0].strip()}"
        return ""

    def _true(self, text: str, names: Sequence[Mention], stated: Sequence[Sum], i: int, focus: Product | None) -> bool:
        one = stated[i]
        whose = self._whose(text, names, stated, i, focus)
        if not whose.products:
            return True
        if self._written(text, one, whose):
            return True
        if whose.how == "difference":
            costs = [self._known[p.id].money for p in whose.products[:2]]
            return any(abs(a - b) == one.value for a, b in pairs(*costs))
        if whose.how == "sum":
            return self._summed(one, whose)
        many = self._pieces(text, names, stated, i, whose)
        alike = [self._costs(p, one, text, stated, i, many) for p in whose.products]
        return all(alike) if whose.how == "each" else any(alike)

    def _written(self, text: str, one: Sum, whose: _Whose) -> bool:
        """Whether the shop's terms or a product's facts state the number in the same words."""
        digits, near = amount(one.value), _bare(clause_before(text, one.start))[-2:]
        behind = _bare(clause_behind(text, one.end))[:2]
        if len(near) == 2 and near + digits in self._held:
            return True
        for p in whose.products:
            own = self._own[p.id]
            if (len(near) == 2 and near + digits in own) or (len(behind) == 2 and digits + behind in own):
                return True
            if one.bare and re.search(rf"(?<![\d.]){re.escape(digits)}(?![\d.])", own) and one.role == "price":
                return True  # 304的手冲壶
        return False

    # whose price it is

    def _whose(
        self, text: str, names: Sequence[Mention], stated: Sequence[Sum], i: int, focus: Product | None
    ) -> _Whose:
        one = stated[i]
        clause = clause_before(text, one.start)
        begin = one.start - len(clause)
        rest = clause_behind(text, one.end)
        if match := w.ATTACHED.match(text[one.end :]):
            behind = next(m for m in names if m.at == one.end + match.end())
            if match["of"] or not any(begin <= m.at < one.start for m in names):
                return _Whose((behind.product,))
        before = [m for m in names if m.at < one.start]
        if w.EVERYTHING.search(clause) and not any(m.at >= begin for m in before):
            return _Whose(
                (min(self._products, key=lambda p: p.price),) if one.bound == "lowest" else self._products, "each"
            )
        if not before:
            later = next((m for m in names if m.at >= one.end), None)
            if later is not None and later.at < sentence_of(text, one.start)[1]:
                return self._joined(text, [m for m in names if m.at <= later.at], one, stated, i)
            return self._unnamed(text, one, focus, clause + rest)
        return self._joined(text, before, one, stated, i)

    def _unnamed(self, text: str, one: Sum, focus: Product | None, clause: str) -> _Whose:
        if match := w.KINDS.search(clause):
            return _Whose(self._products, "sum", (count(match["n"]),))
        if w.TOGETHER.search(clause):
            return _Whose(self._products, "sum")
        return _Whose((focus,)) if focus is not None else _Whose(self._products, "any")

    def _joined(self, text: str, before: Sequence[Mention], one: Sum, stated: Sequence[Sum], i: int) -> _Whose:
        """The nearest name with those that are joined to it by a word such as and."""
        begin = one.start - len(clause_before(text, one.start))
        if len(before) > 1 and before[-2].at >= begin and w.AS_MUCH.match(text[before[-1].at + 1 :]):
            return _Whose((before[-2].product,))  # 磨豆机只要手冲壶的价
        group = [before[-1]]
        by: list[str] = []
        for earlier in reversed(before[:-1]):
            match = w.JOINED.fullmatch(text[earlier.at + 1 : group[0].at])
            if match is None:
                break
            group.insert(0, earlier)
            by.append(match["by"])
        distinct = tuple({m.product.id: m.product for m in group}.values())
        start = group[0].at
        last = max(group[-1].at, one.end)
        around = text[start : one.start] + clause_behind(text, last)
        if len(distinct) == 1:
            return self._single(text, distinct[0], one, around, before)
        if w.SHARED.search(around):
            return _Whose(distinct, "each")
        among = [s for s in stated if s.start > start and s.start < start + 60]
        if w.APIECE.search(around) or (len(among) >= len(distinct) and not w.TOGETHER.search(around)):
            place = among.index(one) if one in among else 0
            return _Whose((distinct[min(place, len(distinct) - 1)],))
        if by[-1] in ("送", "赠"):
            return _Whose((distinct[0],))
        counts = tuple(self._count_of(text, m) for m in group)
        return _Whose(distinct, "sum", counts if len(counts) == len(distinct) else ())

    def _single(self, text: str, product: Product, one: Sum, around: str, before: Sequence[Mention]) -> _Whose:
        begin = sentence_of(text, one.start)[0]
        compared = [m.product for m in before if m.at >= begin]
        if one.role == "saved" and len({p.id for p in compared}) > 1 and w.COMPARED.search(text[begin : one.start]):
            return _Whose(tuple(compared[-2:]), "difference")
        if match := w.KINDS.search(around):
            return _Whose(self._products, "sum", (count(match["n"]),))
        others = {p.id: p for p in compared} | {product.id: product}
        if w.TOGETHER.search(around) and (len(others) > 1 or not w.COUNT.search(around)):
            return _Whose(tuple(others.values()) if len(others) > 1 else self._products, "sum")
        return _Whose((product,))

    def _count_of(self, text: str, mention: Mention) -> int:
        match = next((m for m in w.COUNT.finditer(text) if m.end() == mention.at or m.start() == mention.at + 1), None)
        return (_number(match) or 1) if match is not None else 1

    def _summed(self, one: Sum, whose: _Whose) -> bool:
        """Whether a sum is that of products together, so many of each where that is known, or of some of them."""
        products = whose.products
        costs = [sorted(self._known[p.id].money) for p in products]
        if len(whose.pieces) == len(products) and len(products) > 1:
            return any(
                sum(n * price for n, price in zip(whose.pieces, some, strict=True)) == one.value
                for some in pairs(*costs)
            )
        least = sum((price[0] for price in costs), Decimal(0))
        sizes = whose.pieces if len(whose.pieces) == 1 else (2, 3)
        return one.value == least or (len(products) <= _COMBINED and one.value in _together(costs, sizes))

    # whether a product has it

    def _pieces(self, text: str, names: Sequence[Mention], stated: Sequence[Sum], i: int, whose: _Whose) -> set[int]:
        """How many pieces a sum is the price of, by the count beside it; one where none is said."""
        one = stated[i]
        clause, behind = clause_before(text, one.start), text[one.end :]
        begin = max(one.start - len(clause), stated[i - 1].end if i else 0)
        near = [m for m in w.COUNT.finditer(text[: one.start], begin) if not w.NO_COUNT.search(text[: m.start()])]
        own = "".join(self._own[p.id] for p in whose.products)
        if w.EACH.match(behind) or w.EACH_BEFORE.search(clause):
            return {1}
        if near and not w.GLUE.sub("", text[near[-1].end() : one.start]):
            return _counts(near[-1], own)
        match = w.COUNT_BEHIND.match(behind)
        following = stated[i + 1].start if i + 1 < len(stated) else len(text) + 9
        if match is not None and following - one.end - match.end() > 2:
            return _counts(match, own)
        if near:
            return _counts(near[-1], own)
        earlier = [m for m in w.COUNT.finditer(text[: one.start]) if not w.NO_COUNT.search(text[: m.start()])]
        between = [m for m in names if begin <= m.at < one.start]
        return {1, _number(earlier[-1]) or 1} if earlier and not between else {1}

    def _costs(self, p: Product, one: Sum, text: str, stated: Sequence[Sum], i: int, many: set[int]) -> bool:
        """Whether one, or so ``many``, of a product cost that, did cost that, or are cheaper by that."""
        known = self._known[p.id]
        prices = self._prices(p, text, stated, i)
        if one.role == "saved":
            apart = {a - b for a, b in pairs(known.money, known.money)}  # XL贵20
            return any(one.value == n * value for n in many for value in known.saved | apart)
        was = known.was or known.money
        if one.role == "was":
            return any(one.value == n * value for n in many for value in was)
        if one.role == "from":
            return one.value in known.was | known.money
        for asked in prices:
            if not any(_fits(one, n * price) for n in many for price in asked):
                # 159的手冲壶，今天99
                later = any(s.value in known.money for s in stated[i + 1 :] if s.role == "price")
                return one.value in known.was and later and not one.bound
        return True

    def _prices(self, p: Product, text: str, stated: Sequence[Sum], i: int) -> list[set[Decimal]]:
        """The prices of the variants that are named beside a sum, each set by itself where several are; else of all."""
        if p.id not in self._forms:
            return [set(self._known[p.id].money)]
        one = stated[i]
        start, stop = sentence_of(text, one.start)
        begin = max(start, stated[i - 1].end if i else 0)
        end = min(stop, stated[i + 1].start if i + 1 < len(stated) else stop)
        for part in (text[begin : one.start], text[one.end : end], text[: one.start]):
            if prices := _named(p, part):
                return prices
        every = {p.price_of(v).normalize() for v in p.variants}
        return [{price} for price in every] if w.ALIKE.search(text[begin : one.start]) and not one.bound else [every]


def _together(costs: Sequence[Sequence[Decimal]], sizes: Sequence[int]) -> set[Decimal]:
    """What so many different products cost together."""
    reached: list[set[Decimal]] = [{Decimal(0)}, *(set() for _ in range(max(sizes)))]
    for several in costs:
        for size in range(len(reached) - 1, 0, -1):
            reached[size] |= {total + price for total in reached[size - 1] for price in several}
    return {total for size in sizes for total in reached[size]}


def _fits(one: Sum, price: Decimal) -> bool:
    value = one.value
    if one.bound == "under":
        return price <= value
    if one.bound == "more":
        size = Decimal(10) ** max(len(str(int(value))) - len(str(int(value)).rstrip("0")), 0)
        return value <= price < value + size
    if one.bound == "about":
        return abs(price - value) * 20 <= price
    return price == value


def _forms(p: Product) -> set[str]:
    return {claims.plain(word) for v in p.variants for word in (*v.parts, *v.aliases)}


def _named(p: Product, text: str) -> list[set[Decimal]]:
    """The prices of the variants that a text names in whole or in part; empty where it names none."""
    aliased = [v for v in p.variants if any(claims.stands(claims.plain(a), text) for a in v.aliases)]
    parts = dict.fromkeys(part for v in p.variants for part in v.parts if claims.stands(claims.plain(part), text))
    if not parts and not aliased:
        return []
    joint = [v for v in p.variants if parts and set(parts) <= set(v.parts)]
    if joint:
        return [{p.price_of(v).normalize() for v in (*joint, *aliased)}]
    groups = [[v for v in p.variants if part in v.parts] for part in parts] + [[v] for v in aliased]
    return [{p.price_of(v).normalize() for v in group} for group in groups]


def _counts(match: re.Match[str], own: str) -> set[int]:
    """The number of pieces that a match counts; one too where the product itself is so many."""
    n = _number(match)
    if n is None or n > _MOST_PIECES:
        return {1}
    piece = match.groupdict().get("piece") or ""
    return {1, n} if piece and n > 1 and f"{n}{piece}" in own else {n}


def _number(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    if word := groups.get("word"):
        return _ENGLISH.get(word) or count(word)
    return count(groups["n"] or "") or None


def _bare(text: str) -> str:
    """Without blanks and marks, in the plainest form."""
    return re.sub(r"[\s,、:]", "", claims.plain(text))
