"""Questions of money: what one costs, what several cost, what there is for a sum, what it was before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from anchor.mind.concepts import any_of, concepts
from anchor.mind.facts import Facts
from anchor.mind.question import Mention, Read
from anchor.mind.wording import Words
from anchor.types import Answer, Fact
from persona.measures import measures
from persona.model import Persona, Product
from persona.numerals import count

LISTED = 4
MOST = 8
"""products up to which they are added up for who wants them all"""
_SUM = r"(\d{1,5}|[一二两三四五六七八九]?[十百千][一二三四五六七八九]?十?)\s*(?:元|块钱?|yuan)?"
_LIMIT = re.compile(
    rf"{_SUM}\s*(?:以内|以下|之内|左右|内的|以里|预算)|(?:预算|不超过|低于|under|below|less than)\s*(\d{{2,5}})"
)
_OFFER = re.compile(
    rf"(?<![\d.]){_SUM}\s*(?:卖不卖|卖吗|行不行|行吗|可以吗|能卖|出不出|包邮行|给不给|成吗|成交|拿走|能拿走|能不能)"
)
_BUDGET = re.compile(rf"(?<![\d.]){_SUM}\s*(?:够|能|可以).{{0,2}}(?:买|拿|拍|付)")
_OTHER = re.compile(
    r"[㐀-鿿]费|(?:加|另|额外|补|贴)(?:外)?(?:收|付|多少|几块|钱|价|花)|差价|押金|定金|尾款|分期|利息|首付|工本|税|租|延保|团购|批发|代理|加盟|会员|积分|红包|满减|券(?!后)"
    r"|全网|保价|比价|别家|淘宝|拼多多|天猫|专柜|市场价"
)
"""money that is not the price of what is shown"""
_DEALS = re.compile(r"第[二三]件|满\s*\d+\s*减|买.{1,3}送|[二两三]件.{0,3}折|多买|组合价|套餐")
_LOOSE = re.compile(r"斤|公斤|千克|kg|克|g(?![a-z])|升|ml|毫升|平方|两(?=多少|怎么卖)")
_LATER = re.compile(
    r"明天|明年|以后|过几天|双十[一二]|双11|双12|618|下次|下周|下个月|昨天|上次|过年|年后|黑五|会降|会涨|涨价"
)
_PIECE = r"[个件条只双张台款把包袋瓶套份盒罐支本箱桶盏辆]"
_BARE = re.compile(
    rf"(?:^|\0|[款的这那]|这{_PIECE}|[一二两三四五六七八九十\d]{_PIECE}|现在|今天)\s*(?:是|要|得)?\s*多少[呀啊呢哦]*[?？。!！]*$|几块[呀啊呢]*[?？。!！]*$|^\W*how much\W*$"
)
_HOW_MUCH_OF = re.compile(
    r"how much (?!(?:is|are|for|does|do|did|the|this|that|these|it|its|a|an|one|two|would|will|they|money|off|cost)\b)[a-z]+"
)
_HOW_MANY = re.compile(rf"(?<![\d.]){_SUM}\s*(?:能|可以|够).{{0,2}}(?:买|拿|拍).{{0,2}}(?:几|多少)")
_FREE = re.compile(r"要钱|收钱|收费|花钱|免费吗|要不要钱|要给钱")
_ALL = re.compile(r"全套|全部|都买|全要|全都|整套")
_SAID = re.compile(r"(?:是不是|降到|涨到|还是|也卖|才卖|卖)\s*\d{1,5}|\d{1,5}\s*[元块]\s*\d?\s*[?？吗了]?$")
_SIZED = re.compile(r"(\d+(?:\.\d+)?\s*(?:ml|毫升|l|升|g|克|kg|公斤|斤|cm|厘米|寸))\s*(?:装|款|版|规格)?的")
_EACH = re.compile(r"[一每]人|人手|各.{0,2}[两二三四五]")
_APART = re.compile(r"差多少|差几|贵多少|贵几|便宜多少|便宜几|相差|贵了多少|difference")
_NEUTRAL = re.compile(
    rf"[\s\0,，.。?？!！~·]|现在|今天|今日|直播间?|活动|这{_PIECE}|那{_PIECE}|这|那|一?{_PIECE}|一?斤|买|卖|要|是|的|能|得|到手|最后|实付|券后|折后|下来|请问|主播"
    r"|老板娘?|姐姐?|哥哥?|亲|宝贝?们?|小姐姐|美女|老师|你们?|咱们?|家|大概|一共|总共|单价|单个|每|第|号|链接|款|啊|呀|呢|吧|哦|嗯|吗|了|都|就|又|还|想|问|下|看|给|我|们|它|她|和|跟|加|再|起"
    r"|价位|东西|商品|产品|正常|平时|便宜|优惠|原价|原先|原来|之前|以前|省|贵|降|官方|多少|钱|价|什么|怎么|各样?|一样|来|拿|共|也|啦|嘛|哈|人|老婆|老公|妈妈?|爸爸?|孩子|朋友"
)


class Money:
    """Answers what is asked about money, and leaves everything else."""

    def __init__(self, persona: Persona, facts: Facts) -> None:
        self._persona, self._facts = persona, facts

    def answer(self, asked: Read, product: Product | None, say: Words) -> Answer | None:
        special, rest = concepts().special, asked.rest
        priced = any_of(rest, special["price"]) or bool(_BARE.search(rest) or _SAID.search(rest))
        priced = priced and not _HOW_MUCH_OF.search(rest)
        was, bargain = any_of(rest, special["was"]), any_of(rest, special["bargain"])
        bargain = bargain or _OFFER.search(rest) is not None
        several = self._several(asked, product, priced)
        if priced and not asked.mentions and _ALL.search(rest) and len(self._persona.products) <= MOST:
            several = [Mention(p, 1, 0, 0) for p in self._persona.products]
        total = (any_of(rest, special["total"]) or _BUDGET.search(rest) is not None) and not _EACH.search(asked.words)
        many = _HOW_MANY.search(rest) is not None
        apart = bool(_APART.search(rest)) and len(asked.mentions) > 1
        if not asked.clear and asked.mentions:
            several, total = (), False
        several_priced = several or (total and len(asked.mentions) > 1)
        other = (_OTHER.search(rest) is not None and (priced or was or bargain or total)) or _FREE.search(
            rest
        ) is not None
        if not (priced or was or bargain or apart or several_priced or other or many or _LIMIT.search(rest)):
            return None
        if priced and product is not None and (size := _SIZED.search(rest)) and self._no_such(size[1], product):
            return say.unknown(product)
        if other or (priced and self._elsewhere(asked)):
            return self._fee(asked, product, say)
        if (sure := self._facts.faq(asked, product)) is not None and (sure.sure or not priced):
            return _faq(sure.faq, product)
        if (match := _HOW_MANY.search(rest)) and product is not None and len(asked.mentions) <= 1:
            return say.how_many(product, _value(match[1]))
        if apart:
            return say.apart(asked.products[:2])
        if match := _LIMIT.search(rest):
            return say.under(self._persona.products, _value(match[1] or match[2]))
        if several_priced and not _LOOSE.search(rest):
            mentions = several or asked.mentions
            budget = _BUDGET.search(rest)
            return say.together(mentions, self._deals(mentions), was, _value(budget[1]) if budget else None)
        if len(asked.mentions) > 1 or product is None:
            shown = asked.products or self._persona.products[:LISTED]
            return say.prices(shown, bool(asked.mentions)) if shown else None
        if was:
            return say.was(product)
        return say.price(
            product, bargain, bool(_LATER.search(rest)), self._pack(product) if _LOOSE.search(rest) else ""
        )

    def _several(self, asked: Read, product: Product | None, priced: bool) -> Sequence[Mention]:
        """What is bought, where it is more than one piece of something. What each of several people gets is not counted."""
        if _EACH.search(asked.words):
            return ()
        if not (priced or self._sums(asked)):
            return ()
        if any(m.count > 1 for m in asked.mentions):
            return asked.mentions
        if not asked.mentions and product is not None and asked.count > 1:
            return (Mention(product, asked.count, 0, 0),)
        return asked.mentions if len(asked.mentions) > 1 and all(m.count for m in asked.mentions) else ()

    def _sums(self, asked: Read) -> bool:
        special = concepts().special
        return any(any_of(asked.rest, special[kind]) for kind in ("total", "price", "was")) or (
            _BUDGET.search(asked.rest) is not None
        )

    @staticmethod
    def _no_such(size: str, product: Product) -> bool:
        """Whether a measure is asked for that the product has in no other value."""
        asked = measures(size)[0]
        known = [m for value in product.facts.values() for m in measures(value) if m.kind == asked.kind]
        return bool(known) and all(m.low != asked.low for m in known)

    def _fee(self, asked: Read, product: Product | None, say: Words) -> Answer:
        """Another sum than the price: only what is written of just that."""
        found = self._facts.best(asked, product)
        if found is not None and found.faq:
            return _faq(found.faq, product)
        if (
            found is not None
            and found.unit is not None
            and re.search(r"\d\s*元|包邮|免|费|发票|专票|电子", f"{found.unit.key}{found.unit.value}")
        ):
            unit = found.unit
            return say.fact(unit.product, unit.key, unit.value, unit.point)
        return say.unknown(product)

    def _elsewhere(self, asked: Read) -> bool:
        """Whether a price is asked for something that is no product: 延保多少钱, 壶盖多少钱."""
        match = re.search(r"(.{0,8}?)(?:多少钱|什么价|价格|价钱|几块钱|怎么卖|多少元)", asked.rest)
        if not match:
            return False
        _, named, behind = match[1].rpartition("\0")
        left = _NEUTRAL.sub("", behind if named else match[1])
        short = any(m.end - m.start == 1 for m in asked.mentions)
        return len(re.findall(r"[㐀-鿿]", left)) >= (1 if short and named else 2) and not re.search(r"\d", left)

    def _deals(self, mentions: Sequence[Mention]) -> bool:
        """Whether the shop has terms for who buys several, which a plain sum would not keep to."""
        texts = [*self._persona.shop.values(), *(faq.answer for faq in self._persona.faq)]
        texts += [text for m in mentions for text in (*m.product.points, *m.product.facts.values())]
        return any(_DEALS.search(text) for text in texts)

    @staticmethod
    def _pack(product: Product) -> str:
        return next((f"{k}{v}" for k, v in product.facts.items() if k in ("规格", "净含量")), "")


def _faq(text: str, product: Product | None) -> Answer:
    of = product.id if product else None
    return Answer(text, "faq", (Fact("faq", None, text),), of)


def _value(said: str) -> Decimal:
    return Decimal(count(said))
