"""Which variant of a product a question asks for: its colour, size or specification, and what of these nobody has written down."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anchor.text.forms import FORM
from persona.model import Product
from persona.product import Variant

_FORM = re.compile(FORM)
_ALTERNATIVES = re.compile(r"[和跟与、或比]|还是|差|哪|\b(?:or|and|than)\b")
_COLOURS = (("黑", "black"), ("白", "white"), ("红", "red"), ("蓝", "blue"), ("绿", "green"), ("黄", "yellow"), ("粉", "pink"), ("紫", "purple"),
            ("灰", "grey"), ("灰", "gray"), ("橙", "orange"), ("棕", "brown"), ("米", "beige"), ("藏青", "navy"), ("金", "gold"), ("银", "silver"))  # fmt: skip
_LARGE = {"大": ("large", "big"), "中": ("medium",), "小": ("small",)}
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
    if not re.search(r"[㐀-鿿]", rest):
        rest = _PLURAL.sub(lambda match: " " * len(match[0]), rest)
    hits = [(variant, _hits(rest, variant)) for variant in product.variants]
    covered = {i for _, spans in hits for start, end in spans for i in range(start, end)}
    for match in _FORM.finditer(rest):
        if not covered & set(range(*match.span())) and not _single(match[0], product):
            return Form((), _written(match[0]))
    best = max((len(spans) for _, spans in hits), default=0)
    fitting = [(variant, spans) for variant, spans in hits if best and len(spans) == best]
    whole = [variant for variant, spans in fitting if covered <= {i for start, end in spans for i in range(start, end)}]
    # 黑色L一件雾蓝XL一件 asks for two of them, each by all of its words
    if whole or not fitting or best > 1 or _ALTERNATIVES.search(rest):
        return Form(tuple(whole or (variant for variant, _ in fitting)))
    # 白色 stands in one variant and XL in another, and no variant is both
    return Form((), _written("".join(rest[i] for i in sorted(covered))))


def _hits(rest: str, variant: Variant) -> list[tuple[int, int]]:
    """Where a variant's own words stand in a question."""
    for alias in sorted((variant.name or "", *variant.aliases), key=len, reverse=True):
        if alias and (span := _stands(alias.lower(), rest)):
            return [span] * max(1, len(variant.parts))
    spans = []
    for part in (variant.colour, variant.size, variant.spec):
        words = (part.lower(), *_english(part)) if part else ()
        if span := next((s for word in words if (s := _stands(word, rest) or _shortened(word, rest))), None):
            spans.append(span)
    return spans


def _english(part: str) -> tuple[str, ...]:
    """What an English question calls 黑色 or 大份."""
    colours = tuple(english for chinese, english in _COLOURS if part.startswith(chinese))
    return colours or next((words for char, words in _LARGE.items() if part[0] == char and len(part) == 2), ())


def _stands(part: str, rest: str) -> tuple[int, int] | None:
    edge = r"(?<![a-z0-9.])" if part[:1].isascii() else ""
    behind = r"(?![a-z0-9])" if part[-1:].isascii() else ""
    match = re.search(rf"{edge}{re.escape(part)}{behind}(?:码|号)?", rest)
    return match.span() if match else None


def _shortened(part: str, rest: str) -> tuple[int, int] | None:
    """黑色 is asked for as 黑的, 黑L and 白款 too."""
    if len(part) < 2 or not part.endswith("色"):
        return None
    match = re.search(rf"{re.escape(part[:-1])}(?=的|款|[a-z0-9]|还|有|呢|\?|？|$)", rest)
    return match.span() if match else None


def _single(asked: str, product: Product) -> bool:
    """Whether what is asked for is the only form that there is, by the product's name, points and facts."""
    bare = re.sub(r"[的还有呢多\s码号]+$", "", asked)
    edge = r"(?<![a-z0-9])" if bare[:1].isascii() else ""
    stands = re.compile(rf"{edge}{re.escape(bare)}" + (r"(?![a-z0-9])" if bare[-1:].isascii() else ""))
    if any(stands.search(text.lower()) for text in (product.name, *product.points)):
        return True
    holding = [value for value in product.facts.values() if stands.search(value.lower().replace(" ", ""))]
    return bool(holding) and not any(_SEVERAL.search(value) for value in holding)


def _written(asked: str) -> str:
    text = re.sub(r"[的还有呢多]+$", "", asked).strip()
    return re.sub(r"(?<![a-z])[2-6]?x{0,4}[sml](?![a-z])", lambda size: size[0].upper(), text)
