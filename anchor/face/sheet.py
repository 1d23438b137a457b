"""A contact sheet of a rig: every mouth shape, mood, blink, glance and turn, to be looked at before it goes on air."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image, ImageDraw

from anchor.face import motion
from anchor.face.motion import Brows, Eyes, Mouth, Pose
from anchor.ports import FaceEngine
from streams.air.canvas import Canvas, Placed, Sprite
from streams.air.text import font
from streams.picture import picture_from_rgba
from streams.types import MOODS, VISEMES, Picture

COLUMNS = 8
CELL = 260
BACKGROUND = (226, 232, 240)


class Posable(FaceEngine, Protocol):
    """A rig that can be looked at pose by pose."""

    def posed(self, state: Pose) -> Picture:
        """The moving part in one pose."""
        ...


def poses() -> Iterator[tuple[str, Pose]]:
    """What is on the sheet, with its names."""
    calm = Mouth(smile=motion.FACES["calm"].smile)
    for name in VISEMES:
        yield name, Pose(replace(motion.TARGETS[name], smile=calm.smile))
    for name in MOODS:
        face = motion.FACES[name]
        eyes = Eyes(face.lid, face.lower, face.gaze_x, face.gaze_y)
        yield name, Pose(Mouth(smile=face.smile), eyes, Brows(face.lift, face.tilt), 0.0, face.pitch, face.roll)
    for lid in (0.3, 0.6, 1.0):
        yield f"lid {lid:g}", Pose(calm, Eyes(lid))
    for name, x, y in (("left", -1, 0), ("right", 1, 0), ("up", 0, -1), ("down", 0, 1)):
        yield f"eyes {name}", Pose(calm, Eyes(gaze_x=x, gaze_y=y))
    for way in (-1, 1):
        yield f"yaw {way:+d}", Pose(calm, yaw=way)
        yield f"pitch {way:+d}", Pose(calm, pitch=way)
        yield f"roll {way:+d}", Pose(calm, roll=way)
    yield "laugh", Pose(Mouth(0.6, -0.5, smile=1.0), Eyes(0.4, 1.0), Brows(0.5), pitch=0.6)


def sheet(face: Posable, size: tuple[int, int]) -> Image.Image:
    """All poses of a face whose whole figure has ``size`` pixels."""
    canvas = Canvas(*size)
    flat = np.full((size[1], size[0], 3), BACKGROUND, np.uint8)
    canvas.set_base([Placed(Sprite(picture_from_rgba(flat)), 0, 0), Placed(Sprite(face.still()), 0, 0)])
    pictures = [(name, _shown(canvas, face.posed(pose), face.region)) for name, pose in poses()]
    # the moving part with a little around it
    width, height = face.posed(Pose()).size
    x, y = face.region
    box = (max(0, x - width // 12), max(0, y - height // 12), min(size[0], x + width * 13 // 12), y + height)
    scale = CELL / (box[2] - box[0])
    cell = (CELL, round((box[3] - box[1]) * scale))
    rows = -(-len(pictures) // COLUMNS)
    whole = Image.new("RGB", (COLUMNS * CELL, rows * cell[1]), BACKGROUND)
    pen = ImageDraw.Draw(whole)
    for i, (name, picture) in enumerate(pictures):
        left, top = i % COLUMNS * CELL, i // COLUMNS * cell[1]
        whole.paste(picture.crop(box).resize(cell, Image.Resampling.LANCZOS), (left, top))
        pen.text((left + 8, top + 6), name, fill=(30, 41, 59), font=font(18))
    return whole


def _shown(canvas: Canvas, moving: Picture, region: tuple[int, int]) -> Image.Image:
    frame = av.VideoFrame.from_ndarray(canvas.compose([Placed(Sprite(moving), *region)]), format="yuv420p")
    rgb = frame.reformat(
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    )
    return Image.fromarray(rgb.to_ndarray())
