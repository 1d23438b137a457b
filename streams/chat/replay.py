"""Chat from a recording, one JSON object a line, each at its second from the start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

from streams.chat.lines import LINE_LIMIT, BadEvent, line_event
from streams.ports import Refused
from streams.types import ChatEvent

GRACE = 15.0
Reject = Callable[[str], None]
"""told about each line that is no event, with its place"""


def read(path: Path, reject: Reject) -> list[ChatEvent]:
    """The events of a file in order of time; raises Refused if it cannot be read."""
    events = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(LINE_LIMIT * 4), b""), 1):
                try:
                    found = line_event(line, number, "replay")
                except BadEvent as error:
                    reject(f"{path.name}:{number}: {error}")
                    continue
                if found is not None:
                    events.append(found)
    except OSError as error:
        raise Refused(f"replay file {path}: {error.strerror or error}") from error
    return sorted(events, key=lambda e: e.at)


class Replay:
    """Plays a recording once, from ``began`` on the clock ``now``, wherever in it that is by now. What lies more than
    GRACE seconds back is left out; ids name the run, so that who remembers ids can tell a repeat from a new run."""

    def __init__(self, path: Path, reject: Reject, now: Callable[[], float], began: float) -> None:
        self.name = f"replay:{path.name}"
        self._path, self._reject, self._now, self._began = path, reject, now, began

    async def events(self) -> AsyncIterator[ChatEvent]:
        for event in read(self._path, self._reject):
            due = self._began + event.at
            if due < self._now() - GRACE:
                continue
            await asyncio.sleep(max(0.0, due - self._now()))
            yield replace(event, id=f"{event.id}@{self._began:.0f}")
