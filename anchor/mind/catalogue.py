"""Questions to answers from the operator's catalogue alone: no model, so nothing can be made up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncGenerator, Sequence

from anchor.desk.disclosure import asks
from anchor.types import Answer, Cue, Talk
from persona.fill import amount, by_id, fill, filled
from persona.model import Persona, Product

FAQ_THRESHOLD = 0.62

_PRICE = (
    "多少钱",
    "价格",
    "价钱",
    "几块",
    "什么价",
    "怎么卖",
    "贵不贵",
    "多少米",
    "几多钱",
    "how much",
    "price",
    "cost",
)
_WAS = ("原价", "便宜多少", "优惠", "打折", "折扣", "降价", "便宜", "discount", "cheaper", "off")
_STOCK = ("库存", "有货", "还有吗", "还有没有", "还剩", "现货", "卖完", "断货", "in stock", "available", "left")
_BUY = ("链接", "购买", "下单", "怎么买", "哪里买", "link", "buy", "order")
_ABOUT = ("怎么样", "介绍", "好不好", "好用吗", "特点", "有什么用", "是什么", "推荐", "tell me", "about", "what is")
_SYNONYMS = {
    "材质": ("材料", "什么做的", "啥做的", "什么料", "什么钢", "不锈钢", "material", "made of"),
    "容量": ("多大", "多少毫升", "几升", "毫升", "能装", "装多少", "capacity", "how big"),
    "重量": ("多重", "重吗", "多少克", "几斤", "weight", "heavy"),
    "发货地": ("哪里发", "哪发", "从哪", "什么地方发", "ship from", "shipped from"),
    "快递": ("物流", "发什么", "什么快递", "顺丰", "中通", "圆通", "courier", "carrier"),
    "发货时间": (
        "多久发",
        "什么时候发",
        "几天发",
        "何时发",
        "发货要",
        "发货快",
        "多久能发",
        "when do you ship",
        "when will it ship",
    ),
    "质保": ("保修", "保多久", "坏了", "售后", "warranty", "guarantee"),
    "产地": ("哪里产", "哪产", "什么地方的", "origin", "come from"),
    "保质期": ("过期", "保质", "放多久", "能放", "shelf life", "expire"),
    "净含量": ("多少克", "几克", "几斤", "一包多少", "一袋多少", "多重", "net weight", "how many grams"),
    "档位": ("几档", "多少档", "粗细", "settings"),
    "尺寸": ("多长", "多宽", "多高", "尺码", "size", "dimensions"),
    "颜色": ("什么色", "几种色", "color", "colour"),
}


_MANY = re.compile(
    r"(?<![第\d.])(?:[两二三四五六七八九十]|[2-9]|\d{2,})\s*[个件只条双张台款把包袋瓶套份盒]|一起|一共|总共|加起来|合起来|全套"
    r"|\b(?:two|three|four|five|six|ten|[2-9]|\d{2,}|both|total|together|altogether)\b"
)
"""more than one piece: the price of one is no answer"""
# what may stand beside a name of a single character, so that 茶壶 and 壶盖 are not 壶
_BEFORE_SHORT = "这那个款把只的买要问你们咱家是和跟比"
_AFTER_SHORT = "0123456789零一二两三四五六七八九十百多是的吗呢什怎有几要卖贵便能可好在还呀啊吧和跟比啥咋现今原价"
_PARTICLES = r"[这那个款的呢吗啊呀吧哦嘛有没看下一讲说你们咱家主播请问\s?？!！。,，~]"


class Catalogue:
    """Answers by what is written in the persona: facts, prices, stock, faq."""

    def __init__(self, persona: Persona) -> None:
        self._persona = persona
        self._products = by_id(persona)
        names = [(_plain(n), p) for p in persona.products for n in (p.name, p.id, *p.aliases)]
        self._names = sorted(names, key=lambda pair: -len(pair[0]))
        answered = [faq for faq in persona.faq if filled(faq.answer, self._products) is not None]
        self._faq = [(_grams(_plain(ask)), _plain(ask), faq) for faq in answered for ask in faq.ask]
        self._english = {
            p.id: next((a for a in p.aliases if len(a) > 2 and a.isascii()), p.name) for p in persona.products
        }

    async def respond(self, cue: Cue, talk: Talk) -> AsyncGenerator[Answer, None]:
        yield self.answer(cue.prompt, talk.focus)

    def named(self, question: str) -> str | None:
        """The product that a question names, the first one if there are several."""
        found = self._mentioned(_plain(question))
        return found[0].id if found else None

    def all_named(self, text: str) -> list[Product]:
        """Every product that a text names, in its order."""
        return self._mentioned(_plain(text))

    def knows(self, question: str, focus: str | None = None) -> bool:
        """Whether there is anything here that answers it, for the product in focus or any."""
        any_ = focus or next(iter(self._products), None)
        return self.answer(question, any_).source != "unknown"

    def answer(self, question: str, focus: str | None = None) -> Answer:
        """The answer to a question; ``focus`` is the product on screen or last talked about."""
        words = _plain(question)
        # the language follows the question, but an English voice speaks no Chinese
        asked_in_english = bool(re.search(r"[a-z]{2}", words)) and not re.search(r"[㐀-鿿]", words)
        english = asked_in_english or self._persona.anchor.language == "en-US"
        if asks(question):
            return Answer("I am an AI, a virtual anchor." if english else self._persona.disclosure.line, "disclosure")
        mentioned = self._mentioned(words)
        product = mentioned[0] if mentioned else self._persona.product(focus)
        if _has(words, _PRICE) or _has(words, _WAS):
            if len(mentioned) > 1 or (product is None and self._persona.products):
                return self._prices(mentioned or self._persona.products[:4], bool(mentioned), english)
            if product is not None and _MANY.search(words):
                return self._single(product, english)
        told = self._fact(words, product, english)
        asked = self._asked(words, product)
        if asked is not None and (told is None or (asked[0] >= 0.9 and not mentioned)):
            return Answer(asked[1], "faq", (asked[1],), product.id if product else None)
        if told is not None:
            return told
        if product is not None and len(words) <= 30 and self._asks_about(words, bool(mentioned)):
            return self._about(product, english)
        return self._unknown(product, english)

    def _prices(self, products: Sequence[Product], mentioned: bool, english: bool) -> Answer:
        """The price of each, for whoever asks about several or names none."""
        if english:
            listed = ", ".join(f"{self._english[p.id]} {amount(p.price)}元" for p in products)
            text = f"{listed}." if mentioned else f"{listed}. Which one do you mean?"
        else:
            listed = "，".join(f"{p.name}{amount(p.price)}元" for p in products)
            text = f"{listed}。" if mentioned else f"{listed}。您想了解哪一款？"
        facts = tuple(f"price: {p.name} {amount(p.price)}元" for p in products)
        return Answer(text, "catalogue", facts, products[0].id if mentioned else None)

    def _single(self, product: Product, english: bool) -> Answer:
        """One piece's price for a question about several: what they cost together is the order page's to say."""
        price = f"{amount(product.price)}元"
        if english:
            text = f"One {self._english[product.id]} is {price}; the order page shows the total."
        else:
            text = f"{product.name}单件{price}，买多件的总价以下单页面为准。"
        return Answer(text, "catalogue", (f"price: {price}",), product.id)

    def _fact(self, words: str, product: Product | None, english: bool) -> Answer | None:
        """Price, stock or a fact of ``product``, whichever the question names."""
        if product is None:
            return None
        price = f"{amount(product.price)}元"
        for key, value in product.facts.items():
            if _has(words, (_plain(key), *_SYNONYMS.get(key, ()))):
                text = f"{self._english[product.id]}: {value}." if english else f"{product.name}的{key}是{value}。"
                return Answer(text, "catalogue", (f"{key}: {value}",), product.id)
        if _has(words, _STOCK) and product.stock is not None:
            facts = (f"stock: {product.stock}",)
            if english:
                text = f"Yes, {product.stock} left." if product.stock else "Sorry, it is sold out."
            else:
                text = (
                    f"{product.name}现在还有{product.stock}件，喜欢可以直接拍。"
                    if product.stock
                    else f"{product.name}暂时没有货了。"
                )
            return Answer(text, "catalogue", facts, product.id)
        if _has(words, _WAS) and product.was is not None:
            was, saved = f"{amount(product.was)}元", f"{amount(product.was - product.price)}元"
            text = f"{product.name}原价{was}，直播间{price}，便宜{saved}。"
            if english:
                text = f"{self._english[product.id]}: {price} now, {was} before."
            return Answer(text, "catalogue", (f"price: {price}", f"was: {was}"), product.id)
        if _has(words, _PRICE) or _has(words, _WAS):
            text = f"The {self._english[product.id]} is {price}." if english else f"{product.name}今天直播间{price}。"
            return Answer(text, "catalogue", (f"price: {price}",), product.id)
        if _has(words, _BUY) and product.link:
            text = (
                f"The {self._english[product.id]} is in the cart below."
                if english
                else f"{product.name}在屏幕下方的购物车里，点开就能下单。"
            )
            return Answer(text, "catalogue", (f"link: {product.link}",), product.id)
        return None

    def _about(self, product: Product, english: bool) -> Answer:
        points = ("，" if not english else ", ").join(product.points)
        price = f"{amount(product.price)}元"
        if english:
            text = (
                f"{self._english[product.id]}: {points}. {price}."
                if points
                else f"The {self._english[product.id]} is {price}."
            )
        else:
            text = f"这款{product.name}，{points}，今天{price}。" if points else f"这款{product.name}，今天{price}。"
        return Answer(text, "catalogue", (f"price: {price}", *product.points), product.id)

    def _unknown(self, product: Product | None, english: bool) -> Answer:
        if english:
            text = "I do not have that information, so I will not guess."
            if product:
                text += f" We are looking at the {self._english[product.id]}."
            return Answer(text, "unknown", (), product.id if product else None)
        text = "这个我这边没有准确的资料，不敢乱说，您可以问一下客服。"
        if product:
            text += f"咱们接着看{product.name}。"
        return Answer(text, "unknown", (), product.id if product else None)

    def _mentioned(self, words: str) -> list[Product]:
        """The products that a question names, in its order; a longer name hides the shorter ones inside of it."""
        found: list[tuple[int, Product]] = []
        for name, product in self._names:
            at = _find(words, name)
            if at >= 0:
                words = words[:at] + "\0" * len(name) + words[at + len(name) :]
                if all(product is not known for _, known in found):
                    found.append((at, product))
        return [product for _, product in sorted(found, key=lambda pair: pair[0])]

    def _asks_about(self, words: str, named: bool) -> bool:
        """Whether a question wants to hear about a product in general: it names it, or means the one on screen."""
        bare = words
        for key in _ABOUT:
            bare = bare.replace(key, "")
        if named:
            return bare != words or len(self._rest(words)) <= 1
        return bare != words and len(self._rest(bare)) <= 4

    def _rest(self, words: str) -> str:
        """What a question holds beside a product's name and small talk."""
        name = next((n for n, _ in self._names if _find(words, n) >= 0), "")
        return re.sub(_PARTICLES, "", words.replace(name, "", 1) if name else words)

    def _asked(self, words: str, product: Product | None) -> tuple[float, str] | None:
        """How well the closest question of the faq fits, and its answer; None under the threshold. An answer that is
        filled from another product than the one talked about would be false, so it does not count."""
        grams = _grams(words)
        best, answer = 0.0, None
        for known, ask, faq in self._faq:
            others = {p.id for p in self._persona.products if f"{{{p.id}." in faq.answer}
            if product is not None and others and product.id not in others:
                continue
            # what the faq asks for must be in the question; what else is in it matters less
            shared = len(grams & known)
            score = (shared / max(1, len(known))) * 0.7 + (shared / max(1, len(grams))) * 0.3
            if ask in words:
                # short phrases stand in many questions: 怎么拍 in 怎么拍照
                whole = len(ask) >= 4 or not self._rest(words.replace(ask, ""))
                score = 1.0 if whole else 0.0
            if score > best:
                best, answer = score, faq.answer
        if answer is None or best < FAQ_THRESHOLD:
            return None
        return best, fill(answer, self._products)


def _plain(text: str) -> str:
    """Folded for comparison: width, case, spaces around, repeated marks."""
    text = unicodedata.normalize("NFKC", text).lower().strip()
    return re.sub(r"\s+", " ", re.sub(r"([?!。,.~])\1+", r"\1", text))


def _grams(text: str) -> frozenset[str]:
    """Single characters and pairs, the size at which Chinese questions differ."""
    letters = re.sub(r"[\W_]+", "", text)
    return frozenset(letters) | frozenset(letters[i : i + 2] for i in range(len(letters) - 1))


def _has(words: str, keys: tuple[str, ...]) -> bool:
    return any(_names(words, key) for key in keys)


def _names(words: str, name: str) -> bool:
    return _find(words, name) >= 0


def _find(words: str, name: str) -> int:
    """Where a name occurs, or -1. Latin letters must stand as whole words, single characters among small talk."""
    if not name:
        return -1
    if name.isascii():
        match = re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", words)
        return match.start() if match else -1
    if len(name) > 1:
        return words.find(name)
    for match in re.finditer(re.escape(name), words):
        before, after = words[: match.start()][-1:], words[match.end() :][:1]
        if _small(before, _BEFORE_SHORT) and _small(after, _AFTER_SHORT):
            return match.start()
    return -1


def _small(char: str, among: str) -> bool:
    return not char or not "㐀" <= char <= "鿿" or char in among
