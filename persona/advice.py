"""Pydantic's messages about one value, in words that say what to write instead. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_NO_KEYS = re.compile(r"(?P<key>[^\s:：]+)(?P<colon>：\s*|:)(?P<value>\S+)")
_YES, _NO = (
    ("是", "有", "开", "开启", "显示", "要", "对", "真", "yes", "on"),
    ("否", "无", "关", "关闭", "隐藏", "不", "没有", "不要", "假", "no", "off"),
)
_WRITE = {
    "bool": "true or false",
    "int": "a whole number such as 12",
    "decimal": "a number such as 99 or 49.90",
    "float": "a number such as 1.5",
    "datetime": "a date and time such as 2026-11-12T20:00+08:00",
    "dict": "keys and values, such as 快递: 顺丰",
}
"""what to write, by the beginning of the error's type"""


def in_words(item: Any) -> str:
    """One of pydantic's errors as an operator reads it."""
    kind, value = item["type"], item["input"]
    write = next((text for name, text in _WRITE.items() if kind.startswith(name + "_")), "")
    if kind == "missing":
        return "is missing"
    if value is None and (write or kind == "string_type"):
        return f"is empty: write {write or 'a text'}"
    if kind == "string_type":
        return _no_text(value)
    if kind == "string_pattern_mismatch":
        return "has no letter and no digit" if r"\w" in item["msg"] else _NO_ID
    if kind in ("too_short", "string_too_short") and value in ("", (), []):
        return "is empty: write at least one character" if value == "" else "is empty: write at least one entry"
    if kind == "timezone_aware":
        return f"has no time zone: write {_moment(value)}+08:00, or the zone that it is meant in"
    if kind == "dict_type":
        return f"should be {_WRITE['dict']}{_no_keys(value)}"
    if kind.startswith("bool_") and isinstance(value, str):
        means = "true" if value in _YES else "false" if value in _NO else "true or false"
        return f"{value!r} is neither true nor false: write {means}"
    message = str(item["msg"]).removeprefix("Value error, ").replace("Input should be", "should be")
    if not write or kind.startswith("value_error"):
        return message
    message = message.partition(", ")[0]  # what pydantic tried
    return f"{message}: write {write}" if write not in message else message


ITSELF = "stands in itself: delete one of the lines {0}: and move what is below it to the left"
_NO_ID = "an id has letters from A to Z, digits, - and _ alone, 40 at most: write one such as pot or beans-2, here and wherever it is named"


def no_list(value: Any, name: str, keys: Sequence[str]) -> str:
    """What is wrong with a value where a list should be; ``keys`` are those of its entries."""
    first = next(iter(value), "") if isinstance(value, dict) else ""
    if first == name:
        return ITSELF.format(name)
    if first in keys:
        return f"should be a list: a dash is missing before each entry: write - {first}: …"
    if first and keys and isinstance(value[first], dict):
        return f"should be a list: write - {keys[0]}: {first} in place of {first}:"
    if first and keys:
        return f"should be a list: write - {keys[0]}: … for each entry"
    return "should be a list, each entry on a line of its own behind a dash"


def _no_text(value: Any) -> str:
    if isinstance(value, dict):
        return "should be text: what has ': ' in it or begins with { is put into quotes"
    if isinstance(value, list):
        return "should be text: what begins with [ or - is put into quotes"
    return f"should be text: put {str(value).lower()} into quotes"


def _no_keys(value: Any) -> str:
    """What to change where keys and values should be and something else is, as an end of the message."""
    if isinstance(value, list):
        return ": leave out the dashes and brackets, and give each value a key"
    if match := _NO_KEYS.match(value) if isinstance(value, str) else None:
        wrong = "： must be ':' and a blank" if match["colon"].startswith("：") else "a blank is missing behind ':'"
        return f"; {wrong}: write {match['key']}: {match['value']}, and so in each line"
    return ""


def _moment(value: Any) -> str:
    return str(value).strip().replace(" ", "T")
