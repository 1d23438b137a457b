"""RGB to the pictures that flow: YUV 4:2:0 in BT.709, premultiplied."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.types import Picture, Plane

KR, KB = 0.2126, 0.0722  # ITU-R BT.709-6, section 3
KG = 1 - KR - KB


def picture_from_rgba(rgba: NDArray[np.uint8]) -> Picture:
    """RGB or RGBA (h, w, 3 or 4) uint8 to a premultiplied Picture; odd edges are padded with nothing."""
    height, width = rgba.shape[:2]
    channels = rgba.shape[2]
    padded = np.zeros((height + height % 2, width + width % 2, 4), np.float32)
    padded[:height, :width, :channels] = rgba
    if channels == 3:
        padded[:height, :width, 3] = 255
    alpha = padded[..., 3] / 255
    r, g, b = (padded[..., i] / 255 for i in range(3))
    luma = KR * r + KG * g + KB * b
    y = (16 + 219 * luma) * alpha
    u = (128 + 224 * (b - luma) / (2 * (1 - KB))) * alpha
    v = (128 + 224 * (r - luma) / (2 * (1 - KR))) * alpha
    opaque = channels == 3 or bool((padded[..., 3] == 255).all())
    return Picture(_bytes(y), _bytes(_half(u)), _bytes(_half(v)), None if opaque else _bytes(padded[..., 3]))


def _half(plane: NDArray[Any]) -> NDArray[Any]:
    h, w = plane.shape
    mean: NDArray[Any] = plane.reshape(h // 2, 2, w // 2, 2).mean((1, 3))
    return mean


def _bytes(plane: NDArray[Any]) -> Plane:
    return np.clip(plane + 0.5, 0, 255).astype(np.uint8, copy=False)
