"""A SQLite file that may fail at any time without stopping its callers: it reports the failure and tries again."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)

BUSY_SECONDS = 0.2
"""another process, such as ``anchor log prune``, may hold the file for a moment; nobody waits longer for it"""
RETRY_SECONDS = 5.0


class Store:
    """``problem`` is empty while the file can be used. A file that is no database is put aside and begun anew."""

    def __init__(self, path: Path | None, setup: str, now: Callable[[], float] = time.monotonic) -> None:
        """Without a path it lives in memory. ``setup``: the statements that make what is not there yet."""
        self.problem = ""
        self._path, self._setup, self._now = path, setup, now
        self._db: sqlite3.Connection | None = None
        self._tried = -1e9
        self._open()

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """The connection; raises sqlite3.Error when there is none or it fails, and sets ``problem`` then."""
        if self._db is None and self._now() - self._tried >= RETRY_SECONDS:
            self._open()
        if self._db is None:
            raise sqlite3.OperationalError(self.problem)
        try:
            yield self._db
        except sqlite3.Error as error:
            self._failed(error)
            raise
        self.problem = ""

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _open(self) -> None:
        self._tried = self._now()
        for again in (True, False):
            try:
                self._db = self._connected()
                self.problem = ""
                return
            except sqlite3.Error as error:
                self._failed(error)
                broken = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
                if not (again and broken and self._put_aside()):
                    return

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self._path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(self._setup)
        except sqlite3.Error:
            db.close()
            raise
        return db

    def _put_aside(self) -> bool:
        """Rename a file that is damaged, so that a new one can be begun and the old one be looked at."""
        assert self._path is not None
        aside = self._path.with_name(f"{self._path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
        try:
            self._path.rename(aside)
        except OSError as error:
            self.problem = f"{self._path} is damaged and cannot be put aside: {error.strerror}"
            return False
        log.error("damaged file put aside, a new one begun", extra={"file": self._path, "aside": aside.name})
        return True

    def _failed(self, error: sqlite3.Error) -> None:
        problem = f"{self._path} cannot be used: {error}"
        if problem != self.problem:
            log.error("records cannot be kept", extra={"file": self._path, "why": error})
        self.problem = problem
