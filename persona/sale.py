"""Prices that end: the persona as it is at a moment."""

from __future__ import annotations

from persona.model import Persona, Product


def as_of(persona: Persona, wall: float) -> Persona:
    """With every sale over that has ended by ``wall`` (seconds since 1970): another price, and none before it."""
    products = tuple(_as_of(product, wall) for product in persona.products)
    return persona if products == persona.products else persona.model_copy(update={"products": products})


def next_end(persona: Persona, wall: float) -> float:
    """When the next sale ends after ``wall``; infinity if none does."""
    ends = [p.sale_ends.timestamp() for p in persona.products if p.sale_ends is not None]
    return min((end for end in ends if end > wall), default=float("inf"))


def _as_of(product: Product, wall: float) -> Product:
    if product.sale_ends is None or wall < product.sale_ends.timestamp():
        return product
    price = product.after or product.was
    assert price is not None, "the model asks for one of them"
    was = product.was if product.was is not None and product.was > price else None
    # a sale has one price for all variants, and those that name it would keep it
    variants = tuple(variant.model_copy(update={"price": None}) for variant in product.variants)
    ended = {"price": price, "was": was, "sale_ends": None, "after": None, "variants": variants}
    return product.model_copy(update=ended)
