"""Telephone, identity and card numbers, however they are written, and the figures that only look like them.

All of it reads a text by its looks (:mod:`anchor.guard.privacy`), which are small and plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from anchor.guard.contacts import DIGIT

_NUMERALS = str.maketrans("零〇一二两三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0012234567891123456789")
_LIKE = [
    "o灵林洞",
    "l|i!丨衣依妖要腰",
    "z尔耳儿",
    "伞散",
    "思斯寺",
    "s午吾舞武",
    "溜留刘",
    "奇妻骑拐",
    "b吧巴爸",
    "gq久酒勾",
]
_LOOSE = str.maketrans({letter: str(figure) for figure, letters in enumerate(_LIKE) for letter in letters})
"""what is written for a figure because it looks or sounds like it"""
_LATIN = re.compile(
    r"(?<![a-z])(?:(?<=\d)|(?<=\d[-_.·]))[olizsbgq|!]+(?![a-z])|(?<![a-z])[olizsbgq|!]+(?![a-z])(?=[-_.·]?\d)"
)
"""letters that may be figures: no part of a word, and beside a figure"""
_FACE = re.compile(r"\[[^\[\]\d]{1,6}\]")
"""[玫瑰], an emoji as platforms write it"""

_BETWEEN = r"[\s\-—–_.,。·/\\()*#+|~:]{0,3}"
_RUNS = re.compile(
    rf"\(?\d{{6,}}x?|\(?{DIGIT}{_BETWEEN}(?:(?:{DIGIT}|o){_BETWEEN}){{5,}}{DIGIT}[x)]?|(?:{DIGIT}[、,，。]{{1,2}}){{6,}}{DIGIT}"
    r"|(?:[零〇一二三四五六七八九幺][，、\s]{0,2}){6,}[零〇一二三四五六七八九幺]"
    r"|(?:电话|座机|手机号?|(?<![a-z])(?:tel|phone)(?![a-z]))(?:[^a-z0-9㐀-鿿]|[号码是为加找叫搜]){0,8}\d[\d \-]{3,}\d",
    re.A,
)

_UNIT = r"(?:元|块|斤|cm|mm|km|kg|ml|mah|g|l|w|码|厘米|毫米|毫升|毫安|公里|粉|人|转|流明|件|米)(?![a-z0-9])"
_TIME = r"(?:[01]?\d|2[0-4])[:：][0-5]\d"
_MONTH, _DAY = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_SIZE = r"[1-9]\d{1,2}"
_HARMLESS = re.compile(
    rf"(?<!\d){_TIME}(?:\s?[-~～—–到至]+\s?(?:次日|凌晨|晚上?)?{_TIME})?(?!\d)"
    rf"|(?<!\d)20\d\d[-/.年]{_MONTH}[-/.月]{_DAY}(?!\d)|(?<!\d)20[23]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    # sums and sizes, by the unit behind them: 165-172cm, 20000-30000mAh, 1800*2000*220mm
    rf"|(?<![\d*x×])[1-9]\d{{0,2}}(?:(?:\s?[-~～/*x×到至]\s?|\s)[1-9]\d{{0,2}}){{1,5}}\s?{_UNIT}"
    rf"|(?<!\d)(?:[1-9]\d{{0,5}}\s?[-~～到至]\s?)?[1-9]\d{{0,6}}\s?{_UNIT}|(?<![\d*x×])[1-9]\d{{1,3}}(?:[*x×][1-9]\d{{1,3}}){{1,2}}\s?(?:cm|mm|毫米|厘米)"
    # without one: 165/170/175, 60*60*120, 1920*1080, 36 37 38, and 165 110 85 as tall, heavy and wide
    rf"|(?<![\d*x×/]){_SIZE}(?:\s?[*x×/]\s?{_SIZE}){{1,2}}(?![\d*x×/])|(?<!\d)(?<!\d\W)1[4-9]\d[ ]{_SIZE}[ ]\d\d(?!\W?\d)"
    r"|(?<![\d*x×])[1-9]\d{2,3}[*x×][1-9]\d{2,3}(?![\d*x×])|(?<!\d)(?<!\d\W)(?:[34]\d[ /、]){2,}[34]\d(?!\W?\d)"
    r"|(?<![\d,])[1-9]\d{0,2},\d{3}(?:\.\d\d)?(?![\d,])"
    # papers of goods
    r"|(?:gb|qb|iso|en|astm)(?:/t)?\s?\d{3,6}(?:\.\d+)?(?:-(?:19|20)\d\d)?(?!\d)|条形?码[是:：\s]{0,3}69\d{11}(?!\d)"
    # 666666, 2333333 and 5201314 are chatter
    r"|(?<!\d)(?<!\d.)(?:(?P<same>\d)(?:\s?(?P=same)){2,}|23{3,}|(?:520|521|530|1314|666|888|88){1,4})(?!.?\d)",
    re.A,
)

# eleven figures of a mobile, or an area and a number, with up to eight other letters between any two of them
_GAP = r"[^\d\0]{0,8}+"
_CALLED = re.compile(
    rf"(?<!\d)(?=((?:86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)|(?:0[1-9]\d\d?|[48]00){_GAP}\d{{3,4}}{_GAP}\d{{3,4}}(?!\d)))",
    re.A,
)
_FIGURE, _LETTERS = re.compile(r"\d", re.A), re.compile(r"[a-z]")
_FEWEST, _SHORTEST = 4, 9
"""figures in anything private, and in a number to call"""
_WORD = re.compile(r"[a-z㐀-鿿¥￥$€£%℃]")
_PRICED = re.compile(r"[元块折减送满件斤克升米百千万年月¥￥$€£%℃]|到手")
_MEASURED = re.compile(r"(?<![a-z])(?:cm|mm|ml|kg|g|x|w|mah)(?![a-z])")
_COUNTED = re.compile(
    r"[毛角分至到个条双套盒瓶包袋只台张片支把份杯款吨寸度日天周点秒时岁位倍次层号码体重身高胸腰臀肩宽长围厚]"
)


def spans(look: str) -> Iterator[tuple[int, int]]:
    figures = look.translate(_NUMERALS)
    if len(_FIGURE.findall(figures)) < _FEWEST:
        return
    look = _FACE.sub(lambda face: "·" * len(face[0]), look)
    for match in _HARMLESS.finditer(figures):
        blank = "\0" * len(match[0])
        look = look[: match.start()] + blank + look[match.end() :]
    for match in _RUNS.finditer(look):
        yield match.span()
    figures = look.translate(_NUMERALS)
    for line in dict.fromkeys((look, figures, _loosened(figures))):
        if len(_FIGURE.findall(line)) < _SHORTEST:
            continue
        for match in _CALLED.finditer(line):
            start, end = match.span(1)
            if (line in (look, figures) or _sure(look, figures, start, end)) and _dialled(match[1]):
                yield start, end


def _loosened(figures: str) -> str:
    """With what may stand for figures as figures; letters in words stand for none."""
    latin = _LATIN.sub(lambda match: match[0].translate(_LOOSE), figures)
    return "".join(char if char.isascii() else char.translate(_LOOSE) for char in latin)


def _sure(look: str, figures: str, start: int, end: int) -> bool:
    """Where letters stand for figures, some must be figures, and no word may go on before or behind."""
    around = look[max(0, start - 1) : start] + look[end : end + 1]
    return not _LETTERS.search(around) and len(_FIGURE.findall(figures[start:end])) >= _FEWEST


def _dialled(number: str) -> bool:
    """Whether these are the figures of a number to call, and not of prices and sizes in a row."""
    words = [gap for gap in re.findall(r"\D+", number) if _WORD.search(gap)]
    groups = re.findall(r"\d+", number)
    sizes = [len(group) for group in groups]
    if not words or (sizes == [3, 4, 4] and any(group[0] == "0" for group in groups)):  # no sum begins with a nought
        return True
    between = " ".join(words)
    if max(map(len, words)) > 4 or _PRICED.search(between) or (max(sizes) > 1 and _MEASURED.search(between)):
        return False
    if sizes == [3, 4, 4] or number[0] not in "18":
        return True
    # 13我800138000, 1我3我8 and 13爱80爱013爱8000: prices are cut otherwise
    cut = len(sizes) == 2 or max(sizes) == 1 or any(len(group) > 1 and group[0] == "0" for group in groups)
    return cut and not _COUNTED.search(between)
