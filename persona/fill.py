"""Placeholders such as ``{pot.price}`` in scripts and answers, filled from the catalogue and from nowhere else."""

from __future__ import annotations

import re
from decimal import Decimal

from persona.currency import plain
from persona.model import Persona, Product
from persona.similar import hint

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FIELDS = ("name", "price", "was", "stock", "facts")


class BadPlaceholder(ValueError):
    """A placeholder that points to nothing."""


amount = plain


def fill(text: str, persona: Persona) -> str:
    """The text with all placeholders replaced; raises BadPlaceholder with a suggestion."""
    products = by_id(persona)
    filled = _PLACEHOLDER.sub(lambda match: _value(match[1].strip(), persona, products), text)
    if "{" in filled or "}" in filled:
        raise BadPlaceholder("a brace without its partner")
    return filled


def filled(text: str, persona: Persona) -> str | None:
    """The same, or None where a placeholder has no value now, as {pot.was} after a sale."""
    try:
        return fill(text, persona)
    except BadPlaceholder:
        return None


def by_id(persona: Persona) -> dict[str, Product]:
    return {product.id: product for product in persona.products}


def _value(path: str, persona: Persona, products: dict[str, Product]) -> str:
    name, _, rest = path.partition(".")
    product = products.get(name)
    if product is None:
        raise BadPlaceholder(f"{{{path}}}: no product is called {name!r}{hint(name, products, 0.5)}")
    field, _, key = rest.partition(".")
    if field == "facts" and key in product.facts:
        return product.facts[key]
    if field == "facts":
        raise BadPlaceholder(f"{{{path}}}: {name} has no fact {key!r}{hint(key, product.facts, 0.5)}")
    if field not in _FIELDS or key:
        raise BadPlaceholder(f"{{{path}}}: there is no {rest!r}{hint(field, _FIELDS, 0.5)}")
    value = product.left if field == "stock" else getattr(product, field)
    if value is None:
        raise BadPlaceholder(f"{{{path}}}: {name} has no {field}")
    if not isinstance(value, Decimal):
        return str(value)
    amount_words = persona.money.said(value, persona.english)
    if field == "price" and product.several_prices:
        return f"from {amount_words}" if persona.english else f"{amount_words}起"
    return amount_words
