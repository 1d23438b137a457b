"""Finds the products that a text names: by their names and aliases, by parts of them, and as they sound."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence

from opencc import OpenCC

from anchor.mind.concepts import concepts, wanted, words_with
from anchor.text.letters import syllable
from persona.model import Product

_SIMPLIFIED = OpenCC("t2s")
HEARD = 60
"""characters up to which misspellings are looked for"""
_HEARD = (
    "多少钱", "价格", "价钱", "包邮", "有货", "库存", "怎么卖", "优惠", "快递", "发货", "退货", "质保", "保修", "尺码", "链接", "颜色", "材质",
    "客服", "发票", "正品", "便宜", "运费", "保质期", "打折", "原价",
)  # fmt: skip
"""what is often typed by its sound"""
_BEFORE_HEAD = "这那个款把只的买要问你们咱家是和跟比加件条双张台包袋瓶套份盒罐支本箱顶盏辆有给送卖发呢种大小"
_NO_NAME_BEFORE = "盖嘴垫套架柜店签位库间牌厂费票险祸邮装裹括含赔修泡管罩油刷具品类"
"""壶盖 is no 壶, and 包邮 no 包"""
_HEADS = frozenset("包鞋裙衣裤帽袜伞灯车书锅杯壶碗盆椅桌床被枕茶酒米油面花果鱼肉糖饼表笔刀")
_LATIN = re.compile(r"(?<![a-z0-9])[a-z]{3,}(?![a-z0-9])")
_PART = re.compile(
    r"[盖垫架柄塞滤芯膜刷嘴罩汁醋酱]|罐(?!装)|盒(?!装)|杯(?!装)|叶(?![㐀-鿿])|干(?![洗净湿燥吗了不])|机(?![洗器油])|袋(?!装|子)|线(?![头条])|套(?![装餐系])|壶(?!嘴)"
)
"""咖啡壶盖 is a part, and 芒果干 a thing of its own"""
_AFTER_PART = re.compile(r"$|[^㐀-鿿]|[的多怎有是还能什几吗呢呀啊可要卖贵便价和跟加与比哪谁为会用好在都也就最更]")
"""what may stand behind a part of a name that is not its end: 羊毛 is the coat, and 羊毛衫 is not"""

Place = tuple[int, int, Product]
"""where a product is named: start, end, product"""


class Names:
    """Knows how the products of a shop are called. Texts given to it are folded by :func:`plain`."""

    def __init__(self, products: Sequence[Product]) -> None:
        written = [(plain(name), p) for p in products for name in (p.name, p.id, *p.aliases)]
        self._singulars = [
            (re.compile(rf"\b(?:one|an?|each|per|single|every) ({re.escape(one)})(?![a-z])"), p)
            for name, p in written
            if (one := _singular(name))
        ]
        self._names = sorted(written, key=lambda pair: -len(pair[0]))
        self._parts = sorted(_parts(products), key=lambda pair: -len(pair[0]))
        ends = [(plain(p.name)[-1:], p) for p in products]
        self._heads = [
            (end, p) for end, p in ends if end in _HEADS and sum(end in plain(o.name) for o in products) == 1
        ]
        self._sounds = {
            n: tuple(map(syllable, n)) for n, _ in (*self._names, *self._parts) if chinese(n) and len(n) > 1
        }
        self._sounds |= {n: tuple(map(syllable, n)) for n in _HEARD}
        latin = {word for name, _ in self._names for word in _LATIN.findall(name)}
        self._english = sorted(latin | concepts().english) if latin else []

    def declared(self, words: str) -> list[Place]:
        """By names and aliases, in the order of the text."""
        places = _find(words, self._names)
        known = [product for *_, product in places]
        for pattern, product in self._singulars if words.isascii() else ():
            if product not in known and (match := pattern.search(words)):
                places.append((*match.span(1), product))
                known.append(product)
        return sorted(places, key=lambda place: place[0])

    def parted(self, words: str) -> list[Place]:
        """By parts of names that no other product has."""
        whole = {plain(p.name) for _, p in self._parts}
        return [
            place
            for place in _find(words, self._parts)
            if any(name.endswith(words[place[0] : place[1]]) for name in whole) or _AFTER_PART.match(words, place[1])
        ]

    def headed(self, words: str, places: Sequence[Place]) -> list[Place]:
        """By the last character of a name where no other has it, as 包 for the 托特包, beside the ``places`` known."""
        words = masked(words, places)
        known = [product for *_, product in places]
        return [place for place in _find(words, self._heads, strict=True) if place[2] not in known]

    def every(self, words: str) -> list[Place]:
        """Every place at which a product's written name stands."""
        every: list[Place] = []
        while places := self.declared(words):
            every += places
            words = masked(words, places)
        return sorted(every, key=lambda place: place[0])

    def holds(self, words: str) -> bool:
        """Whether a text is the name of a product."""
        return any(words == name for name, _ in self._names)

    def mended(self, words: str) -> str:
        """Dialect, abbreviations and misspellings put right, but for what is a product's name."""
        kept = [words[start:end] for start, end, _ in self.declared(words)]
        for i, name in enumerate(kept):
            words = words.replace(name, chr(0xE000 + i), 1)
        words = concepts().shorthand.sub(lambda match: concepts().abbreviations[match[0]], words)
        for written, meant in concepts().dialect.items():
            words = words.replace(written, meant)
        words = self._heard(words) if len(words) <= HEARD else words
        words = _LATIN.sub(lambda match: self._spelled(match[0]), words) if words.isascii() else words
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
                slip = (
                    size >= 3
                    and same == size - 1
                    and name not in _HEARD
                    and window[-1] == name[-1]
                    and _alike(heard, sound)
                )
                if (
                    (alike or slip)
                    and not _within_another(words, at, at + size)
                    and chinese(window)
                    and not self._known(window, name)
                ):
                    words = words[:at] + name + words[at + size :]
                    sounds = [syllable(c) for c in words]
                    break
        return words

    def _spelled(self, token: str) -> str:
        """An English word put right where it has two letters swapped, or is all but the word of a product's name."""
        if token in self._english or len(token) < 4:
            return token
        swapped = next((word for word in self._english if len(word) == len(token) and _swapped(word, token)), "")
        return swapped or next(iter(difflib.get_close_matches(token, self._english, 1, 0.88)), token)

    def _known(self, window: str, but: str) -> bool:
        """Whether some characters are, or are part of, another name than the one that they sound like."""
        return any(window in other or other in window for other in self._sounds if other != but)


def plain(text: str) -> str:
    """Folded for comparison: width, case, traditional letters, spaces around, repeated marks."""
    text = unicodedata.normalize("NFKC", _SIMPLIFIED.convert(text)).lower().strip()
    return re.sub(r"\s+", " ", re.sub(r"([?!。,.~])\1+", r"\1", text))


def masked(words: str, places: Sequence[Place]) -> str:
    """The text with a mark in the place of each letter of these names."""
    for start, end, _ in places:
        words = words[:start] + "\0" * (end - start) + words[end:]
    return words


def chinese(text: str) -> bool:
    """Whether every letter is Chinese."""
    return all("㐀" <= c <= "鿿" for c in text)


def _alike(heard: tuple[str, ...], sound: tuple[str, ...]) -> bool:
    """Whether the syllables that differ begin alike: 没 and 磨, but not 粉 and 豆."""
    return all(a[:1] == b[:1] for a, b in zip(heard, sound, strict=True))


def _within_another(words: str, start: int, end: int) -> bool:
    """Whether a stretch holds a piece of another word that is known: 有活 in 有活动."""
    return any(
        a < end and start < b and not (start <= a and b <= end) and not (a <= start and end <= b)
        for a, b, _ in wanted(words)
    )


def _swapped(word: str, token: str) -> bool:
    """Whether two neighbouring letters are all that differs."""
    differ = [i for i, (a, b) in enumerate(zip(word, token, strict=True)) if a != b]
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and word[differ[0]] == token[differ[1]]
        and word[differ[1]] == token[differ[0]]
    )


def _near(sound: tuple[str, ...]) -> tuple[str, ...]:
    """Sounds as many people say and type them: zh as z, ng as n."""
    return tuple(re.sub(r"ng$", "n", re.sub(r"^([zcs])h", r"\1", one)) for one in sound)


def _parts(products: Sequence[Product]) -> Iterator[tuple[str, Product]]:
    """Parts of names that viewers use for one product and that belong to no other: their ends, and pairs inside."""
    texts = {p.id: plain("\n".join((p.name, *p.aliases))) for p in products}
    described = {
        p.id: plain("\n".join((texts[p.id], *p.points, *(f"{k} {v}" for k, v in p.facts.items())))) for p in products
    }
    for p in products:
        name = plain(p.name)
        runs = re.findall(r"[㐀-鿿]{3,}", name)
        parts = [run[i : i + size] for run in runs for size in (3, 2) for i in range(len(run) - size + 1)]
        for part in dict.fromkeys(parts):
            if all(part not in described[other.id] for other in products if other is not p):
                yield part, p


def _find(words: str, names: Sequence[tuple[str, Product]], strict: bool = False) -> list[Place]:
    """A longer name hides the shorter ones inside of it."""
    places: list[Place] = []
    for name, product in names:
        at = _place(words, name, strict)
        if at >= 0:
            words = words[:at] + "\0" * len(name) + words[at + len(name) :]
            if all(product is not known for *_, known in places):
                places.append((at, at + len(name), product))
    return sorted(places, key=lambda place: place[0])


def _singular(name: str) -> str:
    """One of what an English name in the plural is; empty for others."""
    if not name.isascii() or not re.search(r"[a-z]{3}s$", name) or name.endswith("ss"):
        return ""
    return name[:-3] + "y" if name.endswith("ies") else name[:-1]


def _place(words: str, name: str, strict: bool) -> int:
    """Where a name occurs, or -1. Latin letters must stand as whole words."""
    if not name:
        return -1
    if name.isascii():
        match = re.search(rf"(?<![a-z0-9]){re.escape(name)}(?:e?s)?(?![a-z0-9])", words)
        return match.start() if match else -1
    for match in re.finditer(re.escape(name), words):
        if len(name) == 1 and not _is_word(words, match.start(), strict):
            continue
        if len(name) > 1 and _PART.match(words, match.end()):
            continue
        return match.start()
    return -1


def _is_word(words: str, at: int, strict: bool) -> bool:
    """Whether one character is a word: it begins no other word, and ends none. ``strict``: it stands behind a small word."""
    char, after = words[at], words[at + 1 : at + 2]
    if (after and after in _NO_NAME_BEFORE) or re.search(
        r"(?<!双十)(?<!双)[一二两三四五六七八九十半几百]$|(?<!\d)\d$", words[:at]
    ):
        return False  # 两包 measures something
    if strict and not _small(words[:at][-1:]):
        return False
    return not any(words.startswith(word, at - i) for word, i in words_with(char) if at >= i)


def _small(char: str) -> bool:
    return not char or not "㐀" <= char <= "鿿" or char in _BEFORE_HEAD
