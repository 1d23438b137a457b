"""Chat from a recording, one JSON object a line, each at its second from the start."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from streams.chat.lines import LINE_LIMIT, BadEvent, line_event
from streams.ports import Finding, PlatformContext, Refused
from streams.types import ChatEvent

GRACE = 15.0
Reject = Callable[[str], None]
"""told about each line that is no event, with its place"""


def read(path: Path, reject: Reject) -> list[ChatEvent]:
    """The events of a file in order of time; raises Refused if it cannot be read."""
    if path.exists() and not path.is_file():  # /dev/zero has no end
        raise Refused(f"replay file {path}: not a plain file")
    events = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(LINE_LIMIT * 4), b""), 1):
                try:
                    entry = line_event(line, number, "replay")
                except BadEvent as error:
                    reject(f"{path.name}:{number}: {error}")
                    continue
                if entry is not None:
                    events.append(entry)
    except OSError as error:
        raise Refused(f"replay file {path}: {error.strerror or error}") from error
    return sorted(events, key=lambda e: e.at)


class ReplayConfig(BaseModel):
    """`platform: replay`, a recording of chat"""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    file: str = Field(min_length=1)
    """one JSON object a line, in the persona's folder or from /"""


class Replay:
    """platform/replay. Plays a recording once, from the show's beginning, wherever in it that is by now. What lies more than
    GRACE seconds back is left out; ids name the run, so that who remembers ids can tell a repeat from a new run."""

    Config = ReplayConfig

    def __init__(self, path: Path, context: PlatformContext) -> None:
        self.name = f"replay:{path.name}"
        self._path, self._context = path, context

    @classmethod
    def make(cls, config: ReplayConfig, context: PlatformContext) -> Replay:
        return cls(context.folder / config.file, context)

    @staticmethod
    def check(config: ReplayConfig, folder: Path) -> Iterator[Finding]:
        path = folder / config.file
        if not (path.is_file() and os.access(path, os.R_OK)):
            yield ("file",), f"no replay file {str(path)!r} that can be read"

    async def events(self) -> AsyncIterator[ChatEvent]:
        now, began = self._context.now, self._context.began
        events = await asyncio.to_thread(read, self._path, self._context.reject)  # a long one would hold up the brain
        self._context.connected()
        for event in events:
            due = began + event.at
            if due < now() - GRACE:
                continue
            await asyncio.sleep(max(0.0, due - now()))
            yield replace(event, id=f"{event.id}@{began:.0f}")
