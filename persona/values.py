"""The kinds of value an operator writes: words, prices, durations, times of day."""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from persona.similar import hint

_DURATION = re.compile(r"^(\d{1,12}(?:\.\d{1,9})?)\s*(ms|s|m|h|d)$")
LONGEST = 3660 * 86_400.0
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_BITRATE = re.compile(r"^(\d{1,9}(?:\.\d{1,9})?)\s*([kM])?$")
_SPAN = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)$")

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Part(BaseModel):
    """A part of the persona: no key that is not known, nothing that changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def at_keys(faults: Mapping[str, str]) -> None:
    """Raises messages about a whole part at the keys that they concern; nothing is raised for none."""
    errors: list[InitErrorDetails] = [
        {"type": PydanticCustomError(BETWEEN, "{message}", {"message": message}), "loc": (key,), "input": None}
        for key, message in faults.items()
    ]
    if errors:
        raise ValidationError.from_exception_data("Part", errors)


BETWEEN = "between_keys"
"""the type of such an error: each value is right in itself"""


def _json(value: Any) -> Any:
    """What may stand in a request: numbers as JSON has them."""
    if isinstance(value, dict):
        return {str(key): _json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner) for inner in value]
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"a {type(value).__name__} cannot stand here")


class Choice(Part):
    """A part that is chosen by name. Its own keys are kept as they were written, and checked by the part itself."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, Annotated[Any, BeforeValidator(_json)]]

    @property
    def options(self) -> dict[str, Any]:
        """The keys of the part, as JSON values."""
        return dict(self.model_extra or {})


def _duration(value: Any) -> Any:
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("a duration is written like 90s, 15m, 1h or 30d")
    seconds = float(match[1]) * _SECONDS[match[2]]
    if seconds > LONGEST:
        raise ValueError("ten years at most")
    return seconds


def _words(value: Any) -> Any:
    """Numbers in the place of words are taken as they were written; spaces around words are none of them."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def at_most(limit: int) -> AfterValidator:
    """A limit that is told in characters."""

    def check(text: str) -> str:
        if len(text) > limit:
            raise ValueError(f"at most {limit} characters, not {len(text)}")
        return text

    return AfterValidator(check)


def matches(pattern: str, told: str) -> AfterValidator:
    """A form that is told in words; the text itself is not repeated, it might be a key."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(told)
        return text

    return AfterValidator(check)


def _bits(value: Any) -> Any:
    match = _BITRATE.match(value) if isinstance(value, str) else None
    return round(Decimal(match[1]) * {"k": 1_000, "M": 1_000_000, None: 1}[match[2]]) if match else value


def _zone(zone: str) -> str:
    if zone and zone not in zoneinfo.available_timezones():
        raise ValueError(f"there is no time zone {zone!r}" + hint(zone, zoneinfo.available_timezones()))
    return zone


def _span(value: Any) -> Any:
    if not isinstance(value, str) or not (match := _SPAN.match(value.strip())):
        raise ValueError('a time of day is written like "08:00-22:30"; it may pass midnight')
    begin, end = (int(match[i]) * 60 + int(match[i + 1]) for i in (1, 3))
    if begin == end or end > 1440:
        raise ValueError("begin and end must differ, and the end is 24:00 at the latest")
    return f"{begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"


def within(span: str, minute: int) -> bool:
    """Whether a minute of the day lies in a span such as 22:00-06:00."""
    (a, b), (c, d) = (part.split(":") for part in span.split("-"))
    begin, end = int(a) * 60 + int(b), int(c) * 60 + int(d)
    return begin <= minute < end if begin < end else minute >= begin or minute < end


def _moment(value: Any) -> Any:
    try:
        moment = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("a date and time is written like 2026-11-12T20:00") from None
    if not 2000 <= moment.year < 2200:
        raise ValueError("a year between 2000 and 2199")
    return moment


def _whole(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a whole number, not true or false")
    return value


def _price(value: Any) -> Any:
    """Numbers only: ``0123`` and ``1e3`` are none that anybody writes on a price tag."""
    if isinstance(value, str) and not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", value.strip()):
        raise ValueError("a price is a number such as 99 or 49.90")
    return value


Duration = Annotated[
    float,
    BeforeValidator(_duration),
    PlainSerializer(lambda seconds: f"{seconds:f}s", str),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern, "examples": ["90s", "15m", "1h", "30d"]}),
]
Json = Annotated[dict[str, Any], BeforeValidator(_json)]
Words = Annotated[str, BeforeValidator(_words), Field(min_length=1), at_most(500)]
Line = Annotated[str, BeforeValidator(_words), Field(min_length=1), at_most(300)]
Short = Annotated[str, BeforeValidator(_words), at_most(40)]
Id = Annotated[str, BeforeValidator(_words), Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Whole = Annotated[int, BeforeValidator(_whole)]
Price = Annotated[Decimal, BeforeValidator(_price), Field(gt=0, lt=100_000_000, decimal_places=2)]
Bits = Annotated[
    int,
    BeforeValidator(_bits),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": _BITRATE.pattern}]}),
]
Zone = Annotated[str, AfterValidator(_zone)]
Span = Annotated[
    str,
    BeforeValidator(_span),
    WithJsonSchema({"type": "string", "pattern": _SPAN.pattern, "examples": ["08:00-22:30"]}),
]
Moment = Annotated[
    datetime.datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "examples": ["2026-11-12T20:00", "2026-11-12T20:00+08:00"]}),
]
