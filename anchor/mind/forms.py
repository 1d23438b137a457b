"""Which variant of a product a question asks for: its colour, size or specification, and what of these nobody has written down."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anchor.mind.names import chinese
from anchor.text.forms import FORM, units
from persona.model import Product
from persona.product import Variant

_FORM = re.compile(FORM)
_ALTERNATIVES = re.compile(r"[和跟与、或比]|还是|差|哪|\b(?:or|and|than)\b")
_COLOURS = (("黑", "black"), ("白", "white"), ("红", "red"), ("蓝", "blue"), ("绿", "green"), ("黄", "yellow"), ("粉", "pink"), ("紫", "purple"),
            ("灰", "grey"), ("灰", "gray"), ("橙", "orange"), ("棕", "brown"), ("米", "beige"), ("藏青", "navy"), ("金", "gold"), ("银", "silver"))  # fmt: skip
_LARGE = {"大": ("large", "big"), "中": ("medium",), "小": ("small",)}
_LISTED = re.compile(r"[、，,/;；]|\band\b")
_PLURAL = re.compile(r"(?<=\0)e?s(?![a-z])")
"""behind the name of a product, no size"""
_SEVERAL = re.compile(r"[、，,/;；和或]|(?<=\S)\s(?=\S)")


@dataclass(frozen=True, slots=True)
class Form:
    """``variants`` are those that fit what is asked; ``unknown`` is what no variant has, as the viewer wrote it. Both are empty for a
    question about the whole product."""

    variants: tuple[Variant, ...] = ()
    unknown: str = ""


def form_of(rest: str, product: Product) -> Form:
    """The form that a folded question ``rest`` asks for, in which marks stand for the names of products."""
    rest = units(rest)
    if not re.search(r"[㐀-鿿]", rest):
        rest = _PLURAL.sub(lambda match: " " * len(match[0]), rest)
    hits = [(variant, _hits(rest, variant)) for variant in product.variants]
    covered = {i for _, spans in hits for start, end, _ in spans for i in range(start, end)}
    for start, end in _asked(rest, product):
        if not covered & set(range(start, end)) and not single(rest[start:end], product):
            return Form((), _written(rest[start:end]))
    best = max((len(spans) for _, spans in hits), default=0)
    fitting = [(variant, spans) for variant, spans in hits if best and len(spans) == best]
    whole = [variant for variant, spans in fitting if covered <= _letters(spans)]
    if whole or not fitting:
        return Form(tuple(whole))
    # 黑色L一件雾蓝XL一件 and 40码或42码 ask for several, each by all of its words
    several = covered == {i for _, spans in fitting for i in _letters(spans)}
    alike = len({tuple(kind for *_, kind in spans) for _, spans in fitting}) == 1
    if several and (best > 1 or alike or _ALTERNATIVES.search(rest)):
        return Form(tuple(variant for variant, _ in fitting))
    # 白色 stands in one variant and XL in another, and no variant is both
    words = "".join(rest[i] if i - 1 in covered or not rest[i].isascii() else f" {rest[i]}" for i in sorted(covered))
    return Form((), _written(words))


def _asked(rest: str, product: Product) -> list[tuple[int, int]]:
    """Where a question names a form: by the words that all forms have, or by one of several that the facts list."""
    spans = [match.span() for match in _FORM.finditer(rest)]
    for value in product.facts.values():
        parts = [part for part in _LISTED.split(value.lower()) if part.strip()]
        for part in parts if len(parts) > 1 else ():
            word = re.sub(r"[色款\s]+$", "", part.strip())
            if chinese(word) and len(word) > 3 and word not in rest:
                word = word[-2:]  # 红花 of 黑底红花
            if 0 < len(word) <= 6 and (
                match := re.search(rf"{edged(word)}(?=色|款|的|还|有|\0|[大中小xsml]|\s|$)", rest)
            ):
                spans.append(match.span())
    return spans


def _hits(rest: str, variant: Variant) -> list[tuple[int, int, str]]:
    """Where a variant's own words stand in a question, and which of them they are."""
    spans = []
    for kind in ("colour", "size", "spec"):
        part = getattr(variant, kind)
        words = (units(part.lower()), *_english(part)) if part else ()
        if span := next((s for word in words if (s := _stands(word, rest) or _shortened(word, rest))), None):
            spans.append((*span, kind))
    for alias in sorted((variant.name or "", *variant.aliases), key=len, reverse=True):
        if alias and (span := _stands(units(alias.lower()), rest)):
            if not set(range(*span)) & _letters(spans):
                spans.append((*span, "name"))
            break
    return spans


def _letters(spans: list[tuple[int, int, str]]) -> set[int]:
    return {i for start, end, _ in spans for i in range(start, end)}


def _english(part: str) -> tuple[str, ...]:
    """What an English question calls 黑色 or 大份."""
    colours = tuple(english for chinese, english in _COLOURS if part.startswith(chinese))
    return colours or next((words for char, words in _LARGE.items() if part[0] == char and len(part) == 2), ())


def edged(word: str) -> str:
    """A regular expression of a word that is part of no longer one: 42 stands in 42码, not in 42.5."""
    before = r"(?<![a-z0-9.])" if word[:1].isascii() else ""
    behind = r"(?![a-z])(?!\.?\d)" if word[-1:].isdigit() else r"(?![a-z])" if word[-1:].isascii() else ""
    return before + re.escape(word) + behind


def _stands(part: str, rest: str) -> tuple[int, int] | None:
    match = re.search(edged(part) + "(?:码|号)?", rest)
    return match.span() if match else None


def _shortened(part: str, rest: str) -> tuple[int, int] | None:
    """黑色 is asked for as 黑的, 黑L and 白款, and 500ml as 500."""
    if number := re.fullmatch(r"(\d{2,})[a-z]+", part):
        match = re.search(rf"(?<![\d.])(?:{number[1]})(?![\d.a-z元块])", rest)
        return match.span() if match else None
    if len(part) < 2 or not part.endswith("色"):
        return None
    match = re.search(rf"{re.escape(part[:-1])}(?=的|款|[a-z0-9]|还|有|呢|\?|？|$)", rest)
    return match.span() if match else None


def single(asked: str, product: Product) -> bool:
    """Whether what is asked for is the only form that there is, by the product's name, points and facts."""
    bare = re.sub(r"[的还有呢多\s码号装款版]+$", "", asked)
    edge = r"(?<![a-z0-9])" if bare[:1].isascii() else ""
    stands = re.compile(rf"{edge}{re.escape(bare)}" + (r"(?![a-z0-9])" if bare[-1:].isascii() else ""))
    if any(stands.search(text.lower()) for text in (product.name, *product.aliases, *product.points)):
        return True
    holding = [value for value in product.facts.values() if stands.search(units(value.lower()).replace(" ", ""))]
    return bool(holding) and not any(_SEVERAL.search(value) for value in holding)


def _written(asked: str) -> str:
    text = re.sub(r"[的还有呢多]+$", "", asked).strip()
    return re.sub(r"(?<![a-z])[2-6]?x{0,4}[sml](?![a-z])", lambda size: size[0].upper(), text)
