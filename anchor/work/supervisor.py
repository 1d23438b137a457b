"""Parent of all processes: starts them, starts them again, and tells systemd how things are. Standard library only."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from anchor.work.kinds import KINDS, WORKERS, Kind
from anchor.work.planning import Planning, Replan
from anchor.work.spawn import spawn

log = logging.getLogger(__name__)

STOP_SECONDS = 4.5
FIRST_WAIT, STEADY = 0.5, 30.0
RESTART_PATIENCE = 5.0
GIVE_UP_AIR = 3
"""how often air may end before its first tick until we stop"""


class AlreadyRunning(Exception):
    """Another supervisor holds the state directory."""


@dataclass(slots=True)
class Child:
    """One process and when it may be started again."""

    kind: Kind
    config: dict[str, Any]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = 0.0
    restarts: int = 0
    idle: bool = False
    """this show has no use for it now"""
    replaced: bool = False
    """it was told to end, to be started with other settings"""

    @property
    def name(self) -> str:
        return self.kind.name


@dataclass(slots=True)
class Supervisor:
    """Runs the children of a plan until air has finished or a signal comes. SIGHUP makes the plan anew: with a good one,
    each child whose part has changed gets it; a bad one changes nothing. The brain is told either way."""

    plan: dict[str, Any]
    state: Path
    replan: Replan | None = None
    children: dict[str, Child] = field(default_factory=dict)
    _stopping: bool = False
    _ready: bool = False
    _last_tick: float = 0.0
    _failed_starts: int = 0
    _report: int = -1
    _code: int | None = None
    _news: int = -1
    """a file in memory that the brain reads after each SIGHUP: settings may hold keys, so they go onto no disk"""
    _asked: bool = False
    _planning: Planning | None = None

    def run(self) -> int:
        """Exit code: 0 after a show that ended as asked, 1 if air could not be kept alive."""
        lock = self._lock()
        folder = Path(tempfile.mkdtemp(prefix="anchor-"))
        try:
            self._prepare(folder)
            return self._loop()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)

    def _lock(self) -> int:
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise AlreadyRunning(f"{self.state} is in use by another anchor; stop it or give --state DIR") from None
        return descriptor

    def _prepare(self, folder: Path) -> None:
        sockets = {kind.name: str(folder / kind.name) for kind in KINDS.values() if kind.socket}
        for kind in KINDS.values():
            self.children[kind.name] = Child(kind, {**self.plan[kind.name], "sockets": sockets})
            self.children[kind.name].idle = not self.plan[kind.name]
        self.children["brain"].config |= {"state": str(self.state), "began": time.monotonic()}
        self._news = os.memfd_create("news", 0)
        self.children["brain"].config["news"] = self._news

    def _loop(self) -> int:
        reader, self._report = os.pipe()
        os.set_blocking(reader, False)
        wake_reader, wake_writer = os.pipe()
        os.set_blocking(wake_reader, False)
        os.set_blocking(wake_writer, False)
        signal.set_wakeup_fd(wake_writer)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, self._on_reload)
        selector = selectors.DefaultSelector()
        selector.register(reader, selectors.EVENT_READ, "report")
        selector.register(wake_reader, selectors.EVENT_READ, "wake")
        pending = b""
        while not self._stopping and self._code is None:
            now = time.monotonic()
            for child in self.children.values():
                self._reap(child, now)
                if (
                    child.process is None
                    and not child.idle
                    and now >= child.due
                    and not self._stopping
                    and self._code is None
                ):
                    self._start(child, now)
            self._reload()
            for key, _ in selector.select(0.5):
                data = _read(key.fd)
                if key.data == "report":
                    *lines, pending = (pending + data).split(b"\n")
                    for line in lines:
                        self._on_report(json.loads(line))
        notify("STOPPING=1")
        if self._planning is not None:
            self._planning.give_up()
        self._stop_all()
        return self._code or 0

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _on_reload(self, number: int, frame: FrameType | None) -> None:
        self._asked = True

    def _reload(self) -> None:
        """Begin to make the plan anew if that was asked for, and use it when it is there."""
        if self._planning is not None and (told := self._planning.result()) is not None:
            self._planning = None
            self._use(*told)
            notify("READY=1")
        if self._asked and self._planning is None and self.replan is not None:
            self._asked = False
            notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
            try:
                self._planning = Planning(self.replan)
            except OSError as error:
                self._use(None, [f"the persona cannot be reloaded: {error}"])
                notify("READY=1")

    def _use(self, plan: dict[str, Any] | None, problems: list[str]) -> None:
        news: dict[str, Any] = {"problems": problems, "notes": []}
        for problem in problems:
            log.error("persona not reloaded, the old one stays in use", extra={"problem": problem})
        if plan is not None:
            news |= {"brain": plan["brain"], "notes": [*plan["notes"]]}
            if any(plan["air"][key] != self.plan["air"][key] for key in ("renditions", "aigc")):
                news["notes"].append("changes of output and of disclosure.producer take effect at the next start")
            self.children["air"].config["stage"] = plan["air"]["stage"]
            self.children["brain"].config.update(plan["brain"])
            for name in WORKERS:
                if plan[name] != self.plan[name]:
                    self.children[name].config.update(plan[name])
                    self.children[name].idle = not plan[name]
                    self._replace(self.children[name])
            self.plan = {**plan, "air": {**self.plan["air"], "stage": plan["air"]["stage"]}}
            log.info("persona reloaded", extra={"version": plan["brain"]["version"], "notes": "; ".join(news["notes"])})
        os.ftruncate(self._news, 0)
        os.pwrite(self._news, json.dumps(news).encode(), 0)
        brain = self.children["brain"].process
        if brain is not None:
            brain.send_signal(signal.SIGHUP)

    def _replace(self, child: Child) -> None:
        """Start a child again with its new settings."""
        child.replaced = True
        if child.process is not None:
            child.process.terminate()

    def _start(self, child: Child, now: float) -> None:
        brain, air = child.name == "brain", child.name == "air"
        child.replaced = False
        if air and child.restarts:
            # viewers are waiting, and so is systemd's watchdog: no long wait for the face
            child.config["patience"] = RESTART_PATIENCE
        try:
            child.process = spawn(
                child.kind.module,
                child.config,
                self._report if air else None,
                None if child.kind.stdin else subprocess.DEVNULL,
                keep=[self._news] if brain else (),
            )
        except OSError as error:
            child.due = now + child.wait
            log.error("cannot be started", extra={"child": child.name, "why": error, "again_in": f"{child.wait:g}s"})
            return
        child.started = now
        log.info("started", extra={"child": child.name, "pid": child.process.pid})

    def _reap(self, child: Child, now: float) -> None:
        if child.process is None or (code := child.process.poll()) is None:
            return
        child.process = None
        if child.replaced:
            child.replaced, child.due = False, now
            log.info("replaced, its settings have changed", extra={"child": child.name})
            return
        if child.name == "air":
            if code == 0 and (self._stopping or self.plan["air"]["seconds"]):
                self._code = 0  # the show has ended as asked
                return
            self._failed_starts = 0 if self._last_tick > child.started else self._failed_starts + 1
            if self._failed_starts >= GIVE_UP_AIR or code == 2:
                log.error("air cannot be started", extra={"code": code})
                self._code = 1
                return
        elif code == 2:
            log.error("needs a fix by hand, will be tried again", extra={"child": child.name, "code": code})
        if now - child.started > STEADY:
            child.wait = FIRST_WAIT
        child.restarts += 1
        child.due = now + child.wait
        how = signal.Signals(-code).name if code < 0 else code
        log.error("ended", extra={"child": child.name, "how": how, "again_in": f"{child.wait:g}s"})
        child.wait = min(child.kind.wait_cap_unmended if code == 2 else child.kind.wait_cap, child.wait * 2)

    def _on_report(self, event: dict[str, Any]) -> None:
        if event["event"] == "ready" and not self._ready:
            self._ready = True
            notify(f"READY=1\nSTATUS={event['status']}")
        elif event["event"] == "tick":
            self._last_tick = time.monotonic()
            notify("WATCHDOG=1")  # only ever sent because a tick went out

    def _stop_all(self) -> None:
        """Air first, since it has files to close; everybody is gone within five seconds."""
        running = [c for c in self.children.values() if c.process is not None]
        for child in running:
            assert child.process is not None
            child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in running:
            assert child.process is not None
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("killed, since it did not end", extra={"child": child.name})
                child.process.kill()
                child.process.wait()
        log.info("stopped")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except BlockingIOError:
        return b""


def notify(message: str) -> None:
    """Tell systemd (sd_notify(3)); does nothing outside of it."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        try:
            sock.sendto(message.encode(), "\0" + address[1:] if address[0] == "@" else address)
        except OSError as error:
            log.warning("systemd cannot be notified", extra={"why": error})
