"""The photo rig, on the astronaut that scikit-image brings (a real person: for tests only)."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from anchor.face.motion import Brows, Eyes, Mouth, Pose
from anchor.face.photo.field import along, field
from anchor.face.photo.file import from_json, read
from anchor.face.photo.landmarks import BadLandmarks, Landmarks, checked
from anchor.face.photo.points import from_points, template
from anchor.face.photo.rig import PhotoRig, load
from streams.types import Picture
from tests.astronaut import prepared
from tests.landmark_tool import POINTS

pytestmark = pytest.mark.slow

SIZE = (600, 720)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("photo"))


@pytest.fixture(scope="module")
def face(folder: Path) -> PhotoRig:
    torch.set_num_threads(1)
    return PhotoRig(*SIZE, 25, folder=str(folder))


@pytest.fixture(scope="module")
def marks(folder: Path) -> Landmarks:
    return load(folder, *SIZE)[1]


def luma(picture: Picture) -> np.ndarray:
    return picture.y.astype(int)


def at(face: PhotoRig, point: np.ndarray) -> tuple[int, int]:
    """Row and column in the moving part."""
    x, y = np.round(point).astype(int) - face.region
    return int(y), int(x)


def lips(face: PhotoRig, marks: Landmarks, mouth: Mouth) -> np.ndarray:
    """The column through the middle of the mouth, from the nose to the chin."""
    middle = (marks.upper_inner[5] + marks.lower_inner[5]) / 2
    _, column = at(face, middle)
    top, bottom = at(face, marks.nose[4])[0], at(face, marks.oval[18])[0]
    return luma(face.posed(Pose(mouth)))[top:bottom, column - 3 : column + 4].mean(1)


def test_tiles_leave_no_edge(face: PhotoRig) -> None:
    """Around every tile the texture is the photo's own, whatever the face does."""
    face.posed(Pose())
    texture = face._texture
    photo = texture._y.astype(int)  # type: ignore[attr-defined]
    mouth, *upper = face.parts
    for pose, moving in (
        (Pose(Mouth(1.0)), [mouth]),
        (Pose(Mouth(0.3, 1.0, smile=1.0)), [mouth]),
        (Pose(eyes=Eyes(1.0, 1.0)), upper[::2]),
        (Pose(brows=Brows(1.0, 1.0)), upper[1::2]),
    ):
        face.posed(pose)
        changed = np.abs(texture._y.astype(int) - photo)  # type: ignore[attr-defined]
        assert changed.max() > 30
        for part in moving:
            x, y, w, h = part.box
            inner = changed[y + 1 : y + h - 1, x + 1 : x + w - 1].copy()
            changed[y + 1 : y + h - 1, x + 1 : x + w - 1] = 0
            assert inner.max() > 10, part.box
        assert changed.max() <= 3, "at an edge, or outside of what should move"


def test_the_mouth_opens_as_far_as_it_is_told(face: PhotoRig, marks: Landmarks) -> None:
    throat = [int((lips(face, marks, Mouth(opened)) < 60).sum()) for opened in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert throat[0] == 0 and throat == sorted(throat) and throat[4] > throat[2] + 5 > throat[1] + 5


def test_closed_lips_hide_the_teeth_that_the_photo_shows(face: PhotoRig, marks: Landmarks, folder: Path) -> None:
    figure, _ = load(folder, *SIZE)
    x, y = np.round((marks.upper_inner[5] + marks.lower_inner[5]) / 2).astype(int)
    teeth = figure[y - 4 : y + 5, x - 8 : x + 9, :3].astype(float)
    assert np.ptp(teeth.mean((0, 1))) < 30, "white in the photo"
    for mouth in (Mouth(), Mouth(press=1.0)):
        picture = face.posed(Pose(mouth))
        row, column = at(face, np.array([x, y]))
        area = (slice(row // 2 - 2, row // 2 + 3), slice(column // 2 - 4, column // 2 + 5))
        assert picture.v[area].mean() > 136, "lips, which are red"


def test_no_cut_across_the_cheeks(face: PhotoRig, marks: Landmarks) -> None:
    """Beside the corners of the mouth the two halves of the warp meet without a step."""
    for mouth in (Mouth(1.0, -0.5), Mouth(0.6, 1.0), Mouth(0.8, smile=1.0)):
        face.posed(Pose(mouth))
        texture = face._texture._y.astype(int)  # type: ignore[attr-defined]
        width = np.hypot(*(marks.upper_inner[-1] - marks.upper_inner[0]))
        for corner, way in ((marks.upper_inner[0], -1), (marks.upper_inner[-1], 1)):
            row, column = at(face, corner + np.array([way * 0.28 * width, 0]))
            steps = np.abs(np.diff(texture[row - 14 : row + 15, column - 4 : column + 5], axis=0))
            assert steps.max() < 22


def test_eyes_close_and_look_about(face: PhotoRig, marks: Landmarks) -> None:
    for eye in (marks.left, marks.right):
        row, column = at(face, eye.iris)
        reach = round(0.16 * eye.width)
        area = (slice(row - reach // 2, row + reach // 2), slice(column - reach, column + reach))
        opened, closed = (luma(face.posed(Pose(eyes=Eyes(lid))))[area] for lid in (0.0, 1.0))
        assert opened.min() < 50 and closed.mean() > opened.mean() + 40, "a lid where the iris was"

        def iris(gaze: float, row: int = row, column: int = column, reach: int = reach) -> float:
            strip = 255.0 - luma(face.posed(Pose(eyes=Eyes(gaze_x=gaze))))[
                row - 2 : row + 3, column - 2 * reach : column + 2 * reach
            ].mean(0)
            weight = np.clip(strip - np.percentile(strip, 50), 0, None)
            return float((weight * np.arange(len(weight))).sum() / weight.sum())

        assert iris(-1.0) < iris(0.0) - 1 and iris(1.0) > iris(0.0) + 1


def test_brows_lift(face: PhotoRig, marks: Landmarks) -> None:
    for brow in (marks.left.brow, marks.right.brow):
        row, column = at(face, brow[2])

        def height(lift: float, row: int = row, column: int = column) -> float:
            strip = 255.0 - luma(face.posed(Pose(brows=Brows(lift))))[
                row - 14 : row + 12, column - 3 : column + 4
            ].mean(1)
            weight = np.clip(strip - strip.min(), 0, None) ** 2
            return float((weight * np.arange(len(weight))).sum() / weight.sum())

        assert height(1.0) < height(0.0) - 0.5


def test_the_head_moves_and_what_frames_it_stays(face: PhotoRig) -> None:
    rest, turned = (luma(face.posed(pose)) for pose in (Pose(), Pose(yaw=1, pitch=0.6, roll=0.8, breath=1)))
    moved = np.abs(turned - rest)
    assert moved.max() > 60
    edges = np.concatenate([moved[:, 0], moved[:, -1], moved[0], moved[-1]])
    assert edges.max() <= 4


def test_moods_and_visemes_are_all_different(face: PhotoRig) -> None:
    seen = [
        luma(face.posed(Pose(mouth)))
        for mouth in (
            Mouth(),
            Mouth(0.5),
            Mouth(0.5, 1.0),
            Mouth(0.5, -1.0),
            Mouth(smile=1.0),
            Mouth(smile=-0.5),
            Mouth(0.08, tuck=1.0),
        )
    ]
    assert all(np.abs(a - b).max() > 20 for i, a in enumerate(seen) for b in seen[:i])


def test_a_prepared_photo_fits_every_size(folder: Path) -> None:
    for size in ((120, 144), (346, 414), (1036, 1244)):
        rig = PhotoRig(*size, 25, folder=str(folder))
        picture = rig.posed(Pose(Mouth(0.7)))
        assert picture.size[0] <= size[0] and rig.still().size == size


# landmarks

MESH_TO_IBUG = [127, 234, 93, 132, 58, 172, 150, 176, 152, 400, 379, 397, 288, 361, 323, 454, 356, 70, 63, 105, 66, 107, 336, 296, 334,
                293, 300, 168, 6, 195, 4, 98, 97, 2, 326, 327, 33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380, 61, 39, 37, 0,
                267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87]  # fmt: skip


def test_landmarks_survive_the_file(marks: Landmarks, tmp_path: Path) -> None:
    path = tmp_path / "landmarks.json"
    path.write_text(json.dumps(marks.to_json("a test")))
    again = read(path, SIZE)
    assert (
        np.abs(again.upper_inner - marks.upper_inner).max() < 1.5
        and np.abs(again.left.upper - marks.left.upper).max() < 1.5
    )


def test_68_points_describe_the_same_face_as_478() -> None:
    mesh = np.array(json.loads(POINTS.read_text())["points"])
    many, few = from_points(mesh), checked(from_points(mesh[MESH_TO_IBUG]), (512, 512))
    for name in ("upper_inner", "lower_inner", "upper_outer", "lower_outer"):
        curve = getattr(many, name)
        assert np.abs(along(getattr(few, name), curve[:, 0]) - curve[:, 1]).max() < 2, name
    assert np.abs(many.left.iris - few.left.iris).max() < 3 and abs(many.width - few.width) < 8
    assert np.abs(many.oval[18] - few.oval[18]).max() < 8, "the chin"


def test_an_average_face_is_a_face() -> None:
    marks = checked(template((100, 100, 200, 200)), (400, 400))
    assert 150 < marks.width < 210 and marks.height > marks.width
    known = json.loads(POINTS.read_text())["points"]
    chin = template((176, 65, 98, 98)).oval[18]  # the box that the cascade finds
    assert np.hypot(*(chin - known[152])) < 6


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"lips": None}, "lips is missing"),
        ({"oval": [[1, 2]]}, "oval must have at least 8 points"),
        ({"oval": "round"}, "oval must be a list of points"),
        ({"nose": {"tip": 3}}, "nose: bridge must be a point"),
        ({"points": [[1, 2]] * 70}, "68, 468 or 478 were expected, not 70"),
    ],
)
def test_broken_landmarks_are_told_by_name(marks: Landmarks, change: dict[str, object], says: str) -> None:
    with pytest.raises(BadLandmarks, match=says):
        from_json({**marks.to_json("x"), **change}, "landmarks.json")


def test_landmarks_that_cannot_be_a_face(marks: Landmarks) -> None:
    moved = marks.moved(np.array([[1, 0, 400.0], [0, 1, 0]]))
    with pytest.raises(BadLandmarks, match=r"lips: the point .* lies outside of the picture, which is 600x720"):
        checked(moved, SIZE)
    around_nothing = dataclasses.replace(marks, oval=marks.oval * 0 + 5)
    with pytest.raises(BadLandmarks, match="oval must go around eyes, nose and mouth"):
        checked(around_nothing, SIZE)
    low = marks.moved(np.array([[1, 0, 0.0], [0, 1, 719 - marks.lower_outer[:, 1].max()]]))
    with pytest.raises(BadLandmarks, match="the chin lies below the picture"):
        checked(low, SIZE)
    upside_down = marks.moved(np.array([[1, 0, 0.0], [0, -1, 719]]))
    with pytest.raises(BadLandmarks, match="below each other"):
        checked(upside_down, SIZE)
    twice = dataclasses.replace(marks, right=marks.left)
    with pytest.raises(BadLandmarks, match="lie in the same place"):
        checked(twice, SIZE)
    flat = dataclasses.replace(
        marks, left=dataclasses.replace(marks.left, brow=marks.left.brow * 0 + marks.left.brow[2])
    )
    with pytest.raises(BadLandmarks, match="left_eye: lids and brow must go"):
        checked(flat, SIZE)
    turn = np.deg2rad(20)
    centre = marks.oval.mean(0)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    leaning = marks.moved(np.concatenate([matrix, (centre - matrix @ centre)[:, None]], 1))
    with pytest.raises(BadLandmarks, match=r"leans by 2\d degrees"):
        checked(leaning, SIZE)
    mirrored = marks.moved(np.array([[-1, 0, 599.0], [0, 1, 0]]))
    with pytest.raises(BadLandmarks, match="left_eye must be left"):
        checked(mirrored, SIZE)


# fields


def test_a_field_goes_through_its_points_and_fades_between() -> None:
    centres = np.array([[0.0, 0.0], [10, 0], [0, 10], [10, 10], [5, 5]])
    moves = np.array([[0.0, 0], [0, 0], [0, 0], [0, 0], [2, -1]])
    assert np.abs(field(centres, moves, centres) - moves).max() < 0.02
    near = field(centres, moves, np.array([[5.0, 3.0]]))[0]
    assert 0.3 < near[0] < 1.9 and near[1] < -0.1


def test_a_curve_is_smooth_and_level_beyond_its_ends() -> None:
    curve = np.array([[0.0, 0], [1, 1], [2, 0]])
    assert along(curve, np.array([-5.0, 0, 1, 2, 9])).tolist() == [0, 0, 1, 0, 0]
