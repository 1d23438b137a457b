"""``python -m anchor.work.worker voice|face|mind --config-fd N``: one engine in a process of its own.

Voice and mind answer requests on their sockets; the face connects to air and answers scores with pictures.
"""

from __future__ import annotations

import argparse
import faulthandler
import fcntl
import logging
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from anchor import registry
from anchor.ports import FaceEngine, MindEngine, VoiceEngine
from anchor.types import Speech
from streams import logs
from streams.link import PROTOCOL, Link, LinkError, LinkServer, Message
from streams.processes import begin, step_back
from streams.types import MOODS, VISEMES, Feeling, Score, Viseme

log = logging.getLogger(__name__)

SCORES = 8
"""scores kept for a slow face at least; the oldest goes first, its tick is over anyway"""
RETRY_SECONDS = 0.5
CHECK_FIGURE = (240, 288, 25)


class VoiceWorker:
    """Speaks for one caller at a time; ``rate`` is the sample rate that callers get."""

    def __init__(self, engine: VoiceEngine, rate: int) -> None:
        self._engine, self._rate = engine, rate
        self._lock = threading.Lock()

    def serve(self, link: Link) -> None:
        """Answer one caller's requests until it hangs up."""
        try:
            while (received := link.receive()) is not None:
                message, _ = received
                number = message.get("id")
                try:
                    with self._lock:
                        for speech in self._engine.speak(str(message["text"])):
                            link.send(*_pack_speech(resampled(speech, self._rate), number))
                    link.send({"type": "done", "id": number})
                except LinkError:
                    raise
                except Exception as error:
                    if not isinstance(error, ValueError):
                        log.exception("engine failed at a sentence")
                    link.send({"type": "failed", "id": number, "why": f"{type(error).__name__}: {error}"})
        except LinkError as error:
            log.info("caller gone", extra={"why": error})


def resampled(speech: Speech, rate: int) -> Speech:
    """The same speech at another sample rate."""
    if speech.rate == rate or not len(speech.sound):
        return Speech(speech.sound, speech.visemes, rate)
    import soxr

    return Speech(soxr.resample(speech.sound, speech.rate, rate).astype(np.float32), speech.visemes, rate)


def _pack_speech(speech: Speech, number: Any) -> tuple[Message, bytes]:
    visemes = [[VISEMES.index(v.shape), round(v.start, 4), round(v.end, 4), v.weight] for v in speech.visemes]
    return {"type": "speech", "id": number, "rate": speech.rate, "visemes": visemes}, speech.sound.tobytes()


def unpack_speech(message: Message, payload: bytes) -> Speech:
    """The inverse of what the worker sends."""
    visemes = tuple(Viseme(VISEMES[s], a, b, w) for s, a, b, w in message["visemes"])
    return Speech(np.frombuffer(payload, np.float32), visemes, int(message["rate"]))


class FaceWorker:
    """Draws for air; the engine is made to the size that air asks for, once per size."""

    def __init__(self, make: Callable[[int, int, int], FaceEngine], air: Path) -> None:
        self._make, self._air = make, air
        self._engine: FaceEngine | None = None
        self._made_for: tuple[int, int, int] | None = None

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
        from streams.air.links import pack_picture

        link.send({"type": "hello", "role": "face", "protocol": PROTOCOL})
        first = link.receive()
        if first is None or first[0]["type"] != "stage":
            raise LinkError("air did not say how large the stage is")
        size = first[0]["width"], first[0]["height"], first[0]["fps"]
        if self._engine is None or self._made_for != size:
            began = time.monotonic()
            self._engine, self._made_for = self._make(*size), size
            if self._engine.batch < 1:
                raise ValueError(f"a face draws at least one picture at once, not {self._engine.batch}")
            log.info("rig ready", extra={"seconds": f"{time.monotonic() - began:.1f}"})
        engine = self._engine
        fields, payload = pack_picture(engine.still())
        link.send(
            {"type": "still", "x": engine.region[0], "y": engine.region[1], **asdict(engine.ahead), **fields}, payload
        )
        clip = list(engine.idle())
        for i, picture in enumerate(clip):
            fields, payload = pack_picture(picture)
            link.send({"type": "idle", "last": i == len(clip) - 1, **fields}, payload)
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
                fields, payload = pack_picture(picture)
                link.send({"type": "picture", "tick": score.tick, **fields}, payload)

    @staticmethod
    def _read(link: Link, scores: deque[Score], ready: threading.Condition) -> None:
        try:
            while (received := link.receive()) is not None:
                message, payload = received
                visemes = tuple(Viseme(VISEMES[s], a, b, w) for s, a, b, w in message["v"])
                moods = tuple(Feeling(MOODS[m], a, b) for m, a, b in message["m"])
                sound = np.frombuffer(payload, np.float32) if payload else None
                with ready:
                    scores.append(Score(message["tick"], message["seconds"], visemes, moods, message["e"], sound))
                    ready.notify()
        except LinkError:
            pass  # the drawing side finds this thread ended
        with ready:
            ready.notify()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m anchor.work.worker", description=__doc__)
    parser.add_argument("kind", choices=("voice", "face", "mind"))
    parser.add_argument("--config-fd", type=int, required=True)
    parser.add_argument("--check", action="store_true", help="only make the engine; what it says against it on stdout")
    options = parser.parse_args()
    faulthandler.enable()
    step_back()
    logs.setup(options.kind)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor says when
    config = begin(options.config_fd)
    try:
        engine = registry.load("model" if options.kind == "mind" else options.kind, config["engine"])
        if options.check and options.kind == "face":
            if why := engine(*CHECK_FIGURE, **config["options"]).problem:
                raise ValueError(why)
        elif options.check and options.kind == "mind":
            if why := engine.problem(**config["options"]):  # without reading gigabytes
                raise ValueError(why)
        elif options.check:
            engine(**config["options"])
        elif options.kind == "mind":
            _run_mind(engine, config)
        elif options.kind == "voice":
            _run_voice(engine, config)
        else:
            _run_face(engine, config)
    except (ImportError, OSError, ValueError, LookupError) as error:
        if options.check:
            sys.stdout.write(str(error))
        else:
            log.error("engine does not start", extra={"engine": config["engine"], "why": error})
        return 2
    return 0


def _run_voice(engine: Callable[..., VoiceEngine], config: dict[str, Any]) -> None:
    worker = VoiceWorker(engine(**config["options"]), config["rate"])
    LinkServer(Path(config["socket"]), worker.serve)
    log.info("voice ready", extra={"engine": config["engine"]})
    threading.Event().wait()


def _run_mind(engine: Callable[..., MindEngine], config: dict[str, Any]) -> None:
    import torch

    from anchor.mind.worker import MindWorker

    path = Path(config["share"] or config["socket"])
    if config["share"]:
        _wait_for_turn(path.with_name(path.name + ".lock"))
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) - 1))  # the clock's process needs one
    began = time.monotonic()
    worker = MindWorker(engine(**config["options"]).served(**config["serving"]))
    LinkServer(path, worker.serve)
    log.info("mind ready", extra={"engine": config["engine"], "seconds": f"{time.monotonic() - began:.1f}"})
    threading.Event().wait()


def _wait_for_turn(path: Path) -> None:
    """Of several shows that share a model, one loads it; the others wait here to take its place."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log.info("another show has loaded the shared model", extra={"socket": path.stem})
        fcntl.flock(lock, fcntl.LOCK_EX)


def _run_face(engine: Callable[..., FaceEngine], config: dict[str, Any]) -> None:
    import torch

    torch.set_num_threads(1)  # two threads under contention make a picture ten times slower
    FaceWorker(lambda w, h, fps: engine(w, h, fps, **config["options"]), Path(config["air"])).run()


if __name__ == "__main__":
    sys.exit(main())
