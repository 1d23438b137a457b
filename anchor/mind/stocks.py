"""What the catalogue says of stock, as sentences that can be spoken, in Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence

from anchor.mind.phrases import SHOWN, Item, Phrases
from anchor.types import Answer
from persona.model import Product
from persona.product import Variant


class StockWords(Phrases):
    """Sentences about what is left. The stock of a variant without a count is unknown, even where the product has one."""

    def stock(self, product: Product, when: bool = False) -> Answer:
        """Of the whole. ``when``: it is asked when there will be some again."""
        if any(variant.stock is not None for variant in product.variants):
            return self.stock_of(product, product.variants, when)
        return self._one(Item(product), when)

    def stock_of(self, product: Product, variants: Sequence[Variant], when: bool = False) -> Answer:
        """Of some variants."""
        counted = [Item(product, 1, variant) for variant in variants if variant.stock is not None]
        if not counted:
            return self.no_form(product, "、".join(self.title(variant) for variant in variants[:SHOWN]))
        if len(counted) == 1 and len(variants) == 1:
            return self._one(counted[0], when)
        there = [item for item in counted if item.left]
        shown = [*there, *(item for item in counted if not item.left)][: SHOWN + 2]
        if not there and len(counted) == len(product.variants):
            return self._one(Item(product), when)
        if self._english:
            parts = [f"{self.title(i.variant)} {i.left} left" if i.left else f"{self.title(i.variant)} sold out" for i in shown if i.variant]  # fmt: skip
            text = f"{self.name(product)}: {', '.join(parts)}."
        else:
            parts = [f"{self.title(i.variant)}还有{i.left}件" if i.left else f"{self.title(i.variant)}没有货了" for i in shown if i.variant]  # fmt: skip
            text = f"{product.name}，{'，'.join(parts)}。"
        return Answer(text, "catalogue", tuple(self.stock_fact(item) for item in shown), product.id)

    def stocks(self, products: Sequence[Product]) -> Answer:
        """What there is of each."""
        if self._english:
            text = ", ".join(f"{self.name(p)}: {p.left} left" for p in products) + "."
        else:
            text = "，".join(f"{p.name}还有{p.left}件" if p.left else f"{p.name}没有货了" for p in products) + "。"
        return Answer(text, "catalogue", self.stock_facts(products))

    def _one(self, item: Item, when: bool) -> Answer:
        name = self.name(item.product, item.variant)
        if self._english:
            which = f" of {name}" if item.variant is not None else ""
            text = f"Yes, {item.left} left{which}." if item.left else f"Sorry, the {name} is sold out."
        elif item.left:
            text = f"{name}现在还有{item.left}件，喜欢可以直接拍。"
        else:
            text = f"{name}暂时没有货了。" + ("什么时候到货我这边没有准确的消息。" if when else "")
        return Answer(text, "catalogue", (self.stock_fact(item),), item.product.id)
