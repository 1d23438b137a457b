"""Chinese numerals: one table, and the parsers that read it. Standard library only."""

from __future__ import annotations

from decimal import Decimal

WRITTEN = "零一二三四五六七八九"
"""the digits 0 to 9 as they are said"""
DIGITS = {char: value for value, char in enumerate(WRITTEN)} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
SIZES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬圓", "一二三四五六七八九十百千万圆")
"""the characters of cheques to those of speech, for :meth:`str.translate`"""


def decimal(numeral: str) -> Decimal:
    """一百二 as 120, 三点五 as 3.5, 二零二四 as 2024. Raises ValueError for what is no numeral."""
    try:
        return _decimal(numeral)
    except (KeyError, ArithmeticError) as error:
        raise ValueError(f"no numeral: {numeral!r}") from error


def whole(numeral: str) -> int | None:
    """The value of a numeral in Arabic or Chinese digits, its fraction left out; None for what is no numeral."""
    try:
        return int(numeral) if numeral.isdecimal() else int(decimal(numeral))
    except ValueError:
        return None


def count(numeral: str) -> int:
    """The same, with 0 for what is no numeral."""
    return whole(numeral) or 0


def _decimal(numeral: str) -> Decimal:
    integer, _, fraction = numeral.partition("点")
    if fraction:
        return _decimal(integer) + Decimal("0." + _spelled(fraction))
    if not any(char in SIZES for char in integer):
        return Decimal(_spelled(integer))
    total, section, digit, last = 0, 0, 0, 1
    for char in integer:
        if char in DIGITS:
            digit, last = DIGITS[char], 1 if char in "零〇" else last
            continue
        size = SIZES[char]
        if size >= 10_000:
            total, section, digit = (total + section + digit) * size, 0, 0
        else:
            section, digit = section + (digit or 1) * size, 0
        last = size
    if digit and last > 1:
        digit *= last // 10  # 一百二 is 120, 三千六 is 3600
    return Decimal(total + section + digit)


def _spelled(numeral: str) -> str:
    return "".join(str(DIGITS[char]) for char in numeral)
