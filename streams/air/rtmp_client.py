"""A socket around the RTMP state machine, as the file that PyAV's flv muxer writes to; every step has a deadline."""

from __future__ import annotations

import logging
import select
import socket
import ssl
import threading
import time

from streams.air import amf
from streams.air.mux import Muxer
from streams.air.rtmp import DATA, Publisher, RtmpError, RtmpRefused
from streams.ports import Packets, Refused, Transient
from streams.secrets import MissingSecret, resolve
from streams.types import MediaFormat

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
SEND_SECONDS = 5.0
READ_SECONDS = 1.0
SEND_BUFFER = 262_144
_FLV_HEADER = 13


class RtmpFile:
    """Takes an FLV byte stream by ``write`` and publishes it. Used by one thread; a second one reads the server."""

    def __init__(self, host: str, port: int, tls: bool, publisher: Publisher) -> None:
        """Connect and publish; raises Transient or Refused."""
        self._publisher = publisher
        self._buffer = bytearray()
        self._in_header = True
        self._error: Exception | None = None
        self._lock = threading.Lock()
        self._closing = False
        deadline = time.monotonic() + CONNECT_SECONDS
        self._socket = _connect(host, port, tls)
        try:
            self._handshake(deadline)
        except BaseException:
            self._socket.close()
            raise
        self._socket.settimeout(SEND_SECONDS)
        threading.Thread(target=self._read, name="rtmp reader", daemon=True).start()

    def _handshake(self, deadline: float) -> None:
        try:
            self._socket.sendall(self._publisher.start())
            while not self._publisher.live:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Transient(f"no answer to the RTMP handshake within {CONNECT_SECONDS:g} s")
                self._socket.settimeout(left)
                data = self._socket.recv(65_536)
                if not data:
                    raise Transient("the server hung up during the handshake (wrong application or key?)")
                if answer := self._publisher.receive(data):
                    self._socket.sendall(answer)
        except RtmpRefused as error:
            raise Refused(f"refused: {error}") from error
        except RtmpError as error:
            raise Transient(str(error)) from error
        except TimeoutError as error:
            raise Transient(f"no answer to the RTMP handshake within {CONNECT_SECONDS:g} s") from error
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
        out = []
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
        if out:
            self._send(b"".join(out))
        return len(data)

    def _send(self, data: bytes) -> None:
        if self._error is not None:
            raise self._error
        try:
            with self._lock:
                self._socket.sendall(data)
        except TimeoutError as error:
            raise Transient(f"the server took nothing for {SEND_SECONDS:g} s") from error
        except OSError as error:
            raise Transient(f"connection lost: {error.strerror or error}") from error

    def _read(self) -> None:
        try:
            while not self._closing:
                data = self._receive()
                if data is None:
                    continue
                if not data:
                    raise Transient("connection closed by the server")
                answer = self._publisher.receive(data)
                if answer:
                    self._send(answer)
        except RtmpRefused as error:
            self._error = Refused(f"refused: {error}")
        except (RtmpError, OSError, ValueError, Transient) as error:
            if not self._closing:
                self._error = error if isinstance(error, Transient) else Transient(f"connection lost: {error}")

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

    def finish(self) -> None:
        """Say goodbye; never raises."""
        self._closing = True
        try:
            self._send(self._publisher.finish())
        except (Transient, Refused):
            pass  # the server is gone already, which is what we want

    def close(self) -> None:
        self._closing = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # not connected any more
        self._socket.close()


def _connect(host: str, port: int, tls: bool) -> socket.socket:
    try:
        sock = socket.create_connection((host, port), CONNECT_SECONDS)
    except TimeoutError as error:
        raise Transient(f"{host}:{port} does not answer within {CONNECT_SECONDS:g} s") from error
    except OSError as error:
        raise Transient(f"cannot connect to {host}:{port}: {error.strerror or error}") from error
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(SEND_SECONDS * 1000))
        if tls:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        sock.close()
        raise Refused(f"certificate of {host} not accepted: {error.verify_message}") from error
    except OSError as error:
        sock.close()
        raise Transient(f"TLS with {host}:{port} failed: {error.strerror or error}") from error
    return sock


class RtmpDestination:
    """An RTMP or RTMPS ingest. ``path`` and ``key`` may be references to secrets; the last part of ``path`` is the
    key where ``key`` is empty."""

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        tls: bool,
        path: str,
        key: str,
        media: MediaFormat,
        sound_template: object,
    ) -> None:
        self.name = name
        self._host, self._port, self._tls = host, port, tls
        self._path, self._key = path, key
        self._media, self._sound_template = media, sound_template
        self._file: RtmpFile | None = None

    def run(self, packets: Packets) -> None:
        app, key = self._names()
        scheme = "rtmps" if self._tls else "rtmp"
        host = f"[{self._host}]" if ":" in self._host else self._host
        publisher = Publisher(app, f"{scheme}://{host}:{self._port}/{app}", key)
        try:
            self._publish(publisher, packets)
        except (Transient, Refused) as error:
            # servers like to repeat the name that they refuse
            raise type(error)(_without(str(error), key)) from None

    def _publish(self, publisher: Publisher, packets: Packets) -> None:
        self._file = file = RtmpFile(self._host, self._port, self._tls, publisher)
        try:
            muxer = Muxer(file, "flv", self._media, self._sound_template, buffer_size=4096)
            for packet in packets:
                muxer.mux(packet)
            muxer.close()
            file.finish()
        finally:
            file.close()

    def _names(self) -> tuple[str, str]:
        """Application and key; raises Refused when the key's secret is missing."""
        path, mark, query = self._path.partition("?")
        try:
            if self._key:
                return path.strip("/") + mark + query, resolve(self._key)
            app, _, last = path.strip("/").rpartition("/")
            return app, resolve(last) + mark + query
        except MissingSecret as error:
            raise Refused(str(error)) from error

    def reachable(self) -> bool:
        try:
            socket.create_connection((self._host, self._port), 1.0).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        if self._file is not None:
            self._file.close()


def _without(text: str, key: str) -> str:
    """The text without a key, or the part of it before its query."""
    for secret in (key, key.partition("?")[0], key.partition("?")[2]):
        if len(secret) >= 4:
            text = text.replace(secret, "***")
    return text
