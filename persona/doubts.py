"""Finds values that are YAML and seem to say something else: a line cut at ' #', several names in one, a key behind ：."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import yaml

from persona.problem import Place
from persona.yaml_hints import blank_name

_LINES = (
    re.compile(r"scripts\.\d+\.lines\.\d+|faq\.\d+\.answer|faq\.\d+\.ask\.\d+|disclosure\.line|look\.banner|schedule\.countdowns\.\d+\.say|products\.\d+\.points\.\d+"),
    re.compile(r"anchor\.(?:name|character)|disclosure\.label|products\.\d+\.(?:name|aliases\.\d+|facts\..+)|shop\..+|rules\.(?:forbidden|allowed)\.\d+"),
)  # fmt: skip
"""where a # behind a blank is a hashtag, and where only two of them are"""
_NAMES = re.compile(
    r"products\.\d+\.(?:variants\.\d+\.)?aliases\.\d+|faq\.\d+\.ask\.\d+|rules\.(?:forbidden|allowed)\.\d+|schedule\.(?:rotation|products)\.\d+(?:\.script)?|disclosure\.acknowledged\.\d+"
)
_GLUED = re.compile(r"products\.\d+\.(?:aliases\.\d+|variants\.\d+\.aliases\.\d+)|rules\.(?:forbidden|allowed)\.\d+")
"""names and terms that nobody writes with blanks between Chinese words"""
_POINT = re.compile(r"products\.\d+\.points\.\d+")
_LIST = re.compile(
    r"products\.\d+\.(?:aliases|points)|faq\.\d+\.ask|rules\.(?:forbidden|allowed)|schedule\.(?:rotation|products)|scripts\.\d+\.lines|disclosure\.acknowledged"
)
_SEPARATOR = re.compile(r"\s*[，、；;]\s*|(?<=[^\x00-\x7f]),(?=\S)|(?<=\S),(?=[^\x00-\x7f])")
_HASHTAG = re.compile(r" #(?P<word>\S.*)")
_ODD_BLANK = re.compile(r"[\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff]")
_QUOTES = {"“": "”", "‘": "’", "”": "”", "「": "」", "＂": "＂"}
_SWALLOWED = re.compile(r"^(?:-\s*)?(?P<key>[A-Za-z_]\w*|[\u4e00-\u9fff]{1,8})(?P<colon>：|:(?=[^\s/]))")


def value_doubts(node: yaml.ScalarNode, path: Place, lines: Sequence[str], keys: frozenset[str]) -> Iterator[str]:
    """What seems wrong with a plain scalar; ``lines`` are those of its file, ``keys`` those that a persona may have."""
    place = ".".join(map(str, path))
    text, rest = node.value, _rest(node, lines)
    tag = _HASHTAG.fullmatch(rest) or (re.fullmatch(r"\s*#(?P<word>\S.*)", rest) if not text else None)
    if tag and (not text or _is_hashtag(place, tag["word"])):
        yield _commented(text, tag["word"])
    if not text:
        return
    if _LIST.fullmatch(place) and (written := _as_list(text)):
        yield f"one text, and no list: write {written}"
    elif text[0] in _QUOTES and not _quotation(text, place):
        yield f"{text[0]} does not quote in YAML, and is a part of the text: write \" or '"
    yield from _swallowed(node, lines, keys)


def list_doubts(node: yaml.Node, path: Place, alone: bool) -> Iterator[str]:
    """Several names in one entry of a list; ``alone`` says that the list has no other entry."""
    place = ".".join(map(str, path))
    if not isinstance(node, yaml.ScalarNode):
        return
    if not (_NAMES.fullmatch(place) or (alone and _POINT.fullmatch(place))):
        return
    quoted = node.style in ("'", '"')
    if quoted and re.fullmatch(r"rules\.(?:forbidden|allowed)\.\d+", place):
        if len(terms := [part for part in re.split(r"\s*[、;；|]\s*", node.value) if part]) > 1:
            yield f"several words in one entry, which nobody says so: write {', '.join(terms)}, each an entry of its own"
        return
    if quoted and "aliases" not in place:
        return  # the operator means it
    if not quoted and _GLUED.fullmatch(place) and len(words := node.value.split()) > 1 and _all_chinese(words):
        yield f"one entry with blanks in it: write {', '.join(words)}, separated by ', '; quote it if it is one"
        return
    slashes = re.split(r"(?<=[^\x00-\x7f])\s*[/|]\s*(?=[^\x00-\x7f])", node.value) if "aliases" in place else []
    parts = slashes if len(slashes) > 1 else _parts(node.value)
    if len(parts) < 2 or (_POINT.fullmatch(place) and len(parts) < 3):
        return
    mark = next(char for char in node.value if char in "，、；;,/|")
    yield f"one entry with {mark} in it: write {', '.join(parts)}, separated by ', '" + (
        "" if "aliases" in place else "; quote it if it is one"
    )


def second_entry(node: yaml.Node) -> int:
    """Where an entry of a list begins again with its first key, as another entry whose dash is missing; 0 where none does."""
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        return 0
    keys = [key.value if isinstance(key, yaml.ScalarNode) else "" for key, _ in node.value]
    at = next((i for i in range(1, len(keys)) if keys[i] == keys[0]), 0)
    return at if at and (len(set(keys[at:]) & set(keys[:at])) > 1 or keys[0] in ("id", "ask", "platform")) else 0


def meant(text: str, switch: bool, kind: Any) -> str:
    """What to write for a value such as ``no`` and ``0123``, at a place of this type."""
    while typing.get_origin(kind) in (types.UnionType, typing.Union, typing.Annotated):
        kind = typing.get_args(kind)[0]
    number = kind in (int, float, Decimal)
    if switch and number:
        return "a number"
    if number and re.fullmatch(r"[-+]?[0-9.]+", text):
        return format(Decimal(text), "f")
    if switch and kind in (bool, Any):
        return f'true or false, or "{text}"' if kind is Any else "true or false"
    return f'"{text}"'


def odd_blank(key: str) -> str:
    """What is wrong with a key that has a blank in it which only looks like one; empty where nothing is."""
    blank = _ODD_BLANK.search(key)
    return f"{blank_name(blank[0])} stands in the key {key.strip()}: write ASCII blanks" if blank else ""


def _all_chinese(words: Sequence[str]) -> bool:
    return all(re.fullmatch(r"[\u4e00-\u9fff]+", word) for word in words)


def cut_off(pair: tuple[yaml.Node, yaml.Node]) -> bool:
    """Whether a key between braces has no ':', and so is rather a part of a text: ``{answer: 可以, 点购物车}``."""
    key, value = pair
    plain = all(isinstance(node, yaml.ScalarNode) and not node.style for node in pair)
    return (
        plain and not value.value and value.end_mark.index == key.end_mark.index and not re.search("[：:]", key.value)
    )


def whole_text(pairs: Sequence[tuple[yaml.Node, yaml.Node]], at: int) -> str:
    """How to write the text of which the key ``at`` is the second part; empty where no text stands before it."""
    before, text = pairs[at - 1]
    if at < 1 or not isinstance(text, yaml.ScalarNode) or text.style or not text.value:
        return ""
    end = next((i for i in range(at, len(pairs)) if not cut_off(pairs[i])), len(pairs))
    parts = [text.value, *(key.value for key, _ in pairs[at:end])]
    return f"a ', ' ends the text before it: write {before.value}: \"{', '.join(parts)}\""


def key_doubts(key: str, value: yaml.Node) -> Iterator[str]:
    """A key that holds its value too: ``price：99`` and ``price:99``."""
    empty = isinstance(value, yaml.ScalarNode) and value.value == "" and not value.style
    if empty and (match := re.match(r"(?P<key>[^：:]+)(?P<colon>[：:])(?P<value>.+)", key)):
        if match["colon"] == "：":
            yield f"： must be ':' and a blank: write {match['key']}: {match['value']}"
        else:
            yield f"a blank is missing behind ':': write {match['key']}: {match['value']}"


def _rest(node: yaml.ScalarNode, lines: Sequence[str]) -> str:
    """What stands behind a scalar on its last line."""
    mark = node.end_mark
    return lines[mark.line][mark.column :] if mark.line < len(lines) else ""


def _commented(text: str, word: str) -> str:
    """A value of which ``text`` is left before the comment ``#word``."""
    if not text and (figure := re.match(r"\d+(?:\.\d+)?(?=\s|$)", word)):
        return f"the text behind '#' is a comment, and nothing is left: write {figure[0]} without #"
    cut = f"' #' is a comment, and only {text!r} is left" if text else "'#' is a comment"
    return f"the text behind {cut}: quote the whole text, or write '# ' before a comment"


def _is_hashtag(place: str, word: str) -> bool:
    spoken, named = (kind.fullmatch(place) is not None for kind in _LINES)
    return spoken or (named and re.match(r"[^#]+#|\d", word) is not None)


def _as_list(text: str) -> str:
    """How a list that was written as one text would be written; empty where it does not look like one."""
    inner = re.sub(r"^[［【]|[］】]$", "", text)
    parts = _parts(inner)
    if len(parts) < 2 and re.fullmatch(r"[^\s,]+(?:\s*,\s*[^\s,]+)+", inner):
        parts = re.split(r"\s*,\s*", inner)
    return f"[{', '.join(parts)}]" if len(parts) > 1 or inner != text else ""


def _quotation(text: str, place: str) -> bool:
    """Whether full-width quotation marks at the beginning of a text are words of it: “好喝”的咖啡."""
    closing = _QUOTES[text[0]]
    whole = text.endswith(closing) and closing not in text[1:-1]
    return closing in text[1:] and not (whole and not _LINES[0].fullmatch(place))


def _parts(text: str) -> list[str]:
    return [part for part in _SEPARATOR.split(text.strip()) if part]


def _swallowed(node: yaml.ScalarNode, lines: Sequence[str], keys: frozenset[str]) -> Iterator[str]:
    """Lines that look like entries of their own and became a part of this text."""
    first, last = node.start_mark.line, node.end_mark.line
    for number in range(first, min(last, len(lines) - 1) + 1):
        text = (lines[number][node.start_mark.column :] if number == first else lines[number]).strip()
        if (
            number == last
            and number != first
            and node.end_mark.column <= len(lines[number]) - len(lines[number].lstrip())
        ):
            break
        if re.match(r"-[^\s\-\d.]", text) and (number > first or last > first or _LISTLIKE.match(text)):
            yield f"a blank is missing behind '-' in {text[:20]!r}: write '- ' before each entry of a list"
            return
        match = _SWALLOWED.match(text)
        if match and (match["key"] in keys):
            wrong = "： must be ':' and a blank" if match["colon"] == "：" else "a blank is missing behind ':'"
            yield f"{wrong}: write {match['key']}: {text[match.end() :].strip()[:20]}"
            return


_LISTLIKE = re.compile(r"-[\u4e00-\u9fff\"'\[{]")
