"""Reads how many pieces a question asks for. A number counts only beside a measure word that sells the thing, or behind a verb of
buying: every other number, as in 36档的磨豆机, 双11豆子 or iPhone 16 手机壳, says something else."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from anchor.mind.concepts import kinds
from anchor.text.forms import FORM
from persona.model import Product
from persona.numerals import count

_NUMBER = r"(?<![\d.第每满前限共一二两三四五六七八九十百千])(?P<number>\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]|[俩仨](?![㐀-鿿]))"
MEASURES = "个件条只双张台把包袋瓶套份盒罐支本箱顶组对提副盆株辆部枚桶盏卷板串篮筐扎杯碗束朵枝打片颗粒根"
_ORDERS = frozenset("份件箱提套组单")
"""measure words of whole orders, whatever is in one"""
_CONTAINERS = frozenset("包袋盒瓶罐桶板筐篮")
_BOXES = frozenset("盒桶")
"""containers of smaller ones"""
_INNER = frozenset("片颗粒枚张抽根")
"""measure words of what is inside of something, and never of an order"""
_KINDS = {"条": "裙裤毯巾链烟鱼被带绳毛衣", "张": "床桌椅纸票卡毯膜垫画", "双": "鞋袜套筷靴子", "本": "书册本", "顶": "帽篷帐子", "盏": "灯", "辆": "车", "杯": "茶奶汁铁啡酒水料昔",
          "朵": "花", "束": "花", "株": "苗花草树", "盆": "花草栽", "碗": "面粉粥汤饭"}  # fmt: skip
"""measure words that fit some things alone, by the last character of their names"""
_LOOSE = re.compile(r"\d\s*斤|斤装|单果|大果|个头")
"""goods that are sold by weight: 10个苹果 are no ten boxes"""
_MEASURE = rf"(?P<unit>[{MEASURES}])"
_FORMS = rf"(?:(?:\x01+|{FORM})的?)*"
_WANT = r"(?:我|先|想|就|再|给我|帮我)?(?:要|来|买|拿|拍|订|囤|下单)"
_END = r"(?=\s*(?:$|[,，、。.!！?？~;；+]|一[共起总]|总|再|合计|加起来|拢共|多少|价|怎么卖|几块|几多|什么价|要|能|可以|吗|呢|吧|呀|啊|哦|的话|包邮|和|跟|加|与|还有|\0|便宜|优惠|到手|是多|够|就|算))"
_BARE = r"(?P<bare>[1-9]|1\d|20|[二两三四五六七八九十俩仨])(?![\d十百])"
_BARE_END = _END.replace(r"|\0", "")
"""behind 拍3 no name may follow: in 买16手机壳 the number is of the name"""
_BEFORE = re.compile(
    rf"{_NUMBER}\s*{_MEASURE}?\s*{_FORMS}(?:\d[\w.]{{0,7}}?[㐀-鿿]{{0,2}}的)?(?:这种|那种|这个|那个|这款|那款|你们家?的?)?\s*$"
)
_BEHIND = re.compile(
    rf"\s*{_FORMS}\s*(?:{_WANT}\s*)?{_NUMBER}\s*{_MEASURE}{_END}"
    rf"|\s*{_FORMS}\s*(?:{_WANT}|x|×|\*)\s*{_BARE}{_BARE_END}"
)
_ALONE = re.compile(
    rf"{_NUMBER}\s*{_MEASURE}(?:\s*{_FORMS}){_END}"
    rf"|(?:来|拍|买|拿|下单|囤)\s*{_BARE}{_BARE_END}"
)
_NOT_BOUGHT = re.compile(
    r"(?:(?:买|拍|下|收|订)(?:了|过|到)[^,，。?？]{0,4}|(?:上次|昨天|前天|之前|有|剩|送|赠|减|打|差|少|型号|货号|每人|一人|人手|各))$"
)
"""what stands before a number of pieces that nobody asks the price of"""
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
          "a couple of": 2, "a pair of": 1, "a dozen": 12, "half a dozen": 6}  # fmt: skip
_WORD = rf"(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_PACK = r"(?P<pack>pieces?|packs?|boxes|box|bags?|bottles?|pairs?|sets?|units?|cans?|cups?)"
_ENGLISH_BEFORE = re.compile(
    rf"(?<![\w-])(?:{_WORD}|(?P<number>\d{{1,2}}))(?:\s+{_PACK})?\s+of\s+(?:the |these |those |your )?(?:\d+\w* )?$"
    rf"|(?<![\w-]){_WORD.replace('<word>', '<plain>')}\s+(?:of the |the |more )?(?:{FORM}\s+)?$"
    r"|(?:^|,|\b(?:for|buy|get|order|want|take|need|are|and|have|do|plus))\s*(?P<digits>\d{1,2})\s+$"
)
_ENGLISH_BEHIND = re.compile(
    rf"\s*[,x×*]\s*(?P<number>\d{{1,2}})(?!\w)|,?\s*(?:{_WORD}|(?P<digits>\d{{1,2}}))\s+(?:of them|{_PACK})\b"
)
_ENGLISH_ALONE = re.compile(
    rf"(?<![\w-])(?:{_WORD}|(?P<number>\d{{1,2}}))\s+(?:of (?:them|these|those)|{_PACK})(?!\w)(?! of)"
    rf"|\b(?:for|buy|get|order|take) (?:{_WORD.replace('<word>', '<plain>')}|(?P<digits>\d{{1,2}}))(?=\s*(?:[?.!,]|$|of|please|together))"
)
_DOUBTFUL = re.compile(
    r"\0\s*(?:\d{1,3}|[二两三四五六七八九])(?=\s*(?:\0|[和加跟,，+]|一[共起]|多少|$))|(?:^|[\s,，+和加跟])\d{1,3}\s*(?=\0)|\0(?:e?s)?\s+\d{1,3}(?=\s|$)"
)
"""a number beside a name with no word that tells what it counts"""
_PIECES = re.compile(rf"{_NUMBER}\s*[{MEASURES}](?!人|月|小时|色|颜|孩|口|档|头|钟|尺|码|字|功|角|性)")
_ENGLISH_PIECES = re.compile(rf"(?<![\w-])(?:{_WORD}|\d{{1,2}})\s+{_PACK}\b")
_OWN = re.compile(
    rf"(?<![\d.])(?P<number>\d{{1,4}}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[二两三四五六七八九])"
    rf"(?:\s*(?P<unit>[{MEASURES}片颗粒抽枚根张])(?!月|小时|人|钟)|(?P<bare>)(?=\s*(?:$|[、，,/;；)）】\-]|[不钢]|(?:pro|max|plus|mini|ultra|air|se)\b)))"
)
_PACKED = frozenset(("spec", "net", "count", "pack"))
_PACK_OF = re.compile(r"\b\d+\s*-?\s*(?:packs?|pcs|pieces?|count|ct)\b|\b(?:packs?|set|box) of \d+", re.I)


@dataclass(frozen=True, slots=True)
class Pieces:
    """A number of pieces as it is written; ``unit`` is its measure word, empty behind a verb alone."""

    number: int
    unit: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Counted:
    """``of``: how many of what each name stands for; ``alone``: a number that belongs to no name; ``clear``: no number is left over
    that could count something."""

    of: tuple[Pieces | None, ...]
    alone: Pieces | None
    clear: bool


def read_counts(rest: str, places: Sequence[tuple[int, int]], english: bool) -> Counted:
    """The counts of a folded question ``rest``, in which a mark \\0 stands for each letter of a name, and \\1 for each of a variant;
    ``places`` are those of the names. A number between two names belongs to the one behind it where numbers stand before names (两个壶三包豆子), else to the
    one before it (壶两个豆子三包)."""
    before = [
        _piece((_ENGLISH_BEFORE if english else _BEFORE).search(rest[:start]), 0, rest, rest[end:])
        for start, end in places
    ]
    before = [piece if piece is not None and (piece.unit or english) else None for piece in before]
    behind = [_piece((_ENGLISH_BEHIND if english else _BEHIND).match(rest[end:]), end, rest) for _, end in places]
    owners: dict[int, tuple[int, Pieces]] = {}
    leading = bool(before) and before[0] is not None
    for pieces in (behind, before):
        for n, piece in enumerate(pieces):
            if piece is not None and (piece.start not in owners or leading):
                owners[piece.start] = n, piece
    of: list[Pieces | None] = [None] * len(places)
    for n, piece in owners.values():
        if of[n] is not None:
            return Counted((None,) * len(places), None, False)
        of[n] = piece
    left = [
        piece
        for match in (_ENGLISH_ALONE if english else _ALONE).finditer(rest)
        if (piece := _piece(match, 0, rest)) is not None
        and not any(piece.start < o.end and o.start < piece.end for _, o in owners.values())
    ]
    taken = rest
    for _, piece in owners.values():
        taken = taken[: piece.start] + " " * (piece.end - piece.start) + taken[piece.end :]
    used = [piece for _, piece in owners.values()] + left
    for match in (_ENGLISH_PIECES if english else _PIECES).finditer(rest):
        if not any(piece.start <= match.start() < piece.end for piece in used) and not _NOT_BOUGHT.search(
            rest[: match.start()]
        ):
            return Counted(tuple(of), None, False)  # pieces of something that is not known
    doubt = len(left) > 1 or (bool(left) and (len(places) > 1 or bool(owners))) or _DOUBTFUL.search(taken) is not None
    return Counted(tuple(of), left[0] if len(left) == 1 and len(places) < 2 else None, not doubt)


def _piece(match: re.Match[str] | None, offset: int, rest: str, after: str = "s") -> Pieces | None:
    """``after`` is what stands behind a name that a number stands before: in English the name must be in the plural."""
    if match is None:
        return None
    groups = match.groupdict()
    group = next(name for name in ("number", "bare", "word", "plain", "digits") if groups.get(name))
    if group == "digits" and match[group] != "1" and not after.startswith(("s", "es")):
        return None
    if _NOT_BOUGHT.search(rest[: offset + match.start(group)]):
        return None
    if groups.get("unit") == "对" and rest[offset + match.end("unit") :][:1] in tuple("吧吗不么啊呀的"):
        return None  # 99对吧 asks whether it is right
    written = match[group]
    unit = groups.get("unit") or groups.get("pack") or ("pieces" if group in ("word", "plain", "digits") else "")
    unit = "个" if written in "俩仨" else unit
    return Pieces(_WORDS.get(written) or count(written), unit, offset + match.start(group), offset + match.end())


class Packs:
    """What is inside of each product as it is sold, from its own texts."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._packs = {product.id: _pack(product) for product in products}

    def sells(self, product: Product, pieces: Pieces) -> bool:
        """Whether so many of it can be bought at its price: not the pieces inside (24包抽纸), nor a number of its own name."""
        pack = self._packs[product.id]
        if self.inside(product, pieces) or (pieces.unit in _INNER and pieces.unit not in _KINDS):
            return False
        if pieces.unit.isascii() and pieces.unit:
            return all(number != pieces.number for number, _ in pack.own)
        if pieces.unit in ("对", "打") and all(unit != pieces.unit for _, unit in pack.own):
            return False  # 两对壶 are four of it
        if pieces.unit in _KINDS and not pack.heads & set(_KINDS[pieces.unit]):
            return False
        return not ({(pieces.number, pieces.unit), (pieces.number, "")} & pack.own and pieces.unit)

    def inside(self, product: Product, pieces: Pieces) -> bool:
        """Whether a measure word means the pieces inside of it."""
        pack = self._packs[product.id]
        if not pieces.unit or pieces.unit.isascii():
            return pack.english and pieces.unit in ("pieces", "piece", "units")
        if pack.units or pack.loose:
            # in 两包纸尿裤 of 64 片 the pack is counted; in 6瓶酸奶 of 12 盒 nobody knows
            whole = _ORDERS | (
                _CONTAINERS if pack.units <= _INNER else _BOXES if "盒" not in pack.units else frozenset()
            )
            return pieces.unit not in whole - pack.units
        return (pieces.number, pieces.unit) in pack.own


@dataclass(frozen=True, slots=True)
class _Pack:
    own: frozenset[tuple[int, str]]
    """numbers in its texts, with their measure words; without one where nothing stands behind the number"""
    units: frozenset[str]
    """measure words of which one pack holds several"""
    english: bool
    """its name says that it is a pack"""
    loose: bool
    """it is sold by weight"""
    heads: frozenset[str]
    """last characters of its names"""


def _pack(product: Product) -> _Pack:
    names = (product.name, *product.aliases)
    packed = [value for key, value in product.facts.items() if _PACKED & set(kinds(key))]
    own = {number for text in (*names, *product.points, *product.facts.values()) for number in _numbers(text)}
    units = {unit for text in (*names, *packed) for number, unit in _numbers(text) if number > 1 and unit}
    english = any(_PACK_OF.search(text) for text in (*names, *packed))
    loose = any(_LOOSE.search(text) for text in (product.name, *packed))
    return _Pack(frozenset(own), frozenset(units), english, loose, frozenset(name[-1] for name in names))


@functools.lru_cache(2048)
def _numbers(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((count(match["number"]), match["unit"] or "") for match in _OWN.finditer(text.lower()))
