"""Every number in a text, however it is written: 99, ９９, 九十九, 一九九, 九点九, 1百2, ninety-nine. Standard library only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from persona.numerals import FORMAL, decimal

DIGIT = "零〇一二三四五六七八九"
PIECE = "个件包套袋瓶盒双对条只张盏支罐箱本份把台部单块桶卷提组打斤"
"""the classifiers of what is sold"""
_SIMPLE = str.maketrans(
    "塊圓價買賣減滿贈個條雙領後優錢萬兩點幣單雞張盞罈現間專屬實殺來鋪拋",
    "块圆价买卖减满赠个条双领后优钱万两点币单鸡张盏坛现间专属实杀来铺抛",
)
_ENGLISH = {
    word: value
    for words, values in (
        ("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", range(1, 20)),
        ("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10)),
        ("hundred thousand", (100, 1000)),
    )
    for word, value in zip(words.split(), values, strict=True)
}  # fmt: skip
_WORD = rf"(?:{'|'.join(sorted(_ENGLISH, key=len, reverse=True))})"
ENGLISH = rf"(?:(?<![a-z]){_WORD}(?:(?:[ -]|\sand\s)+{_WORD})*(?![a-z]))"
"""a number in English words"""
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|[{DIGIT}两十百千万亿几半]+(?:点[{DIGIT}]+)?)"
"""a number in digits or Chinese words, in a larger pattern"""
_TOKEN = re.compile(
    rf"(?P<sized>(?:(?:\d+(?:\.\d+)?|[{DIGIT}两]|点)?[十百千万亿]零?)+(?:[一二三四五六七八九\d](?![十百千万亿]))?(?:点[{DIGIT}]+)?)"
    rf"|(?P<digits>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:[.点]\d+)?|\.\d+)"
    rf"|(?P<spelled>[{DIGIT}幺两]+(?:点[{DIGIT}]+)?)"
    rf"|(?P<english>{ENGLISH})"
)
_SPACED = re.compile(
    rf"(?<![\d.])\d(?:[ \t]+[\d.])+(?!\d)|(?<![\d.])\d{{2,3}}[ \t]+\d(?![\d.])|(?<![\d.])\d{{1,2}}(?:[ \t]+\d{{3}})+(?!\d)"
    rf"|\d[ \t]+\.(?=[ \t]*\d)|\d\.[ \t]+(?=\d)|(?<![{DIGIT}十百千])[{DIGIT}十百千](?:[ \t]+[{DIGIT}十百千])+(?![{DIGIT}十百千])"
)
"""one number with blanks in it: digit by digit (9 9, 九 十 九), before its last digit (29 9), in thousands (1 299). 304 316 are two"""


def _tables() -> Iterator[str]:
    """The sentences of the multiplication table: 三三得九, 五五二十五."""
    for a in range(1, 10):
        for b in range(a, 10):
            tens, ones = divmod(a * b, 10)
            product = f"{DIGIT[tens + 1]}十{DIGIT[ones + 1] if ones else ''}" if tens else f"得{DIGIT[ones + 1]}"
            yield DIGIT[a + 1] + DIGIT[b + 1] + product


BLOT = "·"
"""stands for each letter of an idiom"""
_IDIOMS = re.compile(
    rf"(?<![{DIGIT}十百千点])(?:{'|'.join(sorted(_tables(), key=len, reverse=True))})(?![{DIGIT}十百千])|"
    r"十分(?!钟|之)|万一|千万(?=别|不|要|记|注|小)|一一|百分百|十全十美|千千万|万千|万万|一心一意|三三两两|七七八八|五花八门|四面八方"
    r"|一五一十|数一数二|独一无二|百里挑一|说一不二|举一反三|千篇一律|三心二意|乱七八糟|一清二楚|四通八达|一分钱(?:一分货|都?[不没])"
    r"|一毛不拔|一模一样|五颜六色|(?:万无|百无)一[失]?|三六九等|初一十五|九九归一|百万(?=富翁|粉)"
    r"|九牛一毛|每一?[分毛块]钱(?!以|返|送|减|抵)|百元(?=店|机|户)|一掷千金|一诺千金|千金难买|一文不值|一本万利"
    rf"|(?<![\d{DIGIT}十百千万点])一(?=会|下|起|样|直|定|律|般|些|共|切|旦|向|贯|致|目|并|如|味|概|番|时|同|路|块儿)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and where it stands."""

    value: Decimal
    start: int
    end: int
    written: str
    kind: str
    """sized (一百二), digits, spelled (一九九), english"""


def plain(text: str) -> str:
    """The text in the form that the patterns read: half-width, small letters, simplified, without marks that are not seen."""
    chars = []
    for char in text:
        digit = unicodedata.digit(char, None)
        if unicodedata.category(char) in ("Cf", "Mn", "Me"):
            continue
        chars.append(str(digit) if digit is not None else unicodedata.normalize("NFKC", char))
    joined = "".join(chars).lower().translate(FORMAL).translate(_SIMPLE)
    joined = _SPACED.sub(lambda match: re.sub(r"[ \t]", "", match[0]), joined)
    joined = re.sub(r"(?<=\d)[。·](?=\d)", ".", joined)
    return _IDIOMS.sub(lambda match: BLOT * len(match[0]), joined)


def amounts(text: str) -> Iterator[Amount]:
    """The numbers of a text that :func:`plain` gave."""
    for match in _TOKEN.finditer(text):
        kind, token = str(match.lastgroup), match[0]
        # 九十九一个 is 99 for one, 一百一包 is 100 for one
        if token[-1] == "一" and len(token) > 2 and text[match.end() : match.end() + 1] in tuple(PIECE):
            token = token[:-1]
        if (value := number(token)) is not None:
            yield Amount(value, match.start(), match.start() + len(token), token, kind)


def number(token: str) -> Decimal | None:
    """The value of a number; None for what is none."""
    try:
        if re.fullmatch(r"\d[\d,]*(?:[.点]\d+)?|\.\d+", token):
            return Decimal(token.replace(",", "").replace("点", ".")).normalize()
        if token[0].isascii() and token[0].isalpha():
            return _english(token)
        spelled = re.sub(r"\d", lambda digit: DIGIT.replace("〇", "")[int(digit[0])], token.replace("幺", "一"))
        return decimal(spelled).normalize()
    except (ArithmeticError, ValueError, IndexError):
        return None


def _english(words: str) -> Decimal:
    """ninety-nine as 99, one hundred and five as 105, fifty-nine ninety-nine as 59.99."""
    values = [_ENGLISH[word] for word in re.findall(r"[a-z]+", words) if word in _ENGLISH]
    whole, rest = (sum(values[:2]), values[2:]) if values[0] >= 20 and values[1:2] < [10] else (values[0], values[1:])
    if len(values) > 1 and rest and rest[0] in range(20, 100, 10) and not set(values) & {100, 1000}:
        return (Decimal(whole) + Decimal(sum(rest)) / 100).normalize()
    total = 0
    for value in values:
        total = max(1, total) * value if value >= 100 else total + value
    return Decimal(total).normalize()
