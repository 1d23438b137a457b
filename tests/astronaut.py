"""The photo that scikit-image brings, of a real person: for tests only, and never shown elsewhere."""

from pathlib import Path

import pytest
from PIL import Image
from skimage import data

from anchor.face.photo.prepare import prepare
from tests.landmark_tool import installed


def consent(folder: Path, **changes: object) -> Path:
    """A consent, with changes; None leaves a line out."""
    told = {
        "person": "A. Tester",
        "signed_by": "A. Tester",
        "signed": "2026-01-01",
        "purpose": "tests",
        "likeness": "true",
        "document": "none",
    }
    path = folder / "given.yaml"
    path.write_text("".join(f"{key}: {value}\n" for key, value in {**told, **changes}.items() if value is not None))
    return path


def astronaut(path: Path, **how: object) -> Path:
    Image.fromarray(data.astronaut()).save(path, **how)
    return path


def prepared(folder: Path) -> Path:
    """A folder as anchor prepare makes it, with the landmarks that its tool would find."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANCHOR_LANDMARK_PYTHON", str(installed(folder, (0, 0))))
        patch.setenv("CACHE_DIRECTORY", str(folder))
        prepare(astronaut(folder / "a.png"), folder / "prepared", consent(folder), None, False, lambda _: None)
    return folder / "prepared"
