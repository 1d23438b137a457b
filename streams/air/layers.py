"""Where everything stands in the picture, and the sprites of one tick from the bottom up."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from PIL import Image

from streams.air import text
from streams.air.backdrop import BadFilm, Film, backdrop, is_film
from streams.air.canvas import Base, Canvas, Placed, Sprite
from streams.air.card import CardPicture, code_plate
from streams.air.card import card as drawn_card
from streams.air.timepieces import Timepieces
from streams.types import Card, MediaFormat, Picture

log = logging.getLogger(__name__)

CACHE = 64
FIGURE_ASPECT = 1.2
"""height over width of the figure"""
TICKER_LINES = 4
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class SceneConfig:
    """What is shown beside the figure and the words of the moment. Empty: nothing."""

    label: str
    background: str = ""
    """a colour as #rrggbb, or the path of a picture or a film; empty for a soft gradient"""
    clock: str = ""
    """the time zone of the clock"""
    banner: str = ""
    language: str = "zh"
    background_version: str = ""
    """of the file behind ``background``, which may change under its name"""


@dataclass(frozen=True, slots=True)
class Layout:
    """Even pixel boxes for a picture size; ``figure`` is (x, y, width, height), standing on the bottom edge."""

    figure: tuple[int, int, int, int]
    caption_middle: int
    caption_width: int
    caption_size: int
    caption_bottom: int
    card_width: int
    card_right: int
    card_top: int
    code_top: int | None
    """in the left column; None where the card has room for the code"""
    banner_left: int
    banner_right: int
    banner_middle: int
    ticker_width: int
    ticker_top: int
    small: int
    """size of the letters of clock, banner and ticker"""
    margin: int


def layout(width: int, height: int) -> Layout:
    """Portrait: the figure fills the width, banner, card and questions above it. Landscape: the figure left of the
    middle, the card to its right, questions to its left, the banner between label and clock."""
    short = min(width, height)
    margin, label_height = _even(short * 0.035), 0.09 * short
    if height > width:
        figure_width = _even(width * 0.96)
        card_width, card_top = width * 0.40, height * 0.125
        x = (width - figure_width) / 2
        caption_middle, caption_size = width * 0.5, width * 0.056
        caption_width = float(width - 2 * margin)
        caption_bottom = height * 0.90
        banner = (float(margin), float(width - margin))
        banner_middle = (margin + label_height + card_top) / 2
        ticker_width, ticker_top = width * 0.50, card_top
        code_top: int | None = _even(card_top + TICKER_LINES * 0.062 * short + margin)
    else:
        figure_width = _even(height * 0.97 / FIGURE_ASPECT)
        card_width, card_top = width * 0.235, height * 0.15
        x = width * 0.40 - figure_width / 2
        # under the figure, clear of the card
        caption_middle, caption_size = width * 0.40, height * 0.056
        caption_width = 2 * (width - card_width - 2 * margin - caption_middle)
        caption_bottom = height - margin
        # a label of the greatest length that is allowed ends before it, and a clock begins behind it
        banner, banner_middle = (margin + 0.93 * height, width - margin - 0.24 * height), margin + label_height / 2
        if banner[1] - banner[0] < 0.25 * width:  # a picture that is hardly wider than high: below them
            banner, banner_middle = (float(margin), float(width - margin)), margin + label_height + 0.045 * height
            card_top = banner_middle + 0.05 * height
        ticker_width, ticker_top = width * 0.22, card_top
        code_top = None
    figure_height = _even(figure_width * FIGURE_ASPECT)
    return Layout(
        figure=(_even(x), height - figure_height, figure_width, figure_height),
        caption_middle=_even(caption_middle),
        caption_width=_even(caption_width),
        caption_size=max(12, round(caption_size)),
        caption_bottom=_even(caption_bottom),
        card_width=_even(card_width),
        card_right=width - margin,
        card_top=_even(card_top),
        code_top=code_top,
        banner_left=_even(banner[0]),
        banner_right=_even(banner[1]),
        banner_middle=_even(banner_middle),
        ticker_width=_even(ticker_width),
        ticker_top=_even(ticker_top),
        small=max(10, round(short * 0.034)),
        margin=margin,
    )


def _even(value: float) -> int:
    return round(value) // 2 * 2


@dataclass(frozen=True, slots=True)
class _PlacedCard:
    placed: Placed
    until: float
    countdown: tuple[int, int, int, int] | None
    """x, y, width, height in the picture"""
    code: Placed | None
    """where it does not stand on the card itself"""


class Scene:
    """The layers of the show. ``prepare`` and ``tell`` draw words on the caller's thread; ``draw`` only looks them up,
    once ``start`` was called. Before, as for a file made off line, it draws what is missing itself.

    The cache holds 64 captions and as many cards; the least used goes first.
    """

    def __init__(self, media: MediaFormat, look: SceneConfig) -> None:
        """Raises MissingFont, and what Timepieces does. A background that cannot be read costs the background only."""
        self.layout = at = layout(media.width, media.height)
        self._media, self._look = media, look
        self._background = Placed(self._made_background(), 0, 0)
        self._film = Film(look.background, media) if is_film(look.background) else None
        label = text.label(look.label, min(media.width, media.height))
        self._label = Placed(label, at.margin, at.margin)
        self._banner = self._made_banner(look.banner, label) if look.banner else None
        self._timepieces = Timepieces(look.clock, round(at.small * 1.2), look.language)
        self._captions: OrderedDict[str, Placed] = OrderedDict()
        self._cards: OrderedDict[Card, _PlacedCard] = OrderedDict()
        self._ticker: Placed | None = None
        self._lock = threading.Lock()
        self._face_at: tuple[int, int] | None = None
        self._rig: tuple[Picture, tuple[int, int]] | None = None
        self._questions: Sequence[str] = ()
        self._live = False
        self._base: Base | None = Base(media.width, media.height, [self._background])
        """to be shown from the next tick on"""
        self.missed = 0
        """captions or cards that were not prepared in time"""

    def _made_background(self) -> Sprite:
        width, height = self._media.width, self._media.height
        try:
            return backdrop(self._look.background, width, height)
        except (OSError, ValueError, SyntaxError, BadFilm, Image.DecompressionBombError) as error:
            # checked before the show, and broken since: air may be starting again, in the middle of it
            log.error("background unusable, a plain one instead", extra={"file": self._look.background, "why": error})
            return backdrop("", width, height)

    def start(self) -> None:
        """Go live: what changes with time is drawn by threads from now on."""
        self._live = True
        self._timepieces.start()
        if self._film is not None:
            self._film.start()

    def close(self) -> None:
        self._timepieces.close()
        if self._film is not None:
            self._film.close()

    def restyled(self, look: SceneConfig) -> Scene:
        """The same scene in another look, with all that is shown now, and live if this one is."""
        new = Scene(self._media, look)
        with self._lock:
            if look.language == self._look.language:
                new._cards = self._cards.copy()
            new._captions = self._captions.copy()
            rig = self._rig
        if rig is not None:
            new.set_rig(*rig)
        new.tell(self._questions)
        if self._live:
            new.start()
        return new

    def catch_up(self, old: Scene) -> None:
        """Take what came to the old scene while this one was made, and is on air now."""
        if old._rig is not None and old._rig is not self._rig:
            self.set_rig(*old._rig)
        if old._questions is not self._questions:
            self.tell(old._questions)

    @property
    def film_late(self) -> int:
        """Ticks at which the film under the figure had no new picture."""
        return self._film.late if self._film is not None else 0

    def set_rig(self, still: Picture, region: tuple[int, int]) -> None:
        """The part of the figure that never moves, and where the moving region's corner lies in it."""
        self._rig = still, region
        x, y = self.layout.figure[:2]
        figure = Placed(Sprite(still), x, y)
        behind = self._background
        if self._film is not None and self._film.last is not None:
            behind = Placed(Sprite(self._film.last), 0, 0)
        base = Base(self._media.width, self._media.height, [behind, figure])
        with self._lock:
            self._base = base
            self._face_at = (x + region[0], y + region[1])
        if self._film is not None:
            self._film.put_above([figure])

    def tell(self, questions: Sequence[str]) -> None:
        """The questions on the ticker, the newest last; what viewers may be shown of them is the caller's business."""
        at = self.layout
        self._questions = questions
        placed = None
        if questions:
            sprite = text.ticker(questions[-TICKER_LINES:], at.ticker_width, at.small)
            placed = Placed(sprite, at.margin, at.ticker_top)
        self._ticker = placed

    def prepare(self, caption: str, card: Card | None) -> None:
        """Draw what a sentence will show; raises nothing but MissingFont."""
        if caption and caption not in self._captions:
            sprite = text.caption(caption, self.layout.caption_width, self.layout.caption_size)
            x = _even(self.layout.caption_middle - sprite.width / 2)
            self._store(self._captions, caption, Placed(sprite, x, _even(self.layout.caption_bottom - sprite.height)))
        if card is not None and card not in self._cards:
            self._store(self._cards, card, self._made_card(card))

    def _made_card(self, card: Card) -> _PlacedCard:
        at, language = self.layout, self._look.language
        code = None
        if card.link and at.code_top is not None:
            try:
                code = Placed(code_plate(card, at.card_width, language), at.margin, at.code_top)
            except ValueError as error:
                log.warning("no code beside the card", extra={"link": card.link, "why": error})
        if at.code_top is not None:
            card = replace(card, link="")
        made = self._drawn(card)
        x, y = _even(at.card_right - made.sprite.width), at.card_top
        place = made.countdown
        inside = (x + place[0], y + place[1], place[2], place[3]) if place else None
        return _PlacedCard(Placed(made.sprite, x, y), card.until, inside, code)

    def _drawn(self, card: Card) -> CardPicture:
        """What cannot be drawn of it, its image or its code, is left out."""
        for less in (card, replace(card, image=""), replace(card, link="")):
            try:
                return drawn_card(less, self.layout.card_width, self._look.language)
            except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
                log.warning(
                    "card without its image or code", extra={"image": less.image, "link": less.link, "why": error}
                )
        return drawn_card(replace(card, image="", link=""), self.layout.card_width, self._look.language)

    def _made_banner(self, words: str, label: Sprite) -> Placed:
        at = self.layout
        left = (
            max(at.banner_left, at.margin + label.width + at.margin) if at.banner_left > at.margin else at.banner_left
        )
        sprite = text.banner(words, max(2, at.banner_right - left), round(at.small * 1.15))
        x = left + (at.banner_right - left - sprite.width) / 2
        return Placed(sprite, _even(x), _even(at.banner_middle - sprite.height / 2))

    def _store(self, cache: OrderedDict[K, V], key: K, made: V) -> None:
        with self._lock:
            cache[key] = made
            while len(cache) > CACHE:
                cache.popitem(last=False)

    def _find(self, cache: OrderedDict[K, V], key: K | None) -> V | None:
        if not key:
            return None
        with self._lock:
            made = cache.get(key)
            if made is None:
                self.missed += 1
            else:
                cache.move_to_end(key)
        return made

    def draw(
        self, canvas: Canvas, face: Sprite | None, caption: str, card: Card | None, wall: float
    ) -> list[Placed | None]:
        """The layers above the base at the time ``wall``; renews the canvas' base when it has changed."""
        with self._lock:
            base, self._base = self._base, None
            face_at = self._face_at
        if self._film is not None:
            base = self._film.next() or base
        if base is not None:
            canvas.show_base(base)
        placed_face = Placed(face, *face_at) if face is not None and face_at is not None else None
        shown_card = self._find(self._cards, card)
        return [
            placed_face,
            self._banner,
            self._ticker,
            shown_card.placed if shown_card else None,
            shown_card.code if shown_card else None,
            self._countdown(shown_card, wall),
            self._clock(wall),
            self._find(self._captions, caption),
            self._label,
        ]

    def _countdown(self, card: _PlacedCard | None, wall: float) -> Placed | None:
        if card is None or card.countdown is None:
            return None
        x, y, *size = card.countdown
        sprite = self._timepieces.countdown(wall, card.until, (size[0], size[1]))
        return Placed(sprite, x, y) if sprite else None

    def _clock(self, wall: float) -> Placed | None:
        sprite = self._timepieces.clock(wall)
        if sprite is None:
            return None
        at = self.layout
        top = at.margin + (self._label.sprite.height - sprite.height) / 2
        return Placed(sprite, _even(self._media.width - at.margin - sprite.width), _even(top))
