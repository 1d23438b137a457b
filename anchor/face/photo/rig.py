"""A photo that is animated: eyes and brows as pictures of every state, the mouth as a warp (docs/decisions/0006)."""

from __future__ import annotations

import datetime
import hashlib
import logging
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from anchor.face.atlas import Atlas, brow_shares, brows, eye_shares, eyes
from anchor.face.cache import cached
from anchor.face.head import Displacements, smooth
from anchor.face.motion import pose
from anchor.face.photo import CONSENT, FACE, LANDMARKS, MASK
from anchor.face.photo.file import read
from anchor.face.photo.landmarks import Landmarks
from anchor.face.photo.lids import PaintedEye
from anchor.face.photo.mouth import WarpedMouth
from anchor.face.photo.neural import NeuralMouth, Workplace
from anchor.face.rig import Rig, planes_of
from anchor.face.texture import Box, Floats, Rgba, packed
from persona.consent import read_consent
from streams.types import Picture, Score

log = logging.getLogger(__name__)

_GAZE = (tuple(np.linspace(-1, 1, 9)), tuple(np.linspace(-1, 1, 5)))
"""closer than those of a drawing: two sharp irises mixed are two irises"""
_EYE_SHARES = partial(eye_shares, gaze=_GAZE)
YAW, PITCH, ROLL, BREATH = 0.055, 0.045, 0.05, 0.010
"""how far a movement of 1 goes: of the face's width, of its height, in radians, of its height"""


class PhotoRig(Rig):
    """``folder`` is what ``anchor prepare`` made; ``width`` and ``height`` are those of the whole figure in pixels."""

    def __init__(
        self,
        width: int,
        height: int,
        fps: int,
        seed: int = 0,
        folder: str = "",
        mouth: str = "",
        mouth_options: dict[str, Any] | None = None,
        rate: int = 48_000,
    ) -> None:
        """``mouth`` names a model that draws it (anchor.ports.MouthEngine), with its options; empty: the photo is warped.
        ``rate``: sound samples a second in scores.
        Raises OSError for files that are not there, BadLandmarks and BadConsent (both ValueErrors)."""
        where = Path(folder)
        read_consent(where / CONSENT, datetime.date.today())
        figure, marks = load(where, width, height)
        box = moving(figure, marks)
        painted = {
            "left": PaintedEye(figure, marks, marks.left, -1),
            "right": PaintedEye(figure, marks, marks.right, 1),
        }

        def bake() -> dict[str, NDArray[np.uint8]]:
            found = planes_of(figure, box)
            for side, eye in painted.items():
                found[f"{side} eyes"] = packed(eye.eyes(eyes(_GAZE)))
                found[f"{side} brows"] = packed(eye.brows(brows()))
            return found

        baked = cached(f"photo {width}x{height}", _source(figure, marks), bake)
        super().__init__(baked, box, box, lambda x, y: _displacement(x, y, marks, box), fps, seed)
        self.parts.append(WarpedMouth(figure, box, marks, self.device))
        for side, eye in painted.items():
            for feature, at, shares in (("eyes", eye.box, _EYE_SHARES), ("brows", eye.brow_box, brow_shares)):
                inside = (at[0] - box[0], at[1] - box[1], at[2], at[3])
                self.parts.append(Atlas(inside, feature, baked[f"{side} {feature}"], shares, self.device))
        self._model: NeuralMouth | None = None
        if mouth:
            try:
                self._model = NeuralMouth(
                    mouth, mouth_options or {}, figure, box, marks, Workplace(where, self.device, rate)
                )
            except Exception as error:  # whatever a model does, there is a face; anchor check tells it before the show
                log.exception("mouth model does not start, the photo is warped", extra={"mouth": mouth})
                self.problem = f"the mouth {mouth} does not start: {error}"
            else:
                self.ahead, self.batch = self._model.ahead, self._model.batch

    @torch.inference_mode()
    def pictures(self, scores: Sequence[Score]) -> Iterator[Picture]:
        drawn = self._model.tiles(scores) if self._model is not None else None
        if self._model is None or drawn is None:
            yield from super().pictures(scores)
            return
        for score, tile in zip(scores, drawn, strict=True):
            yield self.posed(pose(score, self._seed), (self._model.box, tile))


def load(folder: Path, width: int, height: int) -> tuple[Rgba, Landmarks]:
    """The prepared photo in its final size, its mask as alpha, and its landmarks there."""
    with Image.open(folder / FACE) as image:
        photo = image.convert("RGB")
    marks = read(folder / LANDMARKS, photo.size)
    with Image.open(folder / MASK) as image:
        photo.putalpha(image.convert("L").resize(photo.size))
    scale = np.array([width / photo.width, height / photo.height])
    matrix = np.array([[scale[0], 0, scale[0] / 2 - 0.5], [0, scale[1], scale[1] / 2 - 0.5]])
    return np.asarray(photo.resize((width, height), Image.Resampling.LANCZOS)), marks.moved(matrix)


def moving(figure: Rgba, marks: Landmarks) -> Box:
    """The part that moves, in even pixels: the head with its hair and the neck."""
    h, w = figure.shape[:2]
    centre, tall = marks.oval.mean(0), marks.height
    left, right = centre[0] - 0.95 * tall, centre[0] + 0.95 * tall
    top, bottom = centre[1] - 1.0 * tall, centre[1] + 1.05 * tall
    left, top, right, bottom = max(0, left), max(0, top), min(w, right), min(h, bottom)
    return tuple(int(v) // 2 * 2 for v in (left, top, right - left, bottom - top))  # type: ignore[return-value]


def _displacement(x: Floats, y: Floats, marks: Landmarks, box: Box) -> Displacements:
    """In pixels of the figure."""
    left, top, width, height = box
    across, down = marks.across, marks.down
    centre, wide, tall = marks.oval.mean(0), marks.width / 2, marks.height / 2
    u = (x - centre[0]) * across[0] + (y - centre[1]) * across[1]
    v = (x - centre[0]) * down[0] + (y - centre[1]) * down[1]
    # the middle of the face stands out like a dome; what frames the picture stays
    dome = np.sqrt(np.clip(1 - (u / (1.5 * wide)) ** 2 - (v / (1.5 * tall)) ** 2, 0, None))
    depth = 0.35 + 0.65 * dome
    sides = np.minimum(x - left, left + width - x) / (0.22 * width)
    hold = smooth(sides) * smooth((y - top) / (0.14 * height)) * smooth(1 - (v - 0.9 * tall) / (1.0 * tall))
    turned = hold * depth * YAW * 2 * wide
    nodded = -hold * depth * PITCH * 2 * tall
    leaned = hold * ROLL
    below = v - 1.1 * tall  # the neck is what the head leans on
    ride = (
        -BREATH
        * 2
        * tall
        * smooth(sides)
        * smooth((top + height - y) / (0.25 * height))
        * smooth((y - top) / (0.14 * height))
    )
    return {
        "yaw": (turned * across[0], turned * across[1]),
        "pitch": (nodded * down[0], nodded * down[1]),
        "roll": (
            -leaned * below * across[0] + leaned * u * down[0],
            -leaned * below * across[1] + leaned * u * down[1],
        ),
        "breath": (np.zeros_like(ride), ride),
    }


def _source(figure: Rgba, marks: Landmarks) -> str:
    """Everything that the baked pictures follow from, but this code: its files are part of it."""
    digest = hashlib.sha256(figure.tobytes())
    digest.update(repr(marks.to_json("")).encode())
    for file in ("rig.py", "lids.py", "field.py"):
        digest.update((Path(__file__).parent / file).read_bytes())
    return f"{digest.hexdigest()} {eyes(_GAZE)} {brows()}"
