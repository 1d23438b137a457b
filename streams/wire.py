"""Every message between two processes: a frozen dataclass and the codec that makes it one JSON line and a payload.

``encode`` and ``decode`` know them by the ``type`` in their header. What is flat is coded from its field types; sound and
pictures travel as raw payloads. Importing this loads the standard library alone.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from streams.types import MOODS, VISEMES, Ahead, Card, Feeling, Picture, Played, Score, Sound, SpeechChunk, Viseme

PROTOCOL = 2
"""both ends of a link must speak the same; a Hello names it"""
PAYLOAD_LIMIT = 64 << 20

T = TypeVar("T")
Fields = dict[str, Any]


class BadMessage(ValueError):
    """Bytes that are no message of this protocol."""


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How one kind of message is written as header fields and a payload, and read again."""

    name: str
    kind: type[T]
    write: Callable[[T], tuple[Fields, bytes]]
    read: Callable[[Fields, bytes], T]


CODECS: dict[str, Codec[Any]] = {}
_BY_KIND: dict[type, Codec[Any]] = {}


def encode(message: object) -> bytes:
    """One message as it goes over a link."""
    codec = _BY_KIND[type(message)]
    fields, payload = codec.write(message)
    head: Fields = {"type": codec.name, **fields}
    if payload:
        head["size"] = len(payload)
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + payload


def header(line: bytes) -> tuple[Fields, int]:
    """The fields of a header line and the size of the payload behind it; raises BadMessage."""
    try:
        fields = json.loads(line)
        size = fields.pop("size", 0)
        known = fields["type"] in CODECS
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise BadMessage(f"not a message: {line[:80]!r}") from error
    if not known or not isinstance(size, int) or not 0 <= size <= PAYLOAD_LIMIT:
        raise BadMessage(f"not a message: {line[:80]!r}")
    return fields, size


def decode(fields: Fields, payload: bytes) -> Any:
    """The message of a header and its payload; raises BadMessage where a field is missing or of another kind."""
    codec = CODECS[fields["type"]]
    try:
        return codec.read(fields, payload)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise BadMessage(f"broken {codec.name}: {error!r}") from error


def message(name: str) -> Callable[[type[T]], type[T]]:
    """Registers a flat dataclass under the ``type`` that names it on a link."""

    def register(kind: type[T]) -> type[T]:
        hints = typing.get_type_hints(kind)

        def write(sent: T) -> tuple[Fields, bytes]:
            return {name: _plain(getattr(sent, name)) for name in hints}, b""

        def read(fields: Fields, _: bytes) -> T:
            return kind(**{name: _typed(hint, fields[name]) for name, hint in hints.items()})

        _register(name, kind, write, read)
        return kind

    return register


def _register(
    name: str, kind: type[T], write: Callable[[T], tuple[Fields, bytes]], read: Callable[[Fields, bytes], T]
) -> None:
    assert name not in CODECS, f"two messages are called {name}"
    CODECS[name] = _BY_KIND[kind] = Codec(name, kind, write, read)


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
    not heard yet, by cue and seq."""

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


def _visemes(visemes: tuple[Viseme, ...]) -> list[list[float]]:
    return [[VISEMES.index(v.shape), round(v.start, 4), round(v.end, 4), v.weight] for v in visemes]


def _read_visemes(rows: Any) -> tuple[Viseme, ...]:
    return tuple(Viseme(VISEMES[shape], float(a), float(b), float(w)) for shape, a, b, w in rows)


def _sound(payload: bytes) -> Sound:
    import numpy as np

    return np.frombuffer(payload, np.float32)


def _write_picture(picture: Picture) -> tuple[Fields, bytes]:
    """It always carries alpha."""
    width, height = picture.size
    alpha = b"\xff" * (width * height) if picture.alpha is None else picture.alpha.tobytes()
    return {"w": width, "h": height}, b"".join((picture.y.tobytes(), picture.u.tobytes(), picture.v.tobytes(), alpha))


def _read_picture(fields: Fields, payload: bytes) -> Picture:
    import numpy as np

    width, height = int(fields["w"]), int(fields["h"])
    data = np.frombuffer(payload, np.uint8)
    luma, chroma = width * height, width * height // 4
    if width % 2 or height % 2 or len(data) != 2 * luma + 2 * chroma:
        raise ValueError(f"{len(data)} bytes for {width}x{height}")
    return Picture(
        data[:luma].reshape(height, width),
        data[luma : luma + chroma].reshape(height // 2, width // 2),
        data[luma + chroma : luma + 2 * chroma].reshape(height // 2, width // 2),
        data[luma + 2 * chroma :].reshape(height, width),
    )


def _write_still(still: Still) -> tuple[Fields, bytes]:
    fields, payload = _write_picture(still.picture)
    return {"x": still.x, "y": still.y, **dataclasses.asdict(still.ahead), **fields}, payload


def _read_still(fields: Fields, payload: bytes) -> Still:
    ahead = Ahead(int(fields["lead"]), float(fields["before"]), float(fields["after"]))
    return Still(int(fields["x"]), int(fields["y"]), ahead, _read_picture(fields, payload))


def _write_idle(idle: Idle) -> tuple[Fields, bytes]:
    fields, payload = _write_picture(idle.picture)
    return {"last": idle.last, **fields}, payload


def _write_drawn(drawn: Drawn) -> tuple[Fields, bytes]:
    fields, payload = _write_picture(drawn.picture)
    return {"tick": drawn.tick, **fields}, payload


def _write_piece(piece: SpeechPiece) -> tuple[Fields, bytes]:
    speech = piece.speech
    return {"id": piece.id, "rate": speech.rate, "visemes": _visemes(speech.visemes)}, speech.sound.tobytes()


def _read_piece(fields: Fields, payload: bytes) -> SpeechPiece:
    speech = Speech(_sound(payload), _read_visemes(fields["visemes"]), int(fields["rate"]))
    return SpeechPiece(int(fields["id"]), speech)


def _write_chunk(chunk: SpeechChunk) -> tuple[Fields, bytes]:
    card = dataclasses.asdict(chunk.card) if chunk.card else None
    return {"cue": chunk.cue, "seq": chunk.seq, "text": chunk.text, "last": chunk.last, "card": card,
            "visemes": _visemes(chunk.visemes), "mood": chunk.mood}, chunk.sound.tobytes()  # fmt: skip


def _read_chunk(fields: Fields, payload: bytes) -> SpeechChunk:
    card, mood = fields["card"], fields["mood"]
    return SpeechChunk(
        str(fields["cue"]),
        int(fields["seq"]),
        _sound(payload),
        _read_visemes(fields["visemes"]),
        str(fields["text"]),
        Card(**{**card, "points": tuple(card["points"])}) if card else None,
        bool(fields["last"]),
        mood if mood in MOODS else MOODS[0],
    )


def _write_score(score: Score) -> tuple[Fields, bytes]:
    moods = [[MOODS.index(m.mood), round(m.start, 3), round(m.end, 3)] for m in score.moods]
    fields = {"tick": score.tick, "seconds": round(score.seconds, 4), "v": _visemes(score.visemes), "m": moods,
              "e": round(score.energy, 2)}  # fmt: skip
    return fields, score.sound.tobytes() if score.sound is not None else b""


def _read_score(fields: Fields, payload: bytes) -> Score:
    moods = tuple(Feeling(MOODS[mood], float(a), float(b)) for mood, a, b in fields["m"])
    sound = _sound(payload) if payload else None
    return Score(int(fields["tick"]), float(fields["seconds"]), _read_visemes(fields["v"]), moods, fields["e"], sound)


message("played")(Played)
_register("still", Still, _write_still, _read_still)
_register("idle", Idle, _write_idle, lambda f, p: Idle(_read_picture(f, p), bool(f["last"])))
_register("picture", Drawn, _write_drawn, lambda f, p: Drawn(int(f["tick"]), _read_picture(f, p)))
_register("media", Media, lambda m: ({}, m.data), lambda _, payload: Media(payload))
_register("speech", SpeechPiece, _write_piece, _read_piece)
_register("chunk", SpeechChunk, _write_chunk, _read_chunk)
_register("score", Score, _write_score, _read_score)


# values by their types


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


def _typed(hint: Any, value: Any) -> Any:
    """A JSON value as the type that a field has; raises TypeError for another kind of value."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType or origin is typing.Union:
        return None if value is None else _typed(next(kind for kind in inner if kind is not types.NoneType), value)
    if origin is tuple and isinstance(value, list):
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else list(inner)
        return tuple(_typed(kind, item) for kind, item in zip(kinds, value, strict=True))
    if origin is typing.Literal and value in inner:
        return value
    if origin is dict and isinstance(value, dict):
        return value
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and isinstance(value, dict):
        hints = typing.get_type_hints(hint)
        return hint(**{name: _typed(kind, value[name]) for name, kind in hints.items()})
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if hint in (int, str, bool) and type(value) is hint:
        return value
    raise TypeError(f"{value!r:.40} where {hint} belongs")
