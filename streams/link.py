"""Processes talk over Unix sockets: one JSON line, then a binary payload of the ``size`` it names."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streams.codec import decode, encode, header

HEADER_LIMIT = 1 << 20


class LinkError(Exception):
    """The other side is gone, or does not speak the protocol."""


class Link:
    """A blocking link for threads; one reader at a time, one writer at a time."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._reader = sock.makefile("rb", buffering=1 << 16)

    @classmethod
    def connect(cls, path: Path, timeout: float = 5.0) -> Link:
        """Raises LinkError when nobody listens."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(timeout)
        try:
            sock.connect(str(path))
        except OSError as error:
            sock.close()
            raise LinkError(f"{path.name}: {error.strerror or error}") from error
        sock.settimeout(None)
        return cls(sock)

    def send(self, message: object) -> None:
        """Any message of :mod:`streams.wire`; raises LinkError when the other side is gone."""
        try:
            self._socket.sendall(encode(message))
        except OSError as error:
            raise LinkError(str(error)) from error

    def receive(self) -> Any:
        """The next message of :mod:`streams.wire`; None when the other side has closed. Raises LinkError."""
        try:
            line = self._reader.readline(HEADER_LIMIT)
            if not line:
                return None
            fields, size = header(line)
            payload = self._reader.read(size) if size else b""
            if len(payload) < size:
                raise LinkError("closed in the middle of a message")
            return decode(fields, payload)
        except (OSError, ValueError) as error:  # a BadMessage is a ValueError
            raise LinkError(str(error)) from error

    def close(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # already closed by the other side
        self._socket.close()

    def release(self) -> None:
        """After :meth:`close`, by the one who reads: let go of the descriptor at once."""
        self._reader.close()


class Outbox:
    """A thread that writes to a link, so that nobody else waits for a slow reader.

    Holds at most ``limit`` messages; the oldest goes first when it overflows, and is counted in ``dropped``.
    """

    def __init__(self, link: Link, limit: int) -> None:
        self.dropped = 0
        self._link = link
        self._queue: deque[object] = deque()
        self._limit = limit
        self._ready = threading.Condition()
        self._open = True
        self._writing = False
        self._thread = threading.Thread(target=self._write, name="outbox", daemon=True)
        self._thread.start()

    def put(self, message: object) -> None:
        with self._ready:
            if len(self._queue) >= self._limit:
                self._queue.popleft()
                self.dropped += 1
            self._queue.append(message)
            self._ready.notify_all()

    def drain(self, seconds: float) -> bool:
        """Wait until all has been handed over; whether that was so in time."""
        with self._ready:
            return self._ready.wait_for(lambda: not self._queue and not self._writing, seconds)

    def close(self) -> None:
        with self._ready:
            self._open = False
            self._ready.notify_all()

    def _write(self) -> None:
        while True:
            with self._ready:
                while self._open and not self._queue:
                    self._ready.wait()
                if not self._open:
                    return
                message = self._queue.popleft()
                self._writing = True
            try:
                self._link.send(message)
            except LinkError:
                self._link.close()  # the reading side sees the end and says so
                return
            finally:
                with self._ready:
                    self._writing = False
                    self._ready.notify_all()


class LinkServer:
    """Listens on a Unix socket; every connection gets a thread that runs ``serve(link)``."""

    def __init__(self, path: Path, serve: Callable[[Link], None]) -> None:
        self._serve = serve
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(path))
        self._socket.listen(8)
        self._open = True
        threading.Thread(target=self._accept, name="links", daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                if not self._open:
                    return
                time.sleep(0.1)  # out of descriptors, say: the next one may succeed
                continue
            threading.Thread(target=self._run, args=(Link(sock),), name="link", daemon=True).start()

    def _run(self, link: Link) -> None:
        try:
            self._serve(link)
        finally:
            link.close()
            link.release()

    def close(self) -> None:
        self._open = False
        self._socket.close()
