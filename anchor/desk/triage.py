"""Turns one chat event into a cue, or into a reason why not, by pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from anchor.guard.terms import Reading
from anchor.text.letters import EMOTE, fold, key
from anchor.types import PRIORITY, Cue, Ref
from persona.model import Rules
from streams.types import ChatEvent

PAID_SECONDS = 300.0
"""who has paid is answered even late"""
_MONEY = re.compile(r"[¥￥💰💴💵🤑][^?？]*[?？]")
"""asks for the price"""
_TO_ANOTHER = re.compile(r"^\s*[@＠]\s*\S+")
_TO_ANCHOR = re.compile(r"[@＠]\s*(?:主播|小助手|anchor|host)", re.I)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about an event beside itself."""

    about_goods: bool = False
    """the catalogue knows something about it, or it asks whether a human speaks"""
    buyer: bool = False
    """the viewer has ordered here"""
    who: str = ""
    product: str | None = None
    """the product that the words name, or the one on screen"""
    anchor: str = ""
    """the anchor's name, which may be called"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``cue`` is None when nothing will be said; ``reason`` is the name under which the event is counted."""

    cue: Cue | None
    reason: str


def judge(event: ChatEvent, reading: Reading, standing: Standing, rules: Rules, now: float) -> Verdict:
    """What a comment deserves: paid ones are heard unless they are foul, noise is not."""
    paid = event.value > 0
    if reading.drop:
        return Verdict(None, reading.drop)
    if (noise := _noise(event.text, standing.anchor)) and not (paid and fold(event.text).letters):
        return Verdict(None, noise)
    if not _says_something(reading.text):
        return Verdict(None, "only private")
    tier = "chat"
    if paid:
        tier = "paid"
    elif standing.about_goods and not reading.injection:
        tier = "buyer" if standing.buyer else "question"
    life = PAID_SECONDS if paid else rules.stale_after
    cue = Cue(Ref("chat", event.key).cue, tier, reading.text, PRIORITY[tier], now, now + life, event.viewer, standing.who, event.room,
              standing.product, injection=reading.injection)  # fmt: skip
    return Verdict(cue, tier)


def _noise(text: str, anchor: str) -> str:
    """Why a comment needs no answer, whoever wrote it."""
    letters = fold(EMOTE.sub(" ", text)).letters
    if letters == "价" or (not letters and _MONEY.search(text)):
        return ""
    if not letters:
        return "no words"
    if (
        letters.isdigit()
        or len(set(letters)) == 1
        or re.fullmatch(
            r"(?:哈|呵|嘿|嘻|啊|哦|嗯|6|扣|1|h|a|w|z|d){2,}|[x啊哈]{3,}|扣1|xswl|xs|lol|lmao|hahaha+|233+|awsl|yyds|tql|nb|zqsg|xdm|jms|kswl|dd|ok|滴滴|绝绝子|爱了爱了|打卡|签到|路过(?:看看)?|随便(?:看看|逛逛)|进?来看看|前排|沙发|来了|好的|收到|拍了|已拍",
            letters,
        )
    ):
        return "chatter"
    if len(letters) > 12 and len(set(letters)) * 4 <= len(letters) and not letters.isascii():
        return "spam"
    for size in range(2, len(letters) // 3 + 1):
        if len(letters) >= 9 and letters == (letters[:size] * (len(letters) // size + 1))[: len(letters)]:
            return "spam"
    named = anchor and fold(anchor).letters in letters
    if _TO_ANOTHER.match(text) and not _TO_ANCHOR.search(text) and not named:
        return "to another viewer"
    return ""


def _says_something(text: str) -> bool:
    """Whether words are left when what is private is gone."""
    return bool(key(text.replace("***", "")))
