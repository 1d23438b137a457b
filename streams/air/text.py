"""Words to pictures: caption, AI label, clock, sale banner and recent questions, drawn by Pillow off the tick thread."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from streams.air.canvas import Sprite
from streams.picture import picture_from_rgba

log = logging.getLogger(__name__)

# Debian's fonts-noto-cjk; index 2 of the collection is the Simplified Chinese face
FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 2),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
)

INK, RED, GREY = (24, 28, 40, 255), (225, 29, 72, 255), (140, 146, 158, 255)


Colour = tuple[int, int, int, int]


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
    return sprite(image)


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
    text = plain(text)
    size = -(-short_side * 6 // 100)  # em size; the glyphs of CJK fonts fill about nine tenths of it
    face = font(size)
    pad = size // 2
    image = Image.new("RGBA", (int(face.getlength(text)) + 2 * pad, int(size * 1.5)))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, image.width - 1, image.height - 1), size // 3, fill=(0, 0, 0, 140))
    draw.text((image.width / 2, image.height / 2), text, font=face, fill=(255, 255, 255, 240), anchor="mm")
    return sprite(image)


def clock(time: str, size: int) -> Sprite:
    """``20:31``, in letters of ``size``."""
    return _plate(time, size, (0, 0, 0, 140), (255, 255, 255, 240))


def banner(words: str, width: int, size: int) -> Sprite:
    """A sale's words on red, in one line of at most ``width`` pixels: smaller letters, then fewer of them."""
    words = plain(words)
    whole = words
    while size > 14 and font(size).getlength(words) > width - 2 * size:
        size -= 1
    while len(words) > 1 and font(size).getlength(words) > width - 2 * size:
        words = words[:-2] + "…"
    if words != whole:
        log.warning("banner cut: there is no room for more", extra={"shown": words})
    return _plate(words, size, (225, 29, 72, 235), (255, 255, 255, 255))


def ticker(lines: Sequence[str], width: int, size: int) -> Sprite:
    """Questions of viewers, the newest at the bottom, each on a plate of its own and cut to one line."""
    step = int(size * 1.75)
    image = Image.new("RGBA", (width, step * max(1, len(lines))))
    draw = ImageDraw.Draw(image)
    for i, line in enumerate(map(plain, lines)):
        while len(line) > 1 and font(size).getlength(line) > width - 1.2 * size:
            line = line[:-2] + "…"
        wide = font(size).getlength(line) + 1.2 * size
        draw.rounded_rectangle((0, i * step, wide, i * step + size * 1.5), size * 0.75, fill=(0, 0, 0, 110))
        draw.text((size * 0.6, i * step + size * 0.75), line, font=font(size), fill=(255, 255, 255, 235), anchor="lm")
    return sprite(image)


def plain(words: str) -> str:
    """In one line, without what cannot be printed: the shaper fails at line breaks."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def _plate(words: str, size: int, ground: Colour, ink: Colour) -> Sprite:
    image = Image.new("RGBA", (int(font(size).getlength(words)) + size, int(size * 1.5)))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, image.width - 1, image.height - 1), size // 3, fill=ground)
    draw.text((image.width / 2, image.height / 2), words, font=font(size), fill=ink, anchor="mm")
    return sprite(image)


def sprite(image: Image.Image) -> Sprite:
    return Sprite(picture_from_rgba(np.asarray(image)))
