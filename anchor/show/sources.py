"""The chat sources of a show: each runs by itself, and a reload starts and stops only what has changed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from anchor import registry
from streams.chat.source import Source, SourceStatus
from streams.ports import Platform, PlatformContext
from streams.types import ChatEvent

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""between two looks whether a source is silent"""
Entry = dict[str, Any]
"""of BrainConfig.chat: platform, silent_after, options"""


class Sources:
    """``offer`` takes each new event and returns what becomes of it; ``reject`` is told about input that is no event."""

    def __init__(
        self,
        folder: Path,
        offer: Callable[[ChatEvent], str],
        reject: Callable[[str], None],
        began: float = 0.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._offer, self._reject, self._began, self._now = folder, offer, reject, began, now
        self._wanted: dict[str, Entry] = {}
        self._running: dict[str, tuple[Source, asyncio.Task[None]]] = {}
        self._changed = asyncio.Event()

    def want(self, entries: Sequence[Entry]) -> None:
        """The sources from now on; those that are running and still wanted go on as they are."""
        self._wanted = {json.dumps(entry, sort_keys=True): entry for entry in entries}
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled; then all are stopped."""
        try:
            while True:
                self._changed.clear()
                gone = [self._running.pop(key) for key in [*self._running] if key not in self._wanted]
                await _stopped(gone)
                for key, entry in self._wanted.items():
                    if key not in self._running:
                        self._running[key] = self._started(entry)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), LOOK_SECONDS)
                for source, _ in self._running.values():
                    source.look()
        finally:
            await _stopped([*self._running.values()])
            self._running.clear()

    def hand(self, platform: str, event: ChatEvent) -> str | None:
        """An event from outside to the source of its platform; what becomes of it, or None where there is no such source."""
        source = next((source for source, _ in self._running.values() if source.name == platform), None)
        return source.hand(event) if source is not None else None

    def status(self) -> list[SourceStatus]:
        return [source.status() for source, _ in self._running.values()]

    def _started(self, entry: Entry) -> tuple[Source, asyncio.Task[None]]:
        def make(source: Source) -> Platform:
            context = PlatformContext(self._folder, source.rejected, source.connected, self._now, self._began)
            platform: Platform = registry.make("platform", entry["platform"], entry["options"], context)
            return platform

        taken = {source.name for source, _ in self._running.values()}
        alike = (name if n == 1 else f"{name}#{n}" for name in (_name(entry),) for n in count(1))
        name = next(name for name in alike if name not in taken)
        source = Source(name, make, self._offer, self._reject, entry["silent_after"], self._now)
        return source, asyncio.create_task(source.run(), name=f"chat {source.name}")


async def _stopped(running: Sequence[tuple[Source, asyncio.Task[None]]]) -> None:
    done = await asyncio.gather(*(source.stop(task) for source, task in running))
    for (source, _), let_go in zip(running, done, strict=True):
        if not let_go:
            log.error("chat source does not end, left behind", extra={"source": source.name})


def _name(entry: Entry) -> str:
    """The platform, with the room or file where it names one."""
    of = next((str(entry["options"][key]) for key in ("room", "file") if entry["options"].get(key)), "")
    return f"{entry['platform']}:{Path(of).name}" if of else str(entry["platform"])
