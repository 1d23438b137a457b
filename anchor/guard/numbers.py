"""Telephone, identity and card numbers, however they are written, and the figures that only look like them.

All of it reads a text by its looks (:mod:`anchor.guard.privacy`), which are small and plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from anchor.guard import rows
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
    rf"\(?{DIGIT}{_BETWEEN}(?:(?:{DIGIT}|o){_BETWEEN}){{5,}}{DIGIT}[x)]?|\(?\d{{6}}|(?:{DIGIT}[、,，。]{{1,2}}){{6,}}{DIGIT}"
    r"|(?:[零〇一二三四五六七八九幺][，、\s]{0,2}){6,}[零〇一二三四五六七八九幺]",
    re.A,
)
_TOLD = re.compile(
    r"(?:(?P<sure>电话|座机|手机号码?|(?<![a-z])tel(?![a-z]))|手机|(?<![a-z])phone(?![a-z]))(?:[^a-z0-9㐀-鿿]|[号码是为加找叫搜]){0,8}(?P<row>\d[\d \-]{3,}\d)",
    re.A,
)
"""what follows a word for it; 手机 and phone are goods as well"""

# figures in pinyin and English, and some of them as figures: 202 five five five 0147
_SAID = [
    "zero|ling|dong|oh",
    "one|y[ia]o?",
    "two|er",
    "three|san",
    "four|si(?!x)",
    "five|wu",
    "six|liu",
    "seven|qi",
    "eight|ba",
    "nine|jiu",
    "ten",
]
_SPOKEN = re.compile(
    rf"(?<![a-z0-9])(?:(?:{'|'.join(_SAID)}|\d{{1,8}}(?![\da-z]))[\s,，.-]{{0,3}}){{3,}}(?![a-z0-9])", re.A
)
_SAYING = re.compile("|".join(f"(?P<f{figure}>{said})" for figure, said in enumerate(_SAID)) + r"|\d+", re.A)

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
# 159中间8888尾号6666, though 8888 alone is chatter
_PARTED = re.compile(r"(?<!\d)1[3-9]\d(?:[^\d\0]{1,8}+\d{4}[^\d\0]{0,8}+\d{4}|[^\d\0]{1,8}+\d{8})(?!\d)", re.A)
_FIGURE, _FIGURES, _LETTERS = re.compile(r"\d", re.A), re.compile(r"\d+", re.A), re.compile(r"[a-z]")
_BEFORE, _BEHIND = re.compile(r"\d[^\da-z㐀-鿿]{1,3}$", re.A), re.compile(r"[^\da-z㐀-鿿]{1,3}\d", re.A)
_NEXT = re.compile(r"中间|[前后]面|尾[号数]|最[后前]|开头|结尾|然后|接着|再|[前后中][一二两三四五]位|then|next|last")
"""tells the parts of one number"""
_FEWEST, _SHORTEST = 4, 9
"""figures in anything private, and in a number to call"""
_MANY = 24
"""numbers to call in a comment, after which all of it is hidden, for the time it takes"""
_WORD = re.compile(r"[a-z㐀-鿿¥￥$€£%℃]")
_PRICED = re.compile(r"[元块折减送满件斤克升米百千万年月¥￥$€£%℃]|到手")
_MEASURED = re.compile(r"(?<![a-z])(?:cm|mm|ml|kg|g|x|w|mah)(?![a-z])")
_COUNTED = re.compile(
    r"[毛角分至到个条双套盒瓶包袋只台张片支把份杯款吨寸度日天周点秒时岁位倍次层号码体重身高胸腰臀肩宽长围厚]"
)


def spans(look: str) -> Iterator[tuple[int, int]]:
    if _LETTERS.search(look):
        yield from _spoken(look)
    figures = look.translate(_NUMERALS)
    if len(_FIGURE.findall(figures)) < _FEWEST:
        return
    for match in _PARTED.finditer(figures):
        if _NEXT.search(match[0]) and not _PRICED.search(match[0]) and rows.dialled(_FIGURES.findall(match[0])):
            yield match.span()
    look = _FACE.sub(lambda face: "·" * len(face[0]), look)
    for match in _HARMLESS.finditer(figures):
        blank = "\0" * len(match[0])
        look = look[: match.start()] + blank + look[match.end() :]
    figures = look.translate(_NUMERALS)
    for match in _RUNS.finditer(look):
        start, end = match.span()
        plus = look[:start].rstrip().endswith("+")
        for first, last in rows.private(figures[start:end].replace("o", "0"), plus):
            yield start + first, start + last
    for match in _TOLD.finditer(look):
        numbers = _FIGURES.findall(match["row"])
        if match["sure"] or (sum(map(len, numbers)) > _FEWEST + 2 and not rows.goods(numbers)):
            yield match.span()
    for line in dict.fromkeys((look, figures, _loosened(figures))):
        if len(_FIGURE.findall(line)) < _SHORTEST:
            continue
        exact, count = line in (look, figures), 0
        for match in _CALLED.finditer(line):
            start, end = match.span(1)
            if (exact or _sure(look, figures, start, end)) and _dialled(match[1], _alone(line, start, end)):
                yield start, end
                count += 1
                if count > _MANY:
                    yield start, len(line)
                    return


def _spoken(look: str) -> Iterator[tuple[int, int]]:
    """Where seven figures or more are in words, or a number to call is so in part; to count calls nobody."""
    for match in _SPOKEN.finditer(look):
        figures = list(_SAYING.finditer(match[0]))
        numbers = [part.lastgroup[1:] if part.lastgroup else part[0] for part in figures]
        words = sum(bool(part.lastgroup) for part in figures)
        if words < _FEWEST - 2 or (words == len(figures) and rows.steady(numbers)):
            continue
        if (words == len(figures) and words > 6) or rows.dialled(["".join(numbers)]):
            yield match.span()


def _loosened(figures: str) -> str:
    """With what may stand for figures as figures; letters in words stand for none."""
    latin = _LATIN.sub(lambda match: match[0].translate(_LOOSE), figures)
    return "".join(char if char.isascii() else char.translate(_LOOSE) for char in latin)


def _sure(look: str, figures: str, start: int, end: int) -> bool:
    """Where letters stand for figures, some must be figures, and no word may go on before or behind."""
    around = look[max(0, start - 1) : start] + look[end : end + 1]
    return not _LETTERS.search(around) and len(_FIGURE.findall(figures[start:end])) >= _FEWEST


def _alone(line: str, start: int, end: int) -> bool:
    """Whether no number stands close before or behind."""
    return not (_BEFORE.search(line[max(0, start - 4) : start]) or _BEHIND.match(line, end))


def _dialled(number: str, alone: bool) -> bool:
    """Whether these are the figures of a number to call, and not of prices and sizes in a row."""
    words = [gap for gap in re.findall(r"\D+", number) if _WORD.search(gap)]
    parts = rows.groups(number)
    groups = [part[0] for part in parts]
    if not words:
        return rows.dialled(groups, alone)
    if not rows.dialled(groups, alone) and len(groups) > 1 and max(map(len, groups)) > 1:
        return False
    sizes = [len(group) for group in groups]
    if sizes == [3, 4, 4] and any(group[0] == "0" for group in groups):  # no sum begins with a nought
        return True
    between = " ".join(words)
    if _NEXT.search(between) and not _PRICED.search(between):
        return True
    if max(map(len, words)) > 4 or _PRICED.search(between) or (max(sizes) > 1 and _MEASURED.search(between)):
        return False
    if sizes == [3, 4, 4] or number[0] not in "18":
        return True
    # 13我800138000, 1我3我8 and 13爱80爱013爱8000: prices are cut otherwise
    cut = len(sizes) == 2 or max(sizes) == 1 or any(len(group) > 1 and group[0] == "0" for group in groups)
    return cut and not _COUNTED.search(between)
