"""A short version name of a persona's files, which changes if and only if one of them changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from persona.model import Persona

WHOLE = 1 << 20
"""files up to this size are compared by their content, larger ones by size and time"""
LENGTH = 12


def version(folder: Path, persona: Persona, more: Iterable[Path] = ()) -> str:
    """Twelve hex digits over every .yaml file in the folder and all that the persona names there, with the files and folders
    ``more`` that its parts name; empty when the folder cannot be read. What else lies there, such as a recording, does not
    count."""
    digest = hashlib.sha256()
    try:
        for path in sorted({*folder.glob("*.yaml"), *_named(folder, persona, more)}):
            digest.update(str(path).encode("utf-8", "surrogateescape") + b"\0" + _content(path))
    except (OSError, ValueError, RuntimeError):
        return ""
    return digest.hexdigest()[:LENGTH]


def file_version(path: str) -> str:
    """A name for one file as it is now; empty for none. Another file under the same name has another."""
    try:
        stat = Path(path).stat() if path else None
    except OSError:
        return ""
    return f"{stat.st_size:x}-{stat.st_mtime_ns:x}" if stat else ""


def _named(folder: Path, persona: Persona, more: Iterable[Path]) -> Iterator[Path]:
    names = (
        persona.look.background,
        persona.sound.bed,
        persona.voice.consent,
        *(p.image for p in persona.products),
    )
    for path in (*(folder / name for name in names if name), *more):
        yield from path.rglob("*") if path.is_dir() else (path,)


def _content(path: Path) -> bytes:
    try:
        stat = path.stat()
        if not path.is_file():
            return b"-"
        if stat.st_size > WHOLE:
            return f"{stat.st_size} {stat.st_mtime_ns}".encode()
        return hashlib.sha256(path.read_bytes()).digest()
    except FileNotFoundError:
        return b"gone"  # replaced between the listing and now, or missing
