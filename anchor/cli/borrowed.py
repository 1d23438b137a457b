"""Starts a persona's voice and mind workers for one command, and makes its face in this process."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from subprocess import Popen
from typing import Any

from anchor.mind.minds import Minds
from anchor.plan.settings import face_settings, mind_settings, voice_settings
from anchor.ports import FaceEngine
from anchor.talk.edition import Edition, make
from anchor.voice.remote import RemoteVoice
from anchor.work.kinds import KINDS
from anchor.work.spawn import spawn
from persona.load import Source
from persona.model import Persona
from streams.ports import Transient
from streams.wire import StageSize

VOICE_SECONDS, MIND_SECONDS = 20.0, 600.0


@asynccontextmanager
async def voice_of(persona: Persona, source: Source) -> AsyncIterator[RemoteVoice]:
    """The persona's voice in a process of its own, for the time of the block."""
    with _worker("voice", voice_settings(persona, source)) as (process, path):
        if not await _listens(process, path, VOICE_SECONDS):
            raise Transient("the voice does not start; its own line above says why")
        voice = RemoteVoice(path)
        try:
            yield voice
        finally:
            voice.close()


@asynccontextmanager
async def minds_of(persona: Persona, source: Source) -> AsyncIterator[Minds]:
    """The persona's mind for the time of the block, with its worker where it has one. One that does not start has told why,
    and the catalogue answers."""
    settings = mind_settings(persona, source)
    with _worker("mind", settings) if settings else nullcontext((None, None)) as (process, path):
        if process is not None and path is not None:
            print("loading the model", file=sys.stderr)
            await _listens(process, path, MIND_SECONDS)
        minds = Minds(source.folder.resolve(), path)
        try:
            yield minds
        finally:
            await minds.close()


@asynccontextmanager
async def edition_of(persona: Persona, source: Source) -> AsyncIterator[Edition]:
    """The persona as it is now, with its mind, for the time of the block."""
    async with minds_of(persona, source) as minds:
        yield make(persona, minds, {}, time.time())


def face_of(persona: Persona, source: Source, size: StageSize) -> FaceEngine:
    """The persona's face, in this process."""
    import torch

    from anchor.face.worker import Settings, engine

    torch.set_num_threads(1)
    return engine(Settings(**face_settings(persona, source)), size)


async def _listens(process: Popen[bytes], path: Path, seconds: float) -> bool:
    """Whether a worker listens, in time."""
    deadline = time.monotonic() + seconds
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True


@contextmanager
def _worker(kind: str, settings: dict[str, Any]) -> Iterator[tuple[Popen[bytes], Path]]:
    with tempfile.TemporaryDirectory(prefix="anchor-") as folder:
        path = Path(folder) / kind
        process = spawn(KINDS[kind].module, {**settings, "sockets": {kind: str(path)}})
        try:
            yield process, path
        finally:
            process.terminate()
            process.wait()
