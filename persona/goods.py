"""Mistakes between products: two that share a name or a number, variants that cannot be told apart, prices that nobody can pay."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from persona.load import Source
from persona.model import Persona
from persona.problem import Place, Problem
from persona.product import Product, Variant

_SIZES = re.compile(r"(?<![A-Za-z0-9])(?:X{0,4}[SML]|[2-6]XL)(?![A-Za-z0-9])|[大中小均]码|\d{2}码")
_COUNTED = re.compile(r"库存|余量|还有|还剩|剩余|剩|现货|有货|缺货|断货|没货|售罄|in stock|sold out|left", re.I)


def check_goods(persona: Persona, source: Source) -> Iterator[Problem]:
    """Every such mistake, at the value that came second."""
    yield from _numbers(persona, source)
    yield from _names(persona, source)
    for i, product in enumerate(persona.products):
        yield from _variants(product, ("products", i), source)
        yield from _payable(product, persona, ("products", i), source)
        yield from _counted_in_facts(product, ("products", i), source)
        yield from _sold_in_sizes(product, ("products", i), source)


def _numbers(persona: Persona, source: Source) -> Iterator[Problem]:
    owners: dict[int, str] = {}
    placed = {i: product.id for i, product in enumerate(persona.products, 1) if product.no is None}
    for i, product in enumerate(persona.products):
        if product.no in placed:
            message = f"no: {product.no} is the number of {placed[product.no]!r} by its place: write no: for both"
            yield source.problem(("products", i, "no"), message)
        if product.no is not None and product.no in owners:
            message = f"no: {product.no} is the link of {owners[product.no]!r} already"
            yield source.problem(("products", i, "no"), message)
        elif product.no is not None:
            owners[product.no] = product.id


def _names(persona: Persona, source: Source) -> Iterator[Problem]:
    owners: dict[str, Product] = {}
    for i, product in enumerate(persona.products):
        places: list[tuple[Place, str]] = [(("products", i, "name"), product.name)]
        places += [(("products", i, "aliases", j), alias) for j, alias in enumerate(product.aliases)]
        for place, name in places:
            owner = owners.setdefault(_folded(name), product)
            if owner is not product:
                yield source.problem(place, f"{name!r} names {owner.id!r} too: viewers could mean either")
    for i, product in enumerate(persona.products):
        for j, variant in enumerate(product.variants):
            for k, alias in enumerate(variant.aliases):
                if owners.get(_folded(alias), product) is not product:
                    message = (
                        f"{alias!r} names the product {owners[_folded(alias)].id!r} too: viewers could mean either"
                    )
                    yield source.problem(("products", i, "variants", j, "aliases", k), message)


def _variants(product: Product, place: Place, source: Source) -> Iterator[Problem]:
    titles: dict[tuple[str, ...], Variant] = {}
    names: dict[str, Variant] = {}
    for i, variant in enumerate(product.variants):
        title = tuple(map(_folded, variant.parts))
        if titles.setdefault(title, variant) is not variant:
            yield source.problem((*place, "variants", i), f"{variant.title!r} stands here twice")
        for j, alias in enumerate(variant.aliases):
            if names.setdefault(_folded(alias), variant) is not variant:
                message = f"{alias!r} names {names[_folded(alias)].title!r} too: viewers could mean either"
                yield source.problem((*place, "variants", i, "aliases", j), message)
        if product.was is not None and product.price_of(variant) >= product.was:
            message = f"{variant.title} costs {product.price_of(variant)}, and was ({product.was}) must be above it"
            yield source.problem((*place, "variants", i, "price"), message)


def _payable(product: Product, persona: Persona, place: Place, source: Source) -> Iterator[Problem]:
    if persona.money.digits:
        return
    prices: list[tuple[Place, Decimal | None]] = [((*place, key), getattr(product, key)) for key in _PRICES]
    prices += [((*place, "variants", i, "price"), variant.price) for i, variant in enumerate(product.variants)]
    for at, price in prices:
        if price is not None and price != price.to_integral_value():
            yield source.problem(at, f"{persona.currency} has no fractions: {price} cannot be paid")


def _counted_in_facts(product: Product, place: Place, source: Source) -> Iterator[Problem]:
    for key, value in product.facts.items():
        text = f"{key} {value}"
        if _SIZES.search(text) and _COUNTED.search(text):
            message = "the stock of sizes belongs in variants: [{size: XL, stock: 3}, …]"
            yield source.problem((*place, "facts", key), message)


def _sold_in_sizes(product: Product, place: Place, source: Source) -> Iterator[Problem]:
    """Stock and prices among the measures of a size, which nobody sells by."""
    for size, measures in product.sizes.items():
        for name, value in measures.items():
            key = "stock" if _COUNTED.search(name) or _STOCK.search(name) else "price" if _PRICE.search(name) else ""
            if key:
                figure = re.sub(r"[^\d.]", "", value)
                message = f"sizes say whom each size fits: write variants: [{{size: {size}, {key}: {figure}}}, …]"
                yield source.problem((*place, "sizes", size, name), message)


_STOCK = re.compile(r"件数|数量|存货|stock|quantity|qty", re.I)
_PRICE = re.compile(r"价|多少钱|price|cost", re.I)
_PRICES = ("price", "was", "after")


def _folded(name: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).lower()
