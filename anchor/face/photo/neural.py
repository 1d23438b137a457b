"""Blends a neural model's pictures of the lower face into the photo; the warped mouth takes over if it fails."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from anchor import registry
from anchor.face.photo.landmarks import Landmarks
from anchor.face.photo.mouth import lower_face
from anchor.face.texture import Box, Rgba, Tile, packed, tile_of, tiles
from anchor.ports import MouthContext, MouthEngine
from streams.types import Score

log = logging.getLogger(__name__)

REST_SECONDS = 5.0
"""of the stream, after a failure, before the model is asked again"""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a model works: the photo's folder, its device, and the sound samples a second in scores."""

    folder: Path
    device: torch.device
    rate: int


class NeuralMouth:
    """``name`` is registered as mouth/NAME; the rest is as for WarpedMouth."""

    def __init__(
        self, name: str, options: dict[str, Any], figure: Rgba, region: Box, marks: Landmarks, place: Workplace
    ) -> None:
        """Raises what the engine does when it is made, and UnknownPart."""
        device = place.device
        x, y, w, h = where = lower_face(region, marks)
        self.box = (x - region[0], y - region[1], w, h)
        cut = figure[y : y + h, x : x + w]
        face = torch.from_numpy(cut[..., :3].copy()).permute(2, 0, 1).to(device).float() / 255
        self._luma, self._chroma = (planes[0] for planes in tiles(packed([cut]), device))
        self._cover = torch.from_numpy(_cover(where, marks)).to(device)
        context = MouthContext(place.folder, face, device, place.rate)
        self._engine: MouthEngine = registry.make("mouth", name, options, context)
        self.ahead, self.batch = self._engine.ahead, self._engine.batch
        self._name = name
        self._failed_at: float | None = None
        """stream seconds; another stream begins at 0 again"""

    def tiles(self, scores: Sequence[Score]) -> list[Tile] | None:
        """One for each score, or None while the model fails."""
        if self._failed_at is not None and 0 <= scores[0].seconds - self._failed_at < REST_SECONDS:
            return None
        try:
            drawn = self._engine.tiles(scores)
            if drawn.shape != (len(scores), 3, *self._luma.shape[1:]):
                raise ValueError(f"pictures of {tuple(drawn.shape)} for {len(scores)} scores")
            if not bool(torch.isfinite(drawn).all()):
                raise ValueError("pictures with values that are no numbers")
            found = [self._blended(rgb) for rgb in drawn.clamp(0, 1)]
        except Exception:  # whatever happens inside a model, the face goes on
            log.exception("mouth model failed, the warped mouth takes its place", extra={"mouth": self._name})
            self._failed_at = scores[-1].seconds
            return None
        if self._failed_at is not None:
            log.info("mouth model is back", extra={"mouth": self._name})
            self._failed_at = None
        return found

    def _blended(self, rgb: Tensor) -> Tile:
        luma, chroma = tile_of(rgb.to(self._luma), self._luma[1:])
        small = self._cover[::2, ::2]
        return torch.lerp(self._luma, luma, self._cover), torch.lerp(self._chroma, chroma, small)


def _cover(box: Box, marks: Landmarks) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """How much of each pixel is the model's: all of it in the lower face, nothing at the edges."""
    x, y, w, h = box
    centre = marks.oval.mean(0)
    outline = ((marks.oval - centre) * 0.90 + centre - (x, y)).round().astype(np.int32)
    filled = cv2.fillPoly(np.zeros((h, w), np.float32), [outline], 1.0)
    soft = max(1.0, 0.035 * marks.width)
    edge = round(3 * soft)
    filled[:edge] = filled[-edge:] = 0
    filled[:, :edge] = filled[:, -edge:] = 0
    return np.asarray(cv2.GaussianBlur(filled, (0, 0), soft), np.float32)
