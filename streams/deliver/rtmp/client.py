"""A socket around the RTMP state machine, as the file that PyAV's flv muxer writes to; every step has a deadline."""

from __future__ import annotations

import fcntl
import select
import socket
import ssl
import struct
import termios
import threading
import time

from streams.deliver.loss import RecentLoss
from streams.deliver.pacing import Spread, wire_rate
from streams.deliver.rtmp import amf
from streams.deliver.rtmp.protocol import DATA, Publisher, RtmpBusy, RtmpChallenge, RtmpError, RtmpRedirect, RtmpRefused
from streams.deliver.tcp import Endpoint, Progress, connect, figures, reset
from streams.ports import Refused, Transient
from streams.types import MediaFormat, Wire

CONNECT_SECONDS = 5.0
SEND_SECONDS = 5.0
FROZEN_SECONDS = 5.0
"""a server that confirms no byte for so long, with bytes on their way to it, is frozen or cut off"""
READ_SECONDS = 0.5
_FLV_HEADER = 13


class RtmpFile:
    """Takes an FLV byte stream by ``write`` and publishes it. Used by one thread; a second one reads the server."""

    def __init__(
        self, endpoint: Endpoint, publisher: Publisher, media: MediaFormat, former: socket.socket | None = None
    ) -> None:
        """Connect and publish. ``former``: the socket of a session that broke
        off, which is reset as soon as the server can be reached. Raises Transient, Refused, RtmpRedirect or
        RtmpChallenge."""
        self._publisher = publisher
        self._bitrate = media.total_bitrate
        self._loss = RecentLoss()
        self._spread = Spread(wire_rate(media))
        self._buffer = bytearray()
        self._out = bytearray()
        self._in_header = True
        self._error: Exception | None = None
        self._lock = threading.Lock()
        self._closing = False
        deadline = time.monotonic() + CONNECT_SECONDS
        self._socket = connect(endpoint, CONNECT_SECONDS)
        if former is not None:
            reset(former)
        try:
            self._handshake(deadline)
        except BaseException:
            self._socket.close()
            raise
        self._socket.settimeout(SEND_SECONDS)
        self._progress = Progress(FROZEN_SECONDS)
        threading.Thread(target=self._read, name="rtmp reader", daemon=True).start()

    def _handshake(self, deadline: float) -> None:
        silent = Transient(f"no answer to the RTMP handshake within {CONNECT_SECONDS:g} s")
        try:
            self._socket.sendall(self._publisher.start())
            while not self._publisher.live:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise silent
                self._socket.settimeout(left)
                data = self._socket.recv(65_536)
                if not data:
                    raise HungUp(self._publisher.asked)
                if answer := self._publisher.receive(data):
                    self._socket.sendall(answer)
        except (RtmpRedirect, RtmpChallenge):
            raise
        except RtmpError as error:
            raise _told(error) from error
        except TimeoutError as error:
            raise silent from error
        except ConnectionResetError as error:
            raise HungUp(self._publisher.asked) from error
        except OSError as error:
            raise Transient(f"connection lost during the handshake: {error.strerror or error}") from error

    def write(self, data: bytes) -> int:
        """FLV bytes in any portions; raises Transient when the connection is lost or stuck."""
        self._buffer += data
        if self._in_header:
            if len(self._buffer) < _FLV_HEADER:
                return len(data)
            del self._buffer[:_FLV_HEADER]
            self._in_header = False
        out, stamp = [], None
        while len(self._buffer) >= 11:
            size = int.from_bytes(self._buffer[1:4], "big")
            if len(self._buffer) < size + 15:
                break
            kind = self._buffer[0] & 31
            stamp = int.from_bytes(self._buffer[4:7], "big") | self._buffer[7] << 24
            payload = bytes(self._buffer[11 : 11 + size])
            del self._buffer[: size + 15]
            if kind == DATA:
                payload = amf.encode("@setDataFrame") + payload
            out.append(self._publisher.media(kind, stamp, payload))
        if stamp is not None:
            self._send(b"".join(out), stamp / 1000)
        return len(data)

    def _send(self, data: bytes, seconds: float | None) -> None:
        """Append to what goes out, and send of it what may leave by ``seconds`` of the stream; all of it when None.
        What the server gets is one sequence: an answer to it stands between two messages, never inside one."""
        if self._error is not None:
            raise self._error
        try:
            with self._lock:
                self._out += data
                count = len(self._out) if seconds is None else self._spread.release(seconds, len(self._out))
                if count:
                    self._socket.sendall(memoryview(self._out)[:count].tobytes())
                    del self._out[:count]
        except TimeoutError as error:
            raise Transient(f"the server took nothing for {SEND_SECONDS:g} s") from error
        except OSError as error:
            raise self._error or Transient(f"connection lost: {error.strerror or error}") from error

    def _read(self) -> None:
        try:
            while not self._closing:
                self._watch()
                data = self._receive()
                if data is None:
                    continue
                if not data:
                    raise Transient("connection closed by the server")
                answer = self._publisher.receive(data)
                if answer:
                    self._send(answer, 0.0)
        except (RtmpError, OSError, ValueError, Transient) as error:
            if not self._closing:
                self._error = _told(error) if isinstance(error, RtmpError) else (
                    error if isinstance(error, Transient) else Transient(f"connection lost: {_words(error)}"))  # fmt: skip
                self._unblock()

    def _watch(self) -> None:
        """Raises Transient when the other side has stopped taking what we send."""
        info = figures(self._socket)
        if info is not None and self._progress.stuck(time.monotonic(), info.acknowledged, self._outstanding()):
            raise Transient(f"the server has confirmed nothing for {FROZEN_SECONDS:g} s: it is frozen or cut off")

    def _outstanding(self) -> int:
        """Bytes in the kernel that the other side has not confirmed."""
        return int(struct.unpack("i", fcntl.ioctl(self._socket.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0])

    def _receive(self) -> bytes | None:
        """What the server says; None if that is nothing for a while. A TLS connection must not be read while it is
        written to, so the lock is held, and held only when there is something to read."""
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()
        if not pending and not select.select([self._socket], [], [], READ_SECONDS)[0]:
            return None
        with self._lock:
            self._socket.settimeout(0)
            try:
                return self._socket.recv(65_536)
            except (BlockingIOError, ssl.SSLWantReadError):
                return None
            finally:
                self._socket.settimeout(SEND_SECONDS)

    def measure(self) -> Wire | None:
        try:
            info = figures(self._socket)
            if info is None:
                return None
            # what is on its way for longer than the way itself needs is waiting, in our kernel or in a router
            on_the_way = int(self._bitrate / 8 * (info.shortest_rtt + 0.1))
            waiting = max(info.unsent, self._outstanding() - on_the_way)
        except (OSError, ValueError):
            return None
        loss = self._loss.share(time.monotonic(), info.segments, info.retransmitted)
        return Wire(info.acknowledged, max(0, waiting), info.rtt * 1000, loss, info.retransmitted,
                    bandwidth=info.bandwidth)  # fmt: skip

    def finish(self) -> None:
        """Say goodbye; never raises."""
        self._closing = True
        try:
            self._send(self._publisher.finish(), None)
        except (Transient, Refused):
            pass  # the server is gone already, which is what we want

    def close(self) -> None:
        self._closing = True
        self._unblock()
        self._socket.close()

    def leave(self) -> socket.socket:
        """Give up a session that failed; its socket, open, is the caller's."""
        self._closing = True
        return self._socket

    def _unblock(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # not connected any more


class HungUp(Transient):
    """The server closed the connection without a word, right after the command ``asked``."""

    def __init__(self, asked: str) -> None:
        hints = {
            "the greeting": "wrong protocol, RTMP or RTMPS?",
            "connect": "wrong application?",
            "publish": "wrong or expired key, or the key is in use?",
        }
        super().__init__(f"the server hung up at {asked} ({hints.get(asked, 'no reason given')})")
        self.asked = asked


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _told(error: RtmpError) -> Exception:
    """A protocol error as the ports know it."""
    if isinstance(error, RtmpBusy):
        return Transient(f"the key is in use: {error}")
    if isinstance(error, RtmpRefused):
        return Refused(f"refused: {error}")
    return Transient(str(error))


def knock(endpoint: Endpoint, seconds: float) -> bool:
    """Whether an RTMP server answers there: a frozen one accepts connections and says nothing."""
    try:
        with connect(endpoint, seconds) as sock:
            sock.settimeout(seconds)
            sock.sendall(Publisher("", "", "").start())
            return sock.recv(1) == b"\x03"
    except (OSError, Transient, Refused):
        return False
