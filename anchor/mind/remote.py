"""The mind's worker as a chat: questions over a Unix socket, pieces of text back, any number at once."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from anchor.ports import NoAnswer
from anchor.types import Message
from persona.model import Mind
from streams.link import AsyncLink, LinkError

SLACK = 16
"""messages of one answer beside its tokens; whoever reads so slowly that more wait is given up"""


class Remote:
    """One link for all questions; it is made when it is needed, and again after it broke."""

    def __init__(self, mind: Mind, socket: Path | None) -> None:
        self.used: Counter[str] = Counter()
        self._mind = mind
        self._path = Path(mind.share) if mind.share else socket
        self._link: AsyncLink | None = None
        self._reader: asyncio.Task[None] | None = None
        self._prefix: list[dict[str, str]] = []
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Queue[dict[str, object]]] = {}
        self._connecting = asyncio.Lock()
        self._priming: asyncio.Task[None] | None = None
        self._closed = False

    def prime(self, prefix: Sequence[Message]) -> None:
        self._prefix = [{"role": m.role, "content": m.text} for m in prefix]
        if self._priming is not None:
            self._priming.cancel()
        self._priming = asyncio.create_task(self._prime(), name="prime")

    async def _prime(self) -> None:
        try:
            link = await self._connected()
            await link.send({"type": "prime", "messages": self._prefix})
        except (NoAnswer, LinkError):
            pass  # it is told with each new link

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        number = next(self._numbers)
        queue: asyncio.Queue[dict[str, object]] = asyncio.Queue(self._mind.tokens + SLACK)
        link = await self._connected()
        self._asked[number] = queue
        self.used["requests"] += 1
        ended = False
        try:
            await link.send(
                {
                    "type": "ask",
                    "id": number,
                    "messages": [{"role": m.role, "content": m.text} for m in messages],
                    "tokens": self._mind.tokens,
                    "temperature": self._mind.temperature,
                    "seconds": self._mind.longest,
                }
            )
            while True:
                message = await queue.get()
                if message["type"] == "piece":
                    yield str(message["text"])
                    continue
                ended = True
                for name in ("prompt_tokens", "completion_tokens", "cached_tokens"):
                    self.used[name] += int(str(message.get(name, 0)))
                if message["type"] == "failed":
                    raise NoAnswer(str(message["reason"]), str(message["why"]))
                return
        except LinkError as error:
            ended = True
            raise NoAnswer("unreachable", f"mind: {error}") from error
        finally:
            self._asked.pop(number, None)
            if not ended and self._link is link:
                link.post({"type": "cancel", "id": number})

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
                        await self._link.send({"type": "prime", "messages": self._prefix})
                except LinkError as error:
                    self._link = None
                    raise NoAnswer("unreachable", f"mind: {error}") from error
                self._reader = asyncio.create_task(self._read(self._link), name="mind")
            return self._link

    async def _read(self, link: AsyncLink) -> None:
        why = ""
        try:
            while True:
                message, _ = await link.receive()
                queue = self._asked.get(int(message.get("id", 0)))
                if queue is not None:
                    try:
                        queue.put_nowait(message)
                    except asyncio.QueueFull:
                        queue.get_nowait()
                        queue.put_nowait({"type": "failed", "reason": "broken off", "why": "it was read too slowly"})
                        self.used["overflows"] += 1
                        del self._asked[int(message["id"])]
        except LinkError as error:
            why = str(error)
        finally:
            link.close()
            if self._link is link:
                self._link = None
            for queue in self._asked.values():
                while queue.full():
                    queue.get_nowait()
                queue.put_nowait({"type": "failed", "reason": "unreachable", "why": f"mind: {why or 'closed'}"})
