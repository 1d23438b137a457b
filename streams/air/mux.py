"""Coded packets into a container, by PyAV, on any object with ``write``."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av

from streams.types import EncodedPacket, MediaFormat

OPTIONS: dict[str, dict[str, str]] = {
    "flv": {"flvflags": "no_duration_filesize"},
    "mpegts": {},
    # fragments, so that the file can be played whatever happens to the writer
    "mp4": {"movflags": "frag_keyframe+empty_moov+default_base_moof"},
}


class Muxer:
    """A container that starts at the first packet it is given, with its time set to zero there."""

    def __init__(
        self,
        file: Any,
        container: str,
        media: MediaFormat,
        sound_template: Any,
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
        self._video = self._container.add_mux_stream("h264", rate=media.fps, width=media.width, height=media.height)
        self._video.time_base = Fraction(1, media.fps)
        self._sound = self._container.add_stream_from_template(sound_template, opaque=True)
        self._origin: Fraction | None = None

    def mux(self, packet: EncodedPacket) -> None:
        """The first packet must be a video keyframe. Raises what the file's ``write`` raises."""
        if self._origin is None:
            self._origin = packet.dts * packet.time_base
        offset = int(self._origin / packet.time_base)
        if packet.dts < offset:
            return  # sound from before the first picture
        # mux() rewrites the packet it is given, so every destination makes its own
        out = av.Packet(packet.data)
        out.time_base = packet.time_base
        out.pts, out.dts, out.duration = packet.pts - offset, packet.dts - offset, packet.duration
        out.is_keyframe = packet.keyframe or packet.kind == "audio"
        out.stream = self._video if packet.kind == "video" else self._sound
        self._container.mux(out)

    def close(self) -> None:
        """Write the end of the container."""
        self._container.close()
