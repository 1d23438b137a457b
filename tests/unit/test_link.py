import asyncio
import socket
import threading
from pathlib import Path

import pytest

from streams.alink import AsyncLink
from streams.codec import encode
from streams.link import Link, LinkError, LinkServer, Outbox
from streams.wire import Media


def pair() -> tuple[Link, Link]:
    a, b = socket.socketpair()
    return Link(a), Link(b)


def test_cut_in_a_payload_is_an_error() -> None:
    a, b = pair()
    a._socket.sendall(encode(Media(b"12345"))[:-2])
    a.close()
    with pytest.raises(LinkError, match="middle"):
        b.receive()


def test_outbox_drops_the_oldest_and_counts() -> None:
    a, b = pair()
    a._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    outbox = Outbox(a, limit=3)
    big = bytes(1 << 20)
    for n in range(10):
        outbox.put(Media(bytes([n]) + big))
    assert outbox.dropped >= 5
    seen = []
    while not seen or seen[-1] != 9:
        received = b.receive()
        assert received is not None
        seen.append(received.data[0])
    assert seen == sorted(seen)
    assert len(seen) + outbox.dropped == 10
    outbox.close()


def test_server_and_both_kinds_of_client(tmp_path: Path) -> None:
    done = threading.Event()

    def serve(link: Link) -> None:
        while (received := link.receive()) is not None:
            link.send(received)
        done.set()

    server = LinkServer(tmp_path / "s", serve)
    link = Link.connect(tmp_path / "s")
    link.send(Media(b"abc"))
    assert link.receive() == Media(b"abc")
    link.close()
    assert done.wait(5)

    async def talk() -> object:
        remote = await AsyncLink.connect(tmp_path / "s")
        await remote.send(Media(b"x" * 300_000))
        answer = await remote.receive()
        remote.close()
        return answer

    assert asyncio.run(talk()) == Media(b"x" * 300_000)
    server.close()


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(LinkError):
        Link.connect(tmp_path / "none")
    with pytest.raises(LinkError):
        asyncio.run(AsyncLink.connect(tmp_path / "none"))


@pytest.mark.parametrize(
    "line", [b"{}\n", b'{"type":"none"}\n', b'{"type":"media","size":-1}\n', b'{"type":"seen"}\n', b"\xff\n"]
)
def test_rubbish_is_a_link_error(line: bytes) -> None:
    a, b = pair()
    a._socket.sendall(line)
    with pytest.raises(LinkError):
        b.receive()
    a.close()
    b.close()
