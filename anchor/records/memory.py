"""Recent talk with each viewer: only what was really heard, under a hashed name, and only for a while."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import logging
import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from anchor.records.store import Store
from anchor.types import Exchange

log = logging.getLogger(__name__)

FILE = "memory.db"
KEY_FILE = "names.key"
RECENT = 4
"""exchanges that are recalled"""
PER_VIEWER = 20
"""exchanges kept of one viewer; the oldest go first"""
HASH = 24

_RECALL = "SELECT question, answer, product FROM talk WHERE who = ? AND room = ? AND at > ? ORDER BY id DESC LIMIT ?"
_TRIM = """DELETE FROM talk WHERE who = ? AND room = ? AND id NOT IN
(SELECT id FROM talk WHERE who = ? AND room = ? ORDER BY id DESC LIMIT ?)"""
# FULL and secure_delete: a wiped viewer is to be gone after a power cut too, and from the free pages of the file
_TABLES = """
PRAGMA synchronous=FULL;
PRAGMA secure_delete=ON;
CREATE TABLE IF NOT EXISTS talk (id INTEGER PRIMARY KEY, at REAL NOT NULL, room TEXT NOT NULL, who TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, product TEXT);
CREATE INDEX IF NOT EXISTS talk_who ON talk (who, room, id);
CREATE INDEX IF NOT EXISTS talk_at ON talk (at);
"""


class Names:
    """Hashes viewers' names with a key of this installation, so that nobody can look them up without it."""

    def __init__(self, folder: Path | None) -> None:
        """The key is made in ``folder`` when there is none; without a folder, or a disk that takes it, it lasts as long as
        this object."""
        try:
            self._key = _key(folder) if folder is not None else secrets.token_bytes(32)
        except OSError as error:
            log.error("viewers' key cannot be kept, nobody is recognised after a restart", extra={"why": error})
            self._key = secrets.token_bytes(32)

    def of(self, platform: str, viewer: str) -> str:
        """Empty for a viewer without a name."""
        if not viewer:
            return ""
        return hmac.new(self._key, f"{platform}\0{viewer}".encode(), hashlib.sha256).hexdigest()[:HASH]


class Memory:
    """Keeps exchanges in a file, or in memory without a path. Times are wall seconds. A disk that fails costs what is new."""

    def __init__(self, path: Path | None, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._store = Store(path, _TABLES)

    @property
    def problem(self) -> str:
        return self._store.problem

    def keep(self, room: str, who: str, exchange: Exchange) -> None:
        """Remember what was asked and heard; nothing for viewers without a name."""
        if not who or not exchange.answer:
            return
        row = (self._wall(), room, who, exchange.question, exchange.answer, exchange.product)
        with contextlib.suppress(sqlite3.Error), self._store.use() as db:
            db.execute("INSERT INTO talk (at, room, who, question, answer, product) VALUES (?, ?, ?, ?, ?, ?)", row)
            db.execute(_TRIM, (who, room, who, room, PER_VIEWER))

    def recall(self, room: str, who: str, within: float = 3600.0) -> tuple[Exchange, ...]:
        """The last exchanges with a viewer in a room, oldest first."""
        if not who:
            return ()
        try:
            with self._store.use() as db:
                rows = db.execute(_RECALL, (who, room, self._wall() - within, RECENT)).fetchall()
        except sqlite3.Error:
            return ()
        return tuple(Exchange(*row) for row in rows)[::-1]

    def wipe(self, who: str) -> int:
        """Forget a viewer in every room; returns how many exchanges went. Raises sqlite3.Error when that cannot be done."""
        with self._store.use() as db:
            gone = db.execute("DELETE FROM talk WHERE who = ?", (who,)).rowcount
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def prune(self, keep: float) -> int:
        """Forget what is older than ``keep`` seconds, as far as that can be done now."""
        try:
            with self._store.use() as db:
                return db.execute("DELETE FROM talk WHERE at < ?", (self._wall() - keep,)).rowcount
        except sqlite3.Error:
            return 0

    def close(self) -> None:
        self._store.close()


def _key(folder: Path) -> bytes:
    path = folder / KEY_FILE
    try:
        key_bytes = bytes.fromhex(path.read_text(encoding="ascii"))
        if len(key_bytes) >= 16:
            return key_bytes
    except (FileNotFoundError, ValueError):
        pass
    made = secrets.token_bytes(32)
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(made.hex())
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    return made
