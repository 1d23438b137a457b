"""Faults as a table: each is struck and cured on one air process that serves all destinations at once."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from streams.air.rendition import RenditionConfig
from streams.deliver.targets import Target, parse
from streams.types import MediaFormat
from tests.airalone import AirAlone
from tests.loopback import Nginx, SrtListener, TlsProxy, until
from tests.netem import Network, network

MEDIA = MediaFormat(1280, 720, 25, 1_500_000)
KEY = "k3y-that-is-right"
SECRET = "correct-horse-battery"


@dataclass
class Suffered:
    """What became of one fault; seconds from its beginning, and from its cure."""

    name: str
    noticed: float | None
    back: float | None
    late_ms: float
    said: str
    notes: str = ""


@dataclass
class Fault:
    """``number`` of the destination; ``signs`` that the log must show; ``hold``: seconds between notice and cure."""

    name: str
    number: int
    strike: Callable[[], object]
    cure: Callable[[], object]
    noticed: tuple[str, ...] = ("destination failed",)
    back: tuple[str, ...] = ("destination live",)
    hold: float = 1.0
    from_start: bool = False
    """it is there when air starts"""
    proof: float = 0.0
    """seconds of calm that air waits for before it says that all is well; not counted as away"""


@dataclass
class Stand:
    """Everything that the faults are played on."""

    air: AirAlone
    folder: Path
    faults: list[Fault]
    servers: dict[str, Nginx]
    srt: dict[str, SrtListener]
    recording: Path
    far: Network
    results: list[Suffered] = field(default_factory=list)


@contextmanager
def stand(folder: Path) -> Iterator[Stand]:
    """Servers, bad networks and one air process with a destination for each kind of fault, and a recording."""
    with ExitStack() as stack:
        near, far = stack.enter_context(network()), stack.enter_context(network(1))
        servers = {name: _nginx(stack, folder / name) for name in ("kill", "freeze", "reset", "key", "dns", "tls")}
        servers["far"] = _nginx(stack, folder / "far", near)
        srt = {
            "far": _srt(stack, folder / "far.ts", far),
            "secret": _srt(stack, folder / "secret.ts", passphrase=SECRET),
        }
        hosts, secrets = folder / "hosts", folder / "secrets"
        hosts.write_text("127.0.0.1 localhost\n")
        secrets.mkdir()
        (secrets / "key").write_text("forbidden")
        (secrets / "pass").write_text("wrong-donkey-staple")
        (folder / "good").mkdir()
        (folder / "bad").mkdir()
        good, bad = TlsProxy(folder / "good", servers["tls"].port), TlsProxy(folder / "bad", servers["tls"].port)
        stack.callback(good.close)
        stack.callback(bad.close)
        urls = [
            servers["kill"].url(KEY),
            servers["freeze"].url(KEY),
            servers["reset"].url(KEY),
            f"rtmp://127.0.0.1:{servers['key'].port}/live/@key",
            f"rtmp://ingest.test:{servers['dns'].port}/live/{KEY}",
            f"rtmps://localhost:{bad.port}/live/{KEY}",
            servers["far"].url(KEY),
            srt["far"].url("latency=400"),
            srt["secret"].url("passphrase=@pass&pbkeylen=32"),
        ]
        targets: list[Target] = [parse(url) for url in urls]
        targets[5] = replace(targets[5], ca=str(good.certificate))
        recording = folder / "whole.flv"
        targets.append(parse(f"file:{recording}"))
        air = stack.enter_context(
            AirAlone(
                folder,
                [RenditionConfig(MEDIA, tuple(targets))],
                environment={"CREDENTIALS_DIRECTORY": str(secrets)},
                # a hosts file of its own, so that a name can be made to appear
                prefix=["unshare", "--mount", "sh", "-c", f'mount --bind {hosts} /etc/hosts && exec "$@"', "sh"],
            )
        )
        yield Stand(air, folder, _faults(servers, near, far, hosts, secrets, good, bad), servers, srt, recording, far)


def _faults(servers: dict[str, Nginx], near: Network, far: Network, hosts: Path, secrets: Path, good: TlsProxy,
            bad: TlsProxy) -> list[Fault]:  # fmt: skip
    def send(server: str, number: int) -> None:
        process = servers[server].process
        assert process is not None
        process.send_signal(number)

    def reset() -> None:
        subprocess.run(["ss", "-K", "-t", "dport", "=", f":{servers['reset'].port}"], check=True, capture_output=True)

    def nothing() -> None:
        pass

    refused = ("destination failed", "state=refused")
    return [
        Fault("RTMP: wrong key, then the right one", 4, nothing, lambda: (secrets / "key").write_text(KEY), refused,
              from_start=True),
        Fault("RTMP: DNS knows no such name", 5, nothing, lambda: hosts.write_text("127.0.0.1 localhost ingest.test\n"),
              ("destination failed", "cannot find ingest.test"), from_start=True),
        Fault("RTMPS: wrong certificate", 6, nothing, lambda: bad.answer_with(good),
              ("destination failed", "certificate"), from_start=True),
        Fault("SRT: wrong passphrase", 9, nothing, lambda: (secrets / "pass").write_text(SECRET), refused,
              from_start=True),
        Fault("RTMP: kill -9", 1, lambda: servers["kill"].stop(signal.SIGKILL), lambda: servers["kill"].start()),
        Fault("RTMP: frozen (SIGSTOP)", 2, lambda: send("freeze", signal.SIGSTOP), lambda: send("freeze", signal.SIGCONT),
              hold=4.0),
        Fault("RTMP: reset (ss -K)", 3, reset, nothing, hold=0.0),
        Fault("RTMP: black hole", 7, lambda: near.set(down=True), near.set, hold=4.0),
        Fault("RTMP: 3 Mbit/s to 500 kbit/s", 7, lambda: near.set(rate=500e3, delay=0.02),
              lambda: near.set(rate=3e6, delay=0.02), ("destination congested",), ("destination relieved",), hold=6.0, proof=1.0),
        Fault("SRT: black hole", 8, lambda: far.set(down=True), far.set, hold=4.0),
    ]  # fmt: skip


def suffer(stand: Stand, fault: Fault, start: float) -> Suffered:
    """Strike, wait for the notice, cure, wait for the return."""
    air, mark = stand.air, f'destination="{fault.number} '
    before = time.monotonic()
    if not fault.from_start:
        until(lambda: air.destination(fault.number)["state"] == "live", 40)
        time.sleep(1.0)
        before = start = time.monotonic()
        fault.strike()
    seen = air.wait_for(mark, *fault.noticed, since=start, seconds=30)
    time.sleep(fault.hold)
    cured = time.monotonic()
    fault.cure()
    back = air.wait_for(mark, *fault.back, since=seen.at, seconds=40)
    if fault.hold == 0:
        cured = before
    states = [state for state in air.states if state["at"] >= before]
    late = max((state["late_ms"] for state in states), default=0.0)
    why = seen.text.partition("why=")[2].partition(" state=")[0].strip('"') or "congested"
    return Suffered(fault.name, seen.at - start, max(0.0, back.at - cured - fault.proof), late, why)


def lossy(stand: Stand, share: float, seconds: float) -> tuple[Suffered, range]:
    """Lose packets on the way to the SRT listener, 20 ms long; returns also the ticks that were sent meanwhile."""
    air = stand.air
    until(lambda: air.destination(8)["state"] == "live", 40)
    first, before = air.states[-1]["tick"], time.monotonic()
    stand.far.set(loss=share, delay=0.02)
    time.sleep(seconds)
    states = [state for state in air.states if state["at"] >= before]
    stand.far.set(delay=0.02)
    wires = [state["destinations"][7]["wire"] for state in states if state["destinations"][7]["wire"]]
    seen = max((wire["loss"] for wire in wires), default=0.0)
    noticed = next(
        (s["at"] - before for s in states if (s["destinations"][7]["wire"] or {}).get("loss", 0) > share / 4), None
    )
    said = f"loss {seen:.0%} seen, {wires[-1]['retransmitted'] if wires else 0} packets sent again"
    late = max((state["late_ms"] for state in states), default=0.0)
    time.sleep(1.0)
    found = Suffered(f"SRT: {share:.0%} loss each way for {seconds:.0f} s", noticed, None, late, said)
    return found, range(first, air.states[-1]["tick"])


def _nginx(stack: ExitStack, folder: Path, beyond: Network | None = None) -> Nginx:
    folder.mkdir()
    server = Nginx(folder, beyond)
    stack.callback(server.stop)
    return server.start()


def _srt(stack: ExitStack, out: Path, beyond: Network | None = None, passphrase: str = "") -> SrtListener:
    listener = SrtListener(out, passphrase, beyond)
    stack.callback(listener.stop)
    return listener.start()
