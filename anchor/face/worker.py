"""The face's worker: it connects to air, introduces the rig, and answers scores with pictures."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anchor import registry
from anchor.ports import FaceContext, FaceEngine
from streams.link import Link, LinkError
from streams.types import Score
from streams.wire import Drawn, Hello, Idle, StageSize, Still

log = logging.getLogger(__name__)

SCORES = 8
"""scores kept for a slow face at least; the oldest goes first, its tick is over anyway"""
RETRY_SECONDS = 0.5
CHECKED = StageSize(240, 288, 25, 48_000)
"""what an engine is made for, to see whether it can be made"""


@dataclass(frozen=True, slots=True)
class Settings:
    """``options`` are the engine's own; ``version`` changes with the files that they name."""

    engine: str
    options: dict[str, Any]
    folder: str
    version: str = ""


def engine(settings: Settings, size: StageSize) -> FaceEngine:
    """Raises what the engine does."""
    context = FaceContext(Path(settings.folder), size.width, size.height, size.fps, size.rate)
    made: FaceEngine = registry.make("face", settings.engine, settings.options, context)
    return made


def check(settings: Settings) -> str:
    return engine(settings, CHECKED).problem


def run(settings: Settings, sockets: dict[str, Path]) -> None:
    import torch

    torch.set_num_threads(1)  # two threads under contention make a picture ten times slower
    FaceWorker(lambda size: engine(settings, size), sockets["air"]).run()


class FaceWorker:
    """Draws for air; the engine is made to the size that air asks for, once per size."""

    def __init__(self, make: Callable[[StageSize], FaceEngine], air: Path) -> None:
        self._make, self._air = make, air
        self._engine: FaceEngine | None = None
        self._size: StageSize | None = None

    def run(self) -> None:
        """For ever: connect to air, introduce the rig, draw."""
        while True:
            try:
                link = Link.connect(self._air)
            except LinkError:
                time.sleep(0.2)  # air is not up yet
                continue
            try:
                self._serve(link)
            except LinkError as error:
                log.info("air gone", extra={"why": error})
                time.sleep(RETRY_SECONDS)
            finally:
                link.close()

    def _serve(self, link: Link) -> None:
        link.send(Hello("face"))
        size = link.receive()
        if not isinstance(size, StageSize):
            raise LinkError("air did not say how large the stage is")
        engine = self._introduced(link, size)
        scores: deque[Score] = deque(maxlen=max(SCORES, 2 * engine.batch, 2 * engine.ahead.lead))
        ready = threading.Condition()
        reader = threading.Thread(target=self._read, args=(link, scores, ready), daemon=True)
        reader.start()
        while True:
            with ready:
                ready.wait_for(lambda: scores or not reader.is_alive(), 1.0)
                if not scores:
                    if not reader.is_alive():
                        raise LinkError("closed")
                    continue
                # a batch is what has come meanwhile: nobody waits for it to fill
                batch = [scores.popleft() for _ in range(min(len(scores), engine.batch))]
            for score, picture in zip(batch, engine.pictures(batch), strict=True):
                link.send(Drawn(score.tick, picture))

    def _introduced(self, link: Link, size: StageSize) -> FaceEngine:
        """The engine for a size, whose still figure and idle clip air has by now."""
        if self._engine is None or self._size != size:
            began = time.monotonic()
            self._engine, self._size = self._make(size), size
            if self._engine.batch < 1:
                raise ValueError(f"a face draws at least one picture at once, not {self._engine.batch}")
            log.info("rig ready", extra={"seconds": f"{time.monotonic() - began:.1f}"})
        engine = self._engine
        link.send(Still(*engine.region, engine.ahead, engine.still()))
        clip = list(engine.idle())
        for i, picture in enumerate(clip):
            link.send(Idle(picture, i == len(clip) - 1))
        return engine

    @staticmethod
    def _read(link: Link, scores: deque[Score], ready: threading.Condition) -> None:
        try:
            while isinstance(score := link.receive(), Score):
                with ready:
                    scores.append(score)
                    ready.notify()
        except LinkError:
            pass  # the drawing side finds this thread ended
        with ready:
            ready.notify()
