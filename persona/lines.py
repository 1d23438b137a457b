"""Checks the words that will be spoken or shown: placeholders have a value, and prices come from the catalogue alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from persona.fill import BadPlaceholder, by_id, fill
from persona.marks import wrong_marks
from persona.model import Persona, Product
from persona.prices import Statement, statement
from persona.wordings import BadWordings, check, samples

_CHOICE = re.compile(r"\[[^\[\]]*\|[^\[\]]*\]")
_NUMERIC = re.compile(r"[\d\W_零〇一二两三四五六七八九十百千万]*")
_MONEY = re.compile(r"[元块折价¥￥$€£]|包邮|减")


def line_mistakes(text: str, persona: Persona, about: str | None = None) -> Iterator[str]:
    """What is wrong in a line of a script, in each of its wordings. ``about`` is the product that the script shows."""
    if marks := list(wrong_marks(text, by_id(persona))):
        yield from marks
        return
    try:
        check(text)
    except BadWordings as error:
        yield str(error)
        return
    yield from _mistakes(samples(text), persona, about)


def text_mistakes(text: str, persona: Persona) -> Iterator[str]:
    """What is wrong in a text of one wording, such as an answer of the faq."""
    if marks := list(wrong_marks(text, by_id(persona))):
        yield from marks
        return
    if choice := _CHOICE.search(text):
        yield f"{choice[0]} would be spoken as it stands: only lines of scripts have several wordings"
        return
    yield from _mistakes([text], persona, None)


def _mistakes(wordings: Iterable[str], persona: Persona, about: str | None) -> Iterator[str]:
    """Each mistake once, however many wordings of a line have it."""
    products = by_id(persona)
    seen: set[object] = set()
    for wording in wordings:
        try:
            fill(wording, persona)
        except BadPlaceholder as error:
            if str(error) not in seen:
                yield str(error)
            seen.add(str(error))
        stated = statement(_without_names(wording, products))
        if stated is not None and (stated.kind, stated.amount) not in seen:
            seen.add((stated.kind, stated.amount))
            yield _advice(stated, products, about)


def _advice(stated: Statement, products: Mapping[str, Product], about: str | None) -> str:
    if stated.kind == "deal":
        return (
            f"{stated.words!r} is a deal that is not the catalogue's, and a script cannot promise it: write the price as "
            "{ID.price} or {ID.was}, and what holds for every order under shop:, such as 包邮: 满 59 元包邮"
        )
    ids = sorted(products, key=lambda name: name != about)
    fields = ("price", "was")
    same = next((f"{{{i}.{f}}}" for i in ids for f in fields if getattr(products[i], f) == stated.amount), None)
    write = f"write {same}" if same and stated.amount is not None else "write {ID.price} or {ID.was}"
    return f"{stated.words!r} states a price of its own, not the catalogue's: {write}"


def _without_names(text: str, products: Mapping[str, Product]) -> str:
    """The text with products' names as empty placeholders: the number in 飞科999 is no price."""
    names = {name for product in products.values() for name in (product.name, *product.aliases)}
    names = {name for name in names if len(name) > 1 and not _NUMERIC.fullmatch(name) and not _MONEY.search(name)}
    if not names:
        return text
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = re.compile(rf"\{{[^{{}}]*\}}|(?<![a-zA-Z])(?:{longest_first})(?![a-zA-Z])", re.I)
    return pattern.sub(lambda match: match[0] if match[0].startswith("{") else "{}", text)
