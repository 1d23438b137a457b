"""The catalogue facts that an answer rests on, as typed values, so that nobody parses them from text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FactKind = Literal["price", "was", "sum", "stock", "fact", "point", "size", "faq", "link"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something of the catalogue that an answer rests on. Money in ``value`` may be asked for by a price, a sum and what the
    shop has written; by a ``was`` it may only be said as what was asked before."""

    kind: FactKind
    product: str | None
    """the id of the product that it is about; None for the whole shop or several products"""
    value: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}" if self.kind in ("price", "was", "sum", "stock", "link") else self.value
