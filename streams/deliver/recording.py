"""Coded packets into files: one file, or a folder of rolling ones with a limit."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av

from streams.deliver.mux import Muxer, Tracks, forget
from streams.ports import Packets, Transient
from streams.types import EncodedPacket

log = logging.getLogger(__name__)

CONTAINERS = {".flv": "flv", ".mp4": "mp4", ".ts": "mpegts"}
CHECK_PACKETS = 100
"""how often a recording makes sure that it is still in its folder"""
FREE_BYTES = 1 << 20
"""below this a disk counts as full"""
FLV_SECONDS = 20 * 86_400.0
"""FLV's milliseconds wrap after 24.8 days: another file before"""
RESERVE_SECONDS = 8
"""a recorder keeps room for so much of the stream"""
_OURS = re.compile(r"\d{8}-\d{6}(-\d+)?\.(mp4|flv|ts)")


class _File:
    """A container on disk. When a disk is full it ends with the last packet, or fragment, that was written whole, and
    is removed when that is none."""

    def __init__(self, path: Path, tracks: Tracks) -> None:
        self.path = path
        self.size = 0
        """bytes of the packets in it; MP4 keeps the newest back until the next keyframe"""
        self._file = path.open("xb", buffering=0)
        self._head: int | None = None
        self._broken: OSError | None = None
        try:
            self._muxer = Muxer(self, CONTAINERS[path.suffix.lower()], tracks)
        except BaseException:
            self._file.close()
            raise

    def write(self, data: bytes) -> int:
        """The muxer's side. A disk that fills up takes part of a write first."""
        if self._broken is not None:
            raise self._broken
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        return len(data)

    def mux(self, packet: EncodedPacket) -> None:
        """Raises OSError."""
        whole = self._file.tell()
        try:
            self._muxer.mux(packet)
        except OSError as error:
            self._cut(whole, error)
            raise
        self.size += len(packet.data)
        if self._head is None:
            self._head = self._file.tell() if self.path.suffix == ".mp4" else 0

    def seconds(self, packet: EncodedPacket) -> float:
        return self._muxer.seconds(packet)

    @property
    def deleted(self) -> bool:
        return not os.fstat(self._file.fileno()).st_nlink

    def close(self) -> None:
        """Raises OSError when even the end finds no room; the file is closed and playable all the same."""
        whole = self._file.tell()
        try:
            self._muxer.close()
        except OSError as error:
            if self._broken is None:
                self._cut(whole, error)
            raise
        except av.FFmpegError:
            if self._broken is None:
                raise  # otherwise the muxer repeats the first failure in words of its own
        finally:
            self._file.close()

    def _cut(self, whole: int, error: OSError) -> None:
        self._broken = error
        self._file.truncate(whole)
        if whole <= (self._head or 0):
            self.path.unlink(missing_ok=True)


class _OnDisk:
    """What a destination without a connection has to say."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._stopped = threading.Event()

    def reachable(self) -> None:
        return None

    def renewed(self) -> bool:
        return False

    def measure(self) -> None:
        return None

    def stop(self) -> None:
        self._stopped.set()


class FileDestination(_OnDisk):
    """A recording. Never writes over an older one: NAME.mp4, then NAME-2.mp4 and so on."""

    def __init__(self, name: str, path: Path, tracks: Tracks) -> None:
        super().__init__(name)
        self._number = name.partition(" ")[0]
        self._path, self._tracks = path, tracks

    def run(self, packets: Packets) -> None:
        file: _File | None = None
        try:
            for count, packet in enumerate(packets):
                if file is None:
                    file = self._create()
                elif packet.keyframe and file.seconds(packet) > FLV_SECONDS:
                    break
                file.mux(packet)
                if self._stopped.is_set():
                    break
                if count % CHECK_PACKETS == 0 and file.deleted:
                    raise Transient("the file was deleted while it was written; a new one follows")
            if file is not None:
                closing, file = file, None
                closing.close()
        except OSError as error:
            raise Transient(f"cannot write: {error.strerror or error}") from error
        finally:
            if file is not None:
                _close_quietly(file)

    def _create(self) -> _File:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._path.parent).free < FREE_BYTES:
            raise OSError(errno.ENOSPC, "the disk is full")  # before another empty file is made
        file = _create_new(self._path, self._tracks)
        self.name = f"{self._number} file:{file.path}"
        return file


@dataclass(frozen=True, slots=True)
class Rolling:
    """When a recorder begins a new file, and what it keeps; 0 is no limit."""

    length: float = 3600.0
    """seconds of a file"""
    size: int = 0
    """bytes of a file"""
    keep: float = 0.0
    """seconds until a file is removed"""
    most: int = 0
    """bytes of all files together"""
    container: str = "mp4"


class Recorder(_OnDisk):
    """A folder of files named by the time of their beginning, each of which plays by itself, also after a crash.

    A disk that runs full costs the oldest recordings, not the stream. Only files of its own kind of name are removed.
    """

    def __init__(
        self, name: str, folder: Path, rolling: Rolling, tracks: Tracks, now: Callable[[], float] = time.time
    ) -> None:
        super().__init__(name)
        self._folder, self._rolling, self._tracks, self._now = folder, rolling, tracks, now
        self._reserve = max(FREE_BYTES, tracks.media.total_bitrate // 8 * RESERVE_SECONDS)

    def run(self, packets: Packets) -> None:
        file: _File | None = None
        looked = 0.0
        lock: int | None = None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = self._alone()
            for packet in packets:
                if self._stopped.is_set():
                    break
                key = packet.keyframe and packet.kind == "video"
                if key and (file is None or self._over(file, packet)):
                    if file is not None:
                        closing, file = file, None
                        _close_quietly(closing)
                        del closing
                        forget()
                    self._tidy(None)
                    file, looked = self._begin(), 0.0
                if file is None:
                    continue
                try:
                    file.mux(packet)
                except OSError as error:
                    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                        raise
                    broken, file = file, None
                    _close_quietly(broken)
                    if not self._tidy(None, full=True):
                        raise  # nothing of ours is left to give up
                    packets.ask_keyframe()
                    continue
                at = file.seconds(packet)
                if at - looked >= 1:
                    looked = at
                    self._tidy(file.path)
            if file is not None:
                closing, file = file, None
                closing.close()
        except OSError as error:
            raise Transient(f"cannot write: {error.strerror or error}") from error
        finally:
            if file is not None:
                _close_quietly(file)
            if lock is not None:
                os.close(lock)

    def _alone(self) -> int:
        """Take the folder for this recorder: two would remove each other's files. Raises Transient."""
        lock = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            if isinstance(error, BlockingIOError):
                raise Transient("another recorder writes into this folder; give each its own") from None
            raise
        return lock

    def _over(self, file: _File, packet: EncodedPacket) -> bool:
        rolling, limit = self._rolling, self._rolling.size
        if file.deleted:
            return True
        # of a disk that is nearly full, only a closed file can be given up
        if self._crowded() and len(self._found()) == 1:
            return True
        seconds = min(rolling.length or FLV_SECONDS, FLV_SECONDS)
        return file.seconds(packet) >= seconds or bool(limit and file.size >= limit)

    def _begin(self) -> _File:
        self._folder.mkdir(parents=True, exist_ok=True)
        stem = time.strftime("%Y%m%d-%H%M%S", time.localtime(self._now()))
        return _create_new(self._folder / f"{stem}.{self._rolling.container}", self._tracks)

    def _found(self) -> list[tuple[Path, os.stat_result]]:
        """Our recordings, oldest first."""
        dated = []
        try:
            for path in self._folder.iterdir():
                if _OURS.fullmatch(path.name) and path.is_file():
                    dated.append((path, path.stat()))
        except FileNotFoundError:
            pass  # somebody else tidies too, the folder with it perhaps
        return sorted(dated, key=lambda each: (each[1].st_mtime, each[0]))

    def _crowded(self) -> bool:
        try:
            return shutil.disk_usage(self._folder).free < self._reserve
        except FileNotFoundError:
            return False

    def _tidy(self, current: Path | None, full: bool = False) -> bool:
        """Remove what is too old, too much, or in the way; never the file that is being written. True if it did."""
        removed = False
        rolling = self._rolling
        files = [(path, stat) for path, stat in self._found() if path != current]
        total = sum(stat.st_size for _, stat in files)
        if current is not None and current.exists():
            total += current.stat().st_size
        for path, stat in files:
            old = bool(rolling.keep) and self._now() - stat.st_mtime > rolling.keep
            much = bool(rolling.most) and total > rolling.most
            if not (old or much or full or self._crowded()):
                break
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                log.warning("recording cannot be removed", extra={"file": path, "why": error.strerror or error})
                continue
            removed = True
            if old or much:
                log.info("recording removed", extra={"file": path, "why": "too old" if old else "over the total limit"})
            else:
                log.warning("recording removed, the disk is full", extra={"file": path, "bytes": stat.st_size})
            total -= stat.st_size
            full = False
        return removed


def _create_new(path: Path, tracks: Tracks) -> _File:
    """A file at ``path``, or beside it under the next free number."""
    free, number = path, 1
    while True:
        try:
            return _File(free, tracks)
        except FileExistsError:
            number += 1
            free = path.with_stem(f"{path.stem}-{number}")
            if number > 10_000:
                raise


def _close_quietly(file: _File) -> None:
    try:
        file.close()
    except (OSError, av.FFmpegError):
        pass  # it holds all that could be written
