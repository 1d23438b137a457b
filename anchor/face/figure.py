"""The default anchor as a vector drawing: parameters in, SVG out, on a sheet of 1000 by 1200 units.

Drawn once per mouth and eye state at start; never while on air.
"""

from __future__ import annotations

from anchor.face.motion import Mouth

WIDTH, HEIGHT = 1000, 1200
MOUTH_X, MOUTH_Y = 500, 622

_DEFS = """<defs>
<radialGradient id="face" cx=".46" cy=".38" r=".72"><stop offset="0" stop-color="#fff0e4"/>
<stop offset=".55" stop-color="#ffdfcc"/><stop offset=".85" stop-color="#f9c9ae"/>
<stop offset="1" stop-color="#eeb294"/></radialGradient>
<linearGradient id="neck" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#dd9c7f"/>
<stop offset=".45" stop-color="#f3bfa2"/><stop offset="1" stop-color="#fbd3bc"/></linearGradient>
<linearGradient id="hair" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#5d4036"/>
<stop offset=".5" stop-color="#402a22"/><stop offset="1" stop-color="#2c1b16"/></linearGradient>
<linearGradient id="hairback" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#3a251f"/>
<stop offset="1" stop-color="#211311"/></linearGradient>
<linearGradient id="shine" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#c79b80" stop-opacity="0"/>
<stop offset=".5" stop-color="#c79b80" stop-opacity=".38"/><stop offset="1" stop-color="#c79b80" stop-opacity="0"/>
</linearGradient>
<linearGradient id="suit" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#3f6fb5"/>
<stop offset="1" stop-color="#264a86"/></linearGradient>
<linearGradient id="lapel" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2f5a9b"/>
<stop offset="1" stop-color="#1d3a6c"/></linearGradient>
<radialGradient id="iris" cx=".5" cy=".62" r=".62"><stop offset="0" stop-color="#b5794c"/>
<stop offset=".55" stop-color="#7a4628"/><stop offset="1" stop-color="#3a1d10"/></radialGradient>
<linearGradient id="sclera" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#cfd3de"/>
<stop offset=".35" stop-color="#fbfbff"/><stop offset="1" stop-color="#ffffff"/></linearGradient>
<linearGradient id="lipup" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#d9666b"/>
<stop offset="1" stop-color="#b9464f"/></linearGradient>
<linearGradient id="liplow" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#d55f66"/>
<stop offset=".45" stop-color="#ea8a8b"/><stop offset="1" stop-color="#cf5f66"/></linearGradient>
<radialGradient id="blush"><stop offset="0" stop-color="#f58a83" stop-opacity=".34"/>
<stop offset="1" stop-color="#f58a83" stop-opacity="0"/></radialGradient>
<radialGradient id="cavity" cx=".5" cy=".3" r=".8"><stop offset="0" stop-color="#6a1f27"/>
<stop offset="1" stop-color="#3a0d14"/></radialGradient>
<filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="1.6"/></filter>
<filter id="softer" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="5"/></filter>
</defs>"""


def svg(mouth: Mouth, blink: float, box: tuple[float, float, float, float], size: tuple[int, int]) -> str:
    """The part of the sheet in ``box`` (x, y, width, height) at ``size`` pixels; ``blink`` 1 is closed."""
    x, y, width, height = box
    body = _hair_back() + _body() + _ears() + _face(mouth.open) + _nose()
    body += _eye(424, -1, blink) + _eye(576, 1, blink) + _brow(424, -1) + _brow(576, 1)
    body += _mouth(mouth) + _hair_front()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {y:g} {width:g} {height:g}" '
        f'width="{size[0]}" height="{size[1]}">{_DEFS}{body}</svg>'
    )


def _mix(a: float, b: float, t: float) -> float:
    return a + (b - a) * t


def _hair_back() -> str:
    return (
        '<path d="M500 186 C346 182 290 300 290 446 C290 600 268 700 244 800 C296 866 384 874 432 842 L568 842 '
        'C616 874 704 866 756 800 C732 700 710 600 710 446 C710 300 654 182 500 186Z" fill="url(#hairback)"/>'
    )


def _body() -> str:
    neck = (
        '<path d="M436 640 L434 790 C432 838 378 852 298 880 L500 1030 L702 880 C622 852 568 838 566 790 L564 640Z" '
        'fill="url(#neck)"/>'
        '<path d="M430 716 C452 776 548 776 570 716 L570 676 L430 676Z" fill="#c98566" opacity=".5" '
        'filter="url(#softer)"/>'
    )
    shirt = (
        '<path d="M384 852 L500 1020 L616 852 L690 900 L650 1200 L350 1200 L310 900Z" fill="#fbfbfd"/>'
        '<path d="M400 858 L500 1022 L486 1080 L378 890Z M600 858 L500 1022 L514 1080 L622 890Z" fill="#e8ebf3"/>'
    )
    jacket = (
        '<path d="M384 858 C300 884 190 908 138 960 C92 1010 76 1110 66 1200 L472 1200 L446 1100 L342 900Z" '
        'fill="url(#suit)"/>'
        '<path d="M616 858 C700 884 810 908 862 960 C908 1010 924 1110 934 1200 L528 1200 L554 1100 L658 900Z" '
        'fill="url(#suit)"/>'
        '<path d="M384 856 L330 918 L368 968 L342 992 L470 1200 L500 1130 C450 1050 410 950 384 856Z" '
        'fill="url(#lapel)"/>'
        '<path d="M616 856 L670 918 L632 968 L658 992 L530 1200 L500 1130 C550 1050 590 950 616 856Z" '
        'fill="url(#lapel)"/>'
        '<path d="M200 1010 C214 1080 214 1140 206 1200 M800 1010 C786 1080 786 1140 794 1200" stroke="#1b3765" '
        'stroke-width="4" fill="none" opacity=".6"/><rect x="690" y="1040" width="92" height="34" rx="6" '
        'fill="#f7d774"/>'
    )
    return neck + shirt + jacket


def _ears() -> str:
    return (
        '<path d="M356 440 C332 425 320 450 328 485 C334 520 350 545 366 540Z '
        'M644 440 C668 425 680 450 672 485 C666 520 650 545 634 540Z" fill="#f5bd9f"/>'
        '<circle cx="343" cy="541" r="6" fill="#ffe9a8"/><circle cx="657" cy="541" r="6" fill="#ffe9a8"/>'
    )


def _face(opened: float) -> str:
    jaw = opened * 16
    chin, cheek, side = 716 + jaw, 684 + jaw * 0.8, 640 + jaw * 0.4
    outline = (
        f"M354 430 C350 520 358 584 386 {side - 2} C412 {cheek} 452 {chin} 500 {chin} "
        f"C548 {chin} 588 {cheek} 614 {side - 2} C642 584 650 520 646 430 C642 320 590 262 500 262 "
        "C410 262 358 320 354 430Z"
    )
    return (
        f'<path d="{outline}" fill="url(#face)"/>'
        '<ellipse cx="404" cy="566" rx="54" ry="36" fill="url(#blush)"/>'
        '<ellipse cx="596" cy="566" rx="54" ry="36" fill="url(#blush)"/>'
    )


def _nose() -> str:
    return (
        '<path d="M508 470 C514 500 520 530 522 545 C520 556 508 560 498 558" fill="none" stroke="#d99878" '
        'stroke-width="3" stroke-linecap="round" opacity=".7"/>'
        '<path d="M478 551 q6 7 13 5 M509 557 q8 1 12 -6" fill="none" stroke="#b86f52" stroke-width="3" '
        'stroke-linecap="round"/>'
        '<ellipse cx="497" cy="532" rx="7" ry="14" fill="#fff" opacity=".35" filter="url(#soft)"/>'
    )


def _eye(cx: float, side: int, blink: float) -> str:
    """An almond with its outer corner raised; the lid comes down over an eyeball that stays."""
    cy, half, tall, opened = 470, 48, 33, 1 - blink
    inner_x, outer_x = cx - side * half, cx + side * half
    inner_y, outer_y = cy + 7, cy + 1 + 9 * blink
    top, bottom = _mix(cy + 15, cy - tall, opened), _mix(cy + 17, cy + tall * 0.74, max(opened, 0.25))
    lid = (
        f"M{inner_x} {inner_y} C{inner_x + side * 20} {_mix(inner_y + 9, top - 2, opened)} "
        f"{outer_x - side * 30} {_mix(cy + 20, top - 5, opened)} {outer_x} {outer_y}"
    )
    almond = f"{lid} C{outer_x - side * 18} {bottom} {inner_x + side * 26} {bottom + 2} {inner_x} {inner_y}Z"
    ball = ""
    if opened > 0.04:
        name = f"eye{int(cx)}"
        ball = (
            f'<clipPath id="{name}"><path d="{almond}"/></clipPath><g clip-path="url(#{name})">'
            f'<path d="{almond}" fill="url(#sclera)"/>'
            f'<circle cx="{cx}" cy="{cy - 1}" r="28" fill="url(#iris)"/>'
            f'<circle cx="{cx}" cy="{cy - 1}" r="28" fill="none" stroke="#2a140b" stroke-width="3" opacity=".7"/>'
            f'<circle cx="{cx}" cy="{cy - 1}" r="12.5" fill="#170a06"/>'
            f'<ellipse cx="{cx}" cy="{cy + 12}" rx="14" ry="7" fill="#e7b07c" opacity=".35"/>'
            f'<circle cx="{cx - 8}" cy="{cy - 10}" r="7.5" fill="#fff"/>'
            f'<circle cx="{cx + 9}" cy="{cy + 8}" r="3.2" fill="#fff" opacity=".85"/>'
            f'<path d="{lid}" fill="none" stroke="#20100b" stroke-width="16" opacity=".2" filter="url(#soft)"/></g>'
        )
    lash_width = _mix(9, 8, opened)
    lashes = (
        f'<path d="{lid}" fill="none" stroke="#27140f" stroke-width="{lash_width}" stroke-linecap="round"/>'
        f'<path d="M{outer_x - side * 4} {outer_y - 1} q{side * 12} {_mix(2, -6, opened)} '
        f'{side * 18} {_mix(6, -13, opened)}" fill="none" stroke="#27140f" stroke-width="5" stroke-linecap="round"/>'
    )
    lower = (
        f'<path d="M{inner_x + side * 8} {inner_y + 7} C{inner_x + side * 28} {bottom + 3} {outer_x - side * 20} '
        f'{bottom + 1} {outer_x - side * 2} {outer_y + 7}" fill="none" stroke="#8a5340" stroke-width="2" '
        f'opacity="{_mix(0.25, 0.7, opened):.2f}"/>'
    )
    crease_y = _mix(8, -11, opened)
    crease = (
        f'<path d="M{inner_x + side * 4} {inner_y - 12 + 6 * blink} C{inner_x + side * 22} {top + crease_y - 14 * blink} '
        f'{outer_x - side * 28} {top + crease_y - 3 - 14 * blink} {outer_x + side * 3} {outer_y - 14}" fill="none" '
        'stroke="#b47a62" stroke-width="2.4" opacity=".7"/>'
    )
    return ball + lashes + lower + crease


def _brow(cx: float, side: int) -> str:
    cy = 418
    return (
        f'<path d="M{cx - side * 46} {cy - 3} C{cx - side * 18} {cy - 15} {cx + side * 22} {cy - 19} '
        f"{cx + side * 60} {cy + 7} C{cx + side * 24} {cy - 9} {cx - side * 16} {cy - 5} {cx - side * 44} {cy + 6} "
        f'Q{cx - side * 50} {cy + 2} {cx - side * 46} {cy - 3}Z" fill="#5a3b30" opacity=".88"/>'
    )


def _mouth(shape: Mouth) -> str:
    """Two lips around a cavity; all sizes follow from opening and rounding."""
    cx, cy = MOUTH_X, MOUTH_Y
    opened, pursed, spread = shape.open, max(0.0, shape.round), max(0.0, -shape.round)
    press, tuck = shape.press, shape.tuck
    half = 58 * (1 + 0.18 * spread - 0.42 * pursed) * (1 - 0.12 * opened)
    gap = 92 * opened
    up, down = gap * 0.2, gap * 0.8 - tuck * 5
    smile = 6.0 + 2.0 * spread
    corner, centre = cy - smile * 0.62, cy + smile * 0.25
    curve = _mix(0.55, 0.86, max(pursed, opened * 0.55))
    upper, lower = 13 - 4 * press + 4 * pursed - 3 * tuck, 17 - 6 * press + 5 * pursed - 7 * tuck
    left, right = cx - half, cx + half
    lift, sink = _mix(corner, centre - up, 0.86), _mix(corner, centre + down, 0.9)
    rim_up = (
        f"C{left + half * (1 - curve)} {lift} {cx - half * 0.3} {centre - up} {cx} {centre - up + 1.5} "
        f"C{cx + half * 0.3} {centre - up} {right - half * (1 - curve)} {lift} {right} {corner}"
    )
    rim_back = (
        f"C{right - half * (1 - curve)} {lift} {cx + half * 0.3} {centre - up} {cx} {centre - up + 1.5} "
        f"C{cx - half * 0.3} {centre - up} {left + half * (1 - curve)} {lift} {left} {corner}Z"
    )
    inset = half * (1 - curve) * 0.8
    rim_low = (
        f"C{right - inset} {sink} {cx + half * 0.42} {centre + down} {cx} {centre + down} "
        f"C{cx - half * 0.42} {centre + down} {left + inset} {sink} {left} {corner}"
    )
    bow = centre - up - upper
    lip_up = (
        f"M{left - 3} {corner} C{left + half * 0.35} {centre - up - upper * 0.75} {cx - half * 0.28} {bow - 2} {cx - 9} "
        f"{bow - 1.5} Q{cx} {centre - up - upper * 0.72} {cx + 9} {bow - 1.5} C{cx + half * 0.28} {bow - 2} "
        f"{right - half * 0.35} {centre - up - upper * 0.75} {right + 3} {corner} {rim_back}"
    )
    swell = _mix(corner, centre + down + lower, 0.72)
    lip_low = (
        f"M{left} {corner} C{left + inset} {sink} {cx - half * 0.42} {centre + down} {cx} {centre + down} "
        f"C{cx + half * 0.42} {centre + down} {right - inset} {sink} {right} {corner} "
        f"C{right - half * 0.22} {swell} {cx + half * 0.42} {centre + down + lower} {cx} {centre + down + lower} "
        f"C{cx - half * 0.42} {centre + down + lower} {left + half * 0.22} {swell} {left} {corner}Z"
    )
    out = (
        f'<ellipse cx="{cx}" cy="{centre + down + lower + 13}" rx="34" ry="6" fill="#d08a6c" opacity=".3" '
        'filter="url(#softer)"/>'
    )
    if gap > 1.5:
        out += (
            f'<clipPath id="inside"><path d="M{left} {corner} {rim_up} {rim_low}Z"/></clipPath>'
            f'<g clip-path="url(#inside)"><rect x="{left - 5}" y="{cy - 70}" width="{2 * half + 10}" height="230" '
            f'fill="url(#cavity)"/>{_tongue(shape, half, centre + down, gap)}{_teeth(half, centre - up, opened)}'
            f'<path d="M{left} {corner} {rim_up}" fill="none" stroke="#3a0d14" stroke-width="10" opacity=".25" '
            'filter="url(#soft)"/></g>'
        )
    out += f'<path d="{lip_low}" fill="url(#liplow)"/><path d="{lip_up}" fill="url(#lipup)"/>'
    out += (
        f'<ellipse cx="{cx}" cy="{centre + down + lower * 0.45}" rx="{half * 0.3}" ry="{max(1.0, lower * 0.17)}" '
        'fill="#fff" opacity=".36" filter="url(#soft)"/>'
    )
    if gap <= 5:
        out += (
            f'<path d="M{left - 2} {corner} {rim_up}" fill="none" stroke="#7a2530" stroke-width="2.6" '
            f'opacity="{0.85 * (1 - gap / 8):.2f}"/>'
        )
    return out


def _tongue(shape: Mouth, half: float, floor: float, gap: float) -> str:
    if gap < 8 and shape.tongue < 0.1:
        return ""
    top = floor - _mix(6, 22, shape.open) - shape.tongue * gap * 0.55
    return (
        f'<ellipse cx="{MOUTH_X}" cy="{top + 22}" rx="{half * 0.62}" ry="{22 + gap * 0.15}" fill="#d9696f"/>'
        f'<path d="M{MOUTH_X} {top + 6} V{top + 30}" stroke="#b84a55" stroke-width="3" opacity=".5"/>'
    )


def _teeth(half: float, rim: float, opened: float) -> str:
    low = rim + 12 + opened * 6
    return (
        f'<path d="M{MOUTH_X - half * 0.74} {rim - 8} H{MOUTH_X + half * 0.74} C{MOUTH_X + half * 0.66} {low} '
        f"{MOUTH_X + half * 0.3} {low + 3} {MOUTH_X} {low + 3} C{MOUTH_X - half * 0.3} {low + 3} "
        f'{MOUTH_X - half * 0.66} {low} {MOUTH_X - half * 0.74} {rim - 8}Z" fill="#fffaf6"/>'
    )


def _hair_front() -> str:
    shadow = (
        '<path d="M356 424 C380 376 452 356 516 300 C548 352 620 372 644 424 C640 300 590 264 500 262 '
        'C410 264 360 300 356 424Z" fill="#c07a58" opacity=".28" filter="url(#softer)"/>'
    )
    sweep = (
        '<path d="M500 182 C384 176 318 240 308 352 C302 442 320 560 306 690 C338 636 352 560 354 470 '
        "C356 422 374 390 420 364 C470 338 512 312 536 264 C556 320 600 348 628 374 C644 394 646 430 646 470 "
        'C648 560 662 636 694 690 C680 560 698 442 692 352 C682 240 616 176 500 182Z" fill="url(#hair)"/>'
    )
    shine = (
        '<path d="M330 336 C356 272 424 238 500 236 C520 236 536 250 540 262 C446 262 372 296 330 336Z '
        'M560 250 C616 262 654 292 672 336 C646 304 604 276 560 262Z" fill="url(#shine)"/>'
    )
    strands = (
        '<path d="M536 264 C520 232 500 208 472 196 M420 364 C380 376 352 402 340 452 M628 374 C658 400 664 430 668 470" '
        'stroke="#22130f" stroke-width="3" fill="none" opacity=".4"/>'
        '<path d="M326 470 C324 560 328 620 318 664 M337 430 C339 520 341 570 331 626 M674 470 C676 560 672 620 682 664 '
        "M663 430 C661 520 659 570 669 626 M560 238 C600 264 636 302 654 350 M470 224 C420 248 374 302 350 370 "
        'M440 236 C402 258 366 300 342 350 M506 214 C560 222 606 246 640 290" stroke="#8a6352" stroke-width="2.2" '
        'fill="none" opacity=".34" stroke-linecap="round"/>'
    )
    return shadow + sweep + shine + strands
