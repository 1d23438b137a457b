"""The drawn anchor: baked once into an atlas of mouths and eyes, then animated by tensors only.

Stage A writes mouth and eyes into the face texture; stage B moves the head in one smooth warp. Everything is
already YUV and premultiplied, so no picture is ever converted.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import resvg_py
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from anchor.face import figure
from anchor.face.motion import Mouth, Pose, loop_pose, pose
from streams.air.canvas import picture_from_rgba
from streams.types import Picture, Plane, Score

# boxes on the figure's sheet: x, y, width, height
_REGION = (212, 150, 576, 752)
_MOUTH = (340, 560, 320, 210)
_EYES = (350, 390, 300, 130)
_OPEN = (0.0, 0.05, 0.12, 0.25, 0.42, 0.65, 1.0)
_ROUND = (-1.0, -0.5, 0.0, 0.5, 1.0)
_SPECIAL = (Mouth(press=1.0), Mouth(open=0.08, tuck=1.0), Mouth(open=0.2, round=-0.1, tongue=1.0))
_REST = Mouth()
_BLINK = tuple(i / 7 for i in range(8))
IDLE_SECONDS = 2.4
_COARSE = 8
"""pixels between the points at which the head's warp is worked out"""
_YAW, _PITCH, _ROLL = 15.0, 12.0, 0.035
"""largest movement: sheet units, sheet units, radians"""


class Drawn:
    """``width`` and ``height`` are those of the whole figure in pixels; ``fps`` is that of the stream."""

    def __init__(self, width: int, height: int, fps: int, seed: int = 0) -> None:
        self._scale = width / figure.WIDTH
        self._size = width, height
        self._fps, self._seed = fps, seed
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._box = self._pixels(_REGION)
        self.region = self._box[:2]
        self._mouth_at, self._eyes_at = self._inside(_MOUTH), self._inside(_EYES)
        self._bake()
        self._warp = self._displacements()
        h, w = self._box[3], self._box[2]
        points = self._warp.shape[2:]
        self._fine = (h, w), _identity(h, w, points, self._device)
        self._half = (h // 2, w // 2), _identity(h // 2, w // 2, points, self._device)

    def _pixels(self, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """A box of the sheet in even pixels of the figure."""
        x, y, w, h = (round(v * self._scale / 2) * 2 for v in box)
        return x, y, w, h

    def _inside(self, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """A box of the sheet in even pixels of the region."""
        x, y, w, h = self._pixels(box)
        return x - self._box[0], y - self._box[1], w, h

    def _render(self, box: tuple[int, int, int, int], mouth: Mouth = _REST, blink: float = 0.0) -> Picture:
        """A drawing of the pixels in ``box`` of the figure."""
        x, y, w, h = box
        where = (x / self._scale, y / self._scale, w / self._scale, h / self._scale)
        png = bytes(resvg_py.svg_to_bytes(svg_string=figure.svg(mouth, blink, where, (w, h)), skip_system_fonts=True))
        with Image.open(io.BytesIO(png)) as image:
            return picture_from_rgba(np.asarray(image.convert("RGBA")))

    def _bake(self) -> None:
        x, y, w, h = self._box
        base = self._render(self._box)
        self._luma, self._chroma = self._tensors([base])
        whole = self._render((0, 0, *self._size))
        cut = slice(y, y + h), slice(x, x + w)
        small = slice(y // 2, (y + h) // 2), slice(x // 2, (x + w) // 2)
        self._still = Picture(*(plane.copy() for plane in (whole.y, whole.u, whole.v, _alpha(whole))))
        for plane, area in zip(
            (self._still.y, self._still.u, self._still.v, _alpha(self._still)), (cut, small, small, cut), strict=True
        ):
            plane[area] = 0
        shapes = [Mouth(open=o, round=r) for o in _OPEN for r in _ROUND]
        where = self._absolute(self._mouth_at)
        self._mouths = self._tensors([self._render(where, mouth) for mouth in (*shapes, *_SPECIAL)])
        where = self._absolute(self._eyes_at)
        self._eyes = self._tensors([self._render(where, blink=blink) for blink in _BLINK])

    def _absolute(self, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        return box[0] + self._box[0], box[1] + self._box[1], box[2], box[3]

    def _tensors(self, pictures: list[Picture]) -> tuple[Tensor, Tensor]:
        """(n, 2, h, w) of Y and alpha, and (n, 2, h/2, w/2) of U and V around zero, float32."""
        luma = torch.from_numpy(np.stack([np.stack([p.y, _alpha(p)]) for p in pictures]).astype(np.float32))
        chroma = torch.from_numpy(np.stack([np.stack([p.u, p.v]) for p in pictures]).astype(np.float32))
        return luma.to(self._device), (chroma - _grey(luma)).to(self._device)

    def _displacements(self) -> Tensor:
        """How yaw, pitch and roll of 1 move the picture: (3, 2, h, w) on a coarse grid, in units of grid_sample."""
        h, w = self._box[3] // _COARSE, self._box[2] // _COARSE
        left, top = _REGION[0], _REGION[1]
        xs = left + (torch.arange(w) + 0.5) / w * _REGION[2]
        ys = top + (torch.arange(h) + 0.5) / h * _REGION[3]
        y, x = torch.meshgrid(ys, xs, indexing="ij")
        # the head moves as a whole down to the chin, the shoulders not at all
        hold = _smooth((900 - y) / 300)
        # the middle of the face stands out, so it moves further than the hair around it
        bulge = torch.exp(-(((x - 500) / 150) ** 2 + ((y - 500) / 190) ** 2))
        depth = hold * (0.45 + 0.55 * bulge)
        zero = torch.zeros_like(x)
        yaw = torch.stack([-_YAW * depth, zero])
        pitch = torch.stack([zero, -_PITCH * depth])
        roll = torch.stack([_ROLL * hold * (y - 800), -_ROLL * hold * (x - 500)])
        field = torch.stack([yaw, pitch, roll])
        field[:, 0] *= 2 / _REGION[2]
        field[:, 1] *= 2 / _REGION[3]
        return field.to(self._device)

    def still(self) -> Picture:
        return self._still

    def idle(self) -> Iterator[Picture]:
        count = round(IDLE_SECONDS * self._fps)
        for i in range(count):
            yield self._draw(loop_pose(i / count, IDLE_SECONDS, self._seed))

    def picture(self, score: Score) -> Picture:
        return self._draw(pose(score, self._seed))

    @torch.inference_mode()
    def _draw(self, state: Pose) -> Picture:
        for texture, mouths, eyes, scale in (
            (self._luma, self._mouths[0], self._eyes[0], 1),
            (self._chroma, self._mouths[1], self._eyes[1], 2),
        ):
            x, y, w, h = (v // scale for v in self._mouth_at)
            texture[0, :, y : y + h, x : x + w] = _mouth(mouths, state.mouth)
            x, y, w, h = (v // scale for v in self._eyes_at)
            texture[0, :, y : y + h, x : x + w] = _between(eyes, state.blink * (len(_BLINK) - 1))
        amounts = torch.tensor([state.yaw, state.pitch, state.roll], dtype=torch.float32, device=self._device)
        moved = torch.einsum("k,kchw->chw", amounts, self._warp)
        drawn = []
        for texture, (size, identity) in ((self._luma, self._fine), (self._chroma, self._half)):
            where = functional.interpolate((identity + moved)[None], size, mode="bilinear", align_corners=True)
            where = where.permute(0, 2, 3, 1)
            drawn.append(functional.grid_sample(texture, where, padding_mode="zeros", align_corners=False))
        luma, chroma = drawn
        chroma += _grey(luma)
        y_plane, alpha = luma[0].add_(0.5).to(torch.uint8).cpu().numpy()
        u, v = chroma[0].add_(0.5).to(torch.uint8).cpu().numpy()
        return Picture(y_plane, u, v, alpha)


def _mouth(atlas: Tensor, mouth: Mouth) -> Tensor:
    """The mouth tile of a shape: between its four neighbours in the atlas, special shapes on top."""
    row, column = _place(_OPEN, mouth.open), _place(_ROUND, mouth.round)
    r, c = min(int(row), len(_OPEN) - 2), min(int(column), len(_ROUND) - 2)
    i = r * len(_ROUND) + c
    upper = torch.lerp(atlas[i], atlas[i + 1], column - c)
    lower = torch.lerp(atlas[i + len(_ROUND)], atlas[i + len(_ROUND) + 1], column - c)
    tile = torch.lerp(upper, lower, row - r)
    first = len(_OPEN) * len(_ROUND)
    # tuck and tongue only show in a mouth that is nearly closed
    narrow = max(0.0, 1 - mouth.open / 0.45)
    for k, amount in enumerate((mouth.press, mouth.tuck * narrow, mouth.tongue * narrow)):
        if amount > 0.02:
            tile = torch.lerp(tile, atlas[first + k], min(1.0, amount))
    return tile


def _grey(luma: Tensor) -> Tensor:
    """What a colourless pixel has in premultiplied U and V, by the alpha that was drawn: kept out of the textures,
    since two differently sampled alphas would leave a green or red fringe along every edge."""
    alpha = luma[:, 1:2]
    # four strided views: three times as fast as avg_pool2d on a CPU
    four = alpha[..., ::2, ::2] + alpha[..., 1::2, ::2] + alpha[..., ::2, 1::2] + alpha[..., 1::2, 1::2]
    return four * (128 / 255 / 4)


def _between(tiles: Tensor, place: float) -> Tensor:
    i = min(int(place), len(tiles) - 2)
    return torch.lerp(tiles[i], tiles[i + 1], place - i)


def _place(stops: tuple[float, ...], value: float) -> float:
    return float(np.interp(value, stops, range(len(stops))))


def _smooth(x: Tensor) -> Tensor:
    x = x.clamp(0, 1)
    return x * x * (3 - 2 * x)


def _identity(height: int, width: int, points: torch.Size, device: torch.device) -> Tensor:
    """The grid_sample grid that changes nothing, (2, rows, columns) of ``points`` from the first pixel's centre to the
    last one's: it is linear, so spreading it over all pixels is exact."""
    y = torch.linspace(1 / height - 1, 1 - 1 / height, points[0], device=device)
    x = torch.linspace(1 / width - 1, 1 - 1 / width, points[1], device=device)
    rows, columns = torch.meshgrid(y, x, indexing="ij")
    return torch.stack([columns, rows])


def _alpha(picture: Picture) -> Plane:
    return np.full_like(picture.y, 255) if picture.alpha is None else picture.alpha
