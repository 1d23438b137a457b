"""Neck, shoulders and clothes: what does not change with the expression."""

from __future__ import annotations

from anchor.face.figure.curves import between, smooth
from anchor.face.figure.style import Style


def definitions(style: Style) -> str:
    light, middle, dark = style.cloth
    _, skin, shadow = style.skin
    return (
        f'<linearGradient id="neck" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{shadow}"/>'
        f'<stop offset=".5" stop-color="{skin}"/><stop offset="1" stop-color="{skin}"/></linearGradient>'
        f'<linearGradient id="cloth" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{light}"/>'
        f'<stop offset=".5" stop-color="{middle}"/><stop offset="1" stop-color="{dark}"/></linearGradient>'
        f'<linearGradient id="lapel" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="{middle}"/>'
        f'<stop offset="1" stop-color="{dark}"/></linearGradient>'
        '<linearGradient id="shirt" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#ffffff"/>'
        '<stop offset="1" stop-color="#dfe5ee"/></linearGradient>'
    )


def body(style: Style, key: str) -> str:
    return _skin(style, key) + (_tie_shirt(style) if style.tie else _blouse()) + _jacket(style)


def _skin(style: Style, key: str) -> str:
    n = style.neck
    slope = 0.3 if style.tie else 1.0  # a collar hides where the neck widens
    left = [
        (500 - n, 600),
        (500 - n, 700),
        (500 - n - 2, 770),
        (500 - n - 18 * slope, 816),
        (500 - n - 48 * slope, 846),
        (372, 900),
    ]
    right = [(1000 - x, y) for x, y in left]
    chin = style.outline[-1][1]
    shade = style.skin[2]
    area = between(left, right)
    bones = ""
    if style.long_hair:
        bones = (
            f'<path d="M404 908 C440 896 470 904 488 924 M596 908 C560 896 530 904 512 924" fill="none" stroke="{shade}" '
            'stroke-width="4" opacity=".45" stroke-linecap="round" filter="url(#soft)"/>'
        )
    return (
        f'<path d="{area}" fill="url(#neck)"/><path d="M360 870 L500 1120 L640 870Z" fill="{style.skin[1]}"/>'
        f'<clipPath id="throat{key}"><path d="{area}"/></clipPath><g clip-path="url(#throat{key})">'
        f'<path d="M{500 - n - 20} {chin - 90} C{500 - n} {chin + 74} {500 + n} {chin + 74} {500 + n + 20} {chin - 90}Z" '
        f'fill="#a9654a" opacity=".5" filter="url(#softer)"/>'
        f'<path d="M{500 - n} 640 V800 M{500 + n} 640 V800" stroke="{shade}" stroke-width="16" opacity=".5" '
        f'filter="url(#softer)"/></g>{bones}'
    )


def _blouse() -> str:
    return (
        '<path d="M376 852 C404 900 452 970 500 1010 C548 970 596 900 624 852 L668 900 L640 1200 L360 1200 L332 900Z" '
        'fill="url(#shirt)"/>'
        '<path d="M376 852 C404 900 452 970 500 1010 C452 992 396 930 360 878Z M624 852 C596 900 548 970 500 1010 '
        'C548 992 604 930 640 878Z" fill="#c9d3e2" opacity=".8"/>'
        '<path d="M500 1010 V1200" stroke="#c3cddd" stroke-width="3"/>'
    )


def _tie_shirt(style: Style) -> str:
    return (
        '<path d="M396 836 L500 930 L604 836 L680 890 L640 1200 L360 1200 L320 890Z" fill="url(#shirt)"/>'
        f'<path d="M476 926 L524 926 L534 968 L552 1200 L448 1200 L466 968Z" fill="{style.tie}"/>'
        f'<path d="M470 916 L530 916 L534 966 C520 976 480 976 466 966Z" fill="{style.tie}"/>'
        '<path d="M466 966 C480 976 520 976 534 966" fill="none" stroke="#000" stroke-width="4" opacity=".28"/>'
        '<path d="M398 826 C430 880 466 908 500 922 L462 984 C420 950 384 900 372 852Z '
        'M602 826 C570 880 534 908 500 922 L538 984 C580 950 616 900 628 852Z" fill="#fdfdff" stroke="#c7cfdb" '
        'stroke-width="2.5"/>'
    )


def _jacket(style: Style) -> str:
    wide = style.shoulders
    out = ""
    for side in (-1, 1):
        edge = [(500 + side * x, y) for x, y in ((112, 846), (104, 920), (70, 1020), (24, 1120), (0, 1200))]
        shoulder = [
            (500 + side * x, y)
            for x, y in ((112, 846), (wide * 0.48, 874), (wide * 0.78, 908), (wide * 0.97, 980), (wide * 1.08, 1200))
        ]
        out += f'<path d="{between(edge, shoulder)}" fill="url(#cloth)"/>'
        arm = [(500 + side * wide * x, y) for x, y in ((0.72, 1010), (0.745, 1080), (0.75, 1200))]
        fold = [(500 + side * wide * x, y) for x, y in ((0.8, 930), (0.72, 1010))]
        out += (
            f'<path d="{smooth(arm)} {smooth(fold)}" fill="none" stroke="{style.cloth[2]}" stroke-width="5" opacity=".5" '
            'filter="url(#soft)"/>'
        )
        notch = (
            f"M{500 + side * 112} 846 L{500 + side * 178} 872 L{500 + side * 170} 946 L{500 + side * 132} 964 "
            f"L{500 + side * 164} 990 C{500 + side * 120} 1080 {500 + side * 70} 1150 {500 + side * 22} 1200 "
            f"L{500} 1200 C{500 + side * 40} 1110 {500 + side * 96} 990 {500 + side * 112} 846Z"
        )
        out += f'<path d="{notch}" fill="url(#lapel)" stroke="{style.cloth[2]}" stroke-width="3" stroke-opacity=".6"/>'
        out += (
            f'<path d="M{500 + side * 170} 946 L{500 + side * 132} 964" stroke="{style.cloth[2]}" stroke-width="4" '
            'opacity=".8"/>'
        )
    out += '<rect x="676" y="1042" width="96" height="36" rx="7" fill="#f5d67c"/>'
    out += '<rect x="676" y="1042" width="96" height="36" rx="7" fill="none" stroke="#c9a646" stroke-width="3"/>'
    return out
