"""Hair behind and before the face."""

from __future__ import annotations

from anchor.face.figure.curves import Part, Point, between, mirrored, smooth, strands
from anchor.face.figure.style import Style

# long hair, parted right of the middle: edges from the parting down, the one at the face first
_LEFT_INNER: list[Point] = [
    (536, 258), (488, 282), (428, 318), (382, 366), (358, 424), (349, 490), (344, 560), (338, 640), (336, 716), (352, 786),
    (392, 846),
]  # fmt: skip
_LEFT_OUTER: list[Point] = [
    (531, 160), (448, 156), (366, 188), (312, 258), (292, 346), (288, 440), (283, 530), (268, 626), (250, 716), (252, 796),
    (306, 868),
]  # fmt: skip
_RIGHT_INNER: list[Point] = [
    (536, 258), (566, 290), (604, 328), (632, 372), (646, 428), (651, 490), (656, 560), (662, 640), (664, 716), (648, 786),
    (608, 846),
]  # fmt: skip
_RIGHT_OUTER: list[Point] = [
    (531, 160), (592, 160), (654, 190), (696, 258), (711, 346), (714, 440), (719, 530), (734, 626), (752, 716), (750, 796),
    (696, 868),
]  # fmt: skip
_BACK: list[Point] = [
    (0, 186), (100, 196), (170, 246), (196, 330), (200, 440), (204, 560), (218, 680), (228, 770), (200, 846), (140, 880),
    (70, 880), (0, 876),
]  # fmt: skip
# short hair: the line where it meets the face and the line against the background, from left to right
_SHORT_LOW: list[Point] = [
    (352, 484), (357, 430), (358, 384), (372, 350), (404, 330), (450, 318), (500, 314), (552, 310), (600, 322), (630, 350),
    (642, 384), (644, 430), (648, 484),
]  # fmt: skip
_SHORT_HIGH: list[Point] = [
    (346, 484), (338, 424), (336, 352), (346, 276), (382, 206), (440, 168), (510, 154), (580, 164), (630, 204), (656, 276),
    (664, 352), (662, 424), (654, 484),
]  # fmt: skip
_PARTING: list[Point] = [(404, 330), (398, 290), (408, 240), (436, 190)]


def definitions(style: Style) -> str:
    light, middle, dark = style.hair
    return (
        f'<linearGradient id="hair" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{middle}"/>'
        f'<stop offset=".25" stop-color="{light}" stop-opacity="1"/><stop offset=".5" stop-color="{middle}"/>'
        f'<stop offset="1" stop-color="{dark}"/></linearGradient>'
        f'<linearGradient id="under" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{middle}"/>'
        f'<stop offset=".5" stop-color="{dark}"/><stop offset="1" stop-color="{dark}"/></linearGradient>'
    )


def behind(style: Style, part: Part) -> str:
    if not style.long_hair:
        return ""
    _, middle, dark = style.hair
    left = [(500 - dx, y) for dx, y in _BACK]
    right = [(500 + dx, y) for dx, y in _BACK]
    middle_line = [(500.0, y) for _, y in _BACK]
    return (
        f'<path d="{smooth(mirrored(_BACK), closed=True)}" fill="url(#under)"/>'
        + strands(middle_line, left, 40, (middle, dark), 5, part=part)
        + strands(middle_line, right, 40, (middle, dark), 6, part=part)
    )


def before(style: Style, part: Part) -> str:
    return _long(style, part) if style.long_hair else _short(style, part)


def _long(style: Style, part: Part) -> str:
    light, middle, dark = style.hair
    out = ""
    for inner, outer, seed in ((_RIGHT_INNER, _RIGHT_OUTER, 11), (_LEFT_INNER, _LEFT_OUTER, 12)):
        out += f'<path d="{between(inner, outer)}" fill="url(#hair)"/>'
        out += strands(inner, outer, 46, (dark, dark, middle), seed, opacity=(0.15, 0.45), part=part)
        out += strands(
            inner, outer, 26, (light, "#b58d76"), seed + 50, width=(0.8, 2.2), opacity=(0.12, 0.4), part=part
        )
        out += _shine(inner, outer, seed, part)
        out += f'<path d="{smooth(inner)}" fill="none" stroke="{dark}" stroke-width="3" opacity=".55"/>'
    return out


def _short(style: Style, part: Part) -> str:
    light, middle, dark = style.hair
    out = f'<path d="{between(_SHORT_LOW, _SHORT_HIGH)}" fill="url(#hair)"/>'
    # combed over from a parting at the left: from the forehead's line up to the crown
    low: list[Point] = [(404, 330), (450, 312), (510, 304), (570, 302), (618, 326), (640, 372)]
    high: list[Point] = [(432, 186), (476, 170), (530, 164), (586, 178), (634, 226), (658, 320)]
    out += strands(low, high, 70, (dark, middle, dark), 60, opacity=(0.2, 0.55), part=part)
    out += strands(low, high, 40, (light, "#8d7261"), 61, width=(0.8, 2.2), opacity=(0.15, 0.5), part=part)
    for side in (-1, 1):
        face = [(500 + side * dx, y) for dx, y in ((96, 326), (128, 352), (141, 388), (145, 430), (150, 480))]
        edge = [(500 + side * dx, y) for dx, y in ((74, 186), (132, 226), (158, 300), (163, 390), (156, 480))]
        out += strands(face, edge, 44, (dark, middle, dark), 120 + side, opacity=(0.2, 0.5), part=part)
        out += strands(face, edge, 16, (light,), 130 + side, width=(0.8, 1.8), opacity=(0.1, 0.3), part=part)
    out += (
        f'<path d="{smooth(_PARTING)}" fill="none" stroke="{dark}" stroke-width="4" opacity=".6" filter="url(#soft)"/>'
    )
    out += f'<path d="{smooth(_SHORT_LOW)}" fill="none" stroke="{dark}" stroke-width="4" opacity=".4" filter="url(#soft)"/>'
    return out


def _shine(inner: list[Point], outer: list[Point], seed: int, part: Part) -> str:
    return (
        '<g filter="url(#soft)">'
        + strands(
            inner[1:5], outer[1:5], 16, ("#d9b79f", "#c29a80"), seed + 90, width=(2, 5), opacity=(0.1, 0.24), part=part
        )
        + "</g>"
    )
