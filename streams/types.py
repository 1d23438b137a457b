"""What flows between the parts: frozen values with their units.

Seconds are monotonic (:func:`time.monotonic`) unless a name says otherwise; a *tick* is the number of one
picture since the stream began, and every tick carries exactly ``rate / fps`` sound samples.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Sound = NDArray[np.float32]

VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou")
"""The fifteen mouth shapes of the Oculus set, which most lip-sync tools share."""

ChatKind = Literal["comment", "gift", "like", "follow", "enter", "order", "system"]


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """Size, speed and bitrate of the one stream; agreed once, never changed on air."""

    width: int
    height: int
    fps: int
    bitrate: int
    """video bits per second"""
    rate: int = 48_000
    """sound samples per second"""
    audio_bitrate: int = 128_000

    def __post_init__(self) -> None:
        if self.width % 2 or self.height % 2 or not (64 <= self.width <= 4096 and 64 <= self.height <= 4096):
            raise ValueError(f"picture size {self.width}x{self.height} must be even and between 64 and 4096")
        if self.fps < 1 or self.rate % self.fps:
            raise ValueError(f"{self.fps} pictures a second do not divide {self.rate} samples a second")
        if self.bitrate < 50_000:
            raise ValueError(f"a video bitrate of {self.bitrate} bit/s is under 50k")

    @property
    def samples(self) -> int:
        """Sound samples in one tick."""
        return self.rate // self.fps

    @property
    def tick_seconds(self) -> float:
        return 1 / self.fps


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """Something a viewer did. ``value`` is in cents for gifts and orders, a count for likes."""

    id: str
    platform: str
    room: str
    kind: ChatKind
    viewer: str
    text: str = ""
    value: int = 0
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Viseme:
    """One mouth shape of :data:`VISEMES`; seconds from the start of its sound."""

    shape: str
    start: float
    end: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Card:
    """The product on screen while a sentence is heard. Prices are ready to print (``99``, ``5999.9``)."""

    name: str
    price: str
    was: str = ""
    points: tuple[str, ...] = ()
    image: str = ""
    """path of a picture, or empty"""


@dataclass(frozen=True, slots=True)
class SpeechChunk:
    """A piece of one sentence: mono float32 sound at the stream's rate and the mouth shapes in it.

    ``cue`` and ``seq`` name the sentence; ``last`` closes it. Caption and card count from the first chunk.
    """

    cue: str
    seq: int
    sound: Sound = field(repr=False)
    visemes: tuple[Viseme, ...] = field(default=(), repr=False)
    text: str = ""
    card: Card | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """What the audience really heard of one sentence. ``cut`` when it was stopped before its end."""

    id: int
    cue: str
    seq: int
    seconds: float
    cut: bool


@dataclass(frozen=True, slots=True)
class Score:
    """What the face needs for one tick: mouth shapes around it, in seconds relative to the tick's middle."""

    tick: int
    seconds: float
    """stream time of the tick, for blinks and sway"""
    visemes: tuple[Viseme, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in YUV 4:2:0, BT.709 limited range, premultiplied by alpha; ``alpha`` None means opaque.

    ``y`` and ``alpha`` are (h, w) uint8, ``u`` and ``v`` (h/2, w/2); h and w are even.
    """

    y: Plane
    u: Plane
    v: Plane
    alpha: Plane | None = None

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.y.shape[1], self.y.shape[0]


@dataclass(frozen=True, slots=True)
class EncodedPacket:
    """One coded picture or sound frame. pts and dts count ``time_base`` units from tick 0."""

    kind: Literal["video", "audio"]
    data: bytes = field(repr=False)
    pts: int
    dts: int
    duration: int
    time_base: Fraction
    keyframe: bool = False


def as_card(value: Any) -> Card | None:
    """A card from its JSON form, or None."""
    if not value:
        return None
    return Card(**{**value, "points": tuple(value.get("points", ()))})
