"""What is remembered of viewers while the show runs: how often they ask, and whether they have bought."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

REMEMBERED = 4096
"""viewers; who was not seen for longest is forgotten first"""
BUYERS = 200
BURST = 2.0
"""questions at once"""


@dataclass(slots=True)
class _Viewer:
    tokens: float = BURST
    at: float = 0.0
    buyer: bool = False
    last: str = ""


class Viewers:
    """By hashed name. ``pause`` is the seconds in which one more question is earned."""

    def __init__(self, pause: float) -> None:
        self.pause = pause
        self._viewers: OrderedDict[str, _Viewer] = OrderedDict()

    def allow(self, who: str, words: str, now: float) -> str:
        """Empty if this viewer may ask this now, else why not; it counts as asked. Viewers without a name are not held."""
        if not who:
            return ""
        viewer = self._viewer(who, now)
        if words and words == viewer.last and viewer.tokens < BURST:
            return "said before"
        if viewer.tokens < 1:
            return "too many"
        viewer.tokens -= 1
        viewer.last = words
        return ""

    def bought(self, who: str, now: float) -> None:
        if who:
            self._viewer(who, now).buyer = True

    def is_buyer(self, who: str) -> bool:
        return who in self._viewers and self._viewers[who].buyer

    def buyers(self) -> list[str]:
        """Who has bought, hashed; the last BUYERS of them."""
        return [who for who, viewer in self._viewers.items() if viewer.buyer][-BUYERS:]

    def forget(self, who: str) -> None:
        self._viewers.pop(who, None)

    def __len__(self) -> int:
        return len(self._viewers)

    def _viewer(self, who: str, now: float) -> _Viewer:
        viewer = self._viewers.setdefault(who, _Viewer(at=now))
        self._viewers.move_to_end(who)
        while len(self._viewers) > REMEMBERED:
            self._viewers.popitem(last=False)
        earned = (now - viewer.at) / self.pause if self.pause > 0 else BURST
        viewer.tokens, viewer.at = min(BURST, viewer.tokens + max(0.0, earned)), max(viewer.at, now)
        return viewer
