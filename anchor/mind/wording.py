"""What the catalogue finds, as sentences that can be spoken, in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anchor.mind.compare import PRICE, Compared
from anchor.mind.concepts import any_of, concepts
from anchor.mind.phrases import SHOWN, Item
from anchor.mind.prices import PriceWords
from anchor.mind.sizes import Fit
from anchor.mind.stocks import StockWords
from anchor.types import Answer, Fact
from persona.model import Product

_COURTESY = {
    "hello": ("您好，欢迎来到直播间！", "Hello, and welcome!"),
    "thanks": ("谢谢您的支持！", "Thank you!"),
    "bye": ("慢走，欢迎下次再来！", "Bye, see you next time!"),
}


class Words(PriceWords, StockWords):
    """All of them."""

    def in_english(self, asked: bool) -> Words:
        """For a question in English, where the anchor does not speak English anyway."""
        return Words(self._persona, True) if asked and not self._english else self

    def disclosure(self) -> Answer:
        text = "I am an AI, a virtual anchor." if self._english else self._persona.disclosure.line
        return Answer(text, "disclosure")

    def courtesy(self, words: str) -> Answer | None:
        """An answer to whoever only greets, thanks or leaves."""
        left = re.sub(r"[\s\W_]|主播|小姐姐|老板|大家|美女|[啊呀啦呢哦吧了的]", "", words)
        for kind, said in concepts().courtesy.items():
            for word in said:
                left = left.replace(word.replace(" ", ""), "") if word.replace(" ", "") in left else left
            if not re.sub(r"[好真太很]", "", left) and any_of(words, said):
                return Answer(_COURTESY[kind][self._english], "courtesy")
        return None

    def on_the_way(self, told: Answer) -> Answer:
        """When it is sent is known; when it arrives is not."""
        more = " How long it travels I do not know." if self._english else "路上几天要看物流，我说不准。"
        return Answer(told.text + more, told.source, told.facts, told.product)

    def fact(self, product: Product | None, key: str, value: str, point: bool) -> Answer:
        if self._english:
            text = f"{self.name(product)}: {value}." if product else f"{value}."
        elif product is None:
            text = f"{value}。" if key[:2] in value else f"{key}是{value}。"
        elif point:
            text = f"{product.name}，{value}。"
        else:
            text = f"{product.name}，{value}。" if key[:2] in value else f"{product.name}的{key}是{value}。"
        of = product.id if product else None
        fact = Fact("point", of, value) if point else Fact("fact", of, f"{key}: {value}")
        return Answer(text, "catalogue" if product else "shop", (fact,), of)

    def facts(self, found: Sequence[tuple[Product, str, str]]) -> Answer:
        """The same fact of several products."""
        if self._english:
            text = ", ".join(f"{self.name(p)}: {value}" for p, _, value in found) + "."
        else:
            text = "，".join(f"{p.name}的{key}是{value}" for p, key, value in found) + "。"
        return Answer(
            text, "catalogue", tuple(Fact("fact", p.id, f"{key}: {p.name} {value}") for p, key, value in found)
        )

    def aside(self) -> Answer:
        """To whoever asks about the anchor instead of the goods."""
        text = "Let us talk about the products." if self._english else "哈哈，这个我就不聊啦，咱们还是看看商品吧。"
        return Answer(text, "courtesy")

    def fits(self, product: Product, found: Fit) -> Answer:
        facts = (*_sizes(product), Fact("size", product.id, found.by))
        if not found.size:
            answer = self.unknown(None)
            table = "" if self._english else f"尺码表里没有对应{found.by}的，"
            text = answer.text if self._english else f"{table}您可以问一下客服。"
            return Answer(text, "unknown", (), product.id)
        if self._english:
            return Answer(f"Size {found.size} by the size table.", "catalogue", facts, product.id)
        text = f"{product.name}，{found.by}，按尺码表建议{found.size}码。"
        return Answer(text, "catalogue", facts, product.id)

    def sizes(self, product: Product, size: str = "") -> Answer:
        """The whole table, or one row."""
        if size and not self._english:
            told = "，".join(f"{name}{said}" for name, said in product.sizes[size].items())
            return Answer(f"{product.name}{size}码，{told}。", "catalogue", _sizes(product), product.id)
        if self._english:
            return Answer(f"Sizes: {', '.join(product.sizes)}.", "catalogue", _sizes(product), product.id)
        rows = [f"{size}码{'，'.join(f'{n}{v}' for n, v in told.items())}" for size, told in product.sizes.items()]
        if len(rows) > SHOWN:
            text = f"{product.name}有{'、'.join(product.sizes)}码，您说一下{'和'.join(next(iter(product.sizes.values())))}，我帮您看。"
        else:
            text = f"{product.name}的尺码，{'；'.join(rows)}。"
        return Answer(text, "catalogue", _sizes(product), product.id)

    def compared(self, found: Compared) -> Answer:
        first = found.values[0][0]
        shown = found.values[:SHOWN]
        if found.key == PRICE:
            shown = tuple((p, self.from_or(p)) for p, _ in shown)
        facts = tuple(Fact("fact", p.id, f"{found.key}: {p.name} {value}") for p, value in shown)
        if found.key == PRICE:
            facts = self.price_facts([p for p, _ in shown])
        if self._english:
            listed = ", ".join(f"{self.name(p)} {value}" for p, value in shown)
            text = f"{listed}." if found.equal else f"The {self.name(first)}: {listed}."
        else:
            what = "" if found.key == PRICE else found.key
            listed = "，".join(f"{p.name}{what}{value}" for p, value in shown)
            text = f"{listed}，是一样的。" if found.equal else f"{listed}，{found.key}上{first.name}更{found.word}。"
            if found.key == PRICE and not found.equal:
                text = f"{first.name}更{found.word}，{listed}。"
        return Answer(text + self.gone([Item(first)]), "catalogue", facts, first.id)

    def differ(self, products: Sequence[Product]) -> Answer:
        shown = products[:SHOWN]
        facts = (*self.price_facts(shown), *(point for p in shown for point in _points(p)))
        if self._english:
            text = ". ".join(", ".join((f"{self.name(p)}: {self.from_or(p)}", *p.points)) for p in shown) + "."
        else:
            text = (
                "；".join("，".join((f"{p.name}{self.from_or(p)}", *p.points[:2])) for p in shown)
                + "。看您更需要哪一样。"
            )
        return Answer(text, "catalogue", facts, shown[0].id)

    def buy(self, product: Product) -> Answer:
        if product.left == 0:
            return self.stock(product)
        text = f"{product.name}在屏幕下方的购物车里，点开就能下单。"
        if self._english:
            text = f"The {self.name(product)} is in the cart below."
        return Answer(text, "catalogue", (Fact("link", product.id, product.link),), product.id)

    def introduce(self, product: Product, script: str) -> Answer:
        """It is to be shown: its ``script`` is played next, or its points and facts are told where it has none."""
        price = self.from_or(product)
        if not script:
            return self.about(product, True)
        text = f"好的，这就给大家讲{product.name}，今天{price}。"
        if self._english:
            text = f"Here is the {self.name(product)}, {price}."
        fact = Fact("price", product.id, price)
        return Answer(text + self.gone([Item(product)]), "catalogue", (fact,), product.id, introduces=script)

    def about(self, product: Product, whole: bool = False) -> Answer:
        """What is good about it and what it costs; ``whole``: its facts too."""
        price = self.from_or(product)
        shown = list(product.facts.items())[:SHOWN] if whole or not product.points else []
        described = [f"{key}: {value}" if self._english else f"{key}{value}" for key, value in shown]
        if self._english:
            listed = ", ".join((*product.points, *described))
            text = f"{self.name(product)}: {listed}. {price}." if listed else f"The {self.name(product)} is {price}."
        else:
            text = "，".join((f"这款{product.name}", *product.points, *described, f"今天{price}")) + "。"
        facts = (Fact("price", product.id, price), *_points(product))
        facts = (*facts, *(Fact("fact", product.id, f"{key}: {value}") for key, value in shown))
        return Answer(text + self.gone([Item(product)]), "catalogue", facts, product.id)


def _points(product: Product) -> tuple[Fact, ...]:
    return tuple(Fact("point", product.id, point) for point in product.points)


def _sizes(product: Product) -> tuple[Fact, ...]:
    rows = product.sizes.items()
    return tuple(
        Fact("size", product.id, f"{size}: {', '.join(f'{n} {v}' for n, v in told.items())}") for size, told in rows
    )
