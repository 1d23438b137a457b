"""Pictures of every state of mouth, eyes and brows, of which any state between is mixed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from anchor.face.motion import Brows, Eyes, Mouth, Pose
from anchor.face.texture import Box, Tile, tiles

OPEN = (0.0, 0.04, 0.1, 0.2, 0.36, 0.6, 1.0)
_ROUND = (-1.0, -0.5, 0.0, 0.5, 1.0)
_SMILE = (-0.5, 0.25, 1.0)
SPECIAL = (Mouth(press=1.0, smile=0.25), Mouth(open=0.08, tuck=1.0, smile=0.25),
            Mouth(open=0.2, round=-0.1, tongue=1.0, smile=0.25))  # fmt: skip
_LID = (-0.2, 0.0, 0.15, 0.3, 0.45)
_CLOSING = (0.6, 0.8, 1.0)
"""lids that are so low hide where the eyes look"""
_LOWER = (0.0, 1.0)
Gaze = tuple[tuple[float, ...], tuple[float, ...]]
"""where eyes look that are drawn: stops of x and of y"""
GAZE: Gaze = ((-1.0, -0.5, 0.0, 0.5, 1.0), (-1.0, 0.0, 1.0))
_LIFT = (-1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0)
_TILT = (-0.5, 0.0, 0.5, 1.0)


Shares = list[tuple[int, float]]
"""which pictures of an atlas make a tile, and how much of each"""


class Atlas:
    """A part of the face out of baked pictures (n, h * 5 / 2, w); ``shares`` tells which of them make a pose."""

    def __init__(
        self,
        box: Box,
        feature: str,
        baked: NDArray[np.uint8],
        shares: Callable[[Pose], Shares],
        device: torch.device,
    ) -> None:
        self.box, self.feature = box, feature
        self._luma, self._chroma = tiles(baked, device)
        self._shares = shares

    def tile(self, pose: Pose) -> Tile:
        shares = self._shares(pose)
        return _mixed(self._luma, shares), _mixed(self._chroma, shares)


def mouths() -> list[Mouth]:
    return [Mouth(open=o, round=r, smile=s) for o, r, s in product(OPEN, _ROUND, _SMILE)] + list(SPECIAL)


def eyes(gaze: Gaze = GAZE) -> list[Eyes]:
    return [Eyes(*state) for state in product(_LID, _LOWER, *gaze)] + [Eyes(lid) for lid in _CLOSING]


def brows() -> list[Brows]:
    return [Brows(lift, tilt) for lift, tilt in product(_LIFT, _TILT)]


def grid(*axes: tuple[tuple[float, ...], float]) -> Shares:
    """Between the neighbours on every axis (stops, value) of an atlas made by itertools.product."""
    shares: Shares = [(0, 1.0)]
    for stops, value in axes:
        place = float(np.interp(value, stops, range(len(stops))))
        low = min(int(place), len(stops) - 2)
        part = place - low
        shares = [
            (index * len(stops) + low + step, weight * share)
            for index, weight in shares
            for step, share in ((0, 1 - part), (1, part))
            if share > 0.004
        ]
    return shares


def mouth_shares(pose: Pose) -> Shares:
    mouth = pose.mouth
    shares = grid((OPEN, mouth.open), (_ROUND, mouth.round), (_SMILE, mouth.smile))
    first = len(OPEN) * len(_ROUND) * len(_SMILE)
    # tuck and tongue only show in a mouth that is nearly closed
    narrow = max(0.0, 1 - mouth.open / 0.45)
    for k, amount in enumerate((mouth.press, mouth.tuck * narrow, mouth.tongue * narrow)):
        if amount > 0.02:
            amount = min(1.0, amount)
            shares = [(i, w * (1 - amount)) for i, w in shares if w * (1 - amount) > 0.004] + [(first + k, amount)]
    return shares


def eye_shares(pose: Pose, gaze: Gaze = GAZE) -> Shares:
    eyes = pose.eyes
    first = len(_LID) * len(_LOWER) * len(gaze[0]) * len(gaze[1])
    last = _LID[-1]
    closing = min(1.0, max(0.0, (eyes.lid - last) / (_CLOSING[0] - last)))
    shares: Shares = []
    if closing < 1:
        opened = grid((_LID, eyes.lid), (_LOWER, eyes.lower), (gaze[0], eyes.gaze_x), (gaze[1], eyes.gaze_y))
        shares += [(i, weight * (1 - closing)) for i, weight in opened]
    if closing > 0:
        shares += [(first + i, weight * closing) for i, weight in grid((_CLOSING, eyes.lid))]
    return shares


def brow_shares(pose: Pose) -> Shares:
    return grid((_LIFT, pose.brows.lift), (_TILT, pose.brows.tilt))


def _mixed(atlas: Tensor, shares: Shares) -> Tensor:
    """The tile of an atlas (n, c, h, w) float32."""
    if len(shares) == 1:
        return atlas[shares[0][0]]
    total = sum(weight for _, weight in shares)
    tile = atlas[shares[0][0]] * (shares[0][1] / total)
    for index, weight in shares[1:]:
        tile.add_(atlas[index], alpha=weight / total)
    return tile
