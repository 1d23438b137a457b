"""The "did you mean" of every message. Standard library only."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

CUTOFF = 0.6


def similar(word: str, known: Iterable[str], cutoff: float = CUTOFF) -> str:
    """The known word that is most like another; empty when none is."""
    return next(iter(difflib.get_close_matches(word, list(known), 1, cutoff)), "")


def hint(word: str, known: Iterable[str], cutoff: float = CUTOFF) -> str:
    """``; did you mean …?``, to be put behind a message; empty when no known word is like it."""
    close = similar(word, known, cutoff)
    return f"; did you mean {close}?" if close else ""


def unknown(kind: str, word: str, known: Iterable[str]) -> str:
    """``no voice is called 'espaek'; did you mean espeak?``, or all that there are where none is like it."""
    there = sorted(known)
    return f"no {kind} is called {word!r}" + (hint(word, there) or f" (there are {', '.join(there) or 'none'})")
