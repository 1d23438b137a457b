"""A photo that is animated: settings only, the rig itself is :mod:`anchor.face.photo.rig`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from anchor import registry
from anchor.face.photo import CONSENT, FACE, LANDMARKS, MASK
from anchor.ports import FaceContext, FaceEngine, Finding
from persona.values import Json, Part, at_most


class PhotoConfig(Part):
    """`rig: photo`"""

    photo: Annotated[str, at_most(300)] = ""
    """a folder that `anchor prepare` made, in the persona's, see [photo.md](photo.md)"""
    mouth: Annotated[str, at_most(100)] = ""
    """a model that draws the mouth, if one is installed; empty: the photo is warped"""
    mouth_options: Json = Field({})
    """what that model takes"""

    @model_validator(mode="after")
    def _whole(self) -> PhotoConfig:
        if not self.photo:
            raise ValueError("rig: photo needs photo: FOLDER, which anchor prepare makes")
        if self.mouth_options and not self.mouth:
            raise ValueError("mouth_options is for a mouth")
        return self


class Photo:
    """face/photo"""

    Config = PhotoConfig

    @staticmethod
    def check(config: PhotoConfig, folder: Path) -> Iterator[Finding]:
        """A face needs its person's consent, today; its files must be there and whole; a mouth must be known."""
        from persona.consent import read_consent

        if config.mouth:
            yield from _mouth(config, folder)
        try:
            photo = _inside(config.photo, folder)
            read_consent(photo / CONSENT, datetime.date.today())
        except ValueError as error:
            yield ("photo",), str(error)
        else:
            yield from _pictures(config.photo, photo)

    @staticmethod
    def files(config: PhotoConfig, folder: Path) -> Iterator[Path]:
        yield folder / config.photo
        if config.mouth:
            yield from registry.files("mouth", config.mouth, config.mouth_options, folder)

    @staticmethod
    def make(config: PhotoConfig, context: FaceContext) -> FaceEngine:
        from anchor.face.photo.rig import PhotoRig

        return PhotoRig(
            context.width, context.height, context.fps, folder=str(context.folder / config.photo), mouth=config.mouth,
            mouth_options=config.mouth_options, rate=context.rate,
        )  # fmt: skip


def _mouth(config: PhotoConfig, folder: Path) -> Iterator[Finding]:
    try:
        for place, message in registry.findings("mouth", config.mouth, config.mouth_options, folder):
            yield ("mouth_options", *place), message
    except registry.UnknownPart as error:
        yield ("mouth",), str(error)


def _inside(name: str, folder: Path) -> Path:
    """The photo's folder; raises ValueError for one outside of the persona's, or none at all."""
    try:
        place = (folder / name).resolve()
        there = place.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        raise ValueError(f"not a name that a folder can have: {error}") from error
    if not place.is_relative_to(folder.resolve()):
        raise ValueError(f"{name} lies outside of the persona's folder")
    if not there:
        raise ValueError(f"no folder {name}; anchor prepare PHOTO -o {folder / name} makes one")
    return place


def _pictures(name: str, folder: Path) -> Iterator[Finding]:
    """Files of a prepared photo that are not there or not what they should be."""
    from PIL import Image

    from anchor.face.photo.file import read
    from anchor.face.photo.landmarks import BadLandmarks

    broken: tuple[Any, ...] = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)
    try:
        with Image.open(folder / FACE) as image:
            image.load()
            size = image.size
        with Image.open(folder / MASK) as mask:
            mask.load()
        read(folder / LANDMARKS, size)
    except BadLandmarks as error:
        yield ("photo",), f"{name}: {error}"
    except FileNotFoundError as error:
        yield ("photo",), f"{Path(error.filename).name} is missing in {name}: run anchor prepare again"
    except broken as error:
        yield ("photo",), f"{name} cannot be used: {error}"
