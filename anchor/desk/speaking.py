"""Answers, thanks and orders under way: what of them was given to the voice, and what was heard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from anchor.desk.intake import nameless
from anchor.types import Cue

MOST = 16
"""under way at once; beyond that the one that would be finished last is given up"""


@dataclass(slots=True)
class Turn:
    """What is said to one cue; ``given`` and ``heard`` count its sentences."""

    cue: Cue
    sentences: list[str]
    product: str | None
    source: str
    given: int = 0
    heard: int = 0
    unsaid: list[int] = field(default_factory=list)
    """sentences that could not be said by any means"""
    moods: list[str] = field(default_factory=list)
    """of each sentence; empty for what its words say"""
    open: bool = False
    """more sentences may come"""

    @property
    def kind(self) -> str:
        return {"thanks": "thanks", "operator": "operator"}.get(self.cue.source, "answer")

    @property
    def plain(self) -> list[str]:
        """The sentences as they may be written down."""
        return [self.cue.plain] if self.cue.plain else self.sentences

    def mood(self, seq: int) -> str:
        return self.moods[seq] if seq < len(self.moods) else ""

    @property
    def left(self) -> bool:
        """Whether sentences wait to be given, or will."""
        return self.open or self.given < len(self.sentences)


class Speaking:
    """In the order in which they are said: the operator's words before what they interrupt, others behind what is
    still on its way. Each leaves when it was heard to its end."""

    def __init__(self) -> None:
        self._speeches: list[Turn] = []

    def begin(self, speech: Turn) -> None:
        if speech.kind == "operator":
            self._speeches.insert(0, speech)
        else:
            self._speeches.append(speech)
        del self._speeches[MOST:]

    @property
    def current(self) -> Turn | None:
        """What goes on next."""
        return next((speech for speech in self._speeches if speech.left), None)

    @property
    def ordering(self) -> bool:
        """Whether the operator's words are on their way."""
        return any(speech.kind == "operator" for speech in self._speeches)

    def heard(self, cue: str, seq: int, said: bool = True) -> Turn | None:
        """A sentence was heard, or given up; returns the speech whose last one it was."""
        speech = self._find(cue)
        if speech is None:
            return None
        speech.heard = max(speech.heard, seq + 1)
        if not said:
            speech.unsaid.append(seq)
        speech.given = max(speech.given, speech.heard)
        return self._ended(speech)

    def close(self, cue: str) -> Turn | None:
        """No more sentences will come; returns the speech if it has been heard to its end by now."""
        speech = self._find(cue)
        if speech is None:
            return None
        speech.open = False
        return self._ended(speech)

    def _ended(self, speech: Turn) -> Turn | None:
        if speech.open or speech.heard < len(speech.sentences):
            return None
        self._speeches.remove(speech)
        return speech

    def take_back(self, cue: str, seq: int) -> None:
        """A given sentence never got out."""
        speech = self._find(cue)
        if speech is not None:
            speech.given = min(speech.given, seq)

    def rewind(self) -> None:
        """What was given but not heard is given again."""
        for speech in self._speeches:
            speech.given = speech.heard

    def reconsider(self, wrong: Callable[[str, bool], str]) -> list[Cue]:
        """Facts have changed: answers of which nobody has heard anything are asked again (their cues are returned), the rest
        of others is left out, and so are words of the operator that have become ``wrong``."""
        again = [s.cue for s in self._speeches if s.kind == "answer" and s.given == 0]
        self._speeches = [s for s in self._speeches if s.kind != "answer" or s.given > 0]
        for speech in self._speeches:
            late = speech.sentences[speech.given :]
            if speech.kind == "answer" or (speech.kind == "operator" and wrong(" ".join(late), speech.cue.forced)):
                del speech.sentences[speech.given :]
            speech.open = False
        self._speeches = [s for s in self._speeches if s.heard < len(s.sentences)]
        return again

    def forget(self, who: str) -> None:
        """A viewer who wants to be forgotten is answered to the end, and not remembered for it."""
        for speech in self._speeches:
            if who and speech.cue.who == who:
                speech.cue = replace(speech.cue, who="", viewer="")

    def text(self, cue: str, seq: int) -> str:
        """A sentence under way by its name in reports, as it may be written down; empty for others."""
        speech = self._find(cue)
        return speech.plain[seq] if speech is not None and seq < len(speech.plain) else ""

    def knows(self, cue: str) -> bool:
        return self._find(cue) is not None

    def state(self) -> list[dict[str, Any]]:
        """As JSON values, without anybody's name."""
        return [{**asdict(s), "cue": nameless(s.cue), "sentences": s.plain, "open": False} for s in self._speeches]

    def restore(self, state: list[dict[str, Any]]) -> None:
        speeches = [Turn(**{**entry, "cue": Cue(**entry["cue"]), "given": entry["heard"]}) for entry in state]
        # an answer that was still growing, and all of which was heard, has ended with its brain
        self._speeches = [speech for speech in speeches if speech.heard < len(speech.sentences)]

    def _find(self, cue: str) -> Turn | None:
        return next((speech for speech in self._speeches if speech.cue.id == cue), None)
