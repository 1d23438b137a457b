"""What a shop has written down, and which of it a question asks for: facts, strong points, the shop's terms and its faq."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from anchor.mind.concepts import asks_for, asks_of, concepts, kinds, strength, wanted
from anchor.mind.names import chinese
from anchor.mind.question import Read
from anchor.mind.retrieve import Index, bare
from persona.fill import filled
from persona.measures import measures
from persona.model import Persona, Product

CACHED = 1024
KNOWN = 2.0
"""from this strength on a question asks for a concept"""
SHARE = 0.5
"""of a question's weight, that a text must hold to answer it"""
RARE_SHARE = 0.3
"""the same, where it is the only text with a pair of characters of the question"""
TOLD_SHARE = 0.7
FAQ_FITS, FAQ_SURE = 0.6, 0.85
"""from where on a question of the faq fits at all, and from where on nothing else is looked for"""
_ABROAD = re.compile(
    r"日本|韩国|美国|英国|法国|德国|加拿大|澳洲|澳大利亚|新加坡|马来|泰国|越南|欧洲|国外|海外|国际|香港|澳门|台湾|港澳|abroad|overseas|international"
)


_EVERYWHERE = re.compile(r"港澳|海外|国外|仅|大陆|国内|全球|偏远")
_PARTS = re.compile(
    r"开封|拆封|开盖|壶盖|杯盖|盖子|手柄|把手|提手|内胆|枕套|被套|滤网|里衬|袖长|裤长|裙长|衣长|肩宽|胸围|腰围|臀围|袖口|领口|底座|壶嘴|壶底|灯罩|灯头|咖啡因|酒精|蛋白|脂肪|热量|电话|承重"
)
"""parts, moments and contents of a product: a fact that does not speak of them does not answer for them"""
_SHORT = re.compile(r"(?:什么|几)([㐀-鿿])(?:的|啊|呀|呢|\?|？|$)")
_PLACES = re.compile(r"新疆|西藏|内蒙古?|青海|宁夏|甘肃|海南|黑龙江|香港|澳门|台湾|乌鲁木齐|拉萨")
_KINDS = (
    (re.compile(r"多少克|几克|多重|几斤|多少斤|重吗|weigh"), "weight"),
    (re.compile(r"毫升|多少ml|几升|多少升|能装"), "volume"),
    (re.compile(r"多久|几天|几个月|几年|多长时间|几小时|几个小时|几分钟|how long|when"), "time"),
    (re.compile(r"多长(?!时间)|多高|多宽|尺寸|几厘米|多少厘米|几米|多大"), "length"),
    (re.compile(r"几[包片颗袋瓶支粒件个张]|多少[包片颗袋瓶支粒件个张]|how many"), "pieces"),
    (re.compile(r"瓦|功率|费电|watt"), "power"),
    (re.compile(r"几岁|how old"), "age"),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that the shop has written down, and what it is asked for by."""

    key: str
    value: str
    product: Product | None
    """None for what holds for the whole shop"""
    asks: tuple[str, ...]
    point: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What fits a question best: a unit, or an answer of the faq; with how strongly."""

    score: float
    unit: Unit | None = None
    faq: str = ""
    sure: bool = False


class Facts:
    """All of a persona's, ready to be asked."""

    def __init__(self, persona: Persona, named: Callable[[str], list[Product]]) -> None:
        """``named`` gives the products that a text names."""
        self._products = persona.products
        self._units = list(_units(persona))
        self._index = Index([_tagged(f"{u.key} {u.value}".lower(), f"{u.key} {' '.join(u.asks)}") for u in self._units])
        answers = [(faq, text) for faq in persona.faq if (text := filled(faq.answer, persona)) is not None]
        # the products that an answer is filled from, or that its questions name
        self._faq = [
            (
                ask.lower(),
                text,
                {p.id for p in self._products if f"{{{p.id}." in faq.answer} | {p.id for p in named(f"{ask} {text}")},
            )
            for faq, text in answers
            for ask in faq.ask
        ]
        self._asks = Index([_tagged(bare(ask), ask) for ask, *_ in self._faq])

    def best(self, asked: Read, product: Product | None) -> Found | None:
        """The faq or a fact, whichever fits better; of ``product`` or of the whole shop."""
        unit, faq = self.unit(asked, product), self.faq(asked, product)
        if faq is not None and (unit is None or faq.sure or faq.score >= unit.score):
            return faq
        return unit

    def of_each(self, asked: Read) -> list[tuple[Product, str, str]]:
        """The fact that is asked for, of every product that has it."""
        found: list[tuple[Product, str, str]] = []
        for product in self._products:
            best = self.unit(asked, product)
            if best is not None and best.unit is not None and best.unit.product is not None and not best.unit.point:
                found.append((product, best.unit.key, best.unit.value))
        return found

    def asks(self, asked: Read) -> bool:
        """Whether a question asks for something that facts may hold."""
        return any(strength(asked.rest, concept.asks) >= KNOWN for concept in concepts().facts.values())

    def unit(self, asked: Read, product: Product | None) -> Found | None:
        words = bare(asked.about.replace("\0", " "))
        if asked.english:
            words = " ".join(word for word in words.split() if not word.isdigit())
        enough = len(re.findall(r"[㐀-鿿]", words)) != 1  # one character stands in everything
        rare = self._index.rare(words)
        spans = wanted(asked.about)
        other_asked = {kind for _, _, kind in spans}
        most = max((end - start for start, end, _ in spans), default=0)
        longest = {kind for start, end, kind in spans if end - start == most}
        place = _ABROAD.search(asked.rest) or _PLACES.search(asked.rest)
        found: list[tuple[float, float, Unit]] = []
        for i, ((score, share), unit) in enumerate(
            zip(self._index.scores(_tagged(words, asked.about)), self._units, strict=True)
        ):
            if product is not None and unit.product is not None and unit.product is not product:
                continue
            if _of_another_part(asked.about, unit):
                continue
            strongly = 0.0 if unit.point else asks_for(asked.about, unit.key)
            if (
                place is not None
                and unit.product is None
                and (place[0] in unit.value or _EVERYWHERE.search(unit.value))
            ):
                strongly = max(strongly, KNOWN)  # 香港能寄吗 is answered by 不发港澳台
            if other_asked and not strongly and kinds(unit.key) and not other_asked & set(kinds(unit.key)):
                continue  # a wrong fact is worse than none
            if (
                len(unit.key) > 1
                and unit.key.lower() in asked.words
                and not (longest - set(kinds(unit.key)) and len(unit.key) < most)
            ):
                strongly = max(strongly, 2.2 + len(unit.key))
            elif len(unit.key) > 2 and chinese(unit.key[:2]) and unit.key[:2] in asked.about and not other_asked:
                strongly = max(strongly, 3.0)  # 蓝牙几点几 asks for 蓝牙版本
            elif (short := _SHORT.search(asked.about)) and short[1] in unit.key:
                strongly = max(strongly, 3.0)  # 什么轴 asks for 轴体
            if strongly >= KNOWN:
                strongly += _suits(asked.words, unit)
            if (
                strongly >= KNOWN
                or (share >= SHARE and enough and not (asked.english and len(words.split()) < 2))
                or (i in rare and share >= RARE_SHARE)
            ):
                found.append((strongly + 3 * share + 0.3 * (unit.product is not None), score, unit))
        if not found:
            return None
        score, _, unit = max(found, key=lambda one: one[:2])
        if product is None and unit.product is not None:
            if any(other.product not in (None, unit.product) and size >= KNOWN for size, _, other in found):
                return None  # of which product?
        if (
            _ABROAD.search(asked.rest)
            and place is not None
            and not (place[0] in unit.value or _EVERYWHERE.search(unit.value))
        ):
            return None
        return Found(score, unit)

    def faq(self, asked: Read, product: Product | None) -> Found | None:
        """The closest question of the faq. An answer that is filled from another product than the one talked about would be
        false, so it does not count."""
        best, answer = 0.0, ""
        spans = wanted(asked.about)
        kinds_asked = {kind for _, _, kind in spans}
        words, about = bare(asked.words), bare(_unpriced(asked.about).replace("\0", " "))
        for (_, share), (ask, told, of) in zip(self._asks.scores(_tagged(words, asked.words)), self._faq, strict=True):
            if product is not None and of and product.id not in of:
                continue
            mine = {kind for _, _, kind in wanted(ask)}
            own = any(asked.about[start:end] in told for start, end, _ in spans)
            if kinds_asked and mine and not kinds_asked & mine and ask not in asked.words and not own:
                continue  # a wrong answer is worse than none
            known = self._asks.held(_tagged(bare(ask), ask), _tagged(words, asked.words))
            # what the faq asks for must be in the question; what else is in it matters less
            score = 0.65 * known + 0.35 * share if len(bare(ask)) > 1 else 0.0
            if ask in asked.words:
                # short phrases stand in many questions: 怎么拍 in 怎么拍照
                score = 1.0 if len(ask) >= 4 or len(bare(asked.words.replace(ask, ""))) <= 1 else 0.0
            if (
                len(about) > 2
                and (own or not kinds_asked)
                and (held := self._asks.held(about, bare(told))) >= TOLD_SHARE
            ):
                score = max(score, held * FAQ_SURE)  # the question uses the answer's own words
            if score > best:
                best, answer = score, told
        return Found(6 * best, faq=answer, sure=best >= FAQ_SURE) if best >= FAQ_FITS else None


def _unpriced(words: str) -> str:
    """A question without its words for the price, which many answers hold."""
    for ask in concepts().special["price"]:
        words = words.replace(ask, " ")
    return words


def _of_another_part(about: str, unit: Unit) -> bool:
    """Whether a question asks for a part, a moment or a content that a fact does not speak of: 壶盖是什么材质, 开封后能放多久."""
    text = f"{unit.key} {unit.value}"
    if any(match[0] not in text for match in _PARTS.finditer(about)):
        return not (match := _PARTS.search(about)) or not unit.key.startswith(match[0])
    if re.search(r"换货|换码|换个|能换|可以换", about) and "退" not in about:
        return "换" not in text and "售后" not in text and bool(re.search("退", text))
    return bool(re.search(r"什么时候|哪天|几号|哪一天", about)) and not re.search(
        r"\d|天|日|时|周|月|年|当|即|季", text
    )


def _suits(words: str, unit: Unit) -> float:
    """How well a value suits what is asked: a weight for 多少克, a place for who names one."""
    suits = 0.0
    for asked, kind in _KINDS:
        if asked.search(words):
            suits += 1.5 * any(m.kind == kind for m in measures(unit.value))
    if place := _PLACES.search(words):
        suits += 3.0 * (place[0] in unit.value or "remote_area" in kinds(unit.key))
    return suits


@functools.lru_cache(CACHED)
def _tagged(words: str, text: str) -> str:
    """A text with the concepts that it speaks of, so that 怀孕 finds 孕妇."""
    tags = [
        f"{mark}{name}"
        for name, concept in concepts().facts.items()
        if strength(text, (*concept.keys, *concept.asks)) >= KNOWN
        for mark in ("is", "of")  # a concept weighs as much as two words
    ]
    return " ".join((words, *tags))


def _of_variants(product: Product, english: bool) -> Iterator[tuple[str, str]]:
    """The colours, sizes and specifications that there are, unless the facts tell them."""
    names = ("Colors", "Sizes", "Options") if english else ("颜色", "尺码", "规格")
    for name, field in zip(names, ("colour", "size", "spec"), strict=True):
        values = list(dict.fromkeys(value for variant in product.variants if (value := getattr(variant, field))))
        if values and name not in product.facts:
            yield name, (", " if english else "、").join(values)


def _units(persona: Persona) -> list[Unit]:
    found = []
    for p in persona.products:
        found += [
            Unit(key, value, p, asks_of(key)) for key, value in (*p.facts.items(), *_of_variants(p, persona.english))
        ]
        found += [Unit("", point, p, (), True) for point in p.points]
    return found + [Unit(key, value, None, asks_of(key)) for key, value in persona.shop.items()]
