"""The interfaces of the anchor's own exchangeable parts; one contract test each."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from anchor.face.motion import Pose
from anchor.types import Answer, Cue, Message, Speech, Talk
from streams.types import Ahead, Picture, Score

if TYPE_CHECKING:
    from torch import Tensor


class NoAnswer(Exception):
    """Whoever should answer cannot now. ``reason`` is one word or two for counting, the text says more."""

    def __init__(self, reason: str, why: str = "") -> None:
        super().__init__(f"{reason}: {why}" if why else reason)
        self.reason = reason


class Responder(Protocol):
    """Answers a cue."""

    def respond(self, cue: Cue, talk: Talk) -> AsyncGenerator[Answer, None]:
        """One answer in pieces of whole sentences, in order; closing it ends the work. Raises NoAnswer at any piece."""
        ...


class Chat(Protocol):
    """A language model, wherever it runs."""

    def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """The pieces of one completion, which may end anywhere; closing it ends the work within a token. Raises NoAnswer."""
        ...

    def prime(self, prefix: Sequence[Message]) -> None:
        """Every prompt from now on will begin with these; returns at once."""
        ...

    async def close(self) -> None: ...


class VoiceEngine(Protocol):
    """Text to sound, synchronously, inside a worker."""

    rate: int

    def speak(self, text: str) -> Iterator[Speech]:
        """The speech of one sentence, in pieces; raises ValueError for text that cannot be spoken."""
        ...


class Voice(Protocol):
    """A voice as the brain uses it."""

    def speak(self, text: str) -> AsyncGenerator[Speech, None]:
        """Raises streams.ports.Transient when the engine is gone for now."""
        ...


class FaceEngine(Protocol):
    """Draws the moving part of a portrait, inside a worker."""

    region: tuple[int, int]
    """left top corner of the moving part in the figure"""

    def still(self) -> Picture:
        """The whole figure with nothing (alpha 0) where the moving part goes."""
        ...

    def idle(self) -> Iterable[Picture]:
        """A loop of the moving part without speech, whose end meets its beginning."""
        ...

    def picture(self, score: Score) -> Picture:
        """The moving part; a pure function of the score."""
        ...

    def posed(self, state: Pose) -> Picture:
        """The moving part in one pose, for a look at what the rig can do."""
        ...

    ahead: Ahead
    """how early, and with how much of the sound, it must hear of a tick"""
    batch: int
    """scores that it draws faster together than one by one"""
    problem: str
    """what it was asked for and cannot do, with something else in its place; empty when all is well"""

    def pictures(self, scores: Sequence[Score]) -> Iterable[Picture]:
        """Those of several ticks, in their order; at most ``batch``."""
        ...


class MouthEngine(Protocol):
    """A model that draws the mouth of a photo. It is made with the rest of the rig, inside the worker:
    ``Engine(face, device, rate, **options)``, where ``face`` is the lower face of the photo, (3, h, w) RGB from 0 to 1."""

    ahead: Ahead
    """within the limits of :class:`Ahead`"""
    batch: int

    def tiles(self, scores: Sequence[Score]) -> Tensor:
        """(n, 3, h, w) RGB from 0 to 1, on the device: the lower face at each score, in the size of ``face``. Whatever it
        raises, the warped mouth takes its place."""
        ...
