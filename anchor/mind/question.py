"""Parses a viewer's question: the products that it names, how many of each, and its numbers. It answers nothing."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from anchor.mind.concepts import concepts
from anchor.mind.counts import MEASURES, Pieces, read_counts
from anchor.mind.forms import edged
from anchor.mind.links import Links
from anchor.mind.names import Names, Place, chinese, masked, plain
from anchor.text.letters import EMOTE
from persona.model import Product
from persona.numerals import count

READS = 256
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
_AND = re.compile(r"[和跟加与比]|还有|\b(?:and|or|plus)\b")
_EACH = re.compile(
    rf"(?:各|每[样种款个件]|一样)(?:都|来|要|买|拿|拍|给我)?(?P<number>\d{{1,2}}|[一二两三四五六七八九十])\s*(?P<unit>[{MEASURES}])"
)
"""so many of each"""
_SPACED = re.compile(r"(?:[㐀-鿿][\s!.。·*~-]){2,}[㐀-鿿]")
"""壶 多 少 钱"""
_OF = re.compile(r"^[^\0]*\0+ of (?:the |your |these |this )?\0")
_TO = r"[@＠]\s*(?:主播|小助手|助手|老板娘?|客服|小姐姐)|[@＠]\S+(?=\s)"


_NUMBERED = re.compile(r"号.*[链宝商款品]|第.*[链宝商产]|link")


@dataclass(frozen=True, slots=True)
class Mention:
    """A product that is named, with how many of it; None where no number is said."""

    product: Product
    pieces: Pieces | None
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
    about: str
    """the same with parts of names, by which products may be meant too"""
    pieces: Pieces | None
    """a number of pieces that stands by itself"""
    clear: bool
    """whether it is certain which number belongs to which product"""
    english: bool
    pointed: bool
    """it says 这个"""
    no_link: int = 0
    """a number of the list that is asked for and that no product has"""

    @property
    def products(self) -> list[Product]:
        return [mention.product for mention in self.mentions]


class Reader:
    """Knows the names of a shop's products, and their numbers."""

    def __init__(self, products: Sequence[Product], anchor: str) -> None:
        """``anchor`` is who is spoken to, and is no part of a question."""
        self._names, self._links = Names(products), Links(products)
        self._reads = functools.lru_cache(READS)(self._read)
        forms = {plain(word) for p in products for v in p.variants for word in (*v.parts, *v.aliases)}
        longest = sorted((form for form in forms if len(form) > 1), key=len, reverse=True)
        self._forms = re.compile("|".join(map(edged, longest))) if longest else None
        self._to = re.compile(rf"[@＠]?\s*{re.escape(plain(anchor))}|{_TO}|[@＠]")

    def named(self, text: str) -> list[Product]:
        """The products that a text names by their written names, in its order."""
        return [p for _, _, p in self._names.declared(plain(text))]

    def placed(self, text: str) -> list[tuple[int, Product]]:
        """Every place at which a product's written name begins; ``text`` is folded already."""
        return [(start, product) for start, _, product in self._names.every(text)]

    def called(self, text: str) -> list[Place]:
        """Every place at which a product is named, or called by its number as 3号链接; ``text`` is folded already."""
        places = self._names.every(text)
        links = self._links.read(masked(text, places))
        numbered = [(x.start, x.end, x.product) for x in links if x.product is not None]
        return [*places, *(place for place in numbered if _NUMBERED.search(text[place[0] : place[1]]))]

    def read(self, question: str) -> Read:
        """The last ones are kept: whoever judges a question and whoever answers it both ask."""
        return self._reads(question)

    def _read(self, question: str) -> Read:
        words = self._names.mended(self._to.sub(" ", self._quiet(plain(question))).strip())
        words += "".join(f" {meant}" for pattern, meant in _MEANT if pattern.search(words))
        declared = self._names.declared(words)
        links, no_link = self._linked(words, declared)
        places = sorted([*declared, *links], key=lambda place: place[0])
        if not places and not no_link:
            places = self._names.parted(words)
        if not places or _AND.search(words):
            places = sorted([*places, *self._names.headed(words, places)], key=lambda place: place[0])
        english = _is_english(words)
        if english and len(places) > 1 and _OF.search(masked(words, places)):
            places = places[1:]  # the battery of the headphones is of the headphones
        rest = masked(words, places)
        formed = self._forms.sub(lambda match: "\x01" * len(match[0]), rest) if self._forms is not None else rest
        counted = read_counts(formed, [(start, end) for start, end, _ in places], english)
        pieces: list[Pieces | None] = list(counted.of)
        if len(places) > 1 and (each := _EACH.search(rest)):
            pieces = [Pieces(count(each["number"]), each["unit"], *each.span("number"))] * len(places)
        if len(places) == 1 and pieces[0] is None:
            pieces[0] = counted.alone
        mentions = tuple(Mention(p, n, a, b) for (a, b, p), n in zip(places, pieces, strict=True))
        # a part of a name may be the very thing that is asked for
        about = rest if declared or links else words
        pointed = bool(_POINTED.search(words))
        clear = counted.clear or _EACH.search(rest) is not None
        if any(p in [product for *_, product in places] for _, _, p in self._names.declared(rest)):
            clear = False  # one of them is named twice, and nobody knows which number is whose
        return Read(words, mentions, rest, about, counted.alone, clear, english, pointed, no_link)

    def _quiet(self, words: str) -> str:
        """Without the codes of emotes, unless one of them holds a product's name."""
        words = re.sub(r"[💰💴💵🤑]", " 价 ", words)
        words = re.sub(r"\[(\d{1,3})\]", r"\1", words)
        words = _SPACED.sub(lambda match: re.sub(r"[^㐀-鿿]", "", match[0]), words)
        return EMOTE.sub(lambda match: match[0] if self._names.holds(match[0].strip("[]: ")) else " ", words).strip()

    def _linked(self, words: str, declared: Sequence[Place]) -> tuple[list[Place], int]:
        """The products that are asked for by their numbers, and a number that none has. A number beside a name is no link,
        but for 壶和3号."""
        links = self._links.read(masked(words, declared))
        if declared and not _AND.search(words):
            return [], 0
        known = [product for *_, product in declared]
        places: list[Place] = []
        for link in links:
            if link.product is not None and link.product not in known:
                places.append((link.start, link.end, link.product))
                known.append(link.product)
        missing = [link.number for link in links if link.product is None]
        return places, missing[0] if missing else 0


def _is_english(words: str) -> bool:
    """Whether a question is English: letters of dsq alone are not."""
    if re.search(r"[㐀-鿿]", words):
        return False
    tokens = re.findall(r"[a-z]+", words)
    return len(tokens) > 2 or any(token in concepts().english for token in tokens)


__all__ = ["Mention", "Read", "Reader", "chinese", "plain"]
