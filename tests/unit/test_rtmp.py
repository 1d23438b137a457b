import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deliver.rtmp import amf
from streams.deliver.rtmp.protocol import (
    ACK,
    AUDIO,
    BANDWIDTH,
    COMMAND,
    CONTROL,
    HANDSHAKE,
    SET_CHUNK,
    VIDEO,
    WINDOW,
    ChunkReader,
    Message,
    Publisher,
    RtmpError,
    RtmpRefused,
    chunks,
)

scalars = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=30)
values = st.recursive(
    scalars,
    lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), v, max_size=4),
    max_leaves=12,
)


@given(st.lists(values, max_size=5))
def test_amf_round_trip(items: list[Any]) -> None:
    assert amf.decode(amf.encode(*items)) == items


@given(st.binary(max_size=300))
def test_amf_survives_rubbish(data: bytes) -> None:
    try:
        values = amf.decode(data)
    except amf.AmfError as error:
        assert str(error)
        return
    assert isinstance(values, list)


def test_amf_does_not_recurse_without_end() -> None:
    with pytest.raises(amf.AmfError):
        amf.decode(b"\x0a\x00\x00\x00\x01" * 5000)


@given(
    st.lists(
        st.tuples(st.sampled_from([8, 9, 18, 20]), st.integers(0, 2**32 - 1), st.binary(min_size=1, max_size=700)),
        max_size=6,
    ),
    st.integers(1, 300),
    st.lists(st.integers(1, 97), min_size=1, max_size=20),
)
def test_chunks_round_trip_in_any_portions(plan: list[tuple[int, int, bytes]], size: int, portions: list[int]) -> None:
    sent = [Message(kind, 1, stamp, payload) for kind, stamp, payload in plan]
    reader = ChunkReader()
    reader.chunk_size = size
    before: dict[int, int] = {}
    wire = b""
    for i, m in enumerate(sent):
        wire += chunks(m, 4 + i % 3, size, before.get(4 + i % 3))
        before[4 + i % 3] = m.timestamp
    got, at, turn = [], 0, 0
    while at < len(wire):
        step = portions[turn % len(portions)]
        got += reader.feed(wire[at : at + step])
        at, turn = at + step, turn + 1
    assert got == sent


@given(st.binary(max_size=400), st.integers(1, 50))
def test_chunk_reader_survives_rubbish(data: bytes, portion: int) -> None:
    reader = ChunkReader()
    try:
        for at in range(0, len(data), portion):
            assert all(m.type for m in reader.feed(data[at : at + portion]))
    except RtmpError as error:
        assert str(error)
    assert len(reader._data) <= len(data)


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=8))
def test_the_publisher_survives_any_server(pieces: list[bytes]) -> None:
    publisher = Publisher("live", "rtmp://h/live", "k")
    publisher.start()
    try:
        publisher.receive(b"\x03" + bytes(2 * HANDSHAKE))
        for piece in pieces:
            publisher.receive(piece)
    except RtmpError as error:
        assert str(error)
        return
    assert not publisher.live or b"Publish.Start" in b"".join(pieces)


class Server:
    """The other side of a session, by hand."""

    def __init__(self) -> None:
        self.publisher = Publisher("live", "rtmp://h:1935/live", "key?sign=1")
        self.reader = ChunkReader()
        assert self.publisher.start()[0] == 3
        answer = self.publisher.receive(b"\x03" + b"S" * HANDSHAKE + b"C" * HANDSHAKE)
        assert answer[:HANDSHAKE] == b"S" * HANDSHAKE
        self.commands = self.read(answer[HANDSHAKE:])

    def read(self, data: bytes) -> list[list[Any]]:
        return [amf.decode(m.payload) for m in self.reader.feed(data) if m.type == COMMAND]

    def send(self, *command: Any) -> list[list[Any]]:
        return self.read(self.publisher.receive(chunks(Message(COMMAND, 0, 0, amf.encode(*command)), 3, 128)))

    def go_live(self) -> None:
        self.send("_result", 1, {}, {"code": "NetConnection.Connect.Success"})
        self.send("_result", 4, None, 1)
        self.send("onStatus", 0, None, {"level": "status", "code": "NetStream.Publish.Start"})


def test_a_session_in_the_right_order() -> None:
    server = Server()
    assert [c[0] for c in server.commands] == ["connect"]
    assert server.commands[0][2]["app"] == "live"
    assert [c[0] for c in server.send("_result", 1, {}, {})] == ["releaseStream", "FCPublish", "createStream"]
    (publish,) = server.send("_result", 4, None, 7)
    assert publish == ["publish", 5, None, "key?sign=1", "live"]
    assert not server.publisher.live
    server.send("onStatus", 0, None, {"level": "status", "code": "NetStream.Publish.Start"})
    assert server.publisher.live
    (message,) = server.reader.feed(server.publisher.media(VIDEO, 40, b"x" * 9000))
    assert (message.type, message.stream, message.timestamp, len(message.payload)) == (VIDEO, 7, 40, 9000)


@pytest.mark.parametrize(
    "command",
    [
        ("_error", 1, None, {"code": "NetConnection.Connect.Rejected", "description": "no such app"}),
        ("onStatus", 0, None, {"level": "error", "code": "NetStream.Publish.BadName", "description": "no such app"}),
    ],
)
def test_a_refusal_gives_the_servers_reason(command: tuple[Any, ...]) -> None:
    with pytest.raises(RtmpRefused, match="no such app"):
        Server().send(*command)


def test_ping_window_and_chunk_size() -> None:
    server = Server()
    server.go_live()
    ping = chunks(Message(CONTROL, 0, 0, b"\x00\x06\x00\x00\x12\x34"), 2, 128)
    (pong,) = server.reader.feed(server.publisher.receive(ping))
    assert (pong.type, pong.payload) == (CONTROL, b"\x00\x07\x00\x00\x12\x34")
    server.publisher.receive(chunks(Message(WINDOW, 0, 0, struct.pack(">I", 1000)), 2, 128))
    server.publisher.receive(chunks(Message(SET_CHUNK, 0, 0, struct.pack(">I", 4096)), 2, 128))
    answer = server.publisher.receive(chunks(Message(AUDIO, 1, 0, bytes(2000)), 4, 4096))
    assert [m.type for m in server.reader.feed(answer)] == [ACK]
    assert server.publisher.receive(chunks(Message(ACK, 0, 0, struct.pack(">I", 777)), 2, 4096)) == b""


def test_times_beyond_the_short_header() -> None:
    (message,) = ChunkReaderAt(4096).feed(chunks(Message(VIDEO, 1, 0x1234567, bytes(5000)), 6, 4096))
    assert message.timestamp == 0x1234567 and len(message.payload) == 5000


def ChunkReaderAt(size: int) -> ChunkReader:
    reader = ChunkReader()
    reader.chunk_size = size
    return reader


def test_what_is_no_rtmp_server_is_said() -> None:
    with pytest.raises(RtmpError, match="does not speak RTMP"):
        Publisher("a", "b", "c").receive(b"HTTP/1.1 400 Bad Request\r\n")


def session() -> bytes:
    """What a kind server says from its greeting to the start, with all that it may say in between."""
    size = 128
    said = [
        Message(WINDOW, 0, 0, struct.pack(">I", 2_500_000)),
        Message(BANDWIDTH, 0, 0, struct.pack(">IB", 2_500_000, 2)),
        Message(COMMAND, 0, 0, amf.encode("_result", 1, {"fmsVer": "FMS/3"}, {"code": "NetConnection.Connect.Success"})),
        Message(CONTROL, 0, 0, b"\x00\x06\x00\x00\x12\x34"),
        Message(ACK, 0, 0, struct.pack(">I", 3000)),
        Message(COMMAND, 0, 0, amf.encode("_result", 4, None, 1)),
        Message(COMMAND, 1, 0, amf.encode("onStatus", 0, None, {"level": "status", "code": "NetStream.Publish.Start"})),
        Message(COMMAND, 1, 0, amf.encode("onStatus", 0, None, {"level": "error", "code": "X", "ex": {"redirect": "rtmp://h/a"}})),
    ]  # fmt: skip
    return b"\x03" + bytes(2 * HANDSHAKE) + b"".join(chunks(m, 3, size) for m in said)


@given(
    st.lists(st.tuples(st.integers(1, 5000), st.integers(0, 255)), max_size=6),
    st.integers(1, 1500),
    st.integers(0, 5000),
)
def test_the_publisher_survives_a_session_with_a_few_wrong_bytes(
    wrong: list[tuple[int, int]], portion: int, cut: int
) -> None:
    data = bytearray(session())
    for place, value in wrong:
        data[-1 - place % (len(data) - 1 - 2 * HANDSHAKE)] = value
    data = data[: len(data) - cut % 40]
    publisher = Publisher("live", "rtmp://h/live", "k", "hvc1")
    publisher.start()
    try:
        for at in range(0, len(data), portion):
            answer = publisher.receive(bytes(data[at : at + portion]))
            assert len(answer) < 5 * HANDSHAKE
    except RtmpError as error:
        assert str(error)


def test_a_peer_bandwidth_is_answered_and_a_new_codec_announced() -> None:
    publisher = Publisher("live", "rtmp://h/live", "k", "hvc1")
    publisher.start()
    reader = ChunkReader()
    reader.feed(b"")
    connect = reader.feed(publisher.receive(b"\x03" + bytes(2 * HANDSHAKE))[HANDSHAKE:])[-1]
    assert amf.decode(connect.payload)[2]["fourCcList"] == ["hvc1"]
    (answer,) = reader.feed(publisher.receive(chunks(Message(BANDWIDTH, 0, 0, struct.pack(">IB", 77, 2)), 2, 128)))
    assert (answer.type, answer.payload) == (WINDOW, struct.pack(">I", 77))
