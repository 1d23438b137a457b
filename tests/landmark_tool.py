"""A landmark tool for tests: speaks the protocol of mesh_tool.py, and knows one face."""

import json
import stat
import sys
from pathlib import Path

import numpy as np
from PIL import Image

POINTS = Path(__file__).parent / "contract" / "astronaut.json"


def installed(folder: Path, *shifts: tuple[float, float], say: str = "") -> Path:
    """A stand-in for the tool's Python, that finds the astronaut once for each of ``shifts`` (pixels), or says ``say``."""
    python = folder / "landmark-python"
    arguments = json.dumps({"shifts": shifts, "say": say})
    python.write_text(f"#!/bin/sh\nexec {sys.executable} {__file__} '{arguments}' \"$@\"\n")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    return python


def main() -> None:
    told = json.loads(sys.argv[1])
    if told["say"]:
        sys.exit(told["say"])
    picture, mask = sys.argv[3:]
    with Image.open(picture) as image:
        width, height = image.size
    points = np.array(json.loads(POINTS.read_text())["points"])
    y, x = np.mgrid[:height, :width]
    person = (np.hypot((x - 225) / 90, (y - 110) / 110) < 1) | ((y > 190) & (abs(x - 225) < 190))
    Image.fromarray((person * 255).astype(np.uint8)).save(mask)
    upright = width == 512  # it finds no face in a picture that lies on its side
    faces = [(points + shift).tolist() for shift in told["shifts"]] if upright else []
    json.dump({"faces": faces, "tool": "a test"}, sys.stdout)


if __name__ == "__main__":
    main()
