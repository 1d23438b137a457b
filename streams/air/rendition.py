"""Encodes one form of the stream from each tick's picture, adds the coded sound, and sends it to its destinations."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from streams.air.encoder import NoEncoder, VideoEncoder, as_picture
from streams.air.preview import Preview
from streams.deliver.adapt import Adapt
from streams.deliver.delivery import Delivery
from streams.deliver.destinations import make
from streams.deliver.fanout import Fanout
from streams.deliver.mux import Tracks
from streams.deliver.pacing import AAC_SAMPLES
from streams.deliver.targets import Target
from streams.types import EncodedPacket, MediaFormat

log = logging.getLogger(__name__)

QUEUE_SECONDS = 1.5
"""what a destination may be behind before it goes on at the next keyframe"""
ASIDE_PICTURES = 4
RENEW_SECONDS = 1.0
KEYFRAME_GAP_SECONDS = 1
"""keyframes that destinations ask for are no closer: one that comes and goes must not spoil the picture of the others"""


@dataclass(frozen=True, slots=True)
class RenditionConfig:
    """``adapt``: lower the bitrate while a destination is too slow for it."""

    media: MediaFormat
    targets: tuple[Target, ...] = ()
    adapt: bool = False

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RenditionConfig:
        targets = tuple(Target.from_json(target) for target in data["targets"])
        return cls(MediaFormat(**data["media"]), targets, bool(data["adapt"]))


class Sizes:
    """The picture of one tick in every size that is asked for, each made once; (h * 3 / 2, w) like the canvas."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()
        self._frame = np.zeros((0, 0), np.uint8)
        self._made: dict[tuple[int, int], NDArray[np.uint8]] = {}

    def show(self, frame: NDArray[np.uint8]) -> None:
        """The next tick's picture; the caller keeps it until the next call."""
        self._frame = frame
        self._made.clear()

    def get(self, width: int, height: int, lasting: bool) -> NDArray[np.uint8]:
        """A frame of this size; a ``lasting`` one may be kept longer than until the next picture."""
        size = (width, height)
        own = (self._frame.shape[1], self._frame.shape[0] * 2 // 3)
        if size == own and not lasting:
            return self._frame
        if size not in self._made:
            self._made[size] = self._frame.copy() if size == own else self._scaled(width, height)
        return self._made[size]

    def _scaled(self, width: int, height: int) -> NDArray[np.uint8]:
        whole = as_picture(self._frame)
        whole.color_range = 1  # as it is: scaled, not stretched
        scaled = self._scaler.reformat(whole, width, height, interpolation=Interpolation.AREA)
        return scaled.to_ndarray().astype(np.uint8, copy=False)


def turn(tick: int, clock_fps: int, fps: int) -> int | None:
    """Which of a slower rendition's pictures the clock's ``tick`` is, or None for one that it leaves out."""
    number = -(-tick * fps // clock_fps)
    return number if number * clock_fps // fps == tick else None


@dataclass(frozen=True, slots=True)
class _Turn:
    """One picture of a rendition, with the sound since the one before."""

    number: int
    frame: NDArray[np.uint8]
    sound: Sequence[EncodedPacket]
    keyframe: bool


class Rendition:
    """One encoder, one fan-out, its destinations. :meth:`push` codes in the caller's thread."""

    lasting = False
    """whether pictures are kept longer than the call"""

    def __init__(
        self, config: RenditionConfig, clock_fps: int, tracks: Tracks, preset: str, first_number: int = 1
    ) -> None:
        """``tracks`` are this rendition's. Raises NoEncoder."""
        media = self.media = config.media
        self.fanout = Fanout()
        self._clock_fps = clock_fps
        self._preset = preset
        self._encoder = VideoEncoder(media, preset)
        adapt = config.adapt and self._encoder.adjustable
        if adapt != config.adapt:
            log.warning(
                "this encoder cannot change its bitrate on air: it stays fixed", extra={"encoder": self.encoder}
            )
        self._adapt = [Adapt(media.bitrate, media.audio_bitrate) for _ in config.targets] if adapt else []
        self._rate = media.bitrate
        self._key_wanted = False
        self._held: list[EncodedPacket] = []
        self._ready: deque[list[EncodedPacket]] = deque()
        """filled by the thread that codes, emptied by the clock's: never more than a tick or two brought"""
        self._coded_at = time.monotonic()
        self._last_key = -(10**9)
        self._tracks = tracks
        self._limit = limit = int(media.total_bitrate / 8 * QUEUE_SECONDS)
        self.deliveries = [
            Delivery(make(target, number, tracks, not adapt), self.fanout.outlet(limit), media.total_bitrate)
            for number, target in enumerate(config.targets, first_number)
        ]

    def preview(self) -> Preview:
        return Preview(self.fanout, self._tracks, self._limit)

    @property
    def encoder(self) -> str:
        return self._encoder.name

    def silent(self) -> float:
        """Seconds since a picture was coded."""
        return time.monotonic() - self._coded_at

    def start(self) -> None:
        self._coded_at = time.monotonic()
        for delivery in self.deliveries:
            delivery.start()

    def push(self, tick: int, sizes: Sizes, sound: Sequence[EncodedPacket], keyframe: bool) -> None:
        """Code one tick; ``keyframe``: the next picture must be one."""
        self._key_wanted = self._key_wanted or keyframe
        self._held += sound
        number = turn(tick, self._clock_fps, self.media.fps)
        if number is None:
            return
        turned = _Turn(
            number, sizes.get(self.media.width, self.media.height, self.lasting), self._held, self._key_wanted
        )
        self._held, self._key_wanted = [], False
        self._take(turned)

    def _take(self, turned: _Turn) -> None:
        self._code(turned)

    def _code(self, turned: _Turn) -> None:
        key = turned.keyframe
        if turned.number - self._last_key >= self.media.fps * KEYFRAME_GAP_SECONDS:
            key = self.fanout.take_keyframe_request() or key
        if key:
            self._last_key = turned.number
        pictures: list[EncodedPacket] = []
        try:
            pictures = self._encoder.encode(turned.number, as_picture(turned.frame), key)
            self._coded_at = time.monotonic()
        finally:
            self._ready.append([*pictures, *turned.sound])

    def hand_out(self) -> None:
        """What is coded goes out; once in each tick, before push. Some pictures take ten times as long as others to code,
        and if they left when they are done, the wire would tremble with them."""
        while self._ready:
            self.fanout.push(self._ready.popleft())

    def watch(self, now: float) -> None:
        """SceneConfig at the destinations and adapt to the slowest; a few times a second."""
        seen = [delivery.watch() for delivery in self.deliveries]
        if not self._adapt:
            return
        pairs = zip(self._adapt, seen, strict=True)
        rate = min(adapt.decide(now, *found) if found else adapt.idle(now) for adapt, found in pairs)
        if rate != self._rate:
            waiting = round(max((found[0] for found in seen if found), default=0.0) * 1000)
            log.info("bitrate adapted", extra={"from": self._rate, "to": rate, "waiting_ms": waiting})
            self._rate = rate
            self._encoder.set_bitrate(rate)

    def status(self) -> dict[str, Any]:
        media = self.media
        return {
            "size": f"{media.width}x{media.height}",
            "fps": media.fps,
            "codec": media.codec,
            "encoder": self.encoder,
            "bitrate": self._rate,
            "left_out": 0,
            "silent": round(self.silent(), 1),
        }

    def destinations(self, now: float) -> list[dict[str, Any]]:
        return [delivery.status().as_json(now) for delivery in self.deliveries]

    def finish(self) -> None:
        """No more will come; what waits may still be sent."""
        self.hand_out()
        self.fanout.finish()

    def close(self, deadline: float) -> None:
        for delivery in self.deliveries:
            if not delivery.close(deadline):
                log.warning("destination did not close in time", extra={"destination": delivery.destination.name})


class AsideRendition(Rendition):
    """A rendition beside the first, coded in a thread of its own, so that it cannot hold up the clock.

    Holds at most four pictures; the oldest is left out when the encoder does not keep up, and counted. Its sound is
    kept for the next, but no more of it than a destination's queue would hold.
    """

    lasting = True

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._queue: deque[_Turn] = deque()
        self._changed = threading.Condition()
        self._open = True
        self._left_out = 0
        self._thread = threading.Thread(target=self._work, name=f"rendition {self.media.height}", daemon=True)

    def start(self) -> None:
        self._thread.start()
        super().start()

    def _take(self, turned: _Turn) -> None:
        with self._changed:
            self._queue.append(turned)
            if len(self._queue) > ASIDE_PICTURES:
                left, heir = self._queue.popleft(), self._queue.popleft()
                sound = [*left.sound, *heir.sound][-int(QUEUE_SECONDS * self.media.rate / AAC_SAMPLES) :]
                self._queue.appendleft(_Turn(heir.number, heir.frame, sound, left.keyframe or heir.keyframe))
                self._left_out += 1
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or not self._open)
                if not self._queue:
                    return
                turned = self._queue.popleft()
            try:
                self._code(turned)
            except Exception as error:  # noqa: BLE001 - the boundary of one rendition: the others and the clock go on
                log.error("encoder failed, trying another one", extra={"encoder": self.encoder, "why": repr(error)})
                self._left_out += 1
                self._renew()

    def _renew(self) -> None:
        """Another encoder; while none can be had, pictures are left out."""
        while self._open:
            time.sleep(RENEW_SECONDS)
            try:
                self._encoder = VideoEncoder(self.media, self._preset)
            except NoEncoder as error:
                log.error("no encoder", extra={"why": error})
                continue
            if self._rate != self.media.bitrate:
                self._encoder.set_bitrate(self._rate)
            self.fanout.request_keyframe()
            return

    def status(self) -> dict[str, Any]:
        return {**super().status(), "left_out": self._left_out}

    def finish(self) -> None:
        with self._changed:
            self._open = False
            self._changed.notify()
        self._thread.join(2.0)
        super().finish()
