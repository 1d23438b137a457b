"""``anchor prepare``: makes the photo rig's folder from a photo, or gives the reason why the photo is unsuitable."""

from __future__ import annotations

import datetime
import json
import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, UnidentifiedImageError

from anchor.face.photo import CONSENT, FACE, LANDMARKS, MASK
from anchor.face.photo.file import read
from anchor.face.photo.find import Found, ToolFailed, find, turned_away
from anchor.face.photo.landmarks import BadLandmarks, Landmarks, checked
from anchor.face.photo.points import template
from anchor.face.photo.reading import BadPhoto, opened
from persona.consent import EXAMPLE, BadConsent, read_consent

SHEET, MARKED = "sheet.jpg", "landmarks.png"
"""for the operator to look at: every state of the face, and the landmarks on the photo"""
TALLEST = 1600
"""pixels of a prepared face; a 1080p stream shows 1244"""
ASPECT = 1.2
FACE_SHARE = 0.36
"""of the figure's height that the face takes, from the hairline to the chin"""
FADE = 0.06
"""of the figure's width, in which a picture without an outline of its own fades out"""
LEAN = 3.0
"""degrees from which on a head is turned upright"""
SMALLEST, SHARP = 80, 200
"""pixels across a face"""

Say = Callable[[str], None]


def prepare(photo: Path, out: Path, consent: Path | None, box: tuple[float, ...] | None, anew: bool, say: Say) -> None:
    """Make ``out``, or after an edit of its landmarks only its sheet. Raises BadPhoto."""
    today = datetime.date.today()
    kept = out / CONSENT
    try:
        read_consent(consent or kept, today)
    except BadConsent as error:
        example = (
            "" if consent or kept.exists() else f"\nWrite one like this and give it with --consent FILE:\n{EXAMPLE}"
        )
        raise BadPhoto(f"{error}{example}") from error
    try:
        if (out / LANDMARKS).exists() and not anew:
            say(f"{out / LANDMARKS} exists and is kept, {photo} is not read; --anew starts over")
        else:
            _begin(photo, out, box, say)
        if consent and not (kept.exists() and consent.samefile(kept)):
            shutil.copyfile(consent, kept)
        _approve(out, say)
    except OSError as error:
        raise BadPhoto(f"{error.filename or out}: {error.strerror or error}") from error


def _begin(photo: Path, out: Path, box: tuple[float, ...] | None, say: Say) -> None:
    if photo.resolve().parent == out.resolve() and photo.name in (FACE, MASK, MARKED, SHEET):
        raise BadPhoto(f"{photo}: this would be written over; give the photo that it was made of, or a copy")
    image, outline = opened(photo)
    image, outline, found = _found(image, outline, box, say)
    image, outline, found = _level(image, outline, found, say)
    marks = _only(found, image)
    _judge(marks, image, found, say)
    cut = _crop(marks, image.size)
    x, y, w, h = cut
    scale = min(1.0, TALLEST / h)
    # even, and of the figure's aspect to the pixel
    width = round(w * scale / 2) * 2
    size = width, round(width * ASPECT / 2) * 2
    face = image.crop((x, y, x + w, y + h)).resize(size, Image.Resampling.LANCZOS)
    marks = marks.moved(np.array([[size[0] / w, 0, -x * size[0] / w], [0, size[1] / h, -y * size[1] / h]]))
    if outline is None and found.mask is not None:
        outline = Image.fromarray(found.mask)
    mask = _mask(outline.crop((x, y, x + w, y + h)).resize(size, Image.Resampling.BICUBIC) if outline else None, size)
    out.mkdir(parents=True, exist_ok=True)
    # from bare pixels: nothing that a camera wrote beside them goes along
    Image.fromarray(np.asarray(face)).save(out / FACE)
    Image.fromarray(np.asarray(mask)).save(out / MASK)
    text = json.dumps(marks.to_json(found.source), indent=1, ensure_ascii=False)
    part = out / f"{LANDMARKS}.new"
    part.write_text(text + "\n", encoding="utf-8")
    os.replace(part, out / LANDMARKS)
    say(
        f"face {marks.width:.0f} pixels wide, landmarks by {found.source}"
        + ("" if outline else "; no outline of the person: the picture fades out at its edges")
    )


def _approve(out: Path, say: Say) -> None:
    """The sheets to look at. Raises BadPhoto when the landmarks cannot be used."""
    from anchor.face.photo.rig import PhotoRig
    from anchor.face.sheet import sheet

    try:
        with Image.open(out / FACE) as image:
            face = image.convert("RGB")
        marks = read(out / LANDMARKS, face.size)
        rig = PhotoRig(600, 720, 25, folder=str(out))
    except BadLandmarks as error:
        raise BadPhoto(str(error)) from error
    except UnidentifiedImageError as error:
        raise BadPhoto(f"{error}; --anew starts over") from error
    _marked(face, marks).save(out / MARKED)
    sheet(rig, (600, 720)).save(out / SHEET, quality=88)
    say(f"look at {out / MARKED} and {out / SHEET}; where a line is off, edit {out / LANDMARKS} and run this again")


def _found(
    image: Image.Image, outline: Image.Image | None, box: tuple[float, ...] | None, say: Say
) -> tuple[Image.Image, Image.Image | None, Found]:
    """The faces, the picture turned if they lie on their side."""
    if box is not None:
        x, y, w, h = box
        if w <= 0 or h <= 0 or x < 0 or y < 0 or x + w > image.width or y + h > image.height:
            raise BadPhoto(
                f"--box {x:g},{y:g},{w:g},{h:g} does not lie in the picture, which is {image.width}x{image.height}"
            )
        return image, outline, Found([template((x, y, w, h))], None, "template")
    try:
        found = find(image)
        if found.faces:
            return image, outline, found
        for turn, name in (
            (Image.Transpose.ROTATE_270, "90° clockwise"),
            (Image.Transpose.ROTATE_90, "90° counter-clockwise"),
            (Image.Transpose.ROTATE_180, "upside down"),
        ):
            turned = image.transpose(turn)
            found = find(turned)
            if found.faces:
                say(f"the face lies on its side: the picture was turned {name}")
                return turned, outline.transpose(turn) if outline else None, found
    except ToolFailed as error:
        raise BadPhoto(str(error)) from error
    if turned_away(image):
        raise BadPhoto("the face is turned to the side: take a photo from the front")
    raise BadPhoto(
        "no face was found: take a photo from the front in even light, or give --box X,Y,WIDTH,HEIGHT around the face, from the middle of the forehead to just above the chin"
    )


def _level(
    image: Image.Image, outline: Image.Image | None, found: Found, say: Say
) -> tuple[Image.Image, Image.Image | None, Found]:
    """The picture turned until the eyes of its one face are level."""
    if len(found.faces) != 1 or not abs(lean := math.degrees(math.atan2(*found.faces[0].across[::-1]))) >= LEAN:
        return image, outline, found
    marks = found.faces[0]
    x, y = marks.oval.mean(0)
    turn = cv2.getRotationMatrix2D((float(x), float(y)), lean, 1.0)

    def turned(picture: Image.Image, border: int) -> Image.Image:
        return Image.fromarray(
            cv2.warpAffine(np.asarray(picture), turn, picture.size, flags=cv2.INTER_CUBIC, borderMode=border)
        )

    say(f"the head leans by {abs(lean):.0f} degrees: the picture was turned")
    mask = np.asarray(turned(Image.fromarray(found.mask), cv2.BORDER_REPLICATE)) if found.mask is not None else None
    around = turned(outline, cv2.BORDER_CONSTANT) if outline is not None else None
    return turned(image, cv2.BORDER_REPLICATE), around, Found([marks.moved(turn)], mask, found.source)


def _only(found: Found, image: Image.Image) -> Landmarks:
    if len(found.faces) > 1:
        raise BadPhoto(f"{len(found.faces)} faces were found: crop the picture to one")
    try:
        return checked(found.faces[0], image.size)
    except BadLandmarks as error:
        raise BadPhoto(f"the face is cut off, or leans too far: {error}") from error


def _judge(marks: Landmarks, image: Image.Image, found: Found, say: Say) -> None:
    """Raises BadPhoto for a face that cannot be animated; warns of one that will not look well."""
    if marks.width < SMALLEST:
        raise BadPhoto(
            f"the face is too small: {marks.width:.0f} pixels wide, at least {SMALLEST} are needed and {SHARP} look sharp"
        )
    if marks.width < SHARP:
        say(f"the face is only {marks.width:.0f} pixels wide and will look soft; {SHARP} or more look sharp")
    if found.source == "template":
        say(
            "no landmark tool: the features are an average face's, so their places must be corrected by hand (docs/photo.md)"
        )
        return
    eyes = (marks.left.centre + marks.right.centre) / 2
    apart = math.dist(marks.left.centre, marks.right.centre)
    if abs((marks.nose[1] - eyes) @ marks.across) > 0.30 * apart:
        raise BadPhoto("the face is turned to the side: take a photo from the front")
    for eye in (marks.left, marks.right):
        if float(np.hypot(*(eye.lower - eye.upper).T).max()) < 0.12 * eye.width:
            raise BadPhoto("an eye is closed: take a photo with open eyes")
    if float(np.hypot(*(marks.lower_inner - marks.upper_inner).T).max()) > 0.45 * math.dist(
        marks.upper_inner[0], marks.upper_inner[-1]
    ):
        raise BadPhoto("the mouth is wide open: take a photo with closed lips or a smile")
    if covered(marks, image):
        raise BadPhoto(
            "the mouth seems to be covered: what is around it has another colour than the skin under the eyes"
        )


def covered(marks: Landmarks, image: Image.Image) -> bool:
    """Whether the skin around the mouth has another colour than that under the eyes, as under a mask."""
    lab = np.asarray(image.convert("RGB").convert("LAB")).astype(np.float64)
    down = marks.down * marks.height
    centre = (marks.lower_outer[5] + marks.upper_outer[5]) / 2
    chin = [centre + t * down for t in (0.13, 0.16)] + [marks.upper_outer[i] - 0.02 * down for i in (2, 8)]
    bare = [eye.centre + 0.13 * down for eye in (marks.left, marks.right)] + [marks.nose[0]]

    def colour(
        spots: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]],
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        reach = max(1, round(0.02 * marks.width))
        patches = []
        for x, y in np.round(spots).astype(int):
            patches.append(lab[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1].reshape(-1, 3))
        found: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.median(np.concatenate(patches), 0)
        return found

    # Pillow's a and b are signed bytes stored around 0: bring them around 128
    difference = ((colour(chin) - colour(bare))[1:] + 128) % 256 - 128
    return float(np.hypot(*difference)) > 22


def _crop(marks: Landmarks, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """x, y, width, height of the figure in the photo: the face in its upper middle, as large as the photo allows."""
    top, bottom = marks.oval[:, 1].min(), marks.oval[:, 1].max()
    left, right = marks.oval[:, 0].min(), marks.oval[:, 0].max()
    height = min((bottom - top) / FACE_SHARE, size[1], size[0] * ASPECT)
    width = height / ASPECT
    if width < 1.02 * (right - left) or height < 1.1 * (bottom - top):
        raise BadPhoto("the face fills the whole picture: take one with the hair and the shoulders on it")
    x = min(max(0.0, (left + right) / 2 - width / 2), size[0] - width)
    y = min(max(0.0, (top + bottom) / 2 - 0.42 * height), size[1] - height)
    return int(x), int(y), int(width), int(height)


def _mask(outline: Image.Image | None, size: tuple[int, int]) -> Image.Image:
    """Where nothing is known, all of it; soft at both sides and, for a whole picture, at the top: no straight edge shows."""
    width, height = size
    from_side = np.minimum(np.arange(width), np.arange(width)[::-1]) / (FADE * width)
    fade = np.broadcast_to(np.clip(from_side, 0, 1), (height, width)).copy()
    if outline is None:
        fade *= np.clip(np.arange(height) / (FADE * width), 0, 1)[:, None]
    fade = fade * fade * (3 - 2 * fade)
    known = np.asarray(outline, np.float64) if outline is not None else 255.0
    return Image.fromarray((fade * known + 0.5).astype(np.uint8))


def _marked(face: Image.Image, marks: Landmarks) -> Image.Image:
    scale = max(1, round(1200 / face.height))
    image = face.resize((face.width * scale, face.height * scale), Image.Resampling.LANCZOS)
    pen = ImageDraw.Draw(image)
    groups = {
        (255, 255, 0): [marks.oval],
        (255, 60, 60): [marks.upper_outer, marks.lower_outer],
        (255, 160, 220): [marks.upper_inner, marks.lower_inner],
        (60, 255, 120): [marks.left.upper, marks.left.lower, marks.right.upper, marks.right.lower],
        (90, 190, 255): [marks.left.brow, marks.right.brow, marks.nose, marks.left.iris[None], marks.right.iris[None]],
    }
    for colour, curves in groups.items():
        for curve in curves:
            spots = [tuple(p) for p in (curve + 0.5) * scale]
            if len(spots) > 5:
                pen.line(spots, fill=colour, width=max(1, scale // 2))
            for x, y in spots:
                pen.ellipse((x - scale, y - scale, x + scale, y + scale), fill=colour)
    return image
