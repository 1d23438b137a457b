"""anchor prepare: what comes of good photos, and what is said of bad ones."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw
from skimage import data

from anchor.face.photo import FACE, LANDMARKS, MASK, find
from anchor.face.photo.prepare import prepare
from anchor.face.photo.reading import BadPhoto, opened
from anchor.plan.check import beside
from persona.check import open_persona
from persona.problem import BadPersona
from tests.astronaut import astronaut, consent
from tests.landmark_tool import POINTS, installed

pytestmark = pytest.mark.slow

ASTRONAUT = Image.fromarray(data.astronaut())


@pytest.fixture(autouse=True)
def _tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHOR_LANDMARK_PYTHON", str(installed(tmp_path, (0, 0))))
    monkeypatch.setenv("CACHE_DIRECTORY", str(tmp_path / "cache"))


@pytest.fixture
def no_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANCHOR_LANDMARK_PYTHON")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nothing"))


def prepared(photo: Path, out: Path, **how: object) -> list[str]:
    said: list[str] = []
    given = {"box": None, "anew": False, **how}
    if "consent" not in given:
        given["consent"] = consent(out.parent)
    prepare(photo, out, given["consent"], given["box"], given["anew"], said.append)  # type: ignore[arg-type]
    return said


def test_a_folder_with_everything(tmp_path: Path) -> None:
    said = prepared(astronaut(tmp_path / "a.jpg"), tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"face.png", "mask.png", "landmarks.json", "landmarks.png", "sheet.jpg", "consent.yaml"}
    assert any("91 pixels wide and will look soft" in line for line in said)
    assert json.loads((tmp_path / "out" / LANDMARKS).read_text())["source"] == "a test"
    with Image.open(tmp_path / "out" / FACE) as face, Image.open(tmp_path / "out" / MASK) as mask:
        assert face.size == mask.size and abs(face.height / face.width - 1.2) < 0.01
        outline = np.asarray(mask)
        assert outline[0, 0] == 0 and outline[face.height // 2, face.width // 2] == 255
        assert outline[:, 0].max() == 0 and outline[:, -1].max() == 0, "no straight edge at the shoulders"


def test_nothing_of_the_camera_goes_along(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAM"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 5.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = tmp_path / "IMG_SECRET.jpg"
    ASTRONAUT.transpose(Image.Transpose.ROTATE_90).save(photo, exif=exif, icc_profile=profile, comment=b"SECRETCOMMENT")
    prepared(photo, tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        written = path.read_bytes()
        assert not any(word in written for word in (b"SECRET", b"Exif", b"eXIf", b"GPS", b"tEXt", b"iCCP")), path.name
        if path.suffix in (".png", ".jpg"):
            with Image.open(path) as image:
                assert not image.getexif()
    with Image.open(tmp_path / "out" / FACE) as face:
        marks = json.loads((tmp_path / "out" / LANDMARKS).read_text())
        assert face.height > face.width and marks["left_eye"]["iris"][1] < marks["lips"]["upper_inner"][5][1]
    assert photo.exists(), "it is the operator's own file"


def test_a_correction_by_hand_is_kept_until_it_is_started_anew(tmp_path: Path) -> None:
    photo, out = astronaut(tmp_path / "a.png"), tmp_path / "out"
    prepared(photo, out)
    before = (out / "sheet.jpg").read_bytes()
    marks = json.loads((out / LANDMARKS).read_text())
    for curve in marks["lips"].values():
        for point in curve:
            point[1] += 4
    (out / LANDMARKS).write_text(json.dumps(marks))
    said = prepared(photo, out, consent=None)
    assert "is kept" in said[0] and json.loads((out / LANDMARKS).read_text()) == marks
    assert (out / "sheet.jpg").read_bytes() != before
    marks["lips"]["upper_inner"][3] = [-40, 10]
    (out / LANDMARKS).write_text(json.dumps(marks))
    with pytest.raises(BadPhoto, match=r"lips: the point \[-40, 10\] lies outside of the picture"):
        prepared(photo, out)
    (out / LANDMARKS).write_text('{"oval": [')
    with pytest.raises(BadPhoto, match=r"landmarks.json: not JSON"):
        prepared(photo, out)
    prepared(photo, out, anew=True)
    assert json.loads((out / LANDMARKS).read_text())["source"] == "a test"


def test_other_kinds_of_picture(tmp_path: Path) -> None:
    """CMYK, 16 bits, a palette, an alpha channel, greys."""
    rgb = np.asarray(ASTRONAUT).astype(int)
    cmyk, deep, palette, grey = (tmp_path / name for name in ("cmyk.jpg", "deep.png", "palette.png", "grey.png"))
    ASTRONAUT.convert("CMYK").save(cmyk, quality=95)
    Image.fromarray(np.asarray(ASTRONAUT.convert("L")).astype(np.uint16) * 257 // 3).save(tmp_path / "dark.png")
    assert abs(np.asarray(opened(tmp_path / "dark.png")[0]).mean() - np.asarray(ASTRONAUT.convert("L")).mean() / 3) < 2
    Image.fromarray(np.asarray(ASTRONAUT.convert("L")).astype(np.uint16) * 257).save(deep)
    ASTRONAUT.quantize(256).save(palette)
    ASTRONAUT.convert("L").save(grey)
    for path in (cmyk, deep, palette, grey):
        image, outline = opened(path)
        assert image.mode == "RGB" and outline is None
        brightness = np.asarray(image).astype(int).mean(2) - np.asarray(ASTRONAUT.convert("L"))
        assert abs(brightness.mean()) < 8, path.name
    assert np.abs(np.asarray(opened(cmyk)[0]).astype(int) - rgb).mean() < 12
    cut = ASTRONAUT.convert("RGBA")
    hole = Image.new("L", cut.size)
    ImageDraw.Draw(hole).ellipse((100, 0, 350, 500), fill=255)
    cut.putalpha(hole)
    cut.save(tmp_path / "cut.png")
    prepared(tmp_path / "cut.png", tmp_path / "out")
    with Image.open(tmp_path / "out" / MASK) as mask:
        outline = np.asarray(mask)
        assert outline[0, 8] == 0 and outline[outline.shape[0] // 2, outline.shape[1] // 2] == 255


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
def test_a_picture_on_its_side_is_turned(tmp_path: Path, turn: Image.Transpose, no_tool: None) -> None:
    photo = tmp_path / "side.png"
    ASTRONAUT.transpose(turn).save(photo)
    said = prepared(photo, tmp_path / "out")
    assert "was turned" in said[0]
    with Image.open(tmp_path / "out" / FACE) as face:
        assert find.by_cascade(face.convert("RGB")).faces, "upright now"


def test_a_leaning_head_is_turned_upright(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for lean in (-18, 14):
        ASTRONAUT.rotate(-lean, Image.Resampling.BICUBIC, center=(225, 125)).save(tmp_path / "lean.png")
        script = tmp_path / "tool.py"
        script.write_text(LEANING.format(lean=lean, points=POINTS))
        (tmp_path / "landmark-python").write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$@"\n')
        out = tmp_path / f"out{lean}"
        assert any("leans by" in line and "was turned" in line for line in prepared(tmp_path / "lean.png", out))
        marks = json.loads((out / LANDMARKS).read_text())
        rise = np.subtract(marks["right_eye"]["iris"], marks["left_eye"]["iris"])
        assert abs(np.degrees(np.arctan2(rise[1], rise[0]))) < 3
        with Image.open(out / FACE) as face:
            x, y = np.round(marks["left_eye"]["iris"]).astype(int)
            grey = np.asarray(face.convert("L")).astype(int)
        assert grey[y - 1 : y + 2, x - 1 : x + 2].mean() < 90, "the picture was turned as its landmarks were"


LEANING = """
import json, sys
import numpy as np
from PIL import Image
Image.new("L", (512, 512), 255).save(sys.argv[3])
points = np.array(json.load(open("{points}"))["points"]) - (225, 125)
turn = np.deg2rad({lean})
matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
print(json.dumps({{"faces": [(points @ matrix.T + (225, 125)).tolist()], "tool": "leaning"}}))
"""


def test_a_prepared_face_is_not_written_over_by_itself(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    photo = astronaut(out / FACE)
    before = photo.read_bytes()
    with pytest.raises(BadPhoto, match="would be written over"):
        prepared(photo, out)
    assert photo.read_bytes() == before


@pytest.mark.parametrize("size", [(1, 3000), (3000, 1), (1, 1)])
def test_pictures_that_are_hardly_any(tmp_path: Path, size: tuple[int, int], no_tool: None) -> None:
    Image.new("RGB", size).save(tmp_path / "line.png")
    assert "no face was found" in refused(tmp_path / "line.png", tmp_path / "out")


def test_without_the_tool_an_average_face_to_be_corrected(tmp_path: Path, no_tool: None) -> None:
    said = prepared(astronaut(tmp_path / "a.png"), tmp_path / "out")
    assert any("must be corrected by hand" in line for line in said) and any(
        "fades out at its edges" in line for line in said
    )
    marks = json.loads((tmp_path / "out" / LANDMARKS).read_text())
    known = json.loads((Path(__file__).parent / "astronaut.json").read_text())["points"]
    apart = np.subtract(marks["right_eye"]["iris"], marks["left_eye"]["iris"])[0]
    assert abs(apart - (known[473][0] - known[468][0])) < 6, "the box was found where the face is"
    with Image.open(tmp_path / "out" / MASK) as mask:
        outline = np.asarray(mask).astype(int)
    assert outline[0].max() == 0 and outline[:, 0].max() == 0 and outline[-1, outline.shape[1] // 2] == 255


def test_a_box_given_by_hand(tmp_path: Path, no_tool: None) -> None:
    photo = astronaut(tmp_path / "a.png")
    prepared(photo, tmp_path / "out", box=(176, 65, 98, 98))
    assert json.loads((tmp_path / "out" / LANDMARKS).read_text())["source"] == "template"
    with pytest.raises(BadPhoto, match=r"--box 500,65,98,98 does not lie in the picture, which is 512x512"):
        prepared(photo, tmp_path / "other", box=(500, 65, 98, 98))


def refused(photo: Path, out: Path, **how: object) -> str:
    with pytest.raises(BadPhoto) as caught:
        prepared(photo, out, **how)
    assert not out.exists(), "nothing is left of a photo that will not do"
    return str(caught.value)


def test_photos_that_are_none(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "No such file" in refused(tmp_path / "nothing.png", out)
    (tmp_path / "text.png").write_text("not a picture at all")
    assert "not a picture" in refused(tmp_path / "text.png", out)
    whole = astronaut(tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "half.jpg").write_bytes(whole[: len(whole) // 3])
    assert "broken picture" in refused(tmp_path / "half.jpg", out)
    os.mkfifo(tmp_path / "fifo")
    assert "not a file" in refused(tmp_path, out) and "not a file" in refused(tmp_path / "fifo", out)
    Image.new("1", (20_000, 20_000)).save(tmp_path / "huge.png")
    assert "more than 80 million pixels" in refused(tmp_path / "huge.png", out) or "decompression bomb" in refused(
        tmp_path / "huge.png", out
    )
    with (tmp_path / "large.jpg").open("wb") as file:
        file.truncate(65 << 20)
    assert "larger than 64 MiB" in refused(tmp_path / "large.jpg", out)


def test_photos_without_the_one_face_that_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_tool: None
) -> None:
    out = tmp_path / "out"
    Image.fromarray(data.coffee()).save(tmp_path / "coffee.png")
    assert "no face was found" in refused(tmp_path / "coffee.png", out)
    two = Image.new("RGB", (1024, 512))
    two.paste(ASTRONAUT, (0, 0))
    two.paste(ASTRONAUT.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (512, 0))
    two.save(tmp_path / "two.png")
    assert "2 faces were found" in refused(tmp_path / "two.png", out)
    small = ASTRONAUT.resize((256, 256))
    small.save(tmp_path / "small.png")
    assert "too small" in refused(tmp_path / "small.png", out)
    ASTRONAUT.crop((165, 55, 285, 190)).resize((480, 540)).save(tmp_path / "close.png")
    monkeypatch.setenv("ANCHOR_LANDMARK_PYTHON", "")
    assert "fills the whole picture" in refused(tmp_path / "close.png", out, box=(0, 0, 480, 480))


def test_faces_that_cannot_be_animated(tmp_path: Path) -> None:
    out = tmp_path / "out"
    masked = ASTRONAUT.copy()
    ImageDraw.Draw(masked).ellipse((182, 118, 268, 185), fill=(120, 170, 225))
    masked.save(tmp_path / "masked.png")
    assert "mouth seems to be covered" in refused(tmp_path / "masked.png", out)

    points = np.array(json.loads((Path(__file__).parent / "astronaut.json").read_text())["points"])

    def told(changed: np.ndarray) -> str:
        """What is said when the tool finds these points."""
        script = tmp_path / "tool.py"
        script.write_text(
            f"import sys, json\nfrom PIL import Image\nImage.new('L', (512, 512), 255).save(sys.argv[3])\nprint(json.dumps({{'faces': [{changed.tolist()}], 'tool': 't'}}))"
        )
        python = tmp_path / "landmark-python"
        python.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$@"\n')
        return refused(astronaut(tmp_path / "a.png"), out)

    profile = points.copy()
    profile[4] += (24, 0)  # the tip of the nose
    assert "turned to the side" in told(profile)
    closed = points.copy()
    closed[[159, 158, 160, 161, 157]] = closed[[145, 153, 144, 163, 154]] - (0, 0.5)
    assert "an eye is closed" in told(closed)
    shouting = points.copy()
    shouting[[87, 14, 317, 88, 178, 402, 318]] += (0, 24)
    assert "mouth is wide open" in told(shouting)
    assert "cut off" in told(points - (0, 90))


def test_a_face_in_profile_gets_its_own_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_tool: None) -> None:
    """No picture of a profile is at hand: the detector is told to see one."""
    monkeypatch.setattr(find, "_boxes", lambda _, cascade: [(10, 10, 90, 90)] if cascade == "profileface" else [])
    assert "turned to the side" in refused(astronaut(tmp_path / "a.png"), tmp_path / "out")


def test_a_tool_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo, out = astronaut(tmp_path / "a.png"), tmp_path / "out"
    installed(tmp_path, say="no module named mediapipe")
    assert "failed: no module named mediapipe" in refused(photo, out)
    (tmp_path / "landmark-python").write_text("#!/bin/sh\necho hello\n")
    assert "answered something else" in refused(photo, out)
    monkeypatch.setenv("ANCHOR_LANDMARK_PYTHON", str(tmp_path / "nothing"))
    assert "does not run" in refused(photo, out)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"likeness": "false"}, "may not be animated"),
        ({"until": "2026-02-01"}, "A. Tester's consent ended on 2026-02-01"),
        ({"signed": "2199-01-01"}, "has not come yet"),
        ({"person": None}, "person: Field required"),
        ({"extra": "1"}, "extra: Extra inputs"),
        ({"signed": "yesterday"}, "signed: "),
        ({"signed": "2026-02-30"}, "cannot be read"),
        ({"person": "[" * 3000}, "cannot be read"),
        ({"person": "[a, b"}, "cannot be read"),
    ],
)
def test_no_face_without_consent(tmp_path: Path, changes: dict[str, str], says: str) -> None:
    photo = astronaut(tmp_path / "a.png")
    assert says in refused(photo, tmp_path / "out", consent=consent(tmp_path, **changes))


def test_who_forgets_the_consent_is_shown_one(tmp_path: Path) -> None:
    said = refused(astronaut(tmp_path / "a.png"), tmp_path / "out", consent=None)
    assert "no consent at" in said and "likeness: true" in said and "--consent FILE" in said


def test_a_persona_with_a_photo(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "persona"
    shutil.copytree("persona/xiaomei", folder)
    prepared(astronaut(tmp_path / "a.png"), folder / "me", consent=consent(tmp_path))
    text = (folder / "persona.yaml").read_text()
    (folder / "persona.yaml").write_text(text.replace("rig: drawn", "rig: photo, photo: me"))
    persona, _ = open_persona(folder, beside)
    assert persona.look.options == {"photo": "me"}

    def checked() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "anchor", "check", str(folder)], capture_output=True, text=True)

    assert checked().stdout == "ok\n"
    whole = (folder / "me" / FACE).read_bytes()
    (folder / "me" / FACE).write_bytes(whole[: len(whole) // 2])
    assert "me cannot be used: " in checked().stderr
    (folder / "me" / FACE).write_bytes(whole)
    (folder / "me" / MASK).unlink()
    assert "look.photo: mask.png is missing in me: run anchor prepare again" in checked().stderr
    consent(folder / "me", until="2026-02-01").rename(folder / "me" / "consent.yaml")
    with pytest.raises(BadPersona, match="consent ended"):
        open_persona(folder, beside)
    (folder / "persona.yaml").write_text(text.replace("rig: drawn", "rig: photo"))
    with pytest.raises(BadPersona, match="rig: photo needs photo: FOLDER"):
        open_persona(folder, beside)
    (folder / "persona.yaml").write_text(text.replace("rig: drawn", "rig: photo, photo: ../elsewhere"))
    with pytest.raises(BadPersona, match="lies outside of the persona's folder"):
        open_persona(folder, beside)


def test_the_command_tells_and_exits(tmp_path: Path) -> None:
    def anchor(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "anchor", "prepare", *arguments], capture_output=True, text=True)

    photo, given = str(astronaut(tmp_path / "a.png")), str(consent(tmp_path))
    done = anchor(photo, "-o", str(tmp_path / "out"), "--consent", given)
    assert done.returncode == 0 and "sheet.jpg" in done.stderr
    (tmp_path / "out" / FACE).write_text("none")
    broken = anchor(photo, "-o", str(tmp_path / "out"))
    assert broken.returncode == 1 and "--anew starts over" in broken.stderr and "Traceback" not in broken.stderr
    wrong = anchor(photo, "-o", str(tmp_path / "new"), "--box", "1,2,3")
    assert wrong.returncode == 2 and "is not X,Y,WIDTH,HEIGHT" in wrong.stderr
    assert anchor(photo, "-o", photo, "--consent", given).returncode == 1
