"""One chat event from one line or one JSON object, for everything that is typed, recorded or posted."""

from __future__ import annotations

import json
import typing
from typing import Any

from streams.types import ChatEvent, ChatKind

TEXT_LIMIT = 500
VIEWER_LIMIT = 60
LINE_LIMIT = 8192
KINDS = typing.get_args(ChatKind)
_FIELDS = {"id", "at", "kind", "viewer", "text", "value", "platform", "room"}


class BadEvent(ValueError):
    """Not a chat event; the text says why, without quoting what viewers wrote."""


def event(data: Any, number: int | str, platform: str) -> ChatEvent:
    """A ChatEvent of a decoded JSON object; ``number`` makes up an id where there is none. Raises BadEvent."""
    if not isinstance(data, dict):
        raise BadEvent("not a JSON object")
    if unknown := sorted(set(map(str, data)) - _FIELDS):
        raise BadEvent(f"unknown field {unknown[0][:30]!r} (there are {', '.join(sorted(_FIELDS))})")
    kind = data.get("kind", "comment")
    if kind not in KINDS:
        raise BadEvent(f"kind must be one of {', '.join(KINDS)}")
    text, viewer, value, at = data.get("text", ""), data.get("viewer", ""), data.get("value", 0), data.get("at", 0.0)
    if not isinstance(text, str) or not isinstance(viewer, str):
        raise BadEvent("text and viewer must be strings")
    text, viewer = _printable(text), _printable(viewer)[:VIEWER_LIMIT]
    if kind == "comment" and not text:
        raise BadEvent("a comment needs text")
    if len(text) > TEXT_LIMIT:
        raise BadEvent(f"text of over {TEXT_LIMIT} characters")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise BadEvent("value must be a whole number, not negative")
    if not isinstance(at, int | float) or isinstance(at, bool) or not 0 <= at < 1e9:
        raise BadEvent("at must be seconds from the start")
    name = data.get("id")
    if name is not None and (not isinstance(name, str) or not 0 < len(name) <= 100 or _printable(name) != name):
        raise BadEvent("id must be a string of 1 to 100 printable characters")
    return ChatEvent(
        name or f"{platform}-{number}",
        platform,
        _printable(str(data.get("room", "")))[:60],
        kind,
        viewer,
        text,
        value,
        at,
    )


def _printable(text: str) -> str:
    """Without control characters and halves of surrogate pairs, which no file or socket takes; every blank is a plain one."""
    return "".join(" " if c.isspace() else c for c in text if c.isprintable() or c.isspace()).strip()


def line_event(line: bytes, number: int | str, platform: str, plain: bool = False) -> ChatEvent | None:
    """The event of one line; None for an empty one. With ``plain``, a line that is no JSON object is a comment."""
    if len(line) > LINE_LIMIT:
        raise BadEvent(f"over {LINE_LIMIT} bytes")
    try:
        text = line.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise BadEvent("not UTF-8") from None
    if not text:
        return None
    if plain and not text.startswith("{"):
        return event({"text": text, "viewer": "terminal"}, number, platform)
    try:
        data = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise BadEvent("not JSON") from None
    return event(data, number, platform)
