"""Stage B, for every rig: one smooth warp of the face's texture moves the head, the breath and the shoulders."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from anchor.face.motion import Pose
from anchor.face.texture import Box, Floats, Texture, points
from streams.types import Picture

MOVEMENTS = ("yaw", "pitch", "roll", "breath")

Displacements = dict[str, tuple[Floats, Floats]]
"""how far each of MOVEMENTS, at 1, carries points in x and y"""


class Head:
    """The moving region of a figure. ``box`` is where its ``texture`` lies, in the units in which ``displacement`` takes
    points x, y and tells how they move."""

    def __init__(
        self, texture: Texture, size: tuple[int, int], box: Box, displacement: Callable[[Floats, Floats], Displacements]
    ) -> None:
        """``size`` is the texture's width and height in pixels."""
        self._texture = texture
        self._points = points(*size)
        left, top, width, height = box
        scale = np.array([size[0] / width, size[1] / height], np.float32)
        x, y = np.moveaxis((self._points + 0.5) / scale, -1, 0)
        moves = displacement(x + left, y + top)
        self._moves = np.stack([np.stack(moves[name], -1) * scale for name in MOVEMENTS]).astype(np.float32)

    def draw(self, pose: Pose) -> Picture:
        """The texture, moved. What is shown at a point comes from where it was: against the movement."""
        amounts = np.array([getattr(pose, name) for name in MOVEMENTS], np.float32)
        return self._texture.draw(self._points - np.tensordot(amounts, self._moves, 1))


def smooth(x: Floats) -> Floats:
    """0 to 1 with soft ends."""
    inside: Floats = np.clip(x, 0, 1)
    return inside * inside * (3 - 2 * inside)
