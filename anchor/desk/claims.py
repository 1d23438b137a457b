"""What a model claims beside numbers: dates, stock, comparisons of price, its own instructions. Held to the catalogue."""

from __future__ import annotations

from persona.model import Persona


def wrong(sentence: str, persona: Persona) -> str:
    """The first claim that no fact holds; empty when there is none."""
    return ""
