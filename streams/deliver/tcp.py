"""TCP and TLS connections with deadlines, and what the kernel knows of them."""

from __future__ import annotations

import hashlib
import hmac
import socket
import ssl
import struct
import time
from dataclasses import dataclass

from streams.deliver.dns import lookup
from streams.ports import Refused, Transient

SEND_BUFFER = 262_144
UNSENT_BYTES = 32_768
"""what the kernel may hold that is not yet on its way: the rest waits in our queue, where it can be dropped"""
_TCP_NOTSENT_LOWAT = 25  # linux/tcp.h
USER_TIMEOUT_MS = 120_000
"""the kernel keeps a dead connection this long: its end can then still be told to the server (:func:`reset`)"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect. With TLS, ``pin`` (SHA-256 of the certificate, hex) or ``ca`` (a file) replaces the system's
    certificates."""

    host: str
    port: int
    tls: bool = False
    ca: str = ""
    pin: str = ""


def connect(endpoint: Endpoint, seconds: float) -> socket.socket:
    """A connected socket within ``seconds`` all in all; raises Transient, or Refused for a certificate."""
    deadline = time.monotonic() + seconds
    host, port = endpoint.host, endpoint.port
    addresses = lookup(host, port, seconds)
    failed: Exception = Transient(f"cannot find {host}: it has no address")
    for number, (family, address) in enumerate(addresses):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:  # a family that this machine has not
            failed = error
            continue
        try:
            sock.settimeout(left / (len(addresses) - number))  # an address that is silent leaves time for the next
            sock.connect(address)
        except OSError as error:
            sock.close()
            failed = error
            continue
        return _prepared(sock, endpoint, deadline)
    if isinstance(failed, TimeoutError):
        raise Transient(f"{host}:{port} does not answer within {seconds:g} s") from failed
    if isinstance(failed, OSError):
        raise Transient(f"cannot connect to {host}:{port}: {failed.strerror or failed}") from failed
    raise failed


def _prepared(sock: socket.socket, endpoint: Endpoint, deadline: float) -> socket.socket:
    host = endpoint.host
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
        sock.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        if not endpoint.tls:
            return sock
        sock.settimeout(max(0.1, deadline - time.monotonic()))
        secure = _context(endpoint).wrap_socket(sock, server_hostname=host)
        sock = secure
        if endpoint.pin:
            fingerprint = hashlib.sha256(secure.getpeercert(binary_form=True) or b"").hexdigest()
            if not hmac.compare_digest(fingerprint, endpoint.pin):
                raise Refused(f"certificate of {host} is not the pinned one: its SHA-256 is {fingerprint}")
        return secure
    except Refused:
        sock.close()
        raise
    except ssl.SSLCertVerificationError as error:
        sock.close()
        raise Refused(f"certificate of {host} not accepted: {error.verify_message}") from error
    except TimeoutError as error:
        sock.close()
        raise Transient(f"no answer to the TLS handshake with {host}:{endpoint.port}") from error
    except OSError as error:
        sock.close()
        raise Transient(f"TLS with {host}:{endpoint.port} failed: {error.strerror or error}") from error


def _context(endpoint: Endpoint) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=endpoint.ca or None)
    except OSError as error:
        raise Refused(f"CA file {endpoint.ca} cannot be used: {error.strerror or error}") from error
    if endpoint.pin:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the pin is checked instead
    return context


def reset(sock: socket.socket) -> None:
    """Close a connection by telling the other side that it is over, in one packet that waits for nothing.

    After a cut way or a frozen server, a mere close would leave the server with a session that it believes in, and
    with our key in use. Sent when the way is there again, it frees the key.
    """
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass  # it is closed already
    sock.close()


@dataclass(frozen=True, slots=True)
class Figures:
    """From Linux's ``tcp_info``; seconds and bytes."""

    rtt: float
    shortest_rtt: float
    acknowledged: int
    unsent: int
    segments: int
    """with data, sent in all"""
    retransmitted: int
    """of them"""
    bandwidth: int
    """bits per second"""


def figures(sock: socket.socket) -> Figures | None:
    """None where the kernel is too old to tell (before 4.9)."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    if len(info) < 168:
        return None
    rtt, total_retrans = struct.unpack_from("=I", info, 68)[0], struct.unpack_from("=I", info, 100)[0]
    acknowledged = struct.unpack_from("=Q", info, 120)[0]
    unsent, shortest, _, segments = struct.unpack_from("=IIII", info, 144)
    rate = struct.unpack_from("=Q", info, 160)[0]
    return Figures(rtt / 1e6, min(shortest, rtt) / 1e6, acknowledged, unsent, segments, total_retrans, rate * 8)


class Progress:
    """Whether a count that should grow has stood still for too long."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._count = -1
        self._since = 0.0

    def stuck(self, now: float, count: int, outstanding: int) -> bool:
        """``count`` that should grow while ``outstanding`` is not nothing."""
        if count != self._count or not outstanding:
            self._count, self._since = count, now
        return now - self._since >= self._patience
