"""Host names into addresses, within a deadline: the resolver of the C library has none of its own."""

from __future__ import annotations

import queue
import socket
import threading
from typing import Any

from streams.ports import Transient

Address = tuple[int, Any]
"""family and socket address"""


def lookup(host: str, port: int, seconds: float, kind: int = socket.SOCK_STREAM) -> list[Address]:
    """All addresses of a name, IPv6 and IPv4 in the order of the system; raises Transient."""
    answers: queue.SimpleQueue[list[Address] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put([(family, address) for family, _, _, _, address in socket.getaddrinfo(host, port, type=kind)])
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(f"not a host name: {error}"))

    # a thread that is left behind ends with the resolver's own patience, and only one waits for each attempt
    try:
        threading.Thread(target=ask, name="lookup", daemon=True).start()
    except RuntimeError as error:  # this machine has no thread left
        raise Transient(f"cannot look for {host}: {error}") from error
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise Transient(f"cannot find {host}: the name server does not answer within {seconds:g} s") from None
    if isinstance(answer, OSError):
        raise Transient(f"cannot find {host}: {answer.strerror or answer}") from answer
    return answer
