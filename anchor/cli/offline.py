"""The show without a clock: the same desk, stage, face and voice, as fast as the machine can."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from anchor import registry
from anchor.desk.desk import Desk
from anchor.mind.minds import Minds
from anchor.plan.settings import aigc, face_settings, media_format, mind_settings, stage_settings, voice_settings
from anchor.ports import FaceEngine, Voice
from anchor.records.records import Records
from anchor.text.mood import mood_of
from anchor.text.sentences import sentences
from anchor.types import Speech, Utterance
from anchor.work.remote import RemoteVoice, Unspeakable
from anchor.work.spawn import spawn
from persona.load import Source
from persona.model import Persona
from streams.air.canvas import Sprite
from streams.air.encoder import Encoder
from streams.air.mixer import BadSound, load_sound
from streams.air.programme import Full
from streams.air.stage import Stage, StageConfig
from streams.air.text import MissingFont
from streams.chat.replay import read
from streams.deliver.mux import Muxer, Tracks
from streams.deliver.recording import CONTAINERS
from streams.ports import Refused, Transient
from streams.types import MediaFormat, SpeechChunk

HANDOVER = 0.5
SHEET_FIGURE = (600, 720)
VOICE_SECONDS, MIND_SECONDS = 20.0, 600.0
PROGRESS_SECONDS = 5.0


class Failed(Exception):
    """The file could not be made; the text says why."""


def render(persona: Persona, source: Source, seconds: float, out: str, replay: Path | None) -> str:
    """``seconds`` of the show into a new file; returns a line about it. Raises Failed."""
    return asyncio.run(_guarded(_render(persona, source, seconds, Path(out), replay), out))


def say(persona: Persona, source: Source, text: str, out: str) -> str:
    """One text, spoken and animated, into a new file; returns a line about it. Raises Failed."""
    return asyncio.run(_guarded(_say(persona, source, text, Path(out)), out))


def play(persona: Persona, source: Source, sound: Path, text: str, out: str) -> str:
    """A recorded line, animated by its sound, with ``text`` as its caption. Raises Failed."""
    return asyncio.run(_guarded(_play(persona, source, sound, text, Path(out)), out))


def sheet(persona: Persona, source: Source, out: Path) -> str:
    """A contact sheet of the persona's face; returns a line about it. Raises Failed."""
    from anchor.face.sheet import sheet as drawn

    if out.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise Failed(f"{out}: the name must end in .png or .jpg")
    if out.exists():
        raise Failed(f"{out}: there is a file of this name already")
    try:
        face = load_face(persona, source, *SHEET_FIGURE, media_format(persona).fps)
        picture = drawn(face, SHEET_FIGURE)
        picture.save(out, quality=88)
    except (OSError, MissingFont) as error:
        raise Failed(f"{out}: {getattr(error, 'strerror', None) or error}") from error
    return f"{out}: {picture.width}x{picture.height}"


def load_face(persona: Persona, source: Source, width: int, height: int, fps: int) -> FaceEngine:
    import torch

    torch.set_num_threads(1)
    settings = face_settings(persona, source)
    made: FaceEngine = registry.load("face", settings["engine"])(width, height, fps, **settings["options"])
    return made


async def _guarded(work: Any, out: str) -> str:
    try:
        return str(await work)
    except (Unspeakable, Transient, Refused, MissingFont, BadSound, Full) as error:
        raise Failed(str(error)) from error
    except OSError as error:
        raise Failed(f"{error.filename or out}: {error.strerror or error}") from error


async def _render(persona: Persona, source: Source, seconds: float, out: Path, replay: Path | None) -> str:
    images = {p.id: str(source.folder.resolve() / p.image) for p in persona.products if p.image}
    began = time.time()
    clock = [0.0]
    events = read(replay, lambda what: print(f"rejected: {what}", file=sys.stderr)) if replay else []
    with _Studio(persona, source, out) as studio:
        async with voice_worker(persona) as voice, mind_of(persona, source) as minds:
            desk = Desk(persona, minds, images, 0.0, records=Records(lambda: began + clock[0]))
            ticks = max(1, round(seconds * studio.media.fps))
            for tick in range(ticks):
                now = clock[0] = tick * studio.media.tick_seconds
                while events and events[0].at <= now:
                    desk.offer(events.pop(0), now)
                if studio.ends() - now < HANDOVER:
                    await studio.speak(voice, await desk.next(now), tick)
                    studio.stage.scene.tell(desk.questions)
                studio.make(tick, ticks)
                for played in studio.stage.programme.take_reports():
                    desk.heard(played)
    return studio.summary()


async def _say(persona: Persona, source: Source, text: str, out: Path) -> str:
    if not re.search(r"\w", text):
        raise Failed("nothing to say: give a text with words")
    with _Studio(persona, source, out) as studio:
        async with voice_worker(persona) as voice:
            for seq, sentence in enumerate(sentences(text)):
                await studio.speak(voice, Utterance("say", seq, sentence, mood=mood_of(sentence)), 0)
        studio.make_all()
    return studio.summary()


async def _play(persona: Persona, source: Source, sound: Path, text: str, out: Path) -> str:
    from anchor.voice import heard

    rate = media_format(persona).rate
    line = load_sound(sound, rate)
    with _Studio(persona, source, out) as studio:
        try:
            studio.add(
                Utterance("say", 0, text, mood=mood_of(text)), [Speech(line, heard.visemes(line, rate), rate)], 0
            )
        except Full as error:
            raise Failed(f"{sound}: {len(line) / rate:.0f} s are too long for one line: {error}") from error
        studio.make_all()
    return studio.summary()


class _Studio:
    """Stage, face, encoder and file of one recording."""

    def __init__(self, persona: Persona, source: Source, out: Path) -> None:
        if out.suffix.lower() not in CONTAINERS:
            raise Failed(f"{out}: the name must end in {', '.join(CONTAINERS)}")
        self.media: MediaFormat = media_format(persona)
        self._today = time.time()
        self.stage = Stage(self.media, StageConfig.from_json(stage_settings(persona, source)), self._wall)
        width, height = self.stage.scene.layout.figure[2:]
        self._face = load_face(persona, source, width, height, self.media.fps)
        self.stage.scene.set_rig(self._face.still(), self._face.region)
        self._encoder = Encoder(self.media)
        self._out = out
        self._file = out.open("xb", buffering=0)
        tracks = Tracks(self.media, self._encoder.sound_template, {"AIGC": aigc(persona)})
        self._muxer = Muxer(self._file, CONTAINERS[out.suffix.lower()], tracks)
        self._began = self._told = time.monotonic()
        self._ticks = 0

    def _wall(self, tick: int) -> float:
        """The time of day if the recording were made live, from now on."""
        return self._today + tick * self.media.tick_seconds

    def __enter__(self) -> _Studio:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self._muxer.close()
        finally:
            self._file.close()
            self._encoder.close()
            if kind is not None:
                self._out.unlink(missing_ok=True)  # half a file would be in the way of the next try

    async def speak(self, voice: Voice, utterance: Utterance, tick: int) -> None:
        """Put a sentence at the end of the programme."""
        pieces = [speech async for speech in voice.speak(utterance.text)]
        if not pieces:
            raise Unspeakable("the voice gave no sound")
        self.add(utterance, pieces, tick)

    def add(self, utterance: Utterance, pieces: Sequence[Speech], tick: int) -> None:
        """The same with speech that is there already, at the stream's rate."""
        self.stage.scene.prepare(utterance.text, utterance.card)
        for i, speech in enumerate(pieces):
            chunk = SpeechChunk(
                utterance.cue,
                utterance.seq,
                speech.sound,
                speech.visemes,
                utterance.text,
                utterance.card,
                last=i == len(pieces) - 1,
                mood=utterance.mood,
            )
            self.stage.programme.add(chunk, tick)

    def ends(self) -> float:
        """Stream seconds at which the programme is empty."""
        return self.stage.programme.end / self.media.rate

    def make_all(self) -> None:
        """All that was put into the programme, and a moment after it."""
        ticks = round((self.ends() + 0.4) * self.media.fps)
        for tick in range(ticks):
            self.make(tick, ticks)

    def make(self, tick: int, of: int) -> None:
        """Draw, code and write one tick."""
        self.stage.feed.offer(tick, Sprite(self._face.picture(self.stage.score(tick))))
        frame, sound = self.stage.make(tick)
        for packet in self._encoder.encode(tick, frame, sound, keyframe=tick == 0):
            self._muxer.mux(packet)
        self._ticks = tick + 1
        if time.monotonic() - self._told > PROGRESS_SECONDS:
            self._told = time.monotonic()
            print(f"{tick + 1} of {of} pictures, {self._speed():.1f} times real time", file=sys.stderr)

    def _speed(self) -> float:
        return self._ticks * self.media.tick_seconds / max(1e-6, time.monotonic() - self._began)

    def summary(self) -> str:
        seconds = self._ticks * self.media.tick_seconds
        return f"{self._out}: {seconds:.1f} s, {self._speed():.1f} times real time"


@asynccontextmanager
async def voice_worker(persona: Persona) -> AsyncIterator[RemoteVoice]:
    """The persona's voice in a process of its own, for the time of the block."""
    with _worker("voice", voice_settings(persona)) as (process, path):
        if not await _listens(process, path, VOICE_SECONDS):
            raise Transient("the voice does not start; its own line above says why")
        voice = RemoteVoice(path)
        try:
            yield voice
        finally:
            voice.close()


@asynccontextmanager
async def mind_of(persona: Persona, source: Source) -> AsyncIterator[Minds]:
    """The persona's mind for the time of the block, with its worker where it has one. One that does not start has told why,
    and the catalogue answers."""
    settings = mind_settings(persona, source)
    with _worker("mind", settings) if settings else nullcontext((None, None)) as (process, path):
        if process is not None and path is not None:
            print("loading the model", file=sys.stderr)
            await _listens(process, path, MIND_SECONDS)
        minds = Minds(path)
        try:
            yield minds
        finally:
            await minds.close()


async def _listens(process: Any, path: Path, seconds: float) -> bool:
    """Whether a worker listens, in time."""
    deadline = time.monotonic() + seconds
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True


@contextmanager
def _worker(kind: str, settings: dict[str, Any]) -> Iterator[tuple[Any, Path]]:
    with tempfile.TemporaryDirectory(prefix="anchor-") as folder:
        path = Path(folder) / kind
        process = spawn(["anchor.work.worker", kind], {**settings, "socket": str(path)})
        try:
            yield process, path
        finally:
            process.terminate()
            process.wait()
