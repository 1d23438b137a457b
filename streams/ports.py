"""The interfaces of everything that can be exchanged; one contract test each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from streams.types import ChatEvent, EncodedPacket, Wire


class Transient(Exception):
    """It failed now and may work later; whoever retries waits and tries again. The text is for the operator."""


class Refused(Exception):
    """It was refused for a reason that waiting alone will not mend (a wrong key, say)."""


Finding = tuple[tuple[str | int, ...], str]
"""what is wrong with a part's settings: the place among them, and a message"""


@dataclass(frozen=True, slots=True)
class PlatformContext:
    """What a platform's adapter is made for."""

    folder: Path
    """the persona's, from which file names count"""
    reject: Callable[[str], None]
    """to be told about input that is no event, with its place and without a viewer's words"""
    connected: Callable[[], None]
    """to be called when a connection stands, before its first event if there is none yet"""
    now: Callable[[], float]
    """monotonic seconds"""
    began: float
    """when the show began, on the same clock; a new brain keeps it"""


class Platform(Protocol):
    """A source of chat, as a part's ``make(config, PlatformContext)`` gives it."""

    name: str
    """for logs and status; never holds a key"""

    def events(self) -> AsyncIterator[ChatEvent]:
        """ONE connection's events. Ends when the source has ended; raises Transient or Refused."""
        ...


class Packets(Protocol):
    """A destination's side of the fan-out."""

    def __iter__(self) -> Iterator[EncodedPacket]:
        """Blocks for the next packet, starts with a video keyframe, ends when the stream does."""
        ...

    def ask_keyframe(self) -> None:
        """Have one made soon."""
        ...


class Destination(Protocol):
    """Somewhere the stream goes."""

    name: str
    """for logs; never holds a key"""

    def run(self, packets: Packets) -> None:
        """ONE attempt: connect, send until the packets end, close. Returns early only to be run again at once (a
        planned new connection). Raises Transient or Refused."""
        ...

    def reachable(self) -> bool | None:
        """A light knock within a second: does it answer? None where there is no cheap way to know."""
        ...

    def renewed(self) -> bool:
        """Whether its key or passphrase is another than at the last attempt."""
        ...

    def measure(self) -> Wire | None:
        """The live connection in figures, from any thread and without waiting; None while there is none."""
        ...

    def stop(self) -> None:
        """Called from another thread: make a blocked run() return or raise soon."""
        ...
