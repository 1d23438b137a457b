"""The clapper: every tick carries its number in the picture, and each second begins with a click.

For measuring a whole chain, the receiver's end included; never shown unless asked for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from streams.air.canvas import Sprite
from streams.types import MediaFormat, Picture, Sound

BITS = 24
CLICK_HZ = 3000
CLICK_SECONDS = 0.004
_WHITE, _BLACK = 235, 16


def cell_size(width: int) -> int:
    """Edge of one square of the code, even pixels; the code is BITS + 2 squares wide."""
    return width // (BITS + 4) // 2 * 2


def mark(tick: int, width: int) -> Sprite:
    """The tick's number as black and white squares in a row: white, BITS bits (highest first), parity."""
    cell = cell_size(width)
    bits = [(tick >> i) & 1 for i in reversed(range(BITS))]
    row = np.array([1, *bits, sum(bits) & 1], np.uint8)
    luma = np.repeat(np.where(row, _WHITE, _BLACK).astype(np.uint8), cell)
    y = np.tile(luma, (cell, 1))
    grey = np.full((cell // 2, y.shape[1] // 2), 128, np.uint8)
    return Sprite(Picture(y, grey, grey))


def read(luma: NDArray[np.uint8]) -> int | None:
    """The tick number in the bottom left corner of a decoded picture's luma (h, w); None if it cannot be read."""
    cell = cell_size(luma.shape[1])
    luma = luma[-cell:]
    margin = cell // 4
    values = []
    for i in range(BITS + 2):
        square = luma[margin : cell - margin, i * cell + margin : (i + 1) * cell - margin]
        values.append(float(square.mean()))
    if any(70 < v < 180 for v in values) or values[0] < 128:
        return None
    bits = [v > 128 for v in values[1:]]
    number = int("".join("1" if b else "0" for b in bits[:-1]), 2)
    return number if sum(bits[:-1]) & 1 == bits[-1] else None


def click(media: MediaFormat, tick: int) -> Sound | None:
    """The sound to add at the start of ``tick``, on the first tick of each second; else None."""
    if tick % media.fps:
        return None
    n = int(CLICK_SECONDS * media.rate)
    return (0.9 * np.sin(2 * np.pi * CLICK_HZ * np.arange(n) / media.rate)).astype(np.float32)
