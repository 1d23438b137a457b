"""The product card: image, name, prices, selling points, a place for the countdown, and a code to scan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageOps

from streams.air.canvas import Sprite
from streams.air.text import GREY, INK, RED, font, plain, sprite, wrap
from streams.types import Card

WORDS = {"zh": ("距结束", "扫码下单", "天"), "en": ("Ends in", "Scan to order", "d")}
_ROSE = (255, 241, 242, 255)
_POINT = (84, 92, 110, 255)


@dataclass(frozen=True, slots=True)
class CardPicture:
    sprite: Sprite
    countdown: tuple[int, int, int, int] | None
    """x, y, width and height in it, even, where the time that is left goes; None without an end"""


def card(product: Card, width: int, language: str = "zh", code: bool = True) -> CardPicture:
    """With the ``code`` of its link, or without. Raises OSError or ValueError for an image that cannot be read, and for a
    link too long for a code."""
    unit = width / 360
    pad = round(24 * unit)
    inner = width - 2 * pad
    ends, scan, _ = WORDS[language]
    rows = [_photo(product.image, inner, round(200 * unit)), _space(pad // 2)] if product.image else []
    rows += [_words(line, inner, 25, unit, INK) for line in wrap(product.name, font(round(25 * unit)), inner)[:2]]
    rows.append(_prices(product, inner, unit))
    rows += [_words(f"· {point}", inner, 17, unit, _POINT) for point in product.points[:3]]
    before_end = pad + sum(row.height for row in rows) + round(10 * unit)
    if product.until:
        rows += [_space(round(10 * unit)), _strip(ends, inner, unit)]
    if product.link and code:
        rows += [_space(round(12 * unit)), _code(product.link, scan, inner, unit)]
    image = Image.new("RGBA", (width, 2 * pad + sum(row.height for row in rows)))
    ImageDraw.Draw(image).rounded_rectangle((0, 0, width - 1, image.height - 1), pad, fill=(255, 255, 255, 240))
    top = pad
    for row in rows:
        image.alpha_composite(row, (pad, top))
        top += row.height
    left = pad + int(font(round(16 * unit)).getlength(ends)) + round(24 * unit)
    place = (left, before_end, width - pad - left - round(8 * unit), round(48 * unit))
    return CardPicture(sprite(image), tuple(v // 2 * 2 for v in place) if product.until else None)  # type: ignore[arg-type]


def code_plate(product: Card, width: int, language: str = "zh") -> Sprite:
    """The code of its link on a plate of its own, as large as on a card of ``width``; raises ValueError as there."""
    unit = width / 360
    pad = round(14 * unit)
    row = _code(product.link, WORDS[language][1], round(300 * unit), unit)
    image = Image.new("RGBA", (row.width + 2 * pad, row.height + 2 * pad))
    ImageDraw.Draw(image).rounded_rectangle((0, 0, image.width - 1, image.height - 1), pad, fill=(255, 255, 255, 240))
    image.alpha_composite(row, (pad, pad))
    return sprite(image)


def countdown(seconds: int, size: tuple[int, int], language: str = "zh") -> Sprite:
    """Days, hours, minutes and seconds that are left, for the place that a card keeps; nothing once it is over."""
    width, height = size
    image = Image.new("RGBA", size)
    if seconds > 0:
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 0, width - 1, height - 1), fill=_ROSE)
        hours, minutes = divmod(seconds // 60, 60)
        days, hours = divmod(hours, 24)
        words = f"{days} {WORDS[language][2]} " if days else ""
        words += f"{hours:02}:{minutes:02}:{seconds % 60:02}"
        letters = round(height * 0.46)
        while letters > 10 and font(letters).getlength(words) > width:
            letters -= 1
        draw.text((width, height / 2), words, font=font(letters), fill=RED, anchor="rm")
    return sprite(image)


def _space(height: int) -> Image.Image:
    return Image.new("RGBA", (1, height))


def _words(line: str, width: int, size: int, unit: float, ink: tuple[int, int, int, int]) -> Image.Image:
    row = Image.new("RGBA", (width, round((size * 1.2 + 5) * unit)))
    ImageDraw.Draw(row).text((0, 0), plain(line), font=font(round(size * unit)), fill=ink)
    return row


def _prices(product: Card, width: int, unit: float) -> Image.Image:
    row = Image.new("RGBA", (width, round(70 * unit)))
    draw = ImageDraw.Draw(row)
    line, large, small = round(52 * unit), font(round(48 * unit)), font(round(20 * unit))
    sign = font(round(26 * unit))
    draw.text((0, line), product.sign, font=sign, fill=RED, anchor="ls")
    left = int(sign.getlength(product.sign)) + round(6 * unit)
    draw.text((left, line), product.price, font=large, fill=RED, anchor="ls")
    left += int(large.getlength(product.price)) + round(6 * unit)
    if product.more:
        draw.text((left, line), product.more, font=small, fill=RED, anchor="ls")
        left += int(small.getlength(product.more)) + round(6 * unit)
    if product.was:
        left += round(8 * unit)
        old, middle = f"{product.sign}{product.was}", line - round(8 * unit)
        draw.text((left, line), old, font=small, fill=GREY, anchor="ls")
        draw.line((left - 2, middle, left + small.getlength(old) + 2, middle), fill=GREY, width=max(1, round(2 * unit)))
    return row


def _strip(words: str, width: int, unit: float) -> Image.Image:
    row = Image.new("RGBA", (width, round(50 * unit)))
    draw = ImageDraw.Draw(row)
    draw.rounded_rectangle((0, 0, width - 1, row.height - 1), round(12 * unit), fill=_ROSE)
    draw.text((12 * unit, row.height / 2), words, font=font(round(16 * unit)), fill=RED, anchor="lm")
    return row


def _code(link: str, words: str, width: int, unit: float) -> Image.Image:
    """The code with its words beside it. Modules are whole pixels: anything else is hard to read for a phone."""
    try:
        matrix = np.array(list(segno.make(link, error="m", micro=False).matrix_iter(border=2)), np.uint8)
    except segno.DataOverflowError as error:
        raise ValueError(f"a link of {len(link)} characters is too long for a code") from error
    module = max(2, round(132 * unit / len(matrix)))
    if module * len(matrix) > width:
        raise ValueError(f"a link of {len(link)} characters makes a code that does not fit at this size")
    code = Image.fromarray(np.where(matrix, 0, 255).astype(np.uint8).repeat(module, 0).repeat(module, 1)).convert(
        "RGBA"
    )
    row = Image.new("RGBA", (width, code.height))
    row.paste(code, (0, 0))
    draw = ImageDraw.Draw(row)
    left = code.width + round(14 * unit)
    lines = wrap(words, font(round(17 * unit)), width - left) if width - left > 40 * unit else []
    for i, line in enumerate(lines):
        middle = row.height / 2 + (i - (len(lines) - 1) / 2) * 24 * unit
        draw.text((left, middle), line, font=font(round(17 * unit)), fill=_POINT, anchor="lm")
    return row


def _photo(path: str, width: int, height: int) -> Image.Image:
    with Image.open(path) as image:
        photo = image.convert("RGBA")
    photo = ImageOps.fit(photo, (width, height), Image.Resampling.LANCZOS)
    mask = Image.new("L", photo.size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width - 1, height - 1), width // 18, fill=255)
    photo.putalpha(mask)
    return photo
