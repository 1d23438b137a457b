"""A mistake in a persona: where it is written and what is wrong with it. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[str | int, ...]
"""the keys and indices that lead to a value: ("products", 0, "price")"""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {where}{self.message}"


class BadPersona(Exception):
    """The persona cannot be used; ``problems`` holds every reason, in the order of the files."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def dotted(place: Place) -> str:
    """("products", 0, "price") as products[0].price."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
