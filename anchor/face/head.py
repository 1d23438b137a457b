"""Stage B, for every rig: tiles are written into a face texture, and one smooth warp moves the head and shoulders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from streams.types import Picture

_COARSE = 8
"""pixels between the points at which the warp is worked out"""
MOVEMENTS = ("yaw", "pitch", "roll", "breath")

Displacement = Callable[[Tensor, Tensor], dict[str, tuple[Tensor, Tensor]]]


class Head:
    """The moving region of a figure. ``base`` is its texture at rest as :func:`textures` takes it, (1, …); ``sheet`` its
    x, y, width and height in the units of ``displacement``, which tells how far each movement of 1 carries a point."""

    def __init__(self, base: NDArray[np.uint8], sheet: tuple[int, int, int, int], displacement: Displacement) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._luma, self._chroma = textures(base, self.device)
        h, w = self._luma.shape[2:]
        left, top, width, height = sheet
        rows, columns = max(2, h // _COARSE), max(2, w // _COARSE)
        ys = top + (torch.arange(rows) + 0.5) / rows * height
        xs = left + (torch.arange(columns) + 0.5) / columns * width
        y, x = torch.meshgrid(ys, xs, indexing="ij")
        moves = displacement(x, y)
        field = torch.stack([torch.stack(moves[name]) for name in MOVEMENTS])
        # what is shown at a point comes from where it was: against the movement, in units of grid_sample
        field[:, 0] *= -2 / width
        field[:, 1] *= -2 / height
        self._warp = field.to(self.device)
        points = (rows, columns)
        self._grids = [((h, w), identity(h, w, points, self.device)), ((h // 2, w // 2), identity(h // 2, w // 2, points, self.device))]  # fmt: skip

    def write(self, box: tuple[int, int, int, int], luma: Tensor, chroma: Tensor) -> None:
        """Put a tile (2, h, w) and (2, h/2, w/2) at even pixels x, y of the region."""
        x, y, w, h = box
        self._luma[0, :, y : y + h, x : x + w] = luma
        self._chroma[0, :, y // 2 : (y + h) // 2, x // 2 : (x + w) // 2] = chroma

    def draw(self, yaw: float, pitch: float, roll: float, breath: float) -> Picture:
        """The texture, moved."""
        amounts = torch.tensor([yaw, pitch, roll, breath], dtype=torch.float32, device=self.device)
        moved = torch.einsum("k,kchw->chw", amounts, self._warp)
        drawn = []
        for texture, (size, grid) in zip((self._luma, self._chroma), self._grids, strict=True):
            where = functional.interpolate((grid + moved)[None], size, mode="bilinear", align_corners=True)
            where = where.permute(0, 2, 3, 1)
            drawn.append(functional.grid_sample(texture, where, padding_mode="zeros", align_corners=False))
        luma, chroma = drawn
        chroma += grey(luma)
        y_plane, alpha = luma[0].add_(0.5).to(torch.uint8).cpu().numpy()
        # where hardly anything covers, the two resolutions differ enough to fall below nothing
        u, v = chroma[0].add_(0.5).clamp_(0, 255).to(torch.uint8).cpu().numpy()
        return Picture(y_plane, u, v, alpha)


def textures(planes: NDArray[np.uint8], device: Any) -> tuple[Tensor, Tensor]:
    """(n, h * 5 / 2, w) uint8 of Y, U beside V, alpha to (n, 2, h, w) of Y and alpha and (n, 2, h/2, w/2) of U and V around
    zero, float32."""
    h, w = planes.shape[1] * 2 // 5, planes.shape[2]
    y, uv, alpha = planes[:, :h], planes[:, h : h * 3 // 2], planes[:, h * 3 // 2 :]
    luma = torch.from_numpy(np.stack([y, alpha], 1).astype(np.float32)).to(device)
    chroma = torch.from_numpy(np.stack([uv[..., : w // 2], uv[..., w // 2 :]], 1).astype(np.float32)).to(device)
    return luma, chroma - grey(luma)


def grey(luma: Tensor) -> Tensor:
    """What a colourless pixel has in premultiplied U and V, by the alpha that was drawn: kept out of the textures,
    since two differently sampled alphas would leave a green or red fringe along every edge."""
    alpha = luma[:, 1:2]
    # four strided views: three times as fast as avg_pool2d on a CPU
    four = alpha[..., ::2, ::2] + alpha[..., 1::2, ::2] + alpha[..., ::2, 1::2] + alpha[..., 1::2, 1::2]
    return four * (128 / 255 / 4)


def smooth(x: Tensor) -> Tensor:
    x = x.clamp(0, 1)
    return x * x * (3 - 2 * x)


def identity(height: int, width: int, points: tuple[int, int], device: Any) -> Tensor:
    """The grid_sample grid that changes nothing, (2, rows, columns) of ``points`` from the first pixel's centre to the
    last one's: it is linear, so spreading it over all pixels is exact."""
    y = torch.linspace(1 / height - 1, 1 - 1 / height, points[0], device=device)
    x = torch.linspace(1 / width - 1, 1 - 1 / width, points[1], device=device)
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    return torch.stack([columns, rows])
