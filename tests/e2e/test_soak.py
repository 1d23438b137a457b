"""The long run, with a fault every few minutes: `make soak MINUTES=60`. `make test` has a minute of it."""

import itertools
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.clapper import decode_errors, receive
from tests.e2e.onair import OnAir
from tests.loopback import Nginx, SrtListener, nginx, until

MINUTES = float(os.environ.get("MINUTES", "3"))
FAULT_SECONDS = min(300.0, MINUTES * 60 / 5)
WARM_SECONDS = min(600.0, MINUTES * 60 / 3)
SETTLED = 25.0
"""seconds after which everything a fault has broken must be up again"""


@dataclass
class Use:
    """What a process holds."""

    at: float
    memory: int
    handles: int
    threads: int


def use(pid: int) -> Use | None:
    """None when it is gone."""
    try:
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        memory = int(status["VmRSS"].split()[0]) * 1024
        return Use(time.monotonic(), memory, len(os.listdir(f"/proc/{pid}/fd")), int(status["Threads"]))
    except (OSError, KeyError):
        return None


def faults(server: Nginx, listener: SrtListener) -> list[tuple[str, Callable[[], object], Callable[[], object]]]:
    def send(number: int) -> None:
        assert server.process is not None
        server.process.send_signal(number)

    def reset() -> None:
        subprocess.run(["ss", "-K", "-t", "dport", "=", f":{server.port}"], check=True, capture_output=True)

    return [
        ("RTMP ingest killed", lambda: server.stop(signal.SIGKILL), server.start),
        ("SRT listener killed", lambda: listener.stop(signal.SIGKILL), listener.start),
        ("RTMP ingest frozen", lambda: send(signal.SIGSTOP), lambda: send(signal.SIGCONT)),
        ("RTMP connection reset", reset, lambda: None),
    ]


def slope(uses: list[Use]) -> float:
    """Bytes an hour that the memory grows by."""
    times = np.array([u.at for u in uses]) / 3600
    return float(np.polyfit(times, np.array([u.memory for u in uses], np.float64), 1)[0])


@pytest.mark.soak
def test_faults_again_and_again_and_nothing_grows_or_drifts(tmp_path: Path) -> None:
    listener = SrtListener(tmp_path / "srt.ts").start()
    with nginx() as server:
        to = ("--to", server.url("soak"), "--to", listener.url("latency=120"), "--to", f"record:{tmp_path}/r?length=5m")
        with OnAir(tmp_path, *to, "--clapper", "--seconds", str(MINUTES * 60)) as show:
            show.wait_for("air connected")
            pids = {child: show.pid(child) for child in ("air", "brain", "voice", "face")}
            uses: dict[str, list[Use]] = {child: [] for child in pids}
            began = time.monotonic()
            plan = itertools.cycle(faults(server, listener))
            struck = began
            while show.process.poll() is None:
                now = time.monotonic()
                for child, pid in pids.items():
                    if (found := use(pid)) is not None and now - struck > SETTLED and now - began > WARM_SECONDS:
                        uses[child].append(found)
                left = began + MINUTES * 60 - now
                if now - struck > FAULT_SECONDS and left > SETTLED:
                    struck, (name, strike, cure) = now, next(plan)
                    strike()
                    time.sleep(8)
                    cure()
                    until(lambda: all(d["state"] == "live" for d in show.status()["air"]["destinations"]), 30)
                    print(f"{name}: all live {time.monotonic() - struck - 8:.1f} s after its cure")
                time.sleep(1)
            assert show.process.returncode == 0
            print(show.said("off air")[0])
            skipped = not show.said("off air", "skipped=0")
        listener.stop()
        # everything is told before anything is judged: an hour is too long to see only the first thing that is wrong
        seen = {child: every[:-3] for child, every in uses.items()}  # the last ones fall into the end
        for child, every in seen.items():
            memory, handles, threads = ([getattr(u, k) for u in every] for k in ("memory", "handles", "threads"))
            print(f"{child}: {memory[0] / 1e6:.1f} -> {memory[-1] / 1e6:.1f} MB, {slope(every) / 1e6:+.2f} MB an hour, "
                  f"{min(handles)}..{max(handles)} descriptors, {min(threads)}..{max(threads)} threads")  # fmt: skip
        parts = sorted((tmp_path / "r").iterdir())
        edges = parts if len(parts) <= 2 else [parts[0], parts[-1] if len(parts[-1].read_bytes()) > 2e6 else parts[-2]]
        claps = {part: receive(part) for part in [*edges, server.recordings("soak")[-1]]}
        errors = {part: decode_errors(part) for part in claps}
        offsets: dict[int, int] = {}
        for part in edges:
            offsets |= {t: round(v * 48_000) for t, v in claps[part].offsets().items()}
        first, last = min(offsets), max(offsets)
        print(f"click - picture at tick {first}: {offsets[first]} samples, at tick {last}: {offsets[last]} samples, "
              f"extremes {min(offsets.values())}..{max(offsets.values())}")  # fmt: skip
        ingested = [round(v * 48_000) for v in claps[server.recordings("soak")[-1]].offsets().values()]
        print(f"at the RTMP ingest after its last fault: {min(ingested)}..{max(ingested)} samples")
    assert not skipped
    for child, every in seen.items():
        for kind in ("handles", "threads"):
            assert max(getattr(u, kind) for u in every) - min(getattr(u, kind) for u in every) <= 2, (child, kind)
        assert every[-1].memory - every[0].memory < 20e6
        if child == "air" and MINUTES >= 30:
            assert slope(every) < 1e6
    assert offsets[first] == offsets[last] and max(map(abs, offsets.values())) < 1920
    assert max(map(abs, ingested)) <= 48, "RTMP has whole milliseconds"
    for part, clap in claps.items():
        assert (None not in clap.ticks or part not in edges) and clap.gaps() == [] and errors[part] == ""
