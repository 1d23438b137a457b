"""The grammar of destination URLs."""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from streams.deliver.recording import CONTAINERS
from streams.types import Codec

_SCHEMES = ("rtmp", "rtmps", "srt", "file", "record")
_SRT_OPTIONS = ("latency", "streamid", "passphrase", "pbkeylen")
_RECORD_OPTIONS = ("length", "size", "keep", "most", "format")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_BYTES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
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
    user: str = ""
    password: str = field(default="", repr=False)
    """a reference to a secret"""
    ca: str = ""
    """a file of certificates to trust instead of the system's"""
    pin: str = ""
    """SHA-256 of the one certificate to trust, hex"""
    backup: Target | None = None
    """where to go when this fails"""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Target:
        options = tuple((str(name), str(value)) for name, value in data["options"])
        backup = cls.from_json(data["backup"]) if data.get("backup") else None
        return cls(**{**data, "options": options, "backup": backup})

    @property
    def name(self) -> str:
        """For logs and status, without secrets."""
        if self.scheme in ("file", "record"):
            return f"{self.scheme}:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.scheme == "srt":
            return f"srt://{host}:{self.port}"
        path = self.path.partition("?")[0].strip("/")  # a query holds tokens
        app = path if self.key else path.rpartition("/")[0]
        return f"{self.scheme}://{host}:{self.port}/{app}/***"

    def check(self, codec: Codec) -> None:
        """Raises BadTarget where a codec cannot go there."""
        file = Path(self.path).suffix.lower() if self.scheme == "file" else ""
        ts = self.scheme == "srt" or file == ".ts" or ("format", "ts") in self.options
        if codec == "av1" and ts:
            raise BadTarget(f"{self.name}: MPEG-TS carries no AV1; send it by RTMP, or take codec: hevc or h264")


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
        raise BadTarget(f"{shown} is none of rtmp:// rtmps:// srt:// file: record:{hint}")
    if scheme == "file":
        return _file(rest)
    if scheme == "record":
        return _record(rest)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadTarget(f"{scheme}: the host or port cannot be read") from None
    if not rest.startswith("//") or not host:
        raise BadTarget(f"{scheme}: no host; write {scheme}://host:port/…")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password and not password.startswith(("@", "${")):
        raise BadTarget(f"{scheme}://{host}: give the password as @NAME, never as itself")
    if (user or password) and (scheme == "srt" or not (user and password)):
        why = "SRT has no users; give a passphrase" if scheme == "srt" else "a login is USER:@NAME, with both parts"
        raise BadTarget(f"{scheme}://{host}: {why}")
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
    if "%" in path and "?" not in path:
        # taken apart before it is unquoted: a key may hold a slash
        app, slash, last = path.rpartition("/") if not key else (path, "", "")
        path, key = (unquote(app), unquote(last)) if slash else (unquote(path), key)
    return Target(scheme, host, port, path, key, user=user, password=password)


def _file(rest: str) -> Target:
    path = rest[2:] if rest.startswith("//") else rest
    if not path:
        raise BadTarget("file: no path")
    if Path(path).suffix.lower() not in CONTAINERS:
        raise BadTarget(f"file:{path}: the name must end in {', '.join(CONTAINERS)}")
    return Target("file", path=path)


def _record(rest: str) -> Target:
    path, _, query = (rest[2:] if rest.startswith("//") else rest).partition("?")
    if not path:
        raise BadTarget("record: no folder")
    name = f"record:{path}"
    options = _options(query, _RECORD_OPTIONS, name)
    for option, value in options:
        if option in ("length", "keep"):
            seconds(value, name)
        elif option in ("size", "most"):
            amount(value, name)
        elif f".{value}" not in CONTAINERS:
            raise BadTarget(f"{name}: format is {', '.join(c[1:] for c in CONTAINERS)}, not {value[:20]!r}")
    return Target("record", path=path, options=options)


def seconds(text: str, name: str) -> float:
    """``90s``, ``30m``, ``1h``, ``7d``."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", text, re.A)
    if not match or not int(match[1]):
        raise BadTarget(f"{name}: {text[:20]!r} is not a time such as 30m, 1h or 7d")
    return int(match[1]) * _SECONDS[match[2]]


def amount(text: str, name: str) -> int:
    """Bytes: ``500M``, ``20G``."""
    match = re.fullmatch(r"(\d{1,9})([KMGT]?)", text, re.A)
    if not match or not int(match[1]):
        raise BadTarget(f"{name}: {text[:20]!r} is not a size such as 500M or 20G")
    return int(match[1]) * _BYTES[match[2]]


def _options(query: str, known: tuple[str, ...], name: str) -> tuple[tuple[str, str], ...]:
    options = parse_qsl(query, keep_blank_values=True, max_num_fields=32) if query.count("&") < 32 else [("&", "")]
    for place, (option, _) in enumerate(options):
        if any(option == other for other, _ in options[:place]):
            raise BadTarget(f"{name}: {option[:20]} is given twice")
        if option not in known:
            close = difflib.get_close_matches(option, known, 1)
            hint = f"; did you mean {close[0]}?" if close else f" (there are {', '.join(known)})"
            raise BadTarget(f"{name}: unknown option {option[:20]!r}{hint}")
    return tuple(options)


def _srt_options(query: str, name: str) -> tuple[tuple[str, str], ...]:
    options = _options(query, _SRT_OPTIONS, name)
    for option, value in options:
        if option == "latency" and not (value.isascii() and value.isdigit() and 20 <= int(value[:9]) <= 60_000):
            raise BadTarget(f"{name}: latency is in milliseconds, 20 to 60000")
        if option == "streamid" and len(value.encode()) > 512:
            raise BadTarget(f"{name}: a streamid has at most 512 bytes")
        if option == "passphrase" and not value.startswith(("@", "${")):
            raise BadTarget(f"{name}: give the passphrase as @NAME, never as itself")
        if option == "pbkeylen" and value not in ("16", "24", "32"):
            raise BadTarget(f"{name}: pbkeylen is 16, 24 or 32 bytes")
    return options


def writable(target: Target) -> str:
    """Why a recording cannot be made there, or nothing."""
    if target.scheme not in ("file", "record"):
        return ""
    folder = Path(target.path).absolute()
    if target.scheme == "file":
        folder = folder.parent
    while not folder.exists():
        folder = folder.parent
    try:
        # tried, not asked: root may write everywhere by its rights, and nowhere on some file systems
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        return f"{target.name}: {folder} is not writable: {error.strerror or error}"
    return ""
