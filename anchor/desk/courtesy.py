"""Collects gifts, orders, follows, likes and entrants, and thanks or greets several viewers in one sentence."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Literal

from anchor.types import PRIORITY, Cue, Ref
from streams.types import ChatEvent

Kind = Literal["gift", "order", "follow", "enter", "like"]

COMBO_QUIET, COMBO_LONGEST = 5.0, 30.0
"""a combo of gifts is over after so much quiet, and is thanked after so long at the latest"""
EVERY = {"gift": 5.0, "order": 8.0, "follow": 20.0, "enter": 20.0, "like": 120.0}
"""seconds between two sentences of a kind"""
NAMES = 3
"""that are said in one sentence"""
WAITING = 64
"""names of a kind that wait; more are counted, not named"""
LIFE = 60.0

_ZH = {"gift": "谢谢{who}送的{what}！", "order": "感谢{who}下单，我们尽快安排发货！", "follow": "谢谢{who}的关注！", "enter": "欢迎{who}来到直播间！",
       "like": "谢谢大家的点赞！"}  # fmt: skip
_EN = {"gift": "Thank you {who} for the {what}!", "order": "Thank you {who} for your order!", "follow": "Thanks for the follow, {who}!",
       "enter": "Welcome {who}!", "like": "Thank you all for the likes!"}  # fmt: skip


@dataclass(slots=True)
class _Batch:
    names: OrderedDict[str, str] = field(default_factory=OrderedDict)
    """how the named are called, by who they are"""
    others: int = 0
    first: float = 0.0
    last: float = 0.0
    what: dict[str, str] = field(default_factory=dict)
    """gifts, by who sent them"""


class Courtesy:
    """``due`` gives a cue when a batch is ready. The state is bounded: names beyond the limit only count."""

    def __init__(self, language: str, greet: bool, thank: bool) -> None:
        self.adopt(language, greet, thank)
        self._batches: dict[str, _Batch] = {}
        self._said: dict[str, float] = {}
        self._number = 0

    def adopt(self, language: str, greet: bool, thank: bool) -> None:
        """Other rules; what was gathered stays gathered."""
        self._texts = _EN if language.startswith("en") else _ZH
        self._english = language.startswith("en")
        self._kinds = {kind for kind in EVERY if (greet if kind == "enter" else thank)}

    def state(self) -> dict[str, int]:
        """How many of each kind wait for thanks, without their names."""
        return {kind: len(batch.names) + batch.others for kind, batch in self._batches.items()}

    def restore(self, state: dict[str, int]) -> None:
        for kind, count in state.items():
            for _ in range(min(int(count), WAITING)):
                self.again(kind, 0.0)

    def again(self, kind: str, now: float) -> None:
        """One more of a kind, by nobody known."""
        if kind in self._kinds:
            batch = self._batches.setdefault(kind, _Batch(first=now))
            batch.others, batch.last = batch.others + 1, now

    def offer(self, event: ChatEvent, name: str, gift: str, now: float) -> str:
        """Take an event; ``name`` and ``gift`` are fit to be said, or empty. Returns what becomes of it."""
        if event.kind not in self._kinds:
            return f"{event.kind} not answered"
        batch = self._batches.setdefault(event.kind, _Batch(first=now))
        batch.last = now
        key = f"{event.platform}/{event.viewer}"
        known = key in batch.names
        if not known and (not name or len(batch.names) >= WAITING):
            batch.others += 1
            return f"{event.kind} gathered"
        batch.names[key] = name
        if gift:
            batch.what[key] = gift
        return f"{event.kind} {'again' if known else 'gathered'}"

    def due(self, now: float) -> Cue | None:
        """What is to be said now, gifts first; it counts as said."""
        for kind in EVERY:
            batch = self._batches.get(kind)
            if batch is None or kind not in self._kinds or now - self._said.get(kind, -1e9) < EVERY[kind]:
                continue
            if kind == "gift" and now - batch.last < COMBO_QUIET and now - batch.first < COMBO_LONGEST:
                continue
            text, plain = self._sentence(kind, batch)
            self._said[kind] = now
            self._number += 1
            return Cue(
                Ref("thanks", f"{kind}:{now:.2f}:{self._number}").cue,
                "thanks",
                text,
                PRIORITY["thanks"],
                now,
                now + LIFE,
                plain=plain,
            )
        return None

    def forget(self, event_key: str) -> None:
        """A viewer who wants to be forgotten."""
        for batch in self._batches.values():
            batch.names.pop(event_key, None)
            batch.what.pop(event_key, None)

    def __len__(self) -> int:
        return sum(len(batch.names) for batch in self._batches.values())

    def _sentence(self, kind: str, batch: _Batch) -> tuple[str, str]:
        """Says the first names, and the same without names; who is not named now waits for the next time, if there are many."""
        named = [batch.names.popitem(last=False) for _ in range(min(NAMES, len(batch.names)))]
        gifts = list(dict.fromkeys(batch.what.pop(key) for key, _ in named if key in batch.what))
        rest, names = batch.others, [name for _, name in named]
        if batch.names:
            batch.others, batch.first = 0, batch.last
        else:
            del self._batches[kind]
        what = gifts[0] if len(gifts) == 1 and not rest else ("gifts" if self._english else "礼物")
        nobody = self._who([], len(names) + rest)
        return tuple(self._texts[kind].format(who=who, what=what) for who in (self._who(names, rest), nobody))  # type: ignore[return-value]

    def _who(self, names: list[str], others: int) -> str:
        if self._english:
            parts = [*names, *(["everyone"] if others or not names else [])]
            return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
        if not names:
            return "各位朋友" if others > 1 else "这位朋友"
        listed = "、".join(names[:-1]) + ("和" if len(names) > 1 else "") + names[-1]
        return f"{listed}，还有其他朋友" if others else listed
