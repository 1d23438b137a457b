"""What shows between the lips of a photo: its own teeth where it smiles, painted ones where it does not."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from anchor.face.atlas import OPEN
from anchor.face.photo.anatomy import JAW_DROP, Anatomy
from anchor.face.photo.field import along
from anchor.face.texture import Box, Rgba

_THROAT = np.array([43, 13, 13], np.float32)
_TONGUE = np.array([168, 84, 82], np.float32)
_TOOTH = np.array([226, 219, 208], np.float32)
_SHARP = 4
"""pixels are painted so much finer"""

Image3 = NDArray[np.float32]


def inside(figure: Rgba, box: Box, anatomy: Anatomy) -> tuple[Box, list[Rgba]]:
    """Where the inside of the mouth lies in ``box`` (even pixels), and how it looks at every opening of OPEN: with the
    tongue down, with its tip behind the teeth, and with pursed lips, which hide the teeth."""
    width = anatomy.width
    centre = anatomy.to_photo(anatomy.seam[len(anatomy.seam) // 2][None])[0]
    left, right = centre[0] - 0.62 * width, centre[0] + 0.62 * width
    top, bottom = centre[1] - 0.22 * width, centre[1] + (JAW_DROP + 0.12) * width
    x, y, w, h = box
    left, top = max(left, x + 2), max(top, y + 2)
    right, bottom = min(right, x + w - 2), min(bottom, y + h - 2)
    at: Box = tuple(int(v) // 2 * 2 for v in (left - x, top - y, right - left, bottom - top))  # type: ignore[assignment]
    rows, columns = np.mgrid[: at[3], : at[2]].astype(np.float64)
    place = np.stack([columns + at[0] + x, rows + at[1] + y], -1)
    local = ((place - anatomy.origin) @ anatomy.axes.T / width).astype(np.float32)
    local[..., 1] -= np.float32(anatomy.seam[len(anatomy.seam) // 2, 1] / width)
    teeth = _own_teeth(figure, place, anatomy) if anatomy.shows_teeth else _painted(figure, local, anatomy)
    hidden = teeth * np.array([1, 1, 1, 0.12], np.float32)
    kinds = ((teeth, 0.0), (teeth, 1.0), (hidden, 0.0))
    return at, [_painting(local, shown, opened * JAW_DROP, tongue) for shown, tongue in kinds for opened in OPEN]


def _painting(local: Image3, teeth: Image3, drop: float, tongue: float) -> Rgba:
    """``local`` in widths of the mouth from the middle of the seam; ``teeth`` (h, w, 4) with alpha 0 to 1."""
    x, y = local[..., 0], local[..., 1]
    depth = np.clip(y / max(drop, 0.05), 0, 1)
    picture = _THROAT * (1 - 0.5 * np.clip(np.abs(x) * 2, 0, 1) ** 2)[..., None] * (1 - 0.45 * depth[..., None])
    top = drop * (0.72 - 0.55 * tongue) - 0.02 * (1 - tongue)
    body = ((x / 0.31) ** 2 + ((y - top - 0.16) / 0.17) ** 2)[..., None]
    cover = np.clip((1 - body) * 2.5 + 0.3, 0, 1)
    groove = 1 - 0.22 * np.exp(-((x / 0.03) ** 2))[..., None]
    light = 0.55 + 0.45 * np.clip(1.2 - body, 0, 1)
    picture = picture * (1 - cover) + _TONGUE * groove * light * cover
    side = (1 - 0.35 * np.clip(np.abs(x) * 2, 0, 1) ** 2)[..., None]
    picture = picture * (1 - teeth[..., 3:]) + teeth[..., :3] * side * teeth[..., 3:]
    opaque = np.full((*picture.shape[:2], 1), 255.0, np.float32)
    return np.concatenate([np.clip(picture, 0, 255), opaque], -1).astype(np.uint8)


def _own_teeth(figure: Rgba, place: NDArray[np.float64], anatomy: Anatomy) -> Image3:
    """The photo's teeth where they are, what hangs over the gums drawn upwards, so that no lip shows above them."""
    upper, lower = (anatomy.to_photo(curve) for curve in (anatomy.upper, anatomy.lower))
    x, y = place[..., 0], place[..., 1]
    soft = 0.012 * anatomy.width
    first = along(upper, x) + 0.022 * anatomy.width + 2 * soft
    where = np.stack([x, np.maximum(y, first)], -1).astype(np.float32)
    seen = cv2.remap(figure[..., :3], where, None, cv2.INTER_LINEAR).astype(np.float32)

    def ramp(distance: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.clip(distance / (3 * soft) + 0.5, 0, 1)

    between = ramp(along(lower, x) - 0.022 * anatomy.width - y - 1.5 * soft) * ramp(x - upper[0, 0] - 3 * soft) * ramp(upper[-1, 0] - x - 3 * soft)  # fmt: skip
    light = seen.mean(-1)
    bright = (
        np.clip((light - 0.45 * np.percentile(light[between > 0.5], 90)) / 40, 0, 1) if (between > 0.5).any() else light
    )
    return np.concatenate([seen, (between * bright)[..., None]], -1).astype(np.float32)


def _painted(figure: Rgba, local: Image3, anatomy: Anatomy) -> Image3:
    """A row of upper teeth fixed to the skull, as bright as the light on the face allows."""
    height, width = local.shape[:2]
    scale = _SHARP * width / float(local[0, -1, 0] - local[0, 0, 0])
    origin = -float(local[0, 0, 0]) * scale, -float(local[0, 0, 1]) * scale
    image = Image.new("LA", (width * _SHARP, height * _SHARP))
    pen = ImageDraw.Draw(image)
    for side in (-1, 1):
        x = 0.0
        for wide, tall in (
            (0.100, 0.105),
            (0.078, 0.092),
            (0.082, 0.100),
            (0.070, 0.086),
            (0.062, 0.078),
            (0.05, 0.07),
        ):
            shade = round(255 * (1 - 0.40 * (x / 0.44) ** 1.6))
            a, b = sorted((side * (x + 0.0015), side * (x + wide - 0.0015)))
            corners = (
                origin[0] + a * scale,
                origin[1] - 0.2 * scale,
                origin[0] + b * scale,
                origin[1] + (tall - 0.055) * scale,
            )
            pen.rounded_rectangle(corners, 0.024 * scale, fill=(shade, 255))
            x += wide
    image = image.resize((width, height), Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.35))
    shade, cover = np.moveaxis(np.asarray(image, np.float32), -1, 0) / 255
    light = _light_of(figure, anatomy)
    return np.concatenate([_TOOTH * light * (shade / np.maximum(cover, 0.05))[..., None], cover[..., None]], -1)


def _light_of(figure: Rgba, anatomy: Anatomy) -> float:
    """How bright teeth may be: as the brighter skin around the mouth is."""
    spots = anatomy.to_photo(np.stack([np.linspace(-0.8, 0.8, 9), np.full(9, -0.35)], 1) * anatomy.width)
    h, w = figure.shape[:2]
    at = np.clip(spots.round().astype(int), 0, (w - 1, h - 1))
    skin = np.percentile(figure[at[:, 1], at[:, 0], :3].max(-1), 70)
    return float(np.clip(skin / 225, 0.35, 1.0))
