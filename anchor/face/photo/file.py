"""The file of a photo's landmarks, as ``anchor prepare`` writes it, an operator edits it, or another tool gives it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from anchor.face.photo.landmarks import (
    BROW,
    LIDS,
    LIP_NAMES,
    LIPS,
    NOSE_NAMES,
    OVAL,
    BadLandmarks,
    Curve,
    Eye,
    Landmarks,
    checked,
    resampled,
)
from anchor.face.photo.points import from_points


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
        nose=np.stack([_point(nose, key, f"{name}: nose") for key in NOSE_NAMES]),
        **{key: resampled(_curve(lips, key, f"{name}: lips", 3), LIPS) for key in LIP_NAMES},
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
