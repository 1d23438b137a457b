"""The long run: `make soak MINUTES=10`."""

import os
import time
from pathlib import Path

import pytest

from tests.clapper import decode_errors, receive
from tests.e2e.onair import OnAir
from tests.loopback import SrtListener, nginx

MINUTES = float(os.environ.get("MINUTES", "10"))


def use(pid: int) -> tuple[int, int] | None:
    """Resident bytes and open descriptors of a process; None when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE"), len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return None


@pytest.mark.soak
def test_sound_and_picture_stay_together_and_nothing_grows(tmp_path: Path) -> None:
    listener = SrtListener(tmp_path / "srt.ts").start()
    with nginx() as server:
        to = ("--to", server.url("soak"), "--to", listener.url("latency=120"), "--to", f"file:{tmp_path}/file.flv")
        with OnAir(tmp_path, *to, "--clapper", "--seconds", str(MINUTES * 60)) as show:
            show.wait_for("air connected")
            time.sleep(min(30, MINUTES * 15))
            pids = {child: show.pid(child) for child in ("air", "brain", "voice", "face")}
            uses: dict[str, list[tuple[int, int]]] = {child: [] for child in pids}
            while show.process.poll() is None:
                for child, pid in pids.items():
                    if (now := use(pid)) is not None:
                        uses[child].append(now)
                time.sleep(2)
            assert show.process.returncode == 0
            print(show.said("off air")[0])
            assert show.said("off air", "skipped=0")
        listener.stop()
        for child, seen in uses.items():
            memory, handles = [m for m, _ in seen], [h for _, h in seen[:-2]]
            print(
                f"{child}: {memory[0] / 1e6:.1f} -> {memory[-3] / 1e6:.1f} MB, {min(handles)}..{max(handles)} descriptors"
            )
            assert memory[-3] - memory[0] < 20e6
            assert max(handles) - handles[0] <= 2
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
