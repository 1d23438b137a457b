"""All that follows from a persona at a moment, made whole before any of it is used."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from anchor.guard.terms import Guard
from anchor.mind.catalogue import Catalogue
from anchor.mind.minds import MakeMind
from anchor.talk.answers import Answers
from persona.fill import amount
from persona.model import Persona, Product
from persona.sale import as_of, next_end
from persona.version import file_version
from streams.types import Card


@dataclass(frozen=True, slots=True)
class Edition:
    """``persona`` is as it is now, with every sale over that has ended."""

    persona: Persona
    guard: Guard
    answers: Answers
    cards: dict[str, Card]
    """by product id"""
    wall: float
    """the moment at which it was made, seconds since 1970"""
    sale_end: float
    """wall seconds at which the next sale ends, and all this must be made again"""

    @property
    def english(self) -> bool:
        return self.persona.anchor.language.startswith("en")

    @property
    def facts(self) -> tuple[object, ...]:
        """What answers rest on."""
        return self.persona.products, self.persona.faq, self.persona.shop, self.persona.disclosure

    @property
    def facts_mark(self) -> int:
        """The same as a number that outlives the process."""
        return zlib.crc32(repr(self.facts).encode())


def make(persona: Persona, mind: MakeMind, images: dict[str, str], wall: float) -> Edition:
    """``images`` are the absolute paths of product pictures by id; raises what the mind raises when it is made."""
    current = as_of(persona, wall)
    guard = Guard(persona.rules.forbidden, persona.rules.allowed)
    catalogue = Catalogue(current)
    answers = Answers(current, mind(current, catalogue), guard, catalogue)
    cards = {p.id: _card(p, images.get(p.id, ""), persona.look.qr) for p in current.products}
    return Edition(current, guard, answers, cards, wall, next_end(persona, wall))


def _card(product: Product, image: str, qr: bool) -> Card:
    return Card(
        product.name,
        amount(product.price),
        amount(product.was) if product.was else "",
        product.points,
        image,
        product.link if qr else "",
        product.sale_ends.timestamp() if product.sale_ends else 0.0,
        file_version(image),
    )
