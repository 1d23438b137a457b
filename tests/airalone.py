"""The air process by itself, with no brain and no face: the clock, the encoder and the destinations."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from streams.air.rendition import RenditionConfig
from streams.link import Link, LinkError
from streams.wire import AirStatus, Hello
from tests.loopback import stop, until


@dataclass(frozen=True)
class Said:
    """One line of the log, and when it came."""

    at: float
    text: str


class AirAlone:
    """A running ``python -m streams.air``; use as a context manager."""

    def __init__(
        self,
        folder: Path,
        renditions: Sequence[RenditionConfig],
        seconds: float = 0.0,
        preset: str = "superfast",
        environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
        lead: int = 1,
    ) -> None:
        """``prefix`` goes before the command; it must not start another process."""
        self.log: list[Said] = []
        self.states: list[dict[str, Any]] = []
        """the newest hundred status messages"""
        self.socket = folder / "air"
        stage = {"look": {"label": "AI 生成 · 虚拟主播"}, "clapper": True, "lead": lead}
        config = {
            "renditions": [asdict(rendition) for rendition in renditions],
            "stage": stage,
            "sockets": {"air": str(self.socket)},
            "seconds": seconds,
            "preset": preset,
            "patience": 0.0,
            "aigc": '{"Label":"1"}',
            "parent": os.getpid(),
        }
        descriptor = os.memfd_create("air")
        os.write(descriptor, json.dumps(config).encode())
        os.lseek(descriptor, 0, os.SEEK_SET)
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "streams.air", "--config-fd", str(descriptor)],
            pass_fds=[descriptor], stderr=subprocess.PIPE, env={**os.environ, **(environment or {})},
        )  # fmt: skip
        os.close(descriptor)
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._follow)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(Said(time.monotonic(), line.decode("utf-8", "replace").rstrip()))

    def _follow(self) -> None:
        """Take the place of the brain, which hears the status."""
        while self.process.poll() is None:
            try:
                link = Link.connect(self.socket)
                link.send(Hello("brain"))
                while (message := link.receive()) is not None:
                    if isinstance(message, AirStatus):
                        self.states = [*self.states[-99:], asdict(message)]
            except LinkError:
                time.sleep(0.05)

    def __enter__(self) -> AirAlone:
        return self

    def __exit__(self, *_: object) -> None:
        stop(self.process)
        self._threads[0].join(5)
        if sys.exc_info()[0] is not None:
            print("\n".join(said.text for said in self.log))

    def said(self, *words: str, since: float = 0.0) -> list[Said]:
        return [said for said in list(self.log) if said.at >= since and all(word in said.text for word in words)]

    def wait_for(self, *words: str, since: float = 0.0, seconds: float = 30.0) -> Said:
        """The first line with all the words that came after ``since`` (monotonic)."""

        def found() -> object:
            assert self.process.poll() is None or self.said(*words, since=since), "air has ended"
            return self.said(*words, since=since)

        until(found, seconds, every=0.01)
        return self.said(*words, since=since)[0]

    def destination(self, number: int) -> dict[str, Any]:
        """The newest status of the destination with this number, counted from 1."""
        until(lambda: self.states)
        found: dict[str, Any] = self.states[-1]["destinations"][number - 1]
        return found

    def end(self) -> dict[str, float]:
        """SIGTERM and the figures of the last line."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self._threads[0].join(5)
        line = self.said("off air")[-1].text
        return {name: float(value) for name, value in re.findall(r"(ticks|skipped|worst_late_ms)=([\d.]+)", line)}
