"""One tick of picture and sound in, coded packets out: libx264 at a constant bitrate, and AAC.

The settings are measured: VBV of a fifth of a second and filler data keep the wire steady while the bitrate may
still be changed in flight, which ``nal-hrd=cbr`` would forbid.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType
from numpy.typing import NDArray

from streams.types import EncodedPacket, MediaFormat, Sound

KEYFRAME_SECONDS = 2
_BT709 = 1


class Encoder:
    """Codes consecutive ticks; used by one thread. ``sound_template`` is for muxers."""

    def __init__(self, media: MediaFormat, preset: str = "veryfast") -> None:
        self.media = media
        self._picture_base = Fraction(1, media.fps)
        self._sound_base = Fraction(1, media.rate)
        self._video = self._open_video(preset)
        # AAC opened on its own has no AudioSpecificConfig; on a container that goes nowhere it has
        self._nowhere = av.open("/dev/null", "w", format="flv")
        # the default coder searches twice as long for a quality that speech at 128k does not show
        self.sound_template = self._nowhere.add_stream(
            "aac", rate=media.rate, layout="stereo", options={"aac_coder": "fast"}
        )
        self.sound_template.bit_rate = media.audio_bitrate
        self._nowhere.start_encoding()
        self._sound = self.sound_template.codec_context
        self._waiting = np.zeros(0, np.float32)
        self._position = 0

    def _open_video(self, preset: str) -> av.VideoCodecContext:
        media = self.media
        codec = av.CodecContext.create("libx264", "w")
        assert isinstance(codec, av.VideoCodecContext)
        codec.width, codec.height, codec.pix_fmt = media.width, media.height, "yuv420p"
        codec.framerate, codec.time_base = Fraction(media.fps), self._picture_base
        codec.bit_rate = media.bitrate
        codec.thread_count = 1
        codec.color_primaries = codec.color_trc = codec.colorspace = _BT709
        codec.color_range = 1
        gop = KEYFRAME_SECONDS * media.fps
        codec.options = {
            "preset": preset,
            "tune": "zerolatency",
            "maxrate": str(media.bitrate),
            "bufsize": str(media.bitrate // 5),
            "forced-idr": "1",
            "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:filler=1",
        }
        codec.open()
        return codec

    def encode(self, tick: int, frame: NDArray[np.uint8], sound: Sound, keyframe: bool) -> list[EncodedPacket]:
        """Packets ready after this tick, in time order. ``frame`` is (h * 3 / 2, w); free to change on return."""
        picture = av.VideoFrame.from_numpy_buffer(frame, format="yuv420p")
        picture.pts, picture.time_base = tick, self._picture_base
        if keyframe:
            picture.pict_type = PictureType.I
        packets = [self._packet("video", p, 1, self._picture_base) for p in self._video.encode(picture)]
        first = tick * self.media.samples
        if not len(self._waiting):
            self._position = first
        elif self._position + len(self._waiting) != first:  # ticks were skipped: what waited belongs before the gap
            self._waiting, self._position = np.zeros(0, np.float32), first
        self._waiting = np.concatenate([self._waiting, sound])
        size = self._sound.frame_size
        while len(self._waiting) >= size:
            packets += self._encode_sound(self._waiting[:size])
            self._waiting = self._waiting[size:]
            self._position += size
        return packets

    def _encode_sound(self, samples: Sound) -> list[EncodedPacket]:
        frame = av.AudioFrame.from_ndarray(np.stack([samples, samples]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = self.media.rate, self._position, self._sound_base
        return [self._packet("audio", p, self._sound.frame_size, self._sound_base) for p in self._sound.encode(frame)]

    @staticmethod
    def _packet(kind: str, packet: av.Packet[Any], duration: int, base: Fraction) -> EncodedPacket:
        assert packet.pts is not None
        dts = packet.pts if packet.dts is None else packet.dts
        video = kind == "video"
        return EncodedPacket(
            "video" if video else "audio", bytes(packet), packet.pts, dts, duration, base, packet.is_keyframe and video
        )

    def close(self) -> None:
        self._nowhere.close()
