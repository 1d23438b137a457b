"""Questions of money: what one costs, what several cost, what there is for a sum, what it was before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from anchor.mind.concepts import any_of, concepts, kinds
from anchor.mind.counts import MEASURES, Packs, Pieces
from anchor.mind.facts import Facts
from anchor.mind.forms import Form, form_of
from anchor.mind.phrases import Item
from anchor.mind.question import Read
from anchor.mind.wording import Words
from anchor.types import Answer, Fact
from persona.currency import BEFORE, BEHIND
from persona.measures import measures
from persona.model import Persona, Product
from persona.numerals import count

LISTED = 4
MOST = 8
"""products up to which they are added up for who wants them all"""
_SUM = r"(\d{1,5}|[一二两三四五六七八九]?[十百千][一二三四五六七八九]?十?)\s*(?:元|块钱?|yuan|dollars?|bucks)?"
_LIMIT = re.compile(
    rf"{_SUM}\s*(?:以内|以下|之内|左右|内的|以里|预算)|(?:预算|不超过|低于|under|below|less than)\s*(\d{{2,5}})"
)
_OFFER = re.compile(
    rf"(?<![\d.]){_SUM}\s*(?:卖不卖|卖吗|行不行|行吗|可以吗|能卖|出不出|包邮行|给不给|成吗|成交|拿走|能拿走|能不能)"
    r"|\b(?:would|will|can|could) you (?:take|accept|do|sell)\b[^.?!]{0,20}?\d"
)
_ENOUGH = re.compile(r"够不够|够吗|够\s*\d+(?:\.\d+)?\s*(?:元|块钱?)?(?:吗|不|么|$|[?？,，])|enough|能买吗|买得起")
_BUDGET = re.compile(rf"(?<![\d.]){_SUM}\s*(?:够|能|可以).{{0,2}}(?:买|拿|拍|付)")
_OTHER = re.compile(
    r"[㐀-鿿]费|(?:加|另|额外|补|贴)(?:外)?(?:收|付|多少|几块|钱|价|花)|差价|押金|定金|尾款|分期|利息|首付|工本|税|租|延保|团购|批发|代理|加盟|会员|积分|红包|满减|券(?!后)"
    r"|全网|保价|比价|别家|淘宝|拼多多|天猫|专柜|市场价"
)
"""money that is not the price of what is shown"""
_DEALS = re.compile(r"第[二三]件|满\s*\d+\s*减|买.{1,3}送|[二两三]件.{0,3}折|多买|组合价|套餐")
_LOOSE = re.compile(r"斤|公斤|千克|kg|克|g(?![a-z])|升|ml|毫升|平方|两(?=多少|怎么卖)")
_SINGLE = re.compile(rf"[单每]\s*([{MEASURES}])")
_OF_MODEL = re.compile(
    r"\d+(?:\.\d+)?\s*(?:ml|毫升|l|升|g|克|kg|公斤|斤)\s*(?:装|款|版)?的|\d+\s*-?(?:ml|g|kg|l)\b(?= )"
)
"""500ml的壶 is the pot, and no part of it"""
_LATER = re.compile(
    r"明天|明年|以后|过几天|双十[一二]|双11|双12|618|下次|下周|下个月|昨天|上次|过年|年后|黑五|会降|会涨|涨价"
)
_PIECE = r"[个件条只双张台款把包袋瓶套份盒罐支本箱桶盏辆]"
_BARE = re.compile(
    rf"(?:^|\0|[款的这那]|这{_PIECE}|[一二两三四五六七八九十\d]{_PIECE}|现在|今天)\s*(?:是|要|得)?\s*多少[呀啊呢哦]*[?？。!！]*$|几块[呀啊呢]*[?？。!！]*$|^\W*how much\W*$|(?:^|\0)[\s?!~。]*[价¥][\s?!~。]*$"
)
_HOW_MUCH_OF = re.compile(
    r"how much (?!(?:is|are|for|does|do|did|the|this|that|these|it|its|a|an|one|two|would|will|they|money|off|cost)\b)[a-z]+"
)
_THING = re.compile(
    r"(?:how much(?: is| are| does| do| for|'s)?|what(?: is|'s| are) the (?:price|cost) (?:of|for))(?: the| a| an| your| one| this| that| these| those)* ([a-z]+)"
)
_IT = frozenset(["it", "they", "them", "all", "everything", "both", "this", "that", "these", "those", "one", "ones", "two", "three", "four", "five", "six", "total", "together", "now", "today", "off", "item", "items", "link", "number", "cost", "price", "i", "you", "we", "each", "piece", "pieces", "for", "is", "are", "in", "to", "please", "product", "thing", "stuff"])  # fmt: skip
_HOW_MANY = re.compile(rf"(?<![\d.]){_SUM}\s*(?:能|可以|够).{{0,2}}(?:买|拿|拍).{{0,2}}(?:几|多少)")
_FREE = re.compile(r"要钱|收钱|收费|花钱|免费吗|要不要钱|要给钱")
_FEE = re.compile(rf"\d\s*(?:{BEHIND})|(?:{BEFORE})\s*\d|包邮|免|费|发票|专票|电子|free|fee|invoice", re.I)
_EITHER = re.compile(
    r"或者?|还是|要么|\bor\b|[\d一二两三四五六七八九十]\s*[-~到至]\s*[\d一二两三四五六七八九十]|[送赠][^,，。?？]{0,6}\0|½|半[个件包盒瓶]"
)
"""one or the other, a range, or a gift: nothing that is added up"""
_EVERY = re.compile(r"(?:每[样种款个]|[两二三四五六七八]样|各|一样)(?:都|来|要|买|拿|拍|各)?一")
_ALL = re.compile(rf"{_EVERY.pattern}|全套|全部|都买|全要|全都|整套")
_SAID = re.compile(
    r"\d(?:[元块]\d?)?\s*(?:一[个件包盒套])?\s*(?:吗|对吧|对吗|是吧|对不对|\?)\s*$|(?:是不是|降到|涨到|还是(?!\s*\d+\s*号)|也卖|才卖|卖)\s*\d{1,5}|\d{1,5}\s*[元块]\s*\d?\s*[?？吗了]?$"
)
_MEASURE = re.compile(r"\d+(?:\.\d+)?\s*(?:ml|毫升|l|升|g|克|kg|公斤|斤|cm|厘米|寸)(?![a-z])")
_SIZED = re.compile(
    r"(\d+(?:\.\d+)?\s*(?:ml|毫升|l|升|g|克|kg|公斤|斤|cm|厘米|寸))\s*(?:装|款|版|规格)?的|(?<=\0)\s*(\d+(?:\.\d+)?\s*(?:ml|毫升|l|升|cm|厘米|寸|w|瓦))(?![a-z])"
)
_EACH = re.compile(rf"[一每]人|人手|各.{{0,2}}[两二三四五](?![{MEASURES}])")
_APART = re.compile(r"差多少|差几|贵多少|贵几|便宜多少|便宜几|相差|贵了多少|difference|how much (?:more|less|cheaper)")
_NEUTRAL = re.compile(
    rf"[\s\0,，.。?？!！~·]|现在|今天|今日|明天|昨天|后天|直播间?|活动|这{_PIECE}|那{_PIECE}|这|那|一?{_PIECE}|一?斤|买|卖|要|是|的|能|得|到手|最后|实付|券后|折后|下来|请问|主播"
    r"|老板娘?|姐姐?|哥哥?|亲|宝贝?们?|小姐姐|美女|老师|你们?|咱们?|家|大概|一共|总共|单价|单个|每|第|号|链接|款|啊|呀|呢|吧|哦|嗯|吗|了|都|就|又|还|想|问|下|看|给|我|们|它|她|和|跟|加|再|起"
    r"|价位|东西|商品|产品|正常|平时|便宜|优惠|原价|原先|原来|之前|以前|省|贵|降|官方|多少|钱|价|什么|怎么|各样?|一样|来|拿|共|也|啦|嘛|哈|人|合计|拢共|一起|我要|要|拍|下单|做|各|如果|要是|假如|老婆|老公|妈妈?|爸爸?|孩子|朋友"
)


class Money:
    """Answers what is asked about money, and leaves everything else."""

    def __init__(self, persona: Persona, facts: Facts) -> None:
        self._persona, self._facts = persona, facts
        self._packs = Packs(persona.products)

    def answer(self, asked: Read, product: Product | None, say: Words) -> Answer | None:
        special, rest = concepts().special, asked.rest
        priced = any_of(rest, special["price"]) or bool(_BARE.search(rest) or _SAID.search(rest))
        priced = priced and not _HOW_MUCH_OF.search(rest)
        was, bargain = any_of(rest, special["was"]), any_of(rest, special["bargain"])
        bargain = bargain or _OFFER.search(rest) is not None
        form = form_of(rest, product) if product is not None else Form()
        items = self._items(asked, product, form, priced)
        budget = _BUDGET.search(rest)
        enough = budget is None and _ENOUGH.search(rest) is not None
        total = (any_of(rest, special["total"]) or budget is not None) and not _EACH.search(asked.words)
        many = _HOW_MANY.search(rest)
        apart = bool(_APART.search(rest)) and (len(asked.mentions) > 1 or len(form.variants) > 1)
        other = (_OTHER.search(rest) is not None and (priced or was or bargain or total)) or _FREE.search(
            rest
        ) is not None
        limit = _LIMIT.search(rest)
        listed = (total and (len(form.variants) > 1 or bool(asked.mentions))) or (
            (budget is not None or enough) and product is not None
        )
        if not (
            priced or was or bargain or apart or items or other or many or limit or listed or self._sum(asked, total)
        ):
            return None
        if product is not None and priced and self._no_such(asked, product, form):
            return say.no_form(product, form.unknown) if form.unknown else say.unknown(product)
        listed_form = product is not None and form.unknown and any(form.unknown in v for v in product.facts.values())
        if other or (priced and not form.variants and not listed_form and self._elsewhere(asked)):
            return self._fee(asked, product, say)
        if (sure := self._facts.faq(asked, product)) is not None and (sure.sure or not priced):
            return _faq(sure.faq, product)
        if many and product is not None and len(asked.mentions) <= 1 and not product.several_prices:
            return say.how_many(product, _value(many[1]))
        if apart:
            pair = [Item(p) for p in asked.products] if len(asked.mentions) > 1 else _variants(product, form)
            return say.apart(pair[:2])
        if limit:
            return say.under(self._persona.products, _value(limit[1] or limit[2]))
        items = items or self._sum(asked, total)
        if items:
            return say.together(items, self._deals(items), was, _value(budget[1]) if budget else None)
        if len(asked.mentions) > 1 or product is None:
            shown = asked.products or self._persona.products[:LISTED]
            return say.prices(shown, bool(asked.mentions)) if shown else None
        return self._of_one(asked, product, form, say, was, bargain)

    def _of_one(self, asked: Read, product: Product, form: Form, say: Words, was: bool, bargain: bool) -> Answer:
        """The price of one product, or of one variant of it."""
        rest = asked.rest
        if was and not (product.several_prices and form.variants):
            return say.was(product)
        if len(form.variants) == 1:
            return say.price(Item(product, 1, form.variants[0]), bargain, bool(_LATER.search(rest)))
        if form.variants:
            return say.variants(product, form.variants)
        if product.several_prices and not bargain:
            return say.from_price(product)
        pieces = asked.mentions[0].pieces if asked.mentions else asked.pieces
        if pieces is None and (single := _SINGLE.search(rest)):
            pieces = Pieces(1, single[1], *single.span())
        inside = pieces is not None and self._packs.inside(product, pieces)
        pack = self._pack(product) if inside or _LOOSE.search(_OF_MODEL.sub(" ", rest)) else ""
        return say.price(Item(product), bargain, bool(_LATER.search(rest)), pack)

    def _items(self, asked: Read, product: Product | None, form: Form, priced: bool) -> list[Item]:
        """What is bought, where it is certain that it is more than one piece of something. What each of several people gets is
        not counted, nor what has several prices."""
        if not (priced or self._sums(asked)) or not asked.clear:
            return []
        if _EACH.search(asked.words) or _EITHER.search(asked.rest) or self._sized_otherwise(asked, product):
            return []
        everything = _ALL.search(asked.rest) if priced else _EVERY.search(asked.rest)
        if not asked.mentions and everything and len(self._persona.products) <= MOST:
            return (
                []
                if any(p.several_prices for p in self._persona.products)
                else [Item(p) for p in self._persona.products]
            )
        if not asked.mentions and product is not None and asked.pieces is not None:
            return self._certain([(product, asked.pieces)], form)
        forms = self._forms(asked, form)
        items = self._certain([(m.product, m.pieces) for m in asked.mentions], *forms)
        if any(item.number > 1 for item in items) or (len(items) > 1 and all(m.pieces for m in asked.mentions)):
            return items
        return []

    @staticmethod
    def _forms(asked: Read, form: Form) -> list[Form]:
        """The form of each product that is named; with several, each stands before its name."""
        if len(asked.mentions) == 1:
            return [form]
        starts = [0, *(mention.end for mention in asked.mentions)]
        return [
            form_of(asked.rest[start : m.start], m.product) for start, m in zip(starts, asked.mentions, strict=False)
        ]

    def _certain(self, pieces: Sequence[tuple[Product, Pieces | None]], *forms: Form) -> list[Item]:
        """So many of each, or nothing where one of the numbers counts something else, or a price is not certain."""
        items = []
        for (product, count_), form in zip(pieces, forms, strict=True):
            if form.unknown and product.variants:
                return []
            variant = form.variants[0] if len(form.variants) == 1 else None
            if count_ is not None and not self._packs.sells(product, count_):
                return []
            if product.several_prices and variant is None:
                return []
            items.append(Item(product, count_.number if count_ is not None else 1, variant))
        return items if any(count_ is not None and count_.number > 1 for _, count_ in pieces) or len(items) > 1 else []

    def _sum(self, asked: Read, total: bool) -> list[Item]:
        """One of each product that is named, where all together are asked for."""
        if not total or len(asked.mentions) < 2 or not asked.clear or _LOOSE.search(asked.rest):
            return []
        return self._certain([(m.product, m.pieces) for m in asked.mentions], *self._forms(asked, Form()))

    def _sums(self, asked: Read) -> bool:
        special = concepts().special
        return any(any_of(asked.rest, special[kind]) for kind in ("total", "price", "was")) or (
            _BUDGET.search(asked.rest) is not None
        )

    @staticmethod
    def _sized_otherwise(asked: Read, product: Product | None) -> bool:
        """Whether a measure stands beside the pieces that the product does not have: 三包500g的, where one is of 454g."""
        written = [measures(match[0])[0] for match in _MEASURE.finditer(asked.rest)]
        known = [m for value in product.facts.values() for m in measures(value)] if product is not None else []
        return any(
            all(m.low != w.low for m in known if m.kind == w.kind) and any(m.kind == w.kind for m in known)
            for w in written
        )

    @staticmethod
    def _no_such(asked: Read, product: Product, form: Form) -> bool:
        """Whether a form is asked for that the product has not: a variant beside those that are written down, or a measure that it
        has in another value."""
        if form.unknown and (product.variants or _not_in_table(form.unknown, product)):
            return True
        size = _SIZED.search(asked.rest)
        if size is None or form.variants:
            return False
        measure = measures(size[1] or size[2])[0]
        known = [m for value in product.facts.values() for m in measures(value) if m.kind == measure.kind]
        return bool(known) and all(m.low != measure.low for m in known)

    def _fee(self, asked: Read, product: Product | None, say: Words) -> Answer:
        """Another sum than the price: only what is written of just that."""
        found = self._facts.best(asked, product)
        if found is not None and found.faq and found.sure:
            return _faq(found.faq, product)
        if found is not None and found.unit is not None and _FEE.search(f"{found.unit.key}{found.unit.value}"):
            unit = found.unit
            return say.fact(unit.product, unit.key, unit.value, unit.point)
        return say.unknown(product)

    def _elsewhere(self, asked: Read) -> bool:
        """Whether a price is asked for something that is no product: 延保多少钱, 壶盖多少钱, how much is gift wrapping."""
        if asked.english and not asked.mentions:
            thing = _THING.search(asked.rest)
            return thing is not None and thing[1] not in _IT
        match = re.search(r"(.{0,8}?)(?:多少钱|什么价|价格|价钱|几块钱|怎么卖|多少元)", _uncounted(asked))
        if not match:
            return False
        _, named, behind = match[1].rpartition("\0")
        left = _NEUTRAL.sub("", behind if named else match[1])
        short = any(m.end - m.start == 1 for m in asked.mentions)
        return len(re.findall(r"[㐀-鿿]", left)) >= (1 if short and named else 2) and not re.search(r"\d", left)

    def _deals(self, items: Sequence[Item]) -> bool:
        """Whether the shop has terms for who buys several, which a plain sum would not keep to."""
        texts = [*self._persona.shop.values(), *(faq.answer for faq in self._persona.faq)]
        texts += [text for i in items for text in (*i.product.points, *i.product.facts.values())]
        return any(_DEALS.search(text) for text in texts)

    def _pack(self, product: Product) -> str:
        """What is in one, as it is written."""
        packed = [
            (key, value) for key, value in product.facts.items() if {"spec", "net", "count", "pack"} & set(kinds(key))
        ]
        mark = ": " if self._persona.english else ""
        return next((f"{key}{mark}{value}" for key, value in packed), "")


def _faq(text: str, product: Product | None) -> Answer:
    of = product.id if product else None
    return Answer(text, "faq", (Fact("faq", None, text),), of)


def _value(said: str) -> Decimal:
    return Decimal(count(said))


def _not_in_table(size: str, product: Product) -> bool:
    """Whether a product has a size table without this size: XXL where it ends at XL."""
    bare = re.sub(r"[码号\s]", "", size).lower()
    letters = re.fullmatch(r"[2-6]?x{0,4}[sml]", bare) is not None
    return (
        bool(product.sizes)
        and letters
        and bare not in [re.sub(r"[码号\s]", "", name).lower() for name in product.sizes]
    )


def _uncounted(asked: Read) -> str:
    """A question without the pieces that it counts."""
    rest = asked.rest
    for pieces in (asked.pieces, *(mention.pieces for mention in asked.mentions)):
        if pieces is not None:
            rest = rest[: pieces.start] + " " * (pieces.end - pieces.start) + rest[pieces.end :]
    return rest


def _variants(product: Product | None, form: Form) -> list[Item]:
    assert product is not None, "a form is of a product"
    return [Item(product, 1, variant) for variant in form.variants]
