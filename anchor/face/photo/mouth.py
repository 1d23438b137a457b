"""The mouth of a photo: the lower face is warped in two halves that part along the lips, over a painted inside.

The upper half carries the upper lip and stays with the skull, the lower one follows the jaw. Beyond the corners of the
mouth the two are blended, or a cut would cross the cheeks. Fields and lips of every state are worked out once; a picture
mixes them and samples the photo once.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anchor.face.atlas import OPEN, Atlas, Shares, grid, mouth_shares, mouths
from anchor.face.head import smooth
from anchor.face.motion import Pose
from anchor.face.photo.anatomy import Anatomy
from anchor.face.photo.field import Points, along, field
from anchor.face.photo.inside import inside
from anchor.face.photo.landmarks import Landmarks
from anchor.face.photo.lids import BELOW_EYE
from anchor.face.texture import Box, Floats, Rgba, Tile, packed, points, sampled, spread, tiles


class WarpedMouth:
    """``figure`` is the photo in its final size; ``region`` is the moving part of it, ``marks`` are the figure's."""

    feature = "mouth"

    def __init__(self, figure: Rgba, region: Box, marks: Landmarks, device: torch.device) -> None:
        where = lower_face(region, marks)
        x, y, w, h = where
        self.box = (x - region[0], y - region[1], w, h)
        anatomy = Anatomy(marks, where)
        self._width = anatomy.width
        self._luma, self._chroma = tiles(packed([figure[y : y + h, x : x + w]]), device)
        rows, columns = (torch.arange(n, dtype=torch.float32, device=device) for n in (h, w))
        self._rows, self._columns = rows[:, None], columns
        places = torch.meshgrid((columns + 0.5) * 2 / w - 1, (rows + 0.5) * 2 / h - 1, indexing="xy")
        self._places = torch.stack(places)  # as grid_sample counts them: the same for luma and chroma
        lips = [anatomy.lips(mouth) for mouth in mouths()]
        self._cell = max(2, round(anatomy.width / 14))
        coarse = points(w, h, self._cell).astype(np.float64) + np.array([x, y])
        still = _still_at_the_edge(coarse, where, marks, self._cell)
        fields = np.stack([np.concatenate([_spread(m, coarse) for m in (s.upper_moves, s.lower_moves)]) for s in lips])
        fields *= still * np.array([2 / w, 2 / h, 2 / w, 2 / h])[:, None, None]
        self._fields = torch.from_numpy(fields.astype(np.float32)).to(device)
        across = np.arange(x, x + w, dtype=np.float64)
        curves = [[along(s.upper, across) - y, along(s.lower, across) - y] for s in lips]
        self._curves = torch.from_numpy(np.array(curves, np.float32)).to(device)
        ends = [(s.upper[0, 0] - x, s.upper[-1, 0] - x) for s in lips]
        self._ends = torch.from_numpy(np.array(ends, np.float32)).to(device)
        # a photo whose lips are apart has no line where they should meet
        self._line = 0.42 if anatomy.shows_teeth else 0.0
        at, pictures = inside(figure, where, anatomy)
        self._inside = Atlas(at, "mouth", packed(pictures), _inside_shares, device)

    def tile(self, pose: Pose) -> Tile:
        shares = mouth_shares(pose)
        index = [i for i, _ in shares]
        weight = torch.tensor([w for _, w in shares], device=self._fields.device)
        weight = weight / weight.sum()
        (upper, lower), (left, right) = (torch.tensordot(weight, a[index], 1) for a in (self._curves, self._ends))
        luma, chroma = self._warped(torch.tensordot(weight, self._fields[index], 1), (upper + lower) / 2, left, right)
        self._open(luma, chroma, pose, upper, lower, (left, right))
        return luma, chroma

    def _warped(self, moves: Tensor, seam: Tensor, left: Tensor, right: Tensor) -> Tile:
        every = spread(moves, (self.box[3], self.box[2]), self._cell)
        # a sharp cut between the lips, a soft one beyond their corners
        beyond = torch.maximum(left - self._columns, self._columns - right).clamp_(min=0)
        above = ((seam - self._rows) / (1.5 * (1 + beyond)) + 0.5).clamp_(0, 1)
        where = torch.lerp(every[2:], every[:2], above).add_(self._places)
        half = (where[:, ::2, ::2] + where[:, 1::2, 1::2]) / 2
        return sampled(self._luma, where), sampled(self._chroma, half)

    def _open(self, luma: Tensor, chroma: Tensor, pose: Pose, upper: Tensor, lower: Tensor, ends: tuple[Tensor, Tensor]) -> None:  # fmt: skip
        """Show what lies behind the lips, and the line where they meet."""
        x, y, w, h = self._inside.box
        rows, columns = self._rows[y : y + h], self._columns[x : x + w]
        upper, lower = upper[x : x + w], lower[x : x + w]
        soft = max(0.6, 0.012 * self._width)
        within = _ramp(columns - ends[0], soft) * _ramp(ends[1] - columns, soft)
        hole = _ramp(rows - upper - 0.5 * soft, soft) * _ramp(lower - rows - 0.5 * soft, soft) * within
        part = luma[0, y : y + h, x : x + w]
        if self._line:
            height = lower - upper
            near = (1 - ((rows - (upper + lower) / 2) / (0.016 * self._width)) ** 2).clamp_(min=0)
            part *= 1 - self._line * near * (1 - height / (0.05 * self._width)).clamp_(0, 1) * within
        # in the shade of the upper lip
        light = 0.80 + 0.20 * _ramp(rows - upper - 0.05 * self._width, 0.05 * self._width)
        behind, colours = self._inside.tile(pose)
        part.lerp_(behind[0] * light, hole)
        small = (hole[::2, ::2] + hole[1::2, 1::2] + hole[::2, 1::2] + hole[1::2, ::2]) / 4
        area = chroma[:, y // 2 : (y + h) // 2, x // 2 : (x + w) // 2]
        area.lerp_(colours, small)


def _ramp(distance: Tensor, soft: float) -> Tensor:
    """0 to 1 around 0."""
    return (distance / (3 * soft) + 0.5).clamp_(0, 1)


def lower_face(region: Box, marks: Landmarks) -> Box:
    """From below the eyes to below the chin, in even pixels of the figure."""
    oval = marks.oval
    inset = 0.02 * marks.width
    left, right = oval[:, 0].min() + inset, oval[:, 0].max() - inset
    top = max(eye.lower[:, 1].max() + BELOW_EYE * eye.width for eye in (marks.left, marks.right)) + 2
    bottom = oval[:, 1].max() + 0.16 * marks.height
    x, y, w, h = region
    left, top = max(left, x), max(top, y)
    right, bottom = min(right, x + w), min(bottom, y + h)
    return tuple(int(v) // 2 * 2 for v in (left, top, right - left, bottom - top))  # type: ignore[return-value]


def _still_at_the_edge(where: Floats, box: Box, marks: Landmarks, cell: int) -> Floats:
    x, y, w, h = box
    sides = np.stack([where[..., 0] - x, x + w - where[..., 0], y + h - where[..., 1]]).min(0) - cell
    return smooth(sides / (0.06 * marks.width)) * smooth((where[..., 1] - y - cell) / (0.15 * marks.height))


def _spread(moves: tuple[Points, Points], where: Points) -> NDArray[np.float64]:
    """(2, rows, columns) of x and y."""
    found = field(*moves, where.reshape(-1, 2))
    return found.T.reshape(2, *where.shape[:2])


def _inside_shares(pose: Pose) -> Shares:
    purse = max(0.0, pose.mouth.round) ** 2  # lips that are only a little round show their teeth
    tongue = min(1.0, pose.mouth.tongue) * (1 - purse)
    kinds = (1 - purse - tongue, tongue, purse)
    return [
        (i + k * len(OPEN), w * kind)
        for i, w in grid((OPEN, pose.mouth.open))
        for k, kind in enumerate(kinds)
        if kind > 0
    ]
