"""How messages between processes are written and read: one JSON line with a ``type``, then a payload of the ``size`` in it.

What is flat is coded from its field types; sound and pictures travel as raw payloads. Importing this loads the standard
library alone. The messages themselves are in :mod:`streams.wire`.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from streams.types import MOODS, VISEMES, Card, Feeling, Picture, Played, Score, Sound, SpeechChunk, Viseme

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

    def flat(kind: type[T]) -> type[T]:
        hints = typing.get_type_hints(kind)

        def write(sent: T) -> tuple[Fields, bytes]:
            return {name: _plain(getattr(sent, name)) for name in hints}, b""

        def read(fields: Fields, _: bytes) -> T:
            return kind(**{name: _typed(hint, fields[name]) for name, hint in hints.items()})

        register(name, kind, write, read)
        return kind

    return flat


def register(
    name: str, kind: type[T], write: Callable[[T], tuple[Fields, bytes]], read: Callable[[Fields, bytes], T]
) -> None:
    assert name not in CODECS, f"two messages are called {name}"
    CODECS[name] = _BY_KIND[kind] = Codec(name, kind, write, read)


# what carries sound or pictures


def write_visemes(visemes: tuple[Viseme, ...]) -> list[list[float]]:
    return [[VISEMES.index(v.shape), round(v.start, 4), round(v.end, 4), v.weight] for v in visemes]


def read_visemes(rows: Any) -> tuple[Viseme, ...]:
    return tuple(Viseme(VISEMES[shape], float(a), float(b), float(w)) for shape, a, b, w in rows)


def read_sound(payload: bytes) -> Sound:
    import numpy as np

    return np.frombuffer(payload, np.float32)


def write_picture(picture: Picture, **fields: Any) -> tuple[Fields, bytes]:
    """It always carries alpha. ``fields`` go into the header beside its size."""
    width, height = picture.size
    alpha = b"\xff" * (width * height) if picture.alpha is None else picture.alpha.tobytes()
    planes = b"".join((picture.y.tobytes(), picture.u.tobytes(), picture.v.tobytes(), alpha))
    return {**fields, "w": width, "h": height}, planes


def read_picture(fields: Fields, payload: bytes) -> Picture:
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


# what flows is a message as it is


def _write_chunk(chunk: SpeechChunk) -> tuple[Fields, bytes]:
    card = dataclasses.asdict(chunk.card) if chunk.card else None
    return {"cue": chunk.cue, "seq": chunk.seq, "text": chunk.text, "last": chunk.last, "card": card,
            "visemes": write_visemes(chunk.visemes), "mood": chunk.mood}, chunk.sound.tobytes()  # fmt: skip


def _read_chunk(fields: Fields, payload: bytes) -> SpeechChunk:
    card, mood = fields["card"], fields["mood"]
    return SpeechChunk(
        str(fields["cue"]),
        int(fields["seq"]),
        read_sound(payload),
        read_visemes(fields["visemes"]),
        str(fields["text"]),
        Card(**{**card, "points": tuple(card["points"])}) if card else None,
        bool(fields["last"]),
        mood if mood in MOODS else MOODS[0],
    )


def _write_score(score: Score) -> tuple[Fields, bytes]:
    moods = [[MOODS.index(m.mood), round(m.start, 3), round(m.end, 3)] for m in score.moods]
    fields = {"tick": score.tick, "seconds": round(score.seconds, 4), "v": write_visemes(score.visemes), "m": moods,
              "e": round(score.energy, 2)}  # fmt: skip
    return fields, score.sound.tobytes() if score.sound is not None else b""


def _read_score(fields: Fields, payload: bytes) -> Score:
    moods = tuple(Feeling(MOODS[mood], float(a), float(b)) for mood, a, b in fields["m"])
    sound = read_sound(payload) if payload else None
    return Score(int(fields["tick"]), float(fields["seconds"]), read_visemes(fields["v"]), moods, fields["e"], sound)


message("played")(Played)
register("chunk", SpeechChunk, _write_chunk, _read_chunk)
register("score", Score, _write_score, _read_score)
