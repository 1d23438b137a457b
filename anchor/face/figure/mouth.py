"""The mouth: lips, teeth and tongue."""

from __future__ import annotations

from anchor.face.figure.curves import Point, faded, mix, smooth
from anchor.face.figure.style import Style
from anchor.face.motion import Mouth

MOUTH_X, MOUTH_Y = 500, 621
GAPE = 66
"""between the lips of a mouth that is wide open"""


def definitions(style: Style) -> str:
    upper, lower, _ = style.lips
    return (
        f'<linearGradient id="lipup" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{lower}"/>'
        f'<stop offset="1" stop-color="{upper}"/></linearGradient>'
        f'<linearGradient id="liplow" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{upper}"/>'
        f'<stop offset=".5" stop-color="{lower}"/><stop offset="1" stop-color="{upper}"/></linearGradient>'
        '<radialGradient id="cavity" cx=".5" cy=".35" r=".75"><stop offset="0" stop-color="#5c1820"/>'
        '<stop offset="1" stop-color="#2c090d"/></radialGradient>'
    )


def mouth(style: Style, shape: Mouth, key: str) -> str:
    """Two lips around a cavity; all sizes follow from opening, rounding and smile."""
    pursed, spread, smile = max(0.0, shape.round), max(0.0, -shape.round), shape.smile
    half = 52 * (1 + 0.16 * spread - 0.42 * pursed + 0.14 * max(0.0, smile)) * (1 - 0.10 * shape.open)
    gap = GAPE * shape.open * (1 - 0.12 * max(0.0, smile))
    up, down = gap * 0.22, gap * 0.78 - shape.tuck * 5
    middle = MOUTH_Y + 1.5
    corner = MOUTH_Y - 1.0 - 9 * smile + 5 * shape.open * (0.4 + spread)
    size = style.lip_size * (1 - 0.10 * spread - 0.08 * max(0.0, smile))
    thin = 1 - 0.55 * shape.press
    upper = (12.5 + 4 * pursed - 2.5 * shape.tuck) * size * thin
    lower = (16.5 + 5 * pursed - 8 * shape.tuck) * size * (1 - 0.45 * shape.press)
    full = mix(0.62, 0.86, max(pursed, min(1.0, shape.open * 1.3)))
    rim_up = _arc(half, corner, middle - up, full)
    rim_low = _arc(half, corner, middle + down, full)
    left, right = MOUTH_X - half, MOUTH_X + half
    # Cupid's bow, then back along the rim
    bow = middle - up - upper
    lip_up: list[Point] = [
        (left - 3, corner), (left + half * 0.45, mix(corner, bow, 0.72)), (MOUTH_X - 13, bow - 0.5),
        (MOUTH_X, bow + upper * 0.24), (MOUTH_X + 13, bow - 0.5), (right - half * 0.45, mix(corner, bow, 0.72)),
        (right + 3, corner),
    ]  # fmt: skip
    swell = middle + down + lower
    lip_low: list[Point] = [
        (left - 1, corner), (left + half * 0.30, mix(corner, swell, 0.66)), (MOUTH_X - half * 0.36, swell - 1.2),
        (MOUTH_X, swell), (MOUTH_X + half * 0.36, swell - 1.2), (right - half * 0.30, mix(corner, swell, 0.66)),
        (right + 1, corner),
    ]  # fmt: skip
    out = _folds(style, shape) + (
        f'<ellipse cx="{MOUTH_X}" cy="{swell + 12}" rx="{40 + 8 * spread}" ry="11" fill="url(#dim)" fill-opacity=".8"/>'
        f'<ellipse cx="{MOUTH_X}" cy="{bow - 19}" rx="9" ry="17" fill="url(#dim)" fill-opacity=".3"/>'
    )
    for side in (-1, 1):
        x = MOUTH_X + side * (half + 5)
        out += f'<circle cx="{x}" cy="{corner + 1}" r="9" fill="url(#dim)" fill-opacity=".7"/>'
    if gap > 1.2:
        hole = smooth(rim_up) + " " + smooth(rim_low[::-1], start="L") + "Z"
        out += (
            f'<clipPath id="inside{key}"><path d="{hole}"/></clipPath><g clip-path="url(#inside{key})">'
            f'<rect x="{left - 5}" y="{MOUTH_Y - 60}" width="{2 * half + 10}" height="190" fill="url(#cavity)"/>'
            f"{_tongue(shape, half, middle + down, gap)}{_teeth(half, middle - up, shape)}"
            f"{faded(smooth(rim_up), '#2c090d', 13, 0.4)}</g>"
        )
    out += f'<path d="{smooth(lip_low)} {smooth(rim_low[::-1], start="L")}Z" fill="url(#liplow)"/>'
    out += f'<path d="{smooth(lip_up)} {smooth(rim_up[::-1], start="L")}Z" fill="url(#lipup)"/>'
    out += (
        f'<ellipse cx="{MOUTH_X - 3}" cy="{middle + down + lower * 0.42}" rx="{half * 0.45}" ry="{max(1.5, lower * 0.32)}" '
        f'fill="url(#gleam)" fill-opacity="{0.42 if style.long_hair else 0.18}"/>'
    )
    if gap <= 6:
        out += (
            f'<path d="{smooth(rim_up)}" fill="none" stroke="{style.lips[2]}" stroke-width="3" stroke-linecap="round" '
            f'stroke-opacity="{0.9 * (1 - gap / 9):.2f}"/>'
        )
    return out


def _folds(style: Style, mouth: Mouth) -> str:
    """From the nose to the corners of the mouth, deeper in a smile."""
    deep = 0.10 + 0.22 * max(0.0, mouth.smile) + 0.08 * mouth.open
    out = ""
    for side in (-1, 1):
        x = 500 + side * (34 + 3 * mouth.smile)
        line = f"M{x} 560 C{x + side * 18} 576 {x + side * 30} 594 {x + side * 34} 612"
        out += faded(line, style.skin[2], 11, deep)
    return out


def _arc(half: float, corner: float, middle: float, full: float) -> list[Point]:
    """From corner to corner by way of ``middle``; ``full`` is how much of its height it has near the corners."""
    return [
        (MOUTH_X - half, corner), (MOUTH_X - half * 0.62, mix(corner, middle, full)), (MOUTH_X, middle),
        (MOUTH_X + half * 0.62, mix(corner, middle, full)), (MOUTH_X + half, corner),
    ]  # fmt: skip


def _tongue(shape: Mouth, half: float, floor: float, gap: float) -> str:
    if gap < 8 and shape.tongue < 0.1:
        return ""
    top = floor - mix(5, 18, shape.open) - shape.tongue * gap * 0.55
    return (
        f'<ellipse cx="{MOUTH_X}" cy="{top + 22}" rx="{half * 0.66}" ry="{22 + gap * 0.12}" fill="#c65a62"/>'
        f'<ellipse cx="{MOUTH_X}" cy="{top + 10}" rx="{half * 0.4}" ry="8" fill="url(#gleam)" fill-opacity=".3"/>'
    )


def _teeth(half: float, rim: float, shape: Mouth) -> str:
    """The upper row, which stays with the skull and hides behind pursed lips."""
    low = min(MOUTH_Y + 13.0, rim + 19) - 15 * max(0.0, shape.round)
    wide = half * 0.84
    out = (
        f'<path d="M{MOUTH_X - wide} {rim - 14} H{MOUTH_X + wide} C{MOUTH_X + wide * 0.96} {low - 4} '
        f"{MOUTH_X + wide * 0.5} {low + 1} {MOUTH_X} {low + 1} C{MOUTH_X - wide * 0.5} {low + 1} "
        f'{MOUTH_X - wide * 0.96} {low - 4} {MOUTH_X - wide} {rim - 14}Z" fill="#fbf7f2"/>'
    )
    for k in range(-2, 3):
        x = MOUTH_X + k * wide * 0.27
        out += f'<path d="M{x:.1f} {rim - 10} V{low - 3 - abs(k)}" stroke="#d9cec6" stroke-width="1.3" stroke-opacity=".5"/>'
    return out
