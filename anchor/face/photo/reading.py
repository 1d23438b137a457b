"""A photo as a camera or a program left it, to an upright picture in sRGB."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

BYTES_LIMIT, PIXELS_LIMIT = 64 << 20, 80_000_000


class BadPhoto(Exception):
    """Why this photo will not do, or what is missing; a line for the operator."""


def opened(path: Path) -> tuple[Image.Image, Image.Image | None]:
    """The photo upright, in sRGB, and its outline where it is partly transparent. Raises BadPhoto."""
    try:
        if path.exists() and not path.is_file():
            raise BadPhoto(f"{path}: not a file")
        if path.stat().st_size > BYTES_LIMIT:
            raise BadPhoto(f"{path}: larger than {BYTES_LIMIT >> 20} MiB; save it smaller")
        with Image.open(path) as image:
            if image.width * image.height > PIXELS_LIMIT:
                raise BadPhoto(
                    f"{path}: {image.width}x{image.height} are more than {PIXELS_LIMIT // 10**6} million pixels; save it smaller"
                )
            image.load()
            upright = ImageOps.exif_transpose(image)
    except UnidentifiedImageError as error:
        raise BadPhoto(f"{path}: not a picture that can be read; save it as JPEG or PNG") from error
    except OSError as error:
        raise BadPhoto(f"{path}: {error.strerror or f'a broken picture: {error}'}") from error
    except (ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadPhoto(f"{path}: a broken picture: {error}") from error
    outline = upright.convert("RGBA").getchannel("A") if upright.has_transparency_data else None
    if outline is not None and outline.getextrema()[0] == 255:
        outline = None
    return _srgb(upright), outline


def _srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits
        image = Image.fromarray(np.clip(np.asarray(image, np.float64) / 257 + 0.5, 0, 255).astype(np.uint8))
    if image.mode == "RGBA":
        image = image.convert("RGB")
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if turned is not None:
                return turned
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile: the plain conversion is what there is
    return image.convert("RGB")
