"""Questions to answers from the operator's catalogue alone: no model, so nothing can be made up."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from anchor.desk.disclosure import asks
from anchor.mind import wording
from anchor.mind.compare import Compared, compare
from anchor.mind.concepts import any_of, concepts, strength
from anchor.mind.question import Mention, Read, Reader, number_of
from anchor.mind.retrieve import Index, bare
from anchor.mind.sizes import body, fit
from anchor.types import Answer, Cue, Talk
from persona.fill import by_id, filled
from persona.model import Persona, Product

SHARE = 0.5
"""of a question's weight, that a text must hold to answer it"""
FAQ_SHARE, FAQ_SURE = 0.55, 0.85
"""from where on a question of the faq fits at all, and from where on nothing else is looked for"""
KNOWN = 2.0
"""from this strength on a question asks for a concept"""
LISTED = 4
_LIMIT = re.compile(
    r"(\d{2,5}|[一二两三四五六七八九]?[十百千])\s*(?:元|块钱?)?\s*(?:以内|以下|之内|左右|内的|以里|预算)|(?:预算|不超过|低于|under|below|less than)\s*(\d{2,5})"
)
_OFFER = re.compile(
    r"(?<![\d.])(\d{1,5}|[一二三四五六七八九]?[十百][一二三四五六七八九]?)\s*(?:元|块钱?)?\s*(?:卖不卖|卖吗|行不行|行吗|可以吗|能卖|出不出|包邮行|给不给|成吗|成交|拿走|能拿|能不能)"
)
_FEE = re.compile(
    r"([㐀-鿿]{1,6}费)|(?:加|另|额外|补)(?:收|付|多少|几块|钱|价)|差价|押金|定金|尾款|分期|利息|首付|工本|税"
)
_DEALS = re.compile(r"第[二三]件|满\s*\d+\s*减|买.{1,3}送|[二两三]件.{0,3}折|多买|组合价|套餐")
_LOOSE = re.compile(r"斤|公斤|千克|kg|克|g\b|升|ml|毫升|米|平|两(?=多少|怎么卖)")
_MORE = re.compile(r"(\d{2,4}|[一二三四五六七八九]?百)\s*[个件条只双张台款把包袋瓶套份盒罐支本箱]")
_TIME = re.compile(
    r"明天|明年|以后|过几天|双十[一二]|双11|双12|618|下次|下周|下个月|昨天|上次|过年|年后|黑五|会降|会涨|涨价|最近"
)
_BARE_PRICE = re.compile(
    r"(?:^|\0|[款个件条的这那]|现在|今天)\s*多少[呀啊呢哦]*[?？。!！]*$|几块[呀啊呢]*[?？。!！]*$|\bhow much\b"
)
_NEUTRAL = re.compile(
    r"[\s\0,，.。?？!！~·]|现在|今天|今日|直播间?|活动|这个|那个|这款|那款|这件|那件|这|那|一[个件条只双张台款把包袋瓶套份盒罐支本箱斤]|[个件条只双张台款把包袋瓶套份盒罐支本箱]|买|卖|要|是|的|能|得|到手|最后|实付|券后|折后|下来|请问|主播"
    r"|老板娘?|姐姐?|哥哥?|亲|宝贝?们?|小姐姐|美女|老师|你们?|咱们?|家|大概|一共|总共|单价|单个|每|第|号|链接|款|啊|呀|呢|吧|哦|嗯|吗|了|都|就|又|还|想|问|下|看|给|我|们|它|她|它们|和|跟|加|再|起|价位|东西|商品|产品|宝贝|正常|平时|官方|多少|钱|价|什么|怎么"
)


@dataclass(frozen=True, slots=True)
class _Unit:
    """One thing that the shop has written down, and what it is asked for by."""

    key: str
    value: str
    product: Product | None
    """None for what holds for the whole shop"""
    asks: tuple[str, ...]
    point: bool = False


class Catalogue:
    """Answers by what is written in the persona: facts, prices, stock, sizes, faq."""

    def __init__(self, persona: Persona) -> None:
        self._persona = persona
        self._reader = Reader(persona.products)
        self._units = list(_units(persona))
        self._index = Index([f"{u.key} {u.value}".lower() for u in self._units])
        products = by_id(persona)
        told = [(faq, text) for faq in persona.faq if (text := filled(faq.answer, products)) is not None]
        self._faq = [(bare(ask.lower()), ask.lower(), text, faq.answer) for faq, text in told for ask in faq.ask]
        self._asked = Index([ask for ask, *_ in self._faq])
        self._say = wording.Words(persona)

    async def respond(self, cue: Cue, talk: Talk) -> AsyncGenerator[Answer, None]:
        yield self.answer(cue.prompt, talk.focus)

    def named(self, question: str) -> str | None:
        """The product that a question names, the first one if there are several."""
        found = self._reader.read(question).products
        return found[0].id if found else None

    def all_named(self, text: str) -> list[Product]:
        """Every product that a text names as it is written, in its order."""
        return self._reader.named(text)

    def knows(self, question: str, focus: str | None = None) -> bool:
        """Whether there is anything here that answers it, for the product in focus or any."""
        any_ = focus or next((p.id for p in self._persona.products), None)
        return self.answer(question, any_).source not in ("unknown", "courtesy")

    def answer(self, question: str, focus: str | None = None) -> Answer:
        """The answer to a question; ``focus`` is the product on screen or last talked about."""
        asked = self._reader.read(question)
        # the language follows the question, but an English voice speaks no Chinese
        say = self._say.english(asked.english)
        if asks(question):
            return say.disclosure()
        product = asked.products[0] if asked.mentions else self._persona.product(focus)
        for attempt in (self._size, self._compared, self._money, self._stocked, self._told, self._general):
            if (found := attempt(asked, product, say)) is not None:
                return found
        return say.courtesy(asked.words) or say.unknown(product)

    # each of these answers, or leaves the question to the next

    def _size(self, asked: Read, product: Product | None, say: wording.Words) -> Answer | None:
        if not (product and product.sizes):
            sized = [p for p in self._persona.products if p.sizes]
            if asked.mentions or len(sized) != 1 or product is not None:
                return None
            product = sized[0]
        wants = any_of(asked.words, concepts().special["fit"])
        if body(asked.words) and (wants or not any_of(asked.rest, concepts().special["price"])):
            found = fit(asked.words, product)
            if found is not None:
                return say.fits(product, found)
        named = [
            size
            for size in product.sizes
            if re.search(rf"(?<![a-z0-9]){re.escape(size.lower())}\s*(?:码|号|$|的|有|还)", asked.rest)
        ]
        if wants or (named and not any_of(asked.rest, concepts().special["price"])):
            return say.sizes(product)
        return None

    def _compared(self, asked: Read, product: Product | None, say: wording.Words) -> Answer | None:
        found = compare(asked, product, self._persona.products)
        if found is None:
            return None
        return say.compared(found) if isinstance(found, Compared) else say.differ(found)

    def _money(self, asked: Read, product: Product | None, say: wording.Words) -> Answer | None:
        special, rest = concepts().special, asked.rest
        if match := _LIMIT.search(rest):
            return say.under(self._persona.products, _sum(match[1] or match[2]))
        priced = any_of(rest, special["price"])
        was, bargain = any_of(rest, special["was"]), any_of(rest, special["bargain"])
        offered = _OFFER.search(rest) is not None
        total = any_of(rest, special["total"])
        bought = [m for m in asked.mentions if m.count > 1]
        if not (
            priced or was or bargain or offered or (total and (len(asked.mentions) > 1 or bought or asked.count > 1))
        ):
            return None
        if _FEE.search(rest) or (priced and self._elsewhere(rest)):
            return self._told(asked, product, say, of_price=True) or say.unknown(product)
        if sure := self._from_faq(asked, product, FAQ_SURE if priced else FAQ_SHARE):
            return sure
        mentions = asked.mentions
        if not mentions and product is not None and asked.count > 1:
            mentions = (Mention(product, asked.count, 0, 0),)
        several = any(m.count > 1 for m in mentions) and not _LOOSE.search(rest)
        if several or (total and len(mentions) > 1):
            return say.together(mentions, self._deals(mentions))
        if len(mentions) > 1 or product is None:
            return (
                say.prices(asked.products or self._persona.products[:LISTED], bool(mentions))
                if self._persona.products
                else None
            )
        if was and product.was is not None:
            return say.was(product)
        loose = (
            next((f"{k}{v}" for k, v in product.facts.items() if k in ("规格", "净含量")), "")
            if _LOOSE.search(rest)
            else ""
        )
        return say.price(product, bargain or offered, bool(_TIME.search(rest)), loose)

    def _elsewhere(self, rest: str) -> bool:
        """Whether a price is asked for something that is no product: 延保多少钱."""
        match = re.search(r"(.{0,8})(?:多少钱|什么价|价格|价钱|几块钱|怎么卖|多少元)", rest)
        if not match:
            return False
        before = match[1].rpartition("\0")
        left = _NEUTRAL.sub("", before[2] if before[1] else match[1])
        return len(re.findall(r"[㐀-鿿]", left)) >= 2 and not re.search(r"\d", left)

    def _deals(self, mentions: Sequence[Mention]) -> bool:
        """Whether the shop has terms for who buys several, which a plain sum would not keep to."""
        texts = [*self._persona.shop.values(), *(answer for *_, answer, _ in self._faq)]
        texts += [text for m in mentions for text in (*m.product.points, *m.product.facts.values())]
        return any(_DEALS.search(text) for text in texts)

    def _stocked(self, asked: Read, product: Product | None, say: wording.Words) -> Answer | None:
        wants = any_of(asked.rest, concepts().special["stock"])
        many = _MORE.search(asked.rest) is not None and re.search(r"有|够|能", asked.rest) is not None
        if not (wants or many) or product is None or product.stock is None:
            return None
        # 还有吗 is about the goods, 还有粉色吗 about something of them
        asking = self._best(asked, product)
        if asking is not None and asking[0] > strength(asked.rest, concepts().special["stock"]):
            return None
        return say.stock(product)

    def _told(self, asked: Read, product: Product | None, say: wording.Words, of_price: bool = False) -> Answer | None:
        """What the shop has written down: the faq or a fact, whichever fits better."""
        best = self._best(asked, product)
        from_faq = self._score_faq(asked, product)
        if from_faq is not None and (best is None or 6 * from_faq[0] >= best[0] or from_faq[0] >= FAQ_SURE):
            return Answer(from_faq[1], "faq", (from_faq[1],), product.id if product else None)
        if best is None:
            return None
        unit = best[1]
        if of_price and not re.search(r"\d|包邮|免|费", f"{unit.key}{unit.value}"):
            return None
        return say.fact(unit.product, unit.key, unit.value, unit.point)

    def _best(self, asked: Read, product: Product | None) -> tuple[float, _Unit] | None:
        """The fact that is asked for, and how strongly."""
        words = bare(asked.rest.replace("\0", " "))
        scores = self._index.scores(words)
        found: list[tuple[float, float, _Unit]] = []
        for (score, share), unit in zip(scores, self._units, strict=True):
            if unit.product is not None and unit.product is not product:
                continue
            asks_for = 0.0 if unit.point else strength(asked.rest, unit.asks)
            if asks_for >= KNOWN or share >= SHARE:
                found.append((asks_for + 3 * share + 0.3 * (unit.product is not None), score, unit))
        if not found:
            return None
        best = max(found, key=lambda one: (one[0], one[1]))
        return best[0], best[2]

    def _from_faq(self, asked: Read, product: Product | None, least: float) -> Answer | None:
        found = self._score_faq(asked, product)
        if found is None or found[0] < least:
            return None
        return Answer(found[1], "faq", (found[1],), product.id if product else None)

    def _score_faq(self, asked: Read, product: Product | None) -> tuple[float, str] | None:
        """How well the closest question of the faq fits, and its answer; None under the threshold. An answer that is
        filled from another product than the one talked about would be false, so it does not count."""
        best, answer = 0.0, ""
        words = bare(asked.words)
        for (_, share), (ask, whole, told, raw) in zip(self._asked.scores(words), self._faq, strict=True):
            others = {p.id for p in self._persona.products if f"{{{p.id}." in raw}
            if product is not None and others and product.id not in others:
                continue
            # what the faq asks for must be in the question; what else is in it matters less
            known = Index([words]).scores(ask)[0][1] if ask else 0.0
            score = 0.65 * known + 0.35 * share
            if whole in asked.words:
                # short phrases stand in many questions: 怎么拍 in 怎么拍照
                score = 1.0 if len(whole) >= 4 or len(bare(asked.words.replace(whole, ""))) <= 1 else 0.0
            if score > best:
                best, answer = score, told
        return (best, answer) if best >= FAQ_SHARE else None

    def _general(self, asked: Read, product: Product | None, say: wording.Words) -> Answer | None:
        """What is left: how to buy, what there is, a product in general."""
        special, rest = concepts().special, asked.rest
        if any_of(rest, special["buy"]) and product is not None and product.link:
            return say.buy(product)
        if product is None and self._persona.products and any_of(rest, special["list"]):
            return say.prices(self._persona.products[:LISTED], False)
        if product is None:
            return None
        if _BARE_PRICE.search(rest):
            return say.price(product)
        left = re.sub(r"\s|[?？!！。,，~]", "", _strip(bare(rest.replace("\0", " ")), special["about"]))
        asked_about = any_of(rest, special["about"])
        if asked.mentions and (asked_about or len(left) <= 1):
            return say.about(product)
        if asked_about and len(left) <= 3 and len(asked.words) <= 30:
            return say.about(product)
        return None


def _strip(words: str, keys: Sequence[str]) -> str:
    for key in sorted(keys, key=len, reverse=True):
        words = words.replace(key, "")
    return words


def _units(persona: Persona) -> list[_Unit]:
    """Everything that is written of the products and the shop."""
    found = []
    for p in persona.products:
        found += [_Unit(key, value, p, _asks(key)) for key, value in p.facts.items()]
        found += [_Unit("", point, p, (), True) for point in p.points]
    return found + [_Unit(key, value, None, _asks(key)) for key, value in persona.shop.items()]


def _asks(key: str) -> tuple[str, ...]:
    return (key.lower(), *(ask for concept in concepts().of(key) for ask in concept.asks))


def _sum(said: str) -> Decimal:
    if said.isdigit():
        return Decimal(said)
    size = {"十": 10, "百": 100, "千": 1000}[said[-1]]
    return Decimal((number_of(said[:-1]) or 1) * size)
