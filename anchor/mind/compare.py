"""Which of several products is dearer, larger, lighter: decided by their prices and the measures in their facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from anchor.mind.concepts import any_of, asks_of, concepts, kinds, strength
from anchor.mind.question import Read
from persona.measures import span
from persona.model import Product

PRICE = "价格"
_WHICH = re.compile(r"哪[个样款件条种只双台把包瓶盒箱一]|谁|哪一|which|最|更|比|\bthan\b|[a-z]+est\b")
_MORE = {
    "贵": (PRICE, True), "expensive": (PRICE, True), "dearer": (PRICE, True),
    "便宜": (PRICE, False), "划算": (PRICE, False), "cheap": (PRICE, False), "cheaper": (PRICE, False), "cheapest": (PRICE, False),
    "重": ("weight", True), "沉": ("weight", True), "heavy": ("weight", True), "heavier": ("weight", True), "heaviest": ("weight", True),
    "轻": ("weight", False), "light": ("weight", False), "lighter": ("weight", False), "lightest": ("weight", False),
    "大": ("", True), "多": ("", True), "长": ("", True), "久": ("", True), "高": ("", True), "厚": ("", True), "宽": ("", True), "快": ("", False), "bigger": ("", True),
    "biggest": ("", True), "larger": ("", True), "longer": ("", True), "longest": ("", True), "强": ("", True), "吵": ("noise", True), "响": ("noise", True),
    "小": ("", False), "少": ("", False), "短": ("", False), "矮": ("", False), "薄": ("", False), "安静": ("noise", False), "静音": ("noise", False), "smaller": ("", False),
    "smallest": ("", False), "shorter": ("", False), "省电": ("power", False), "费电": ("power", True), "quieter": ("noise", False), "louder": ("noise", True),
    "thinner": ("", False), "thicker": ("", True), "taller": ("", True), "faster": ("", False), "brighter": ("", True),
}  # fmt: skip
_SIZES = ("容量", "净含量", "尺寸", "展开尺寸", "规格", "大小", "重量", "Capacity", "Dimensions", "Size", "Weight")
"""what 大 means where nothing else is said, in this order"""


@dataclass(frozen=True, slots=True)
class Compared:
    """``key`` of several products, the one that the question asks for first."""

    key: str
    word: str
    values: tuple[tuple[Product, str], ...]
    equal: bool


def compare(asked: Read, focus: Product | None, products: Sequence[Product]) -> Compared | list[Product] | None:
    """A comparison, or the products whose difference is asked for, or None where nothing is compared or can be."""
    among = asked.products
    if len(among) == 1 and asked.pointed and focus is not None:
        among = [*among, *(p for p in [focus] if p not in among)]
    told = asked.rest
    if len(among) == 1 or (not among and not re.search(r"哪|最|which|est\b", told)):
        return None
    word = next((w for w in sorted(_MORE, key=len, reverse=True) if _stands(w, told)), "")
    if word and _WHICH.search(told) and not re.search(r"多[大长高重少久]|几[个斤克升码岁包瓶]", told):
        named = among if len(among) > 1 else list(products)
        if len(named) < 2:
            return None
        found = _by(word, told, named)
        if found is not None:
            return found
    if len(among) > 1 and any_of(told, concepts().special["differ"]):
        return list(among)
    return None


def _by(word: str, told: str, products: Sequence[Product]) -> Compared | None:
    kind, more = _MORE[word]
    if kind == PRICE:
        pairs = [(p, float(p.price), "") for p in products]
        return _made(PRICE, word, pairs, more)
    for key in _keys(kind, told, products):
        pairs = []
        for p in products:
            value = next((v for k, v in p.facts.items() if k == key or (kind and kind in kinds(k))), None)
            measure = span(value) if value is not None else None
            if value is not None and measure is not None and not re.search(r"\d\s*[x×*]\s*\d", value, re.I):
                pairs.append((p, measure.high, value))
        if len(pairs) > 1 and len({m.kind for p, _, v in pairs if (m := span(v))}) == 1:
            return _made(key, word, pairs, more)
    return None


def _keys(kind: str, told: str, products: Sequence[Product]) -> list[str]:
    """The facts that may be meant, the likeliest first."""
    keys = list(dict.fromkeys(key for p in products for key in p.facts))
    if kind:
        return [key for key in keys if kind in kinds(key)]
    scored = {key: strength(told, asks_of(key)) for key in keys}
    asked = sorted((key for key in keys if scored[key] >= 2), key=lambda key: -scored[key])
    return asked or [key for key in _SIZES if key in keys]


def _made(key: str, word: str, pairs: list[tuple[Product, float, str]], more: bool) -> Compared:
    ordered = sorted(pairs, key=lambda one: -one[1] if more else one[1])
    equal = len(ordered) > 1 and ordered[0][1] == ordered[1][1]
    return Compared(key, word, tuple((p, value) for p, _, value in ordered), equal)


def _stands(word: str, told: str) -> bool:
    return bool(re.search(rf"(?<![a-z]){word}(?![a-z])", told)) if word.isascii() else word in told
