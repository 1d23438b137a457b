"""The eyes and brows of a photo, painted in every state once: lids slide over an eyeball that only turns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from anchor.face.head import smooth
from anchor.face.motion import Brows, Eyes
from anchor.face.photo.field import Points, along, field
from anchor.face.photo.landmarks import Eye, Landmarks
from anchor.face.texture import Box, Floats, Rgba

LID_MEETS = 0.88
"""how far down the open eye its lids meet"""
TURN = (0.16, 0.09)
"""of the eye's width, that the iris goes to a side, and up or down"""
BELOW_EYE = 0.30
"""of the eye's width, that its picture reaches below it"""
BROW_LIFT, BROW_TILT = 0.13, 0.11
"""of the eye's width"""


class PaintedEye:
    """One eye of ``figure``; ``towards`` is -1 for the one left of the nose as the viewer sees it, 1 for the other."""

    def __init__(self, figure: Rgba, marks: Landmarks, eye: Eye, towards: int) -> None:
        self._figure, self._eye, self._towards = figure, eye, towards
        self._axes = np.stack([marks.across, marks.down])
        self._upper, self._lower, self._brow = (
            (curve - eye.centre) @ self._axes.T for curve in (eye.upper, eye.lower, eye.brow)
        )
        self._width = eye.width
        h, w = figure.shape[:2]
        lid, brow = self._upper[:, 1].min(), self._brow[:, 1].max()
        between = brow + 0.35 * (lid - brow)  # above it the brow moves, below it the lid
        reach = min(0.78 * self._width, 0.5 * float(np.hypot(*(marks.right.centre - marks.left.centre))) - 1)
        self.box = self._placed((-reach, between), (reach, self._lower[:, 1].max() + BELOW_EYE * self._width), w, h)
        above = self._brow[:, 1].min() - 0.42 * self._width
        sides = max(reach, -self._brow[:, 0].min() + 0.2 * self._width) if towards < 0 else reach
        other = max(reach, self._brow[:, 0].max() + 0.2 * self._width) if towards > 0 else reach
        x, y, w, h = self._placed((-sides, above), (other, between), w, h)
        self.brow_box = (x, y, w, max(2, self.box[1] - y))

    def _placed(self, first: tuple[float, float], last: tuple[float, float], width: int, height: int) -> Box:
        """Even pixels around two corners of a box along the eye."""
        corners = np.array([first, last, (first[0], last[1]), (last[0], first[1])]) @ self._axes + self._eye.centre
        left, top = np.clip(corners.min(0), 0, (width - 4, height - 4)).astype(int) // 2 * 2
        right, bottom = np.clip(corners.max(0) + 2, (left + 4, top + 4), (width, height)).astype(int) // 2 * 2
        return int(left), int(top), int(right - left), int(bottom - top)

    def eyes(self, states: Sequence[Eyes]) -> list[Rgba]:
        where, local, edge = self._pixels(self.box)

        @cache
        def skin(lid: float, lower: float) -> tuple[Points, Points, NDArray[np.float64]]:
            upper_lid, lower_lid = self._lids(lid, lower)
            moved = self._skin(upper_lid, lower_lid, local) * edge[..., None]
            return upper_lid, lower_lid, self._seen(where, moved).astype(np.float64)

        @cache
        def ball(x: float, y: float, wide: bool) -> NDArray[np.float64]:
            return self._seen(where, self._turned(x, y, wide, local)).astype(np.float64)

        return [self._lidded(s.lid, *skin(s.lid, s.lower), ball(s.gaze_x, s.gaze_y, s.lid < 0), local) for s in states]

    def brows(self, states: Sequence[Brows]) -> list[Rgba]:
        where, local, edge = self._pixels(self.brow_box)
        x, y = local[..., 0], local[..., 1]
        distance = (y - along(self._brow, x)) / (0.30 * self._width)
        beyond = np.maximum(self._brow[0, 0] - x, x - self._brow[-1, 0]).clip(0) / (0.30 * self._width)
        near = np.exp(-(distance**2) - beyond**2) * edge
        # 1 at the inner end, -1 at the outer one
        inner = np.clip(-self._towards * x / (0.6 * self._width), -1, 1)
        return [self._seen(where, self._along_down(near * (s.lift * BROW_LIFT + s.tilt * inner * BROW_TILT) * self._width)) for s in states]  # fmt: skip

    def _pixels(self, box: Box) -> tuple[NDArray[np.float64], NDArray[np.float64], Floats]:
        """Places of a box in the figure, the same along the eye, and how far they may move: 0 at the edges."""
        x, y, w, h = box
        columns, rows = np.meshgrid(np.arange(w), np.arange(h))
        where = np.stack([columns + x, rows + y], -1).astype(np.float64)
        inside = np.stack([columns, w - 1 - columns, rows, h - 1 - rows]).min(0)
        return where, (where - self._eye.centre) @ self._axes.T, smooth(inside / (0.14 * self._width))

    def _along_down(self, distance: NDArray[np.float64]) -> NDArray[np.float64]:
        shift: NDArray[np.float64] = distance[..., None] * self._axes[1]
        return shift

    def _seen(self, where: NDArray[np.float64], moved: NDArray[np.float64]) -> Rgba:
        seen = cv2.remap(self._figure, (where + moved).astype(np.float32), None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
        return np.asarray(seen, np.uint8)

    def _lids(self, closed: float, raised: float) -> tuple[Points, Points]:
        upper, lower = self._upper.copy(), self._lower.copy()
        opening = self._lower[:, 1] - self._upper[:, 1]
        shut = max(0.0, closed)
        # there is no more of the eyeball in the photo than it shows
        upper[:, 1] += (closed if closed > 0 else 0.5 * closed) * LID_MEETS * opening
        lower[:, 1] -= (0.10 * shut + 0.22 * raised * (1 - shut)) * opening
        lower[:, 1] = np.maximum(lower[:, 1], upper[:, 1])
        return upper, lower

    def _lidded(
        self,
        lid: float,
        upper: Points,
        lower: Points,
        skin: NDArray[np.float64],
        ball: NDArray[np.float64],
        local: Points,
    ) -> Rgba:
        width, x, y = self._width, local[..., 0], local[..., 1]
        high, low = along(upper, x), along(lower, x)
        soft = max(0.5, 0.012 * width)
        corners = _ramp(x - upper[0, 0], soft) * _ramp(upper[-1, 0] - x, soft)
        shown = (_ramp(y - high, soft) * _ramp(low - y, soft) * corners * _ramp(low - high - soft, soft))[..., None]
        shade = 1 - (0.10 + 0.25 * max(0.0, lid)) * np.exp(-((np.clip(y - high, 0, None) / (0.05 * width)) ** 2)) * (
            lid > 0
        )
        picture = skin * (1 - shown) + ball * shade[..., None] * shown
        if lid > 0.5:  # lashes where the lids meet
            line = 0.5 * (lid - 0.5) * 2 * np.exp(-(((y - (high + low) / 2) / (0.026 * width)) ** 2)) * corners
            picture[..., :3] *= 1 - line[..., None]
        picture[..., 3] = skin[..., 3]
        return np.clip(picture + 0.5, 0, 255).astype(np.uint8)

    def _skin(self, upper: Points, lower: Points, local: Points) -> NDArray[np.float64]:
        """How the skin around the eye follows its lids: what is above by the upper one, what is below by the lower."""
        width = self._width
        frame = np.array([(-1, -0.95), (0, -0.95), (1, -0.95), (-1, 0), (1, 0), (-1, 0.8), (0, 0.8), (1, 0.8)]) * width
        cheek = self._lower + np.array([0, 0.28 * width])
        above = np.concatenate([upper, self._brow, frame]), np.concatenate([self._upper, self._brow, frame])
        below = np.concatenate([lower, cheek, frame[3:]]), np.concatenate([self._lower, cheek, frame[3:]])
        flat = local.reshape(-1, 2)
        middle = (along(upper, flat[:, 0]) + along(lower, flat[:, 0])) / 2
        is_above = flat[:, 1] < middle
        moved = np.empty_like(flat)
        for half, (now, was) in ((is_above, above), (~is_above, below)):
            moved[half] = field(now, was - now, flat[half])
        found: NDArray[np.float64] = (moved @ self._axes).reshape(local.shape)
        return found

    def _turned(self, gaze_x: float, gaze_y: float, wide: bool, local: Points) -> NDArray[np.float64]:
        """Where the eyeball is looked up: turned by the gaze, and nowhere under the lids that the photo shows."""
        x, y = local[..., 0], local[..., 1]
        round_ = np.clip(1 - (2 * x / self._width) ** 2, 0, None)
        source_x = x - gaze_x * TURN[0] * self._width * round_
        inset = 0.03 * self._width
        high, low = along(self._upper, source_x) + inset, along(self._lower, source_x) - inset
        source_y = np.clip(y - gaze_y * TURN[1] * self._width * round_, np.minimum(high, low), np.maximum(high, low))
        if not (gaze_x or gaze_y or wide):
            source_y = y  # at rest the photo itself, up to its lids
        moved = np.stack([source_x - x, source_y - y], -1)
        found: NDArray[np.float64] = moved @ self._axes
        return found


def _ramp(distance: NDArray[np.float64], soft: float) -> NDArray[np.float64]:
    return np.clip(distance / (3 * soft) + 0.5, 0, 1)
