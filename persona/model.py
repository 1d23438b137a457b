"""The persona as typed values: what an operator may write, and nothing else."""

from __future__ import annotations

import difflib
import re
import unicodedata
import zoneinfo
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_BITRATE = re.compile(r"^(\d+(?:\.\d+)?)\s*([kM])?$")
FORMATS = {
    "480p20": (854, 480, 20, 600_000),
    "720p25": (1280, 720, 25, 1_500_000),
    "1080p30": (1920, 1080, 30, 2_500_000),
}


def _duration(value: Any) -> Any:
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("a duration is written like 90s, 15m or 1h")
    return float(match[1]) * _SECONDS[match[2]]


def _words(value: Any) -> Any:
    """Numbers in the place of words are taken as they were written; spaces around words are none of them."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


Duration = Annotated[float, BeforeValidator(_duration), PlainSerializer(lambda seconds: f"{seconds:f}s", str)]


def _at_most(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(text) > limit:
            raise ValueError(f"at most {limit} characters, not {len(text)}")
        return text

    return AfterValidator(check)


Words = Annotated[str, BeforeValidator(_words), Field(min_length=1), _at_most(500)]
Line = Annotated[str, BeforeValidator(_words), Field(min_length=1), _at_most(300)]
Id = Annotated[str, BeforeValidator(_words), Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Price = Annotated[Decimal, Field(gt=0, lt=100_000_000, decimal_places=2)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Anchor(_Part):
    name: Words
    language: Literal["zh-CN", "en-US"] = "zh-CN"
    character: str = ""


class Disclosure(_Part):
    """What tells viewers that nobody is there. The label is burned in; nothing switches it off."""

    label: Words = "AI 生成 · 虚拟主播"
    line: Words
    every: Duration = 900.0
    producer: Annotated[str, _at_most(200)] = ""
    """who is liable for the content, for the stream's metadata: a name or a unified social credit code"""

    @field_validator("label")
    @classmethod
    def _tells(cls, label: str) -> str:
        if not re.search(r"AI|人工智能|虚拟|virtual|artificial", label, re.I):
            raise ValueError("the label must say that this is AI or virtual, such as 'AI 生成 · 虚拟主播'")
        if sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in label) > 28:
            raise ValueError("at most 14 Chinese characters fit into the picture at the size that the law asks for")
        return label

    @field_validator("every")
    @classmethod
    def _often(cls, every: float) -> float:
        if not 60 <= every <= 3600:
            raise ValueError("between 1m and 1h")
        return every


class Look(_Part):
    rig: Words = "drawn"
    figure: Literal["woman", "man"] = "woman"
    """who is drawn"""
    photo: str = ""
    """with the rig ``photo``, a folder that ``anchor prepare`` made, in the persona's"""
    mouth: str = ""
    """with the rig ``photo``, the name of a model that draws the mouth; empty: the photo is warped"""
    mouth_options: dict[str, bool | int | float | str] = {}
    background: str = ""
    """a colour as #rrggbb, or a picture or a film in the persona's folder; a film begins again at its end"""
    clock: str = ""
    """the time zone of a clock in the picture, such as Asia/Shanghai"""
    banner: Annotated[str, BeforeValidator(_words), _at_most(40)] = ""
    """words of a sale, above the figure"""
    ticker: bool = False
    """show the questions that were answered last, names and numbers masked"""
    qr: bool = False
    """show the link of a product as a code on its card; not every platform allows it"""
    orientation: Literal["portrait", "landscape"] = "portrait"

    @field_validator("clock")
    @classmethod
    def _zone(cls, zone: str) -> str:
        if zone and zone not in zoneinfo.available_timezones():
            close = difflib.get_close_matches(zone, zoneinfo.available_timezones(), 1)
            raise ValueError(f"there is no time zone {zone!r}" + (f"; did you mean {close[0]}?" if close else ""))
        return zone

    @model_validator(mode="after")
    def _whose(self) -> Look:
        if (self.rig == "photo") != bool(self.photo):
            raise ValueError("rig: photo and photo: FOLDER, made by anchor prepare, belong together")
        if (self.mouth or self.mouth_options) and not self.photo:
            raise ValueError("mouth is for rig: photo")
        return self


class VoiceChoice(_Part):
    engine: Words = "espeak"
    speaker: str = ""
    rate: float = Field(1.0, ge=0.5, le=2.0)
    lexicon: dict[str, str] = {}
    """pronunciations as pinyin: 便宜: pian2 yi5"""


class Mind(_Part):
    engine: Words = "catalogue"


class Sound(_Part):
    bed: str = ""
    """music under the show, a file in the persona's folder"""


class Product(_Part):
    id: Id
    name: Words
    aliases: tuple[Words, ...] = ()
    price: Price
    was: Price | None = None
    stock: int | None = Field(None, ge=0)
    facts: dict[Words, Words] = {}
    points: tuple[Words, ...] = ()
    image: str = ""
    link: Annotated[str, _at_most(300)] = ""
    sale_ends: AwareDatetime | None = None
    """until when it has this price, counted down on its card: 2026-11-12T00:00:00+08:00"""

    @model_validator(mode="after")
    def _cheaper(self) -> Product:
        if self.was is not None and self.was <= self.price:
            raise ValueError(f"was ({self.was}) must be above price ({self.price})")
        return self


class Faq(_Part):
    ask: tuple[Annotated[Words, Field(pattern=r"\w")], ...] = Field(min_length=1)
    answer: Line


class Script(_Part):
    id: Id
    product: Id | None = None
    lines: tuple[Annotated[Line, Field(pattern=r"\w")], ...] = Field(min_length=1)


class Schedule(_Part):
    rotation: tuple[Id, ...] = Field(min_length=1)


class Rules(_Part):
    stale_after: Duration = 90.0
    thank: bool = True

    @field_validator("stale_after")
    @classmethod
    def _sensible(cls, seconds: float) -> float:
        if not 5 <= seconds <= 3600:
            raise ValueError("between 5s and 1h")
        return seconds


class Way(_Part):
    """One address of a destination."""

    url: str = Field(min_length=1)
    key: str = ""
    ca: str = ""
    """rtmps: a file of certificates to trust instead of the system's, in the persona's folder or absolute"""
    pin: str = ""
    """rtmps: the SHA-256 of the only certificate to trust, in hex"""

    @field_validator("pin")
    @classmethod
    def _digest(cls, pin: str) -> str:
        digest = pin.removeprefix("sha256:").replace(":", "").lower()
        if pin and not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise ValueError("a pin is the SHA-256 of a certificate: 64 hex digits")
        return digest


class To(Way):
    backup: Way | None = None
    """where to go when this fails; with two SRT addresses, the better link carries"""


class Rendition(_Part):
    """One coded form of the picture, and where it goes."""

    format: Literal["480p20", "720p25", "1080p30"] | None = None
    width: int | None = Field(None, ge=64, le=4096)
    height: int | None = Field(None, ge=64, le=4096)
    fps: int | None = Field(None, ge=1, le=60)
    bitrate: int | None = Field(None, ge=50_000, le=50_000_000)
    """of the picture; 1500k or 1.5M"""
    codec: Literal["h264", "hevc", "av1"] = "h264"
    adapt: bool = False
    """lower the bitrate while a destination is too slow for it"""
    to: tuple[To, ...] = ()

    @field_validator("bitrate", mode="before")
    @classmethod
    def _bits(cls, value: Any) -> Any:
        match = _BITRATE.match(value) if isinstance(value, str) else None
        if match:
            return round(Decimal(match[1]) * {"k": 1_000, "M": 1_000_000, None: 1}[match[2]])
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        own = (self.width, self.height, self.fps, self.bitrate)
        if self.format is None and any(own) and not all(own):
            raise ValueError("without a format, all of width, height, fps and bitrate are needed")
        if (self.width and self.width % 2) or (self.height and self.height % 2):
            raise ValueError("width and height must be even")
        if self.fps and 48_000 % self.fps:
            raise ValueError("fps must divide 48000: 20, 24, 25, 30, 50, 60 …")
        return self

    def size(self, orientation: str) -> tuple[int, int, int, int]:
        """width, height, fps, bitrate."""
        width, height, fps, bitrate = FORMATS[self.format or "720p25"]
        if orientation == "portrait":
            width, height = height, width
        return self.width or width, self.height or height, self.fps or fps, self.bitrate or bitrate


class Output(Rendition):
    """The picture itself in its first form, and further ``renditions`` of it."""

    renditions: tuple[Rendition, ...] = ()


class Persona(_Part):
    """Everything about one anchor and its shop."""

    anchor: Anchor
    disclosure: Disclosure
    look: Look = Look()
    voice: VoiceChoice = VoiceChoice()
    mind: Mind = Mind()
    sound: Sound = Sound()
    products: tuple[Product, ...] = ()
    faq: tuple[Faq, ...] = ()
    scripts: tuple[Script, ...] = Field(min_length=1)
    schedule: Schedule
    rules: Rules = Rules()
    output: Output = Output()

    def product(self, name: str | None) -> Product | None:
        """The product of this id, if there is one."""
        return next((p for p in self.products if p.id == name), None)
