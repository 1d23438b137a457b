"""The drawn anchors against pictures that a person has looked at; `UPDATE_GOLDEN=1 pytest tests/golden` renews them."""

import os
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from anchor.face.drawing import DrawnRig
from anchor.face.motion import Brows, Eyes, Mouth, Pose, mouth
from streams.air.backdrop import backdrop
from streams.air.canvas import Canvas, Placed, Sprite
from streams.types import Viseme

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 240, 288
POSES = {
    "rest": Pose(Mouth()),
    "aa": Pose(mouth([Viseme("aa", -0.2, 0.2)])),
    "pp": Pose(mouth([Viseme("PP", -0.2, 0.2)])),
    "ou": Pose(mouth([Viseme("ou", -0.2, 0.2)])),
    "blink": Pose(eyes=Eyes(1.0)),
    "happy": Pose(Mouth(smile=0.8), Eyes(0.1, 0.5), Brows(0.25)),
    "turn": Pose(mouth([Viseme("E", -0.2, 0.2)]), yaw=1, pitch=-0.5, roll=0.8),
}


@pytest.fixture(scope="module", params=["woman", "man"])
def style(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def rig(style: str) -> DrawnRig:
    return DrawnRig(WIDTH, HEIGHT, 25, style=style)


@pytest.mark.parametrize("name", POSES)
def test_the_face_looks_as_it_was_approved(rig: DrawnRig, style: str, name: str) -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.set_base([Placed(backdrop("", WIDTH, HEIGHT), 0, 0), Placed(Sprite(rig.still()), 0, 0)])
    frame = canvas.compose([Placed(Sprite(rig.posed(POSES[name])), *rig.region)])
    image = av.VideoFrame.from_ndarray(frame, format="yuv420p").to_image()
    path = FOLDER / f"{style}-{name}.png"
    if os.environ.get("UPDATE_GOLDEN"):
        image.save(path, optimize=True)
    with Image.open(path) as file:
        approved = np.asarray(file.convert("RGB")).astype(int)
    difference = np.abs(np.asarray(image).astype(int) - approved)
    assert difference.mean() < 1.0 and np.percentile(difference, 99.5) < 24


def test_the_moving_part_meets_the_still_one_without_an_edge(rig: DrawnRig) -> None:
    """Along the border of the region, the picture at rest is the same as the figure drawn in one piece."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.set_base([Placed(backdrop("", WIDTH, HEIGHT), 0, 0), Placed(Sprite(rig.still()), 0, 0)])
    frames = [
        canvas.compose([Placed(Sprite(rig.posed(pose)), *rig.region)])[:HEIGHT].copy()
        for pose in (Pose(), Pose(yaw=1, pitch=1, roll=1, breath=1))
    ]
    x, y = rig.region
    width, height = rig.posed(Pose()).size
    bottom = slice(y + height - 3, y + height)
    assert np.abs(frames[0][bottom, x : x + width].astype(int) - frames[1][bottom, x : x + width]).max() < 25
