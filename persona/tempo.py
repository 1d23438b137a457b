"""How long a text takes to say, without saying it."""

from __future__ import annotations

import re

_CHINESE = re.compile(r"[㐀-鿿]")
_DIGIT = re.compile(r"\d")
_LATIN = re.compile(r"[A-Za-z]+")
_PAUSE = re.compile(r"[，。！？；：、,.!?;:…—]")
SYLLABLE, DIGIT, LETTER, PAUSE, BREATH = 0.22, 0.33, 0.05, 0.27, 0.26
"""seconds, as measured with the built-in voice at rate 1 (docs/decisions/0007)"""


def seconds(text: str, rate: float = 1.0) -> float:
    """An estimate for a voice that speaks ``rate`` times as fast as the built-in one."""
    units = (
        BREATH
        + SYLLABLE * len(_CHINESE.findall(text))
        + DIGIT * len(_DIGIT.findall(text))
        + LETTER * sum(max(2, len(word)) for word in _LATIN.findall(text))
        + PAUSE * len(_PAUSE.findall(text))
    )
    return max(0.4, units / rate)
