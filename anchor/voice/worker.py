"""The voice's worker: sentences in, pieces of speech out, for one caller at a time."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from anchor import registry
from anchor.ports import VoiceContext, VoiceEngine
from streams.link import Link, LinkError, LinkServer
from streams.wire import Done, Failed, Speak, Speech, SpeechPiece

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """``options`` are the engine's own; ``rate``: how fast; ``sample_rate``: of the sound that callers get; ``version``
    changes with the files that the options name."""

    engine: str
    options: dict[str, Any]
    folder: str
    language: str
    sample_rate: int
    rate: float = 1.0
    lexicon: dict[str, str] = field(default_factory=dict)
    version: str = ""


def engine(settings: Settings) -> VoiceEngine:
    """Raises what the engine does."""
    context = VoiceContext(Path(settings.folder), settings.language, settings.rate, settings.lexicon)
    made: VoiceEngine = registry.make("voice", settings.engine, settings.options, context)
    return made


def check(settings: Settings) -> str:
    engine(settings)
    return ""


def run(settings: Settings, sockets: dict[str, Path]) -> None:
    worker = VoiceWorker(engine(settings), settings.sample_rate)
    LinkServer(sockets["voice"], worker.serve)
    log.info("voice ready", extra={"engine": settings.engine})
    threading.Event().wait()


class VoiceWorker:
    """Speaks for one caller at a time; ``rate`` is the sample rate that callers get."""

    def __init__(self, engine: VoiceEngine, rate: int) -> None:
        self._engine, self._rate = engine, rate
        self._lock = threading.Lock()

    def serve(self, link: Link) -> None:
        """Answer one caller's requests until it hangs up."""
        try:
            while (request := link.receive()) is not None:
                if not isinstance(request, Speak):
                    raise LinkError(f"{type(request).__name__} is not for a voice")
                try:
                    with self._lock:
                        for speech in self._engine.speak(request.text):
                            link.send(SpeechPiece(request.id, resampled(speech, self._rate)))
                    link.send(Done(request.id))
                except LinkError:
                    raise
                except Exception as error:
                    if not isinstance(error, ValueError):
                        log.exception("engine failed at a sentence")
                    link.send(Failed(request.id, "refused", f"{type(error).__name__}: {error}"))
        except LinkError as error:
            log.info("caller gone", extra={"why": error})


def resampled(speech: Speech, rate: int) -> Speech:
    """The same speech at another sample rate."""
    if speech.rate == rate or not len(speech.sound):
        return Speech(speech.sound, speech.visemes, rate)
    import soxr

    return Speech(soxr.resample(speech.sound, speech.rate, rate).astype(np.float32), speech.visemes, rate)
