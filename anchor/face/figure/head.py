"""The head: its outline with the jaw, ears, nose and shading."""

from __future__ import annotations

from anchor.face.figure.curves import Point, mirrored, smooth
from anchor.face.figure.eyes import EYE_X, EYE_Y
from anchor.face.figure.style import Style
from anchor.face.motion import Mouth

JAW_DROP = 30


def definitions(style: Style) -> str:
    light, middle, shadow = style.skin
    return (
        f'<radialGradient id="face" cx=".48" cy=".42" r=".68"><stop offset="0" stop-color="{light}"/>'
        f'<stop offset=".6" stop-color="{middle}"/><stop offset="1" stop-color="{shadow}"/></radialGradient>'
        f'<radialGradient id="blush"><stop offset="0" stop-color="#ef7f78" stop-opacity="{style.blush}"/>'
        '<stop offset="1" stop-color="#ef7f78" stop-opacity="0"/></radialGradient>'
        f'<radialGradient id="dim"><stop offset="0" stop-color="{shadow}"/><stop offset=".5" stop-color="{shadow}" '
        f'stop-opacity=".55"/><stop offset="1" stop-color="{shadow}" stop-opacity="0"/></radialGradient>'
        '<radialGradient id="gleam"><stop offset="0" stop-color="#fff"/><stop offset=".5" stop-color="#fff" '
        'stop-opacity=".5"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>'
    )


def head(style: Style, mouth: Mouth, key: str) -> str:
    path = smooth(mirrored(_outline(style, _drop(mouth))), closed=True)
    shade = style.skin[2]
    ears = "" if style.long_hair else _ear(style, -1) + _ear(style, 1)
    fringe = "M340 440 C352 360 420 320 534 268 C600 320 644 352 660 440 L660 230 L340 230Z"
    if not style.long_hair:
        fringe = "M344 470 C352 350 420 330 500 334 C580 328 648 350 656 470 L660 230 L340 230Z"
    return (
        f'{ears}<path d="{path}" fill="url(#face)"/><clipPath id="head{key}"><path d="{path}"/></clipPath>'
        f'<g clip-path="url(#head{key})"><path d="{path}" fill="none" stroke="{shade}" stroke-width="30" opacity=".55" '
        f'filter="url(#wide)"/><path d="{fringe}" fill="{shade}" opacity=".55" filter="url(#wide)"/>'
        f'<ellipse cx="412" cy="566" rx="52" ry="34" fill="url(#blush)"/>'
        f'<ellipse cx="588" cy="566" rx="52" ry="34" fill="url(#blush)"/>'
        f'<ellipse cx="500" cy="{style.outline[-1][1] - 26 + _drop(mouth)}" rx="50" ry="26" '
        'fill="url(#gleam)" fill-opacity=".22"/>'
        f"{_stubble(style, mouth)}{_sockets(style)}</g>{_nose(style)}"
    )


def _drop(mouth: Mouth) -> float:
    """How far the chin is down."""
    return JAW_DROP * mouth.open


def _outline(style: Style, down: float) -> list[Point]:
    """The right half of the face with the jaw lowered."""
    low = style.outline[-1][1]
    moved = []
    for dx, y in style.outline:
        t = max(0.0, (y - 540) / (low - 540))
        moved.append((dx * (1 - 0.03 * down / JAW_DROP * t), y + down * t * t * (3 - 2 * t)))
    return moved


def _stubble(style: Style, mouth: Mouth) -> str:
    if style.long_hair:
        return ""
    low = style.outline[-1][1] + _drop(mouth)
    return (
        f'<path d="M352 560 C372 660 420 {low - 10} 500 {low} C580 {low - 10} 628 660 648 560 C620 640 570 600 500 598 '
        'C430 600 380 640 352 560Z" fill="#6f625e" opacity=".13" filter="url(#wide)"/>'
    )


def _ear(style: Style, side: int) -> str:
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
        f'<path d="{smooth(points, closed=True)}" fill="{style.skin[1]}"/>'
        f'<path d="{smooth(inner)}" fill="none" stroke="{style.skin[2]}" stroke-width="5" stroke-opacity=".8"/>'
    )


def _nose(style: Style) -> str:
    shade, wide = style.skin[2], 1.0 if style.long_hair else 1.22
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


def _sockets(style: Style) -> str:
    """The soft shade between eye and brow, deeper towards the nose."""
    return "".join(
        f'<ellipse cx="{500 + side * (EYE_X - 8)}" cy="{EYE_Y - 24}" rx="{style.eye[0] * 1.4}" ry="32" '
        f'fill="url(#dim)" fill-opacity=".5"/>'
        for side in (-1, 1)
    )
