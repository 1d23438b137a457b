"""A product and its variants as typed values: prices, stock and facts, and nothing else is said of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, Field, field_validator, model_validator

from persona.measures import span
from persona.values import Id, Part, Price, Whole, Words, at_keys, at_most


class Variant(Part):
    """One form in which a product is sold: a colour, a size, a specification, or several of them together."""

    name: Words | None = None
    """what it is called, where colour, size and spec do not say it"""
    colour: Words | None = None
    size: Words | None = None
    spec: Words | None = None
    """`大份`, `500g`"""
    aliases: tuple[Words, ...] = ()
    """other names that viewers use"""
    price: Price | None = None
    """the product's if not given"""
    stock: Whole | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _named(self) -> Variant:
        if not self.parts:
            raise ValueError("a variant needs a name, a colour, a size or a spec")
        return self

    @property
    def parts(self) -> tuple[str, ...]:
        """What tells it from the others."""
        return tuple(part for part in (self.name, self.colour, self.size, self.spec) if part)

    @property
    def title(self) -> str:
        """What it is called in a sentence: 黑色L码, 大份."""
        size = f"{self.size}码" if self.size and self.size.isascii() else self.size
        return self.name or "".join(part for part in (self.colour, size, self.spec) if part)

    @property
    def english(self) -> str:
        """The same in an English sentence: navy L."""
        return self.name or " ".join(part for part in (self.colour, self.size, self.spec) if part)


class Product(Part):
    """Something that is sold. Nothing is said about it but what stands here."""

    id: Id
    no: Annotated[Whole, Field(ge=1, le=999)] | None = None
    """the number of its link in the room's list, by which viewers ask: 3号多少钱; its place in this list if not given"""
    name: Words
    aliases: tuple[Words, ...] = ()
    """other names that viewers use"""
    price: Price
    """in the shop's currency; the lowest, where variants differ"""
    was: Price | None = None
    """the price before"""
    stock: Whole | None = Field(None, ge=0)
    """of the whole; where every variant has its own, their sum"""
    variants: tuple[Variant, ...] = ()
    """the forms in which it is sold: `{colour: 黑色, size: L, price: 299, stock: 12}`"""
    facts: dict[Words, Words] = Field({})
    """`材质: 304 不锈钢`"""
    sizes: dict[Words, dict[Words, Words]] = Field({})
    """whom each size fits, and nothing else: `M: {身高: 160-168cm, 体重: 95-110斤}`; price and stock of a size belong in `variants`"""
    points: tuple[Words, ...] = ()
    """what is good about it, in a few words each"""
    image: str = ""
    """a picture in the persona's folder"""
    link: Annotated[str, at_most(300)] = ""
    sale_ends: AwareDatetime | None = None
    """until when it has this price, counted down on its card: `2026-11-12T00:00:00+08:00`"""
    after: Price | None = None
    """the price from `sale_ends` on; `was` if not given"""

    @model_validator(mode="after")
    def _agrees(self) -> Product:
        at_keys({**self._stock_faults(), **self._price_faults()})
        return self

    def _price_faults(self) -> dict[str, str]:
        faults = {}
        prices = [variant.price or self.price for variant in self.variants]
        if prices and min(prices) != self.price:
            faults["price"] = f"price ({self.price}) must be the lowest of its variants ({min(prices)})"
        if self.was is not None and self.was <= self.price:
            faults["was"] = f"was ({self.was}) must be above price ({self.price})"
        if self.sale_ends is not None and self.was is None and self.after is None:
            faults["sale_ends"] = "sale_ends needs after (or was): the price from then on"
        elif self.sale_ends is not None and len(set(prices)) > 1:
            faults["sale_ends"] = "sale_ends needs one price for all variants"
        if self.after is not None and self.sale_ends is None:
            faults["after"] = "after needs sale_ends: when it begins"
        return faults

    def _stock_faults(self) -> dict[str, str]:
        counts = [variant.stock for variant in self.variants if variant.stock is not None]
        if self.stock is None or not counts:
            return {}
        if len(counts) == len(self.variants) and sum(counts) != self.stock:
            return {"stock": f"stock ({self.stock}) is not the sum of its variants ({sum(counts)}): leave it out"}
        if sum(counts) > self.stock:
            message = f"stock ({self.stock}) is less than the variants that are counted have together ({sum(counts)})"
            return {"stock": message}
        return {}

    @property
    def left(self) -> int | None:
        """How many there are of all variants together; None if the stock of any is not given."""
        counts = [variant.stock for variant in self.variants if variant.stock is not None]
        if self.stock is None and counts and len(counts) == len(self.variants):
            return sum(counts)
        return self.stock

    def price_of(self, variant: Variant | None) -> Decimal:
        """What one costs; without a variant the lowest price."""
        return variant.price if variant is not None and variant.price is not None else self.price

    @property
    def several_prices(self) -> bool:
        """Whether its variants cost different sums."""
        return len({self.price_of(variant) for variant in self.variants}) > 1

    @field_validator("sizes")
    @classmethod
    def _measured(cls, sizes: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for size, measures in sizes.items():
            for name, said in measures.items():
                if span(said) is None:
                    raise ValueError(f"{size}: {name}: {said!r} is no range such as 160-168cm or 95-110斤")
        return sizes
