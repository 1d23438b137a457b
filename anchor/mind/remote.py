"""A language model in the mind's worker: sends questions over a Unix socket, many at once, and gets text back."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from anchor.ports import NoAnswer
from persona.model import MindChoice
from streams.alink import AsyncLink
from streams.link import LinkError
from streams.wire import Answered, Ask, Cancel, Failed, Message, Prime, TextPiece

SLACK = 16
"""messages of one answer beside its tokens; whoever reads so slowly that more wait is given up"""


Reply = TextPiece | Answered | Failed


class Remote:
    """One link for all questions; it is made when it is needed, and again after it broke."""

    def __init__(self, limits: MindChoice, socket: Path | None) -> None:
        """``socket`` is where the worker listens; without one nobody answers."""
        self.used: Counter[str] = Counter()
        self._limits, self._path = limits, socket
        self._link: AsyncLink | None = None
        self._reader: asyncio.Task[None] | None = None
        self._prefix: tuple[Message, ...] = ()
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Queue[Reply]] = {}
        self._connecting = asyncio.Lock()
        self._priming: asyncio.Task[None] | None = None
        self._closed = False

    def prime(self, prefix: Sequence[Message]) -> None:
        self._prefix = tuple(prefix)
        if self._priming is not None:
            self._priming.cancel()
        self._priming = asyncio.create_task(self._prime(), name="prime")

    async def _prime(self) -> None:
        try:
            link = await self._connected()
            await link.send(Prime(self._prefix))
        except (NoAnswer, LinkError):
            pass  # it is told with each new link

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        number = next(self._numbers)
        queue: asyncio.Queue[Reply] = asyncio.Queue(self._limits.tokens + SLACK)
        link = await self._connected()
        self._asked[number] = queue
        self.used["requests"] += 1
        ended = False
        try:
            limits = self._limits
            await link.send(Ask(number, tuple(messages), limits.tokens, limits.temperature, limits.longest))
            while True:
                reply = await queue.get()
                if isinstance(reply, TextPiece):
                    yield reply.text
                    continue
                ended = True
                if isinstance(reply, Failed):
                    raise NoAnswer(reply.reason, reply.why)
                self.used["prompt_tokens"] += reply.prompt_tokens
                self.used["completion_tokens"] += reply.completion_tokens
                self.used["cached_tokens"] += reply.cached_tokens
                return
        except LinkError as error:
            ended = True
            raise NoAnswer("unreachable", f"mind: {error}") from error
        finally:
            self._asked.pop(number, None)
            if not ended and self._link is link:
                link.post(Cancel(number))

    async def close(self) -> None:
        self._closed = True
        if self._priming is not None:
            self._priming.cancel()
            await asyncio.gather(self._priming, return_exceptions=True)
        if self._link is not None:
            self._link.close()
            self._link = None
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
            self._reader = None

    async def _connected(self) -> AsyncLink:
        async with self._connecting:
            if self._link is None:
                if self._path is None or self._closed:
                    raise NoAnswer("unreachable", "mind: there is no worker here")
                if not self._path.exists():
                    raise NoAnswer("loading", "the mind's worker does not listen yet")
                try:
                    self._link = await AsyncLink.connect(self._path)
                    if self._prefix:
                        await self._link.send(Prime(self._prefix))
                except LinkError as error:
                    self._link = None
                    raise NoAnswer("unreachable", f"mind: {error}") from error
                self._reader = asyncio.create_task(self._read(self._link), name="mind")
            return self._link

    async def _read(self, link: AsyncLink) -> None:
        why = ""
        try:
            while True:
                reply = await link.receive()
                if not isinstance(reply, TextPiece | Answered | Failed):
                    raise LinkError(f"a mind does not send {type(reply).__name__}")
                queue = self._asked.get(reply.id)
                if queue is not None:
                    try:
                        queue.put_nowait(reply)
                    except asyncio.QueueFull:
                        queue.get_nowait()
                        queue.put_nowait(Failed(reply.id, "broken off", "it was read too slowly"))
                        self.used["overflows"] += 1
                        del self._asked[reply.id]
        except LinkError as error:
            why = str(error)
        finally:
            link.close()
            if self._link is link:
                self._link = None
            for number, queue in self._asked.items():
                while queue.full():
                    queue.get_nowait()
                queue.put_nowait(Failed(number, "unreachable", f"mind: {why or 'closed'}"))
