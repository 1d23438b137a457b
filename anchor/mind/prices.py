"""What the catalogue says of money, as sentences that can be spoken, in Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from anchor.mind.phrases import SHOWN, Item, Phrases
from anchor.types import Answer, Fact
from persona.model import Product
from persona.product import Variant


class PriceWords(Phrases):
    """Sentences about prices; every amount in them is of the catalogue, or a sum or difference of such."""

    def price(self, item: Item, bargain: bool = False, later: bool = False, pack: str = "") -> Answer:
        """``pack``: what is in one, for who asks for a part of it; ``later``: another time's price is asked for."""
        product, price, name = item.product, self.money(item.price), self.name(item.product, item.variant)
        facts = [Fact("price", product.id, price)]
        if self._english:
            text = f"The {name} is {price}" + (" now." if later else ".")
            text = f"The {name} is sold as a pack, {pack}: {price}." if pack else text
        elif pack:
            text = f"{name}是按份卖的，{pack}，今天直播间{price}。"
        elif later:
            text = f"以后的价格我说不准，{name}现在直播间{price}。"
        elif bargain and product.was is not None:
            text = f"{name}今天直播间{price}，比原价便宜{self.money(product.was - item.price)}。"
            facts.append(Fact("was", product.id, self.money(product.was)))
        elif bargain:
            text = f"{name}今天直播间就是{price}，我这边改不了价。"
        else:
            text = f"{name}今天直播间{price}。"
        contents = [Fact("fact", product.id, pack)] if pack else []
        return Answer(text + self.gone([item]), "catalogue", (*facts, *contents), product.id)

    def variants(self, product: Product, variants: Sequence[Variant]) -> Answer:
        """What each of some variants costs."""
        items = [Item(product, 1, variant) for variant in variants][:SHOWN]
        prices = {item.price for item in items}
        if len(prices) == 1:
            listed = self._titles(items)
            text = f"{product.name}{listed}今天直播间都是{self.money(items[0].price)}。"
            if self._english:
                text = f"The {self.name(product)} is {self.money(items[0].price)} in {listed}."
        else:
            parts = [f"{self._title(i)}{' ' if self._english else ''}{self.money(i.price)}" for i in items]
            text = f"{product.name}，{'，'.join(parts)}。"
            if self._english:
                text = f"{self.name(product)}: {', '.join(parts)}."
        facts = tuple(self.price_fact(item) for item in items)
        return Answer(text + self.gone(items), "catalogue", facts, product.id)

    def from_price(self, product: Product) -> Answer:
        """The lowest price of several, and what costs what."""
        cheapest = [v for v in product.variants if product.price_of(v) == product.price]
        dearer = [v for v in product.variants if product.price_of(v) != product.price]
        parts = [(self._group([v]), product.price_of(v)) for v in [*cheapest, *dearer][:SHOWN]]
        if self._english:
            listed = ", ".join(f"{title} {self.money(price)}" for title, price in parts)
            text = f"The {self.name(product)} is from {self.money(product.price)}: {listed}."
        else:
            listed = "，".join(f"{title}{self.money(price)}" for title, price in parts)
            text = f"{product.name}今天直播间{self.money(product.price)}起，{listed}。"
        facts = tuple(self.price_fact(Item(product, 1, v)) for v in product.variants)
        return Answer(text + self.gone([Item(product)]), "catalogue", facts, product.id)

    def was(self, product: Product) -> Answer:
        if product.was is None:
            now = self.money(product.price)
            text = f"{product.name}没有标原价，现在直播间{now}。"
            if self._english:
                text = f"I know of no earlier price; the {self.name(product)} is {now} now."
            return Answer(text, "catalogue", (Fact("price", product.id, now),), product.id)
        price, was, saved = (self.money(n) for n in (product.price, product.was, product.was - product.price))
        text = f"{product.name}原价{was}，直播间{price}，便宜{saved}。"
        if self._english:
            text = f"The {self.name(product)} was {was}, now it is {price}: you save {saved}."
        facts = (Fact("price", product.id, price), Fact("was", product.id, was))
        return Answer(text + self.gone([Item(product)]), "catalogue", facts, product.id)

    def prices(self, products: Sequence[Product], named: bool) -> Answer:
        """The price of each, for whoever asks about several or names none."""
        if self._english:
            text = ", ".join(f"{self.name(p)} {self.from_or(p)}" for p in products) + "."
            text += "" if named else " Which one do you mean?"
        else:
            text = "，".join(f"{p.name}{self.from_or(p)}" for p in products) + "。"
            text += "" if named else "您想了解哪一款？"
        facts = (*self.price_facts(products), *self.stock_facts(products))
        text += self.gone([Item(p) for p in products]) if named else ""
        return Answer(text, "catalogue", facts, products[0].id if named else None)

    def under(self, products: Sequence[Product], limit: Decimal) -> Answer:
        """What there is for at most a sum."""
        there = [p for p in products if p.left != 0]
        if not there:
            return self.unknown(None)
        fitting = [p for p in there if p.price <= limit]
        if not fitting:
            cheapest = min(there, key=lambda p: p.price)
            text = f"这个价位暂时没有，{cheapest.name}是{self.from_or(cheapest)}。"
            if self._english:
                text = f"Nothing below that; the {self.name(cheapest)} is {self.from_or(cheapest)}."
            return Answer(text, "catalogue", self.price_facts([cheapest]), cheapest.id)
        fitting = sorted(fitting, key=lambda p: p.price)[:SHOWN]
        text = "有" + "，".join(f"{p.name}{self.from_or(p)}" for p in fitting) + "。"
        if self._english:
            text = f"There is {', '.join(f'{self.name(p)} {self.from_or(p)}' for p in fitting)}."
        return Answer(text, "catalogue", self.price_facts(fitting), fitting[0].id)

    def how_many(self, product: Product, budget: Decimal) -> Answer:
        """How many pieces there are for a sum; the sum itself is the viewer's, and is not repeated."""
        number, price = int(budget // product.price), self.money(product.price)
        if self._english:
            text = f"One {self.name(product)} is {price}, so that is enough for {number}."
        else:
            text = f"{product.name}{price}一件，" + (f"可以买{number}件。" if number else "这些还不够。")
        facts = (Fact("sum", product.id, f"{product.name} {price} {number}件"), *self.stock_facts([product]))
        return Answer(text + self.gone([Item(product, number)]), "catalogue", facts, product.id)

    def apart(self, items: Sequence[Item]) -> Answer:
        """By how much two prices differ."""
        one, other = sorted(items, key=lambda item: -item.price)
        gap = self.money(one.price - other.price)
        first, second = self.name(one.product, one.variant), self.name(other.product, other.variant)
        text = f"{first}和{second}相差{gap}，{first}{self.money(one.price)}，{second}{self.money(other.price)}。"
        if self._english:
            text = (
                f"The {first} and the {second} are {gap} apart: {self.money(one.price)} and {self.money(other.price)}."
            )
        facts = (self.price_fact(one), self.price_fact(other), Fact("sum", None, f"{first} {second} {gap}"))
        return Answer(text, "catalogue", facts, items[0].product.id)

    def together(self, items: Sequence[Item], deals: bool, was: bool, budget: Decimal | None) -> Answer:
        """What several pieces cost, by their prices; with ``was``, what is saved, and whether ``budget`` is enough."""
        amount = sum((i.number * i.price for i in items), Decimal(0))
        total = self.money(amount)
        saved = sum((i.number * (i.product.was - i.price) for i in items if i.product.was), Decimal(0))
        if self._english:
            listed = " and ".join(f"{i.number} {self.name(i.product, i.variant)}" for i in items)
            text = f"{listed}: {total} together; the order page has the last word."
        else:
            listed = "加".join(f"{i.number}件{self.name(i.product, i.variant)}" for i in items)
            enough = "" if budget is None else ("，够了" if amount <= budget else "，不够")
            less = f"，比原价便宜{self.money(saved)}" if was and saved else ""
            text = f"{listed}一共{total}{enough}{less}，{'有活动的话' if deals else ''}以下单页面为准。"
        text += self.gone(items)
        prices = tuple(self.price_fact(item) for item in items)
        stocks = tuple(self.stock_fact(item) for item in items if item.left is not None)
        facts = (*prices, Fact("sum", None, f"{listed} {total} {self.money(saved)}"), *stocks)
        return Answer(text, "catalogue", facts, items[0].product.id)

    def from_or(self, product: Product) -> str:
        """Its price, or the lowest of its variants as such."""
        price = self.money(product.price)
        if not product.several_prices:
            return price
        return f"from {price}" if self._english else f"{price}起"

    def _title(self, item: Item) -> str:
        return self.title(item.variant) if item.variant is not None else self.name(item.product)

    def _titles(self, items: Sequence[Item]) -> str:
        return ("/" if self._english else "、").join(self._title(item) for item in items)

    def _group(self, variants: Sequence[Variant]) -> str:
        return "、".join(self.title(variant) for variant in variants)
