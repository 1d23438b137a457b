"""One answer in the making: a task that thinks, and sentences that can be waited for."""

from __future__ import annotations

import asyncio
import contextlib
import time

from anchor.desk.answers import Answers, Reply
from anchor.types import Cue, Talk


class Thought:
    """Begins at once; ends by itself, or by :meth:`drop`. Needs a running loop."""

    def __init__(self, answers: Answers, cue: Cue, talk: Talk) -> None:
        self.cue = cue
        self.reply = Reply()
        self.first_ms = 0.0
        """milliseconds until the first sentence"""
        self._began = time.monotonic()
        self._moved = asyncio.Event()
        self._hurry = False
        self._task = asyncio.create_task(answers.reply(cue, talk, self.reply, self._grown), name=f"thought {cue.id}")
        self._task.add_done_callback(lambda _: self._moved.set())

    @property
    def done(self) -> bool:
        """Whether no more sentences will come."""
        return self._task.done()

    async def ready(self, count: int, patience: float) -> bool:
        """Whether there are more than ``count`` sentences, or there will be none, within ``patience`` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, patience)):
                while not self._ready(count) and not self._hurry:
                    self._moved.clear()
                    await self._moved.wait()
        self._hurry = False
        return self._ready(count)

    def hurry(self) -> None:
        """Whoever waits should look whether there is something else to say."""
        self._hurry = True
        self._moved.set()

    def drop(self) -> None:
        """Nobody wants the rest: whoever thinks stops."""
        self._task.cancel()

    async def end(self) -> None:
        """Drop it, and wait until it is gone."""
        self._task.cancel()
        await asyncio.wait([self._task])

    def _ready(self, count: int) -> bool:
        return self.done or len(self.reply.sentences) > count

    def _grown(self) -> None:
        if not self.first_ms and self.reply.sentences:
            self.first_ms = round(1000 * (time.monotonic() - self._began), 2)
        self._moved.set()
