"""The show's scripts as a list of sentences with two positions: the next to be given out, the next to be heard.

A script that is interrupted goes on at its exact sentence afterwards, since the row is split there and joined again.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from anchor.desk.rotation import Pick, Rotation
from anchor.text.sentences import sentences
from anchor.types import Ref
from persona.fill import BadPlaceholder, fill
from persona.model import Persona
from persona.wordings import say

PLANNED = 16
"""parts of scripts that may wait for their end; what is interrupted more often than that is given up, the oldest first"""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a script; ``ref`` names it in reports."""

    ref: Ref
    text: str
    product: str | None


@dataclass(slots=True)
class _Span:
    """A part of one turn of a script: sentences ``start`` to ``end`` (exclusive)."""

    turn: int
    script: str
    way: int
    mark: int
    """of the script as it was written, to see whether it has been edited"""
    of: int
    """sentences of the whole script"""
    start: int
    end: int
    ordered: bool = False
    """by the clock or the operator, not by the rotation"""

    @property
    def waits(self) -> bool:
        """Whether it was ordered and has not begun."""
        return self.ordered and self.start == 0

    @property
    def id(self) -> str:
        """of a Ref of kind script"""
        return f"{self.script}:{self.turn}"

    def holds(self, ref: Ref) -> bool:
        """Whether a sentence belongs to this part."""
        return self.id == ref.id and self.start <= ref.seq < self.end


class Rundown:
    """``heard`` moves when the audience has heard a sentence; what was given is ahead of it by what is on its way."""

    def __init__(self, persona: Persona, state: dict[str, Any] | None = None) -> None:
        """``state``: what :meth:`state` returned in an earlier life. Raises KeyError, TypeError or ValueError for rubbish."""
        self._spans: list[_Span] = []
        self._given = (0, 0)
        """(span, sentence) that is next to be given; the first span holds what is next to be heard"""
        self._heard = 0
        self._turn = 0
        self._lines: dict[tuple[str, int], list[str]] = {}
        self._take(persona)
        self.rotation = Rotation(persona, self._usable)
        if state is not None:
            self.rotation.restore(state["rotation"])
            self._turn = int(state["turn"])
            self._spans = [_Span(**span) for span in state["spans"]]
            self._heard = int(state["heard"])
            self._keep_what_fits()
            self.rewind()

    def state(self) -> dict[str, Any]:
        return {
            "rotation": self.rotation.state(), "turn": self._turn, "spans": [asdict(span) for span in self._spans],
            "heard": self._heard,
        }  # fmt: skip

    def adopt(self, persona: Persona) -> None:
        """Another persona from the next sentence on. A script goes on where it was, with new facts, unless it was edited."""
        self._take(persona)
        self.rotation.adopt(persona)
        self._keep_what_fits()

    def line(self, wall: float) -> Line | None:
        """The next sentence to give; giving it is :meth:`give`. None if the persona has no script that can be said."""
        while self._given[0] >= len(self._spans):
            pick = self.rotation.pick(wall)
            if pick is None:
                return None
            self._append(pick)
        span, sentence = self._spans[self._given[0]], self._given[1]
        text = self._said(span.script, span.way)[sentence]
        return Line(Ref("script", span.id, sentence), text, self._product(span.script))

    def give(self, wall: float) -> None:
        index, sentence = self._given
        self.rotation.saying(self._spans[index].script, wall)
        if sentence + 1 < self._spans[index].end:
            self._given = index, sentence + 1
        else:
            after = index + 1
            self._given = after, self._spans[after].start if after < len(self._spans) else 0

    @property
    def left_off(self) -> bool:
        """Whether the next sentence is not the first of its script."""
        index, sentence = self._given
        return index < len(self._spans) and sentence > 0

    @property
    def next_product(self) -> str | None:
        """What the next sentence is about, if it is known by now."""
        index = self._given[0]
        return self._product(self._spans[index].script) if index < len(self._spans) else None

    def begin(self, script: str, wall: float) -> bool:
        """Put a whole script in before the next sentence. False if it cannot be said; one that is being said goes on."""
        if not self._usable(script):
            return False
        if any(span.script == script for span in self._spans[self._given[0] :]):
            return True
        self._insert(self.rotation.begin(script, wall))
        return True

    def skip(self) -> None:
        """Give up what is left of the scripts begun: the next sentence is that of a new one, or of one that waits to begin."""
        index, sentence = self._given
        self._spans[index + 1 :] = [span for span in self._spans[index + 1 :] if span.waits]
        if index < len(self._spans):
            span = self._spans[index]
            if sentence > span.start:
                span.end = sentence
                self._given = index + 1, 0
            elif not span.waits:
                del self._spans[index]
                self._given = index, 0
        self._settle()

    def report(self, ref: Ref) -> None:
        """A sentence was heard to its end; one that was given up in the meantime changes nothing."""
        for index, span in enumerate(self._spans):
            if span.holds(ref) and (index, ref.seq) >= (0, self._heard):
                at = (index, ref.seq + 1) if ref.seq + 1 < span.end else (index + 1, self._start(index + 1))
                self._move_heard(*at)
                return

    def take_back(self, ref: Ref) -> None:
        """A given sentence never got out: it is the next one again."""
        for index, span in enumerate(self._spans):
            if span.holds(ref) and (0, self._heard) <= (index, ref.seq) < self._given:
                self._given = index, ref.seq

    def rewind(self) -> None:
        """What was given but not heard will be given again."""
        self._given = 0, self._heard

    def text(self, ref: Ref) -> str:
        """The words of a sentence; empty if it is not known any more."""
        for span in self._spans:
            if span.id == ref.id and ref.seq < len(words := self._said(span.script, span.way)):
                return words[ref.seq]
        return ""

    def _take(self, persona: Persona) -> None:
        self._persona = persona
        self._scripts = {script.id: script for script in persona.scripts}
        self._marks = {s.id: zlib.crc32("\n".join((s.product or "", *s.lines)).encode()) for s in persona.scripts}
        self._lines = {}

    def _said(self, script: str, way: int) -> list[str]:
        """The sentences of a script said in one way."""
        if (script, way) not in self._lines:
            while len(self._lines) > 4 * PLANNED:
                del self._lines[next(iter(self._lines))]
            lines = say(self._scripts[script].lines, way)
            self._lines[script, way] = [s for line in lines for s in sentences(fill(line, self._persona))]
        return self._lines[script, way]

    def _usable(self, script: str) -> bool:
        """Whether it exists, and every placeholder in it has a value."""
        try:
            return script in self._scripts and bool(self._said(script, 0))
        except BadPlaceholder:
            return False

    def _product(self, script: str) -> str | None:
        return self._scripts[script].product or self.rotation.product

    def _append(self, pick: Pick) -> None:
        self._spans.append(self._whole(pick))
        if len(self._spans) == 1:
            self._heard = 0
        if self._given[0] == len(self._spans) - 1:
            self._given = len(self._spans) - 1, 0

    def _whole(self, pick: Pick) -> _Span:
        self._turn += 1
        count = len(self._said(pick.script, pick.way))
        return _Span(self._turn - 1, pick.script, pick.way, self._marks[pick.script], count, 0, count)

    def _insert(self, pick: Pick) -> None:
        index, sentence = self._given
        new = replace(self._whole(pick), ordered=True)
        if index < len(self._spans) and sentence > self._spans[index].start:
            span = self._spans[index]
            rest = replace(span, start=sentence)
            span.end = sentence
            self._spans[index + 1 : index + 1] = [new, rest]
            self._given = index + 1, 0
            self._settle()
        else:
            self._spans.insert(index, new)
            self._given = index, 0
            if index == 0:
                self._heard = 0
        while len(self._spans) > PLANNED + self._given[0]:
            self._spans.pop()

    def _start(self, index: int) -> int:
        return self._spans[index].start if index < len(self._spans) else 0

    def _move_heard(self, index: int, sentence: int) -> None:
        del self._spans[:index]
        self._heard = sentence
        self._given = max((self._given[0] - index, self._given[1]), (0, sentence))

    def _keep_what_fits(self) -> None:
        """Drop the parts that the persona has in these words no more. What is on its way stays on its way."""
        index, sentence = self._given
        kept: list[_Span] = []
        heard, given = -1, (-1, 0)
        for i, span in enumerate(self._spans):
            fits = self._fits(span)
            if i >= index and given[0] < 0 and fits:
                given = len(kept), sentence if i == index and span.start <= sentence < span.end else span.start
            if i == 0 and fits and span.start <= self._heard < span.end:
                heard = self._heard
            if fits:
                kept.append(span)
        self._spans = kept
        self._heard = heard if heard >= 0 else self._start(0)
        self._given = max(given, (0, self._heard)) if given[0] >= 0 else (len(kept), 0)

    def _fits(self, span: _Span) -> bool:
        if self._marks.get(span.script) != span.mark or not self._usable(span.script):
            return False
        return 0 <= span.start < span.end <= span.of == len(self._said(span.script, span.way))

    def _settle(self) -> None:
        """After a row was changed: parts at its front that were heard to their end are over."""
        while self._spans and self._heard >= self._spans[0].end:
            del self._spans[0]
            self._heard = self._start(0)
            self._given = max(0, self._given[0] - 1), self._given[1]
        if not self._spans:
            self._given, self._heard = (0, 0), 0
        elif self._heard < self._spans[0].start:
            self._heard = self._spans[0].start

    def planned(self) -> Iterator[str]:
        """The scripts that are begun or wait to go on."""
        return (span.script for span in self._spans)
