"""Masks viewers' names and words before everybody sees them: no full names, phone numbers or addresses.

It errs on the side of hiding; that something clever gets through cannot be ruled out, so the ticker is off by default.
A text is read by its looks: small plain letters, whatever they were set with, each with its place in the text.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from anchor.guard import contacts, numbers

_HINT = re.compile(
    rf"[a-z0-9]|同[名号昵网微我抖]|名字|昵称|{contacts.DIGIT}[^a-z]{{0,4}}?(?:{contacts.DIGIT}|[号弄栋幢单座室楼层组排])"
)
"""without it nothing is private, as in most comments"""
_TWINS = str.maketrans(
    "аеорсухіѕѵνχοωαι電話號點聯絡線機報軟網郵飛鵝訊搖書紅寶魚綠圍",
    "aeopcyxisvvxowai电话号点联络线机报软网邮飞鹅讯摇书红宝鱼绿围",
)
"""letters of other alphabets that look Latin, and traditional ones of the words for accounts"""
_INVISIBLE = (0xFE0F, 0x20E3, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
"""what turns digits into keycaps, and what stands between letters unseen"""
_FRAMED = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
"""where letters in squares, circles and flags begin"""


def name(viewer: str) -> str:
    """小李 as 小*, Benjamin as B***."""
    viewer = viewer.strip()
    return viewer[:1] + "*" * min(3, len(viewer) - 1) if len(viewer) > 1 else "*" * len(viewer)


def words(text: str) -> str:
    """The text with what is private as ***, and wide letters and circled digits as plain ones."""
    shown, at = "", 0
    for start, end in private(text):
        shown += "".join(map(_plain, text[at:start])) + "***"
        at = end
    return shown + "".join(map(_plain, text[at:]))


def private(text: str) -> list[tuple[int, int]]:
    """Where something private stands in a text."""
    looks = list(map(_look, text))
    look = "".join(looks)
    if not _HINT.search(look):
        return []
    spans: list[tuple[int, int]] = []
    for start, end in sorted([*contacts.spans(look), *numbers.spans(look)]):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    places = [i for i, letters in enumerate(looks) for _ in letters] if spans else []
    return [(places[start], places[end - 1] + 1) for start, end in spans]


@functools.lru_cache(8192)
def _plain(char: str) -> str:
    """Its ASCII form where it has one, but for punctuation, which stays as it was set."""
    form = "" if ord(char) in _INVISIBLE else unicodedata.normalize("NFKC", char)
    return form if form.isascii() and all(c.isalnum() or c in "@./_-()" for c in form) else char


@functools.lru_cache(8192)
def _look(char: str) -> str:
    """Its small plain letters and figures, or itself."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):  # more than the invisible ones: accents and strokes
        return ""
    if char.isspace():
        return " "
    for first in _FRAMED:
        if first <= ord(char) < first + 26:
            return chr(ord(char) - first + ord("a"))
    digit = unicodedata.digit(char, None)  # ➊ and ⒈ too
    form = unicodedata.normalize("NFKC", char).lower() if digit is None else str(digit)
    return form.translate(_TWINS) if all(c.isalnum() or c in "@./_-()+#" for c in form) else char
