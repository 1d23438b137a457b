"""The responder of each persona that comes on air; the model behind it outlives edits that do not touch it."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from anchor import registry
from anchor.mind.breaker import Breaker
from anchor.mind.model import Model
from anchor.ports import Chat, Responder
from persona.model import Mind, Persona


class Minds:
    """Call it with a persona. ``socket`` is where the mind's worker listens, for those that have one."""

    def __init__(self, socket: Path | None = None) -> None:
        self._socket = socket
        self._mind: Mind | None = None
        self._chat: Chat | None = None
        self._breaker = Breaker()
        self._closing: set[asyncio.Task[None]] = set()

    def __call__(self, persona: Persona) -> Responder:
        engine = persona.mind.engine
        if engine in registry.names("mind"):
            made: Responder = registry.load("mind", engine)(persona)
            self._retire()
            return made
        if self._chat is None or persona.mind != self._mind:
            self._retire()
            self._chat, self._mind = registry.load("chat", engine)(persona.mind, self._socket), persona.mind
            self._breaker = Breaker()
        return Model(persona, self._chat, self._breaker)

    @property
    def used(self) -> Counter[str]:
        """Requests and tokens, as far as they are told."""
        return self._chat.used if self._chat is not None else Counter()

    @property
    def resting(self) -> bool:
        """Whether the model has failed so often that it is only tried now and then."""
        return self._chat is not None and self._breaker.open

    def _retire(self) -> None:
        """Close what is not asked any more, when nobody can be listening to it any more."""
        if self._chat is not None and self._mind is not None:
            task = asyncio.get_running_loop().create_task(_close(self._chat, self._mind.longest))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        self._chat = None

    async def close(self) -> None:
        if self._chat is not None:
            await self._chat.close()
            self._chat = None
        for task in self._closing:
            task.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)


async def _close(chat: Chat, after: float) -> None:
    try:
        await asyncio.sleep(after)
    finally:
        await chat.close()
