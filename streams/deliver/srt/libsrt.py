"""An SRT caller as a file: Debian's libsrt by ctypes, its options, its reasons and its statistics.

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
from dataclasses import dataclass, field
from functools import cache

from streams.deliver.dns import lookup
from streams.deliver.loss import RecentLoss
from streams.ports import Refused, Transient
from streams.types import Wire

PAYLOAD = 1316
"""seven transport stream packets, what SRT live mode carries at a time"""
CONNECT_MS, SEND_MS, IDLE_MS = 3000, 3000, 5000
LOOKUP_SECONDS = 5.0
KNOWN_STATISTICS = (0x010401, 0x010600)
"""libsrt versions, from and below, whose statistics struct is the 496 bytes of :class:`Statistics`"""
_CONFIRM_MS = 60
"""how long a receiver may take to confirm, round trip aside: libsrt's ACK period and our own bursts"""
NARROW_LOSS, NARROW_SECONDS = 0.25, 0.3
"""a way that loses more than this share counts as one on which so much waits"""
DRAIN_LIMIT = 1.0
"""seconds that the end of the stream may take"""

# srt.h, SRT_SOCKOPT
_LINGER, _SNDTIMEO, _SENDER, _LATENCY, _PASSPHRASE, _PBKEYLEN = 7, 13, 21, 23, 26, 27
_TLPKTDROP, _CONNTIMEO, _STREAMID, _PAYLOADSIZE, _TRANSTYPE, _PEERIDLETIMEO = 31, 36, 46, 49, 50, 55
_CONNECTED = 5  # srt.h, SRT_SOCKSTATUS
_REJECT_SECRET, _REJECT_UNSECURE, _REJECT_TIMEOUT = 10, 11, 16
_REJECT_PREDEFINED = 1000
_REASONS = {
    2: "the peer rejects it",
    3: "the peer is out of resources",
    4: "the peer answered with rubbish",
    5: "the peer has too many connections waiting",
    7: "the peer is closing",
    8: "the peer speaks an older version of SRT",
    14: "the peer does not know this kind of packet filter",
    # SRT access control (libsrt docs/features/access-control.md): HTTP's codes and some of its own
    1400: "the peer cannot read the streamid",
    1401: "the streamid is not authorised",
    1402: "the server is overloaded, or its credits are used up",
    1403: "the streamid is not allowed to send",
    1404: "this streamid is unknown",
    1405: "the peer does not support the mode in the streamid",
    1409: "somebody sends under this streamid already",
    1412: "the peer cannot take this mode",
    1415: "the peer does not take this kind of media",
    1423: "the stream is locked",
    1500: "the peer has failed",
    1503: "the service is down, or in maintenance",
}
"""reject reasons in words"""
_PASSING = {3, 5, 7, 1402, 1409, 1500, 1503}
"""the reasons that time alone may mend"""

_int, _i64, _u64, _double = ctypes.c_int, ctypes.c_int64, ctypes.c_uint64, ctypes.c_double
_FIELDS: tuple[tuple[type, str], ...] = (
    (_i64, "msTimeStamp pktSentTotal pktRecvTotal"),
    (_int, "pktSndLossTotal pktRcvLossTotal pktRetransTotal pktSentACKTotal pktRecvACKTotal pktSentNAKTotal pktRecvNAKTotal"),
    (_i64, "usSndDurationTotal"),
    (_int, "pktSndDropTotal pktRcvDropTotal pktRcvUndecryptTotal"),
    (_u64, "byteSentTotal byteRecvTotal byteRcvLossTotal byteRetransTotal byteSndDropTotal byteRcvDropTotal byteRcvUndecryptTotal"),
    (_i64, "pktSent pktRecv"),
    (_int, "pktSndLoss pktRcvLoss pktRetrans pktRcvRetrans pktSentACK pktRecvACK pktSentNAK pktRecvNAK"),
    (_double, "mbpsSendRate mbpsRecvRate"),
    (_i64, "usSndDuration"),
    (_int, "pktReorderDistance"),
    (_double, "pktRcvAvgBelatedTime"),
    (_i64, "pktRcvBelated"),
    (_int, "pktSndDrop pktRcvDrop pktRcvUndecrypt"),
    (_u64, "byteSent byteRecv byteRcvLoss byteRetrans byteSndDrop byteRcvDrop byteRcvUndecrypt"),
    (_double, "usPktSndPeriod"),
    (_int, "pktFlowWindow pktCongestionWindow pktFlightSize"),
    (_double, "msRTT mbpsBandwidth"),
    (_int, "byteAvailSndBuf byteAvailRcvBuf"),
    (_double, "mbpsMaxBW"),
    (_int, "byteMSS pktSndBuf byteSndBuf msSndBuf msSndTsbPdDelay pktRcvBuf byteRcvBuf msRcvBuf msRcvTsbPdDelay "
           "pktSndFilterExtraTotal pktRcvFilterExtraTotal pktRcvFilterSupplyTotal pktRcvFilterLossTotal "
           "pktSndFilterExtra pktRcvFilterExtra pktRcvFilterSupply pktRcvFilterLoss pktReorderTolerance"),
    (_i64, "pktSentUniqueTotal pktRecvUniqueTotal"),
    (_u64, "byteSentUniqueTotal byteRecvUniqueTotal"),
    (_i64, "pktSentUnique pktRecvUnique"),
    (_u64, "byteSentUnique byteRecvUnique"),
)  # fmt: skip


class Statistics(ctypes.Structure):
    """``SRT_TRACEBSTATS`` of libsrt 1.5 (srt.h): "Total" counts from the connection's start."""

    _fields_ = [(name, kind) for kind, names in _FIELDS for name in names.split()]


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
    lib.srt_getversion.restype = ctypes.c_uint32
    lib.srt_bistats.argtypes = [number, pointer, number, number]
    lib.srt_setloglevel.restype = None
    lib.srt_startup()
    lib.srt_setloglevel(2)
    return lib


@dataclass(frozen=True, slots=True)
class Caller:
    """Where to call and how. The passphrase has 10 to 79 bytes, the key 16, 24 or 32."""

    host: str
    port: int
    latency_ms: int = 120
    streamid: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    key_bytes: int = 16


class SrtFile:
    """Takes a transport stream by ``write`` and sends it in packets of 1316 bytes."""

    def __init__(self, caller: Caller) -> None:
        """Connect as caller; raises Transient or Refused."""
        try:
            self._lib = library()
        except MissingLibrary as error:
            raise Refused(str(error)) from error
        self._buffer = bytearray()
        self._lock = threading.Lock()
        self._loss = RecentLoss()
        self._shortest = float("inf")
        self._known: Wire | None = None
        self.overdue = False
        """whether, at the last measure, something unconfirmed was too old to be played in time"""
        host, port, passphrase = caller.host, caller.port, caller.passphrase
        if passphrase and not 10 <= len(passphrase.encode()) <= 79:
            raise Refused("an SRT passphrase has 10 to 79 characters")
        address = _address(host, port)
        self._socket = self._lib.srt_create_socket()
        self._open = True
        try:
            for option, value in (
                (_TRANSTYPE, 0),
                (_SENDER, 1),
                (_LATENCY, caller.latency_ms),
                (_PAYLOADSIZE, PAYLOAD),
                (_CONNTIMEO, CONNECT_MS),
                (_SNDTIMEO, SEND_MS),
                (_PEERIDLETIMEO, IDLE_MS),
                (_TLPKTDROP, 1),
            ):
                self._option(option, struct.pack("i", value))
            self._option(_LINGER, struct.pack("ii", 0, 0))
            if caller.streamid:
                self._option(_STREAMID, caller.streamid.encode())
            if passphrase:
                self._option(_PBKEYLEN, struct.pack("i", caller.key_bytes))
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
            reason_text = _REASONS.get(reason) or self._lib.srt_rejectreason_str(reason).decode("utf-8", "replace")
            number = f" ({reason - _REJECT_PREDEFINED})" if reason >= _REJECT_PREDEFINED else ""
            return (Transient if reason in _PASSING else Refused)(f"refused: {reason_text}{number}")
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

    def flush(self) -> None:
        """Send what is less than a packet."""
        if self._buffer:
            self._send(bytes(self._buffer))
            self._buffer.clear()

    def drain(self, seconds: float) -> None:
        """Send the rest, and give it time to arrive and to be played out: closing a live socket drops it."""
        self.flush()
        until = time.monotonic() + DRAIN_LIMIT
        left, size = ctypes.c_size_t(), ctypes.c_size_t()
        while self._lib.srt_getsndbuffer(self._socket, ctypes.byref(left), ctypes.byref(size)) > 0 and size.value:
            if time.monotonic() > until:
                return
            time.sleep(0.02)
        time.sleep(min(seconds, DRAIN_LIMIT))

    @property
    def up(self) -> bool:
        """Whether libsrt holds the connection for alive."""
        return self._open and self._lib.srt_getsockstate(self._socket) == _CONNECTED

    @property
    def _readable(self) -> bool:
        return bool(KNOWN_STATISTICS[0] <= self._lib.srt_getversion() < KNOWN_STATISTICS[1])

    def statistics(self) -> Statistics | None:
        """None when the connection is gone, or libsrt is of a version whose figures we cannot read."""
        if not self._readable:
            return None
        figures = Statistics()
        if not self._lock.acquire(blocking=False):  # being closed, and the clock does not wait for that
            return None
        try:
            if not self._open or self._lib.srt_bistats(self._socket, ctypes.byref(figures), 0, 1) < 0:
                return None
        finally:
            self._lock.release()
        return figures

    def measure(self, bitrate: int) -> Wire | None:
        """The figures of a connection that carries so many bits a second; loss is that of the last second or so. While
        another thread asks too, those of a moment ago."""
        figures = self.statistics()
        if figures is None:
            return self._known if self._open and self._readable else None
        sent, lost = figures.pktSentTotal, figures.pktSndLossTotal
        loss = self._loss.share(time.monotonic(), sent, lost)
        # what is younger than the way is long cannot have been confirmed yet; a way that has become longer is a queue
        # in some router, and one that loses a quarter is too narrow even without a queue
        self._shortest = min(self._shortest, figures.msRTT)
        late = max(0.0, figures.msSndBuf - self._shortest - _CONFIRM_MS) / 1000
        self.overdue = late * 1000 > figures.msSndTsbPdDelay  # the larger of both sides' latencies, as agreed on
        if loss > NARROW_LOSS:
            late = max(late, NARROW_SECONDS)
        self._known = Wire(
            sent=max(0, sent - lost) * PAYLOAD,
            waiting=int(late * bitrate / 8),
            rtt_ms=figures.msRTT,
            loss=loss,
            retransmitted=figures.pktRetransTotal,
            dropped=figures.pktSndDropTotal,
            bandwidth=int(figures.mbpsBandwidth * 1e6),
            buffer_ms=figures.msSndBuf,
        )
        return self._known

    def close(self) -> None:
        with self._lock:
            if self._open:
                self._open = False
                self._lib.srt_close(self._socket)


def _address(host: str, port: int) -> bytes:
    """A sockaddr for libsrt; raises Transient if the name is not found."""
    family, where = lookup(host, port, LOOKUP_SECONDS, socket.SOCK_DGRAM)[0]
    address = str(where[0])
    head = struct.pack("=H", family) + struct.pack("!H", port)
    if family == socket.AF_INET6:
        scope = where[3] if len(where) > 3 else 0
        return head + struct.pack("=I", 0) + socket.inet_pton(family, address) + struct.pack("=I", int(scope))
    return head + socket.inet_aton(address) + bytes(8)


def knock(host: str, port: int) -> bool:
    """Whether an SRT listener answers an induction handshake (draft-sharabayko-srt, 3.2.1) within a second."""
    induction = struct.pack(
        ">IIIIIHHIIIIII16s",
        0x80000000, 0, 0, 0,  # control packet, handshake; no destination socket yet
        4, 0, 2, 1, 1500, 8192, 1, int.from_bytes(os.urandom(4), "big") & 0x3FFFFFFF, 0, bytes(16),
    )  # fmt: skip
    try:
        family, where = lookup(host, port, 1.0, socket.SOCK_DGRAM)[0]
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.settimeout(1.0)
            sock.connect(where)
            sock.send(induction)
            return len(sock.recv(2048)) >= 16
    except (OSError, Transient):
        return False
