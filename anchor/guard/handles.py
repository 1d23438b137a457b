"""Accounts after the English name of an app, which may be letters only: my snapchat is lilycoffee.

English has words for what may stand there as well, so that such an account must be long and no word of talk, and stand where
an account does. All of it reads a text by its looks (:mod:`anchor.guard.privacy`), which are small and plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_APP = r"(?<![a-z])(?:insta(?:gram)?|ig|ins|tg|telegram|snap(?:chat)?|whats\s?app|kik|discord|tiktok|facebook|fb|twitter|skype|zalo|viber|messenger|we\s?chat|weibo|douyin|xhs)(?![a-z])"
_WORD = r"[a-z0-9][a-z0-9._-]{4,29}(?![a-z0-9_-])"
_ASKED = r"(?<![a-z])(?:dm|pm|add|follow|find|text|message|msg|search|contact|hmu|reach|chat)(?![a-z])"
_HANDLES = re.compile(
    # DM me on instagram lilycoffee, my tg is lilycoffee
    rf"(?:{_ASKED}\s(?:me\s|us\s)?(?:up\s)?(?:on\s|at\s|via\s|in\s)?(?:my\s)?|(?<![a-z])my\s){_APP}(?:\s(?:id|name|account|handle|username))?"
    rf"[\s:：=,@-]{{1,3}}(?:(?:is|at|as)[\s:：@]{{1,3}})?(?P<asked>{_WORD})"
    # follow abc12345 on instagram, lily8899 on ig
    rf"|{_ASKED}\s(?:me\s)?(?:at\s|as\s)?@?(?P<found>{_WORD})\s(?:on|at|in|via)\s(?:my\s)?{_APP}"
    rf"|(?<![\w.-])(?P<numbered>(?=[a-z._-]{{1,29}}\d)[a-z]{_WORD})\s(?:on|at|in|via)\s(?:my\s)?{_APP}"
    # tg lilycoffee, and nothing more
    rf"|{_APP}[\s:：@]{{1,2}}(?P<bare>{_WORD})(?=\s?(?:$|[^a-z0-9\s'’&/-])|\s(?:thanks|thx|pls|please)(?![a-z]))",
    re.A,
)
_NAMED = re.compile(_APP)
_FIGURED = re.compile(r"[a-z].*[\d_]|[\d_].*[a-z]")
_SHORTEST = {"asked": 6, "found": 7, "numbered": 5, "bare": 8}
"""the letters that an account has at least"""

_ENDING = re.compile(
    r"(?:ing|[tsc]ions?|ments?|ness|[ai]ble|ful|less|ous|ally|edly|ately|ed|ity|ities|ism|ance|ence|ers|ors|ical|body|things?|times?|days?"
    r"|places?|ever|sel(?:f|ves)|ies|ives?|graph(?:s|y)?|phones?|where|wards?|ates?|ites?|ology|ship)$"
)
_TALK = re.compile(
    r"please|thanks|account|instead|directly|whenever|because|before|though|although|tomorrow|tonight|sometime|"
    r"later|again|friends|friend|private|public|online|offline|broken|hidden|beautiful|gorgeous|stories|reels|"
    r"filters|filter|channel|channels|stickers|sticker|support|business|giveaway|giveaways|original|username|"
    r"password|content|aesthetic|together|sometimes|maybe|really|actually|another|people|anyone|someone|"
    r"everyone|profile|picture|pictures|quality|version|seller|sellers|creator|creators|customer|customers|"
    r"everything|anything|nothing|something|without|between|outside|inside|already|thousand|thousands|million|"
    r"hundreds|discount|discounts|coupons|coupon|vouchers|delivery|package|products|product|chinese|english|"
    r"american|japanese|official|download|downloads|desktop|android|windows|browser|website|livestream|streams|"
    r"algorithm|trending|viral|famous|popular|different|perfect|terrible|awesome|excellent|horrible|fantastic|"
    r"important|expensive|cheaper|cheapest|problem|problems|question|questions|comments|comment|message|"
    r"messages|hashtag|hashtags|network|networks|community|server|servers|premium|family|mother|father|sister|"
    r"brother|husband|girlfriend|boyfriend|first|second|currently|suspended|banned|lockedout|shopping|checkout|"
    r"payment|payments|purchase|catalog|catalogue|keyboard|microphone|headphone|headphones|bluetooth|wireless|"
    r"hacked|blocked|locked|working|useless|boring|empty|lovely|the|them|yesterday|whatever|right|there|here|"
    r"about|after|everybody|nobody|myself|yourself|themselves|following|followers"
)


def spans(look: str) -> Iterator[tuple[int, int]]:
    if not _NAMED.search(look):
        return
    for match in _HANDLES.finditer(look):
        kind = match.lastgroup or ""
        handle = match[kind]
        if _FIGURED.search(handle) or (len(handle) >= _SHORTEST[kind] and _uncommon(handle)):
            yield match.span()


def _uncommon(word: str) -> bool:
    """Whether a word is none of talk; one of figures only is a year or a price."""
    return word[0].isalpha() and not _TALK.fullmatch(word.rstrip(".")) and not _ENDING.search(word.rstrip("."))
