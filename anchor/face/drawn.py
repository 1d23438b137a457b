"""The drawn anchors, for shops that have no photo: settings only, the drawing itself is :mod:`anchor.face.drawing`."""

from __future__ import annotations

from typing import Literal

from anchor.ports import FaceContext, FaceEngine
from persona.values import Part


class DrawnConfig(Part):
    """`rig: drawn`"""

    figure: Literal["woman", "man"] = "woman"
    """who is drawn"""


class Drawn:
    """face/drawn"""

    Config = DrawnConfig

    @staticmethod
    def make(config: DrawnConfig, context: FaceContext) -> FaceEngine:
        from anchor.face.drawing import DrawnRig

        return DrawnRig(context.width, context.height, context.fps, style=config.figure)
