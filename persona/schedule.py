"""When what is said, as an operator writes it."""

from __future__ import annotations

from typing import Annotated, Any, Self

from apscheduler.triggers.cron import CronTrigger
from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from persona.values import Day, Duration, Id, Line, Moment, Part, Span, Whole, Zone


class Window(Part):
    """A part of the week."""

    between: Span | None = None
    """a part of the day, such as "08:00-22:30"; it may pass midnight; all day if not given"""
    days: tuple[Day, ...] = ()
    """mon to sun; every day if not given"""


class Rotated(Window):
    """A script's place in the rotation; a bare id is one with nothing else said."""

    script: Id
    weight: Whole = Field(1, ge=1, le=100)
    """how often it is played beside the others"""
    gap: Duration = 0.0
    """at least this long from its beginning to its next one"""


class At(Window):
    """A script at its time: it begins at a sentence's end, and what it interrupts goes on after it."""

    script: Id
    cron: str | None = None
    """minute hour day month weekday, weekdays as mon to sun: "0 20 * * fri" """
    every: Duration | None = None
    """counted from midnight"""
    on: Moment | None = None
    """once"""
    late: Duration = 600.0
    """it is left out when its time is longer ago than this"""

    @field_validator("cron")
    @classmethod
    def _crontab(cls, cron: str | None) -> str | None:
        if cron is None:
            return None
        fields = cron.split()
        if len(fields) == 5 and any(c.isdigit() for c in fields[4].split("/")[0]):
            raise ValueError("write weekdays as mon to sun: their numbers mean different days to different programs")
        try:
            CronTrigger.from_crontab(cron)
        except (ValueError, TypeError) as error:
            raise ValueError(f"not a crontab line such as 0 20 * * fri: {error}") from None
        return cron

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(x is not None for x in (self.cron, self.every, self.on)) != 1:
            raise ValueError("give exactly one of cron, every and on")
        if self.every is not None and not 60 <= self.every <= 86_400:
            raise ValueError("every is 1m at least, and 1d at most")
        if not 10 <= self.late <= 86_400:
            raise ValueError("late is between 10s and 1d")
        return self


class Countdown(Part):
    """A line that is said before a moment. It is left out rather than said late."""

    to: Moment | None = None
    """the moment"""
    daily: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    """or a time of every day, such as "20:00" """
    say: Line
    """with {left}, which becomes 10分钟"""
    left: tuple[Duration, ...] = (600.0, 300.0, 60.0)
    """how long before"""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.to is None) == (self.daily is None):
            raise ValueError("give exactly one of to and daily")
        if "{left}" not in self.say:
            raise ValueError("say has no {left}")
        if not self.left or any(not 5 <= s <= 86_400 or s % 1 for s in self.left):
            raise ValueError("left is made of whole seconds between 5s and 1d")
        return self


def _rotated(value: Any) -> Any:
    return {"script": value} if isinstance(value, str | int) else value


class Schedule(Part):
    """Scripts by the clock, and those that fill all other time."""

    zone: Zone = "Asia/Shanghai"
    """the time zone of everything here"""
    rotation: tuple[Annotated[Rotated, BeforeValidator(_rotated)], ...] = Field(min_length=1)
    """ids of scripts, or `{script: ID, weight: 2, gap: 10m, between: "08:00-22:00", days: [sat, sun]}`"""
    fresh: Annotated[Duration, WithJsonSchema({"type": "string", "examples": ["2h"]})] = 0.0
    """no script is said twice in the same words within this time, up to 1d; needs wordings such as `[大家|各位]好` in its lines"""
    at: tuple[At, ...] = ()
    countdowns: tuple[Countdown, ...] = ()
    blackout: tuple[Window, ...] = ()
    """when nothing begins by the clock; the rotation goes on"""
    products: tuple[Id, ...] = ()
    """shown one after the other: the rotation keeps to scripts of the product in turn, and those of none"""
    dwell: Duration = 300.0
    """how long each of them has"""

    @field_validator("fresh")
    @classmethod
    def _a_day(cls, seconds: float) -> float:
        if seconds > 86_400:
            raise ValueError("at most 1d")
        return seconds

    @field_validator("dwell")
    @classmethod
    def _a_while(cls, seconds: float) -> float:
        if not 10 <= seconds <= 86_400:
            raise ValueError("between 10s and 1d")
        return seconds
