"""A face in a photo: by the landmark tool where it is installed, else a box by OpenCV's cascade and an average face in it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from anchor.face.photo.landmarks import BadLandmarks, Landmarks
from anchor.face.photo.points import from_points, template

TOOL_SECONDS = 180.0
SCRIPT = Path(__file__).with_name("mesh_tool.py")


class ToolFailed(Exception):
    """The landmark tool did not do its work."""


@dataclass(frozen=True, slots=True)
class Found:
    """``mask`` is (h, w) uint8 where the tool drew one; ``source`` says where the landmarks come from."""

    faces: list[Landmarks]
    mask: NDArray[np.uint8] | None
    source: str


def tool() -> Path | None:
    """The Python of the landmark tool: $ANCHOR_LANDMARK_PYTHON, or where `make landmark-tool` puts it."""
    given = os.environ.get("ANCHOR_LANDMARK_PYTHON")
    home = Path(os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share"))
    path = Path(given) if given else home / "anchor" / "landmark-tool" / "bin" / "python"
    return path if given or path.exists() else None


def find(photo: Image.Image) -> Found:
    """All faces in an upright picture; raises ToolFailed."""
    python = tool()
    return by_tool(photo, python) if python else by_cascade(photo)


def by_tool(photo: Image.Image, python: Path) -> Found:
    with tempfile.TemporaryDirectory(prefix="anchor-") as folder:
        picture, mask = Path(folder) / "photo.png", Path(folder) / "mask.png"
        photo.save(picture)
        try:
            run = subprocess.run(
                [python, str(SCRIPT), str(picture), str(mask)], capture_output=True, timeout=TOOL_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ToolFailed(f"the landmark tool {python} does not run: {error}") from error
        if run.returncode:
            last = run.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"ends with {run.returncode}"]
            raise ToolFailed(f"the landmark tool {python} failed: {last[0]}")
        try:
            report = json.loads(run.stdout)
            faces = [from_points(np.array(face, np.float64)) for face in report["faces"]]
            source = str(report["tool"])
            with Image.open(mask) as image:
                drawn = np.asarray(_cleaned(image.convert("L").resize(photo.size)))
        except (ValueError, KeyError, TypeError, OSError, BadLandmarks) as error:
            raise ToolFailed(f"the landmark tool {python} answered something else: {error}") from error
    return Found(faces, drawn, source)


def _cleaned(mask: Image.Image) -> Image.Image:
    """The outline smoothed: tools draw it on a coarse grid."""
    soft = mask.filter(ImageFilter.GaussianBlur(max(mask.size) / 256))
    return soft.point([max(0, min(255, round((v - 96) * 255 / 80))) for v in range(256)])


def by_cascade(photo: Image.Image) -> Found:
    boxes = _boxes(photo, "frontalface_alt")
    return Found([template(box) for box in boxes], None, "template")


def turned_away(photo: Image.Image) -> bool:
    """Whether there is a face in profile."""
    mirrored = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return any(_boxes(side, "profileface") for side in (photo, mirrored))


def _boxes(photo: Image.Image, cascade: str) -> list[tuple[float, float, float, float]]:
    """Largest first; those much smaller than the largest are shadows and patterns more often than faces."""
    scale = max(1.0, max(photo.size) / 900)
    grey = photo.convert("L").resize((max(1, round(photo.width / scale)), max(1, round(photo.height / scale))))
    detector = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / f"haarcascade_{cascade}.xml"))
    faces = detector.detectMultiScale(np.asarray(grey), 1.1, 6, minSize=(36, 36))
    boxes = sorted(([float(v) * scale for v in box] for box in faces), key=lambda b: -b[2])
    return [(x, y, w, h) for x, y, w, h in boxes if w > 0.45 * boxes[0][2]]
