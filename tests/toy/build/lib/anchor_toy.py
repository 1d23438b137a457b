"""A voice that beeps, a mind that repeats, and a platform that asks what it was told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from anchor.types import Answer, Cue, Talk
from persona.values import Duration, Part
from streams.types import ChatEvent, Viseme
from streams.wire import Speech

if TYPE_CHECKING:
    from anchor.ports import Finding, MindContext, VoiceContext
    from streams.ports import PlatformContext


class VoiceConfig(Part):
    pitch: float = Field(220.0, gt=50, lt=2000)
    """of the beep, in hertz"""


class ToyVoice:
    """voice/toy"""

    Config = VoiceConfig
    rate = 16_000

    def __init__(self, pitch: float) -> None:
        self._pitch = pitch

    @classmethod
    def make(cls, config: VoiceConfig, context: VoiceContext) -> ToyVoice:
        return cls(config.pitch * context.rate)

    def speak(self, text: str) -> Iterator[Speech]:
        import numpy as np

        seconds = 0.05 * len(text)
        t = np.arange(round(seconds * self.rate)) / self.rate
        sound = (0.3 * np.sin(2 * np.pi * self._pitch * t)).astype(np.float32)
        yield Speech(sound, (Viseme("aa", 0.0, seconds),), self.rate)


class MindConfig(Part):
    prefix: str = "您问的是"
    """said before the question"""


class ToyMind:
    """mind/toy"""

    Config = MindConfig

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    @classmethod
    def make(cls, config: MindConfig, context: MindContext) -> ToyMind:
        return cls(config.prefix)

    async def respond(self, cue: Cue, talk: Talk) -> AsyncGenerator[Answer, None]:
        yield Answer(f"{self._prefix}，{cue.prompt}。", "toy", product=talk.focus)


class PlatformConfig(Part):
    room: str = Field(min_length=1)
    """whose viewers are heard"""
    asks: str = "asks.txt"
    """a file in the persona's folder, one question a line"""
    every: Duration = 1.0
    """between two questions"""


class ToyPlatform:
    """platform/toy"""

    Config = PlatformConfig

    def __init__(self, config: PlatformConfig, context: PlatformContext) -> None:
        self.name = f"toy:{config.room}"
        self._config, self._context = config, context

    @classmethod
    def make(cls, config: PlatformConfig, context: PlatformContext) -> ToyPlatform:
        return cls(config, context)

    @staticmethod
    def check(config: PlatformConfig, folder: Path) -> Iterator[Finding]:
        if not (folder / config.asks).is_file():
            yield ("asks",), f"no file {config.asks}"

    @staticmethod
    def files(config: PlatformConfig, folder: Path) -> Iterator[Path]:
        yield folder / config.asks

    async def events(self) -> AsyncIterator[ChatEvent]:
        self._context.connected()
        lines = (self._context.folder / self._config.asks).read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines):
            await asyncio.sleep(self._config.every)
            yield ChatEvent(f"q{number}", "toy", self._config.room, "comment", f"viewer {number}", line)
        await asyncio.Event().wait()
