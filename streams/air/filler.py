"""Appends filler data to coded pictures that fall short of the bitrate, for encoders that cannot add it themselves."""

from __future__ import annotations

from streams.types import MediaFormat

BUFFER_SECONDS = 0.2
_SMALLEST = 16
"""bytes under which a filler is not worth its header"""


class Filler:
    """A leaky bucket: bits come in at the bitrate, pictures take them out, what would run over becomes filler."""

    def __init__(self, media: MediaFormat) -> None:
        self._per_picture = media.bitrate / media.fps / 8
        self._limit = media.bitrate * BUFFER_SECONDS / 8
        self._credit = 0.0
        self._make = av1_padding if media.codec == "av1" else hevc_filler

    def fill(self, picture: bytes) -> bytes:
        """The access unit, with filler appended."""
        self._credit = max(-2 * self._limit, self._credit + self._per_picture - len(picture))
        spare = int(self._credit - self._limit)
        if spare < _SMALLEST:
            return picture
        self._credit -= spare
        return picture + self._make(spare)


def hevc_filler(size: int) -> bytes:
    """A filler data NAL unit of ``size`` bytes, start code included; FD_NUT = 38 (ITU-T H.265, 7.3.2.8)."""
    return b"\x00\x00\x00\x01\x4c\x01" + b"\xff" * (size - 7) + b"\x80"


def av1_padding(size: int) -> bytes:
    """A padding OBU (AV1 specification, 5.8); its size field is four bytes of LEB128."""
    payload = size - 5
    length = bytes(payload >> 7 * i & 0x7F | (0x80 if i < 3 else 0) for i in range(4))
    return b"\x7a" + length + b"\xff" * (payload - 1) + b"\x80"
