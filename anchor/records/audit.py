"""The audit log: an append-only file of events, decisions and words heard, kept for months and safe from a kill.

SQLite in WAL mode: each row is safe from a dying process once :meth:`Audit.note` has returned. Rows are never changed; old
ones leave by :meth:`Audit.prune` alone. What viewers wrote is masked before it comes here, and their names are hashed.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from anchor.records.store import Store

FILE = "audit.db"
KEEP_DAYS = 183
"""live commerce must keep its records for six months"""
PENDING = 1000
PRUNED_AT_ONCE = 2000

_INSERT = "INSERT INTO entries (at, kind, cue, data) VALUES (?, ?, ?, ?)"
_PRUNE = "DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE at < ? LIMIT ?)"
_TABLES = """
PRAGMA synchronous=NORMAL;
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

    last: int
    """the number of the last note"""

    @property
    def problem(self) -> str:
        """Why notes cannot be written; empty when they can."""
        ...

    def note(self, kind: str, cue: str = "", **data: Any) -> None: ...


class NoNotes:
    """Forgets everything; for a show off line."""

    problem = ""
    last = 0

    def note(self, kind: str, cue: str = "", **data: Any) -> None:
        pass


class Audit:
    """Writes and reads one file. A disk that is full or gone stops nothing: ``problem`` says so until it is over. What
    cannot be written waits for the next note, at most PENDING; beyond that the oldest is lost, and counted."""

    def __init__(self, path: Path, wall: Callable[[], float] = time.time) -> None:
        self.lost = 0
        self.last = 0
        """id of the last entry written here or found"""
        self._wall = wall
        self._store = Store(path, _TABLES)
        self._pending: deque[tuple[float, str, str, str]] = deque()
        try:
            with self._store.use() as db:
                self.last = db.execute("SELECT coalesce(max(id), 0) FROM entries").fetchone()[0]
        except sqlite3.Error:
            pass  # the store has said so

    @property
    def problem(self) -> str:
        return self._store.problem

    def note(self, kind: str, cue: str = "", **data: Any) -> None:
        """Write one entry; it is safe when this returns, or ``problem`` says why not."""
        payload = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
        self._pending.append((self._wall(), kind, cue, payload))
        try:
            with self._store.use() as db:
                while self._pending:
                    done = db.execute(_INSERT, self._pending[0])
                    self._pending.popleft()
                    self.last = done.lastrowid or self.last
        except sqlite3.Error:
            while len(self._pending) > PENDING:
                self._pending.popleft()
                self.lost += 1

    def read(
        self, since: float = 0.0, until: float = 1e12, kind: str = "", cue: str = "", after: int = 0
    ) -> Iterator[Entry]:
        """Entries in their order; raises sqlite3.Error when the file cannot be read."""
        query = "SELECT id, at, kind, cue, data FROM entries WHERE at >= ? AND at < ? AND id > ?"
        wanted: list[float | str] = [since, until, after]
        for column, value in (("kind", kind), ("cue", cue)):
            if value:
                query += f" AND {column} = ?"
                wanted.append(value)
        with self._store.use() as db:
            for number, at, name, about, data in db.execute(query + " ORDER BY id", wanted):
                yield Entry(number, at, name, about, json.loads(data))

    def prune(self, before: float) -> int:
        """Remove entries older than this wall time, some at a time, so that a show beside it can write; returns how many.
        Raises sqlite3.Error."""
        gone = 0
        with self._store.use() as db:
            while more := db.execute(_PRUNE, (before, PRUNED_AT_ONCE)).rowcount:
                gone += more
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def close(self) -> None:
        self._store.close()
