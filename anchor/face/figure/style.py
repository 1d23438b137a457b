"""What tells one drawn person from another."""

from __future__ import annotations

from dataclasses import dataclass

from anchor.face.figure.curves import Point


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes in sheet units; colours as SVG has them. ``outline`` is the right half of the face."""

    name: str
    outline: tuple[Point, ...]
    neck: float
    shoulders: float
    skin: tuple[str, str, str]
    """light, middle, shadow"""
    lips: tuple[str, str, str]
    """upper, lower, line between them"""
    lip_size: float
    eye: tuple[float, float]
    """half width and height of the open eye"""
    iris: tuple[str, str]
    lash: float
    brow: float
    """thickness"""
    brow_y: float
    brow_shade: str
    blush: float
    hair: tuple[str, str, str]
    """light, middle, dark"""
    cloth: tuple[str, str, str]
    """light, middle, dark"""
    long_hair: bool
    tie: str = ""


WOMAN = Style(
    name="woman",
    outline=((0, 256), (70, 264), (120, 298), (144, 352), (150, 415), (148, 475), (142, 532), (130, 586), (107, 638),
             (75, 682), (37, 709), (0, 716)),
    neck=58, shoulders=396,
    skin=("#fff1e6", "#fbd9c3", "#e6a988"),
    lips=("#c8525b", "#e07c7f", "#8d3038"), lip_size=1.0,
    eye=(43, 27), iris=("#9a6a43", "#3b2114"), lash=7.5,
    brow=9, brow_y=412, brow_shade="#4d342b", blush=0.34,
    hair=("#8a6350", "#4a2f26", "#22130f"),
    cloth=("#4a7cc4", "#2f5ba2", "#1c3c74"),
    long_hair=True,
)  # fmt: skip

MAN = Style(
    name="man",
    outline=((0, 256), (74, 262), (122, 296), (145, 352), (151, 415), (150, 475), (146, 535), (138, 590), (120, 642),
             (88, 688), (46, 715), (0, 721)),
    neck=80, shoulders=432,
    skin=("#fbe8d8", "#f3cdb0", "#d39a77"),
    lips=("#b9695f", "#cd857a", "#7c3a36"), lip_size=0.78,
    eye=(41, 22), iris=("#7d5738", "#2c190f"), lash=5.0,
    brow=14, brow_y=409, brow_shade="#2b1d18", blush=0.12,
    hair=("#5d4638", "#31221b", "#17100d"),
    cloth=("#4b5568", "#333c4d", "#1f2633"),
    long_hair=False, tie="#9c2f3c",
)  # fmt: skip

STYLES = {style.name: style for style in (WOMAN, MAN)}
