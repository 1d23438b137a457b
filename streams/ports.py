"""The interfaces of everything that can be exchanged; one contract test each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Protocol

from streams.types import ChatEvent, EncodedPacket, Wire


class Transient(Exception):
    """It failed now and may work later; whoever retries waits and tries again. The text is for the operator."""


class Refused(Exception):
    """It was refused for a reason that waiting alone will not mend (a wrong key, say)."""


class Platform(Protocol):
    """A source of chat."""

    name: str

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
