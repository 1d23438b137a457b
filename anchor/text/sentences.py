"""Splits text, whole or streamed, into sentences: yields the first clause early, never cuts decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HARD = "。！？!?…\n"
_SOFT = "，,；;：:、~"
_CLOSING = "”』」)）'\""
_ABBREVIATION = re.compile(r"\b(Mr|Mrs|Ms|Dr|No|vs|etc|e\.g|i\.e)\.$")
FIRST, SOFT, LONGEST = 6, 18, 60


class Splitter:
    """Feed pieces with :meth:`push`; one character of look-ahead tells 3.5 from the end of a sentence.

    ``first``: the least length of a first clause that is split off at a soft mark, 0 to split at full stops only.
    """

    def __init__(self, first: int = FIRST, soft: int = SOFT) -> None:
        self._text = ""
        self._first, self._soft = first, soft
        self._count = 0

    def push(self, piece: str) -> list[str]:
        """The sentences that are complete by now."""
        self._text += piece
        pieces = []
        while (end := self._end()) is not None:
            sentence, self._text = self._text[:end].strip(), self._text[end:]
            if sentence:
                pieces.append(sentence)
                self._count += 1
        return pieces

    def flush(self) -> list[str]:
        """What is left."""
        rest, self._text = self._text.strip(), ""
        return [rest] if rest else []

    def _end(self) -> int | None:
        text = self._text
        soft = self._first if self._count == 0 else self._soft
        for i, char in enumerate(text[:-1]):
            after = text[i + 1]
            if char in _HARD:
                if after not in _HARD + _CLOSING:
                    return i + 1
            elif char in _CLOSING and i and text[i - 1] in _HARD and after not in _HARD + _CLOSING:
                return i + 1
            elif char == "." and after.isspace() and not _ABBREVIATION.search(text[: i + 1]):
                return i + 1
            elif self._first and char in _SOFT and i + 1 >= soft and not (char in ",:" and after.isdigit()):
                return i + 1
        if len(text) <= LONGEST * 2:
            return None
        # no end in sight: at the last mark or space that still fits, and only without one in mid-word
        breaks = [i + 1 for i, char in enumerate(text[: LONGEST * 2]) if char in _SOFT or char.isspace()]
        return breaks[-1] if breaks and breaks[-1] > FIRST else LONGEST


def joined(parts: Iterable[str]) -> str:
    """Sentences as one text, with a space between English ones."""
    text = ""
    for part in parts:
        text += (" " if text[-1:].isascii() and part[:1].isascii() and text else "") + part
    return text


def sentences(text: str) -> list[str]:
    """The sentences of a whole text."""
    splitter = Splitter(first=0)
    return splitter.push(text) + splitter.flush()
