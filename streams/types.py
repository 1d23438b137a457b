"""What flows between the parts: frozen values with their units.

Seconds are monotonic (:func:`time.monotonic`) unless a name says otherwise; a *tick* is the number of one
picture since the stream began, and every tick carries exactly ``rate / fps`` sound samples.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Plane: TypeAlias = "NDArray[np.uint8]"
Sound: TypeAlias = "NDArray[np.float32]"

VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou")
"""The fifteen mouth shapes of the Oculus set, which most lip-sync tools share."""

MOODS = ("calm", "happy", "surprised", "sorry", "thinking")
"""What a face may show of the sentence that is heard."""

Codec = Literal["h264", "hevc", "av1"]

ChatKind = Literal["comment", "gift", "like", "follow", "enter", "order", "system"]


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """Size, speed, bitrate and coding of a stream; agreed once. Only ``adapt`` moves the bitrate on air."""

    width: int
    height: int
    fps: int
    bitrate: int
    """video bits per second"""
    rate: int = 48_000
    """sound samples per second"""
    audio_bitrate: int = 128_000
    codec: Codec = "h264"

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

    @property
    def total_bitrate(self) -> int:
        """Picture and sound, bits per second."""
        return self.bitrate + self.audio_bitrate


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

    @property
    def key(self) -> str:
        """Unique over all platforms and rooms: ``platform/room/id``."""
        return f"{self.platform}/{self.room}/{self.id}"


@dataclass(frozen=True, slots=True)
class Viseme:
    """One mouth shape of :data:`VISEMES`; seconds from the start of its sound."""

    shape: str
    start: float
    end: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Feeling:
    """A mood of :data:`MOODS` and the time of its sentence, in seconds."""

    mood: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Card:
    """The product on screen while a sentence is heard. Prices are ready to print (``99``, ``5999.9``)."""

    name: str
    price: str
    was: str = ""
    points: tuple[str, ...] = ()
    image: str = ""
    """path of a picture, or empty"""
    link: str = ""
    """shown as a code to scan, or empty"""
    until: float = 0.0
    """when its price ends, in seconds of the wall clock since 1970; 0 for no end"""
    image_version: str = ""
    """of the file behind ``image``, which may change under its name"""
    sign: str = "¥"
    """of the currency, printed before each price"""
    more: str = ""
    """printed behind the price, where it is the lowest of several: 起"""


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
    mood: str = "calm"
    """of :data:`MOODS`"""


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
    moods: tuple[Feeling, ...] = ()
    energy: float = 0.0
    """loudness of the speech at the tick, 0 to 1"""
    sound: Sound | None = field(default=None, repr=False, compare=False)
    """the speech around the tick, where the face has asked for it (:class:`Ahead`)"""


@dataclass(frozen=True, slots=True)
class Ahead:
    """How early a face must hear of a tick: ``lead`` ticks before it, with the speech from ``before`` to ``after`` seconds
    around its middle (0 and 0: without the sound, only the mouth shapes in it)."""

    lead: int = 4
    before: float = 0.0
    after: float = 0.0

    def __post_init__(self) -> None:
        if not (1 <= self.lead <= 50 and 0 <= self.before <= 0.5 and 0 <= self.after <= 0.4):
            raise ValueError(f"a face may be told 1 to 50 ticks ahead, with up to 0.5 s of sound before and 0.4 s after, "
                             f"not {self.lead} ticks with {self.before} and {self.after} s")  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Wire:
    """What the operating system or libsrt knows of a live connection; 0 where it knows nothing."""

    sent: int = 0
    """bytes that have left this machine since the connection was made"""
    waiting: int = 0
    """bytes handed over that should have left by now and have not"""
    rtt_ms: float = 0.0
    loss: float = 0.0
    """share of the packets of the last second or so that were lost on the way, 0 to 1"""
    retransmitted: int = 0
    """packets sent again"""
    dropped: int = 0
    """packets given up as too late (SRT)"""
    bandwidth: int = 0
    """bits per second that the way is estimated to carry"""
    buffer_ms: float = 0.0
    """age of the oldest packet that the receiver has not confirmed (SRT)"""
    link: str = ""
    """which of two links carries, where there are two"""
    spare: str = ""
    """"up", or why the other link is not"""
