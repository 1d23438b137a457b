"""SRT: figures, key lengths, IPv6, reasons in words, and two links of which the better carries."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import pytest

from streams.deliver.destinations import make
from streams.deliver.mux import Tracks
from streams.deliver.srt import destination as srt
from streams.deliver.srt import libsrt
from streams.deliver.srt.destination import SrtDestination
from streams.deliver.srt.libsrt import Caller, SrtFile, library
from streams.deliver.targets import parse
from streams.ports import Refused, Transient
from streams.types import EncodedPacket, Wire
from tests.clapper import decode_errors, video_sizes
from tests.contract.test_destination import paced
from tests.contract.test_destination import packets as packets
from tests.fakes import SMALL, Given
from tests.loopback import SrtListener, free_port, until

pytestmark = pytest.mark.slow

Made = tuple[list[EncodedPacket], object]


class Endless:
    """The same two seconds again and again in half of real time, with a keyframe soon after it is asked for."""

    def __init__(self, packets: list[EncodedPacket]) -> None:
        self.stopped = threading.Event()
        self.asked = 0
        self._packets = packets

    def ask_keyframe(self) -> None:
        self.asked += 1

    def __iter__(self) -> Iterator[EncodedPacket]:
        turn = 0
        while not self.stopped.is_set():
            for packet in self._packets:
                time.sleep(0.008)
                ticks = turn * 2 * packet.time_base.denominator
                yield replace(packet, pts=packet.pts + ticks, dts=packet.dts + ticks)
            turn += 1


def run(destination: SrtDestination, stream: Endless) -> tuple[threading.Thread, list[Exception]]:
    failed: list[Exception] = []

    def work() -> None:
        try:
            destination.run(stream)
        except (Transient, Refused) as error:
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread, failed


def test_the_struct_of_statistics_is_the_one_of_this_library() -> None:
    assert libsrt.ctypes.sizeof(libsrt.Statistics) == 496
    assert libsrt.KNOWN_STATISTICS[0] <= library().srt_getversion() < libsrt.KNOWN_STATISTICS[1]


def test_figures_of_a_live_connection(tmp_path: Path, packets: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = SrtListener(tmp_path / "o.ts").start()
    (made,) = make(parse(listener.url("latency=80")), 1, Tracks(SMALL, packets[1]))
    assert isinstance(made, SrtDestination) and made.measure() is None
    stream = Endless(packets[0])
    thread, _ = run(made, stream)

    def measured() -> Wire | None:
        wire = made.measure()
        return wire if wire is not None and wire.sent > 50_000 else None

    until(measured)
    wire = measured()
    assert wire is not None and wire.loss == 0 and wire.link == "" and wire.waiting == 0
    assert 0 < wire.rtt_ms < 200 and wire.dropped == 0
    # a library that we do not know is not asked
    monkeypatch.setattr(libsrt, "KNOWN_STATISTICS", (0, 1))
    assert made.measure() is None
    stream.stopped.set()
    thread.join(10)
    listener.stop()


@pytest.mark.parametrize("key", [16, 24, 32])
def test_key_lengths(key: int, tmp_path: Path, packets: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = SrtListener(tmp_path / "o.ts", "correct-horse").start()
    monkeypatch.setenv("ANCHOR_PASS", "correct-horse")
    (made,) = make(parse(listener.url(f"passphrase=@pass&pbkeylen={key}")), 1, Tracks(SMALL, packets[1]))
    made.run(Given(paced(packets[0])))
    time.sleep(0.3)
    listener.stop()
    assert decode_errors(tmp_path / "o.ts") == "" and len(video_sizes(tmp_path / "o.ts")) == 50


def test_over_ipv6(tmp_path: Path, packets: Made) -> None:
    listener = SrtListener(tmp_path / "o.ts", host="::1").start()
    (made,) = make(parse(listener.url()), 1, Tracks(SMALL, packets[1]))
    assert made.name == f"1 srt://[::1]:{listener.port}" and made.reachable()
    made.run(Given(paced(packets[0])))
    time.sleep(0.3)
    listener.stop()
    assert decode_errors(tmp_path / "o.ts") == "" and len(video_sizes(tmp_path / "o.ts")) == 50


@pytest.mark.parametrize(
    ("reason", "error", "said"),
    [
        (1403, Refused, r"not allowed to send \(403\)"),
        (1409, Transient, r"sends under this streamid already \(409\)"),
        (5, Transient, "too many connections waiting"),
        (8, Refused, "older version"),
        (999, Refused, "refused"),
    ],
)
def test_reject_reasons_in_words(
    reason: int, error: type[Exception], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library(), "srt_getrejectreason", lambda _: reason)
    monkeypatch.setattr(library(), "srt_getlasterror_str", lambda: b"Connection setup failure")
    monkeypatch.setattr(library(), "srt_connect", lambda *_: -1)
    with pytest.raises(error, match=said):
        SrtFile(Caller("127.0.0.1", 9))


def pair(a: SrtListener, b: SrtListener, packets: Made) -> SrtDestination:
    target = replace(parse(a.url("latency=120")), backup=parse(b.url("latency=120")))
    (made,) = make(target, 1, Tracks(SMALL, packets[1]))
    assert isinstance(made, SrtDestination)
    return made


def link(destination: SrtDestination) -> str:
    wire = destination.measure()
    return wire.link if wire is not None else ""


def test_when_one_of_two_links_dies_the_other_carries_on_from_a_keyframe(tmp_path: Path, packets: Made) -> None:
    main, backup = SrtListener(tmp_path / "a.ts").start(), SrtListener(tmp_path / "b.ts").start()
    destination, stream = pair(main, backup, packets), Endless(packets[0])
    thread, failed = run(destination, stream)
    until(lambda: link(destination) == "main" and destination._lines[1].up)
    time.sleep(1.0)
    main.stop(signal.SIGKILL)
    until(lambda: link(destination) == "backup", 15)
    main.start()
    until(lambda: destination._lines[0].up, 10)  # the dead one is dialled again, and stands by
    time.sleep(1.0)
    assert link(destination) == "backup" and stream.asked >= 1 and not failed
    stream.stopped.set()
    thread.join(10)
    time.sleep(0.3)
    backup.stop()
    main.stop()
    assert decode_errors(tmp_path / "b.ts") == "" and len(video_sizes(tmp_path / "b.ts")) > 40
    with av.open(str(tmp_path / "b.ts")) as container:
        assert next(p for p in container.demux(video=0) if p.size).is_keyframe


def test_a_link_that_delivers_badly_is_left_without_losing_a_picture(
    tmp_path: Path, packets: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    main, backup = SrtListener(tmp_path / "a.ts").start(), SrtListener(tmp_path / "b.ts").start()
    destination, stream = pair(main, backup, packets), Endless(packets[0])
    thread, failed = run(destination, stream)
    until(lambda: link(destination) == "main" and destination._lines[1].up)
    time.sleep(0.5)
    good = destination._lines[0].measure
    monkeypatch.setattr(destination._lines[0], "measure", lambda: replace(good() or Wire(), loss=0.3))
    until(lambda: link(destination) == "backup", 10)
    time.sleep(1.0)
    stream.stopped.set()
    thread.join(10)
    time.sleep(0.3)
    main.stop()
    backup.stop()
    assert not failed
    both = len(video_sizes(tmp_path / "a.ts")) + len(video_sizes(tmp_path / "b.ts"))
    assert decode_errors(tmp_path / "b.ts") == "" and both >= 75 and len(video_sizes(tmp_path / "b.ts")) >= 25


def test_the_backup_carries_when_the_main_link_cannot_be_had_and_both_gone_is_a_failure(
    tmp_path: Path, packets: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libsrt, "CONNECT_MS", 500)
    monkeypatch.setattr(srt, "REDIAL_SECONDS", 0.2)
    backup = SrtListener(tmp_path / "b.ts").start()
    nobody = SrtListener(tmp_path / "a.ts")
    destination, stream = pair(nobody, backup, packets), Endless(packets[0])
    thread, failed = run(destination, stream)
    until(lambda: link(destination) == "backup")
    backup.stop(signal.SIGKILL)
    thread.join(15)
    assert len(failed) == 1 and "backup link is not up" in str(failed[0])
    target = replace(parse(f"srt://127.0.0.1:{free_port(socket.SOCK_DGRAM)}"), backup=parse(nobody.url()))
    with pytest.raises(Transient, match=str(target.port)):
        make(target, 1, Tracks(SMALL, None))[0].run(Given([]))


def test_a_second_link_that_is_refused_is_told_once_and_not_asked_again_soon(
    tmp_path: Path, packets: Made, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(srt, "REDIAL_SECONDS", 0.05)
    caplog.set_level("INFO")
    main, backup = SrtListener(tmp_path / "a.ts").start(), SrtListener(tmp_path / "b.ts", "correct-horse").start()
    monkeypatch.setenv("ANCHOR_SPARE", "wrong-horse!")
    target = replace(parse(main.url()), backup=parse(backup.url("passphrase=@spare")))
    (destination,) = make(target, 1, Tracks(SMALL, packets[1]))
    assert isinstance(destination, SrtDestination)
    stream = Endless(packets[0])
    thread, failed = run(destination, stream)

    def spare() -> str:
        wire = destination.measure()
        return wire.spare if wire is not None else ""

    until(lambda: "passphrase" in spare())
    tried = destination._lines[1].again_at
    time.sleep(0.5)
    assert destination._lines[1].again_at == tried and caplog.text.count("second link is not up") == 1
    monkeypatch.setenv("ANCHOR_SPARE", "correct-horse")
    until(lambda: spare() == "up" and "second link up" in caplog.text)
    stream.stopped.set()
    thread.join(10)
    main.stop()
    backup.stop()
    assert not failed


def test_a_second_link_that_is_taken_and_closed_again_is_told_once_and_asked_more_and_more_seldom(
    tmp_path: Path, packets: Made, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(srt, "REDIAL_SECONDS", 0.2)
    caplog.set_level("INFO")
    listener = SrtListener(tmp_path / "a.ts").start()
    line = srt._Line(Caller("127.0.0.1", listener.port), Tracks(SMALL, packets[1]), True)
    dialled: list[float] = []
    dial = line.dial

    def dial_and_be_closed() -> None:
        dial()
        if line.up and line._file is not None:  # a listener that is busy answers only the next time
            dialled.append(time.monotonic())
            line._file.close()

    monkeypatch.setattr(line, "dial", dial_and_be_closed)

    def closed_four_times() -> bool:
        if listener.process is not None and listener.process.poll() is not None:
            listener.start()  # srt-live-transmit sometimes ends when a caller hangs up at once
        return len(dialled) >= 4

    spare = srt._Spare("1 srt", [line])
    try:
        until(closed_four_times, 90)
    finally:
        spare.close()
        listener.stop()
    assert line._waits.tries >= 3  # each of which is longer
    told = [record.why for record in caplog.records if record.message == "second link is not up"]  # type: ignore[attr-defined]
    assert told and all(a != b for a, b in pairwise(told)), "once for each cause"
    assert "second link up" not in caplog.text


def test_two_links_that_fail_say_both_causes_and_wait_the_shorter_time(tmp_path: Path, packets: Made) -> None:
    locked, nobody = SrtListener(tmp_path / "a.ts", "correct-horse").start(), SrtListener(tmp_path / "b.ts")
    destination = pair(locked, nobody, packets)
    with pytest.raises(Transient, match=r"passphrase.*; backup: .*does not answer"):
        destination.run(Given([]))
    locked.stop()


def test_a_long_way_is_no_bad_way_when_the_receiver_waits_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = SrtListener(tmp_path / "o.ts").start()
    file = SrtFile(Caller("127.0.0.1", listener.port))
    for agreed, age, overdue in ((1000, 460, False), (120, 460, True), (120, 300, False)):
        found = libsrt.Statistics(msRTT=200.0, msSndBuf=age, msSndTsbPdDelay=agreed)
        monkeypatch.setattr(file, "statistics", lambda found=found: found)
        file.measure(600_000)
        assert file.overdue is overdue
    file.close()
    listener.stop()


def test_a_second_link_is_used_even_where_figures_cannot_be_read(
    tmp_path: Path, packets: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libsrt, "KNOWN_STATISTICS", (0, 1))
    main, backup = SrtListener(tmp_path / "a.ts").start(), SrtListener(tmp_path / "b.ts").start()
    destination, stream = pair(main, backup, packets), Endless(packets[0])
    thread, failed = run(destination, stream)
    until(lambda: len(destination._lines) == 2 and destination._lines[1].up)
    time.sleep(0.5)
    main.stop(signal.SIGKILL)
    until(lambda: (tmp_path / "b.ts").stat().st_size > 50_000, 15)
    stream.stopped.set()
    thread.join(10)
    backup.stop()
    assert not failed
