"""Where the features of a face lie in its picture: the file that ``anchor prepare`` writes and an operator may edit."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]
"""(n, 2) pixels x, y"""

LIPS, LIDS, BROW, OVAL = 11, 9, 5, 36
"""points of a lip, a lid, a brow and the outline, once read; a file may have fewer or more"""
UPRIGHT = 0.97
"""cosine of how far a head may lean; anchor prepare turns the picture of one that leans further"""
_LIPS = ("upper_outer", "upper_inner", "lower_inner", "lower_outer")
_NOSE = ("bridge", "tip", "left", "right", "base")
NOTE = "Pixels of face.png; left and right as you see them. Edit, then run the same anchor prepare again."


class BadLandmarks(ValueError):
    """What is wrong with the file, in words for whoever edits it."""


@dataclass(frozen=True, slots=True)
class Eye:
    """Lids from the left corner to the right one; ``brow`` along its middle; ``iris`` is its centre."""

    upper: Curve
    lower: Curve
    brow: Curve
    iris: Curve

    @property
    def centre(self) -> Curve:
        middle: Curve = (self.upper[0] + self.upper[-1]) / 2
        return middle

    @property
    def width(self) -> float:
        return math.dist(self.upper[0], self.upper[-1])


@dataclass(frozen=True, slots=True)
class Landmarks:
    """``oval`` is the outline, clockwise from the middle of the forehead; lips go from the left corner to the right one."""

    oval: Curve
    upper_outer: Curve
    upper_inner: Curve
    lower_inner: Curve
    lower_outer: Curve
    left: Eye
    right: Eye
    nose: Curve
    """bridge, tip, left wing, right wing, base"""

    @property
    def width(self) -> float:
        """Of the face, along the line of the eyes."""
        return float(np.ptp(self.oval @ self.across))

    @property
    def height(self) -> float:
        return float(np.ptp(self.oval @ self.down))

    @property
    def across(self) -> Curve:
        """Unit vector from the left eye to the right one."""
        line = self.right.centre - self.left.centre
        unit: Curve = line / np.hypot(*line)
        return unit

    @property
    def down(self) -> Curve:
        x, y = self.across
        return np.array([-y, x])

    def moved(self, matrix: NDArray[np.float64]) -> Landmarks:
        """Through an affine map (2, 3)."""

        def go(curve: Curve) -> Curve:
            return curve @ matrix[:, :2].T + matrix[:, 2]

        def eye(one: Eye) -> Eye:
            return Eye(go(one.upper), go(one.lower), go(one.brow), go(one.iris))

        lips = {name: go(getattr(self, name)) for name in _LIPS}
        return Landmarks(oval=go(self.oval), left=eye(self.left), right=eye(self.right), nose=go(self.nose), **lips)

    def to_json(self, source: str) -> dict[str, Any]:
        """``source`` tells where they come from."""

        def listed(curve: Curve) -> list[Any]:
            found: list[Any] = np.round(curve, 1).tolist()
            return found

        def eye(one: Eye) -> dict[str, Any]:
            return {name: listed(getattr(one, name)) for name in ("upper", "lower", "brow", "iris")}

        return {
            "note": NOTE,
            "source": source,
            "oval": listed(self.oval),
            "lips": {name: listed(getattr(self, name)) for name in _LIPS},
            "left_eye": eye(self.left),
            "right_eye": eye(self.right),
            "nose": dict(zip(_NOSE, listed(self.nose), strict=True)),
        }


def read(path: Path, size: tuple[int, int]) -> Landmarks:
    """From a file for a picture of ``size``: named curves, or a list of 68, 468 or 478 ``points`` as tools give them.
    Raises BadLandmarks or OSError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadLandmarks(f"{path.name}: not JSON: {error}") from error
    return checked(from_json(data, path.name), size)


def from_json(data: Any, name: str) -> Landmarks:
    if not isinstance(data, dict):
        raise BadLandmarks(f"{name}: an object was expected, not a {type(data).__name__}")
    if "points" in data:
        return from_points(_curve(data, "points", name, 68))

    def part(key: str) -> dict[str, Any]:
        if not isinstance(data.get(key), dict):
            raise BadLandmarks(f"{name}: {key} is missing, or not an object")
        return dict(data[key])

    def eye(key: str) -> Eye:
        side = part(key)
        where = f"{name}: {key}"
        upper, lower = (resampled(_curve(side, lid, where, 3), LIDS) for lid in ("upper", "lower"))
        return Eye(upper, lower, resampled(_curve(side, "brow", where, 2), BROW), _point(side, "iris", where))

    lips, nose = part("lips"), part("nose")
    return Landmarks(
        oval=resampled(_curve(data, "oval", name, 8), OVAL, closed=True),
        left=eye("left_eye"),
        right=eye("right_eye"),
        nose=np.stack([_point(nose, key, f"{name}: nose") for key in _NOSE]),
        **{key: resampled(_curve(lips, key, f"{name}: lips", 3), LIPS) for key in _LIPS},
    )


def _curve(data: dict[str, Any], key: str, where: str, least: int) -> Curve:
    value = data.get(key)
    try:
        curve: Curve = np.array(value, np.float64)
        curve = curve[:, :2]
    except (TypeError, ValueError, IndexError) as error:
        raise BadLandmarks(f"{where}: {key} must be a list of points [x, y]") from error
    if curve.ndim != 2 or curve.shape[1] != 2 or len(curve) < least:
        raise BadLandmarks(f"{where}: {key} must have at least {least} points [x, y]")
    if not np.isfinite(curve).all():
        raise BadLandmarks(f"{where}: {key} has a point that is no number")
    return curve


def _point(data: dict[str, Any], key: str, where: str) -> Curve:
    value = data.get(key)
    if not isinstance(value, list) or len(value) != 2:
        raise BadLandmarks(f"{where}: {key} must be a point [x, y]")
    found: Curve = _curve({key: [value]}, key, where, 1)[0]
    return found


def resampled(curve: Curve, count: int, closed: bool = False) -> Curve:
    """``count`` points at even distances along a curve; one that has so many stays as it is."""
    if len(curve) == count:
        return curve
    if closed:
        curve = np.concatenate([curve, curve[:1]])
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    places = np.linspace(0, way[-1], count + closed)[:count]
    found: Curve = np.stack([np.interp(places, way, curve[:, i]) for i in range(2)], 1)
    return found


def checked(marks: Landmarks, size: tuple[int, int]) -> Landmarks:
    """The same; raises BadLandmarks when they cannot be those of an upright face in a picture of ``size``."""
    width, height = size
    groups = {"lips": np.concatenate([getattr(marks, name) for name in _LIPS]), "nose": marks.nose,
              "left_eye": np.concatenate([marks.left.upper, marks.left.lower, marks.left.brow]),
              "right_eye": np.concatenate([marks.right.upper, marks.right.lower, marks.right.brow])}  # fmt: skip
    for name, points in groups.items():
        beyond = points[((points < 0) | (points >= (width, height))).any(1)]
        if len(beyond):
            x, y = beyond[0]
            raise BadLandmarks(
                f"{name}: the point [{x:g}, {y:g}] lies outside of the picture, which is {width}x{height}"
            )
    if not math.dist(marks.left.centre, marks.right.centre) > 12:
        raise BadLandmarks("left_eye and right_eye lie in the same place")
    down, across = marks.down, marks.across
    mouth = (marks.upper_inner[0] + marks.upper_inner[-1]) / 2
    eyes = (marks.left.centre + marks.right.centre) / 2
    if marks.left.width < 6 or marks.right.width < 6 or math.dist(marks.upper_inner[0], marks.upper_inner[-1]) < 8:
        raise BadLandmarks("an eye or the mouth is only a few pixels wide")
    low, high = marks.oval.min(0), marks.oval.max(0)
    around = 0.06 * (high - low)
    inner = np.concatenate([groups["lips"], marks.nose, marks.left.upper, marks.right.upper])
    features = np.concatenate(list(groups.values()))
    outside = (features < low - around).any() or (features > high + around).any()
    if outside or marks.height < 1.25 * float(np.ptp(inner @ down)):
        raise BadLandmarks("oval must go around eyes, nose and mouth, from the forehead to below the chin")
    if max(marks.left.width, marks.right.width) > 0.45 * marks.width:
        raise BadLandmarks("an eye is nearly as wide as the face")
    if high[1] >= height:
        raise BadLandmarks(f"oval: the chin lies below the picture, which is {width}x{height}")
    if across[0] < 0:
        raise BadLandmarks("left_eye must be left of right_eye as you see them")
    if across[0] < UPRIGHT:
        lean = math.degrees(math.acos(across[0]))
        raise BadLandmarks(f"the head leans by {lean:.0f} degrees: turn the picture until the eyes are level")
    if (mouth - marks.nose[1]) @ down < 0 or (marks.nose[1] - eyes) @ down < 0:
        raise BadLandmarks("eyes, nose and mouth must lie below each other")
    for name, curve in (("upper_inner", marks.upper_inner), ("lower_inner", marks.lower_inner)):
        if (np.diff(curve @ across) <= 0).any():
            raise BadLandmarks(f"lips: {name} must go from the left corner to the right one")
    for name, eye in (("left_eye", marks.left), ("right_eye", marks.right)):
        if any((np.diff(curve @ across) <= 0).any() for curve in (eye.upper, eye.lower, eye.brow)):
            raise BadLandmarks(f"{name}: lids and brow must go from the left end to the right one")
        if ((eye.lower - eye.upper) @ down)[1:-1].max() <= 0:
            raise BadLandmarks(f"{name}: the lower lid lies above the upper one")
    return marks


# what tools give

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
        *zip(0.5 + 0.46 * np.sin(turn), 0.50 - np.where(np.cos(turn) > 0, 0.48, 0.50) * np.cos(turn), strict=True)
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
