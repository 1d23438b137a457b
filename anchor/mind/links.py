"""Reads the numbers by which viewers ask for a product of the room's list: 3号多少钱, 看看二号, link 3."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from persona.model import Product
from persona.numerals import count

_NUMBER = r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]|\d{1,3})"
_THING = r"(?:车(?!厢|间|站|型|位)|链接?|宝贝|商品|产品|款|品|小黄车|购物车|袋子)"
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_WORD = rf"(?:{'|'.join(_WORDS)})"
_NOT_OF_LIST = r"(?<![a-z])(?<!order )(?<!room )(?<!house )(?<!phone )(?<!size )(?<!flight )(?<!gate )(?<!bus )(?<!model )(?<!part )(?<!at )(?<!chanel )(?<!tracking )"
_SURE = re.compile(
    rf"(?<![\d.])(?P<a>{_NUMBER})\s*号\s*{_THING}|第\s*(?P<b>{_NUMBER})\s*(?:个|号)?\s*(?:链接|宝贝|商品|产品)|链接\s*(?P<c>{_NUMBER})(?!\d)\s*号?|(?<![\d.])(?P<d>\d{{1,3}})\s*(?:链接?|#(?!\d))"
    rf"|(?<![a-z])(?:links?|items?|products?)\s*(?:no\.?|number|#)?\s*(?P<e>\d{{1,3}}|{_WORD})(?![a-z0-9]|\s*(?:am|pm|days?|hours?|%))"
    rf"|{_NOT_OF_LIST}(?:no\.?|number|#)\s*(?P<f>\d{{1,3}}|{_WORD})(?=\s*(?:[?.,!㐀-鿿]|$|(?:please|pls|is|in|still|sold|out|total|together|too|cheaper|available|left|price|cost|costs|have|has|come|look|now|and|or|for|again|what|how|made|from|one|on)\b))"
)
_LIKELY = re.compile(rf"(?<![\d.月年周期几逗句冒分引括a-z-])(?!0)第?(?P<a>{_NUMBER})\s*号(?P<after>.*)")
_DATE_BEFORE = re.compile(
    r"(?:月|月份|本月|这个月|下个月|上个月|今天是?|明天是?|昨天是?|每月|生日|(?<!回)(?<!切)(?<!换)到|截止|从|过了|等|农历|腊月|正月|星期.|周.|截至|型号|尺码|码数|鞋码|脚|穿|房间?|楼|座|栋|单元|门牌|公交|地铁|球衣|站|国道|出口)\s*(?:的|在|是)?\s*$"
)
_NO_LINK = re.compile(
    r"\s*(?:发|到(?!手|底)|能到|能发|可以到|会到|之?前|以[前后内上下]|楼|院|色|码|电池|汽油|铅笔|砂纸|钢|针|鞋|裤|衣|床|桌|卡|墨|公路|高速|地铁|线路|出口|台风|风球|特工|选手|嘉宾|车厢|车间|螺|筛|钉|机长|机组|机票"
    r"|的?脚|下单|拍的|买的|付款|收到|生日|考试|上班|开学|放假|过[年节]|要用|要去|还是\s*\d+\s*号|[-~到至]\s*\d|就[到发能]|有?没?有?活动(?!价))"
)
"""what makes N号 a date, a size, a house or a line, whatever follows"""
_NO_LINK_ALONE = re.compile(
    r"\s*(?:送|之?后|开[始播奖抢门售]|结束|截止|截至|线|字|生产|左右|早|晚|上午|下午|中午|凌晨|店|门|房|仓|柜|机|员|球|油|的?时候|会?有活动|还有活动|直播|播|下播|口|半|男|女|模|收|才|站|座|病|室|令|节|是?(?:周|星期|几号|哪天|什么日子)|[吗嘛]|$)"
)
"""the same, where no word of a price, of stock or of a product's traits follows"""
_SHOP = re.compile(
    r"多少|几[块元折档个种]|价|怎么卖|还有|库存|有货|好[吃喝用看]|能[喝吃用]|什么|口感|颜色|材质|尺寸|便宜|优惠|链接|怎么样|适合"
)
_CALLED = re.compile(
    r"(?:看|讲|说|介绍|讲解|上|过|试|想要|要|来|拍|买|拿|换|回|问|聊|展示|切|下|拆|喜欢|想|一下|小黄车|购物车|回到)\s*(?:一?[下遍个]|看|个|了|过)?\s*$"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A number of the list that is asked for; ``product`` is None where nothing has it."""

    start: int
    end: int
    number: int
    product: Product | None


class Links:
    """Knows the numbers of a shop's list: those that are written, else the places in it."""

    def __init__(self, products: Sequence[Product]) -> None:
        numbers = {product.no: product for product in products if product.no is not None}
        for i, product in enumerate(products, 1):
            if product.no is None:
                numbers.setdefault(i, product)
        self._numbers = numbers

    def read(self, words: str) -> list[Link]:
        """The links that a folded text asks for, in its order."""
        links = [self._link(match) for match in _SURE.finditer(words)]
        at = 0
        while (match := _LIKELY.search(words, at)) is not None:
            at = match.start("after")
            if any(link.start < at and match.start() < link.end for link in links):
                continue
            if self._means_link(words[: match.start()], match["after"]):
                links.append(self._at(match.start(), at, match["a"]))
        return sorted(links, key=lambda link: link.start)

    @staticmethod
    def _means_link(before: str, after: str) -> bool:
        """Whether N号 is a link here, and no date, size or house: 3号多少钱, but 3号发货吗."""
        if _DATE_BEFORE.search(before):
            return False
        called = _CALLED.search(before) is not None or _SHOP.search(before) is not None
        bare = not after.strip(" ,，。.!！?？~呢呀啊吧")
        if bare:
            return called or not before.strip() or before.endswith(("和", "跟", "与", "、"))
        if _NO_LINK.match(after) is not None:
            return False
        return _SHOP.search(after) is not None or _NO_LINK_ALONE.match(after) is None

    def _link(self, match: re.Match[str]) -> Link:
        return self._at(match.start(), match.end(), next(group for group in match.groups() if group))

    def _at(self, start: int, end: int, written: str) -> Link:
        number = _WORDS.get(written) or count(written)
        return Link(start, end, number, self._numbers.get(number))
