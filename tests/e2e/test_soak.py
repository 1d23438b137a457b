"""The long run: `make soak MINUTES=10`."""

import os
import time
from pathlib import Path

import pytest

from tests.clapper import decode_errors, receive
from tests.e2e.onair import OnAir
from tests.loopback import SrtListener, nginx

MINUTES = float(os.environ.get("MINUTES", "10"))


def resident(pid: int) -> int:
    """Bytes of memory in use by a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.soak
def test_sound_and_picture_stay_together_and_nothing_grows(tmp_path: Path) -> None:
    listener = SrtListener(tmp_path / "srt.ts").start()
    with nginx() as server:
        to = ("--to", server.url("soak"), "--to", listener.url("latency=120"), "--to", f"file:{tmp_path}/file.flv")
        with OnAir(tmp_path, *to, "--clapper", "--seconds", str(MINUTES * 60)) as show:
            show.wait_for("air connected")
            time.sleep(min(30, MINUTES * 15))
            pids = {child: show.pid(child) for child in ("air", "brain", "voice", "face")}
            before = {child: resident(pid) for child, pid in pids.items()}
            handles = {child: len(os.listdir(f"/proc/{pid}/fd")) for child, pid in pids.items()}
            while show.process.poll() is None:
                after = {c: resident(p) for c, p in pids.items() if Path(f"/proc/{p}/statm").exists()} or after
                open_now = {
                    c: len(os.listdir(f"/proc/{p}/fd")) for c, p in pids.items() if Path(f"/proc/{p}/fd").exists()
                }
                handles = {c: max(n, open_now.get(c, 0)) for c, n in handles.items()} if open_now else handles
                time.sleep(2)
            assert show.process.returncode == 0
            print(show.said("off air")[0])
            assert show.said("off air", "skipped=0")
        listener.stop()
        for child in before:
            print(
                f"{child}: {before[child] / 1e6:.1f} -> {after.get(child, 0) / 1e6:.1f} MB, {handles[child]} descriptors at most"
            )
            assert after.get(child, 0) - before[child] < 20e6
        for name, path in (
            ("rtmp", server.recordings("soak")[0]),
            ("srt", tmp_path / "srt.ts"),
            ("file", tmp_path / "file.flv"),
        ):
            clap = receive(path)
            offsets = {t: round(v * 48_000) for t, v in clap.offsets().items()}
            first, last = min(offsets), max(offsets)
            print(f"{name}: {len(clap.ticks)} ticks, click - picture at tick {first}: {offsets[first]} samples, "
                  f"at tick {last}: {offsets[last]} samples, extremes {min(offsets.values())}..{max(offsets.values())}")  # fmt: skip
            assert None not in clap.ticks and clap.gaps() == []
            assert offsets[first] == offsets[last] and max(map(abs, offsets.values())) < 1920
            assert decode_errors(path) == ""
