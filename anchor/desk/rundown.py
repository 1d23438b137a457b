"""The rotation of scripts as one endless row of sentences, with an exact place in it."""

from __future__ import annotations

from dataclasses import dataclass

from anchor.mind.sentences import sentences
from persona.fill import by_id, fill
from persona.model import Persona


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of the show: ``turn`` counts scripts since the very beginning, ``sentence`` within the script."""

    turn: int = 0
    sentence: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a script; ``cue`` and ``seq`` name it in reports."""

    cue: str
    seq: int
    text: str
    product: str | None


class Rundown:
    """``heard`` moves when the audience has heard a sentence; ``given`` is ahead of it by what is on its way."""

    def __init__(self, persona: Persona, place: Place | None = None) -> None:
        products = by_id(persona)
        scripts = {script.id: script for script in persona.scripts}
        self._rotation = [
            (script.id, script.product, [s for line in script.lines for s in sentences(fill(line, products))])
            for script in (scripts[name] for name in persona.schedule.rotation)
        ]
        place = place or Place()
        if place.sentence >= len(self._rotation[place.turn % len(self._rotation)][2]):
            place = Place(place.turn + 1)  # the persona has changed since
        self.heard = self.given = place

    def line(self) -> Line:
        """The next sentence to give; giving it is :meth:`give`."""
        name, product, lines = self._script(self.given.turn)
        return Line(f"script:{name}:{self.given.turn}", self.given.sentence, lines[self.given.sentence], product)

    def give(self) -> None:
        self.given = self._after(self.given)

    def report(self, cue: str, seq: int) -> None:
        """A sentence was heard to its end."""
        turn = int(cue.rsplit(":", 1)[1])
        place = self._after(Place(turn, seq))
        if (place.turn, place.sentence) > (self.heard.turn, self.heard.sentence):
            self.heard = place

    def take_back(self, cue: str, seq: int) -> None:
        """A given sentence never got out: it is the next one again."""
        place = Place(int(cue.rsplit(":", 1)[1]), seq)
        if (place.turn, place.sentence) < (self.given.turn, self.given.sentence):
            self.given = place

    def text(self, cue: str, seq: int) -> str:
        """The words of a sentence by its name in reports; empty if the persona has no such sentence any more."""
        lines = self._script(int(cue.rsplit(":", 1)[1]))[2]
        return lines[seq] if seq < len(lines) else ""

    def rewind(self) -> None:
        """What was given but not heard will be given again."""
        self.given = self.heard

    def _script(self, turn: int) -> tuple[str, str | None, list[str]]:
        return self._rotation[turn % len(self._rotation)]

    def _after(self, place: Place) -> Place:
        if place.sentence + 1 < len(self._script(place.turn)[2]):
            return Place(place.turn, place.sentence + 1)
        return Place(place.turn + 1)
