"""Smooth displacement fields through moved points: a radial basis linear in distance, fitted once per photo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def field(centres: Points, moves: Points, where: Points) -> Points:
    """At ``where`` (m, 2) the displacement that is ``moves`` (n, 2) at ``centres`` (n, 2), by the kernel -|r|."""
    count = len(centres)
    stiff = 1e-3 * centres.std()
    system = np.zeros((count + 1, count + 1))
    system[:count, :count] = _distance(centres, centres) - stiff * np.eye(count)
    system[:count, count] = system[count, :count] = 1
    weights = np.linalg.solve(system, np.concatenate([moves, np.zeros((1, 2))]))
    moved: Points = _distance(where, centres) @ weights[:-1] + weights[-1]
    return moved


def _distance(a: Points, b: Points) -> NDArray[np.float64]:
    return np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])


def along(curve: Points, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The height of a curve (n, 2), which goes to the right, at ``x``: cubic between its points, level beyond its ends."""
    cx, cy = curve.T
    slope = np.gradient(cy, cx)
    inside = np.clip(x, cx[0], cx[-1])
    i = np.clip(np.searchsorted(cx, inside) - 1, 0, len(cx) - 2)
    step = cx[i + 1] - cx[i]
    t = (inside - cx[i]) / step
    moved: NDArray[np.float64] = (
        (2 * t**3 - 3 * t**2 + 1) * cy[i]
        + (t**3 - 2 * t**2 + t) * step * slope[i]
        + (-2 * t**3 + 3 * t**2) * cy[i + 1]
        + (t**3 - t**2) * step * slope[i + 1]
    )
    return moved
