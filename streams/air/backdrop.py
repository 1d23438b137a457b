"""What stands behind everything: a colour, a picture, or a film that begins again at its end."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray
from PIL import Image

from streams.air.canvas import Base, Placed, Sprite, picture_from_rgba
from streams.types import MediaFormat, Picture

log = logging.getLogger(__name__)

FILMS = (".mp4", ".mov", ".webm", ".mkv", ".flv", ".ts")
AHEAD = 6
"""pictures of a film that are ready before they are shown"""
RETRY_SECONDS = 5.0


class BadFilm(Exception):
    """A film that cannot be shown, and why."""


def is_film(path: str) -> bool:
    return Path(path).suffix.lower() in FILMS


def colour_of(text: str) -> tuple[int, int, int] | None:
    """``#rrggbb`` as red, green, blue; None for anything else."""
    if len(text) == 7 and text[0] == "#":
        try:
            return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
        except ValueError:
            return None
    return None


def backdrop(what: str, width: int, height: int) -> Sprite:
    """A colour, a picture that covers the whole frame, cropped at its longer side, or a soft gradient for an empty
    ``what``; of a film its first picture. Raises OSError or BadFilm."""
    colour = colour_of(what)
    if colour is not None or not what:
        ramp = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
        top, bottom = np.array([226, 236, 250], np.float32), np.array([188, 202, 232], np.float32)
        if colour is not None:
            top = bottom = np.array(colour, np.float32)
        return Sprite(
            picture_from_rgba(np.broadcast_to(top + (bottom - top) * ramp, (height, width, 3)).astype(np.uint8))
        )
    if is_film(what):
        return Sprite(next(film(what, width, height, 25)))
    with Image.open(what) as image:
        photo = image.convert("RGB")
    scale = max(width / photo.width, height / photo.height)
    photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS)
    left, edge = (photo.width - width) // 2, (photo.height - height) // 2
    return Sprite(picture_from_rgba(np.asarray(photo.crop((left, edge, left + width, edge + height)))))


def film(path: str, width: int, height: int, fps: int) -> Iterator[Picture]:
    """The pictures of a film, ``fps`` a second, cropped to cover the frame, over and over. Raises BadFilm."""
    try:
        with av.open(path, options={"threads": "1"}) as container:
            if not container.streams.video:
                raise BadFilm("there is no picture in it")
            stream = container.streams.video[0]
            while True:
                shown, due, last = 0, Fraction(0), None
                for frame in container.decode(stream):
                    time = (frame.pts or 0) * frame.time_base if frame.time_base else Fraction(shown, fps)
                    if last is None:
                        begin = time
                    while time - begin > due and last is not None:
                        yield last
                        shown, due = shown + 1, Fraction(shown + 1, fps)
                    last = _covering(frame, width, height)
                if last is None:
                    raise BadFilm("there is no picture in it")
                yield last
                container.seek(0)
    except (av.FFmpegError, ValueError) as error:
        raise BadFilm(getattr(error, "strerror", None) or str(error)) from error


def _covering(frame: av.VideoFrame, width: int, height: int) -> Picture:
    scale = max(width / frame.width, height / frame.height)
    w, h = max(width, round(frame.width * scale / 2) * 2), max(height, round(frame.height * scale / 2) * 2)
    planes: NDArray[np.uint8] = frame.reformat(
        w,
        h,
        "yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=Interpolation.BILINEAR,
    ).to_ndarray()  # type: ignore[assignment]
    left, top = (w - width) // 4 * 2, (h - height) // 4 * 2
    luma, chroma = planes.reshape(-1)[: w * h].reshape(h, w), planes.reshape(-1)[w * h :].reshape(2, h // 2, w // 2)
    u, v = chroma[:, top // 2 : (top + height) // 2, left // 2 : (left + width) // 2]
    return Picture(luma[top : top + height, left : left + width], u, v)


class Film:
    """A film under the figure, made ready by a thread of its own: at most AHEAD whole bases wait, and it waits then."""

    def __init__(self, path: str, media: MediaFormat) -> None:
        self._path, self._media = path, media
        self._pictures = film(path, media.width, media.height, media.fps)
        self._ready: deque[Base] = deque()
        self._above: Sequence[Placed] = ()
        self._room = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self.late = 0
        """ticks at which no new picture was ready"""

    def put_above(self, layers: Sequence[Placed]) -> None:
        """What never moves and lies over the film: the still part of the figure."""
        with self._room:
            self._above = layers
            self._ready.clear()
            self._room.notify()

    def start(self) -> None:
        """From now on a thread makes the pictures."""
        self._thread = threading.Thread(target=self._run, name="film", daemon=True)
        self._thread.start()

    def close(self) -> None:
        with self._room:
            self._stopping = True
            self._room.notify()
        if self._thread is not None:
            self._thread.join(2.0)

    def next(self) -> Base | None:
        """The base of the next tick; None while the thread has none ready."""
        if self._thread is None:
            return Base(
                self._media.width, self._media.height, [Placed(Sprite(next(self._pictures)), 0, 0), *self._above]
            )
        with self._room:
            if self._ready:
                self._room.notify()
                return self._ready.popleft()
        self.late += 1
        return None

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._make()
            except BadFilm as error:
                # the last picture stays; whoever mends the file sees it go on
                log.error("film under the figure stopped", extra={"file": self._path, "why": error})
                time.sleep(RETRY_SECONDS)
                self._pictures = film(self._path, self._media.width, self._media.height, self._media.fps)

    def _make(self) -> None:
        while not self._stopping:
            picture = next(self._pictures)
            with self._room:
                self._room.wait_for(lambda: len(self._ready) < AHEAD or self._stopping)
                above = self._above
            base = Base(self._media.width, self._media.height, [Placed(Sprite(picture), 0, 0), *above])
            with self._room:
                if above is self._above:
                    self._ready.append(base)
