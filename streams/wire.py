"""Every message between two processes, a frozen dataclass each. How they are written and read: :mod:`streams.codec`."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal

from streams.codec import (
    Fields,
    message,
    read_picture,
    read_sound,
    read_visemes,
    register,
    write_picture,
    write_visemes,
)
from streams.types import Ahead, Picture, Sound, Viseme

PROTOCOL = 3
"""both ends of a link must speak the same; a Hello names it"""


# air and everybody who connects to it


@message("hello")
@dataclass(frozen=True, slots=True)
class Hello:
    """The first message to air: who connects (brain, face or preview), and which protocol it speaks."""

    role: str
    protocol: int = PROTOCOL


# air and the brain


@message("session")
@dataclass(frozen=True, slots=True)
class Session:
    """Names this run of air; reports are numbered within it."""

    session: str


@message("welcome")
@dataclass(frozen=True, slots=True)
class Welcome:
    """Air is live. ``end``: monotonic seconds at which its programme ends; ``waiting``: sentences that it has and that are
    not heard yet, by cue and seq; one that is said again behind its cut beginning, twice."""

    end: float
    waiting: tuple[tuple[str, int], ...]


@message("scheduled")
@dataclass(frozen=True, slots=True)
class Scheduled:
    """A piece of a sentence has its place: monotonic seconds of its start and its end."""

    cue: str
    seq: int
    start: float
    end: float


@message("full")
@dataclass(frozen=True, slots=True)
class NoRoom:
    """The programme takes no more for now; this sentence was refused."""

    cue: str
    seq: int


@message("status")
@dataclass(frozen=True, slots=True)
class AirStatus:
    """How air is, once a second. ``at`` in monotonic seconds."""

    tick: int
    at: float
    skipped: int
    worst_late_ms: float
    late_ms: float
    pictures: dict[str, int]
    captions_missed: int
    film_late: int
    face: bool
    renditions: tuple[dict[str, Any], ...]
    destinations: tuple[dict[str, Any], ...]


@message("seen")
@dataclass(frozen=True, slots=True)
class Seen:
    """The brain has saved what the reports up to this number say."""

    upto: int


@message("questions")
@dataclass(frozen=True, slots=True)
class Questions:
    """What the ticker shows; masked."""

    lines: tuple[str, ...]


@message("restage")
@dataclass(frozen=True, slots=True)
class Restage:
    """Another look and other music: the settings of streams.air.stage.StageConfig."""

    config: dict[str, Any]


@message("cut")
@dataclass(frozen=True, slots=True)
class Cut:
    """Stop speaking at once: one sentence, or all where none is named."""

    cue: str | None = None
    seq: int = 0

    @property
    def key(self) -> tuple[str, int] | None:
        return None if self.cue is None else (self.cue, self.seq)


@message("yield")
@dataclass(frozen=True, slots=True)
class Yield:
    """An answer is ready. Sentences of ``keys`` that nobody has heard yet are dropped; the one being heard may end at its next
    pause if ``cuttable`` names it. ``after``: monotonic second before which the answer cannot reach air."""

    id: int
    keys: tuple[tuple[str, int], ...]
    cuttable: tuple[tuple[str, int], ...]
    after: float


@message("yielded")
@dataclass(frozen=True, slots=True)
class Yielded:
    """The answer to the Yield ``id``: what nobody will hear, what ends at a pause, and the monotonic end of the programme
    now."""

    id: int
    dropped: tuple[tuple[str, int], ...]
    cut: tuple[tuple[str, int], ...]
    end: float


# air and the face


@message("stage")
@dataclass(frozen=True, slots=True)
class StageSize:
    """Pixels of the whole figure, pictures and sound samples a second."""

    width: int
    height: int
    fps: int
    rate: int


@dataclass(frozen=True, slots=True)
class Still:
    """The figure without its moving part, whose left top corner is ``x``, ``y``; and how early the face must hear of a tick."""

    x: int
    y: int
    ahead: Ahead
    picture: Picture


@dataclass(frozen=True, slots=True)
class Idle:
    """One picture of the idle clip, in its order."""

    picture: Picture
    last: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """The moving part at one tick."""

    tick: int
    picture: Picture


# air and a preview


@message("format")
@dataclass(frozen=True, slots=True)
class PreviewFormat:
    """What the fragments that follow hold."""

    codec: str
    width: int
    height: int


@message("watched")
@dataclass(frozen=True, slots=True)
class TooManyViewers:
    """As many watch as may."""

    viewers: int


@dataclass(frozen=True, slots=True)
class Media:
    """Bytes of fragmented MP4."""

    data: bytes = field(repr=False)


# workers and whoever asks them


@dataclass(frozen=True, slots=True)
class Message:
    """One part of a prompt, as language models take them."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Speech:
    """A piece of spoken sound: mono float32 at ``rate`` and its mouth shapes, in seconds from its start."""

    sound: Sound = field(repr=False)
    visemes: tuple[Viseme, ...] = field(repr=False)
    rate: int


@message("speak")
@dataclass(frozen=True, slots=True)
class Speak:
    """Say one sentence."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class SpeechPiece:
    """A piece of the sentence that was asked for under ``id``."""

    id: int
    speech: Speech


@message("done")
@dataclass(frozen=True, slots=True)
class Done:
    """The sentence that was asked for under ``id`` is whole."""

    id: int


@message("failed")
@dataclass(frozen=True, slots=True)
class Failed:
    """What was asked for under ``id`` will not come. ``reason``: a word or two for counting."""

    id: int
    reason: str
    why: str


@message("prime")
@dataclass(frozen=True, slots=True)
class Prime:
    """Every prompt from now on will begin with these."""

    messages: tuple[Message, ...]


@message("ask")
@dataclass(frozen=True, slots=True)
class Ask:
    """Complete a prompt, with at most ``tokens`` within ``seconds``."""

    id: int
    messages: tuple[Message, ...]
    tokens: int
    temperature: float
    seconds: float


@message("cancel")
@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody wants the rest of ``id``."""

    id: int


@message("piece")
@dataclass(frozen=True, slots=True)
class TextPiece:
    """Some more of the answer ``id``."""

    id: int
    text: str


@message("answered")
@dataclass(frozen=True, slots=True)
class Answered:
    """The answer ``id`` is whole; its tokens, ``cached_tokens`` of the prompt's had been read before."""

    id: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int


# codecs of what carries sound or pictures


def _read_still(fields: Fields, payload: bytes) -> Still:
    ahead = Ahead(int(fields["lead"]), float(fields["before"]), float(fields["after"]))
    return Still(int(fields["x"]), int(fields["y"]), ahead, read_picture(fields, payload))


def _read_piece(fields: Fields, payload: bytes) -> SpeechPiece:
    speech = Speech(read_sound(payload), read_visemes(fields["visemes"]), int(fields["rate"]))
    return SpeechPiece(int(fields["id"]), speech)


register("still", Still, lambda m: write_picture(m.picture, x=m.x, y=m.y, **dataclasses.asdict(m.ahead)), _read_still)
register("idle", Idle, lambda m: write_picture(m.picture, last=m.last),
         lambda f, p: Idle(read_picture(f, p), bool(f["last"])))  # fmt: skip
register("picture", Drawn, lambda m: write_picture(m.picture, tick=m.tick),
         lambda f, p: Drawn(int(f["tick"]), read_picture(f, p)))  # fmt: skip
register("media", Media, lambda m: ({}, m.data), lambda _, payload: Media(payload))
register("speech", SpeechPiece, lambda m: ({"id": m.id, "rate": m.speech.rate, "visemes": write_visemes(m.speech.visemes)},
                                           m.speech.sound.tobytes()), _read_piece)  # fmt: skip
