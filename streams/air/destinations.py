"""The grammar of destination URLs, and the destination behind each one."""

from __future__ import annotations

import difflib
import errno
import os
import re
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from streams.air.mux import Muxer
from streams.air.rtmp_client import RtmpDestination
from streams.air.srt import SrtDestination
from streams.ports import Destination, Packets, Refused, Transient
from streams.types import MediaFormat

CONTAINERS = {".flv": "flv", ".mp4": "mp4", ".ts": "mpegts"}
CHECK_PACKETS = 100
"""how often a recording makes sure that it is still in its folder"""
FREE_BYTES = 1 << 20
"""below this a disk counts as full"""
_SCHEMES = ("rtmp", "rtmps", "srt", "file")
_SRT_OPTIONS = ("latency", "streamid", "passphrase")
_DEFAULT_PORTS = {"rtmp": 1935, "rtmps": 443}


class BadTarget(ValueError):
    """A destination URL that cannot be used; the text says why and never holds a key."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked destination URL. ``path`` holds an RTMP key unless ``key`` does: keep both out of logs."""

    scheme: str
    host: str = ""
    port: int = 0
    path: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """For logs and status, without secrets."""
        if self.scheme == "file":
            return f"file:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.scheme == "srt":
            return f"srt://{host}:{self.port}"
        path = self.path.partition("?")[0].strip("/")  # a query holds tokens
        app = path if self.key else path.rpartition("/")[0]
        return f"{self.scheme}://{host}:{self.port}/{app}/***"


def parse(url: str, key: str = "") -> Target:
    """The target of a URL; raises BadTarget."""
    if re.search(r"[\x00-\x1f\x7f]", url):
        raise BadTarget("a destination must not hold control characters")
    scheme, colon, rest = url.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in _SCHEMES:
        close = difflib.get_close_matches(scheme, _SCHEMES, 1)
        hint = f"; did you mean {close[0]}:?" if close else ""
        shown = f"{scheme}:" if colon and len(scheme) <= 12 else "the destination"
        raise BadTarget(f"{shown} is none of rtmp:// rtmps:// srt:// file:{hint}")
    if scheme == "file":
        return _file(rest)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadTarget(f"{scheme}: the host or port cannot be read") from None
    if not rest.startswith("//") or not host:
        raise BadTarget(f"{scheme}: no host; write {scheme}://host:port/…")
    if parts.username or parts.password:
        raise BadTarget(f"{scheme}://{host}: a user or password before the host is not supported")
    port = port if port is not None else _DEFAULT_PORTS.get(scheme)
    if not port:
        raise BadTarget(f"{scheme}://{host}: no port" if port is None else f"{scheme}://{host}: port 0")
    if parts.fragment:
        raise BadTarget(f"{scheme}://{host}:{port}: a # must be written %23")
    if scheme == "srt":
        return Target("srt", host, port, options=_srt_options(parts.query, f"srt://{host}:{port}"))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if not path.strip("/"):
        raise BadTarget(f"{scheme}://{host}:{port}: no application; write {scheme}://host/app/key")
    if not key and "/" not in parts.path.strip("/"):
        raise BadTarget(f"{scheme}://{host}:{port}: no stream key; write {scheme}://host/app/key or give key:")
    return Target(scheme, host, port, path, key)


def _file(rest: str) -> Target:
    path = rest[2:] if rest.startswith("//") else rest
    if not path:
        raise BadTarget("file: no path")
    if Path(path).suffix.lower() not in CONTAINERS:
        raise BadTarget(f"file:{path}: the name must end in {', '.join(CONTAINERS)}")
    return Target("file", path=path)


def _srt_options(query: str, name: str) -> tuple[tuple[str, str], ...]:
    options = parse_qsl(query, keep_blank_values=True, max_num_fields=32) if query.count("&") < 32 else [("&", "")]
    for option, value in options:
        if option not in _SRT_OPTIONS:
            close = difflib.get_close_matches(option, _SRT_OPTIONS, 1)
            hint = f"; did you mean {close[0]}?" if close else f" (there are {', '.join(_SRT_OPTIONS)})"
            raise BadTarget(f"{name}: unknown option {option[:20]!r}{hint}")
        if option == "latency" and not (value.isascii() and value.isdigit() and 20 <= int(value[:9]) <= 60_000):
            raise BadTarget(f"{name}: latency is in milliseconds, 20 to 60000")
        if option == "streamid" and len(value.encode()) > 512:
            raise BadTarget(f"{name}: a streamid has at most 512 bytes")
        if option == "passphrase" and not value.startswith(("@", "${")):
            raise BadTarget(f"{name}: give the passphrase as @NAME, never as itself")
    return tuple(options)


def make(target: Target, number: int, media: MediaFormat, sound_template: Any) -> Destination:
    """The destination of a target; ``number`` tells destinations apart whose names are alike without their keys."""
    name = f"{number} {target.name}"
    if target.scheme == "file":
        return FileDestination(name, Path(target.path), media, sound_template)
    if target.scheme == "srt":
        options = dict(target.options)
        return SrtDestination(
            name,
            target.host,
            target.port,
            int(options.get("latency", "120")),
            options.get("streamid", ""),
            options.get("passphrase", ""),
            media,
            sound_template,
        )
    path = unquote(target.path) if "%" in target.path and "?" not in target.path else target.path
    return RtmpDestination(
        name, target.host, target.port, target.scheme == "rtmps", path, target.key, media, sound_template
    )


class FileDestination:
    """A recording. Never writes over an older one: NAME.mp4, then NAME-2.mp4 and so on."""

    def __init__(self, name: str, path: Path, media: MediaFormat, sound_template: Any) -> None:
        self.name = name
        self._number = name.partition(" ")[0]
        self._path, self._media, self._sound_template = path, media, sound_template
        self._stopped = threading.Event()

    def run(self, packets: Packets) -> None:
        waiting = iter(packets)
        first = next(waiting, None)
        if first is None:
            return  # nothing to record, so no empty file
        try:
            with self._create() as file:
                muxer = Muxer(file, CONTAINERS[self._path.suffix.lower()], self._media, self._sound_template)
                muxer.mux(first)
                for count, packet in enumerate(waiting):
                    muxer.mux(packet)
                    if self._stopped.is_set():
                        break
                    if count % CHECK_PACKETS == 0 and not os.fstat(file.fileno()).st_nlink:
                        raise Transient("the file was deleted while it was written; a new one follows")
                muxer.close()
        except OSError as error:
            raise Refused(f"cannot write: {error.strerror or error}") from error

    def _create(self) -> Any:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._path.parent).free < FREE_BYTES:
            raise OSError(errno.ENOSPC, "the disk is full")  # before another empty file is made
        path, number = self._path, 1
        while True:
            try:
                file = path.open("xb", buffering=0)
                self.name = f"{self._number} file:{path}"
                return file
            except FileExistsError:
                number += 1
                path = self._path.with_stem(f"{self._path.stem}-{number}")
                if number > 10_000:
                    raise

    def reachable(self) -> None:
        return None

    def stop(self) -> None:
        self._stopped.set()


def writable(target: Target) -> str:
    """Why a recording cannot be made there, or nothing."""
    if target.scheme != "file":
        return ""
    folder = Path(target.path).absolute().parent
    while not folder.exists():
        folder = folder.parent
    try:
        # tried, not asked: root may write everywhere by its rights, and nowhere on some file systems
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        return f"{target.name}: {folder} is not writable: {error.strerror or error}"
    return ""
