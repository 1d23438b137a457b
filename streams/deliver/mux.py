"""Coded packets into a container, by PyAV, on any object with ``write``."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av

from streams.types import EncodedPacket, MediaFormat

FRAGMENTS = "default_base_moof+delay_moov+frag_discont"
"""fragments that keep their times: otherwise the sound, whose packets do not begin where a picture does, is played from
zero and up to 21 ms early"""
OPTIONS: dict[str, dict[str, str]] = {
    "flv": {"flvflags": "no_duration_filesize"},
    "mpegts": {},
    # fragments, so that the file can be played whatever happens to the writer
    "mp4": {"movflags": f"frag_keyframe+{FRAGMENTS}+use_metadata_tags"},
}


@dataclass(frozen=True, slots=True)
class Tracks:
    """What a muxer must know of the packets it will get."""

    media: MediaFormat
    sound_template: Any = field(repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict)
    """written into containers that have a place for it; MPEG-TS has none"""


def forget() -> None:
    """Free what closed containers leave behind, when the caller holds none any more.

    A container of PyAV and its streams refer to each other, half a megabyte each, and a collection by itself comes only
    after dozens of them. In air all that lasts is frozen, so this costs the clock less than a millisecond or two.
    """
    gc.collect()


class Muxer:
    """A container that starts at the first packet it is given, with its time set to zero there."""

    def __init__(
        self,
        file: Any,
        container: str,
        tracks: Tracks,
        options: dict[str, str] | None = None,
        buffer_size: int = 32_768,
    ) -> None:
        self._container = av.open(
            file,
            "w",
            format=container,
            options={"flush_packets": "1", **OPTIONS[container], **(options or {})},
            buffer_size=buffer_size,
        )
        self._container.metadata.update(tracks.metadata)
        media = tracks.media
        self._video = self._container.add_mux_stream(
            media.codec, rate=media.fps, width=media.width, height=media.height
        )
        self._video.time_base = Fraction(1, media.fps)
        self._sound = self._container.add_stream_from_template(tracks.sound_template, opaque=True)
        self._origin: Fraction | None = None
        self._offsets: dict[Fraction, int] = {}

    def mux(self, packet: EncodedPacket) -> None:
        """The first packet must be a video keyframe. Raises what the file's ``write`` raises."""
        offset = self._offsets.get(packet.time_base)
        if offset is None:
            if self._origin is None:
                self._origin = packet.dts * packet.time_base
            offset = self._offsets[packet.time_base] = int(self._origin / packet.time_base)
        if packet.dts < offset:
            return  # sound from before the first picture
        # mux() rewrites the packet it is given, so every destination makes its own
        out = av.Packet(packet.data)
        out.time_base = packet.time_base
        out.pts, out.dts, out.duration = packet.pts - offset, packet.dts - offset, packet.duration
        out.is_keyframe = packet.keyframe or packet.kind == "audio"
        out.stream = self._video if packet.kind == "video" else self._sound
        self._container.mux(out)

    def seconds(self, packet: EncodedPacket) -> float:
        """How far into the container a packet is."""
        return float(packet.dts * packet.time_base - (self._origin or 0)) if self._origin is not None else 0.0

    def close(self) -> None:
        """Write the end of the container."""
        self._container.close()
