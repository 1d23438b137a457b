"""Answers in the making: tasks that think, and sentences that can be waited for."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

from anchor.talk.answers import Answers, Reply
from anchor.types import Cue, Talk


class Thought:
    """Begins at once; ends by itself, or by :meth:`drop`. Needs a running loop. ``begun`` is called at its first sentence."""

    def __init__(self, answers: Answers, cue: Cue, talk: Talk, begun: Callable[[], None] = lambda: None) -> None:
        self.cue, self._on_first = cue, begun
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
        self._hurry = False  # whoever was told to hurry has looked since
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
            self._on_first()
        self._moved.set()


class Thoughts:
    """Those of a desk: one about the question that is next, and those of which sentences are being said already."""

    def __init__(self) -> None:
        self.next: Thought | None = None
        self.begun: Callable[[], None] = lambda: None
        """called when one of them has its first sentence"""
        self._open: dict[str, Thought] = {}

    def about(self, answers: Answers, cue: Cue, talk: Callable[[], Talk]) -> Thought:
        """The thought of the cue that is next; another one is dropped for it."""
        if self.next is None or self.next.cue.id != cue.id:
            self.drop_next()
            self.next = Thought(answers, cue, talk(), lambda: self.begun())
        return self.next

    def begin(self, thought: Thought) -> None:
        """The first of its sentences are taken."""
        self.next = None
        if not thought.done:
            self._open[thought.cue.id] = thought

    def of(self, cue: str) -> Thought | None:
        """The one of which more may be said."""
        return self._open.get(cue)

    def end(self, thought: Thought) -> None:
        """No more of it is wanted."""
        thought.drop()
        self._open.pop(thought.cue.id, None)

    def hurry(self) -> None:
        for thought in self._all():
            thought.hurry()

    def drop_next(self) -> None:
        if self.next is not None:
            self.next.drop()
            self.next = None

    def drop(self) -> list[Thought]:
        """All of them; returns those of which something was said."""
        self.drop_next()
        begun = list(self._open.values())
        for thought in begun:
            self.end(thought)
        return begun

    def forget(self, who: str) -> None:
        """A viewer wants to be forgotten: nothing is thought of for them any more."""
        if who and self.next is not None and self.next.cue.who == who:
            self.drop_next()

    async def close(self) -> None:
        """Stop thinking, and wait until all have stopped."""
        for thought in self._all():
            await thought.end()

    def _all(self) -> list[Thought]:
        return [*self._open.values(), *([self.next] if self.next is not None else [])]
