"""A face texture and smooth warps of it: OpenCV samples it on a CPU, torch on a GPU (docs/decisions/0006)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from streams.picture import KB, KG, KR, picture_from_rgba
from streams.types import Picture

CELL = 8
"""pixels between the points at which a warp is given; one row and column of them lies beyond every edge"""

BANDS = 5
"""in which a solid middle is looked for: a head is wider than its neck"""

Box = tuple[int, int, int, int]
Rgba = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]
Tile = tuple[Tensor, Tensor]
"""(2, h, w) of Y and alpha, (2, h/2, w/2) of U and V around zero, all premultiplied, float32"""

cv2.setNumThreads(1)


class Texture(Protocol):
    """Planes that tiles are written into and that are drawn through a warp."""

    device: torch.device

    def write(self, box: Box, tile: Tile) -> None:
        """Put a tile at even pixels x, y; ``box`` is x, y, width, height."""
        ...

    def draw(self, where: Floats) -> Picture:
        """The texture as seen through ``where``: for every point of :func:`points`, the place (x, y) in pixels that is
        shown there."""
        ...


def texture(planes: NDArray[np.uint8]) -> Texture:
    """Of one picture's planes, (h * 5 / 2, w), on the GPU where there is one."""
    return OnGpu(planes, torch.device("cuda")) if torch.cuda.is_available() else OnCpu(planes)


def points(width: int, height: int, cell: int = CELL) -> Floats:
    """(rows, columns, 2): the x, y in pixels of the points, ``cell`` apart, at which a warp of such a texture is given."""
    rows, columns = -(-height // cell) + 2, -(-width // cell) + 2
    x, y = np.meshgrid((np.arange(columns) - 0.5) * cell - 0.5, (np.arange(rows) - 0.5) * cell - 0.5)
    return np.stack([x, y], -1).astype(np.float32)


class OnCpu:
    """uint8 planes; chroma around 128."""

    device = torch.device("cpu")

    def __init__(self, planes: NDArray[np.uint8]) -> None:
        luma, chroma = (tile[0] for tile in tiles(planes[None], self.device))
        self._y, alpha = (np.ascontiguousarray(plane) for plane in _bytes(luma))
        self._alpha = None if (alpha == 255).all() else alpha
        self._uv = np.ascontiguousarray(_bytes(chroma + 128).transpose(1, 2, 0))
        height, width = self._y.shape
        self._full, self._half = _Spread(width, height, CELL), _Spread(width // 2, height // 2, CELL // 2)
        self._points, self._margin = points(width, height), height // 16
        self._solid = _solid(alpha, self._margin)

    def write(self, box: Box, tile: Tile) -> None:
        x, y, w, h = box
        luma, chroma = _bytes(tile[0]), _bytes(tile[1] + 128)
        self._y[y : y + h, x : x + w] = luma[0]
        if self._alpha is not None:
            self._alpha[y : y + h, x : x + w] = luma[1]
        for i in range(2):
            self._uv[y // 2 : (y + h) // 2, x // 2 : (x + w) // 2, i] = chroma[i]

    def draw(self, where: Floats) -> Picture:
        full, half = self._full(where), self._half((where - _HALF) / 2)
        y = _sampled(self._y, full)
        u, v = cv2.split(_sampled(self._uv, half, 128))
        if self._alpha is None:
            return Picture(y, u, v)
        near = np.abs(where - self._points).max() < self._margin
        alpha = self._around_solid(self._alpha, full) if near else _sampled(self._alpha, full)
        covered = cv2.resize(alpha, u.shape[::-1], interpolation=cv2.INTER_AREA)
        missing = cv2.LUT(covered, _MISSING_GREY)
        # saturates: where hardly anything covers, the two resolutions differ enough to fall below nothing
        return Picture(y, cv2.subtract(u, missing), cv2.subtract(v, missing), alpha)

    def _around_solid(self, alpha: NDArray[np.uint8], where: Floats) -> NDArray[np.uint8]:
        """Where nothing comes from far, the middle stays solid and need not be looked up."""
        drawn = np.full_like(alpha, 255)
        for begin, end, (left, top, right, bottom) in self._solid:
            for part in (np.s_[begin:top], np.s_[bottom:end], np.s_[top:bottom, :left], np.s_[top:bottom, right:]):
                if drawn[part].size:
                    drawn[part] = _sampled(alpha, where[part])
        return drawn


_HALF = np.float32(0.5)
_MISSING_GREY = (128 - np.arange(256) * 128 / 255 + 0.5).astype(np.uint8)
"""by alpha: what a premultiplied U or V has less than one that covers"""


def _solid(alpha: NDArray[np.uint8], margin: int) -> list[tuple[int, int, Box]]:
    """Bands of rows, from their first to their last, with the left, top, right and bottom of the largest box in each that
    stays opaque when everything moves by up to ``margin``."""
    side = 2 * margin + 1
    whole = cv2.erode((alpha == 255).astype(np.uint8), np.ones((side, side), np.uint8), borderValue=0)
    rows, columns = whole.shape[0] // CELL, whole.shape[1] // CELL
    cells = whole[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL).min((1, 3)) > 0
    edges = [rows * i // BANDS for i in range(BANDS + 1)]
    bands = []
    for first, last in pairwise(edges):
        left, top, right, bottom = (v * CELL for v in _largest(cells[first:last]))
        begin, end = first * CELL, last * CELL if last < rows else whole.shape[0]
        bands.append((begin, end, (left, begin + top, right, begin + bottom)))
    return bands


def _largest(cells: NDArray[np.bool_]) -> Box:
    """Left, top, right, bottom of the largest box without a False."""
    best, found = 0, (0, 0, 0, 0)
    for top in range(len(cells)):
        through = np.ones(cells.shape[1], bool)
        for bottom in range(top, len(cells)):
            through &= cells[bottom]
            ends = np.flatnonzero(np.diff(np.concatenate([[False], through, [False]])))
            if not len(ends):
                break
            widths = ends[1::2] - ends[::2]
            area = int(widths.max()) * (bottom + 1 - top)
            if area > best:
                left = int(ends[::2][widths.argmax()])
                best, found = area, (left, top, left + int(widths.max()), bottom + 1)
    return found


class _Spread:
    """Places given for the points to those of all pixels; the result is valid until the next call."""

    def __init__(self, width: int, height: int, cell: int) -> None:
        rows, columns = points(width * CELL // cell, height * CELL // cell).shape[:2]
        self._every = np.empty((rows * cell, columns * cell, 2), np.float32)
        self._pixels = self._every[cell : cell + height, cell : cell + width]

    def __call__(self, where: Floats) -> Floats:
        cv2.resize(where, self._every.shape[1::-1], self._every, interpolation=cv2.INTER_LINEAR)
        return self._pixels


def _sampled(plane: NDArray[np.uint8], where: Floats, outside: int = 0) -> NDArray[np.uint8]:
    found: NDArray[np.uint8] = cv2.remap(plane, where, None, cv2.INTER_LINEAR, borderValue=(outside,) * 2)
    return found


def _bytes(planes: Tensor) -> NDArray[np.uint8]:
    """Values are in their range, but for rounding."""
    return planes.add(0.5).to(torch.uint8).numpy()


class OnGpu:
    """float32 tensors; the same on any device of torch."""

    def __init__(self, planes: NDArray[np.uint8], device: torch.device) -> None:
        self.device = device
        self._luma, self._chroma = tiles(planes[None], device)

    def write(self, box: Box, tile: Tile) -> None:
        x, y, w, h = box
        self._luma[0, :, y : y + h, x : x + w] = tile[0]
        self._chroma[0, :, y // 2 : (y + h) // 2, x // 2 : (x + w) // 2] = tile[1]

    @torch.inference_mode()
    def draw(self, where: Floats) -> Picture:
        points = torch.from_numpy(where).to(self.device).permute(2, 0, 1).contiguous()
        luma = self._sampled(self._luma, points, CELL)
        chroma = self._sampled(self._chroma, (points - 0.5) / 2, CELL // 2)
        chroma += grey(luma[None])[0]
        y, alpha = luma.add_(0.5).to(torch.uint8).cpu().numpy()
        u, v = chroma.add_(0.5).clamp_(0, 255).to(torch.uint8).cpu().numpy()
        return Picture(y, u, v, alpha)

    @staticmethod
    def _sampled(planes: Tensor, points: Tensor, cell: int) -> Tensor:
        h, w = planes.shape[2:]
        where = spread(points, (h, w), cell)
        return sampled(planes, (where + 0.5) * torch.tensor([2 / w, 2 / h], device=planes.device)[:, None, None] - 1)


def spread(values: Tensor, size: tuple[int, int], cell: int) -> Tensor:
    """What is given for the points, (c, rows, columns), for all pixels: (c, h, w)."""
    rows, columns = values.shape[1] * cell, values.shape[2] * cell
    if values.device.type == "cpu":
        planes = [cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_LINEAR) for plane in values.numpy()]
        smooth = torch.from_numpy(np.stack(planes))
    else:
        smooth = functional.interpolate(values[None], (rows, columns), mode="bilinear", align_corners=False)[0]
    return smooth[:, cell : cell + size[0], cell : cell + size[1]]


def sampled(planes: Tensor, where: Tensor) -> Tensor:
    """Planes (1, c, h, w) as seen at the places (2, rows, columns), x and y from -1 to 1; nothing lies beyond the edge."""
    grid = where.permute(1, 2, 0)[None]
    return functional.grid_sample(planes, grid, padding_mode="zeros", align_corners=False)[0]


def packed(drawings: Sequence[Rgba]) -> NDArray[np.uint8]:
    """(n, h * 5 / 2, w): the planes of premultiplied pictures, Y, U beside V, alpha."""
    made = [picture_from_rgba(rgba) for rgba in drawings]
    return np.stack([np.concatenate([p.y, np.concatenate([p.u, p.v], 1), alpha_of(p)]) for p in made])


def alpha_of(picture: Picture) -> NDArray[np.uint8]:
    return np.full_like(picture.y, 255) if picture.alpha is None else picture.alpha


def tiles(planes: NDArray[np.uint8], device: Any) -> Tile:
    """What :func:`packed` made, as n tiles."""
    h, w = planes.shape[1] * 2 // 5, planes.shape[2]
    y, uv, alpha = planes[:, :h], planes[:, h : h * 3 // 2], planes[:, h * 3 // 2 :]
    luma = torch.from_numpy(np.stack([y, alpha], 1).astype(np.float32)).to(device)
    chroma = torch.from_numpy(np.stack([uv[..., : w // 2], uv[..., w // 2 :]], 1).astype(np.float32)).to(device)
    return luma, chroma - grey(luma)


def tile_of(rgb: Tensor, alpha: Tensor) -> Tile:
    """Of a picture (3, h, w) from 0 to 1 and its alpha (1, h, w) from 0 to 255."""
    r, g, b = rgb
    light = KR * r + KG * g + KB * b
    cover = alpha[0] / 255
    luma = torch.stack([(16 + 219 * light) * cover, alpha[0]])
    colour = torch.stack([(b - light) / (2 * (1 - KB)), (r - light) / (2 * (1 - KR))]) * (224 * cover)
    chroma = (colour[:, ::2, ::2] + colour[:, 1::2, ::2] + colour[:, ::2, 1::2] + colour[:, 1::2, 1::2]) / 4
    return luma, chroma


def grey(luma: Tensor) -> Tensor:
    """What a colourless pixel has in premultiplied U and V, by the alpha that was drawn: kept out of the textures,
    since two differently sampled alphas would leave a green or red fringe along every edge."""
    alpha = luma[:, 1:2]
    # four strided views: three times as fast as avg_pool2d on a CPU
    four = alpha[..., ::2, ::2] + alpha[..., 1::2, ::2] + alpha[..., ::2, 1::2] + alpha[..., 1::2, 1::2]
    return four * (128 / 255 / 4)
