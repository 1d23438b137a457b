"""The mind's worker: questions of any number of rooms in, each room's in turn, pieces of text out."""

from __future__ import annotations

import itertools
import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anchor.mind.local import Stopped
from anchor.ports import MindEngine, NoAnswer, Usage
from anchor.types import Message
from streams.link import Link, LinkError, Outbox

log = logging.getLogger(__name__)

WAITING = 8
"""questions of one room that may wait; further ones are refused at once"""
PIECES = 1024
"""of answers that a room has not read yet; one so slow is left"""
OUT_OF_MEMORY = 3


@dataclass(slots=True)
class Ask:
    """One question of a room, or a prefix to be read when nobody asks."""

    number: int
    messages: list[Message]
    tokens: int = 0
    temperature: float = 0.0
    seconds: float = 0.0
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True, eq=False)
class Room:
    """Whoever is connected: what they have asked, and a way to tell them."""

    out: Outbox
    waiting: deque[Ask] = field(default_factory=deque)
    asked: dict[int, Ask] = field(default_factory=dict)
    prefix: Ask | None = None
    """to be read when nobody asks"""
    reading: Ask | None = None
    """the one that is being read"""


class Rota:
    """Whose turn it is: rooms one after the other, each one's questions in their order, prefixes when nobody asks."""

    def __init__(self) -> None:
        self._rooms: deque[Room] = deque()
        self._changed = threading.Condition()

    def join(self, room: Room) -> None:
        with self._changed:
            self._rooms.append(room)

    def leave(self, room: Room) -> None:
        with self._changed:
            self._rooms.remove(room)
            for ask in (*room.asked.values(), room.prefix, room.reading):
                if ask is not None:
                    ask.cancelled.set()
            room.waiting.clear()

    def ask(self, room: Room, ask: Ask) -> bool:
        """False if too much of this room waits already."""
        with self._changed:
            if len(room.waiting) >= WAITING:
                return False
            room.waiting.append(ask)
            room.asked[ask.number] = ask
            self._changed.notify()
            return True

    def prime(self, room: Room, ask: Ask) -> None:
        with self._changed:
            for older in (room.prefix, room.reading):
                if older is not None and older is not ask:
                    older.cancelled.set()
            room.prefix = ask
            self._changed.notify()

    def cancel(self, room: Room, number: int) -> None:
        with self._changed:
            if (ask := room.asked.pop(number, None)) is not None:
                ask.cancelled.set()
                if ask in room.waiting:
                    room.waiting.remove(ask)

    def done(self, room: Room, ask: Ask) -> None:
        with self._changed:
            room.asked.pop(ask.number, None)
            if room.reading is ask:
                room.reading = None

    def next(self) -> tuple[Room, Ask]:
        """Wait for something to do; the room goes to the end of the row."""
        with self._changed:
            while True:
                for room in self._rooms:
                    if room.waiting:
                        self._rooms.remove(room)
                        self._rooms.append(room)
                        return room, room.waiting.popleft()
                for room in self._rooms:
                    if room.prefix is not None:
                        room.reading, room.prefix = room.prefix, None
                        return room, room.reading
                self._changed.wait()

    @property
    def busy(self) -> bool:
        """Whether somebody asks."""
        return any(room.waiting for room in tuple(self._rooms))


class MindWorker:
    """Serves links, and answers in as many threads as the engine has slots."""

    def __init__(self, engine: MindEngine, end: Callable[[int], Any] = os._exit) -> None:
        """``end`` is called when memory has run out: what lies around of it goes only with the process."""
        self._engine, self._end = engine, end
        self._rota = Rota()
        self._numbers = itertools.count()
        for i in range(engine.slots):
            threading.Thread(target=self._work, name=f"mind-{i}", daemon=True).start()

    def serve(self, link: Link) -> None:
        """Take one room's messages until it hangs up."""
        room = Room(Outbox(link, PIECES))
        self._rota.join(room)
        try:
            while (received := link.receive()) is not None:
                self._take(room, received[0])
        except LinkError as error:
            log.info("room gone", extra={"why": error})
        finally:
            self._rota.leave(room)
            room.out.close()

    def _take(self, room: Room, message: dict[str, Any]) -> None:
        kind = message["type"]
        try:
            if kind == "cancel":
                self._rota.cancel(room, int(message["id"]))
                return
            messages = [Message(m["role"], str(m["content"])) for m in message["messages"]]
            if kind == "prime":
                self._rota.prime(room, Ask(0, messages))
                return
            ask = Ask(
                int(message["id"]),
                messages,
                int(message["tokens"]),
                float(message["temperature"]),
                float(message["seconds"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise LinkError(f"no question: {error!r}") from error
        if not self._rota.ask(room, ask):
            room.out.put({"type": "failed", "id": ask.number, "reason": "busy", "why": "too many questions wait"})

    def _work(self) -> None:
        while True:
            room, ask = self._rota.next()
            try:
                if ask.tokens:
                    self._answer(room, ask)
                else:
                    self._prime(room, ask)
            except Stopped:
                pass  # nobody wanted the rest
            except MemoryError as error:
                log.error("out of memory, starting again", extra={"why": error})
                room.out.put({"type": "failed", "id": ask.number, "reason": "out of memory", "why": str(error)})
                room.out.drain(1.0)
                self._end(OUT_OF_MEMORY)
            except Exception as error:  # the boundary: one question fails, the worker goes on
                log.exception("engine failed at a question")
                room.out.put(
                    {
                        "type": "failed",
                        "id": ask.number,
                        "reason": "broken",
                        "why": f"{type(error).__name__}: {error}"[:300],
                    }
                )
            finally:
                self._rota.done(room, ask)

    def _prime(self, room: Room, ask: Ask) -> None:
        try:
            self._engine.prime(ask.messages, lambda: ask.cancelled.is_set() or self._rota.busy)
        except Stopped:
            if not ask.cancelled.is_set() and room.prefix is None:
                self._rota.prime(room, ask)  # on with it when nobody asks
            raise
        except NoAnswer as error:
            log.warning("prefix not read", extra={"why": error})

    def _answer(self, room: Room, ask: Ask) -> None:
        lost = room.out.dropped

        def stop() -> bool:
            return ask.cancelled.is_set() or room.out.dropped > lost

        def put(text: str) -> None:
            room.out.put({"type": "piece", "id": ask.number, "text": text})

        if stop():
            raise Stopped
        try:
            used = self._engine.answer(ask.messages, ask.tokens, ask.temperature, ask.seconds, put, stop)
        except NoAnswer as error:
            why = str(error).removeprefix(f"{error.reason}: ")
            room.out.put({"type": "failed", "id": ask.number, "reason": error.reason, "why": why})
            return
        room.out.put({"type": "done", "id": ask.number, **_told(used)})


def _told(used: Usage) -> dict[str, int]:
    return {"prompt_tokens": used.prompt, "completion_tokens": used.completion, "cached_tokens": used.cached}
