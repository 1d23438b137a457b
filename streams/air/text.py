"""Words to pictures: the caption, the product card and the AI label, drawn by Pillow off the tick thread."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from streams.air.canvas import Sprite, picture_from_rgba
from streams.types import Card

# Debian's fonts-noto-cjk; index 2 of the collection is the Simplified Chinese face
FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 2),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
)

_INK, _RED, _GREY = (24, 28, 40, 255), (225, 29, 72, 255), (140, 146, 158, 255)


class MissingFont(Exception):
    """No font that can show Chinese."""


def find_font() -> tuple[str, int]:
    """Path and index of the font: $ANCHOR_FONT, else the first known one that exists. Raises MissingFont."""
    chosen = os.environ.get("ANCHOR_FONT")
    for path, index in ((chosen, 0), *FONTS) if chosen else FONTS:
        if path and Path(path).is_file():
            return path, index
    raise MissingFont("no Chinese font found: apt-get install fonts-noto-cjk, or set ANCHOR_FONT to a font file")


@lru_cache(maxsize=32)
def font(size: int) -> ImageFont.FreeTypeFont:
    path, index = find_font()
    try:
        return ImageFont.truetype(path, size, index=index)
    except OSError as error:
        raise MissingFont(f"{path}: {error}") from error


def caption(text: str, width: int, size: int) -> Sprite:
    """White words with a dark edge, wrapped into at most three centred lines of ``width`` pixels."""
    lines = wrap(text, font(size), width - 2 * size)
    if len(lines) > 3:
        return caption(text, width, max(12, size * 3 // 4)) if size > 16 else _caption(lines[:3], width, size)
    return _caption(lines, width, size)


def _caption(lines: list[str], width: int, size: int) -> Sprite:
    step, edge = int(size * 1.35), max(2, size // 10)
    image = Image.new("RGBA", (width, step * len(lines) + size // 2))
    draw = ImageDraw.Draw(image)
    longest = max(font(size).getlength(line) for line in lines)
    left = (width - longest) / 2 - size * 0.6
    draw.rounded_rectangle((left, 0, width - left, image.height - 1), size // 3, fill=(8, 16, 40, 150))
    for i, line in enumerate(lines):
        draw.text(
            (width / 2, size // 4 + step * (i + 0.5)),
            line,
            font=font(size),
            fill="white",
            anchor="mm",
            stroke_width=edge,
            stroke_fill=(16, 26, 56, 255),
        )
    return _sprite(image)


_MEASURES = "元块折件个只包袋克升瓦米度档年月日号点分秒"
"""what stays on the line of the number before it"""


def wrap(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Lines no wider than ``width``: broken at spaces, between Chinese characters, never before punctuation."""
    lines, line = [], ""
    for word in _words(text):
        if line and face.getlength(line + word.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        while face.getlength(word.rstrip()) > width and len(word) > 1:  # one word wider than the line: by force
            cut = max(1, next(i for i in range(len(word), 0, -1) if i == 1 or face.getlength(word[:i]) <= width))
            lines.append(word[:cut])
            word = word[cut:]
        line += word if line else word.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines or [""]


def _words(text: str) -> list[str]:
    words: list[str] = []
    for char in " ".join(text.split()):
        glue = words and (
            char in "，。！？、；：,.!?;:%）)》”’…~ "
            or (char.isascii() and words[-1][-1].isascii() and words[-1][-1] != " ")
            or words[-1][-1] in "（(《“‘¥$"
            or (char in _MEASURES and words[-1].rstrip()[-1:].isdigit())
        )
        if glue:
            words[-1] += char
        else:
            words.append(char)
    return words


def label(text: str, short_side: int) -> Sprite:
    """The AI label; its letters stand at least 5 % of the picture's short side high (GB 45438-2025)."""
    size = -(-short_side * 6 // 100)  # em size; the glyphs of CJK fonts fill about nine tenths of it
    face = font(size)
    pad = size // 2
    image = Image.new("RGBA", (int(face.getlength(text)) + 2 * pad, int(size * 1.5)))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, image.width - 1, image.height - 1), size // 3, fill=(0, 0, 0, 140))
    draw.text((image.width / 2, image.height / 2), text, font=face, fill=(255, 255, 255, 240), anchor="mm")
    return _sprite(image)


def card(product: Card, width: int) -> Sprite:
    """A product card: image, name, price and was-price, selling points."""
    unit = width / 360
    inner = width - round(48 * unit)
    pad = round(24 * unit)
    name_font, point_font = font(round(25 * unit)), font(round(17 * unit))
    names = wrap(product.name, name_font, inner)[:2]
    picture = _photo(product.image, inner, round(200 * unit)) if product.image else None
    height = pad + (picture.height + pad // 2 if picture else 0)
    height += round(34 * unit) * len(names) + round(70 * unit) + round(27 * unit) * len(product.points[:3]) + pad
    image = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), round(24 * unit), fill=(255, 255, 255, 240))
    top = pad
    if picture:
        image.alpha_composite(picture, (pad, top))
        top += picture.height + pad // 2
    for line in names:
        draw.text((pad, top), line, font=name_font, fill=_INK)
        top += round(34 * unit)
    top += round(52 * unit)
    draw.text((pad, top), "¥", font=font(round(26 * unit)), fill=_RED, anchor="ls")
    left = pad + round(22 * unit)
    draw.text((left, top), product.price, font=font(round(48 * unit)), fill=_RED, anchor="ls")
    left += int(font(round(48 * unit)).getlength(product.price)) + round(14 * unit)
    if product.was:
        was, old = font(round(20 * unit)), f"¥{product.was}"
        draw.text((left, top), old, font=was, fill=_GREY, anchor="ls")
        middle = top - round(8 * unit)
        draw.line((left - 2, middle, left + was.getlength(old) + 2, middle), fill=_GREY, width=max(1, round(2 * unit)))
    top += round(16 * unit)
    for point in product.points[:3]:
        draw.text((pad, top), f"· {point}", font=point_font, fill=(84, 92, 110, 255))
        top += round(27 * unit)
    return _sprite(image)


def _photo(path: str, width: int, height: int) -> Image.Image:
    with Image.open(path) as image:
        photo = image.convert("RGBA")
    scale = max(width / photo.width, height / photo.height)
    photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS)
    left, top = (photo.width - width) // 2, (photo.height - height) // 2
    photo = photo.crop((left, top, left + width, top + height))
    mask = Image.new("L", photo.size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width - 1, height - 1), width // 18, fill=255)
    photo.putalpha(mask)
    return photo


def background(path: str, width: int, height: int) -> Sprite:
    """A picture that covers the whole frame, cropped at its longer side; a soft gradient when ``path`` is empty."""
    if not path:
        ramp = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
        top, bottom = np.array([226, 236, 250], np.float32), np.array([188, 202, 232], np.float32)
        plain = np.broadcast_to(top + (bottom - top) * ramp, (height, width, 3))
        return Sprite(picture_from_rgba(plain.astype(np.uint8)))
    with Image.open(path) as image:
        photo = image.convert("RGB")
    scale = max(width / photo.width, height / photo.height)
    photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS)
    left, top_edge = (photo.width - width) // 2, (photo.height - height) // 2
    return Sprite(picture_from_rgba(np.asarray(photo.crop((left, top_edge, left + width, top_edge + height)))))


def _sprite(image: Image.Image) -> Sprite:
    return Sprite(picture_from_rgba(np.asarray(image)))
