"""Links and mail in words, however their dots and signs are written, and the ends of sentences that look like links.

All of it reads a text by its looks (:mod:`anchor.guard.privacy`), which are small and plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# c o m, c0m, c.o.m, 康姆
_COM = r"(?:c[\s.。]?[o0哦][\s.。]?m|c\s?n|n\s?e\s?t|o\s?r\s?g|[康抗科]姆)(?![a-z0-9])"
_TOP = (
    rf"(?:{_COM}|(?:m\s?e|io|cc|tv|gg|ly|gl|im|top|xyz|vip|shop|store|site|online|club|info|link|app|live|example|ru|co|uk|biz|mobi|asia"
    r"|ltd|wang|pw|icu|dev|hk|tw|jp|kr|sg)(?![a-z0-9]))"
)
# a name, whole or with blanks between its letters; its length is limited for the time it takes
_LABEL = r"(?:[a-z0-9](?:\s[a-z0-9](?![a-z0-9])){1,20}|[a-z0-9][a-z0-9-]{0,40})"
# what stands for a dot: t点me, t(dot)me, t•me
_DOT = r"\s{0,2}(?:[(\[【（]\s?(?:点|dot|\.)\s?[)\]】）]|点|dot|(?<=\s)dian(?=\s)|[。．·•●‧・∙丶])\s{0,2}"
_DOMAIN = (
    rf"{_LABEL}(?:(?:\.|{_DOT}){_LABEL}){{0,3}}?"
    # "ok。me too" is a sentence
    rf"(?:{_DOT}(?!(?<=。)(?:me|live|link|info)){_TOP}|\.{_TOP}|\s{{0,2}}\.\s{{0,2}}(?:{_COM}|{_TOP}(?=\s?/\s?[a-z0-9])))(?:\s?(?:/|斜杠)\s?[a-z0-9_@?=&#%./+-]+)?"
)
_AT = r"(?:@|[(\[{<（【]\s?(?:@|at|a|艾特)\s?[)\]}>）】]|[艾爱]特|圈\s?a|小老鼠)"
_MAILERS = rf"(?:qq|扣扣|163|126|139|sina|gmail|hotmail|outlook|foxmail|icloud|yahoo|yeah|aliyun|proton(?:mail)?)(?![a-z0-9])(?:{_DOT}{_TOP})?"
_LINKS = re.compile(
    r"h[tx]{2}ps?\s?[:：]\s?//\S+|www\.\S+"
    # "#" and a bare "at" need a domain behind them
    rf"|(?<![\w.+-])[\w.+-]{{1,64}}(?:\s{{0,2}}(?:{_AT}|[#☆*]|(?<=\s)at(?=\s))\s{{0,2}}{_DOMAIN}|\s{{0,2}}{_AT}\s{{0,2}}{_MAILERS}|@[\w-]+(?:\.[\w-]+)*)"
    rf"|(?<![\w.-])(?:[a-z0-9-]+\.)+{_TOP}(?:/\S*)?|(?<![\w.-])(?=\d*[a-z])[a-z0-9-]+\.[a-z]{{2,8}}/[a-z0-9]\S*"
    # 3点 is an hour
    rf"|(?<![a-z0-9-])(?!\d{{1,2}}\s?点){_DOMAIN}",
    re.A,
)

# without one of these there is no link, which saves time for most comments
_LINKED = re.compile(r"[@#☆*.。．·•●‧・∙丶点:：特圈)\]}>】）]|dot|dian|at|小老鼠")

# "is it good.me too" lacks a blank
_SENTENCE = re.compile(r"([a-z]{1,12})\.(me|live|link|info|app|shop|store|club|online|top|im|io|site|co)")
_WORDS = re.compile(
    r"good|hi|hello|hey|ok|okay|yes|yep|yeah|no|nope|nice|great|cool|thanks|thx|wow|lol|please|pls|it|this|"
    r"that|one|too|much|sure|fine|same|love|now|more|here|there|so|cute|pretty|perfect|amazing|true|right|well|"
    r"done|is|are|cheap|haha|omg|bro|sis|today|again|also|wait|sorry|welcome|bye|free|fast|size|price|ship|buy|"
    r"want|need|like|you|us|them"
)
_GOES_ON = re.compile(
    r"\s(?:too|again|either|neither|also|first|next|and|as|or|to|please|pls|now|from|today|tonight|at|is|it|i|the|pickup)(?![a-z0-9])"
)


def spans(look: str) -> Iterator[tuple[int, int]]:
    if not _LINKED.search(look):
        return
    for match in _LINKS.finditer(look):
        sentence = _SENTENCE.fullmatch(match[0])
        if not (sentence and (_WORDS.fullmatch(sentence[1]) or _GOES_ON.match(look, match.end()))):
            yield match.span()
