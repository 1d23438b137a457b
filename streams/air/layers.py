"""Where everything stands in the picture, and the sprites of one tick from the bottom up."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass

from PIL import UnidentifiedImageError

from streams.air import text
from streams.air.canvas import Canvas, Placed, Sprite
from streams.types import Card, MediaFormat, Picture

log = logging.getLogger(__name__)

CACHE = 64
FIGURE_ASPECT = 1.2
"""height over width of the figure"""


@dataclass(frozen=True, slots=True)
class Layout:
    """Even pixel boxes for a picture size; ``figure`` is (x, y, width, height), standing on the bottom edge."""

    figure: tuple[int, int, int, int]
    caption_width: int
    caption_size: int
    caption_bottom: int
    card_width: int
    card_right: int
    card_top: int
    margin: int


def layout(width: int, height: int) -> Layout:
    """Portrait: the figure fills the width, card above. Landscape: the figure left of the middle, card to its right."""
    margin = _even(min(width, height) * 0.035)
    if height > width:
        figure_width = _even(width * 0.96)
        card_width, card_top = width * 0.40, height * 0.11
        x = (width - figure_width) / 2
        caption_width, caption_size = width - 2 * margin, width * 0.056
        caption_bottom = height * 0.90
    else:
        figure_width = _even(height * 0.97 / FIGURE_ASPECT)
        card_width, card_top = width * 0.235, height * 0.12
        x = width * 0.40 - figure_width / 2
        caption_width, caption_size = width - 4 * margin, height * 0.056
        caption_bottom = height - margin
    figure_height = _even(figure_width * FIGURE_ASPECT)
    return Layout(
        (_even(x), height - figure_height, figure_width, figure_height),
        _even(caption_width),
        max(12, round(caption_size)),
        _even(caption_bottom),
        _even(card_width),
        width - margin,
        _even(card_top),
        margin,
    )


def _even(value: float) -> int:
    return round(value) // 2 * 2


class Scene:
    """The layers of the show. ``prepare`` draws words on the caller's thread; ``layers`` only looks them up.

    The cache holds 64 sprites; the least used goes first.
    """

    def __init__(self, media: MediaFormat, label: str, background: str = "") -> None:
        self.layout = layout(media.width, media.height)
        self._media = media
        self._background = Placed(text.background(background, media.width, media.height), 0, 0)
        sign = text.label(label, min(media.width, media.height))
        self._label = Placed(sign, self.layout.margin, self.layout.margin)
        self._cache: OrderedDict[str | Card, Placed] = OrderedDict()
        self._lock = threading.Lock()
        self._face_at: tuple[int, int] | None = None
        self._base: list[Placed] = [self._background]
        self._base_changed = True
        self.missed = 0
        """captions or cards that were not prepared in time"""

    def set_rig(self, still: Picture, region: tuple[int, int]) -> None:
        """The part of the figure that never moves, and where the moving region's corner lies in it."""
        x, y = self.layout.figure[:2]
        with self._lock:
            self._base = [self._background, Placed(Sprite(still), x, y)]
            self._face_at = (x + region[0], y + region[1])
            self._base_changed = True

    def prepare(self, caption: str, card: Card | None) -> None:
        """Draw what a sentence will show; raises nothing but MissingFont."""
        if caption and caption not in self._cache:
            sprite = text.caption(caption, self.layout.caption_width, self.layout.caption_size)
            x = _even((self._media.width - sprite.width) / 2)
            self._store(caption, Placed(sprite, x, _even(self.layout.caption_bottom - sprite.height)))
        if card is not None and card not in self._cache:
            try:
                sprite = text.card(card, self.layout.card_width)
            except (OSError, UnidentifiedImageError, ValueError) as error:
                log.warning("product image unusable, card shown without it", extra={"image": card.image, "why": error})
                sprite = text.card(Card(card.name, card.price, card.was, card.points), self.layout.card_width)
            self._store(card, Placed(sprite, _even(self.layout.card_right - sprite.width), self.layout.card_top))

    def _store(self, key: str | Card, placed: Placed) -> None:
        with self._lock:
            self._cache[key] = placed
            while len(self._cache) > CACHE:
                self._cache.popitem(last=False)

    def _find(self, key: str | Card | None) -> Placed | None:
        if not key:
            return None
        with self._lock:
            placed = self._cache.get(key)
            if placed is None:
                self.missed += 1
            else:
                self._cache.move_to_end(key)
        return placed

    def draw(self, canvas: Canvas, face: Sprite | None, caption: str, card: Card | None) -> list[Placed | None]:
        """The layers above the base; renews the canvas' base when the rig has changed."""
        with self._lock:
            changed, self._base_changed = self._base_changed, False
            base, face_at = self._base, self._face_at
        if changed:
            canvas.set_base(base)
        placed_face = Placed(face, *face_at) if face is not None and face_at is not None else None
        return [placed_face, self._find(card), self._find(caption), self._label]
