"""Finds marks in a line that look like the syntax of lines and are none: ｛pot.price｝, ［a｜b］, {{pot.price}}, ¥{pot.price}."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from persona import currency as money

_FIELD = r"(?:name|price|was|stock|facts\.[\w]+)"
_PATH = rf"[A-Za-z0-9_-]+\.{_FIELD}"
_FOREIGN = re.compile(
    rf"\{{\{{\s*(?P<double>[^{{}}]*?)\s*\}}\}}|%\s*(?P<percent>{_PATH})\s*%|<\s*(?P<angle>{_PATH})\s*>|\$\s*\(\s*(?P<shell>{_PATH})\s*\)"
    rf"|(?P<sign>[$#@])\{{\s*(?P<template>[^{{}}]*?)\s*\}}|\[+\s*(?P<square>{_PATH})\s*\]+|[(（【《「]\s*(?P<round>{_PATH})\s*[)）】》」]"
    rf"|\$(?P<dollar>{_PATH})"
)
_BARE = re.compile(rf"(?<![A-Za-z0-9_.{{/-])(?P<id>[A-Za-z0-9_-]+)\.{_FIELD}(?!\s*\}})")
_PRICE = r"\{[^{}]*\.(?:price|was)\s*\}"
_BEFORE = re.compile(
    rf"(?P<mark>{money.SIGN}|(?<![a-z])(?:{money.CODE}|人民币|美[元金]|港币|台币))\s*:?\s*(?P<price>{_PRICE})", re.I
)
_BEHIND = re.compile(
    rf"(?P<price>{_PRICE})\s*(?P<mark>{money.SIGN}|{money.CODE}(?![a-z])|{money.ENGLISH}|{money.CHINESE}|{money.YUAN}|[块塊圆圓]|刀(?![片刃]))",
    re.I,
)
_WIDE_BRACKET = re.compile(r"[［【〔\[][^［］【】〔〕\[\]]*[|｜][^［］【】〔〕\[\]]*[］】〕\]]")
_WIDE_DOTS = str.maketrans({"。": ".", "．": ".", "·": ".", "：": ".", "、": ".", "，": "."})


def wrong_marks(text: str, products: Collection[str]) -> Iterator[str]:
    """What to write for each mark that is none of the syntax; ``products`` are the ids."""
    if wide := next((char for char in text if char in "｛｝"), ""):
        yield f"{wide} is a full-width brace, which would be spoken: write {{ and }}, as in {{ID.price}}"
        return
    yield from _choices(text)
    for match in _FOREIGN.finditer(text):
        path = next(value for name, value in match.groupdict().items() if value and name != "sign")
        if match["sign"] == "$" and re.search(r"\.(?:price|was)$", path):
            continue  # a sign of money, see below
        yield f"{match[0]} would be spoken as it stands: write {{{path}}}"
        return
    for match in _BARE.finditer(text):
        if match["id"] in products and not _inside(text, match.start()):
            yield f"{match[0]} would be spoken as it stands: write {{{match[0]}}}"
    for match in re.finditer(r"\{([^{}]*)\}", text):
        path = unicodedata.normalize("NFKC", match[1].translate(_WIDE_DOTS)).strip()
        if path != match[1].strip() and re.fullmatch(_PATH, path):
            yield f"{match[0]} has full-width characters in it: write {{{path}}}"
    for pattern, side in ((_BEFORE, "before"), (_BEHIND, "behind")):
        for match in pattern.finditer(text):
            yield f"{match['price']} brings its own currency; leave out the {match['mark']} {side} it"


def _choices(text: str) -> Iterator[str]:
    """Brackets and bars of wordings that are not the ASCII ones."""
    for match in _WIDE_BRACKET.finditer(text):
        plain = f"[{match[0][1:-1].replace('｜', '|')}]"
        if plain != match[0]:
            marks = " ".join(dict.fromkeys(char for char in match[0] if char in "［］【】〔〕｜"))
            yield f"{marks} would be spoken as it stands: write {plain}, with the ASCII [ | ]"
    if re.search(r"[|｜]", _WIDE_BRACKET.sub("", text)) and not re.search(r"[\[\]]", _WIDE_BRACKET.sub("", text)):
        yield "a bar without brackets would be spoken: wordings are written [this|that]"


def _inside(text: str, at: int) -> bool:
    return text.rfind("{", 0, at) > text.rfind("}", 0, at)
