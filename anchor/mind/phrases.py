"""What every phrase of the catalogue is made with: its language, the shop's currency, names of products, and the facts it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from anchor.types import Answer, Fact
from persona.model import Persona, Product
from persona.product import Variant

SHOWN = 4
"""products, variants or sizes that one answer lists"""


@dataclass(frozen=True, slots=True)
class Item:
    """So many of a product, or of one variant of it."""

    product: Product
    number: int = 1
    variant: Variant | None = None

    @property
    def price(self) -> Decimal:
        """Of one."""
        return self.product.price_of(self.variant)

    @property
    def left(self) -> int | None:
        return self.product.left if self.variant is None else self.variant.stock


class Phrases:
    """``english``: sentences are English; values stay as the merchant wrote them."""

    def __init__(self, persona: Persona, english: bool | None = None) -> None:
        self._persona = persona
        self._english = persona.english if english is None else english

    def money(self, price: Decimal) -> str:
        return self._persona.money.said(price, self._english)

    def name(self, product: Product | None, variant: Variant | None = None) -> str:
        """How a product is called in a sentence."""
        if product is None:
            return ""
        name = product.name
        if self._english and not name.isascii():
            name = next((a for a in product.aliases if len(a) > 2 and a.isascii()), name)
        if variant is None:
            return name
        return f"{name} in {variant.english}" if self._english else name + variant.title

    def title(self, variant: Variant) -> str:
        """How a variant is called in a sentence about its product."""
        return variant.english if self._english else variant.title

    def in_its_money(self, answer: Answer) -> Answer:
        """An answer in English says 满59元 of the merchant's own words as 59 yuan."""
        if not self._english:
            return answer
        money = self._persona.money
        text = re.sub(rf"(\d(?:[\d,]*\d)?(?:\.\d+)?)\s*{money.chinese}", rf"\1 {money.plural}", answer.text)
        return answer if text == answer.text else replace(answer, text=text)

    def unknown(self, product: Product | None) -> Answer:
        if self._english:
            text = "I do not have that information, so I will not guess."
            if product:
                text += f" We are looking at the {self.name(product)}."
        else:
            text = "这个我这边没有准确的资料，不敢乱说，您可以问一下客服。"
            if product:
                text += f"咱们接着看{product.name}。"
        return Answer(text, "unknown", (), product.id if product else None)

    def no_form(self, product: Product, form: str) -> Answer:
        """A colour, size or specification is asked for of which nobody has written anything."""
        titles = [self.title(variant) for variant in product.variants[:SHOWN]]
        if self._english:
            text = f"I have no figures for {form} of the {self.name(product)}, so I will not guess."
            text += f" There is {', '.join(titles)}." if titles else ""
        else:
            text = f"{product.name}的{form}我这边没有准确的资料，不敢乱说，您可以点开商品页看一下。"
            text += f"我这边有{'、'.join(titles)}的资料。" if titles else ""
        return Answer(text, "unknown", (), product.id)

    def no_link(self, number: int) -> Answer:
        """A number of the list is asked for that no product has."""
        text = f"{number}号链接我这边没有，您看一下购物车里的号。"
        if self._english:
            text = f"There is no number {number} in my list."
        return Answer(text, "unknown")

    def both(self, one: Answer, other: Answer) -> Answer:
        """Two answers to a question that asks two things."""
        facts = tuple(dict.fromkeys((*one.facts, *other.facts)))
        return Answer(one.text + (" " if self._english else "") + other.text, "catalogue", facts, one.product)

    def gone(self, items: Sequence[Item]) -> str:
        """What of these is sold out, or is less than what is asked for."""
        gone = [i for i in items if i.left == 0]
        few = [i for i in items if i.left and i.left < i.number]
        if self._english:
            sold = [f" {self.name(i.product, i.variant)} is sold out for now." for i in gone]
            return "".join(sold + [f" Only {i.left} of {self.name(i.product, i.variant)} are left." for i in few])
        sold = [f"不过{self.name(i.product, i.variant)}暂时没有货了。" for i in gone]
        return "".join(sold + [f"不过{self.name(i.product, i.variant)}现在只有{i.left}件。" for i in few])

    def price_facts(self, products: Sequence[Product]) -> tuple[Fact, ...]:
        return tuple(self.price_fact(Item(p)) for p in products)

    def price_fact(self, item: Item) -> Fact:
        return Fact("price", item.product.id, f"{self.name(item.product, item.variant)} {self.money(item.price)}")

    @staticmethod
    def stock_facts(products: Sequence[Product]) -> tuple[Fact, ...]:
        return tuple(Fact("stock", p.id, f"{p.name} {p.left}") for p in products if p.left is not None)

    @staticmethod
    def stock_fact(item: Item) -> Fact:
        title = item.variant.title if item.variant is not None else ""
        return Fact("stock", item.product.id, f"{item.product.name}{title} {item.left}")
