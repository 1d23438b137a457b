"""The interfaces of the anchor's own exchangeable parts; one contract test each."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from anchor.face.motion import Pose
from anchor.types import Answer, Cue, Message, Speech, Talk
from streams.types import Ahead, Picture, Score

if TYPE_CHECKING:
    from torch import Tensor


class NoAnswer(Exception):
    """Whoever should answer cannot now. ``reason`` is a word or two for counting, the text says more; ``rest`` is for how many
    seconds they want to be left alone."""

    def __init__(self, reason: str, why: str = "", rest: float = 0.0) -> None:
        super().__init__(f"{reason}: {why}" if why else reason)
        self.reason, self.rest = reason, rest


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

    used: Counter[str]
    """requests, prompt_tokens, completion_tokens and what else is told"""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer; ``cached`` of the prompt's had been read before."""

    prompt: int
    completion: int
    cached: int


class MindEngine(Protocol):
    """A language model, synchronously, inside a worker."""

    slots: int
    """questions that it answers at once, each asked from a thread of its own"""

    def served(self, temperature: float, tokens: int) -> MindEngine:
        """The engine to answer with: itself, or one that makes more of the machine."""
        ...

    def prime(self, messages: Sequence[Message], stop: Callable[[], bool]) -> None:
        """Read what prompts will begin with; raises anything when ``stop`` says so."""
        ...

    def answer(
        self, messages: Sequence[Message], tokens: int, temperature: float, seconds: float,
        put: Callable[[str], None], stop: Callable[[], bool],
    ) -> Usage:  # fmt: skip
        """Raises NoAnswer, and MemoryError when it should be started again."""
        ...


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
