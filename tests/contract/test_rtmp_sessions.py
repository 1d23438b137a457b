"""RTMP sessions that go another way than straight: redirects, logins, refusals, renewals, other address families."""

import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streams.deliver import dns, tcp
from streams.deliver.destinations import make
from streams.deliver.mux import Tracks
from streams.deliver.rtmp import client as rtmp_client
from streams.deliver.rtmp import destination as rtmp_destination
from streams.deliver.rtmp.protocol import _hash
from streams.deliver.targets import Target, parse
from streams.ports import Destination, Refused, Transient
from streams.types import EncodedPacket
from tests.contract.test_destination import paced
from tests.contract.test_destination import packets as packets
from tests.fakes import SMALL, Given
from tests.loopback import Nginx, TlsProxy, nginx, until
from tests.scripted_rtmp import Answer, ScriptedRtmp, kind

Made = tuple[list[EncodedPacket], object]


def build(target: Target | str, template: object) -> Destination:
    return make(parse(target) if isinstance(target, str) else target, 1, Tracks(SMALL, template))[0]


@contextmanager
def server(answers: Callable[[list[Any], int], list[Answer] | None], host: str = "127.0.0.1") -> Iterator[ScriptedRtmp]:
    made = ScriptedRtmp(answers, host)
    try:
        yield made
    finally:
        made.close()


def rejected(**info: Any) -> list[Answer]:
    return [("_error", 1, None, {"level": "error", "code": "NetConnection.Connect.Rejected", **info})]


def test_a_redirect_is_followed_and_one_in_a_circle_is_not_for_ever(packets: Made) -> None:
    with server(lambda c, n: kind(c)) as goal:
        url = f"rtmp://127.0.0.1:{goal.port}/other"
        with server(lambda c, n: rejected(ex={"code": 302, "redirect": url})) as first:
            build(f"rtmp://127.0.0.1:{first.port}/live/k", packets[1]).run(Given(packets[0]))
            assert goal.commands[0][2]["app"] == "other" and goal.commands[0][2]["tcUrl"] == url
        until(lambda: goal.pictures == 50)
    circle: list[str] = []
    with server(lambda c, n: rejected(ex={"redirect": circle[0]})) as loop:
        circle.append(f"rtmp://127.0.0.1:{loop.port}/live")
        with pytest.raises(Transient, match="without an end"):
            build(f"rtmp://127.0.0.1:{loop.port}/live/k", packets[1]).run(Given(packets[0]))
        circle[0] = "http://evil.example/"
        with pytest.raises(Refused, match="cannot be used"):
            build(f"rtmp://127.0.0.1:{loop.port}/live/k", packets[1]).run(Given(packets[0]))


def adobe(command: list[Any], password: str) -> list[Answer] | None:
    """A server that asks for a login of the kind that Adobe's and Limelight's ask for."""
    if command[0] != "connect":
        return kind(command)
    query = dict(part.split("=", 1) for part in command[2]["app"].partition("?")[2].split("&") if part)
    if "user" not in query:
        return rejected(description="[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : ")
    if "response" not in query:
        told = f"[ authmod=adobe ] : ?reason=needauth&user={query['user']}&salt=S+LT==&challenge=CH&opaque=O+P="
        return rejected(description=told)
    right = _hash(_hash("eva" + "S+LT==" + password) + "O+P=" + query["challenge"])
    if query["user"] != "eva" or query["response"] != right or query["opaque"] != "O+P=":
        return rejected(description="[ authmod=adobe ] : ?reason=authfailed&opaque=OP")
    return kind(command)


def test_a_login_is_answered_and_a_wrong_one_said(packets: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHOR_LOGIN", "open sesame")
    with server(lambda c, n: adobe(c, "open sesame")) as asks:
        build(f"rtmp://eva:@LOGIN@127.0.0.1:{asks.port}/live/k", packets[1]).run(Given(packets[0]))
        until(lambda: asks.pictures == 50)
        with pytest.raises(Refused, match="wants a user and a password"):
            build(f"rtmp://127.0.0.1:{asks.port}/live/k", packets[1]).run(Given(packets[0]))
        monkeypatch.setenv("ANCHOR_LOGIN", "open pepper")
        with pytest.raises(Refused, match="wrong user or password") as caught:
            build(f"rtmp://eva:@LOGIN@127.0.0.1:{asks.port}/live/k", packets[1]).run(Given(packets[0]))
        assert "pepper" not in str(caught.value)
    with (
        server(lambda c, n: rejected(description="[ code=403 need auth; authmod=llnw ]")) as other,
        pytest.raises(Refused, match="kind llnw"),
    ):
        build(f"rtmp://eva:@LOGIN@127.0.0.1:{other.port}/live/k", packets[1]).run(Given(packets[0]))


def status(code: str, description: str = "") -> list[Answer]:
    return [("onStatus", 0, None, {"level": "error", "code": code, "description": description})]


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (status("NetStream.Publish.BadName", "s3cr3t-key is not known"), Refused, r"\*\*\* is not known"),
        (status("NetStream.Publish.Denied", "banned"), Refused, "banned"),
        (status("NetStream.Publish.BadName", "Stream already publishing"), Transient, "in use"),
        (status("NetConnection.Connect.AppShutdown"), Transient, "AppShutdown"),
        (None, Refused, "hung up at publish"),
    ],
)
def test_refusals_are_told_apart(answer: list[Answer] | None, error: type[Exception], said: str, packets: Made) -> None:
    with (
        server(lambda c, n: answer if c[0] == "publish" else kind(c)) as says,
        pytest.raises(error, match=said) as caught,
    ):
        build(f"rtmp://127.0.0.1:{says.port}/live/s3cr3t-key", packets[1]).run(Given(packets[0]))
    assert type(caught.value) is error and "s3cr3t-key" not in str(caught.value)


def test_a_hang_up_on_a_key_that_was_good_before_is_not_taken_for_a_wrong_key(packets: Made) -> None:
    with server(lambda c, n: None if c[0] == "publish" and n else kind(c)) as says:
        destination = build(f"rtmp://127.0.0.1:{says.port}/live/k", packets[1])
        destination.run(Given(packets[0]))
        with pytest.raises(Transient):
            destination.run(Given(packets[0]))


def test_a_server_that_ends_the_stream_while_it_is_live_is_said(packets: Made) -> None:
    def answers(command: list[Any], number: int) -> list[Answer]:
        ended = status("NetStream.Publish.Denied", "time is up")
        return kind(command) + (ended if command[0] == "publish" else [])

    def on() -> Iterator[EncodedPacket]:
        while True:
            yield from paced(packets[0])

    with server(answers) as says, pytest.raises(Refused, match="time is up"):
        build(f"rtmp://127.0.0.1:{says.port}/live/k", packets[1]).run(Given(on()))


def test_over_ipv6(packets: Made) -> None:
    with server(lambda c, n: kind(c), "::1") as says:
        destination = build(f"rtmp://[::1]:{says.port}/live/k", packets[1])
        assert destination.reachable()
        destination.run(Given(packets[0]))
        until(lambda: says.pictures == 50)
        assert says.commands[0][2]["tcUrl"] == f"rtmp://[::1]:{says.port}/live"


def test_a_new_connection_before_the_clock_of_flv_runs_over(packets: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtmp_destination, "SESSION_SECONDS", 1.0)
    with server(lambda c, n: kind(c)) as says:
        one = iter([replace(p, keyframe=p.keyframe or (p.kind == "video" and p.pts == 30)) for p in packets[0]])
        destination = build(f"rtmp://127.0.0.1:{says.port}/live/k", packets[1])
        destination.run(Given(one))
        assert next(one).pts > 30  # it returned in the middle, at the keyframe
        until(lambda: says.commands[-1][0] == "deleteStream")
        assert says.pictures == 30


def test_more_than_four_hours_in_timestamps_go_on(packets: Made) -> None:
    late = [replace(p, pts=p.pts + (p.pts > 10 and p.kind == "video") * 25 * 18_000,
                    dts=p.dts + (p.dts > 10 and p.kind == "video") * 25 * 18_000) for p in packets[0]]  # fmt: skip
    with server(lambda c, n: kind(c)) as says:
        build(f"rtmp://127.0.0.1:{says.port}/live/k", packets[1]).run(Given([p for p in late if p.kind == "video"]))
        until(lambda: says.pictures == 50)


def test_a_frozen_server_is_noticed_and_its_session_reset_when_it_thaws(
    packets: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp_client, "FROZEN_SECONDS", 1.0)
    frozen = threading.Event()
    resets: list[type[Exception]] = []

    def stuck(front: socket.socket) -> None:
        try:
            while front.recv(100):
                frozen.wait()
        except OSError as error:
            resets.append(type(error))

    def answers(command: list[Any], number: int) -> list[Answer]:
        return kind(command)

    with server(answers) as says, socket.create_server(("127.0.0.1", 0)) as gate:

        def relay() -> None:
            front, _ = gate.accept()
            back = socket.create_connection(("127.0.0.1", says.port))
            threading.Thread(
                target=lambda: [front.sendall(d) for d in iter(lambda: back.recv(65_536), b"")], daemon=True
            ).start()
            for _ in range(8):  # the handshake and the first commands pass, then nothing is read any more
                back.sendall(front.recv(4096))
                if says.commands and says.commands[-1][0] == "publish":
                    break
            stuck(front)

        threading.Thread(target=relay, daemon=True).start()

        def flood() -> Iterator[EncodedPacket]:
            while True:
                yield from (replace(p, data=p.data * 20) for p in paced(packets[0]))

        destination = build(f"rtmp://127.0.0.1:{gate.getsockname()[1]}/live/k", packets[1])
        began = time.monotonic()
        with pytest.raises(Transient, match=r"confirmed nothing|took nothing"):
            destination.run(Given(flood()))
        assert time.monotonic() - began < 6
        # the next attempt finds somebody there, and resets what was left behind
        threading.Thread(target=lambda: gate.accept()[0].close(), daemon=True).start()
        with pytest.raises((Transient, Refused)):
            destination.run(Given(packets[0]))
        frozen.set()
        until(lambda: resets)
        assert resets == [ConnectionResetError]


@pytest.fixture(scope="module")
def real() -> Iterator[Nginx]:
    with nginx() as running:
        yield running


def test_a_pinned_certificate_and_a_ca_file(real: Nginx, tmp_path: Path, packets: Made) -> None:
    proxy = TlsProxy(tmp_path, real.port)
    target = parse(f"rtmps://localhost:{proxy.port}/live/safe-key")
    der = ssl.PEM_cert_to_DER_cert(proxy.certificate.read_text())
    pin = hashlib.sha256(der).hexdigest()
    with pytest.raises(Refused, match="not the pinned one: its SHA-256 is " + pin):
        build(replace(target, pin="0" * 64), packets[1]).run(Given(packets[0]))
    with pytest.raises(Refused, match="CA file"):
        build(replace(target, ca="/no/such.pem"), packets[1]).run(Given(packets[0]))
    for trusted in (replace(target, pin=pin), replace(target, ca=str(proxy.certificate))):
        assert build(trusted, packets[1]).reachable()
        build(trusted, packets[1]).run(Given(paced(packets[0])))
        until(lambda: real.recordings("safe-key") and "safe-key" not in real.publishing())
    # a certificate for another name does not do, even from a trusted hand
    other = replace(target, host="127.0.0.1", ca=str(proxy.certificate))
    with pytest.raises(Refused, match=r"certificate of 127\.0\.0\.1 not accepted"):
        build(other, packets[1]).run(Given(packets[0]))
    proxy.close()


def test_a_name_server_that_says_nothing_has_a_deadline(packets: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(dns.socket, "getaddrinfo", lambda *_, **__: [never.wait(20)][1:])
    monkeypatch.setattr(rtmp_client, "CONNECT_SECONDS", 0.3)
    with pytest.raises(Transient, match=r"name server does not answer within 0\.3 s"):
        build("rtmp://slow.example/live/k", packets[1]).run(Given(packets[0]))
    never.set()


def test_an_address_of_a_family_that_this_machine_lacks_leaves_the_next(
    packets: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(lambda c, n: kind(c)) as there:
        found = [(socket.AF_APPLETALK, ("nowhere", 1)), (socket.AF_INET, ("127.0.0.1", there.port))]
        monkeypatch.setattr(tcp, "lookup", lambda *_: found)
        build(f"rtmp://both.example:{there.port}/live/k", packets[1]).run(Given(packets[0]))
        until(lambda: there.pictures == 50)


def test_a_new_key_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANCHOR_K", "one")
    destination = build("rtmp://127.0.0.1:1/live/@K", None)
    with pytest.raises(Transient):
        destination.run(Given([]))
    assert not destination.renewed()
    monkeypatch.setenv("ANCHOR_K", "two")
    assert destination.renewed()
    monkeypatch.delenv("ANCHOR_K")
    assert not destination.renewed()
