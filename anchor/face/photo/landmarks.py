"""Where the features of a face lie in its picture: the file that ``anchor prepare`` writes and an operator may edit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]
"""(n, 2) pixels x, y"""

LIPS, LIDS, BROW, OVAL = 11, 9, 5, 36
"""points of a lip, a lid, a brow and the outline, once read; a file may have fewer or more"""
UPRIGHT = 0.97
"""cosine of how far a head may lean; anchor prepare turns the picture of one that leans further"""
LIP_NAMES = ("upper_outer", "upper_inner", "lower_inner", "lower_outer")
NOSE_NAMES = ("bridge", "tip", "left", "right", "base")
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

        lips = {name: go(getattr(self, name)) for name in LIP_NAMES}
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
            "lips": {name: listed(getattr(self, name)) for name in LIP_NAMES},
            "left_eye": eye(self.left),
            "right_eye": eye(self.right),
            "nose": dict(zip(NOSE_NAMES, listed(self.nose), strict=True)),
        }


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
    groups = {"lips": np.concatenate([getattr(marks, name) for name in LIP_NAMES]), "nose": marks.nose,
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
