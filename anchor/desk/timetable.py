"""Scripts at their set times and countdowns: tells its caller what has become due, and never blocks."""

from __future__ import annotations

import datetime
import zoneinfo
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

from persona.schedule import At, Countdown, Schedule
from persona.times import minute_of_week, open_at

LOOK_BACK = 6 * 3600.0
"""seconds in which something missed may still be begun, as long as its own ``late`` allows"""
DAY = 86_400.0
SET_BACK = 3600.0
"""seconds by which a clock that runs back is only a clock that was set"""
COUNTDOWNS = 8
COUNTDOWN_LATE = 0.1
"""of what is left: 十分钟 may be said a minute late, and ten seconds only one"""


@dataclass(frozen=True, slots=True)
class Due:
    """Something whose time has come: a script, or a countdown's line with the seconds ``left`` to its moment. ``until`` is the
    wall time after which it would be false."""

    script: str = ""
    say: str = ""
    left: float = 0.0
    until: float = 0.0


@dataclass(slots=True)
class _Entry:
    what: At | Countdown
    trigger: BaseTrigger | float
    """of APScheduler, or seconds: every so often, counted from each midnight"""
    left: float
    late: float
    next: float
    """seconds since 1970; infinity when it never fires again"""


class Timetable:
    """Answers what has become due since it was last asked. What fell into a blackout, out of its window, or is too late,
    is counted in ``counts`` instead. Wall time is seconds since 1970."""

    def __init__(self, schedule: Schedule, since: float) -> None:
        self.counts: Counter[str] = Counter()
        self.since = since
        self._schedule = schedule
        self._zone = zoneinfo.ZoneInfo(schedule.zone)
        self._entries = [self._entry(*trigger) for trigger in self._triggers()]

    def due(self, wall: float) -> list[Due]:
        """Everything whose time has come, each once however often it was missed. Time that runs back changes nothing."""
        if wall < self.since - SET_BACK:
            self._begin(wall)  # the clock was wrong before; what it began then is not begun again for a while
        if wall <= self.since:
            return []
        if wall - self.since > LOOK_BACK:  # nobody asked for long: what was missed then is of no interest
            self._begin(wall - LOOK_BACK)
        due_now: list[Due] = []
        for entry in self._entries:
            fired = None
            while entry.next <= wall:
                if fired is not None:
                    self.counts["left out: missed"] += 1
                fired = entry.next
                entry.next = self._after(entry.trigger, fired)
            if fired is not None and (told := self._told(entry, fired, wall)) is not None:
                due_now.append(told)
        self.since = wall
        return due_now

    def _begin(self, since: float) -> None:
        self.since = since
        for entry in self._entries:
            entry.next = self._after(entry.trigger, since)

    def _told(self, entry: _Entry, fired: float, wall: float) -> Due | None:
        minute = minute_of_week(self._local(fired))
        if any(open_at(window, minute) for window in self._schedule.blackout):
            self.counts["left out: blackout"] += 1
        elif isinstance(entry.what, At) and not open_at(entry.what, minute):
            self.counts["left out: window"] += 1
        elif wall - fired > entry.late:
            self.counts["left out: late"] += 1
        elif isinstance(entry.what, At):
            return Due(script=entry.what.script, until=fired + entry.late)
        else:
            return Due(say=entry.what.say, left=entry.left, until=fired + entry.late)
        return None

    def _triggers(self) -> Iterator[tuple[At | Countdown, BaseTrigger | float, float, float]]:
        """(what, trigger, seconds left, seconds it may be late)."""
        for at in self._schedule.at:
            if at.cron is not None:
                yield at, CronTrigger.from_crontab(at.cron, self._zone), 0.0, at.late
            elif at.every is not None:
                yield at, at.every, 0.0, at.late
            else:
                assert at.on is not None
                yield at, self._once(at.on, 0.0), 0.0, at.late
        for countdown in self._schedule.countdowns:
            for left in countdown.left:
                yield countdown, self._before(countdown, left), left, max(1.0, left * COUNTDOWN_LATE)

    def _before(self, countdown: Countdown, left: float) -> BaseTrigger:
        if countdown.to is not None:
            return self._once(countdown.to, left)
        assert countdown.daily is not None
        hour, minute = map(int, countdown.daily.split(":"))
        second = int(hour * 3600 + minute * 60 - left) % 86_400
        return CronTrigger(hour=second // 3600, minute=second // 60 % 60, second=second % 60, timezone=self._zone)

    def _once(self, moment: datetime.datetime, before: float) -> BaseTrigger:
        local = moment if moment.tzinfo else moment.replace(tzinfo=self._zone)
        # in UTC: seconds before a moment are not the clock's where summer time ends between
        return DateTrigger(local.astimezone(datetime.UTC) - datetime.timedelta(seconds=before), datetime.UTC)

    def _entry(self, what: At | Countdown, trigger: BaseTrigger | float, left: float, late: float) -> _Entry:
        return _Entry(what, trigger, left, late, self._after(trigger, self.since))

    def _after(self, trigger: BaseTrigger | float, wall: float) -> float:
        """When it fires next, later than ``wall``."""
        if isinstance(trigger, float):
            if trigger >= DAY:
                return self._midnight(wall, 1)
            midnight = self._midnight(wall, 0)
            following = midnight + ((wall - midnight) // trigger + 1) * trigger
            return min(following, self._midnight(wall, 1))
        for hour in range(3):  # in the hour that comes twice, the clock's answer may lie behind us
            moment = self._local(wall + 3600 * hour) + datetime.timedelta(microseconds=1)
            moment_due: Any = trigger.get_next_fire_time(None, moment)
            if moment_due is None:
                return float("inf")
            if moment_due.timestamp() > wall:
                return float(moment_due.timestamp())
        return float("inf")

    def _midnight(self, wall: float, days: int) -> float:
        """The beginning of the local day, or of one after it."""
        day = self._local(wall).date() + datetime.timedelta(days=days)
        return datetime.datetime.combine(day, datetime.time(), self._zone).timestamp()

    def _local(self, wall: float) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(wall, self._zone)


class Countdowns:
    """Those that are due, the first at the front; holds at most 8, and beyond that the oldest goes."""

    def __init__(self) -> None:
        self._due: deque[Due] = deque(maxlen=COUNTDOWNS)

    def __bool__(self) -> bool:
        return bool(self._due)

    def add(self, due: Due) -> None:
        self._due.append(due)

    def line(self, english: bool) -> str:
        """Take the first; returns its words, with the time that is left."""
        due = self._due.popleft()
        return due.say.replace("{left}", left_words(due.left, english))

    def expire(self, wall: float) -> int:
        """Leave out what would be false by now; returns how many."""
        count = len(self._due)
        while self._due and self._due[0].until < wall:
            self._due.popleft()
        return count - len(self._due)

    def clear(self) -> None:
        self._due.clear()


def left_words(seconds: float, english: bool) -> str:
    """{left} in words to be spoken: 10分钟, 1小时30分钟, 10 minutes."""
    whole = round(seconds)
    parts = ((whole // 3600, "小时", "hour"), (whole // 60 % 60, "分钟", "minute"), (whole % 60, "秒", "second"))
    if english:
        return " ".join(f"{n} {name}{'s' * (n != 1)}" for n, _, name in parts if n)
    return "".join(f"{n}{name}" for n, name, _ in parts if n)
