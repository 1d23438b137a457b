"""Checks of a schedule: what never fires, and times of the week at which nothing could be said."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterator

from apscheduler.triggers.cron import CronTrigger

from persona.fill import BadPlaceholder, fill
from persona.load import Source
from persona.model import Persona
from persona.problem import Problem
from persona.schedule import At, Schedule, Window
from persona.tempo import seconds
from persona.values import DAYS, within
from persona.wordings import say, ways

WEEK = 7 * 1440


def check_times(persona: Persona, source: Source, now: datetime.datetime, starting: bool) -> Iterator[Problem]:
    """Every problem of the schedule; its names must be those of scripts and products by now. When ``starting`` a show, moments
    that have passed are none: it must come back after its great day, too."""
    schedule = persona.schedule
    for i, at in enumerate(schedule.at):
        if at.on is not None and starting and "passed" in _never(at, schedule, now):
            continue
        if why := _never(at, schedule, now):
            yield source.problem(("schedule", "at", i), f"never fires: {why}")
        elif _too_often(at, persona, now):
            yield source.problem(
                ("schedule", "at", i),
                f"says {at.script} more often within fresh ({schedule.fresh / 60:.0f} minutes) than it has wordings; "
                "write wordings such as [A|B], or a shorter fresh",
            )
    for i, countdown in enumerate(schedule.countdowns):
        if countdown.to is not None and not starting and _at(countdown.to, schedule) <= now:
            yield source.problem(("schedule", "countdowns", i, "to"), "never fires: this moment has passed")
    yield from _holes(persona, source)
    scripts = {script.id: script for script in persona.scripts}
    for i, rotated in enumerate(schedule.rotation):
        product = scripts[rotated.script].product
        if schedule.products and product is not None and product not in schedule.products:
            yield source.problem(
                ("schedule", "rotation", i), f"is never played: {product} is not among schedule.products"
            )


def open_at(window: Window, minute: int) -> bool:
    """Whether a window is open at a minute of the week, Monday 0:00 first. Behind midnight it is still the day before's."""
    day, of_day = divmod(minute, 1440)
    if window.between is not None:
        if not within(window.between, of_day):
            return False
        begin, end = window.between.split("-")
        if begin > end and f"{of_day // 60:02}:{of_day % 60:02}" < end:
            day = (day - 1) % 7
    return not window.days or DAYS[day] in window.days


def clock(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def _at(moment: datetime.datetime, schedule: Schedule) -> datetime.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zoneinfo.ZoneInfo(schedule.zone))


def _never(at: At, schedule: Schedule, now: datetime.datetime) -> str:
    if at.on is not None:
        moment = _at(at.on, schedule)
        if moment + datetime.timedelta(seconds=at.late) <= now:
            return f"{clock(moment)} has passed"
        return "" if _allowed(at, schedule, moment) else "its own window or a blackout is in the way"
    zone = zoneinfo.ZoneInfo(schedule.zone)
    if at.every is not None:
        fires = {day * 1440 + int(k * at.every // 60) for day in range(7) for k in range(int(86_400 // at.every) + 1)}
        shut = not any(open_at(at, m % WEEK) and not _black(schedule, m % WEEK) for m in fires)
        return "counted from midnight, its own window and the blackouts are always in the way" if shut else ""
    assert at.cron is not None
    trigger = CronTrigger.from_crontab(at.cron, zone)
    moment_ = trigger.get_next_fire_time(None, now)
    if moment_ is None:
        return "there is no such day"
    for _ in range(400):  # a year of days, or every minute of a morning
        if _allowed(at, schedule, moment_):
            return ""
        following = trigger.get_next_fire_time(moment_, moment_ + datetime.timedelta(seconds=1))
        if following is None:
            break
        moment_ = following
    return "its own window or a blackout is always in the way"


def _too_often(at: At, persona: Persona, now: datetime.datetime) -> bool:
    """Whether the clock alone makes a script repeat itself within the window."""
    fresh = persona.schedule.fresh
    count = ways(next(s for s in persona.scripts if s.id == at.script).lines)
    if not fresh or at.on is not None:
        return False
    if at.every is not None:
        return at.every * count < fresh
    if count > fresh / 60:  # a crontab fires once a minute at most
        return False
    assert at.cron is not None
    trigger = CronTrigger.from_crontab(at.cron, zoneinfo.ZoneInfo(persona.schedule.zone))
    fires = [trigger.get_next_fire_time(None, now)]
    while len(fires) <= count and fires[-1] is not None:
        fires.append(trigger.get_next_fire_time(fires[-1], fires[-1] + datetime.timedelta(seconds=1)))
    return fires[-1] is not None and (fires[-1] - fires[0]).total_seconds() < fresh


def _allowed(at: At, schedule: Schedule, moment: datetime.datetime) -> bool:
    minute = minute_of_week(moment.astimezone(zoneinfo.ZoneInfo(schedule.zone)))
    return open_at(at, minute) and not _black(schedule, minute)


def minute_of_week(local: datetime.datetime) -> int:
    return local.weekday() * 1440 + local.hour * 60 + local.minute


def _black(schedule: Schedule, minute: int) -> bool:
    return any(open_at(window, minute) for window in schedule.blackout)


def _holes(persona: Persona, source: Source) -> Iterator[Problem]:
    """Times of the week without a script, and rotations that have said everything before they may say it again."""
    schedule = persona.schedule
    products = schedule.products or (None,)
    scripts = {script.id: script for script in persona.scripts}
    reported = set()
    for minute in _edges(schedule):
        open_now = [r for r in schedule.rotation if open_at(r, minute)]
        for product in products:
            fit = [r for r in open_now if product is None or scripts[r.script].product in (None, product)]
            said_for = sum(
                _seconds(persona, r.script) / (len(products) if scripts[r.script].product is None else 1) for r in fit
            )
            needed = (
                max(min(schedule.fresh, schedule.dwell), schedule.fresh / len(products)) if product else schedule.fresh
            )
            when = f"{DAYS[minute // 1440]} {minute % 1440 // 60:02}:{minute % 60:02}"
            what = "" if product is None else f" of {product}"
            if not fit:
                message = f"leaves a hole: no script{what} may be played on {when}"
            elif all(r.gap for r in fit) and sum(_once(persona, r.script) for r in fit) < min(r.gap for r in fit):
                message = f"leaves a hole: all scripts{what} on {when} have a gap longer than their total length"
            elif schedule.fresh and said_for < needed:
                message = (
                    f"leaves a hole: the scripts{what} on {when} have words for {said_for / 60:.0f} minutes until they "
                    f"repeat themselves, and fresh asks for {needed / 60:.0f}; write wordings such as [A|B]"
                )
            else:
                continue
            kind = (product, message.partition(" on ")[0])
            if kind not in reported:
                reported.add(kind)
                key = "fresh" if "fresh" in message else "rotation"
                yield source.problem(("schedule", key), message)


def _edges(schedule: Schedule) -> list[int]:
    """The minutes of the week at which any window of the rotation opens or shuts, and its first."""
    edges = {0}
    for window in schedule.rotation:
        times = window.between.split("-") if window.between else []
        of_day = {int(t[:2]) * 60 + int(t[3:]) for t in times} | {0}
        edges |= {(day * 1440 + minute) % WEEK for day in range(7) for minute in of_day}
    return sorted(edges)


def _once(persona: Persona, script_id: str) -> float:
    """Seconds of one turn of a script, estimated."""
    script = next(s for s in persona.scripts if s.id == script_id)
    try:
        return sum(seconds(fill(line, persona), persona.voice.rate) for line in say(script.lines, 0))
    except BadPlaceholder:
        return 1.0


def _seconds(persona: Persona, script_id: str) -> float:
    """Seconds of all ways to say a script, estimated."""
    script = next(s for s in persona.scripts if s.id == script_id)
    return _once(persona, script_id) * min(ways(script.lines), 1_000_000)
