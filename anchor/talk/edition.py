"""All that follows from a persona at a moment, made whole before any of it is used."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from anchor.guard.terms import Guard
from anchor.mind.catalogue import Catalogue
from anchor.mind.minds import MakeMind
from anchor.talk.answers import Answers
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
        return self.persona.english

    @property
    def facts(self) -> tuple[object, ...]:
        """What answers rest on."""
        on = self.persona
        return on.products, on.faq, on.shop, on.disclosure, on.currency

    @property
    def facts_mark(self) -> int:
        """The same as a number that outlives the process."""
        # values that were not written are left out, so that a new field of the format changes no mark
        written = [
            part.model_dump(mode="json", exclude_defaults=True)
            for part in (*self.persona.products, *self.persona.faq, self.persona.disclosure)
        ]
        return zlib.crc32(repr((written, self.persona.shop, self.persona.currency)).encode())


def make(persona: Persona, mind: MakeMind, images: dict[str, str], wall: float) -> Edition:
    """``images`` are the absolute paths of product pictures by id; raises what the mind raises when it is made."""
    current = as_of(persona, wall)
    guard = Guard(persona.rules.forbidden, persona.rules.allowed)
    catalogue = Catalogue(current)
    answers = Answers(current, mind(current, catalogue), guard, catalogue)
    cards = {p.id: _card(p, images.get(p.id, ""), current) for p in current.products}
    return Edition(current, guard, answers, cards, wall, next_end(persona, wall))


def _card(product: Product, image: str, persona: Persona) -> Card:
    money = persona.money
    return Card(
        product.name,
        money.printed(product.price),
        money.printed(product.was) if product.was else "",
        product.points,
        image,
        product.link if persona.look.qr else "",
        product.sale_ends.timestamp() if product.sale_ends else 0.0,
        file_version(image),
        money.sign,
        ("and up" if persona.english else "起") if product.several_prices else "",
    )
