import asyncio
import socket
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.link import PAYLOAD_LIMIT, AsyncLink, Link, LinkError, LinkServer, Message, Outbox, header, pack

messages = st.dictionaries(
    st.text(max_size=8).filter(lambda k: k not in ("size", "type")), st.integers() | st.text(), max_size=4
)


def pair() -> tuple[Link, Link]:
    a, b = socket.socketpair()
    return Link(a), Link(b)


@given(messages, st.binary(max_size=4096))
def test_what_is_sent_is_received(fields: Message, payload: bytes) -> None:
    a, b = pair()
    a.send({"type": "x", **fields}, payload)
    a.send({"type": "end"})
    assert b.receive() == ({"type": "x", **fields}, payload)
    assert b.receive() == ({"type": "end"}, b"")
    a.close()
    assert b.receive() is None
    b.close()


@given(st.binary(max_size=200).filter(lambda d: b"\n" not in d))
def test_rubbish_is_a_link_error(data: bytes) -> None:
    try:
        message, size = header(data)
    except LinkError:
        return
    assert isinstance(message["type"], str) and 0 <= size <= PAYLOAD_LIMIT


def test_cut_in_a_payload_is_an_error() -> None:
    a, b = pair()
    a._socket.sendall(pack({"type": "x"}, b"12345")[:-2])
    a.close()
    with pytest.raises(LinkError, match="middle"):
        b.receive()


def test_outbox_drops_the_oldest_and_counts() -> None:
    a, b = pair()
    a._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    outbox = Outbox(a, limit=3)
    big = bytes(1 << 20)
    for n in range(10):
        outbox.put({"type": "n", "n": n}, big)
    assert outbox.dropped >= 5
    seen = []
    while not seen or seen[-1] != 9:
        received = b.receive()
        assert received is not None
        seen.append(received[0]["n"])
    assert seen == sorted(seen)
    assert len(seen) + outbox.dropped == 10
    outbox.close()


def test_server_and_both_kinds_of_client(tmp_path: Path) -> None:
    done = threading.Event()

    def serve(link: Link) -> None:
        while (received := link.receive()) is not None:
            link.send({"type": "echo", "was": received[0]["type"]}, received[1])
        done.set()

    server = LinkServer(tmp_path / "s", serve)
    link = Link.connect(tmp_path / "s")
    link.send({"type": "one"}, b"abc")
    assert link.receive() == ({"type": "echo", "was": "one"}, b"abc")
    link.close()
    assert done.wait(5)

    async def talk() -> tuple[Message, bytes]:
        remote = await AsyncLink.connect(tmp_path / "s")
        await remote.send({"type": "two"}, b"x" * 300_000)
        answer = await remote.receive()
        remote.close()
        return answer

    assert asyncio.run(talk()) == ({"type": "echo", "was": "two"}, b"x" * 300_000)
    server.close()


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(LinkError):
        Link.connect(tmp_path / "none")
    with pytest.raises(LinkError):
        asyncio.run(AsyncLink.connect(tmp_path / "none"))
