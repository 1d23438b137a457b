"""The mind's worker: questions of any number of rooms in, each room's in turn, pieces of text out."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anchor import registry
from anchor.ports import MindEngine, NoAnswer, Stopped
from streams.link import Link, LinkError, LinkServer, Outbox
from streams.wire import Answered, Ask, Cancel, Failed, Message, Prime, TextPiece

log = logging.getLogger(__name__)

WAITING = 8
"""questions of one room that may wait; further ones are refused at once"""
PIECES = 1024
"""of answers that a room has not read yet; one so slow is left"""
OUT_OF_MEMORY = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """``options`` are the engine's own; ``tokens`` and ``temperature`` those of every answer; ``version`` changes with the
    files that the options name."""

    engine: str
    options: dict[str, Any]
    folder: str
    tokens: int
    temperature: float
    version: str = ""


def check(settings: Settings) -> str:
    """Reads no weights."""
    problems = registry.findings("mind", settings.engine, settings.options, Path(settings.folder))
    return "; ".join(message for _, message in problems)


def run(settings: Settings, sockets: dict[str, Path]) -> None:
    import torch

    part, config = registry.configured("mind", settings.engine, settings.options)
    share = getattr(config, "share", "")
    path = Path(share) if share else sockets["mind"]
    if share:
        _wait_for_turn(path.with_name(path.name + ".lock"))
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) - 1))  # the clock's process needs one
    began = time.monotonic()
    worker = MindWorker(part.engine(config, Path(settings.folder), settings.tokens, settings.temperature))
    LinkServer(path, worker.serve)
    log.info("mind ready", extra={"engine": settings.engine, "seconds": f"{time.monotonic() - began:.1f}"})
    threading.Event().wait()


def _wait_for_turn(path: Path) -> None:
    """Of several shows that share a model, one loads it; the others wait here to take its place."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log.info("another show has loaded the shared model", extra={"socket": path.stem})
        fcntl.flock(lock, fcntl.LOCK_EX)


@dataclass(slots=True, eq=False)
class Job:
    """One question of a room, or a prefix to be read when nobody asks."""

    number: int
    messages: tuple[Message, ...]
    ask: Ask | None = None
    """None for a prefix"""
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True, eq=False)
class Room:
    """Whoever is connected: what they have asked, and a way to tell them."""

    out: Outbox
    waiting: deque[Job] = field(default_factory=deque)
    asked: dict[int, Job] = field(default_factory=dict)
    prefix: Job | None = None
    """to be read when nobody asks"""
    reading: Job | None = None
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
            for job in (*room.asked.values(), room.prefix, room.reading):
                if job is not None:
                    job.cancelled.set()
            room.waiting.clear()

    def ask(self, room: Room, job: Job) -> bool:
        """False if too much of this room waits already."""
        with self._changed:
            if len(room.waiting) >= WAITING:
                return False
            room.waiting.append(job)
            room.asked[job.number] = job
            self._changed.notify()
            return True

    def prime(self, room: Room, job: Job) -> None:
        with self._changed:
            for older in (room.prefix, room.reading):
                if older is not None and older is not job:
                    older.cancelled.set()
            room.prefix = job
            self._changed.notify()

    def cancel(self, room: Room, number: int) -> None:
        with self._changed:
            if (job := room.asked.pop(number, None)) is not None:
                job.cancelled.set()
                if job in room.waiting:
                    room.waiting.remove(job)

    def done(self, room: Room, job: Job) -> None:
        with self._changed:
            room.asked.pop(job.number, None)
            if room.reading is job:
                room.reading = None

    def next(self) -> tuple[Room, Job]:
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
        for i in range(engine.slots):
            threading.Thread(target=self._work, name=f"mind-{i}", daemon=True).start()

    def serve(self, link: Link) -> None:
        """Take one room's messages until it hangs up."""
        room = Room(Outbox(link, PIECES))
        self._rota.join(room)
        try:
            while (message := link.receive()) is not None:
                self._take(room, message)
        except LinkError as error:
            log.info("room gone", extra={"why": error})
        finally:
            self._rota.leave(room)
            room.out.close()

    def _take(self, room: Room, message: object) -> None:
        match message:
            case Cancel():
                self._rota.cancel(room, message.id)
            case Prime():
                self._rota.prime(room, Job(0, message.messages))
            case Ask():
                if not self._rota.ask(room, Job(message.id, message.messages, message)):
                    room.out.put(Failed(message.id, "busy", "too many questions wait"))
            case _:
                raise LinkError(f"{type(message).__name__} is no question")

    def _work(self) -> None:
        while True:
            room, job = self._rota.next()
            try:
                if job.ask is not None:
                    self._answer(room, job, job.ask)
                else:
                    self._prime(room, job)
            except Stopped:
                pass  # nobody wanted the rest
            except MemoryError as error:
                log.error("out of memory, starting again", extra={"why": error})
                room.out.put(Failed(job.number, "out of memory", str(error)))
                room.out.drain(1.0)
                self._end(OUT_OF_MEMORY)
            except Exception as error:  # the boundary: one question fails, the worker goes on
                log.exception("engine failed at a question")
                room.out.put(Failed(job.number, "broken", f"{type(error).__name__}: {error}"[:300]))
            finally:
                self._rota.done(room, job)

    def _prime(self, room: Room, job: Job) -> None:
        try:
            self._engine.prime(job.messages, lambda: job.cancelled.is_set() or self._rota.busy)
        except Stopped:
            if not job.cancelled.is_set() and room.prefix is None:
                self._rota.prime(room, job)  # on with it when nobody asks
            raise
        except NoAnswer as error:
            log.warning("prefix not read", extra={"why": error})

    def _answer(self, room: Room, job: Job, ask: Ask) -> None:
        lost = room.out.dropped

        def stop() -> bool:
            return job.cancelled.is_set() or room.out.dropped > lost

        def put(text: str) -> None:
            room.out.put(TextPiece(job.number, text))

        if stop():
            raise Stopped
        try:
            used = self._engine.answer(ask.messages, ask.tokens, ask.temperature, ask.seconds, put, stop)
        except NoAnswer as error:
            why = str(error).removeprefix(f"{error.reason}: ")
            room.out.put(Failed(job.number, error.reason, why))
            return
        room.out.put(Answered(job.number, used.prompt, used.completion, used.cached))
