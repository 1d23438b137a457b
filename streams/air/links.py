"""The links into air: the brain's, which brings speech, the face's, which brings pictures, and those of viewers."""

from __future__ import annotations

import logging
import queue
import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from streams.air.backdrop import BadFilm
from streams.air.canvas import Sprite
from streams.air.mixer import BadSound
from streams.air.preview import Preview
from streams.air.programme import LOOK_AHEAD
from streams.air.stage import Stage, StageConfig
from streams.air.text import MissingFont
from streams.link import PROTOCOL, Link, LinkError, LinkServer, Message, Outbox
from streams.types import MOODS, VISEMES, Ahead, Picture, Played, Score, Sound, SpeechChunk, Viseme, as_card

log = logging.getLogger(__name__)

IDLE_LIMIT = 400
REPORT_LIMIT = 1024
COMMAND_LIMIT = 256
SCORE_LIMIT = 120
"""scores that wait for a face: all that the longest lead can make new at once, twice"""
QUESTION_LIMIT = 80
"""characters of a question on the ticker"""


@dataclass(frozen=True, slots=True)
class Cut:
    """The order to stop speaking at once: one sentence, or all of them."""

    key: tuple[str, int] | None = None


class Orphaned:
    """The brain is gone: nobody will finish a sentence that it has begun."""


Command = SpeechChunk | Cut | Orphaned


class Control:
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
        self._reports: OrderedDict[int, Message] = OrderedDict()
        self._floor: Message = {}
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
            visemes = [
                [VISEMES.index(v.shape), round(v.start, 3), round(v.end, 3), v.weight]
                for v in score.visemes
                if v.start < LOOK_AHEAD
            ]
            moods = [[MOODS.index(m.mood), round(m.start, 3), round(m.end, 3)] for m in score.moods]
            face.put(
                {
                    "type": "score",
                    "tick": score.tick,
                    "seconds": round(score.seconds, 4),
                    "v": visemes,
                    "m": moods,
                    "e": round(score.energy, 2),
                },
                score.sound.tobytes() if score.sound is not None else b"",
            )

    def tell_brain(self, message: Message) -> None:
        brain = self._brain
        if brain is not None:
            brain.put(message)

    def report(self, reports: list[Played], floor: Message) -> None:
        """Tell what was heard, now or when a brain comes, and what is still to be heard: both in one step, so that
        a brain which connects in between neither misses a sentence nor waits for one that is over."""
        messages = [{"type": "played", **asdict(played)} for played in reports]
        with self._lock:
            self._floor = floor
            for message in messages:
                self._reports[message["id"]] = message
            while len(self._reports) > REPORT_LIMIT:
                self._reports.popitem(last=False)
        for message in messages:
            self.tell_brain(message)

    # the links' side

    def _serve(self, link: Link) -> None:
        try:
            hello = link.receive()
            if hello is None:
                return
            role, version = hello[0].get("role"), hello[0].get("protocol")
            roles = {"brain": self._serve_brain, "face": self._serve_face}
            if self._preview is not None:
                roles["preview"] = self._preview.serve
            serve = roles.get(str(role))
            if version != PROTOCOL or serve is None:
                log.warning("link refused", extra={"role": role, "protocol": version})
                return
            log.info("link up", extra={"role": role})
            serve(link)
            log.info("link closed", extra={"role": role})
        except LinkError as error:
            log.info("link lost", extra={"why": error})

    def _serve_brain(self, link: Link) -> None:
        self._live.wait()
        media = self._stage.media
        outbox = Outbox(link, REPORT_LIMIT * 2)
        try:
            with self._lock:
                outbox.put({"type": "session", "session": self._session})
                for message in self._reports.values():
                    outbox.put(message)
                outbox.put({"type": "welcome", "rate": media.rate, "fps": media.fps, **self._floor})
                self._brain = outbox
            while (received := link.receive()) is not None:
                self._from_brain(*received)
        finally:
            outbox.close()
            if self._brain is outbox:
                self._brain = None
                self.commands.put(Orphaned())  # waits for room: a brain that overran the queue ends here too

    def _from_brain(self, message: Message, payload: bytes) -> None:
        kind = message["type"]
        if kind == "seen":
            with self._lock:
                for number in [n for n in self._reports if n <= message["upto"]]:
                    del self._reports[number]
        elif kind == "chunk":
            try:
                chunk = SpeechChunk(
                    str(message["cue"]),
                    int(message["seq"]),
                    _finite(np.frombuffer(payload, np.float32)),
                    tuple(Viseme(VISEMES[int(s)], float(a), float(b), float(w)) for s, a, b, w in message["visemes"]),
                    str(message.get("text", "")),
                    as_card(message.get("card")),
                    bool(message["last"]),
                    _mood(message.get("mood")),
                )
            except (KeyError, ValueError, TypeError, IndexError) as error:
                raise LinkError(f"broken chunk: {error!r}") from error
            self._stage.scene.prepare(chunk.text, chunk.card)
            self._command(chunk)
        elif kind == "questions":
            lines = message.get("lines")
            if not isinstance(lines, list):
                raise LinkError("broken questions")
            self._stage.scene.tell([str(line)[:QUESTION_LIMIT] for line in lines])
        elif kind == "stage":
            self._restyle(message.get("config"))
        elif kind == "cut":
            self._command(Cut((str(message["cue"]), int(message["seq"])) if "cue" in message else None))
        else:
            raise LinkError(f"unknown message {kind!r}")

    def _restyle(self, config: object) -> None:
        """It was checked before it was sent; if it cannot be used all the same, what is shown stays."""
        try:
            self._stage.restyle(StageConfig.from_json(dict(config)))  # type: ignore[call-overload]
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
        outbox.put({"type": "stage", "width": width, "height": height, "fps": media.fps})
        idle: list[Sprite] = []
        region: tuple[int, int] = (0, 0)
        try:
            while (received := link.receive()) is not None:
                message, payload = received
                kind = message["type"]
                try:
                    picture = unpack_picture(message, payload)
                    if kind == "picture":
                        self._stage.feed.offer(int(message["tick"]), Sprite(picture))
                    elif kind == "still":
                        ahead = Ahead(int(message["lead"]), float(message["before"]), float(message["after"]))
                        region = int(message["x"]), int(message["y"])
                        still = picture
                    elif kind == "idle" and len(idle) < IDLE_LIMIT:
                        idle.append(Sprite(picture))
                        if message.get("last"):
                            self._stage.scene.set_rig(still, region)
                            self._stage.feed.set_idle(idle)
                            self._stage.hear(ahead)
                            self._face = outbox
                except (KeyError, ValueError, TypeError, UnboundLocalError) as error:
                    raise LinkError(f"broken picture: {error!r}") from error
        finally:
            if self._face is outbox:
                self._face = None
            outbox.close()


def _finite(sound: Sound) -> Sound:
    """No voice may stop the encoder: what is no number is silence."""
    return sound if np.isfinite(sound).all() else np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0)


def _mood(value: object) -> str:
    return str(value) if value in MOODS else MOODS[0]


def pack_picture(picture: Picture) -> tuple[Message, bytes]:
    """A picture as link fields and payload; it always carries alpha."""
    width, height = picture.size
    alpha = picture.alpha if picture.alpha is not None else np.full_like(picture.y, 255)
    planes = (picture.y, picture.u, picture.v, alpha)
    return {"w": width, "h": height}, b"".join(plane.tobytes() for plane in planes)


def unpack_picture(message: Message, payload: bytes) -> Picture:
    """The inverse of :func:`pack_picture`; raises ValueError, KeyError or TypeError on anything else."""
    width, height = int(message["w"]), int(message["h"])
    data = np.frombuffer(payload, np.uint8)
    luma, chroma = width * height, width * height // 4
    if width % 2 or height % 2 or len(data) != 2 * luma + 2 * chroma:
        raise ValueError(f"{len(data)} bytes for {width}x{height}")
    return Picture(
        data[:luma].reshape(height, width),
        data[luma : luma + chroma].reshape(height // 2, width // 2),
        data[luma + chroma : luma + 2 * chroma].reshape(height // 2, width // 2),
        data[luma + 2 * chroma :].reshape(height, width),
    )
