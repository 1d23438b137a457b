"""The clock beside processes that take all the CPU they can get."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from streams.air.rendition import RenditionConfig
from streams.deliver.targets import parse
from streams.types import MediaFormat
from tests.airalone import AirAlone
from tests.clapper import receive
from tests.loopback import nginx, stop

MINUTES = float(os.environ.get("MINUTES", "3"))
MEDIA = MediaFormat(1280, 720, 25, 1_500_000)


@contextmanager
def busy(count: int, nice: int) -> Iterator[None]:
    command = [sys.executable, "-c", f"import os\nos.nice({nice})\nwhile True: pass"]
    processes = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            stop(process)


@pytest.mark.soak
@pytest.mark.parametrize(("count", "nice"), [(2, 10), (1, 0)])
def test_every_tick_goes_out_or_is_counted(count: int, nice: int, tmp_path: Path) -> None:
    minutes = min(MINUTES, 10.0) if nice else min(MINUTES, 1.0)
    file = tmp_path / "x.flv"
    with nginx() as server, busy(count, nice):
        targets = (parse(server.url("k")), parse(f"file:{file}"))
        with AirAlone(tmp_path, [RenditionConfig(MEDIA, targets)], minutes * 60, "veryfast") as air:
            late: dict[int, float] = {}
            while air.process.poll() is None:
                late |= {state["tick"]: state["late_ms"] for state in air.states}
                time.sleep(1)
            end = air.end()
    over = sum(ms > 40 for ms in late.values())
    print(f"{count} busy at nice {nice}, {minutes:.0f} min: {end['ticks']:.0f} ticks, skipped {end['skipped']:.0f}, "
          f"worst {end['worst_late_ms']:.0f} ms late, {over} of {len(late)} seconds with a tick over 40 ms late")  # fmt: skip
    if nice:
        assert end["skipped"] == 0
    assert abs(end["ticks"] + end["skipped"] - minutes * 60 * 25) <= 1
    clap = receive(file)
    assert None not in clap.ticks
    assert sum(b - a - 1 for a, b in clap.gaps()) == end["skipped"]
    assert clap.ticks[-1] is not None and clap.ticks[-1] >= minutes * 60 * 25 - 3
