"""Finds the row of a product's size table that fits the measures of a viewer's body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from persona.measures import Measure, measures, span
from persona.model import Product
from persona.numerals import DIGITS, count

SLACK = 0.2
"""how far outside of a table a bare number may lie and still be meant for it"""
_METRES = re.compile(r"([12])\s*[米m]\s*(\d{2}|\d(?!\d))(?!\d)", re.I)
_SPOKEN = re.compile(r"([一二])米([一二三四五六七八九])([零一二三四五六七八九])?")
_WEIGHED = re.compile(
    r"[一二两三四五六七八九]?[百十][零一二三四五六七八九十]*(?=\s*(?:斤|公斤|千克|kg|穿|能|可以|$|[,，。?？\s]))"
)
"""一百二十斤"""
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d)?)\s*(cm|厘米|公分|mm|毫米|kg|公斤|千克|斤|岁|个月|码)?(?!\s*[元块])", re.I)
_LENGTHS = ("身高", "脚长", "胸围", "腰围", "臀围", "肩宽", "头围")


@dataclass(frozen=True, slots=True)
class Fit:
    """``size`` is empty where no row fits; ``by`` says what was looked at, as 身高165、体重110斤."""

    size: str
    by: str


def body(words: str) -> bool:
    """Whether a question says how large somebody is."""
    text = _metric(words)
    told = [m for m in _NUMBER.finditer(text) if m[2] not in ("码",)]
    return (
        any(m[2] for m in told if m[2] in ("cm", "厘米", "公分", "mm", "kg", "公斤", "斤", "岁"))
        or bool(re.search(r"身高|体重|脚长|胸围|腰围|头围", text) and told)
        or len([m for m in told if 75 <= float(m[1]) <= 250]) >= 2
    )


def fit(words: str, product: Product) -> Fit | None:
    """The size for whoever the question describes, the larger one where two measures differ; None if it describes nobody."""
    table = {size: {name: _span(name, said) for name, said in told.items()} for size, told in product.sizes.items()}
    names = list(dict.fromkeys(name for told in table.values() for name in told))
    given = _given(_metric(words), names, table)
    if not given:
        return None
    order = list(table)
    at = -1
    for name, value in given.items():
        rows = [i for i, size in enumerate(order) if name in table[size] and _inside(value, table[size][name])]
        if not rows:
            return Fit("", _told(given, product))
        at = max(at, rows[0])
    return Fit(order[at], _told(given, product))


def _span(name: str, said: str) -> Measure:
    sized = span(said)
    assert sized is not None, f"{name}: the persona was checked"
    return sized


def _metric(words: str) -> str:
    """一米六五 and 1米65 as 165cm."""
    words = _WEIGHED.sub(lambda m: str(count(m[0])), words)
    words = _SPOKEN.sub(lambda m: f"{100 * DIGITS[m[1]] + 10 * DIGITS[m[2]] + DIGITS[m[3] or '零']}cm", words)
    words = _METRES.sub(lambda m: f"{m[1]}{m[2]:0<2}cm", words)
    return re.sub(r"(?<![\d.])([12])\.(\d{1,2})\s*(?:米|m)?(?!\d)", lambda m: f"{m[1]}{m[2]:0<2}cm", words)


def _given(text: str, names: list[str], table: dict[str, dict[str, Measure]]) -> dict[str, float]:
    """Numbers of a question by the measure that they are: as named, by their unit, or by where they fit."""
    given: dict[str, float] = {}
    for match in _NUMBER.finditer(text):
        if match[2] == "码":
            continue
        sized = measures(match[0])[0]
        before = text[: match.start()]
        named = [name for name in names if before.rstrip(" 是为约大概:：").endswith(name)]
        fits = [name for name in named or names if name not in given and _may_be(name, sized, table)]
        if fits:
            name = fits[0]
            given[name] = sized.low if sized.kind else _in_unit(name, sized.low, table)
    return given


def _may_be(name: str, found: Measure, table: dict[str, dict[str, Measure]]) -> bool:
    rows = [told[name] for told in table.values() if name in told]
    low, high = min(r.low for r in rows), max(r.high for r in rows)
    if found.kind:
        if found.kind != rows[0].kind:
            return False
        if found.kind == "length" and name in _LENGTHS and name != "身高":
            return low * (1 - SLACK) <= found.low <= high * (1 + SLACK)
        return True
    value = _in_unit(name, found.low, table)
    return low * (1 - SLACK) <= value <= high * (1 + SLACK)


def _in_unit(name: str, number: float, table: dict[str, dict[str, Measure]]) -> float:
    """A bare number in the base unit of a measure: 165 as centimetres, 110 as half kilograms, 240 as millimetres."""
    rows = [told[name] for told in table.values() if name in told]
    kind, high = rows[0].kind, max(r.high for r in rows)
    if kind == "weight" and number > high * (1 + SLACK):
        return number * 0.5
    if kind == "length" and number > high * (1 + SLACK) * 3:
        return number * 0.1
    return number


def _inside(value: float, row: Measure) -> bool:
    return row.low - 1e-6 <= value <= row.high + 1e-6


def _told(given: dict[str, float], product: Product) -> str:
    units = {
        name: (m.kind, said) for told in product.sizes.values() for name, said in told.items() if (m := span(said))
    }
    parts = []
    for name, value in given.items():
        kind, said = units[name]
        if kind == "weight" and "斤" in said and "公斤" not in said:
            parts.append(f"{name}{value * 2:g}斤")
        elif kind == "length" and "mm" in said:
            parts.append(f"{name}{value * 10:g}mm")
        else:
            unit = {"weight": "kg", "length": "cm", "age": "岁"}.get(kind, "")
            parts.append(f"{name}{value:g}{unit}")
    return "、".join(parts)
