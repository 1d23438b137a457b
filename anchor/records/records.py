"""The stores that the desk reads and writes, besides its own state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from anchor.records.audit import NoNotes, Notes
from anchor.records.memory import Memory, Names


@dataclass(frozen=True, slots=True)
class Records:
    """By default nothing that lasts. ``wall`` gives seconds since 1970, for schedules alone."""

    wall: Callable[[], float] = lambda: 0.0
    notes: Notes = field(default_factory=NoNotes)
    memory: Memory = field(default_factory=lambda: Memory(None))
    names: Names = field(default_factory=lambda: Names(None))
