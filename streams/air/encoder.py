"""Encodes each tick's picture and sound as packets: pictures at a constant bitrate, sound as AAC.

The settings are measured: VBV of a fifth of a second and filler data keep the wire steady while the bitrate may
still be changed in flight, which ``nal-hrd=cbr`` would forbid (docs/decisions/0002).
"""

from __future__ import annotations

import logging
import os
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType
from numpy.typing import NDArray

from streams.air.filler import Filler
from streams.types import EncodedPacket, MediaFormat, Sound

log = logging.getLogger(__name__)

KEYFRAME_SECONDS = 2
ENCODERS = {
    "h264": ("h264_nvenc", "libx264"),
    "hevc": ("hevc_nvenc", "libx265"),
    "av1": ("av1_nvenc", "libsvtav1"),
}
"""by codec: the encoders that are tried, best first"""
_BT709 = 1
# --preset is x264's; the others are slower encoders, and get the next faster name or number
_X265_PRESETS = {"ultrafast": "ultrafast", "superfast": "ultrafast", "veryfast": "ultrafast", "faster": "superfast",
                 "fast": "veryfast"}  # fmt: skip
_SVT_PRESETS = {"ultrafast": "13", "superfast": "12", "veryfast": "11", "faster": "10", "fast": "9"}


class NoEncoder(Exception):
    """No encoder of a codec can be opened here."""


class VideoEncoder:
    """Codes pictures at a constant bitrate; used by one thread. ``name`` is the encoder that could be opened."""

    def __init__(self, media: MediaFormat, preset: str = "veryfast", hardware: bool = True) -> None:
        """``hardware`` False leaves graphics cards out. Raises NoEncoder."""
        self.media = media
        self._base = Fraction(1, media.fps)
        self._codec = self._open(preset, hardware)
        self.name = self._codec.name
        # x264 and NVENC fill by themselves what a still picture leaves of the bitrate
        self._filler = Filler(media) if self.name in ("libx265", "libsvtav1") else None

    @property
    def adjustable(self) -> bool:
        """Whether the bitrate can be changed without a new encoder."""
        return self._filler is None

    def set_bitrate(self, bits: int) -> None:
        """From the next picture on; only where ``adjustable``."""
        self._codec.bit_rate = bits

    def encode(self, turn: int, picture: av.VideoFrame, keyframe: bool) -> list[EncodedPacket]:
        """Packets ready after picture number ``turn``."""
        picture.pts, picture.time_base = turn, self._base
        picture.pict_type = PictureType.I if keyframe else PictureType.NONE
        packets = []
        for packet in self._codec.encode(picture):
            data = bytes(packet)
            if self._filler is not None:
                data = self._filler.fill(data)
            packets.append(_coded("video", packet, data, 1, self._base))
        return packets

    def _open(self, preset: str, hardware: bool) -> av.VideoCodecContext:
        media, failed = self.media, []
        for name in ENCODERS[media.codec]:
            if name.endswith("_nvenc") and not hardware:
                continue
            before = _scheduling()
            try:
                codec = self._configured(name, preset)
                codec.open()
            except (av.FFmpegError, ValueError) as error:
                failed.append(f"{name}: {getattr(error, 'strerror', None) or error}")
                continue
            _calm(before)
            fields = {"encoder": name, "size": f"{media.width}x{media.height}", "bitrate": media.bitrate}
            log.info("encoder opened", extra=fields | ({"instead_of": "; ".join(failed)} if failed else {}))
            return codec
        raise NoEncoder(f"no encoder for {media.codec} can be opened: {'; '.join(failed)}")

    def _configured(self, name: str, preset: str) -> av.VideoCodecContext:
        media = self.media
        codec = av.CodecContext.create(name, "w")
        assert isinstance(codec, av.VideoCodecContext)
        codec.width, codec.height, codec.pix_fmt = media.width, media.height, "yuv420p"
        codec.framerate, codec.time_base = Fraction(media.fps), self._base
        codec.bit_rate = media.bitrate
        codec.gop_size = KEYFRAME_SECONDS * media.fps
        codec.max_b_frames = 0
        codec.thread_count = 1
        codec.color_primaries = codec.color_trc = codec.colorspace = _BT709
        codec.color_range = 1
        codec.options = _options(name, media, preset)
        return codec


def _options(name: str, media: MediaFormat, preset: str) -> dict[str, str]:
    gop, rate, buffer = KEYFRAME_SECONDS * media.fps, media.bitrate, media.bitrate // 5
    vbv = {"maxrate": str(rate), "bufsize": str(buffer)}
    if name == "libx264":
        params = f"keyint={gop}:min-keyint={gop}:scenecut=0:filler=1"
        return {"preset": preset, "tune": "zerolatency", "forced-idr": "1", "x264-params": params, **vbv}
    if name == "libx265":
        # at maxrate == bitrate x265 fills by itself, but does not take a keyframe's cost from it: 3 to 8 % too much
        params = (
            f"keyint={gop}:min-keyint={gop}:scenecut=0:repeat-headers=1:log-level=none"
            f":vbv-maxrate={rate // 1000 + 1}:vbv-bufsize={buffer // 1000}"
        )
        return {"preset": _X265_PRESETS[preset], "tune": "zerolatency", "forced-idr": "1", "x265-params": params}
    if name == "libsvtav1":
        params = f"rc=2:pred-struct=1:keyint={gop}:scd=0:lp=1:buf-sz=200:buf-initial-sz=100:buf-optimal-sz=150"
        return {"preset": _SVT_PRESETS[preset], "svtav1-params": params, "maxrate": str(rate)}
    nvenc = {"preset": "p4", "tune": "ull", "rc": "cbr", "zerolatency": "1", "delay": "0", "forced-idr": "1"}
    return {**nvenc, "no-scenecut": "1", "cbr_padding": "1", **vbv}


def _scheduling() -> dict[int, int]:
    """The scheduling policy of every thread of this process."""
    policies = {}
    for name in os.listdir("/proc/self/task"):
        try:
            policies[int(name)] = os.sched_getscheduler(int(name))
        except ProcessLookupError:
            pass  # it has ended meanwhile
    return policies


def _calm(before: dict[int, int]) -> None:
    """SVT-AV1, run by root, gives its threads and the one that opens it real-time priority over everything else on the
    machine, the clock included: here all take their turn as ``before``."""
    for thread, policy in _scheduling().items():
        if policy == os.SCHED_FIFO != before.get(thread):
            try:
                os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))
            except ProcessLookupError:
                pass  # it has ended meanwhile


class SoundEncoder:
    """Codes the sound of consecutive ticks as AAC; used by one thread. ``template`` is for muxers."""

    def __init__(self, media: MediaFormat) -> None:
        self._media = media
        self._base = Fraction(1, media.rate)
        # AAC opened on its own has no AudioSpecificConfig; on a container that goes nowhere it has
        self._nowhere = av.open("/dev/null", "w", format="flv")
        # the default coder searches twice as long for a quality that speech at 128k does not show
        self.template = self._nowhere.add_stream("aac", rate=media.rate, layout="stereo", options={"aac_coder": "fast"})
        self.template.bit_rate = media.audio_bitrate
        self._nowhere.start_encoding()
        self._codec = self.template.codec_context
        self._waiting = np.zeros(0, np.float32)
        self._position = 0

    def encode(self, tick: int, sound: Sound) -> list[EncodedPacket]:
        """Packets ready after this tick's samples."""
        first = tick * self._media.samples
        if not len(self._waiting):
            self._position = first
        elif self._position + len(self._waiting) != first:  # ticks were skipped: what waited belongs before the gap
            self._waiting, self._position = np.zeros(0, np.float32), first
        self._waiting = np.concatenate([self._waiting, sound])
        size, packets = self._codec.frame_size, []
        while len(self._waiting) >= size:
            packets += self._packets(self._waiting[:size])
            self._waiting = self._waiting[size:]
            self._position += size
        return packets

    def _packets(self, samples: Sound) -> list[EncodedPacket]:
        frame = av.AudioFrame.from_ndarray(np.stack([samples, samples]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = self._media.rate, self._position, self._base
        return [_coded("audio", p, bytes(p), self._codec.frame_size, self._base) for p in self._codec.encode(frame)]

    def close(self) -> None:
        self._nowhere.close()


class Encoder:
    """Picture and sound of one stream together, where there is one rendition."""

    def __init__(self, media: MediaFormat, preset: str = "veryfast", hardware: bool = True) -> None:
        self._video, self._sound = VideoEncoder(media, preset, hardware), SoundEncoder(media)
        self.sound_template = self._sound.template

    def encode(self, tick: int, frame: NDArray[np.uint8], sound: Sound, keyframe: bool) -> list[EncodedPacket]:
        """Packets ready after this tick. ``frame`` is (h * 3 / 2, w); free to change on return."""
        return self._video.encode(tick, as_picture(frame), keyframe) + self._sound.encode(tick, sound)

    def close(self) -> None:
        self._sound.close()


def as_picture(frame: NDArray[np.uint8]) -> av.VideoFrame:
    """The canvas's (h * 3 / 2, w) as a frame of libav on the same memory."""
    height, width = frame.shape[0] * 2 // 3, frame.shape[1]
    # plane by plane: from_numpy_buffer loses two rows, and with them the place of the colours, where height / 2 is odd
    colours = frame[height:].reshape(2, height // 2, width // 2)
    return av.VideoFrame.from_dlpack([frame[:height], *colours], format="yuv420p")


def _coded(kind: str, packet: av.Packet[Any], data: bytes, duration: int, base: Fraction) -> EncodedPacket:
    assert packet.pts is not None
    dts = packet.pts if packet.dts is None else packet.dts
    video = kind == "video"
    return EncodedPacket(
        "video" if video else "audio", data, packet.pts, dts, duration, base, packet.is_keyframe and video
    )
