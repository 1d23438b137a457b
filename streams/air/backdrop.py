"""What stands behind everything: a colour, a picture, or a film that begins again at its end."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray
from PIL import Image, ImageOps

from streams.air.canvas import Base, Placed, Sprite
from streams.picture import picture_from_rgba
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
    return Sprite(picture_from_rgba(np.asarray(ImageOps.fit(photo, (width, height), Image.Resampling.LANCZOS))))


def film(path: str, width: int, height: int, fps: int) -> Iterator[Picture]:
    """The pictures of a film, ``fps`` a second, cropped to cover the frame, over and over: at its end it is opened again.
    Raises BadFilm."""
    try:
        while True:
            with av.open(path) as container:
                yield from _once(container, width, height, fps)
    except (av.FFmpegError, ValueError) as error:
        raise BadFilm(getattr(error, "strerror", None) or str(error)) from error


def _once(container: Any, width: int, height: int, fps: int) -> Iterator[Picture]:
    shown, due, begin, last = 0, Fraction(0), Fraction(0), None
    for frame in _frames(container):
        time = (frame.pts or 0) * frame.time_base if frame.time_base else Fraction(shown, fps)
        if last is None:
            begin = time
        while last is not None and time - begin > due:
            yield last
            shown, due = shown + 1, Fraction(shown + 1, fps)
        last = _covering(frame, width, height)
    if last is None:
        raise BadFilm("there is no picture in it")
    yield last


def _frames(container: Any) -> Iterator[Any]:
    if not container.streams.video:
        raise BadFilm("there is no picture in it")
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            pass  # a broken packet costs its picture


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
        self._trouble = ""
        self.last: Picture | None = None
        """the picture made last"""
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
        """The base of the next tick; None while none is ready."""
        if self._thread is None:
            return self._made(self._above)
        with self._room:
            if self._ready:
                self._room.notify()
                return self._ready.popleft()
        self.late += 1
        return None

    def _run(self) -> None:
        while not self._stopping:
            with self._room:
                self._room.wait_for(lambda: len(self._ready) < AHEAD or self._stopping)
                above = self._above
            base = self._made(above)
            with self._room:
                if base is not None and above is self._above:
                    self._ready.append(base)
                elif base is None:
                    self._room.wait_for(lambda: self._stopping, RETRY_SECONDS)

    def _made(self, above: Sequence[Placed]) -> Base | None:
        """The next base; None where the film fails, which is then begun again."""
        width, height = self._media.width, self._media.height
        try:
            self.last = next(self._pictures)
        except BadFilm as error:
            # the last picture stays; whoever mends the file sees it go on
            if str(error) != self._trouble:
                log.error("film under the figure stopped", extra={"file": self._path, "why": error})
            self._trouble = str(error)
            self._pictures = film(self._path, width, height, self._media.fps)
            return None
        if self._trouble:
            log.info("film under the figure goes on", extra={"file": self._path})
            self._trouble = ""
        return Base(width, height, [Placed(Sprite(self.last), 0, 0), *above])
