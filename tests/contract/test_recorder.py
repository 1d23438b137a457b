"""A folder of recordings: rolled, kept, limited, and whole whatever happens."""

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import av
import pytest

from streams.deliver import recording
from streams.deliver.destinations import make
from streams.deliver.mux import Tracks
from streams.deliver.recording import Recorder, Rolling
from streams.deliver.targets import parse
from streams.ports import Transient
from streams.types import EncodedPacket
from tests.clapper import decode_errors, video_sizes
from tests.contract.test_destination import packets as packets
from tests.fakes import SMALL, Given

pytestmark = pytest.mark.slow

Made = tuple[list[EncodedPacket], object]


def stream(packets: list[EncodedPacket], turns: int) -> Iterator[EncodedPacket]:
    """Two seconds again and again, with consecutive times."""
    for turn in range(turns):
        for packet in packets:
            ticks = turn * 2 * packet.time_base.denominator
            yield replace(packet, pts=packet.pts + ticks, dts=packet.dts + ticks)


class Wall:
    """A wall clock that goes a second further each time it is read."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        self.now += 1
        return self.now


def record(folder: Path, rolling: Rolling, made: Made, turns: int, wall: Wall | None = None) -> list[Path]:
    Recorder("1 record:x", folder, rolling, Tracks(SMALL, made[1]), wall or Wall()).run(Given(stream(made[0], turns)))
    return sorted(folder.iterdir())


@pytest.mark.parametrize("container", ["mp4", "flv", "ts"])
def test_files_of_a_length_that_hold_everything_between_them(container: str, tmp_path: Path, packets: Made) -> None:
    files = record(tmp_path / "r", Rolling(length=4.0, container=container), packets, 5)
    assert len(files) == 3 and {f.suffix for f in files} == {f".{container}"}
    assert [len(video_sizes(f)) for f in files] == [100, 100, 50]
    assert all(decode_errors(f) == "" for f in files)


def starts(path: Path) -> tuple[float, float]:
    """Seconds at which the picture and the sound of a file begin."""
    with av.open(str(path)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        return tuple(float((s.start_time or 0) * s.time_base) for s in (picture, sound))  # type: ignore[return-value]


@pytest.mark.parametrize("container", ["mp4", "flv", "ts"])
def test_the_sound_of_every_file_begins_where_it_belongs(container: str, tmp_path: Path, packets: Made) -> None:
    """Packets of sound do not begin where pictures do, so in most files it starts a little after the first one."""
    files = record(tmp_path / "r", Rolling(length=2.0, container=container), packets, 1)
    files += record(tmp_path / "s", Rolling(length=2.0, container=container), late(packets, 0.016), 1)
    assert [starts(f) for f in files] == [(0.0, 0.0), (0.0, pytest.approx(0.016))]


def late(made: Made, seconds: float) -> Made:
    """The same with its sound so much later."""
    ticks = {p.time_base: round(seconds / p.time_base) for p in made[0] if p.kind == "audio"}
    return [
        replace(p, pts=p.pts + ticks[p.time_base], dts=p.dts + ticks[p.time_base]) if p.kind == "audio" else p
        for p in made[0]
    ], made[1]


def test_files_of_a_size_and_no_more_than_so_many_bytes_of_them(tmp_path: Path, packets: Made) -> None:
    two_seconds = sum(len(packet.data) for packet in packets[0])
    files = record(tmp_path / "r", Rolling(size=int(two_seconds * 0.9)), packets, 6)
    assert len(files) == 6
    (tmp_path / "r" / "mine.mp4").write_bytes(b"x" * 10**6)
    (tmp_path / "r" / "20200101-000000.txt").write_text("a note")
    files = record(tmp_path / "r", Rolling(length=2.0, most=int(two_seconds * 4.5)), packets, 6)
    ours = [f for f in files if f.suffix == ".mp4" and f.name != "mine.mp4"]
    assert 3 <= len(ours) <= 5
    assert (tmp_path / "r" / "mine.mp4").exists() and (tmp_path / "r" / "20200101-000000.txt").exists()


def test_files_are_kept_for_a_time(tmp_path: Path, packets: Made) -> None:
    (tmp_path / "r").mkdir()
    for name, age in (("20200101-000000.mp4", 7200), ("20200101-000001-2.flv", 100), ("holiday.mp4", 7200)):
        (tmp_path / "r" / name).write_bytes(b"old")
        os.utime(tmp_path / "r" / name, (time.time() - age,) * 2)
    names = [f.name for f in record(tmp_path / "r", Rolling(keep=3600), packets, 1)]
    assert "20200101-000000.mp4" not in names and "20200101-000001-2.flv" in names and "holiday.mp4" in names


def test_two_files_of_the_same_second(tmp_path: Path, packets: Made) -> None:
    wall = Wall()
    fixed = wall.now
    files = sorted(
        Recorder("1", tmp_path, Rolling(length=2.0), Tracks(SMALL, packets[1]), lambda: fixed).run(
            Given(stream(packets[0], 3))) or tmp_path.iterdir()
    )  # fmt: skip
    assert sorted(f.stem.count("-") for f in files) == [1, 2, 2]


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.parametrize("reserve", [True, False])
def test_a_disk_that_runs_full_costs_the_oldest_recordings(
    reserve: bool, tmp_path: Path, packets: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not reserve:  # somebody else fills the disk faster than we look
        monkeypatch.setattr(Recorder, "_crowded", lambda _: False)
    monkeypatch.setattr(recording, "FREE_BYTES", 100_000)
    with small_disk(tmp_path / "disk", "1m"):
        given = Given(stream(packets[0], 40))  # three times what fits
        recorder = Recorder("1", tmp_path / "disk", Rolling(length=4.0), Tracks(SMALL, packets[1]), Wall())
        recorder.run(given)
        files = sorted((tmp_path / "disk").iterdir())
        assert len(files) >= 2
        assert [decode_errors(f) for f in files] == [""] * len(files)
        assert given.asked > 0 or reserve
        total = sum(len(video_sizes(f)) for f in files)
        assert total >= 100


def test_a_recording_plays_up_to_a_kill(tmp_path: Path, packets: Made) -> None:
    script = f"""
import os, signal, sys
sys.path.insert(0, ".")
from tests.contract.test_recorder import *
from tests.contract.test_destination import packets
made = packets.__wrapped__() if hasattr(packets, "__wrapped__") else packets.__pytest_wrapped__.obj()
def dying():
    for n, packet in enumerate(stream(made[0], 4)):
        if n == 500:
            os.kill(os.getpid(), signal.SIGKILL)
        yield packet
Recorder("1", Path({str(tmp_path)!r}), Rolling(), Tracks(SMALL, made[1])).run(Given(dying()))
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == -9, run.stderr
    (file,) = tmp_path.iterdir()
    assert decode_errors(file) == "" and len(video_sizes(file)) >= 100


def test_a_deleted_recording_is_followed_by_another(tmp_path: Path, packets: Made) -> None:
    def deleting() -> Iterator[EncodedPacket]:
        for n, packet in enumerate(stream(packets[0], 3)):
            if n == 200:
                for file in tmp_path.iterdir():
                    file.unlink()
            yield packet

    Recorder("1", tmp_path, Rolling(), Tracks(SMALL, packets[1]), Wall()).run(Given(deleting()))
    (file,) = tmp_path.iterdir()
    assert len(video_sizes(file)) == 50


def test_a_file_system_without_locks_is_told_and_costs_no_descriptor(
    tmp_path: Path, packets: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(descriptor: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(recording.fcntl, "flock", flock)
    recorder = Recorder("1", tmp_path, Rolling(), Tracks(SMALL, packets[1]))
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with pytest.raises(Transient, match="No locks available"):
            recorder.run(Given(packets[0]))
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_folder_that_is_deleted_is_made_again(tmp_path: Path, packets: Made) -> None:
    def deleting() -> Iterator[EncodedPacket]:
        for n, packet in enumerate(stream(packets[0], 3)):
            if n == 200:
                shutil.rmtree(tmp_path / "r")
            yield packet

    Recorder("1", tmp_path / "r", Rolling(), Tracks(SMALL, packets[1]), Wall()).run(Given(deleting()))
    (file,) = (tmp_path / "r").iterdir()
    assert len(video_sizes(file)) == 50


def test_from_a_url_and_into_a_place_that_cannot_be(tmp_path: Path, packets: Made) -> None:
    (made,) = make(
        parse(f"record:{tmp_path}/r?length=30m&size=1G&keep=7d&most=50G&format=ts"), 1, Tracks(SMALL, packets[1])
    )
    assert isinstance(made, Recorder)
    assert made._rolling == Rolling(1800, 1 << 30, 7 * 86_400, 50 << 30, "ts")
    made.run(Given(packets[0]))
    assert [f.suffix for f in (tmp_path / "r").iterdir()] == [".ts"]
    (tmp_path / "f").write_text("")
    (other,) = make(parse(f"record:{tmp_path}/f"), 1, Tracks(SMALL, packets[1]))
    with pytest.raises(Transient, match="cannot write"):
        other.run(Given(packets[0]))
