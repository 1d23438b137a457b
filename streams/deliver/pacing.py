"""Sends bursts of bytes at a steady pace: a leaky bucket over the stream's own time.

An encoder at a constant bitrate keeps a buffer of a fifth of a second, so a keyframe comes all at once. Released at
the pace of the stream, second follows second alike on the wire (docs/decisions/0005).
"""

from __future__ import annotations

from streams.types import MediaFormat

HOLD_SECONDS = 0.25
"""nothing is held longer: a little more than the encoder's buffer"""
_MESSAGE_BYTES = 13
"""of RTMP's and FLV's headers around a picture or a sound frame"""
AAC_SAMPLES = 1024


def wire_rate(media: MediaFormat) -> int:
    """Bits per second of an RTMP stream with its headers, and a little room, so that the bucket can run empty."""
    messages = media.fps + media.rate / AAC_SAMPLES
    return int((media.total_bitrate + messages * _MESSAGE_BYTES * 8) * 1.003)


class Spread:
    """Tells how many of the waiting bytes may leave. Time is the stream's: a stream that catches up is not held back."""

    def __init__(self, bits_per_second: int) -> None:
        self._rate = bits_per_second / 8
        self._hold = int(self._rate * HOLD_SECONDS)
        self._left = 0.0
        self._until = 0.0

    def release(self, seconds: float, waiting: int) -> int:
        """Bytes of the ``waiting`` ones that may leave by ``seconds`` of the stream."""
        self._left = min(waiting, self._left + max(0.0, seconds - self._until) * self._rate)
        self._until = max(self._until, seconds)
        count = max(int(self._left), waiting - self._hold, 0)
        self._left = max(0.0, self._left - count)
        return count
