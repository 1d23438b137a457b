"""A face that can be animated: stage A writes its parts into a texture, stage B moves the head (docs/decisions/0006)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from anchor.face.head import Displacements, Head
from anchor.face.motion import Pose, loop_pose, pose
from anchor.face.texture import Box, Floats, Rgba, Tile, alpha_of, packed, texture
from streams.picture import picture_from_rgba
from streams.types import Ahead, Picture, Score

IDLE_SECONDS = 2.4


class Part(Protocol):
    """Draws one box of the texture: x, y, width, height in even pixels."""

    box: Box
    feature: str
    """the field of a pose that it shows"""

    def tile(self, pose: Pose) -> Tile:
        """The box in this pose, on the texture's device."""
        ...


class Rig:
    """``baked`` has what :func:`planes_of` gives; ``box`` is the moving region in pixels of the figure, ``units`` the same in
    those of ``displacement`` (see :class:`Head`); ``fps`` is the speed of the stream. Parts are written in their order."""

    def __init__(
        self,
        baked: dict[str, NDArray[np.uint8]],
        box: Box,
        units: Box,
        displacement: Callable[[Floats, Floats], Displacements],
        fps: int,
        seed: int = 0,
    ) -> None:
        self.region = box[:2]
        self._still = Picture(*(baked[name] for name in ("y", "u", "v", "alpha")))
        self._texture = texture(baked["base"][0])
        self.device = self._texture.device
        self._head = Head(self._texture, box[2:], units, displacement)
        self.parts: list[Part] = []
        self.ahead, self.batch, self.problem = Ahead(), 1, ""
        self._shown: dict[int, object] = {}
        self._fps, self._seed = fps, seed

    def still(self) -> Picture:
        return self._still

    def idle(self) -> Iterator[Picture]:
        count = round(IDLE_SECONDS * self._fps)
        for i in range(count):
            yield self.posed(loop_pose(i / count, IDLE_SECONDS, self._seed))

    def picture(self, score: Score) -> Picture:
        return next(iter(self.pictures([score])))

    def pictures(self, scores: Sequence[Score]) -> Iterator[Picture]:
        for score in scores:
            yield self.posed(pose(score, self._seed))

    @torch.inference_mode()
    def posed(self, state: Pose, mouth: tuple[Box, Tile] | None = None) -> Picture:
        """The moving part in one pose, with ``mouth`` in the place of the part that shows it."""
        for i, part in enumerate(self.parts):
            if mouth is not None and part.feature == "mouth":
                self._texture.write(*mouth)
                self._shown.pop(i, None)
                continue
            feature = getattr(state, part.feature)
            if feature != self._shown.get(i):  # between words and glances much stays as it is
                self._texture.write(part.box, part.tile(state))
                self._shown[i] = feature
        return self._head.draw(state)


def planes_of(figure: Rgba, box: Box) -> dict[str, NDArray[np.uint8]]:
    """Of a whole figure (h, w, 4) the planes of what stays still, and those of the moving ``box`` as ``base``."""
    x, y, w, h = box
    still = figure.copy()
    still[y : y + h, x : x + w] = 0
    picture = picture_from_rgba(still)
    base = packed([figure[y : y + h, x : x + w]])
    return {"y": picture.y, "u": picture.u, "v": picture.v, "alpha": alpha_of(picture), "base": base}
