"""The head and what moves in it: eyes, brows, mouth."""

from __future__ import annotations

from anchor.face.figure.curves import Point, mirrored, smooth
from anchor.face.figure.look import Look
from anchor.face.motion import Brows, Eyes, Mouth

EYE_X, EYE_Y = 76, 470
"""from the middle, and down"""
MOUTH_X, MOUTH_Y = 500, 621
JAW_DROP = 30
GAPE = 66
GAZE_X, GAZE_Y = 11, 6


def definitions(look: Look) -> str:
    light, middle, shadow = look.skin
    upper, lower, _ = look.lips
    return (
        f'<radialGradient id="face" cx=".48" cy=".42" r=".68"><stop offset="0" stop-color="{light}"/>'
        f'<stop offset=".6" stop-color="{middle}"/><stop offset="1" stop-color="{shadow}"/></radialGradient>'
        f'<radialGradient id="iris" cx=".5" cy=".66" r=".6"><stop offset="0" stop-color="{look.iris[0]}"/>'
        f'<stop offset="1" stop-color="{look.iris[1]}"/></radialGradient>'
        '<linearGradient id="ball" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#bcc2cf"/>'
        '<stop offset=".45" stop-color="#f7f8fb"/><stop offset="1" stop-color="#eef0f5"/></linearGradient>'
        f'<linearGradient id="lipup" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{lower}"/>'
        f'<stop offset="1" stop-color="{upper}"/></linearGradient>'
        f'<linearGradient id="liplow" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{upper}"/>'
        f'<stop offset=".5" stop-color="{lower}"/><stop offset="1" stop-color="{upper}"/></linearGradient>'
        f'<radialGradient id="blush"><stop offset="0" stop-color="#ef7f78" stop-opacity="{look.blush}"/>'
        '<stop offset="1" stop-color="#ef7f78" stop-opacity="0"/></radialGradient>'
        f'<radialGradient id="dim"><stop offset="0" stop-color="{shadow}"/><stop offset=".5" stop-color="{shadow}" '
        f'stop-opacity=".55"/><stop offset="1" stop-color="{shadow}" stop-opacity="0"/></radialGradient>'
        '<radialGradient id="gleam"><stop offset="0" stop-color="#fff"/><stop offset=".5" stop-color="#fff" '
        'stop-opacity=".5"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>'
        '<radialGradient id="cavity" cx=".5" cy=".35" r=".75"><stop offset="0" stop-color="#5c1820"/>'
        '<stop offset="1" stop-color="#2c090d"/></radialGradient>'
    )


def mix(a: float, b: float, t: float) -> float:
    return a + (b - a) * t


def drop(mouth: Mouth) -> float:
    """How far the chin is down."""
    return JAW_DROP * mouth.open


def outline(look: Look, down: float) -> list[Point]:
    """The right half of the face with the jaw lowered."""
    low = look.outline[-1][1]
    moved = []
    for dx, y in look.outline:
        t = max(0.0, (y - 540) / (low - 540))
        moved.append((dx * (1 - 0.03 * down / JAW_DROP * t), y + down * t * t * (3 - 2 * t)))
    return moved


def head(look: Look, mouth: Mouth, key: str) -> str:
    path = smooth(mirrored(outline(look, drop(mouth))), closed=True)
    shade = look.skin[2]
    ears = "" if look.long_hair else _ear(look, -1) + _ear(look, 1)
    fringe = "M340 440 C352 360 420 320 534 268 C600 320 644 352 660 440 L660 230 L340 230Z"
    if not look.long_hair:
        fringe = "M344 470 C352 350 420 330 500 334 C580 328 648 350 656 470 L660 230 L340 230Z"
    return (
        f'{ears}<path d="{path}" fill="url(#face)"/><clipPath id="head{key}"><path d="{path}"/></clipPath>'
        f'<g clip-path="url(#head{key})"><path d="{path}" fill="none" stroke="{shade}" stroke-width="30" opacity=".55" '
        f'filter="url(#wide)"/><path d="{fringe}" fill="{shade}" opacity=".55" filter="url(#wide)"/>'
        f'<ellipse cx="412" cy="566" rx="52" ry="34" fill="url(#blush)"/>'
        f'<ellipse cx="588" cy="566" rx="52" ry="34" fill="url(#blush)"/>'
        f'<ellipse cx="500" cy="{look.outline[-1][1] - 26 + drop(mouth)}" rx="50" ry="26" '
        'fill="url(#gleam)" fill-opacity=".22"/>'
        f"{_stubble(look, mouth)}{_sockets(look)}</g>{_nose(look)}"
    )


def _stubble(look: Look, mouth: Mouth) -> str:
    if look.long_hair:
        return ""
    low = look.outline[-1][1] + drop(mouth)
    return (
        f'<path d="M352 560 C372 660 420 {low - 10} 500 {low} C580 {low - 10} 628 660 648 560 C620 640 570 600 500 598 '
        'C430 600 380 640 352 560Z" fill="#6f625e" opacity=".13" filter="url(#wide)"/>'
    )


def _ear(look: Look, side: int) -> str:
    x = 500 + side * 143
    points = [
        (x, 452),
        (x + side * 26, 440),
        (x + side * 34, 470),
        (x + side * 27, 512),
        (x + side * 10, 545),
        (x - side * 4, 540),
    ]
    inner = [(x + side * 10, 466), (x + side * 22, 458), (x + side * 22, 486), (x + side * 12, 512)]
    return (
        f'<path d="{smooth(points, closed=True)}" fill="{look.skin[1]}"/>'
        f'<path d="{smooth(inner)}" fill="none" stroke="{look.skin[2]}" stroke-width="5" stroke-opacity=".8"/>'
    )


def _nose(look: Look) -> str:
    shade, wide = look.skin[2], 1.0 if look.long_hair else 1.22
    wing = 21 * wide
    return (
        f'<path d="M{500 + 9 * wide} 452 C{500 + 12 * wide} 490 {500 + 15 * wide} 520 {500 + wing} 546 '
        f'C{500 + wing} 560 {500 + 10} 562 500 562 L500 540 C506 510 504 480 {500 + 9 * wide} 452Z" fill="{shade}" '
        'opacity=".42" filter="url(#soft)"/>'
        f'<path d="M{500 - wing} 544 C{500 - wing - 3} 552 {500 - wing + 1} 558 {500 - wing + 6} 557 M{500 + wing} 544 '
        f'C{500 + wing + 3} 552 {500 + wing - 1} 558 {500 + wing - 6} 557" fill="none" stroke="#a9664b" stroke-width="3" '
        'stroke-linecap="round" stroke-opacity=".5"/><ellipse cx="489" cy="557" rx="6" ry="2.6" fill="#8a4a35" fill-opacity=".55"/>'
        '<ellipse cx="511" cy="557" rx="6" ry="2.6" fill="#8a4a35" fill-opacity=".55"/>'
        '<path d="M492 563 C496 566 504 566 508 563" fill="none" stroke="#a9664b" stroke-width="2.6" '
        'stroke-linecap="round" opacity=".45"/><ellipse cx="498" cy="538" rx="11" ry="15" fill="url(#gleam)" fill-opacity=".5"/>'
        '<path d="M497 470 L497 520" stroke="#fff" stroke-width="8" opacity=".22" stroke-linecap="round" '
        'filter="url(#soft)"/>'
    )


def _folds(look: Look, mouth: Mouth) -> str:
    """From the nose to the corners of the mouth, deeper in a smile."""
    deep = 0.10 + 0.22 * max(0.0, mouth.smile) + 0.08 * mouth.open
    out = ""
    for side in (-1, 1):
        x = 500 + side * (34 + 3 * mouth.smile)
        line = f"M{x} 560 C{x + side * 18} 576 {x + side * 30} 594 {x + side * 34} 612"
        out += _faded(line, look.skin[2], 11, deep)
    return out


def _faded(line: str, shade: str, width: float, opacity: float) -> str:
    """A stroke with soft edges, without a blur, which would take longer than all the rest of a tile."""
    return "".join(
        f'<path d="{line}" fill="none" stroke="{shade}" stroke-width="{width * part:.1f}" stroke-linecap="round" '
        f'stroke-opacity="{opacity / 3:.3f}"/>'
        for part in (1.0, 0.75, 0.5, 0.25)
    )


def eyes(look: Look, state: Eyes, key: str) -> str:
    return _eye(look, -1, state, key) + _eye(look, 1, state, key)


def _eye(look: Look, side: int, state: Eyes, key: str) -> str:
    """An almond; the lid comes down over an eyeball that stays, and its lashes end in a soft arc."""
    cx, cy = 500 + side * EYE_X, EYE_Y
    half, tall = look.eye
    opened, shut = 1 - state.lid, min(1.0, max(0.0, state.lid))
    inner, outer = (cx - side * half, cy + 6.0), (cx + side * half, cy - 1.0 + 7 * shut)
    lift = state.lower * 7 + 3 * shut

    def lid(amount: float, off: float = 0.0) -> list[Point]:
        """The edge of the upper lid: at 0 it hangs a little below the corners."""
        arc = mix(11, -tall, amount)
        return [
            (inner[0] + side * off, inner[1] - 0.3 * off),
            (cx - side * half * 0.55, cy + 6 + (arc - 4) * 0.72 - off),
            (cx + side * half * 0.05, cy + arc - off),
            (cx + side * half * 0.6, cy + 2 + arc * 0.74 - off),
            (outer[0] + side * 0.4 * off, outer[1] - off),
        ]

    low = [
        (outer[0], outer[1]),
        (cx + side * half * 0.5, cy + tall * 0.5 - lift + 2),
        (cx - side * half * 0.1, cy + tall * 0.66 - lift + 2),
        (cx - side * half * 0.65, cy + tall * 0.48 - lift + 3),
        (inner[0], inner[1]),
    ]
    low = [(x, max(y, up[1] + 0.5)) for (x, y), up in zip(low, reversed(lid(opened)), strict=True)]
    upper = lid(opened)
    almond = smooth(upper) + " " + smooth(low, start="L") + "Z"
    name = f"eye{'l' if side < 0 else 'r'}{key}"
    out = ""
    if opened > 0.03:
        gx, gy, r = cx + state.gaze_x * GAZE_X, cy - 3 + state.gaze_y * GAZE_Y, tall * 0.92 if tall > 24 else tall
        out += (
            f'<clipPath id="{name}"><path d="{almond}"/></clipPath><g clip-path="url(#{name})">'
            f'<path d="{almond}" fill="url(#ball)"/><circle cx="{gx}" cy="{gy}" r="{r}" fill="url(#iris)"/>'
            f'<circle cx="{gx}" cy="{gy}" r="{r}" fill="none" stroke="{look.iris[1]}" stroke-width="3" stroke-opacity=".8"/>'
            f'<circle cx="{gx}" cy="{gy}" r="{r * 0.45}" fill="#0e0705"/>'
            f'<ellipse cx="{gx}" cy="{gy + r * 0.5}" rx="{r * 0.55}" ry="{r * 0.28}" fill="#e3b184" fill-opacity=".3"/>'
            f'<circle cx="{gx - r * 0.32}" cy="{gy - r * 0.36}" r="{r * 0.25}" fill="#fff"/>'
            f'<circle cx="{gx + r * 0.34}" cy="{gy + r * 0.3}" r="{r * 0.1}" fill="#fff" fill-opacity=".8"/>'
            f'<ellipse cx="{inner[0] + side * 3}" cy="{inner[1]}" rx="6" ry="4" fill="#e9a59a" fill-opacity=".7"/>'
            + _faded(smooth(upper), "#1c0f0b", 20, 0.3)
            + "</g>"
        )
    # the lid itself, its fold, and the lashes: a line that is thick outside and thin at the nose
    fold_y = mix(4, -10, min(1.0, opened))
    fold = [(x, y + fold_y) for x, y in lid(mix(0.62, 1.0, min(1.0, opened)))]
    out += (
        f'<path d="{smooth(fold)}" fill="none" stroke="{look.skin[2]}" stroke-width="4" '
        f'stroke-opacity="{mix(0.5, 0.95, min(1.0, opened)):.2f}" stroke-linecap="round"/>'
    )
    thick = look.lash * (1 if opened > 0.2 else 0.8)
    above = [(x, y - thick * t) for (x, y), t in zip(upper, (0.15, 0.6, 0.85, 1.0, 0.35), strict=True)]
    tip = (outer[0] + side * look.lash * 1.1, outer[1] + mix(3.0, -look.lash * 0.7, min(1.0, opened)))
    out += f'<path d="{smooth([*above, tip])} {smooth([tip, *reversed(upper)], start="L")}Z" fill="#24130e"/>'
    if look.long_hair:
        out += _lashes(upper, side, min(1.0, opened))
    out += (
        f'<path d="{smooth(low[:4])}" fill="none" stroke="#8c5542" stroke-width="2.4" '
        f'stroke-opacity="{mix(0.15, 0.55, min(1.0, opened)):.2f}"/>'
    )
    return out


def _sockets(look: Look) -> str:
    """The soft shade between eye and brow, deeper towards the nose."""
    return "".join(
        f'<ellipse cx="{500 + side * (EYE_X - 8)}" cy="{EYE_Y - 24}" rx="{look.eye[0] * 1.4}" ry="32" '
        f'fill="url(#dim)" fill-opacity=".5"/>'
        for side in (-1, 1)
    )


def _lashes(upper: list[Point], side: int, opened: float) -> str:
    out = ""
    for k in range(4):
        t = k / 3
        (ax, ay), (bx, by) = upper[3], upper[4]
        x, y = mix(ax, bx, t), mix(ay, by, t) - 4 * (1 - t)
        up = mix(7 - 2 * t, -6 + 2 * t, opened)
        out += f"M{x:.1f} {y:.1f} q{side * 5} {up * 0.3:.1f} {side * (8 + 3 * t):.1f} {up:.1f} "
    return (
        f'<path d="{out}" fill="none" stroke="#24130e" stroke-width="2.6" stroke-linecap="round" stroke-opacity=".9"/>'
    )


def brows(look: Look, state: Brows) -> str:
    out = ""
    for side in (-1, 1):
        cx, cy = 500 + side * (EYE_X + 2), look.brow_y - 15 * state.lift
        turn = -state.tilt * 9  # of the inner end
        thick = look.brow
        top = [
            (cx - side * 45, cy + 2 + turn), (cx - side * 20, cy - 9 + turn * 0.6), (cx + side * 14, cy - 15),
            (cx + side * 56, cy + 5 - turn * 0.3),
        ]  # fmt: skip
        low = [
            (cx - side * 45, cy + 2 + thick + turn), (cx - side * 18, cy - 9 + thick + turn * 0.6),
            (cx + side * 16, cy - 15 + thick * 0.8), (cx + side * 56, cy + 6.5 - turn * 0.3),
        ]  # fmt: skip
        hairs = ""
        for k in range(11):
            t = k / 12
            i = min(2, int(t * 3))
            f = t * 3 - i
            x, y = mix(low[i][0], low[i + 1][0], f), mix(low[i][1], low[i + 1][1], f)
            hairs += f"M{x:.1f} {y:.1f} l{side * 7:.1f} {-thick * mix(0.9, 0.2, t):.1f} "
        out += (
            f'<path d="{smooth(top)} {smooth(low[::-1], start="L")}Z" fill="{look.brow_shade}" fill-opacity=".72"/>'
            f'<path d="{hairs}" stroke="{look.brow_shade}" stroke-width="2" stroke-opacity=".6"/>'
        )
    return out


def mouth(look: Look, shape: Mouth, key: str) -> str:
    """Two lips around a cavity; all sizes follow from opening, rounding and smile."""
    pursed, spread, smile = max(0.0, shape.round), max(0.0, -shape.round), shape.smile
    half = 52 * (1 + 0.16 * spread - 0.42 * pursed + 0.14 * max(0.0, smile)) * (1 - 0.10 * shape.open)
    gap = GAPE * shape.open * (1 - 0.12 * max(0.0, smile))
    up, down = gap * 0.22, gap * 0.78 - shape.tuck * 5
    middle = MOUTH_Y + 1.5
    corner = MOUTH_Y - 1.0 - 9 * smile + 5 * shape.open * (0.4 + spread)
    size = look.lip_size * (1 - 0.10 * spread - 0.08 * max(0.0, smile))
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
    out = _folds(look, shape) + (
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
            f"{_faded(smooth(rim_up), '#2c090d', 13, 0.4)}</g>"
        )
    out += f'<path d="{smooth(lip_low)} {smooth(rim_low[::-1], start="L")}Z" fill="url(#liplow)"/>'
    out += f'<path d="{smooth(lip_up)} {smooth(rim_up[::-1], start="L")}Z" fill="url(#lipup)"/>'
    out += (
        f'<ellipse cx="{MOUTH_X - 3}" cy="{middle + down + lower * 0.42}" rx="{half * 0.45}" ry="{max(1.5, lower * 0.32)}" '
        f'fill="url(#gleam)" fill-opacity="{0.42 if look.long_hair else 0.18}"/>'
    )
    if gap <= 6:
        out += (
            f'<path d="{smooth(rim_up)}" fill="none" stroke="{look.lips[2]}" stroke-width="3" stroke-linecap="round" '
            f'stroke-opacity="{0.9 * (1 - gap / 9):.2f}"/>'
        )
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
