"""Draws the built-in people as SVG for a given expression, on a sheet of 1000 by 1200 units.

Drawn once per state of mouth, eyes and brows at start; never while on air.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anchor.face.figure import body, eyes, hair, head, mouth
from anchor.face.figure.curves import Part
from anchor.face.figure.style import STYLES, Style
from anchor.face.motion import AWAKE, CALM, REST, Brows, Eyes, Mouth

__all__ = ["HEIGHT", "LAYERS", "STYLES", "WIDTH", "State", "Style", "svg"]

WIDTH, HEIGHT = 1000, 1200
_BLURS = (
    '<filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="2.2"/></filter>'
    '<filter id="softer" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="9"/></filter>'
    # the same for what is as large as a head: every pixel of its margin would be blurred too
    '<filter id="wide" x="-10%" y="-10%" width="120%" height="120%"><feGaussianBlur stdDeviation="9"/></filter>'
)


LAYERS = ("back", "eyes", "brows", "mouth", "front")
"""from the bottom up; only the jaw changes the back, and nothing the front"""


@dataclass(frozen=True, slots=True)
class State:
    """What changes in a drawing, and which of :data:`LAYERS` are wanted."""

    layers: tuple[str, ...] = LAYERS
    mouth: Mouth = REST
    eyes: Eyes = AWAKE
    brows: Brows = CALM


def svg(style: Style, states: Sequence[State], part: Part, size: tuple[int, int], columns: int) -> str:
    """The same part of the sheet in several states, as cells of ``size`` pixels in rows of ``columns``."""
    width, height = size
    box = " ".join(f"{v:g}" for v in part)
    cells = ""
    for i, state in enumerate(states):
        x, y = i % columns * width, i // columns * height
        drawn = "".join(_layer(style, layer, state, part, str(i)) for layer in state.layers)
        cells += f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="{box}">{drawn}</svg>'
    definitions = _BLURS + "".join(part_of.definitions(style) for part_of in (body, head, eyes, mouth, hair))
    rows = -(-len(states) // columns)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{columns * width}" height="{rows * height}">'
        f"<defs>{definitions}</defs>{cells}</svg>"
    )


def _layer(style: Style, name: str, state: State, part: Part, key: str) -> str:
    """``key`` keeps the names of one cell's clips apart from another's."""
    match name:
        case "back":
            return hair.behind(style, part) + body.body(style, key) + head.head(style, state.mouth, key)
        case "eyes":
            return eyes.eyes(style, state.eyes, key)
        case "brows":
            return eyes.brows(style, state.brows)
        case "mouth":
            return mouth.mouth(style, state.mouth, key)
        case "front":
            return hair.before(style, part)
    raise ValueError(f"no layer is called {name!r}")
