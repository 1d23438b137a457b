"""The links into air: the brain's, which brings speech, the face's, which brings pictures, and those of viewers."""

from __future__ import annotations

import logging
import math
import queue
import threading
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from streams.air.backdrop import BadFilm
from streams.air.canvas import Sprite
from streams.air.mixer import BadSound
from streams.air.preview import Preview
from streams.air.programme import LOOK_AHEAD
from streams.air.stage import Stage, StageConfig
from streams.air.text import MissingFont
from streams.link import Link, LinkError, LinkServer, Outbox
from streams.types import Played, Score, Sound, SpeechChunk
from streams.wire import (
    PROTOCOL,
    Cut,
    Drawn,
    Hello,
    Idle,
    Questions,
    Restage,
    Seen,
    Session,
    StageSize,
    Still,
    Welcome,
    Yield,
)

log = logging.getLogger(__name__)

IDLE_LIMIT = 400
REPORT_LIMIT = 1024
COMMAND_LIMIT = 256
SCORE_LIMIT = 120
"""scores that wait for a face: all that the longest lead can make new at once, twice"""
LONGEST = 1e9
"""monotonic seconds that are still worth counting in samples; no machine is up for thirty years"""
QUESTION_LIMIT = 80
"""characters of a question on the ticker"""


class Orphaned:
    """The brain is gone: nobody will finish a sentence that it has begun."""


Command = SpeechChunk | Cut | Yield | Orphaned


class Links:
    """Speaks with brain and face in their link threads; the tick thread only uses queues that never wait.

    ``commands`` holds at most 256 entries, a sender that overruns it is cut off. Reports of what was heard are kept
    until the brain has acknowledged them (1024 at most, oldest first to go), so that a new brain knows them too.
    """

    def __init__(self, path: Path, stage: Stage, session: str, preview: Preview | None = None) -> None:
        self.commands: queue.Queue[Command] = queue.Queue(COMMAND_LIMIT)
        self._stage, self._session, self._preview = stage, session, preview
        self._brain: Outbox | None = None
        self._face: Outbox | None = None
        self._lock = threading.Lock()
        self._reports: OrderedDict[int, Played] = OrderedDict()
        self._floor = Welcome(0.0, ())
        self._live = threading.Event()
        self._server = LinkServer(path, self._serve)

    def close(self) -> None:
        self._server.close()

    @property
    def face_attached(self) -> bool:
        return self._face is not None

    # the tick thread's side

    def go_live(self) -> None:
        """From now on there are ticks on which speech can be placed: brains are let in."""
        self._live.set()

    def send_score(self, score: Score) -> None:
        face = self._face  # a link thread may take it away at any moment
        if face is not None:
            face.put(replace(score, visemes=tuple(v for v in score.visemes if v.start < LOOK_AHEAD)))

    def tell_brain(self, message: object) -> None:
        brain = self._brain
        if brain is not None:
            brain.put(message)

    def report(self, reports: list[Played], floor: Welcome) -> None:
        """Tell what was heard, now or when a brain comes, and what is still to be heard: both in one step, so that
        a brain which connects in between neither misses a sentence nor waits for one that is over."""
        with self._lock:
            self._floor = floor
            for played in reports:
                self._reports[played.id] = played
            while len(self._reports) > REPORT_LIMIT:
                self._reports.popitem(last=False)
        for played in reports:
            self.tell_brain(played)

    # the links' side

    def _serve(self, link: Link) -> None:
        try:
            hello = link.receive()
            if hello is None:
                return
            if not isinstance(hello, Hello):
                raise LinkError("no hello")
            roles = {"brain": self._serve_brain, "face": self._serve_face}
            if self._preview is not None:
                roles["preview"] = self._preview.serve
            serve = roles.get(hello.role)
            if hello.protocol != PROTOCOL or serve is None:
                log.warning("link refused", extra={"role": hello.role, "protocol": hello.protocol})
                return
            log.info("link up", extra={"role": hello.role})
            serve(link)
            log.info("link closed", extra={"role": hello.role})
        except LinkError as error:
            log.info("link lost", extra={"why": error})

    def _serve_brain(self, link: Link) -> None:
        self._live.wait()
        outbox = Outbox(link, REPORT_LIMIT * 2)
        try:
            with self._lock:
                outbox.put(Session(self._session))
                for played in self._reports.values():
                    outbox.put(played)
                outbox.put(self._floor)
                self._brain = outbox
            while (message := link.receive()) is not None:
                self._from_brain(message)
        finally:
            outbox.close()
            if self._brain is outbox:
                self._brain = None
                self.commands.put(Orphaned())  # waits for room: a brain that overran the queue ends here too

    def _from_brain(self, message: object) -> None:
        match message:
            case Seen():
                with self._lock:
                    for number in [n for n in self._reports if n <= message.upto]:
                        del self._reports[number]
            case SpeechChunk():
                self._stage.scene.prepare(message.text, message.card)
                self._command(replace(message, sound=_finite(message.sound)))
            case Questions():
                self._stage.scene.tell([line[:QUESTION_LIMIT] for line in message.lines])
            case Restage():
                self._restyle(message.config)
            case Cut():
                self._command(message)
            case Yield() if math.isfinite(message.after):
                self._command(replace(message, after=max(-LONGEST, min(LONGEST, message.after))))
            case _:
                raise LinkError(f"{type(message).__name__} is not for air")

    def _restyle(self, config: dict[str, Any]) -> None:
        """It was checked before it was sent; if it cannot be used all the same, what is shown stays."""
        try:
            self._stage.restyle(StageConfig.from_json(config))
        except (KeyError, TypeError, ValueError, OSError, SyntaxError, BadSound, BadFilm, MissingFont) as error:
            log.error("the new look cannot be used, the old one stays", extra={"why": repr(error)})

    def _command(self, command: Command) -> None:
        try:
            self.commands.put_nowait(command)
        except queue.Full:
            raise LinkError("more commands than air takes") from None

    def _serve_face(self, link: Link) -> None:
        width, height = self._stage.scene.layout.figure[2:]
        media = self._stage.media
        outbox = Outbox(link, SCORE_LIMIT)
        outbox.put(StageSize(width, height, media.fps, media.rate))
        idle: list[Sprite] = []
        still: Still | None = None
        try:
            while (message := link.receive()) is not None:
                match message:
                    case Drawn():
                        self._stage.feed.offer(message.tick, Sprite(message.picture))
                    case Still():
                        still = message
                    case Idle() if still is not None:
                        if len(idle) < IDLE_LIMIT:
                            idle.append(Sprite(message.picture))
                        if message.last:
                            self._stage.scene.set_rig(still.picture, (still.x, still.y))
                            self._stage.feed.set_idle(idle)
                            self._stage.hear(still.ahead)
                            self._face = outbox
                    case _:
                        raise LinkError(f"a face does not send {type(message).__name__} here")
        finally:
            if self._face is outbox:
                self._face = None
            outbox.close()


def _finite(sound: Sound) -> Sound:
    """No voice may stop the encoder: what is no number is silence."""
    return sound if np.isfinite(sound).all() else np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0)
