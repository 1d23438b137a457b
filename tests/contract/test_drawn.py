"""The drawn anchors as pictures: no edge of a tile shows, eyes and lips close, nothing of it is baked twice."""

import logging
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from anchor.face import cache, figure
from anchor.face import drawing as drawn
from anchor.face.drawing import DrawnRig
from anchor.face.motion import FACES, Brows, Eyes, Mouth, Pose
from streams.types import Picture
from tests.contract.test_recorder import small_disk

SIZE = (480, 576)
SCALE = SIZE[0] / figure.WIDTH


@pytest.fixture(scope="module", params=sorted(figure.STYLES))
def face(request: pytest.FixtureRequest) -> DrawnRig:
    torch.set_num_threads(1)
    return DrawnRig(*SIZE, 25, style=request.param)


def sheet_box(face: DrawnRig, x: float, y: float, w: float, h: float) -> tuple[slice, slice]:
    """Rows and columns of the moving part for a box of the sheet."""
    left, top = (round(v * SCALE) - o for v, o in zip((x, y), face.region, strict=True))
    return slice(top, top + round(h * SCALE)), slice(left, left + round(w * SCALE))


def luma(picture: Picture) -> np.ndarray:
    return picture.y.astype(int)


def test_tiles_at_rest_leave_no_trace(face: DrawnRig) -> None:
    """DrawnRig in one piece and put together from tiles, the picture is the same: no edge can be seen."""
    whole = face._texture._y.astype(int)
    face.posed(Pose(Mouth(0.7, 0.3), Eyes(0.6), Brows(0.5)))
    face.posed(Pose())
    difference = np.abs(face._texture._y.astype(int) - whole)
    for part in face.parts:
        x, y, w, h = part.box
        edge = np.concatenate([difference[y, x : x + w], difference[y + h - 1, x : x + w],
                               difference[y : y + h, x], difference[y : y + h, x + w - 1]])  # fmt: skip
        assert edge.max() < 12, f"of 219 levels, at {divmod(int(difference.argmax()), difference.shape[1])}"


@pytest.mark.parametrize("mouth", [Mouth(1.0, -0.3), Mouth(0.3, 1.0), Mouth(0.5, 0.0, smile=1.0)])
def test_an_open_mouth_ends_inside_its_tile(face: DrawnRig, mouth: Mouth) -> None:
    face.posed(Pose())
    rest = face._texture._y.astype(int)
    face.posed(Pose(mouth))
    changed = np.abs(face._texture._y.astype(int) - rest)
    x, y, w, h = face.parts[0].box
    sides = np.concatenate([changed[y : y + h, x], changed[y : y + h, x + w - 1], changed[y, x : x + w]])
    assert changed[y : y + h, x : x + w].max() > 60 and sides.max() < 12
    assert changed[y + h - 1, x : x + w].max() < 12, "the jaw and its shadow too"


def test_eyes_close(face: DrawnRig) -> None:
    where = sheet_box(face, 385, 450, 75, 38)
    opened = luma(face.posed(Pose(eyes=Eyes(0.0))))[where]
    closed = luma(face.posed(Pose(eyes=Eyes(1.0))))[where]
    skin = np.median(closed)
    assert np.percentile(opened, 5) < 60, "a pupil"
    assert (np.abs(closed - skin) < 40).mean() > 0.75 and (closed < 60).mean() > 0.01, "a lid, and its lashes"
    assert closed.max() < skin + 25, "no white of an eye"


def test_lips_close(face: DrawnRig) -> None:
    where = sheet_box(face, 455, 600, 90, 45)
    pressed = luma(face.posed(Pose(Mouth(press=1.0))))[where]
    opened = luma(face.posed(Pose(Mouth(0.6, -0.3))))[where]
    assert opened.max() > 220 > pressed.max(), "teeth, and none through closed lips"


def test_moods_can_be_told_apart(face: DrawnRig) -> None:
    seen = {
        name: luma(face.posed(Pose(Mouth(smile=m.smile), Eyes(m.lid, m.lower), Brows(m.lift, m.tilt)))).astype(
            np.float64
        )
        for name, m in FACES.items()
    }
    pairs = [(a, b) for a in seen for b in seen if a < b]
    assert all(np.abs(seen[a] - seen[b]).max() > 40 for a, b in pairs)


def test_movements_go_where_they_say(face: DrawnRig) -> None:
    """By the centre of what is dark (the hair): right, up, and the lean of the head to the right."""

    def centre(pose: Pose) -> tuple[float, float]:
        picture = face.posed(pose)
        assert picture.alpha is not None
        rows = slice(0, round((500 - 128) * SCALE))
        weight = (picture.alpha[rows].astype(float) / 255) * (235 - luma(picture)[rows]).clip(0)
        y, x = np.mgrid[: weight.shape[0], : weight.shape[1]]
        return float((weight * x).sum() / weight.sum()), float((weight * y).sum() / weight.sum())

    x, y = centre(Pose())
    assert centre(Pose(yaw=1))[0] > x + 1 and centre(Pose(yaw=-1))[0] < x - 1
    assert centre(Pose(pitch=1))[1] < y - 1 and centre(Pose(pitch=-1))[1] > y + 1
    assert centre(Pose(roll=1))[0] > x + 1 and centre(Pose(breath=1))[1] < y - 0.5


def test_colour_never_wraps_at_an_edge(face: DrawnRig) -> None:
    for pose in (Pose(yaw=1, roll=-1, breath=1), Pose(pitch=-1, yaw=-0.7)):
        picture = face.posed(pose)
        assert picture.alpha is not None
        cover = picture.alpha.reshape(picture.u.shape[0], 2, -1, 2).mean((1, 3))
        for plane in (picture.u, picture.v):
            assert (plane <= cover * 200 / 255 + 12).all()


def test_baked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("CACHE_DIRECTORY", str(tmp_path))
    first = DrawnRig(120, 144, 25)
    monkeypatch.setattr(drawn._Painter, "__call__", lambda *_, **__: pytest.fail("baked again"))
    again = DrawnRig(120, 144, 25)
    assert np.array_equal(first.posed(Pose()).y, again.posed(Pose()).y)
    monkeypatch.undo()
    monkeypatch.setenv("CACHE_DIRECTORY", str(tmp_path))
    (kept,) = (tmp_path / "faces").iterdir()
    kept.write_bytes(kept.read_bytes()[:1000])
    with caplog.at_level(logging.WARNING):
        assert np.array_equal(DrawnRig(120, 144, 25).posed(Pose()).y, first.posed(Pose()).y)
    assert "unusable" in caplog.text
    assert kept.stat().st_size > 1000, "and mended"


def test_a_cache_that_cannot_be_written_costs_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CACHE_DIRECTORY", str(tmp_path / "file"))
    made = cache.cached("x", "y", lambda: {"a": np.ones(3, np.uint8)})
    assert made["a"].sum() == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_leaves_no_half_face(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(tmp_path / "disk", "64k"):
        monkeypatch.setenv("CACHE_DIRECTORY", str(tmp_path / "disk"))
        made = cache.cached("x", "y", lambda: {"a": np.ones(200_000, np.uint8)})
        assert made["a"].sum() == 200_000 and list((tmp_path / "disk" / "faces").iterdir()) == []


def test_a_user_without_a_home_gets_a_face_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "folder", lambda: None)
    assert cache.cached("x", "y", lambda: {"a": np.ones(3, np.uint8)})["a"].sum() == 3


def test_an_unknown_look_is_named() -> None:
    with pytest.raises(ValueError, match="woman, man"):
        DrawnRig(120, 144, 25, style="dog")
