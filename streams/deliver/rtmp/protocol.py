"""The publishing side of RTMP as a state machine: bytes from the server in, bytes for the server out.

No sockets, no clock (client.py has them). After Adobe's RTMP 1.0 specification of 2012; section numbers below.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import struct
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from streams.deliver.rtmp import amf

OUT_CHUNK = 4096
MESSAGE_LIMIT = 4 << 20
HANDSHAKE = 1536

SET_CHUNK, ABORT, ACK, CONTROL, WINDOW, BANDWIDTH, AUDIO, VIDEO, DATA, COMMAND = 1, 2, 3, 4, 5, 6, 8, 9, 18, 20


_GONE = re.compile(
    r"AppShutdown|Connect\.(Closed|Failed|IdleTimeOut|NetworkChange)|NetStream\.Failed|InternalError", re.I
)
_BUSY = re.compile(r"already|in use|occupied|duplicate|exists|busy", re.I)
_AUTH = re.compile(r"authmod=(\w+)")


class RtmpError(Exception):
    """The server said something that is not RTMP, or ended the session."""


class RtmpRefused(RtmpError):
    """The server understood and said no; the text is its reason."""


class RtmpBusy(RtmpError):
    """Somebody publishes under this key already: often our own last session, which the server has not missed yet."""


class RtmpRedirect(RtmpError):
    """The server sends us to ``url``."""

    def __init__(self, url: str) -> None:
        super().__init__("the server redirects us")
        self.url = url


class RtmpChallenge(RtmpError):
    """The server wants user and password: connect again with the query of :func:`credentials`."""

    def __init__(self, text: str) -> None:
        super().__init__("the server wants a user and a password")
        self.text = text


def credentials(challenge: str, user: str, password: str) -> str:
    """The query to append to the application, in answer to a challenge of the ``adobe`` kind (two rounds: the first
    tells the user, the second proves the password). Raises RtmpRefused when the server has rejected them, or asks
    for a kind that is not known."""
    kind = _AUTH.search(challenge)
    if kind is None or kind[1] != "adobe":
        raise RtmpRefused(f"the server wants a login of the kind {kind[1] if kind else '?'}, which is not supported")
    # as it is: base64 with its plus signs, which are no blanks here
    fields = dict(pair.partition("=")[::2] for pair in challenge.rpartition("?")[2].split("&"))
    reason = fields.get("reason")
    if reason in ("authfailed", "nosuchuser"):
        raise RtmpRefused(f"wrong user or password ({reason})")
    if reason != "needauth":
        return f"authmod=adobe&user={quote(user)}"
    proof = _hash(user + fields.get("salt", "") + password)
    nonce = os.urandom(4).hex()
    response = _hash(proof + (fields.get("opaque") or fields.get("challenge", "")) + nonce)
    query = f"authmod=adobe&user={quote(user)}&challenge={nonce}&response={response}"
    return query + (f"&opaque={fields['opaque']}" if fields.get("opaque") else "")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()


@dataclass(slots=True)
class Message:
    type: int
    stream: int
    timestamp: int
    payload: bytes


@dataclass(slots=True)
class _ChunkStream:
    timestamp: int = 0
    delta: int = 0
    length: int = 0
    type: int = 0
    stream: int = 0
    extended: bool = False
    payload: bytearray = field(default_factory=bytearray)


class ChunkReader:
    """Bytes in any portions in, whole messages out (5.3). Raises RtmpError on a message over 4 MiB."""

    def __init__(self) -> None:
        self.chunk_size = 128
        self._data = bytearray()
        self._streams: dict[int, _ChunkStream] = {}

    def feed(self, data: bytes) -> list[Message]:
        self._data += data
        messages = []
        while (message := self._next()) is not None:
            if message.type == SET_CHUNK:
                size = int.from_bytes(message.payload[:4], "big") & 0x7FFFFFFF
                if not size:
                    raise RtmpError("the server set a chunk size of 0")
                self.chunk_size = size
            elif message.type == ABORT and len(message.payload) >= 4:
                self._streams.pop(int.from_bytes(message.payload[:4], "big"), None)
            if message.type:
                messages.append(message)
        return messages

    def _next(self) -> Message | None:
        """One message; a Message of type 0 for a chunk that completes none; None when more bytes are needed."""
        data = self._data
        if not data:
            return None
        form, number, at = data[0] >> 6, data[0] & 63, 1
        if number < 2:
            extra = 1 + number
            if len(data) < 1 + extra:
                return None
            number = 64 + int.from_bytes(data[1 : 1 + extra], "little")
            at += extra
        size = (11, 7, 3, 0)[form]
        if len(data) < at + size:
            return None
        known = self._streams.get(number)
        if known is None:
            if form == 3:
                raise RtmpError(f"chunk stream {number} continues before it began")
            known = _ChunkStream()
        head = bytes(data[at : at + size])
        at += size
        stamp = int.from_bytes(head[:3], "big") if size else 0
        extended = stamp == 0xFFFFFF if size else known.extended
        if extended:
            if len(data) < at + 4:
                return None
            stamp = int.from_bytes(data[at : at + 4], "big")
            at += 4
        length = int.from_bytes(head[3:6], "big") if form < 2 else known.length
        if length > MESSAGE_LIMIT:
            raise RtmpError(f"a message of {length} bytes")
        starts = form < 3 or not known.payload
        if form < 3 and known.payload:
            raise RtmpError(f"a message on chunk stream {number} breaks off")
        take = min(self.chunk_size, length - len(known.payload))
        if len(data) < at + take:
            return None
        self._streams[number] = known
        known.extended, known.length = extended, length
        if form < 2:
            known.type = head[6]
        if form == 0:
            known.stream = int.from_bytes(head[7:11], "little")
            known.timestamp, known.delta = stamp, stamp
        elif starts:
            known.delta = stamp if size else known.delta
            known.timestamp = (known.timestamp + known.delta) & 0xFFFFFFFF
        known.payload += data[at : at + take]
        del data[: at + take]
        if len(known.payload) < length:
            return Message(0, 0, 0, b"")
        payload = bytes(known.payload)
        known.payload.clear()
        return Message(known.type, known.stream, known.timestamp, payload)


def chunks(message: Message, channel: int, size: int, before: int | None = None) -> bytes:
    """A message as chunks on ``channel`` (3 to 63): with a full first header, or, when ``before`` is the timestamp of
    the message before it on this channel and stream, with the difference to that (5.3.1.2.1, 5.3.1.2.2)."""
    full = before is None or not 0 <= message.timestamp - before < 0xFFFFFF
    time = message.timestamp if full or before is None else message.timestamp - before
    extended = struct.pack(">I", time & 0xFFFFFFFF) if time >= 0xFFFFFF else b""
    head = (
        bytes([channel if full else 0x40 | channel])
        + min(time, 0xFFFFFF).to_bytes(3, "big")
        + len(message.payload).to_bytes(3, "big")
        + bytes([message.type])
        + (struct.pack("<I", message.stream) if full else b"")
        + extended
    )
    more = bytes([0xC0 | channel]) + extended
    payload = message.payload
    parts = [head, payload[:size]]
    for at in range(size, len(payload), size):
        parts += [more, payload[at : at + size]]
    return b"".join(parts)


class Publisher:
    """One publishing session: send what :meth:`start` returns, then everything :meth:`receive` returns.

    When ``live`` turns true, :meth:`media` may be called. ``tc_url`` and ``key`` are secrets to be kept out of logs.
    """

    def __init__(self, app: str, tc_url: str, key: str, fourcc: str = "") -> None:
        """``fourcc``: the code of a video codec newer than FLV itself (``hvc1``, ``av01``), to be announced."""
        self.live = False
        self.asked = "the greeting"
        """the last command that has gone out: what a server that hangs up did not like"""
        self._app, self._tc_url, self._key, self._fourcc = app, tc_url, key, fourcc
        self._reader = ChunkReader()
        self._greeting: bytearray | None = bytearray()
        self._window = 2_500_000
        self._received = self._last_ack = 0
        self._stream = 0
        self._stamps: dict[int, int] = {}
        """by channel: the timestamp of its last message"""

    def start(self) -> bytes:
        """C0 and C1 (5.2.2)."""
        return b"\x03" + struct.pack(">II", 0, 0) + os.urandom(HANDSHAKE - 8)

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the server; returns the answer. Raises RtmpRefused or RtmpError."""
        out = b""
        if self._greeting is not None:
            self._greeting += data
            if self._greeting and self._greeting[0] != 3:
                raise RtmpError("the server does not speak RTMP")
            if len(self._greeting) < 1 + 2 * HANDSHAKE:
                return b""
            # C2 echoes S1; S2 is not checked, since not every server echoes well
            out = bytes(self._greeting[1 : 1 + HANDSHAKE]) + self._connect()
            data = bytes(self._greeting[1 + 2 * HANDSHAKE :])
            self._greeting = None
        self._received += len(data)
        try:
            for message in self._reader.feed(data):
                out += self._answer(message)
        except amf.AmfError as error:
            raise RtmpError(f"broken command: {error}") from error
        if self._received - self._last_ack >= self._window // 2:
            self._last_ack = self._received
            out += self._control(ACK, struct.pack(">I", self._received & 0xFFFFFFFF))
        return out

    def media(self, kind: int, timestamp: int, payload: bytes) -> bytes:
        """An AUDIO, VIDEO or DATA message of the stream; ``timestamp`` in milliseconds."""
        channel = {AUDIO: 4, VIDEO: 6, DATA: 5}[kind]
        before = self._stamps.get(channel)
        self._stamps[channel] = timestamp
        return chunks(Message(kind, self._stream, timestamp, payload), channel, OUT_CHUNK, before)

    def finish(self) -> bytes:
        """The polite goodbye."""
        return self._command("FCUnpublish", 6, None, self._key) + self._command("deleteStream", 7, None, self._stream)

    def _connect(self) -> bytes:
        out = self._control(SET_CHUNK, struct.pack(">I", OUT_CHUNK))
        about: dict[str, Any] = {
            "app": self._app,
            "type": "nonprivate",
            "flashVer": "FMLE/3.0 (compatible; anchor)",
            "tcUrl": self._tc_url,
        }
        self.asked = "connect"
        if self._fourcc:
            about["fourCcList"] = [self._fourcc]  # Enhanced RTMP (Veovera, v1)
        return out + self._command("connect", 1, about)

    def _answer(self, message: Message) -> bytes:
        payload = message.payload
        if message.type == WINDOW and len(payload) >= 4:
            self._window = max(2, int.from_bytes(payload[:4], "big"))
        elif message.type == BANDWIDTH and len(payload) >= 4:
            return self._control(WINDOW, payload[:4])  # 5.4.5: answered with our own window
        elif message.type == CONTROL and payload[:2] == b"\x00\x06":
            return self._control(CONTROL, b"\x00\x07" + payload[2:6])  # pong
        elif message.type == COMMAND:
            return self._on_command(amf.decode(payload))
        return b""

    def _on_command(self, values: list[Any]) -> bytes:
        name, number = values[0] if values else None, values[1] if len(values) > 1 else None
        if name == "_error" and number in (1, 4, 5):
            raise _refusal(values)
        if name == "_result" and number == 1 and self.asked == "connect":
            self.asked = "createStream"
            return (
                self._command("releaseStream", 2, None, self._key)
                + self._command("FCPublish", 3, None, self._key)
                + self._command("createStream", 4, None)
            )
        if name == "_result" and number == 4 and self.asked == "createStream":
            if len(values) < 4 or not isinstance(values[3], float) or not 0 <= values[3] < 2**32:
                raise RtmpError("createStream was answered without a stream")
            self._stream = int(values[3])
            self.asked = "publish"
            return self._command("publish", 5, None, self._key, "live", stream=self._stream)
        if name == "onStatus":
            info = _info(values)
            code = str(info.get("code"))
            if code == "NetStream.Publish.Start":
                self.live = True
            elif info.get("level") == "error" or ".Bad" in code:
                raise _refusal(values)
            elif code == "NetStream.Unpublish.Success":
                raise RtmpError("the server ended the stream")
        if name == "close":
            raise RtmpError("the server closed the session")
        return b""

    def _control(self, kind: int, payload: bytes) -> bytes:
        return chunks(Message(kind, 0, 0, payload), 2, OUT_CHUNK)

    def _command(self, name: str, number: int, *values: Any, stream: int = 0) -> bytes:
        return chunks(Message(COMMAND, stream, 0, amf.encode(name, number, *values)), 3, OUT_CHUNK)


def _info(values: list[Any]) -> dict[str, Any]:
    return next((v for v in reversed(values) if isinstance(v, dict)), {})


def _refusal(values: list[Any]) -> RtmpError:
    """What a server's no means: wrong for good, taken for now, elsewhere, or a server in trouble."""
    info = _info(values)
    reason = " ".join(str(info[k]) for k in ("code", "description") if info.get(k)) or "no reason given"
    extra = info.get("ex")
    if isinstance(extra, dict) and isinstance(extra.get("redirect"), str):
        return RtmpRedirect(extra["redirect"])
    if _AUTH.search(reason):
        return RtmpChallenge(reason)
    if _GONE.search(str(info.get("code"))):
        return RtmpError(reason)
    return RtmpBusy(reason) if _BUSY.search(reason) else RtmpRefused(reason)
