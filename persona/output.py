"""Where the stream goes and how it is coded, as an operator writes it."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from persona.values import Bits, Part

FORMATS = {
    "480p20": (854, 480, 20, 600_000),
    "720p25": (1280, 720, 25, 1_500_000),
    "1080p30": (1920, 1080, 30, 2_500_000),
}


class Way(Part):
    """One address of a destination."""

    url: str = Field(min_length=1)
    """`rtmp://`, `rtmps://`, `srt://`, `file:` or `record:`, see below"""
    key: str = ""
    """the stream key: `"${credential:NAME}"` or `"@NAME"`"""
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
    """One destination."""

    backup: Way | None = None
    """where to go when this fails; with two SRT addresses, the better link carries"""


class Rendition(Part):
    """One coded form of the picture, and where it goes."""

    format: Literal["480p20", "720p25", "1080p30"] | None = None
    """600k, 1500k and 2500k; 720p25 if nothing else is said"""
    width: int | None = Field(None, ge=64, le=4096)
    height: int | None = Field(None, ge=64, le=4096)
    fps: int | None = Field(None, ge=1, le=60)
    bitrate: Bits | None = Field(None, ge=50_000, le=50_000_000)
    """of the picture; 1500k or 1.5M"""
    codec: Literal["h264", "hevc", "av1"] = "h264"
    adapt: bool = False
    """lower the bitrate while a destination is too slow for it"""
    to: tuple[To, ...] = ()

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
    """The picture itself in its first form, and further forms of it. Changes here take effect at the next start."""

    renditions: tuple[Rendition, ...] = ()
    """more forms of the same picture: not larger, not faster, of the same shape"""
