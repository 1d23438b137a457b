"""Smooth curves as SVG paths, and hair made of them."""

from __future__ import annotations

import random
from collections.abc import Sequence

Point = tuple[float, float]
Part = tuple[float, float, float, float]
"""x, y, width and height on the sheet"""
CENTRE = 500.0


def mix(a: float, b: float, t: float) -> float:
    """``a`` at 0, ``b`` at 1."""
    return a + (b - a) * t


def mirrored(half: Sequence[Point]) -> list[Point]:
    """The whole outline of a right half given as (distance from the middle, y), from the top to the bottom."""
    right = [(CENTRE + dx, y) for dx, y in half]
    left = [(CENTRE - dx, y) for dx, y in reversed(half) if dx > 0]
    return right + left


def smooth(points: Sequence[Point], closed: bool = False, start: str = "M") -> str:
    """A path through all ``points`` without a corner (Catmull-Rom); ``start`` "L" goes on from a path before."""
    p = list(points)
    n = len(p)
    around = [p[-1], *p, p[0], p[1]] if closed else [p[0], *p, p[-1]]
    out = f"{start}{p[0][0]:.1f} {p[0][1]:.1f}"
    for i in range(n if closed else n - 1):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = around[i : i + 4]
        out += (
            f" C{x1 + (x2 - x0) / 6:.1f} {y1 + (y2 - y0) / 6:.1f} {x2 - (x3 - x1) / 6:.1f} {y2 - (y3 - y1) / 6:.1f} "
            f"{x2:.1f} {y2:.1f}"
        )
    return out + ("Z" if closed else "")


def between(one: Sequence[Point], other: Sequence[Point]) -> str:
    """The area between two curves that begin on the same side."""
    return smooth(one) + " " + smooth(list(reversed(other)), start="L") + "Z"


def _meets(line: Sequence[Point], part: Part) -> bool:
    """Whether the box around a line comes near ``part``."""
    x, y, width, height = part
    xs, ys = [p[0] for p in line], [p[1] for p in line]
    return max(xs) > x - 30 and min(xs) < x + width + 30 and max(ys) > y - 30 and min(ys) < y + height + 30


def strands(
    inner: Sequence[Point],
    outer: Sequence[Point],
    count: int,
    shades: Sequence[str],
    seed: int,
    wander: float = 3.0,
    width: tuple[float, float] = (1.2, 3.6),
    opacity: tuple[float, float] = (0.12, 0.4),
    part: Part | None = None,
) -> str:
    """Hair that flows between two edges: each strand keeps its place between them, and strays a little. Only those that
    may be seen in ``part`` of the sheet are drawn."""
    dice = random.Random(seed)
    out = ""
    for i in range(count):
        place = (i + dice.random()) / count
        drift = dice.uniform(-0.06, 0.06)
        n = len(inner)
        line = []
        for k, ((x0, y0), (x1, y1)) in enumerate(zip(inner, outer, strict=True)):
            t = min(1.0, max(0.0, place + drift * k / n))
            line.append((x0 + (x1 - x0) * t + dice.uniform(-wander, wander), y0 + (y1 - y0) * t))
        first, last = sorted((dice.randrange(0, n // 2), dice.randrange(n // 2 + 1, n + 1)))
        piece = line[first : max(last, first + 3)]
        drawn = (
            f'<path d="{smooth(piece)}" stroke="{dice.choice(list(shades))}" stroke-width="{dice.uniform(*width):.1f}" '
            f'stroke-opacity="{dice.uniform(*opacity):.2f}"/>'
        )
        out += drawn if part is None or _meets(piece, part) else ""
    return f'<g fill="none" stroke-linecap="round">{out}</g>'


def faded(line: str, shade: str, width: float, opacity: float) -> str:
    """A stroke with soft edges, without a blur, which would take longer than all the rest of a tile."""
    return "".join(
        f'<path d="{line}" fill="none" stroke="{shade}" stroke-width="{width * part:.1f}" stroke-linecap="round" '
        f'stroke-opacity="{opacity / 3:.3f}"/>'
        for part in (1.0, 0.75, 0.5, 0.25)
    )
