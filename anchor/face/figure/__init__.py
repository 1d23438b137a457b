"""The drawn people as vector drawings: an expression in, SVG out, on a sheet of 1000 by 1200 units.

Drawn once per state of mouth, eyes and brows at start; never while on air.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anchor.face.figure import body, features, hair
from anchor.face.figure.look import LOOKS, Look
from anchor.face.motion import AWAKE, CALM, REST, Brows, Eyes, Mouth

__all__ = ["HEIGHT", "LAYERS", "LOOKS", "WIDTH", "Look", "svg"]

WIDTH, HEIGHT = 1000, 1200
_BLURS = (
    '<filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="2.2"/></filter>'
    '<filter id="softer" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="9"/></filter>'
)


LAYERS = ("back", "eyes", "brows", "mouth", "front")
"""from the bottom up; only the jaw changes the back, and nothing the front"""


def svg(
    look: Look,
    layers: Sequence[str],
    box: tuple[float, float, float, float],
    size: tuple[int, int],
    mouth: Mouth = REST,
    eyes: Eyes = AWAKE,
    brows: Brows = CALM,
) -> str:
    """Some of :data:`LAYERS` in the part of the sheet in ``box`` (x, y, width, height) at ``size`` pixels."""
    draw: dict[str, Callable[[], str]] = {
        "back": lambda: hair.behind(look) + body.body(look) + features.head(look, mouth),
        "eyes": lambda: features.eyes(look, eyes),
        "brows": lambda: features.brows(look, brows),
        "mouth": lambda: features.mouth(look, mouth),
        "front": lambda: hair.before(look),
    }
    x, y, width, height = box
    definitions = _BLURS + body.definitions(look) + features.definitions(look) + hair.definitions(look)
    drawn = "".join(draw[layer]() for layer in layers)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {y:g} {width:g} {height:g}" '
        f'width="{size[0]}" height="{size[1]}"><defs>{definitions}</defs>{drawn}</svg>'
    )
