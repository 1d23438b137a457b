"""Every destination keeps the same promises: run() is one attempt, failures are Transient or Refused, stop() unblocks."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from streams.air.encoder import Encoder
from streams.deliver.destinations import make
from streams.deliver.mux import Tracks
from streams.deliver.targets import parse
from streams.ports import Destination, Refused, Transient
from streams.types import EncodedPacket
from tests.clapper import decode_errors, video_sizes
from tests.fakes import SMALL
from tests.loopback import Nginx, SrtListener, TlsProxy, free_port, nginx, until


@pytest.fixture(scope="module")
def server() -> Iterator[Nginx]:
    with nginx() as running:
        yield running


@pytest.fixture(scope="module")
def packets() -> tuple[list[EncodedPacket], object]:
    """Two seconds of pictures and sound, and the template of the sound stream."""
    encoder = Encoder(SMALL)
    rng = np.random.default_rng(1)
    frame = rng.integers(16, 235, (SMALL.height * 3 // 2, SMALL.width), np.uint8)
    tone = np.sin(np.arange(SMALL.samples) * 0.05).astype(np.float32) * 0.3
    made: list[EncodedPacket] = []
    for tick in range(50):
        frame = np.roll(frame, 3, axis=1)
        made += encoder.encode(tick, np.ascontiguousarray(frame), tone, tick == 0)
    return made, encoder.sound_template


def paced(packets: list[EncodedPacket]) -> Iterator[EncodedPacket]:
    for packet in packets:
        time.sleep(0.004)
        yield packet


class Case:
    def __init__(self, url: str, out: Path) -> None:
        self.url, self.out = url, out
        self.server: SrtListener | None = None


@pytest.fixture(params=["flv", "mp4", "ts", "rtmp", "srt"])
def case(request: pytest.FixtureRequest, tmp_path: Path, server: Nginx) -> Iterator[Case]:
    kind = request.param
    if kind == "rtmp":
        made = Case(server.url("contract"), server.folder)
    elif kind == "srt":
        listener = SrtListener(tmp_path / "out.ts").start()
        made = Case(listener.url("latency=100"), tmp_path / "out.ts")
        made.server = listener
    else:
        made = Case(f"file:{tmp_path}/deep/er/out.{kind}", tmp_path / f"deep/er/out.{kind}")
    yield made
    if made.server:
        made.server.stop()


def build(url: str, template: object) -> Destination:
    return make(parse(url), 1, Tracks(SMALL, template))[0]


def test_what_is_sent_arrives_whole_and_decodes(
    case: Case, packets: tuple[list[EncodedPacket], object], server: Nginx
) -> None:
    made, template = packets
    build(case.url, template).run(paced(made))  # type: ignore[arg-type]
    out = case.out
    if case.url.startswith("rtmp"):
        until(lambda: "contract" not in server.publishing())
        out = server.recordings("contract")[-1]
    if case.server:
        time.sleep(0.5)
        case.server.stop()
    assert len(video_sizes(out)) == 50
    assert decode_errors(out) == ""


def test_names_tell_the_destination_and_no_secret(case: Case, packets: tuple[list[EncodedPacket], object]) -> None:
    name = build(case.url, packets[1]).name
    assert name.startswith("1 ") and "contract" not in name


def test_stop_ends_a_run_that_would_last(case: Case, packets: tuple[list[EncodedPacket], object]) -> None:
    made, template = packets
    destination = build(case.url, template)
    ended = threading.Event()
    started = threading.Event()

    def forever() -> Iterator[EncodedPacket]:
        while not ended.is_set():
            started.set()
            yield from paced(made)

    def run() -> None:
        try:
            destination.run(forever())  # type: ignore[arg-type]
        except (Transient, Refused):
            pass
        ended.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    destination.stop()
    thread.join(10)
    assert ended.is_set()


@pytest.mark.parametrize(
    ("url", "error", "said"),
    [
        ("rtmp://127.0.0.1:{tcp}/live/k", Transient, "refused"),
        ("rtmp://no-such-host.invalid/live/k", Transient, "no-such-host.invalid"),
        ("srt://127.0.0.1:{udp}", Transient, "does not answer"),
        ("srt://no-such-host.invalid:9000", Transient, "no-such-host.invalid"),
        ("rtmp://127.0.0.1:{tcp}/live/@nowhere", Refused, "secret nowhere not found"),
        ("srt://127.0.0.1:{udp}?passphrase=@nowhere", Refused, "secret nowhere not found"),
        ("file:/proc/nowhere/x.mp4", Transient, "cannot write"),
    ],
)
def test_failures_are_one_clear_line(
    url: str, error: type[Exception], said: str, packets: tuple[list[EncodedPacket], object]
) -> None:
    import socket

    url = url.replace("{tcp}", str(free_port())).replace("{udp}", str(free_port(socket.SOCK_DGRAM)))
    with pytest.raises(error, match=said) as caught:
        build(url, packets[1]).run(iter(packets[0]))  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_a_refused_key_is_said(server: Nginx, packets: tuple[list[EncodedPacket], object]) -> None:
    with pytest.raises((Refused, Transient), match=r"key|refused"):
        build(server.url("forbidden"), packets[1]).run(iter(packets[0]))  # type: ignore[arg-type]


def test_a_wrong_passphrase_is_refused_and_a_right_one_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                             packets: tuple[list[EncodedPacket], object]) -> None:  # fmt: skip
    listener = SrtListener(tmp_path / "o.ts", "correct-horse").start()
    monkeypatch.setenv("ANCHOR_PASS", "wrong-donkey-battery")
    destination = build(listener.url("passphrase=@pass"), packets[1])
    with pytest.raises(Refused, match="passphrase"):
        destination.run(iter(packets[0]))  # type: ignore[arg-type]
    monkeypatch.setenv("ANCHOR_PASS", "short")
    with pytest.raises(Refused, match="10 to 79"):
        destination.run(iter(packets[0]))  # type: ignore[arg-type]
    listener.stop()
    listener.start()
    monkeypatch.setenv("ANCHOR_PASS", "correct-horse")
    destination.run(paced(packets[0]))  # type: ignore[arg-type]
    time.sleep(0.5)
    listener.stop()
    assert decode_errors(tmp_path / "o.ts") == ""


def test_rtmps_with_a_certificate_that_is_trusted_and_one_that_is_not(
    server: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packets: tuple[list[EncodedPacket], object]
) -> None:
    proxy = TlsProxy(tmp_path, server.port)
    destination = build(f"rtmps://localhost:{proxy.port}/live/tls", packets[1])
    with pytest.raises(Refused, match="certificate of localhost not accepted"):
        destination.run(iter(packets[0]))  # type: ignore[arg-type]
    monkeypatch.setenv("SSL_CERT_FILE", str(proxy.certificate))
    destination.run(paced(packets[0]))  # type: ignore[arg-type]
    until(lambda: server.recordings("tls") and "tls" not in server.publishing())
    assert len(video_sizes(server.recordings("tls")[-1])) == 50
    proxy.close()


def test_reachable_tells_there_from_gone(server: Nginx, tmp_path: Path) -> None:
    import socket

    assert build(server.url("x"), None).reachable() is True
    assert build(f"rtmp://127.0.0.1:{free_port()}/live/x", None).reachable() is False
    listener = SrtListener(tmp_path / "o.ts").start()
    assert build(listener.url(), None).reachable() is True
    listener.stop()
    assert build(f"srt://127.0.0.1:{free_port(socket.SOCK_DGRAM)}", None).reachable() is False
    assert build(f"file:{tmp_path}/x.mp4", None).reachable() is None


def test_a_recording_is_never_written_over(tmp_path: Path, packets: tuple[list[EncodedPacket], object]) -> None:
    (tmp_path / "x.mp4").write_bytes(b"precious")
    build(f"file:{tmp_path}/x.mp4", packets[1]).run(iter(packets[0]))  # type: ignore[arg-type]
    assert (tmp_path / "x.mp4").read_bytes() == b"precious"
    assert decode_errors(tmp_path / "x-2.mp4") == ""


def test_a_recording_that_is_deleted_meanwhile_is_told(
    tmp_path: Path, packets: tuple[list[EncodedPacket], object]
) -> None:
    def stream() -> Iterator[EncodedPacket]:
        for n, packet in enumerate(packets[0] * 4):
            if n == 50:
                (tmp_path / "x.flv").unlink()
            yield replace(packet, pts=packet.pts + n * 10_000, dts=packet.dts + n * 10_000)

    destination = build(f"file:{tmp_path}/x.flv", packets[1])
    with pytest.raises(Transient, match="deleted"):
        destination.run(stream())  # type: ignore[arg-type]
    assert destination.name == f"1 file:{tmp_path}/x.flv"


def test_a_stream_that_ends_before_it_began_leaves_no_file(
    tmp_path: Path, packets: tuple[list[EncodedPacket], object]
) -> None:
    build(f"file:{tmp_path}/x.mp4", packets[1]).run(iter(()))  # type: ignore[arg-type]
    assert not (tmp_path / "x.mp4").exists()


def test_a_server_that_accepts_and_says_nothing_is_given_up(packets: tuple[list[EncodedPacket], object],
                                                            monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    import socket

    from streams.deliver.rtmp import client as rtmp_client

    monkeypatch.setattr(rtmp_client, "CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"rtmp://127.0.0.1:{silent.getsockname()[1]}/live/k"
        with pytest.raises(Transient, match="handshake"):
            build(url, packets[1]).run(iter(packets[0]))  # type: ignore[arg-type]
