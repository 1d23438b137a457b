"""What the catalogue finds, as sentences that can be spoken, in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from anchor.mind.compare import PRICE, Compared
from anchor.mind.concepts import any_of, concepts
from anchor.mind.question import Mention
from anchor.mind.sizes import Fit
from anchor.types import Answer, Fact
from persona.fill import amount
from persona.model import Persona, Product

SHOWN = 4
_COURTESY = {
    "hello": ("您好，欢迎来到直播间！", "Hello, and welcome!"),
    "thanks": ("谢谢您的支持！", "Thank you!"),
    "bye": ("慢走，欢迎下次再来！", "Bye, see you next time!"),
}


class Words:
    """``english``: sentences are English; values stay as the merchant wrote them."""

    def __init__(self, persona: Persona, english: bool | None = None) -> None:
        self._persona = persona
        self._english = persona.anchor.language == "en-US" if english is None else english

    def in_english(self, asked: bool) -> Words:
        """For a question in English, where the anchor does not speak English anyway."""
        return Words(self._persona, True) if asked and not self._english else self

    def disclosure(self) -> Answer:
        text = "I am an AI, a virtual anchor." if self._english else self._persona.disclosure.line
        return Answer(text, "disclosure")

    def unknown(self, product: Product | None) -> Answer:
        if self._english:
            text = "I do not have that information, so I will not guess."
            if product:
                text += f" We are looking at the {self._name(product)}."
        else:
            text = "这个我这边没有准确的资料，不敢乱说，您可以问一下客服。"
            if product:
                text += f"咱们接着看{product.name}。"
        return Answer(text, "unknown", (), product.id if product else None)

    def courtesy(self, words: str) -> Answer | None:
        """An answer to whoever only greets, thanks or leaves."""
        left = re.sub(r"[\s\W_]|主播|小姐姐|老板|大家|美女|[啊呀啦呢哦吧了的]", "", words)
        for kind, said in concepts().courtesy.items():
            for word in said:
                left = left.replace(word.replace(" ", ""), "") if word.replace(" ", "") in left else left
            if not re.sub(r"[好真太很]", "", left) and any_of(words, said):
                return Answer(_COURTESY[kind][self._english], "courtesy")
        return None

    def price(self, product: Product, bargain: bool = False, later: bool = False, of: str = "") -> Answer:
        price = self._money(product.price)
        facts = [Fact("price", product.id, price)]
        if self._english:
            text = f"The {self._name(product)} is {price}" + (" now." if later else ".")
        elif of:
            text = f"{product.name}是按份卖的，{of}，今天直播间{price}。"
        elif later:
            text = f"以后的价格我说不准，{product.name}现在直播间{price}。"
        elif bargain and product.was is not None:
            text = f"{product.name}今天直播间{price}，比原价便宜{self._money(product.was - product.price)}。"
            facts.append(Fact("was", product.id, self._money(product.was)))
        elif bargain:
            text = f"{product.name}今天直播间就是{price}，我这边改不了价。"
        else:
            text = f"{product.name}今天直播间{price}。"
        pack = [Fact("fact", product.id, of)] if of else []
        return Answer(text + self._gone([product]), "catalogue", (*facts, *pack), product.id)

    def was(self, product: Product) -> Answer:
        if product.was is None:
            now = self._money(product.price)
            text = f"{product.name}没有标原价，现在直播间{now}。"
            if self._english:
                text = f"I know of no earlier price; the {self._name(product)} is {now} now."
            return Answer(text, "catalogue", (Fact("price", product.id, now),), product.id)
        price, was, saved = (self._money(n) for n in (product.price, product.was, product.was - product.price))
        text = f"{product.name}原价{was}，直播间{price}，便宜{saved}。"
        if self._english:
            text = f"{self._name(product)}: {price} now, {was} before."
        facts = (Fact("price", product.id, price), Fact("was", product.id, was))
        return Answer(text + self._gone([product]), "catalogue", facts, product.id)

    def prices(self, products: Sequence[Product], named: bool) -> Answer:
        """The price of each, for whoever asks about several or names none."""
        if self._english:
            text = ", ".join(f"{self._name(p)} {self._money(p.price)}" for p in products) + "."
            text += "" if named else " Which one do you mean?"
        else:
            text = "，".join(f"{p.name}{self._money(p.price)}" for p in products) + "。"
            text += "" if named else "您想了解哪一款？"
        facts = (*_prices(products), *_stocks(products))
        text += self._gone(products) if named else ""
        return Answer(text, "catalogue", facts, products[0].id if named else None)

    def under(self, products: Sequence[Product], limit: Decimal) -> Answer:
        """What there is for at most a sum."""
        there = [p for p in products if p.stock != 0]
        if not there:
            return self.unknown(None)
        found = [p for p in there if p.price <= limit]
        if not found:
            cheapest = min(there, key=lambda p: p.price)
            if self._english:
                text = f"Nothing below that; the {self._name(cheapest)} is {self._money(cheapest.price)}."
            else:
                text = f"这个价位暂时没有，{cheapest.name}是{self._money(cheapest.price)}。"
            return Answer(text, "catalogue", _prices([cheapest]), cheapest.id)
        found = sorted(found, key=lambda p: p.price)[:SHOWN]
        listed = ", ".join(f"{self._name(p)} {self._money(p.price)}" for p in found)
        text = (
            f"There is {listed}."
            if self._english
            else "有" + "，".join(f"{p.name}{self._money(p.price)}" for p in found) + "。"
        )
        return Answer(text, "catalogue", _prices(found), found[0].id)

    def how_many(self, product: Product, budget: Decimal) -> Answer:
        """How many pieces there are for a sum."""
        count, price = int(budget // product.price), self._money(product.price)
        had = self._money(budget)
        if self._english:
            text = f"One {self._name(product)} is {price}, so {had} is enough for {count}."
        else:
            text = (
                f"{product.name}{price}一件，{had}可以买{count}件。"
                if count
                else f"{product.name}{price}一件，{had}不够。"
            )
        facts = (Fact("sum", product.id, f"{product.name} {price} {had} {count}件"),)
        return Answer(text + self._gone([product], [count]), "catalogue", (*facts, *_stocks([product])), product.id)

    def apart(self, products: Sequence[Product]) -> Answer:
        """By how much two prices differ."""
        one, other = sorted(products, key=lambda p: -p.price)
        gap = self._money(one.price - other.price)
        listed = "，".join(f"{p.name}{self._money(p.price)}" for p in (one, other))
        text = f"{one.name}和{other.name}相差{gap}，{listed}。"
        if self._english:
            text = ", ".join(f"{self._name(p)} {self._money(p.price)}" for p in (one, other)) + f": {gap} apart."
        return Answer(text, "catalogue", (*_prices((one, other)), Fact("sum", None, f"{listed} {gap}")), products[0].id)

    def _gone(self, products: Sequence[Product], counts: Sequence[int] = ()) -> str:
        """What of these is sold out, or is less than what is asked for."""
        gone = [p for p in products if p.stock == 0]
        few = [p for p, n in zip(products, counts, strict=False) if p.stock and p.stock < n]
        if self._english:
            told = [f" {self._name(p)} is sold out for now." for p in gone]
            return "".join(told + [f" Only {p.stock} of {self._name(p)} are left." for p in few])
        told = [f"不过{p.name}暂时没有货了。" for p in gone]
        return "".join(told + [f"不过{p.name}现在只有{p.stock}件。" for p in few])

    def both(self, one: Answer, other: Answer) -> Answer:
        """Two answers to a question that asks two things."""
        facts = tuple(dict.fromkeys((*one.facts, *other.facts)))
        return Answer(one.text + (" " if self._english else "") + other.text, "catalogue", facts, one.product)

    def together(self, mentions: Sequence[Mention], deals: bool, was: bool, budget: Decimal | None) -> Answer:
        """What several pieces cost, by their prices; with ``was``, what is saved, and whether ``budget`` is enough."""
        sum_ = sum((max(1, m.count) * m.product.price for m in mentions), Decimal(0))
        total = self._money(sum_)
        saved = sum(
            (max(1, m.count) * (m.product.was - m.product.price) for m in mentions if m.product.was), Decimal(0)
        )
        if self._english:
            listed = " and ".join(f"{max(1, m.count)} {self._name(m.product)}" for m in mentions)
            text = f"{listed}: {total} together; the order page has the last word."
        else:
            listed = "加".join(f"{max(1, m.count)}件{m.product.name}" for m in mentions)
            enough = "" if budget is None else ("，够了" if sum_ <= budget else "，不够")
            less = f"，比原价便宜{self._money(saved)}" if was and saved else ""
            text = f"{listed}一共{total}{enough}{less}，{'有活动的话' if deals else ''}以下单页面为准。"
        several = [m.product for m in mentions]
        text += self._gone(several, [max(1, m.count) for m in mentions])
        sum_fact = Fact("sum", None, f"{listed} {total} {self._money(saved)}")
        facts = (*_prices(several), sum_fact, *_stocks(several))
        return Answer(text, "catalogue", facts, mentions[0].product.id)

    def on_the_way(self, told: Answer) -> Answer:
        """When it is sent is known; when it arrives is not."""
        more = " How long it travels I do not know." if self._english else "路上几天要看物流，我说不准。"
        return Answer(told.text + more, told.source, told.facts, told.product)

    def stock(self, product: Product, when: bool = False) -> Answer:
        """``when``: it is asked when there will be some again."""
        if self._english:
            text = f"Yes, {product.stock} left." if product.stock else "Sorry, it is sold out."
        elif product.stock:
            text = f"{product.name}现在还有{product.stock}件，喜欢可以直接拍。"
        else:
            text = f"{product.name}暂时没有货了。" + ("什么时候到货我这边没有准确的消息。" if when else "")
        return Answer(text, "catalogue", (Fact("stock", product.id, str(product.stock)),), product.id)

    def fact(self, product: Product | None, key: str, value: str, point: bool) -> Answer:
        if self._english:
            text = f"{self._name(product)}: {value}." if product else f"{value}."
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
            text = ", ".join(f"{self._name(p)}: {value}" for p, _, value in found) + "."
        else:
            text = "，".join(f"{p.name}的{key}是{value}" for p, key, value in found) + "。"
        return Answer(
            text, "catalogue", tuple(Fact("fact", p.id, f"{key}: {p.name} {value}") for p, key, value in found)
        )

    def stocks(self, products: Sequence[Product]) -> Answer:
        """What there is of each."""
        if self._english:
            text = ", ".join(f"{self._name(p)}: {p.stock} left" for p in products) + "."
        else:
            text = "，".join(f"{p.name}还有{p.stock}件" if p.stock else f"{p.name}没有货了" for p in products) + "。"
        return Answer(text, "catalogue", _stocks(products))

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
        facts = tuple(Fact("fact", p.id, f"{found.key}: {p.name} {value}") for p, value in shown)
        if found.key == PRICE:
            facts = _prices([p for p, _ in shown])
        if self._english:
            listed = ", ".join(f"{self._name(p)} {value}" for p, value in shown)
            text = f"{listed}." if found.equal else f"The {self._name(first)}: {listed}."
        else:
            what = "" if found.key == PRICE else found.key
            listed = "，".join(f"{p.name}{what}{value}" for p, value in shown)
            text = f"{listed}，是一样的。" if found.equal else f"{listed}，{found.key}上{first.name}更{found.word}。"
            if found.key == PRICE and not found.equal:
                text = f"{first.name}更{found.word}，{listed}。"
        return Answer(text + self._gone([first]), "catalogue", facts, first.id)

    def differ(self, products: Sequence[Product]) -> Answer:
        shown = products[:SHOWN]
        facts = (*_prices(shown), *(point for p in shown for point in _points(p)))
        if self._english:
            text = ". ".join(f"{self._name(p)}: {self._money(p.price)}, {', '.join(p.points)}" for p in shown) + "."
        else:
            text = (
                "；".join("，".join((f"{p.name}{self._money(p.price)}", *p.points[:2])) for p in shown)
                + "。看您更需要哪一样。"
            )
        return Answer(text, "catalogue", facts, shown[0].id)

    def buy(self, product: Product) -> Answer:
        if product.stock == 0:
            return self.stock(product)
        text = f"{product.name}在屏幕下方的购物车里，点开就能下单。"
        if self._english:
            text = f"The {self._name(product)} is in the cart below."
        return Answer(text, "catalogue", (Fact("link", product.id, product.link),), product.id)

    def about(self, product: Product) -> Answer:
        price = self._money(product.price)
        if self._english:
            text = (
                f"{self._name(product)}: {', '.join(product.points)}. {price}."
                if product.points
                else f"The {self._name(product)} is {price}."
            )
        else:
            text = "，".join((f"这款{product.name}", *product.points, f"今天{price}")) + "。"
        return Answer(
            text + self._gone([product]), "catalogue", (Fact("price", product.id, price), *_points(product)), product.id
        )

    def _name(self, product: Product | None) -> str:
        if product is None:
            return ""
        return next((a for a in product.aliases if len(a) > 2 and a.isascii()), product.name)

    def _money(self, price: Decimal) -> str:
        return f"{amount(price)}元"


def _prices(products: Sequence[Product]) -> tuple[Fact, ...]:
    return tuple(Fact("price", p.id, f"{p.name} {amount(p.price)}元") for p in products)


def _stocks(products: Sequence[Product]) -> tuple[Fact, ...]:
    return tuple(Fact("stock", p.id, f"{p.name} {p.stock}") for p in products if p.stock is not None)


def _points(product: Product) -> tuple[Fact, ...]:
    return tuple(Fact("point", product.id, point) for point in product.points)


def _sizes(product: Product) -> tuple[Fact, ...]:
    rows = product.sizes.items()
    return tuple(
        Fact("size", product.id, f"{size}: {', '.join(f'{n} {v}' for n, v in told.items())}") for size, told in rows
    )
