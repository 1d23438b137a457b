"""A constant-rate transport stream to an SRT listener, through Debian's libsrt by ctypes.

Calls into libsrt release the interpreter, so a stuck peer holds up this destination's thread alone.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import socket
import struct
import threading
import time
from functools import cache

from streams.air.mux import Muxer
from streams.ports import Packets, Refused, Transient
from streams.secrets import MissingSecret, resolve
from streams.types import MediaFormat

PAYLOAD = 1316
"""seven transport stream packets, what SRT live mode carries at a time"""
CONNECT_MS, SEND_MS, IDLE_MS = 3000, 3000, 5000
DRAIN_LIMIT = 1.0
"""seconds that the end of the stream may take"""

# srt.h, SRT_SOCKOPT
_LINGER, _SNDTIMEO, _SENDER, _LATENCY, _PASSPHRASE, _PBKEYLEN = 7, 13, 21, 23, 26, 27
_TLPKTDROP, _CONNTIMEO, _STREAMID, _PAYLOADSIZE, _TRANSTYPE, _PEERIDLETIMEO = 31, 36, 46, 49, 50, 55
_REJECT_SECRET, _REJECT_UNSECURE, _REJECT_TIMEOUT = 10, 11, 16


class MissingLibrary(Exception):
    """libsrt is not on this machine."""


@cache
def library() -> ctypes.CDLL:
    """libsrt, started. Raises MissingLibrary with the command that installs it."""
    for name in ("libsrt-openssl.so.1.5", "libsrt.so.1.5", "libsrt-gnutls.so.1.5", ctypes.util.find_library("srt")):
        if not name:
            continue
        try:
            lib = ctypes.CDLL(name)
            break
        except OSError:
            continue
    else:
        raise MissingLibrary("libsrt is missing: apt-get install libsrt1.5-openssl")
    number, pointer = ctypes.c_int, ctypes.c_void_p
    lib.srt_connect.argtypes = [number, pointer, number]
    lib.srt_setsockflag.argtypes = [number, number, pointer, number]
    lib.srt_send.argtypes = [number, ctypes.c_char_p, number]
    lib.srt_getlasterror_str.restype = ctypes.c_char_p
    lib.srt_rejectreason_str.restype = ctypes.c_char_p
    lib.srt_setloglevel.restype = None
    lib.srt_startup()
    lib.srt_setloglevel(2)
    return lib


class SrtFile:
    """Takes a transport stream by ``write`` and sends it in packets of 1316 bytes."""

    def __init__(self, host: str, port: int, latency_ms: int, streamid: str, passphrase: str) -> None:
        """Connect as caller; raises Transient or Refused."""
        try:
            self._lib = library()
        except MissingLibrary as error:
            raise Refused(str(error)) from error
        self._buffer = bytearray()
        self._lock = threading.Lock()
        _, address = _address(host, port)
        self._socket = self._lib.srt_create_socket()
        self._open = True
        try:
            for option, value in (
                (_TRANSTYPE, 0),
                (_SENDER, 1),
                (_LATENCY, latency_ms),
                (_PAYLOADSIZE, PAYLOAD),
                (_CONNTIMEO, CONNECT_MS),
                (_SNDTIMEO, SEND_MS),
                (_PEERIDLETIMEO, IDLE_MS),
                (_TLPKTDROP, 1),
            ):
                self._option(option, struct.pack("i", value))
            self._option(_LINGER, struct.pack("ii", 0, 0))
            if streamid:
                self._option(_STREAMID, streamid.encode())
            if passphrase:
                self._option(_PBKEYLEN, struct.pack("i", 16))
                self._option(_PASSPHRASE, passphrase.encode())
            if self._lib.srt_connect(self._socket, address, len(address)) < 0:
                raise self._failure(host, port)
        except BaseException:
            self.close()
            raise

    def _option(self, option: int, value: bytes) -> None:
        if self._lib.srt_setsockflag(self._socket, option, value, len(value)) < 0:
            raise Refused(f"libsrt refuses option {option}: {self._words()}")

    def _words(self) -> str:
        return str(self._lib.srt_getlasterror_str().decode("utf-8", "replace"))

    def _failure(self, host: str, port: int) -> Exception:
        words = self._words()
        reason = self._lib.srt_getrejectreason(self._socket)
        if reason in (_REJECT_SECRET, _REJECT_UNSECURE):
            return Refused("refused: wrong or missing passphrase")
        if reason == _REJECT_TIMEOUT or "timeout" in words.lower() or "timer" in words.lower():
            return Transient(f"{host}:{port} does not answer (nobody listens there, or the port is closed)")
        if reason:
            told = self._lib.srt_rejectreason_str(reason).decode("utf-8", "replace")
            return Refused(f"refused: {told}")
        return Transient(f"{host}:{port}: {words}")

    def write(self, data: bytes) -> int:
        """Raises Transient when the peer is gone or takes nothing."""
        self._buffer += data
        whole = len(self._buffer) // PAYLOAD * PAYLOAD
        for at in range(0, whole, PAYLOAD):
            self._send(bytes(self._buffer[at : at + PAYLOAD]))
        del self._buffer[:whole]
        return len(data)

    def _send(self, data: bytes) -> None:
        if not self._open or self._lib.srt_send(self._socket, data, len(data)) < 0:
            raise Transient(f"connection lost: {self._words()}")

    def drain(self, seconds: float) -> None:
        """Send the rest, and give it time to arrive and to be played out: closing a live socket drops it."""
        if self._buffer:
            self._send(bytes(self._buffer))
            self._buffer.clear()
        until = time.monotonic() + DRAIN_LIMIT
        left, size = ctypes.c_size_t(), ctypes.c_size_t()
        while self._lib.srt_getsndbuffer(self._socket, ctypes.byref(left), ctypes.byref(size)) > 0 and size.value:
            if time.monotonic() > until:
                return
            time.sleep(0.02)
        time.sleep(min(seconds, DRAIN_LIMIT))

    def close(self) -> None:
        with self._lock:
            if self._open:
                self._open = False
                self._lib.srt_close(self._socket)


def _address(host: str, port: int) -> tuple[int, bytes]:
    """A sockaddr for libsrt; raises Transient if the name is not found."""
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    except OSError as error:
        raise Transient(f"cannot find {host}: {error.strerror or error}") from error
    address = str(where[0])
    head = struct.pack("=H", family) + struct.pack("!H", port)
    if family == socket.AF_INET6:
        scope = where[3] if len(where) > 3 else 0
        return family, head + struct.pack("=I", 0) + socket.inet_pton(family, address) + struct.pack("=I", int(scope))
    return family, head + socket.inet_aton(address) + bytes(8)


def knock(host: str, port: int) -> bool:
    """Whether an SRT listener answers an induction handshake (draft-sharabayko-srt, 3.2.1) within a second."""
    induction = struct.pack(
        ">IIIIIHHIIIIII16s",
        0x80000000, 0, 0, 0,  # control packet, handshake; no destination socket yet
        4, 0, 2, 1, 1500, 8192, 1, int.from_bytes(os.urandom(4), "big") & 0x3FFFFFFF, 0, bytes(16),
    )  # fmt: skip
    try:
        family, _ = _address(host, port)
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.settimeout(1.0)
            sock.connect((host, port))
            sock.send(induction)
            return len(sock.recv(2048)) >= 16
    except (OSError, Transient):
        return False


def mux_rate(media: MediaFormat) -> int:
    """Bits per second of the transport stream: picture and sound, 6 % for its headers, 4 % of room."""
    return int((media.bitrate + media.audio_bitrate) * 1.10)


class SrtDestination:
    """An SRT listener. ``passphrase`` and ``streamid`` may be references to secrets."""

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        latency_ms: int,
        streamid: str,
        passphrase: str,
        media: MediaFormat,
        sound_template: object,
    ) -> None:
        self.name = name
        self._host, self._port, self._latency = host, port, latency_ms
        self._streamid, self._passphrase = streamid, passphrase
        self._media, self._sound_template = media, sound_template
        self._file: SrtFile | None = None

    def run(self, packets: Packets) -> None:
        try:
            streamid, passphrase = resolve(self._streamid), resolve(self._passphrase)
        except MissingSecret as error:
            raise Refused(str(error)) from error
        if passphrase and not 10 <= len(passphrase.encode()) <= 79:
            raise Refused("an SRT passphrase has 10 to 79 characters")
        self._file = file = SrtFile(self._host, self._port, self._latency, streamid, passphrase)
        try:
            options = {"muxrate": str(mux_rate(self._media)), "pcr_period": "20"}
            muxer = Muxer(file, "mpegts", self._media, self._sound_template, options, buffer_size=PAYLOAD * 7)
            for packet in packets:
                muxer.mux(packet)
            muxer.close()
            file.drain(self._latency / 1000 + 0.1)
        finally:
            file.close()

    def reachable(self) -> bool:
        return knock(self._host, self._port)

    def stop(self) -> None:
        if self._file is not None:
            self._file.close()
