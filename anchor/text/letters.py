"""Text as it is compared: letters alone, simplified, plain and small, each with its place in what was written."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.pinyin_dict import pinyin_dict

from persona.numerals import FORMAL

EMOTE = re.compile(
    r"\[(?!\d+\])[^\[\]\s|]{1,12}\]|(?<![A-Za-z0-9/])/(?:呲牙|玫瑰|微笑|强|鼓掌|爱心|可爱|大笑|捂脸|流泪|抱拳|赞|握手|偷笑|得意|害羞|酷|抓狂|愉快|白眼|惊恐|奋斗|疑问|晕|衰|坏笑|色)|(?<![\w:]):[a-z][a-z0-9_\-]{1,40}:(?![\w:])"
    "|[\U0001f000-\U0001faff\u2600-\u27bf\u2190-\u21ff\u2b00-\u2bff\u3030\u303d\u3297\u3299\u20e3\ufe0f\u200d\U000e0020-\U000e007f]+",
    re.I,
)
"""emoji, and their codes on platforms: [赞], :thumbsup:"""
_CLAUSE = "，。！？；：,.!?;:…\n"
_SIMPLIFIED = OpenCC("t2s")
_CACHED = 8192


@dataclass(frozen=True, slots=True)
class Folded:
    """``letters`` without what stands between them; ``places`` has the index of each in the text as written."""

    letters: str
    places: tuple[int, ...]
    breaks: frozenset[int]
    """letters before which a comma or full stop stands"""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the written text that holds letters ``start`` to ``end``."""
        return self.places[start], self.places[end - 1] + 1

    def torn(self, start: int, end: int) -> bool:
        """Whether a clause ends among these letters, unless marks stand between all of them (最.佳), which is a trick."""
        inner = [i for i in range(start + 1, end) if i in self.breaks]
        return bool(inner) and len(inner) < max(1, (end - start - 1 + 1) // 2)


def fold(text: str) -> Folded:
    letters: list[str] = []
    places: list[int] = []
    breaks: set[int] = set()
    broken = False
    for i, char in enumerate(text):
        plain = _plain(char)
        if plain:
            if broken and letters:
                breaks.add(len(letters))
            letters.append(plain)
            places += [i] * len(plain)
        broken = not plain and (broken or char in _CLAUSE)
    return Folded("".join(letters), tuple(places), frozenset(breaks))


def key(text: str) -> str:
    """What two texts must share to be the same question: letters, with repeats and small words at the end folded."""
    letters = re.sub(r"(.)\1{2,}", r"\1", fold(text).letters)
    return (
        re.sub(
            r"(?:呢|呀|啊|吗|嘛|哦|哈|吧|请问|主播|小姐姐|老板|亲)+$",
            "",
            re.sub(r"^(?:主播|请问|老板|小姐姐|亲|你好|哈喽|那个)+", "", letters),
        )
        or letters
    )


def grams(letters: str) -> frozenset[str]:
    """Single characters and pairs, the size at which Chinese questions differ."""
    return frozenset(letters) | frozenset(letters[i : i + 2] for i in range(len(letters) - 1))


@functools.lru_cache(_CACHED)
def _plain(char: str) -> str:
    """Its letters, simplified and small; empty for whatever is no letter and no digit."""
    form = unicodedata.normalize("NFKC", char).lower()
    return "".join(_SIMPLIFIED.convert(c) for c in form if c.isalnum()).translate(FORMAL)


@functools.lru_cache(_CACHED)
def syllable(char: str) -> str:
    """A Chinese letter's commonest pinyin without its tone; the character itself for others."""
    if ord(char) not in pinyin_dict:
        return char
    return lazy_pinyin(char, Style.NORMAL)[0]


@functools.cache
def syllables() -> frozenset[str]:
    """All that can be written in pinyin."""
    sounds = {sound for several in pinyin_dict.values() for sound in several.split(",")}
    return frozenset(to_normal(sound) for sound in sounds if sound.isalpha())


@functools.lru_cache(_CACHED)
def spelled(run: str) -> tuple[str, ...] | None:
    """A run of Latin letters as syllables of pinyin, or None if it is none: zuidijia is zui di jia."""
    known = syllables()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            if (
                before is not None
                and run[start:end] in known
                and (best[end] is None or len(before) + 1 < len(best[end] or ()))
            ):
                best[end] = (*before, run[start:end])
    return best[len(run)]
