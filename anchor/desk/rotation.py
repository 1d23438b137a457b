"""Picks the next script and its wording by weight, windows, gaps, the product whose turn it is, and freshness."""

from __future__ import annotations

import datetime
import zlib
import zoneinfo
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from persona.model import Persona, Script
from persona.schedule import Rotated
from persona.times import minute_of_week, open_at
from persona.wordings import nth, say, ways

TRIES = 64
"""ways to say a script that are looked at for one that is fresh"""
HISTORY = 20_000
"""turns remembered, all scripts together; a day of four-second scripts"""


@dataclass(frozen=True, slots=True)
class Pick:
    """A script, and the way to say it."""

    script: str
    way: int


class Rotation:
    """``pick`` gives the next script and counts it as said. Wall time is seconds since 1970, the schedule's own clock, so
    that freshness outlives a restart."""

    def __init__(self, persona: Persona, usable: Callable[[str], bool]) -> None:
        """``usable``: whether a script of this id can be said at all now."""
        self.counts: Counter[str] = Counter()
        self._usable = usable
        self._turns: Counter[str] = Counter()
        self._weights: dict[str, int] = {}
        self._said: dict[str, deque[tuple[int, int]]] = {}
        """(wall second, hash of the words) of each script's turns within the window, oldest first"""
        self._begun: dict[str, float] = {}
        self._product = 0
        self._product_since = 0.0
        self.adopt(persona)

    def adopt(self, persona: Persona) -> None:
        """Another persona: what was said stays said."""
        self._persona, self._schedule = persona, persona.schedule
        self._scripts = {script.id: script for script in persona.scripts}
        self._zone = zoneinfo.ZoneInfo(persona.schedule.zone)
        self._weights = {r.script: self._weights.get(r.script, 0) for r in self._schedule.rotation}

    @property
    def product(self) -> str | None:
        """The product in turn, where products are shown one after the other."""
        names = self._schedule.products
        return names[self._product % len(names)] if names else None

    def next_product(self, wall: float) -> str | None:
        """Go on to the next product now."""
        self._product, self._product_since = self._product + 1, wall
        return self.product

    def pick(self, wall: float) -> Pick | None:
        """What to say next; None only if no script of the rotation can be said."""
        if self._product_since == 0.0 or self._product_since > wall + 60:
            self._product_since = wall
        if self._schedule.products and wall - self._product_since >= self._schedule.dwell:
            self.next_product(wall)
        rotation = [r for r in self._schedule.rotation if self._usable(r.script)]
        fit = [r for r in rotation if self._open(r, wall) and self._of_product(r)]
        rested = [r for r in fit if not -60 < wall - self._begun.get(r.script, -1e12) < r.gap]
        for among, shortfall in ((rested, ""), (fit, "gap not kept"), (rotation, "out of its window")):
            fresh = [(r, way) for r in among if (way := self._fresh_way(r.script, wall)) is not None]
            if fresh:
                chosen = self._weighted([r for r, _ in fresh])
                return self._begin(chosen, dict((r.script, way) for r, way in fresh)[chosen], wall, shortfall)
        for among in (rested, fit, rotation):
            if among:  # everything has been said: rather again than silence, the longest ago first
                oldest = min(among, key=lambda r: self._begun.get(r.script, 0.0)).script
                return self._begin(oldest, self._way(oldest, 0), wall, "said again within the window")
        return None

    def begin(self, script: str, wall: float) -> Pick:
        """A script that begins by the clock or by order, in fresh words if there are any."""
        way = self._fresh_way(script, wall)
        return self._begin(
            script,
            self._way(script, 0) if way is None else way,
            wall,
            "" if way is not None else "said again within the window",
        )

    def saying(self, script: str, wall: float) -> None:
        """The turn of a script that was begun last is on air still: the window counts from its end."""
        self._begun[script] = wall
        if times := self._said.get(script):
            times[-1] = (int(wall) + 1, times[-1][1])

    def state(self) -> dict[str, Any]:
        return {
            "turns": dict(self._turns), "weights": self._weights, "begun": self._begun, "product": self._product,
            "since": self._product_since, "said": {name: [list(turn) for turn in times] for name, times in self._said.items()},
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        self._turns = Counter({str(k): int(v) for k, v in state["turns"].items()})
        self._weights |= {k: int(v) for k, v in state["weights"].items() if k in self._weights}
        self._begun = {str(k): float(v) for k, v in state["begun"].items()}
        self._product, self._product_since = int(state["product"]), float(state["since"])
        self._said = {str(k): deque((int(a), int(b)) for a, b in times) for k, times in state["said"].items()}

    def _begin(self, script: str, way: int, wall: float, shortfall: str) -> Pick:
        if shortfall:
            self.counts[shortfall] += 1
        self._turns[script] += 1
        self._begun[script] = wall
        if self._schedule.fresh:
            self._said.setdefault(script, deque(maxlen=HISTORY)).append((int(wall), self._hash(script, way)))
        return Pick(script, way)

    def _weighted(self, among: Iterable[Rotated]) -> str:
        """Smooth weighted turns: each gets its share, spread out evenly."""
        rotated = list(among)
        for r in rotated:
            self._weights[r.script] += r.weight
        best = max(rotated, key=lambda r: self._weights[r.script])
        self._weights[best.script] -= sum(r.weight for r in rotated)
        return best.script

    def _open(self, rotated: Rotated, wall: float) -> bool:
        if rotated.between is None and not rotated.days:
            return True
        return open_at(rotated, minute_of_week(datetime.datetime.fromtimestamp(wall, self._zone)))

    def _of_product(self, rotated: Rotated) -> bool:
        return self.product is None or self._scripts[rotated.script].product in (None, self.product)

    def _way(self, script: str, ahead: int) -> int:
        return nth(self._turns[script] + ahead, ways(self._scripts[script].lines))

    def _fresh_way(self, script: str, wall: float) -> int | None:
        """The next way to say it that was not used within the window, if there is one."""
        if not self._schedule.fresh:
            return self._way(script, 0)
        times = self._said.get(script, deque())
        while times and not 0 <= wall - times[0][0] + 60 < self._schedule.fresh + 60:
            times.popleft()  # too long ago, or said in the future, by a clock that was wrong
        if not times:
            return self._way(script, 0)
        used = {words for _, words in times}
        for ahead in range(min(TRIES + len(used), ways(self._scripts[script].lines))):
            way = self._way(script, ahead)
            if self._hash(script, way) not in used:
                return way
        return None

    def _hash(self, script: str, way: int) -> int:
        return words_hash(self._scripts[script], way)


def words_hash(script: Script, way: int) -> int:
    """Of the words of a script said in one way; placeholders as they are, so that a new price makes nothing fresh."""
    return zlib.crc32("\n".join(say(script.lines, way)).encode())
