"""Eyes and brows."""

from __future__ import annotations

from anchor.face.figure.curves import Point, faded, mix, smooth
from anchor.face.figure.style import Style
from anchor.face.motion import Brows, Eyes

EYE_X, EYE_Y = 76, 470
"""from the middle, and down"""
GAZE_X, GAZE_Y = 11, 6


def definitions(style: Style) -> str:
    return (
        f'<radialGradient id="iris" cx=".5" cy=".66" r=".6"><stop offset="0" stop-color="{style.iris[0]}"/>'
        f'<stop offset="1" stop-color="{style.iris[1]}"/></radialGradient>'
        '<linearGradient id="ball" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#bcc2cf"/>'
        '<stop offset=".45" stop-color="#f7f8fb"/><stop offset="1" stop-color="#eef0f5"/></linearGradient>'
    )


def eyes(style: Style, state: Eyes, key: str) -> str:
    return _eye(style, -1, state, key) + _eye(style, 1, state, key)


def _eye(style: Style, side: int, state: Eyes, key: str) -> str:
    """An almond; the lid comes down over an eyeball that stays, and its lashes end in a soft arc."""
    cx, cy = 500 + side * EYE_X, EYE_Y
    half, tall = style.eye
    opened, shut = 1 - state.lid, min(1.0, max(0.0, state.lid))
    inner, outer = (cx - side * half, cy + 6.0), (cx + side * half, cy - 1.0 + 7 * shut)
    lift = state.lower * 7 + 3 * shut

    def lid(amount: float) -> list[Point]:
        """The edge of the upper lid: at 0 it hangs a little below the corners."""
        arc = mix(11, -tall, amount)
        return [
            inner,
            (cx - side * half * 0.55, cy + 6 + (arc - 4) * 0.72),
            (cx + side * half * 0.05, cy + arc),
            (cx + side * half * 0.6, cy + 2 + arc * 0.74),
            outer,
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
        out += (
            f'<clipPath id="{name}"><path d="{almond}"/></clipPath><g clip-path="url(#{name})">'
            f'<path d="{almond}" fill="url(#ball)"/>{_iris(style, cx, state)}'
            f'<ellipse cx="{inner[0] + side * 3}" cy="{inner[1]}" rx="6" ry="4" fill="#e9a59a" fill-opacity=".7"/>'
            f"{faded(smooth(upper), '#1c0f0b', 20, 0.3)}</g>"
        )
    # the lid itself, its fold, and the lashes: a line that is thick outside and thin at the nose
    fold_y = mix(4, -10, min(1.0, opened))
    fold = [(x, y + fold_y) for x, y in lid(mix(0.62, 1.0, min(1.0, opened)))]
    out += (
        f'<path d="{smooth(fold)}" fill="none" stroke="{style.skin[2]}" stroke-width="4" '
        f'stroke-opacity="{mix(0.5, 0.95, min(1.0, opened)):.2f}" stroke-linecap="round"/>'
    )
    thick = style.lash * (1 if opened > 0.2 else 0.8)
    above = [(x, y - thick * t) for (x, y), t in zip(upper, (0.15, 0.6, 0.85, 1.0, 0.35), strict=True)]
    tip = (outer[0] + side * style.lash * 1.1, outer[1] + mix(3.0, -style.lash * 0.7, min(1.0, opened)))
    out += f'<path d="{smooth([*above, tip])} {smooth([tip, *reversed(upper)], start="L")}Z" fill="#24130e"/>'
    if style.long_hair:
        out += _lashes(upper, side, min(1.0, opened))
    out += (
        f'<path d="{smooth(low[:4])}" fill="none" stroke="#8c5542" stroke-width="2.4" '
        f'stroke-opacity="{mix(0.15, 0.55, min(1.0, opened)):.2f}"/>'
    )
    return out


def _iris(style: Style, cx: float, state: Eyes) -> str:
    tall = style.eye[1]
    x, y, r = cx + state.gaze_x * GAZE_X, EYE_Y - 3 + state.gaze_y * GAZE_Y, tall * 0.92 if tall > 24 else tall
    return (
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="url(#iris)"/>'
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="none" stroke="{style.iris[1]}" stroke-width="3" stroke-opacity=".8"/>'
        f'<circle cx="{x}" cy="{y}" r="{r * 0.45}" fill="#0e0705"/>'
        f'<ellipse cx="{x}" cy="{y + r * 0.5}" rx="{r * 0.55}" ry="{r * 0.28}" fill="#e3b184" fill-opacity=".3"/>'
        f'<circle cx="{x - r * 0.32}" cy="{y - r * 0.36}" r="{r * 0.25}" fill="#fff"/>'
        f'<circle cx="{x + r * 0.34}" cy="{y + r * 0.3}" r="{r * 0.1}" fill="#fff" fill-opacity=".8"/>'
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


def brows(style: Style, state: Brows) -> str:
    out = ""
    for side in (-1, 1):
        cx, cy = 500 + side * (EYE_X + 2), style.brow_y - 15 * state.lift
        turn = -state.tilt * 9  # of the inner end
        thick = style.brow
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
            f'<path d="{smooth(top)} {smooth(low[::-1], start="L")}Z" fill="{style.brow_shade}" fill-opacity=".72"/>'
            f'<path d="{hairs}" stroke="{style.brow_shade}" stroke-width="2" stroke-opacity=".6"/>'
        )
    return out
