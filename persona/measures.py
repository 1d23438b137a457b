"""Measures as merchants and viewers write them, to numbers in one unit: 160-168cm, 95~110斤, 一米六五."""

from __future__ import annotations

import re
from dataclasses import dataclass

from persona import numerals

_UNITS = {
    "mm": ("length", 0.1), "毫米": ("length", 0.1), "cm": ("length", 1.0), "厘米": ("length", 1.0), "公分": ("length", 1.0),
    "m": ("length", 100.0), "米": ("length", 100.0), "寸": ("length", 2.54), "英寸": ("length", 2.54),
    "g": ("weight", 0.001), "克": ("weight", 0.001), "kg": ("weight", 1.0), "千克": ("weight", 1.0), "公斤": ("weight", 1.0),
    "磅": ("weight", 0.4536), "lb": ("weight", 0.4536), "lbs": ("weight", 0.4536), "斤": ("weight", 0.5), "吨": ("weight", 1000.0),
    "ml": ("volume", 0.001), "毫升": ("volume", 0.001), "l": ("volume", 1.0), "升": ("volume", 1.0),
    "mah": ("charge", 1.0), "毫安": ("charge", 1.0), "毫安时": ("charge", 1.0),
    "w": ("power", 1.0), "瓦": ("power", 1.0), "kw": ("power", 1000.0), "千瓦": ("power", 1000.0),
    "v": ("voltage", 1.0), "伏": ("voltage", 1.0), "db": ("noise", 1.0), "分贝": ("noise", 1.0),
    "秒": ("time", 1.0), "分钟": ("time", 60.0), "小时": ("time", 3600.0), "天": ("time", 86_400.0), "周": ("time", 604_800.0),
    "个月": ("time", 2_592_000.0), "月": ("time", 2_592_000.0), "年": ("time", 31_536_000.0),
    "岁": ("age", 1.0), "档": ("steps", 1.0), "页": ("pages", 1.0), "片": ("pieces", 1.0), "颗": ("pieces", 1.0),
    "粒": ("pieces", 1.0), "支": ("pieces", 1.0), "包": ("pieces", 1.0), "件": ("pieces", 1.0), "人": ("people", 1.0), "层": ("layers", 1.0),
}  # fmt: skip
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_MEASURE = re.compile(
    rf"(?P<low>\d+(?:\.\d+)?)\s*(?:(?P<unit1>{_UNIT})(?![a-z]))?(?:\s*(?:[-~–—－～至到])\s*(?P<high>\d+(?:\.\d+)?))?\s*(?P<unit2>{_UNIT})?(?![a-z])",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A range in the base unit of its kind: centimetres, kilograms, litres, seconds."""

    low: float
    high: float
    kind: str
    """length, weight, volume …; empty where no unit stands"""


def span(text: str) -> Measure | None:
    """The first measure in a text; a single number is a range of its own. None if there is none."""
    return next(iter(measures(text)), None)


def measures(text: str) -> list[Measure]:
    """Every measure in a text, in its order."""
    quantities = []
    for match in _MEASURE.finditer(_arabic(text)):
        unit = (match["unit2"] or match["unit1"] or "").lower()
        kind, size = _UNITS.get(unit, ("", 1.0))
        low = float(match["low"])
        high = float(match["high"]) if match["high"] else low
        quantities.append(Measure(low * size, high * size, kind))
    return quantities


def _arabic(text: str) -> str:
    """一年 as 1年, 两个月 as 2个月, 十二个月 as 12个月, 半年 as 0.5年."""

    def number(match: re.Match[str]) -> str:
        return ("0.5" if match[1] == "半" else str(numerals.count(match[1]))) + match[2]

    return re.sub(
        rf"([零一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九半])\s*((?:个)?(?:{_UNIT}))",
        number,
        text,
    )
