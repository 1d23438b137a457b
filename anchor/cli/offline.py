"""Renders the show without a clock, as fast as the machine can, with the same desk, stage, face and voice."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Any, cast

from anchor.cli.borrowed import face_of, minds_of, voice_of
from anchor.desk.desk import Desk
from anchor.plan.settings import aigc, media_format, product_images, stage_settings
from anchor.records.records import Records
from anchor.say.speaker import NotSaid, Speaker
from anchor.text.mood import mood_of
from anchor.text.sentences import sentences
from anchor.types import Ref, Utterance
from anchor.voice.remote import Unspeakable
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
from streams.wire import Speech, StageSize

HANDOVER = 0.5
SHEET_FIGURE = (600, 720)
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
    from anchor.face.sheet import Posable
    from anchor.face.sheet import sheet as drawn

    if out.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise Failed(f"{out}: the name must end in .png or .jpg")
    if out.exists():
        raise Failed(f"{out}: there is a file of this name already")
    try:
        media = media_format(persona)
        face = face_of(persona, source, StageSize(*SHEET_FIGURE, media.fps, media.rate))
        if not hasattr(face, "posed"):
            raise Failed(f"the face {persona.look.rig} cannot be posed, so there is no sheet of it")
        picture = drawn(cast(Posable, face), SHEET_FIGURE)
        picture.save(out, quality=88)
    except (OSError, MissingFont) as error:
        raise Failed(f"{out}: {getattr(error, 'strerror', None) or error}") from error
    return f"{out}: {picture.width}x{picture.height}"


async def _guarded(work: Any, out: str) -> str:
    try:
        return str(await work)
    except (Unspeakable, Transient, Refused, MissingFont, BadSound, Full) as error:
        raise Failed(str(error)) from error
    except OSError as error:
        raise Failed(f"{error.filename or out}: {error.strerror or error}") from error


async def _render(persona: Persona, source: Source, seconds: float, out: Path, replay: Path | None) -> str:
    began = time.time()
    clock = [0.0]
    events = read(replay, lambda what: print(f"rejected: {what}", file=sys.stderr)) if replay else []
    images = product_images(persona, str(source.folder.resolve()))
    with _Studio(persona, source, out) as studio:
        async with voice_of(persona, source) as voice, minds_of(persona, source) as minds:
            desk = Desk(persona, minds, images, 0.0, records=Records(lambda: began + clock[0]))
            speaker = Speaker(voice, studio)
            ticks = max(1, round(seconds * studio.media.fps))
            for tick in range(ticks):
                now = clock[0] = tick * studio.media.tick_seconds
                while events and events[0].at <= now:
                    desk.offer(events.pop(0), now)
                if studio.ends() - now < HANDOVER and (utterance := await desk.next(now)) is not None:
                    await _say_to(studio, speaker, utterance, desk.give_up)
                    studio.stage.scene.tell(desk.questions)
                studio.make(ticks)
                for played in studio.stage.programme.take_reports():
                    speaker.heard(played)
                    desk.heard(played)
    return studio.summary()


async def _say_to(
    studio: _Studio, speaker: Speaker, utterance: Utterance, give_up: Callable[[Utterance], None] | None = None
) -> None:
    """One sentence at the end of the programme. What the voice refuses is left out as on air where ``give_up`` is told of it;
    all else ends the recording."""
    studio.stage.scene.prepare(utterance.text, utterance.card)
    outcome = await speaker.say(utterance)
    if isinstance(outcome, NotSaid):
        if not outcome.left_out or give_up is None:
            raise outcome.why
        studio.left_out.append(utterance.text)
        give_up(utterance)


async def _say(persona: Persona, source: Source, text: str, out: Path) -> str:
    if not re.search(r"\w", text):
        raise Failed("nothing to say: give a text with words")

    with _Studio(persona, source, out) as studio:
        async with voice_of(persona, source) as voice:
            speaker = Speaker(voice, studio)
            for seq, sentence in enumerate(sentences(text)):
                utterance = Utterance(Ref("say", "line", seq), sentence, mood=mood_of(sentence))
                await _say_to(studio, speaker, utterance)
        studio.make_all()
    return studio.summary()


async def _play(persona: Persona, source: Source, sound: Path, text: str, out: Path) -> str:
    from anchor.voice import heard

    rate = media_format(persona).rate
    line = load_sound(sound, rate)

    class Recorded:
        """The recording, as if a voice had said it."""

        async def speak(self, _: str) -> AsyncGenerator[Speech, None]:
            yield Speech(line, heard.visemes(line, rate), rate)

    with _Studio(persona, source, out) as studio:
        try:
            utterance = Utterance(Ref("say", "line"), text, mood=mood_of(text))
            await _say_to(studio, Speaker(Recorded(), studio), utterance)
        except Full as error:
            raise Failed(f"{sound}: {len(line) / rate:.0f} s are too long for one line: {error}") from error
        studio.make_all()
    return studio.summary()


class _Studio:
    """Stage, face, encoder and file of one recording; a Sink whose clock is the recording's."""

    def __init__(self, persona: Persona, source: Source, out: Path) -> None:
        if out.suffix.lower() not in CONTAINERS:
            raise Failed(f"{out}: the name must end in {', '.join(CONTAINERS)}")
        self.media: MediaFormat = media_format(persona)
        self._today = time.time()
        self.stage = Stage(self.media, StageConfig.from_json(stage_settings(persona, source)), self._wall)
        width, height = self.stage.scene.layout.figure[2:]
        self._face = face_of(persona, source, StageSize(width, height, self.media.fps, self.media.rate))
        self.stage.scene.set_rig(self._face.still(), self._face.region)
        self._encoder = Encoder(self.media)
        self._out = out
        self._file = out.open("xb", buffering=0)
        tracks = Tracks(self.media, self._encoder.sound_template, {"AIGC": aigc(persona)})
        self._muxer = Muxer(self._file, CONTAINERS[out.suffix.lower()], tracks)
        self._began = self._told = time.monotonic()
        self._ticks = self._placed = 0
        self._begun: tuple[str, int] | None = None
        """the sentence of which more pieces come"""
        self.left_out: list[str] = []
        """sentences that the voice could not say"""

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

    async def play(self, chunk: SpeechChunk) -> None:
        """Put a piece at the end of the programme; raises Full."""
        start, _ = self.stage.programme.add(chunk, self._ticks)
        if self._begun != (chunk.cue, chunk.seq):
            self._placed = start
        self._begun = None if chunk.last else (chunk.cue, chunk.seq)

    async def placed(self, cue: str, seq: int) -> float:
        return self._placed / self.media.rate

    async def cut(self, cue: str, seq: int) -> None:
        self._begun = None
        self.stage.programme.cut(self._ticks, (cue, seq))

    async def yield_(
        self, keys: Sequence[tuple[str, int]], cuttable: Sequence[tuple[str, int]], after: float
    ) -> tuple[Sequence[tuple[str, int]], Sequence[tuple[str, int]]]:
        return self.stage.programme.yield_(self._ticks, keys, cuttable, round(after * self.media.rate))

    def ends(self) -> float:
        """Stream seconds at which the programme is empty."""
        return self.stage.programme.end / self.media.rate

    def make_all(self) -> None:
        """All that was put into the programme, and a moment after it."""
        ticks = round((self.ends() + 0.4) * self.media.fps)
        for _ in range(ticks):
            self.make(ticks)

    def make(self, of: int) -> None:
        """Draw, code and write the next of so many ticks."""
        tick = self._ticks
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
        left = f"; left out, since the voice cannot say it: {'; '.join(self.left_out)}" if self.left_out else ""
        return f"{self._out}: {seconds:.1f} s, {self._speed():.1f} times real time{left}"
