"""The interfaces of the anchor's own exchangeable parts; one contract test each.

A part is one class, registered as ``kind/name`` (:mod:`anchor.registry`), beside its ``Config``: a frozen model of the keys
that an operator may write. The class has

- ``Config``, whose import loads the standard library and pydantic alone;
- ``check(config, folder) -> Iterable[Finding]``, if there is more to check than types: what is wrong, without loading a model;
- ``probe(config, folder) -> (state, text)``, if ``anchor doctor`` can look at more, such as a mind's server: "ok", "missing" or "note" (asked of minds);
- ``files(config, folder) -> Iterable[Path]``, if it names files or folders: an edit of one counts as an edit of the persona;
- ``make(config, context)``, which gives the engine. ``context`` is that of its kind, below; ``folder`` is the persona's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from streams.ports import Finding as Finding  # part of this module's interface

if TYPE_CHECKING:
    from torch import Tensor, device

    from anchor.types import Answer, Cue, Talk
    from persona.model import MindChoice
    from streams.types import Ahead, Picture, Score
    from streams.wire import Message, Speech


class NoAnswer(Exception):
    """Whoever should answer cannot now. ``reason`` is a word or two for counting, the text says more; ``rest`` is for how many
    seconds they want to be left alone."""

    def __init__(self, reason: str, why: str = "", rest: float = 0.0) -> None:
        super().__init__(f"{reason}: {why}" if why else reason)
        self.reason, self.rest = reason, rest


class Stopped(Exception):
    """Nobody wants the rest."""


# mind/NAME


@dataclass(frozen=True, slots=True)
class MindContext:
    """What a mind is made for. ``limits`` are the persona's settings for every mind, ``catalogue`` answers from the shop's
    own words, ``socket`` is where the mind's worker listens."""

    folder: Path
    limits: MindChoice
    catalogue: Responder
    socket: Path | None = None


class Responder(Protocol):
    """Answers a cue."""

    def respond(self, cue: Cue, talk: Talk) -> AsyncGenerator[Answer, None]:
        """One answer in pieces of whole sentences, in order; closing it ends the work. Raises NoAnswer at any piece."""
        ...


class Language(Protocol):
    """A language model, wherever it runs: what a mind's ``make`` gives instead of a Responder. It is prompted with the persona
    and the catalogue, and outlives edits that do not touch ``mind``."""

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
    """A language model, synchronously, inside a worker. A mind that needs one has ``engine(config, folder, tokens,
    temperature)`` beside ``make``."""

    slots: int
    """questions that it answers at once, each asked from a thread of its own"""

    def prime(self, messages: Sequence[Message], stop: Callable[[], bool]) -> None:
        """Read what prompts will begin with; raises Stopped when ``stop`` says so."""
        ...

    def answer(
        self, messages: Sequence[Message], tokens: int, temperature: float, seconds: float,
        put: Callable[[str], None], stop: Callable[[], bool],
    ) -> Usage:  # fmt: skip
        """Raises NoAnswer, Stopped, and MemoryError when it should be started again."""
        ...


# voice/NAME


@dataclass(frozen=True, slots=True)
class VoiceContext:
    """What a voice is made for. ``rate``: how fast, 1 is its own speed; ``lexicon``: pinyin of words."""

    folder: Path
    language: str
    rate: float
    lexicon: dict[str, str]


class VoiceEngine(Protocol):
    """Text to sound, synchronously, inside a worker."""

    rate: int
    """samples a second"""

    def speak(self, text: str) -> Iterator[Speech]:
        """The speech of one sentence, in pieces; raises ValueError for text that cannot be spoken."""
        ...


class Voice(Protocol):
    """A voice as the brain uses it."""

    def speak(self, text: str) -> AsyncGenerator[Speech, None]:
        """Raises streams.ports.Transient when the engine is gone for now."""
        ...


# face/NAME and mouth/NAME


@dataclass(frozen=True, slots=True)
class FaceContext:
    """What a face is made for: pixels of the whole figure, pictures a second, sound samples a second."""

    folder: Path
    width: int
    height: int
    fps: int
    rate: int


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

    ahead: Ahead
    """how early, and with how much of the sound, it must hear of a tick"""
    batch: int
    """scores that it draws faster together than one by one"""
    problem: str
    """what it was asked for and cannot do, with something else in its place; empty when all is well"""

    def pictures(self, scores: Sequence[Score]) -> Iterable[Picture]:
        """Those of several ticks, in their order; at most ``batch``."""
        ...


@dataclass(frozen=True, slots=True)
class MouthContext:
    """What a mouth is made for. ``face``: the lower face of the photo, (3, h, w) RGB from 0 to 1; ``rate``: samples a second
    of the sound in scores."""

    folder: Path
    face: Tensor
    device: device
    rate: int


class MouthEngine(Protocol):
    """A model that draws the mouth of a photo. It is made with the rest of the rig, inside the worker."""

    ahead: Ahead
    """within the limits of :class:`Ahead`"""
    batch: int

    def tiles(self, scores: Sequence[Score]) -> Tensor:
        """(n, 3, h, w) RGB from 0 to 1, on the device: the lower face at each score, in the size of ``face``. Whatever it
        raises, the warped mouth takes its place."""
        ...


# say


class Sink(Protocol):
    """Whatever sound goes to: air, or a recording."""

    async def play(self, chunk: Any) -> None:
        """Take one streams.types.SpeechChunk; raises streams.ports.Transient when the sink is gone."""
        ...

    async def placed(self, cue: str, seq: int) -> float:
        """Wait until a sentence that was given whole has its place; monotonic seconds at which its first piece begins.
        Raises Transient."""
        ...

    async def cut(self, cue: str, seq: int) -> None:
        """Stop a sentence at once; what was heard of it until then is reported. Raises Transient."""
        ...

    async def yield_(
        self, keys: Sequence[tuple[str, int]], cuttable: Sequence[tuple[str, int]], after: float
    ) -> tuple[Sequence[tuple[str, int]], Sequence[tuple[str, int]]]:
        """Make room for an answer that will not come before monotonic second ``after``: of ``keys`` what nobody has heard is
        dropped, and one of ``cuttable`` that is being heard ends at its next pause. Returns both. Raises Transient."""
        ...
