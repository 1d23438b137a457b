"""Placeholders such as ``{pot.price}`` in scripts and answers, filled from the catalogue and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from persona.model import Persona, Product
from persona.similar import hint

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FIELDS = ("name", "price", "was", "stock", "facts")


class BadPlaceholder(ValueError):
    """A placeholder that points to nothing."""


def amount(price: Decimal) -> str:
    """A price as it is printed: 99, 49.9, 5999.95."""
    return format(price.normalize(), "f")


def fill(text: str, products: Mapping[str, Product]) -> str:
    """The text with all placeholders replaced; raises BadPlaceholder with a suggestion."""
    filled = _PLACEHOLDER.sub(lambda match: _value(match[1].strip(), products), text)
    if "{" in filled or "}" in filled:
        raise BadPlaceholder("a brace without its partner")
    return filled


def filled(text: str, products: Mapping[str, Product]) -> str | None:
    """The same, or None where a placeholder has no value now, as {pot.was} after a sale."""
    try:
        return fill(text, products)
    except BadPlaceholder:
        return None


def by_id(persona: Persona) -> dict[str, Product]:
    return {product.id: product for product in persona.products}


def _value(path: str, products: Mapping[str, Product]) -> str:
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
    value = getattr(product, field)
    if value is None:
        raise BadPlaceholder(f"{{{path}}}: {name} has no {field}")
    return f"{amount(value)}元" if isinstance(value, Decimal) else str(value)
