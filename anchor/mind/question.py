"""Parses a viewer's question: the products that it names, how many of each, and its numbers. It answers nothing."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opencc import OpenCC

from anchor.mind.concepts import concepts
from anchor.text.letters import syllable
from persona.model import Product
from persona.numerals import count

_SIMPLIFIED = OpenCC("t2s")
READS = 256
HEARD = 60
"""characters up to which misspellings are looked for"""
_HEARD = (
    "多少钱", "价格", "价钱", "包邮", "有货", "库存", "怎么卖", "优惠", "快递", "发货", "退货", "质保", "保修", "尺码", "链接", "颜色", "材质",
    "客服", "发票", "正品", "便宜", "运费", "保质期", "打折", "原价",
)  # fmt: skip
"""what is often typed by its sound"""
_BEFORE_SHORT = "这那个款把只的买要问你们咱家是和跟比加件条双张台包袋瓶套份盒罐支本箱顶盏辆有给送卖发呢种大小"
_NO_NAME_BEFORE = "盖嘴垫套架柜店签位库间牌厂费票险祸邮装裹括含赔修泡管罩油刷具品类"
"""壶盖 is no 壶, and 包邮 no 包"""
_HEADS = frozenset("包鞋裙衣裤帽袜伞灯车书锅杯壶碗盆椅桌床被枕茶酒米油面花果鱼肉糖饼表笔刀")
_PART = frozenset("盖罐垫架柄塞滤芯膜刷嘴")
"""咖啡壶盖 is a part or a thing of its own"""
_COUNT = r"(?<![第每\d.一二两三四五六七八九十百])(\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两俩三仨四五六七八九])"
_PIECE = r"[个件条只双张台款把包袋瓶套份盒罐支本箱顶组对提副盆株辆部枚桶盏卷板串篮筐扎]"
_NO_PIECE = r"(?!月|小时|人|码|钱|色|颜色|档|号|点|元|块|以内|孩子|岁|分钟|天|ml|毫升|克|斤|g|cm)"
_BEFORE = re.compile(
    rf"{_COUNT}\s*[㐀-鿿]?\s*(?:装|的)?\s*$"  # any measure word: 两桶, 三盏
    r"|\b(one|two|both|three|four|five|six|ten|\d{1,3})\s+(?:(?:bags?|boxes|packs?|pieces?|bottles?|pairs?)\s+(?:of\s+)?)?(?:the\s+)?$"
)
_BEHIND = re.compile(rf"\s*(?:我?要|来|买|拿|拍|x|×|\*)?\s*{_COUNT}\s*{_PIECE}{_NO_PIECE}")
_ANY_COUNT = re.compile(
    rf"{_COUNT}(?:\s*{_PIECE}{_NO_PIECE}|(?=[㐀-鿿]?\0)|\s*(?:[+加和,，、 ]|一共|总|$))"
    r"|\b(?:two|three|four|five|six|ten|\d{1,3}) (?=[a-z])"
)
_ENGLISH = {
    "one": 1,
    "two": 2,
    "both": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "ten": 10,
    "a couple of": 2,
    "a dozen": 12,
}
_NUMBERED = re.compile(
    r"(?<![\d第])([一二三四五六七八九十]|\d{1,2})\s*号\s*(?:链接|宝贝|商品|产品|款|品)|(?:link|item|no\.?|number)\s*(\d{1,2})(?!\d)"
)
_MEANT = (
    (re.compile(r"[\d一二两三四五六七八九十半]\s*(?:个半?月|岁)|\d+\s*years? old"), "几岁"),
    (re.compile(r"[送带配附]\s*[㐀-鿿]{1,4}[吗么不没嘛]"), "带什么"),
    (
        re.compile(
            r"是(?:不是)?(?:铁|钢|铜|铝|木头?|实木|竹|棉|麻|丝|毛|皮|布|纸|塑料?|玻璃|陶瓷|瓷|石头?|橡胶|硅胶|金属|银|金)的?(?:吗|么|不|嘛|$)"
        ),
        "什么材质",
    ),
)
"""what a question means whose words say one case of it"""
_POINTED = re.compile(r"这[个款件条双台把种只套瓶包盒本箱]|它|\b(?:this|it|that)\b")


@dataclass(frozen=True, slots=True)
class Mention:
    """A product that is named, with how many of it; 0 where no number is said."""

    product: Product
    count: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Read:
    """A question as it is understood."""

    words: str
    """folded, with dialect and misspellings put right"""
    mentions: tuple[Mention, ...]
    rest: str
    """the words without names of products, each in its place as a mark"""
    told: str
    """the same with parts of names, by which products may be meant too"""
    count: int
    """a number of pieces that stands by itself; 0 for none"""
    clear: bool
    """whether it is certain which number belongs to which product"""
    english: bool
    pointed: bool
    """it says 这个"""

    @property
    def products(self) -> list[Product]:
        return [mention.product for mention in self.mentions]


class Reader:
    """Knows the names of a shop's products."""

    def __init__(self, products: Sequence[Product], anchor: str) -> None:
        """``anchor`` is who is spoken to, and is no part of a question."""
        self._products = products
        self._reads = functools.lru_cache(READS)(self._read)
        self._to = re.compile(rf"@\S+|{re.escape(plain(anchor))}")
        names = [(plain(n), p) for p in products for n in (p.name, p.id, *p.aliases)]
        self._names = sorted(names, key=lambda pair: -len(pair[0]))
        self._parts = sorted(_parts(products), key=lambda pair: -len(pair[0]))
        ends = [(plain(p.name)[-1:], p) for p in products]
        self._heads = [
            (end, p) for end, p in ends if end in _HEADS and sum(end in plain(o.name) for o in products) == 1
        ]
        self._sounds = {
            n: tuple(map(syllable, n)) for n, _ in (*self._names, *self._parts) if _chinese(n) and len(n) > 1
        }
        self._sounds |= {n: tuple(map(syllable, n)) for n in _HEARD}

    def named(self, text: str) -> list[Product]:
        """The products that a text names by their written names, in its order."""
        return [p for _, _, p in self._find(plain(text), self._names)]

    def placed(self, text: str) -> list[tuple[int, Product]]:
        """Every place at which a product's written name begins; ``text`` is folded already."""
        found, words = [], text
        while more := self._find(words, self._names):
            for start, end, product in more:
                found.append((start, product))
                words = words[:start] + "\0" * (end - start) + words[end:]
        return sorted(found, key=lambda one: one[0])

    def read(self, question: str) -> Read:
        """The last ones are kept: whoever judges a question and whoever answers it both ask."""
        return self._reads(question)

    def _read(self, question: str) -> Read:
        words = self._mended(self._to.sub(" ", plain(question)).strip())
        words += "".join(f" {meant}" for said, meant in _MEANT if said.search(words))
        declared = self._find(words, self._names)
        found = declared or self._find(words, self._parts) or self._numbered(words)
        if not found or re.search(r"[和跟加与比]|还有", words):
            found = sorted([*found, *self._headed(words, found)], key=lambda one: one[0])
        rest = words
        for start, end, _ in found:
            rest = rest[:start] + "\0" * (end - start) + rest[end:]
        counts, clear = _counts(words, [(start, end) for start, end, _ in found])
        if len(found) > 1 and not any(counts) and re.search(r"各[来要买拿拍]?一|每[样种个]一|一样一", words):
            counts, clear = [1] * len(found), True
        alone = _alone(rest)
        if len(found) == 1 and not counts[0] and clear:
            counts[0] = alone
        english = bool(re.search(r"[a-z]{2}", words)) and not _chinese_any(words)
        mentions = tuple(Mention(p, n, a, b) for (a, b, p), n in zip(found, counts, strict=True))
        # a part of a name may be the very thing that is asked for
        told = rest if declared else words
        return Read(words, mentions, rest, told, alone, clear, english, bool(_POINTED.search(words)))

    def _find(self, words: str, names: Sequence[tuple[str, Product]]) -> list[tuple[int, int, Product]]:
        """A longer name hides the shorter ones inside of it."""
        found: list[tuple[int, int, Product]] = []
        for name, product in names:
            at = _place(words, name)
            if at >= 0:
                words = words[:at] + "\0" * len(name) + words[at + len(name) :]
                if all(product is not known for *_, known in found):
                    found.append((at, at + len(name), product))
        return sorted(found, key=lambda one: one[0])

    def _headed(self, words: str, found: Sequence[tuple[int, int, Product]]) -> list[tuple[int, int, Product]]:
        """Products by the last character of their name where no other has it: 包 for the 托特包."""
        for start, end, _ in found:
            words = words[:start] + "\0" * (end - start) + words[end:]
        known = [product for *_, product in found]
        return [one for one in self._find(words, self._heads) if one[2] not in known]

    def _numbered(self, words: str) -> list[tuple[int, int, Product]]:
        """二号链接 is the second product."""
        found = []
        for match in _NUMBERED.finditer(words):
            said = match[1] or match[2]
            number = count(said)
            if 1 <= number <= len(self._products):
                found.append((*match.span(), self._products[number - 1]))
        return found

    def _mended(self, words: str) -> str:
        """Dialect and misspellings put right, but for what is a product's name."""
        kept = [words[start:end] for start, end, _ in self._find(words, self._names)]
        for i, name in enumerate(kept):
            words = words.replace(name, chr(0xE000 + i), 1)
        for said, meant in concepts().dialect.items():
            words = words.replace(said, meant)
        words = self._heard(words) if len(words) <= HEARD else words
        for i, name in enumerate(kept):
            words = words.replace(chr(0xE000 + i), name, 1)
        return words

    def _heard(self, words: str) -> str:
        """Names and some common words put right where they are written by their sound, or with one wrong character."""
        sounds = [syllable(c) for c in words]
        for name, sound in self._sounds.items():
            size = len(name)
            if name in words or size > len(words):
                continue
            for at in range(len(words) - size + 1):
                window = words[at : at + size]
                same = sum(a == b for a, b in zip(window, name, strict=True))
                heard = tuple(sounds[at : at + size])
                alike = same * 2 >= size and (heard == sound or (name not in _HEARD and _near(heard) == _near(sound)))
                slip = size >= 3 and same == size - 1 and name not in _HEARD
                if (alike or slip) and _chinese(window) and not self._known(window, name):
                    words = words[:at] + name + words[at + size :]
                    sounds = [syllable(c) for c in words]
                    break
        return words

    def _known(self, window: str, but: str) -> bool:
        """Whether some characters are, or are part of, another name than the one that they sound like."""
        return any(window in other or other in window for other in self._sounds if other != but)


def _near(sound: tuple[str, ...]) -> tuple[str, ...]:
    """Sounds as many people say and type them: zh as z, ng as n."""
    return tuple(re.sub(r"ng$", "n", re.sub(r"^([zcs])h", r"\1", one)) for one in sound)


def plain(text: str) -> str:
    """Folded for comparison: width, case, traditional letters, spaces around, repeated marks."""
    text = unicodedata.normalize("NFKC", _SIMPLIFIED.convert(text)).lower().strip()
    return re.sub(r"\s+", " ", re.sub(r"([?!。,.~])\1+", r"\1", text))


def _parts(products: Sequence[Product]) -> Iterator[tuple[str, Product]]:
    """Parts of names that viewers use for one product and that belong to no other: their ends, and pairs inside."""
    texts = {p.id: plain("\n".join((p.name, *p.aliases))) for p in products}
    told = {
        p.id: plain("\n".join((texts[p.id], *p.points, *(f"{k} {v}" for k, v in p.facts.items())))) for p in products
    }
    for p in products:
        name = plain(p.name)
        runs = re.findall(r"[㐀-鿿]{3,}", name)
        parts = [run[i : i + size] for run in runs for size in (3, 2) for i in range(len(run) - size + 1)]
        for part in dict.fromkeys(parts):
            if all(part not in told[other.id] for other in products if other is not p):
                yield part, p


def _place(words: str, name: str) -> int:
    """Where a name occurs, or -1. Latin letters must stand as whole words, single characters among small talk."""
    if not name:
        return -1
    if name.isascii():
        match = re.search(rf"(?<![a-z0-9]){re.escape(name)}s?(?![a-z0-9])", words)
        return match.start() if match else -1
    if len(name) > 1:
        return next(
            (m.start() for m in re.finditer(re.escape(name), words) if words[m.end() : m.end() + 1] not in _PART), -1
        )
    for match in re.finditer(re.escape(name), words):
        before, after = words[: match.start()][-1:], words[match.end() :][:1]
        if _small(before, _BEFORE_SHORT) and (not after or after not in _NO_NAME_BEFORE):
            return match.start()
    return -1


def _small(char: str, among: str) -> bool:
    return not char or not "㐀" <= char <= "鿿" or char in among


def _counts(words: str, places: Sequence[tuple[int, int]]) -> tuple[list[int], bool]:
    """How many of what stands at each place, 0 where no number is said; and whether it is certain, with no number left over. A
    number between two names belongs to the one behind it where numbers stand before names (两个壶三包豆子), else to the one
    before it (壶两个豆子三包)."""
    before = [_BEFORE.search(words[:start]) for start, _ in places]
    behind = [_BEHIND.match(words[end:]) for _, end in places]
    leading = bool(before) and before[0] is not None
    owners: dict[int, tuple[int, int]] = {}
    for found, after in ((behind, True), (before, False)):
        for n, match in enumerate(found):
            if match is not None:
                at = match.start(_group(match)) + (places[n][1] if after else 0)
                if at not in owners or leading:
                    owners[at] = n, _number(match)
    counts = [0] * len(places)
    for n, number in owners.values():
        if counts[n]:
            return [0] * len(places), False
        counts[n] = number
    over = [
        m
        for m in _ANY_COUNT.finditer(words)
        if not any(a <= m.start() < b for a, b in places) and m.start() not in owners
    ]
    return ([0] * len(places), False) if over and places else (counts, True)


def _group(match: re.Match[str]) -> int:
    return next(n for n, group in enumerate(match.groups(), 1) if group)


def _number(match: re.Match[str]) -> int:
    said = match[_group(match)]
    return _ENGLISH.get(said) or count(said)


def _alone(rest: str) -> int:
    if match := re.search(rf"{_COUNT}\s*{_PIECE}{_NO_PIECE}", rest):
        return count(match[1])
    if match := re.search(
        r"\b(two|three|four|five|six|ten|\d{1,3})\b(?=\s*(?:of (?:them|these|those)|pieces?|\?|$|cost|please|for))|(?<=for )(two|three|four|five|\d{1,2})\b",
        rest,
    ):
        said = match[1] or match[2]
        return _ENGLISH.get(said) or int(said)
    return 0


def _chinese(text: str) -> bool:
    return all("㐀" <= c <= "鿿" for c in text)


def _chinese_any(text: str) -> bool:
    return bool(re.search(r"[㐀-鿿]", text))
