"""What happened and why, for months: an append-only file of events, decisions and words heard, that survives a kill.

SQLite in WAL mode: each row is safe from a dying process once :meth:`Audit.note` has returned. Rows are never changed; old
ones leave by :meth:`Audit.prune` alone. What viewers wrote is masked before it comes here, and their names are hashed.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

FILE = "audit.db"
KEEP_DAYS = 183
"""live commerce must keep its records for six months"""
BUSY_SECONDS = 2.0

_TABLES = """
CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, kind TEXT NOT NULL, cue TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entries_at ON entries (at);
CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``at`` in seconds since 1970."""

    id: int
    at: float
    kind: str
    """event, merged, stale, decision, said, heard, blocked, reload, operator …"""
    cue: str
    data: dict[str, Any]


class Notes(Protocol):
    """Where the desk writes what it does."""

    problem: str
    """why notes cannot be written; empty when they can"""
    last: int
    """the number of the last note"""

    def note(self, kind: str, cue: str = "", **data: Any) -> None: ...


class NoNotes:
    """Forgets everything; for a show off line."""

    problem = ""
    last = 0

    def note(self, kind: str, cue: str = "", **data: Any) -> None:
        pass


class Audit:
    """Writes and reads one file. A disk that is full or gone stops nothing: ``problem`` says so until it is over."""

    def __init__(self, path: Path, wall: Callable[[], float] = time.time) -> None:
        """Raises OSError when the file cannot be opened at all."""
        self.problem = ""
        self.lost = 0
        """notes that could not be written"""
        self.last = 0
        """id of the last entry written here or found"""
        self._wall = wall
        try:
            self._db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_TABLES)
            self.last = self._db.execute("SELECT coalesce(max(id), 0) FROM entries").fetchone()[0]
        except sqlite3.Error as error:
            raise OSError(f"{path}: {error}") from error

    def note(self, kind: str, cue: str = "", **data: Any) -> None:
        """Write one entry; it is safe when this returns, or ``problem`` says why not."""
        row = (self._wall(), kind, cue, json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str))
        try:
            self.last = (
                self._db.execute("INSERT INTO entries (at, kind, cue, data) VALUES (?, ?, ?, ?)", row).lastrowid
                or self.last
            )
            self.problem = ""
        except sqlite3.Error as error:
            self.lost += 1
            self.problem = f"the audit log cannot be written: {error}"

    def read(
        self, since: float = 0.0, until: float = 1e12, kind: str = "", cue: str = "", after: int = 0
    ) -> Iterator[Entry]:
        """Entries in their order."""
        query = "SELECT id, at, kind, cue, data FROM entries WHERE at >= ? AND at < ? AND id > ?"
        wanted: list[float | str] = [since, until, after]
        if kind:
            query += " AND kind = ?"
            wanted.append(kind)
        if cue:
            query += " AND cue = ?"
            wanted.append(cue)
        for number, at, name, about, data in self._db.execute(query + " ORDER BY id", wanted):
            yield Entry(number, at, name, about, json.loads(data))

    def prune(self, before: float) -> int:
        """Remove entries older than this wall time; returns how many."""
        gone = self._db.execute("DELETE FROM entries WHERE at < ?", (before,)).rowcount
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def close(self) -> None:
        self._db.close()
