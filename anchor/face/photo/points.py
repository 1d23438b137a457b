"""What tools for landmarks give, and an average face, as named curves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from anchor.face.photo.landmarks import BROW, LIDS, LIPS, OVAL, BadLandmarks, Curve, Eye, Landmarks, resampled

_MESH = {
    "upper_outer": (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
    "lower_outer": (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
    "upper_inner": (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
    "lower_inner": (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
    "oval": (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
             152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
    "nose": (6, 4, 64, 294, 2),
}  # fmt: skip
_MESH_LEFT = ((33, 246, 161, 160, 159, 158, 157, 173, 133), (33, 7, 163, 144, 145, 153, 154, 155, 133),
              (70, 63, 105, 66, 107), (46, 53, 52, 65, 55), 468)  # fmt: skip
_MESH_RIGHT = ((362, 398, 384, 385, 386, 387, 388, 466, 263), (362, 382, 381, 380, 374, 373, 390, 249, 263),
               (336, 296, 334, 293, 300), (285, 295, 282, 283, 276), 473)  # fmt: skip


def from_points(points: Curve) -> Landmarks:
    """From the 468 or 478 points of MediaPipe's face mesh or the 68 of iBUG 300-W, which dlib and face-alignment give."""
    if len(points) in (468, 478):
        return _from_mesh(points)
    if len(points) == 68:
        return _from_ibug(points)
    raise BadLandmarks(f"points: 68, 468 or 478 were expected, not {len(points)}")


def _from_mesh(points: Curve) -> Landmarks:
    def eye(upper: Any, lower: Any, brow_top: Any, brow_bottom: Any, iris: int) -> Eye:
        above, below = points[list(upper)], points[list(lower)]
        brow = (points[list(brow_top)] + points[list(brow_bottom)]) / 2
        return Eye(above, below, brow, points[iris] if len(points) == 478 else (above.mean(0) + below.mean(0)) / 2)

    named = {name: points[list(which)] for name, which in _MESH.items()}
    return Landmarks(left=eye(*_MESH_LEFT), right=eye(*_MESH_RIGHT), **named)


def _from_ibug(points: Curve) -> Landmarks:
    def eye(first: int, brow: slice) -> Eye:
        p = points[first : first + 6]
        upper, lower = p[[0, 1, 2, 3]], p[[0, 5, 4, 3]]
        return Eye(resampled(upper, LIDS), resampled(lower, LIDS), points[brow], p.mean(0))

    jaw, brows = points[:17], points[17:27]
    # nobody marks the forehead: an arch over the brows, as high as they are above the nose
    middle, rise = brows.mean(0), 0.75 * (points[33] - points[27])
    ends = jaw[[0, 16]]
    turn = np.linspace(math.pi, 0, 17)[:, None]
    arch = (
        (ends[0] + ends[1]) / 2
        + np.cos(turn) * (ends[1] - ends[0]) / 2
        - np.sin(turn) * (rise + (ends[0] + ends[1]) / 2 - middle)
    )
    around = np.concatenate([arch[8:], jaw[::-1][1:-1], arch[:8]])
    return Landmarks(
        resampled(around, OVAL, closed=True),
        resampled(points[48:55], LIPS),
        resampled(points[60:65], LIPS),
        resampled(points[[60, 67, 66, 65, 64]], LIPS),
        resampled(points[[48, 59, 58, 57, 56, 55, 54]], LIPS),
        eye(36, slice(17, 22)),
        eye(42, slice(22, 27)),
        points[[28, 30, 31, 35, 33]],
    )


def template(box: tuple[float, float, float, float]) -> Landmarks:
    """An average face, to be moved into place by hand; ``box`` is x, y, width and height as detectors of faces draw it: from
    the middle of the forehead to just above the chin."""
    left, top, width, height = box

    def at(*points: tuple[float, float]) -> Curve:
        return np.array(points) * (width, height) + (left, top)

    def bow(a: float, b: float, ends: float, middle: float, count: int, power: float = 2.0) -> Curve:
        """From x ``a`` to ``b``, at the height ``ends`` in both corners and ``middle`` between."""
        t = np.linspace(-1, 1, count)
        return at(*zip((a + b) / 2 + t * (b - a) / 2, ends + (middle - ends) * (1 - np.abs(t) ** power), strict=True))

    def eye(a: float, b: float) -> Eye:
        middle = (a + b) / 2
        return Eye(bow(a, b, 0.385, 0.345, LIDS), bow(a, b, 0.385, 0.415, LIDS),
                   bow(middle - 0.13, middle + 0.13, 0.275, 0.245, BROW), at((middle, 0.38))[0])  # fmt: skip

    turn = np.linspace(0, 2 * math.pi, OVAL, endpoint=False)
    oval = at(
        *zip(0.5 + 0.46 * np.sin(turn), 0.55 - np.where(np.cos(turn) > 0, 0.49, 0.57) * np.cos(turn), strict=True)
    )
    return Landmarks(
        oval,
        bow(0.335, 0.665, 0.765, 0.725, LIPS),
        bow(0.350, 0.650, 0.766, 0.764, LIPS),
        bow(0.350, 0.650, 0.766, 0.768, LIPS),
        bow(0.335, 0.665, 0.765, 0.825, LIPS),
        eye(0.205, 0.405),
        eye(0.595, 0.795),
        at((0.5, 0.40), (0.5, 0.585), (0.405, 0.62), (0.595, 0.62), (0.5, 0.65)),
    )
