"""The row of scripts: which comes next, in which words, and exactly where it goes on."""

import datetime
import itertools
import json
import zoneinfo
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchor.desk.rundown import PLANNED, Rundown
from anchor.desk.timetable import Timetable, left_words
from persona.check import open_persona
from persona.model import Persona, Schedule, Script
from persona.wordings import BadWordings, check, nth, say, ways

DEMO = open_persona(Path("persona/xiaomei"))[0]
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
MONDAY = datetime.datetime(2026, 11, 23, tzinfo=SHANGHAI).timestamp()


def persona(schedule: dict[str, object], lines: int = 3, scripts: str = "abc", **products: str) -> Persona:
    made = tuple(
        Script(id=name, product=products.get(name), lines=tuple(f"{name}的第{n}句。" for n in range(lines)))
        for name in scripts
    )
    schedule = {"rotation": list(scripts), **schedule}
    return DEMO.model_copy(update={"scripts": made, "schedule": Schedule.model_validate(schedule)})


def play(rundown: Rundown, wall: float, sentences: int, step: float = 3.0) -> list[str]:
    """Sentences as script and number, given and heard one by one."""
    said = []
    for _ in range(sentences):
        line = rundown.line(wall)
        assert line is not None
        rundown.give(wall)
        rundown.report(line.ref)
        said.append(f"{line.ref.id.split(':')[0]}{line.ref.seq}")
        wall += step
    return said


def test_in_turn() -> None:
    assert play(Rundown(persona({})), MONDAY, 7) == ["a0", "a1", "a2", "b0", "b1", "b2", "c0"]


def test_weights_are_shares_spread_out() -> None:
    rundown = Rundown(persona({"rotation": [{"script": "a", "weight": 3}, "b", "c"]}, lines=1))
    said = play(rundown, MONDAY, 500)
    counts = Counter(said)
    assert (counts["a0"], counts["b0"], counts["c0"]) == (300, 100, 100)
    assert all(said[i : i + 3] != ["a0"] * 3 for i in range(len(said) - 2))


def test_gaps_are_kept() -> None:
    rundown = Rundown(persona({"rotation": [{"script": "a", "gap": "60s"}, "b"]}, lines=1, scripts="ab"))
    said = play(rundown, MONDAY, 100)
    at = [3 * i for i, s in enumerate(said) if s == "a0"]
    assert len(at) == 5 and all(60 <= b - a < 70 for a, b in itertools.pairwise(at))


def test_windows_and_days() -> None:
    rotation = [
        {"script": "a", "between": "22:00-02:00"},
        {"script": "b", "days": ["sun"]},
        {"script": "c", "between": "02:00-22:00"},
    ]
    rundown = Rundown(persona({"rotation": rotation}, lines=1))
    said = {hour: set(play(rundown, MONDAY + hour * 3600, 6)) for hour in (0, 1, 3, 12, 21, 23, 6 * 24 + 12)}
    assert said == {0: {"a0"}, 1: {"a0"}, 3: {"c0"}, 12: {"c0"}, 21: {"c0"}, 23: {"a0"}, 6 * 24 + 12: {"b0", "c0"}}


def test_products_have_their_time_and_the_next_comes_by_order() -> None:
    rundown = Rundown(persona({"products": ["pot", "beans"], "dwell": "30s"}, lines=1, a="pot", b="beans"))
    said = play(rundown, MONDAY, 24)
    assert set(said[:10]) == {"a0", "c0"} and set(said[11:20]) == {"b0", "c0"}
    assert rundown.rotation.product == "pot"
    rundown.rotation.next_product(MONDAY + 72)
    rundown.skip()
    assert set(play(rundown, MONDAY + 72, 8)) == {"b0", "c0"}
    line = rundown.line(MONDAY + 96)
    assert line is not None and line.product == "beans", "a script of no product shows the one in turn"


def test_a_script_goes_on_where_another_came_between() -> None:
    rundown = Rundown(persona({}))
    assert play(rundown, MONDAY, 2) == ["a0", "a1"]
    assert rundown.begin("c", MONDAY) and not rundown.begin("nobody", MONDAY)
    assert play(rundown, MONDAY, 1) == ["c0"]
    rundown.begin("b", MONDAY)
    assert play(rundown, MONDAY, 8) == ["b0", "b1", "b2", "c1", "c2", "a2", "b0", "b1"]


def test_interruptions_are_bounded() -> None:
    rundown = Rundown(persona({}))
    for _ in range(100):
        play(rundown, MONDAY, 1)
        rundown.begin("b", MONDAY)
    assert len(list(rundown.planned())) <= PLANNED + 1
    assert play(rundown, MONDAY, 3) == ["b0", "b1", "b2"]


def test_another_persona_keeps_the_place_unless_the_script_was_edited() -> None:
    old, new = persona({}), persona({}, scripts="abcd")
    rundown = Rundown(old)
    play(rundown, MONDAY, 1)
    rundown.adopt(new)
    assert play(rundown, MONDAY, 1) == ["a1"]
    edited = new.model_copy(
        update={"scripts": (new.scripts[0].model_copy(update={"lines": ("别的话。",)}), *new.scripts[1:])}
    )
    rundown.adopt(edited)
    assert play(rundown, MONDAY, 2) == ["b0", "b1"]


def test_what_is_on_its_way_is_not_given_again_after_an_edit() -> None:
    made = persona({})
    rundown = Rundown(made)
    for _ in range(3):
        rundown.line(MONDAY)
        rundown.give(MONDAY)
    rundown.adopt(persona({"fresh": "0s"}))
    line = rundown.line(MONDAY)
    assert line is not None and line.text == "b的第0句。"


STEPS = st.lists(
    st.sampled_from(["give", "hear", "give", "hear", "give", "hear", "rewind", "restart", "begin", "adopt"]),
    min_size=5,
    max_size=80,
)


@given(STEPS)
def test_every_sentence_of_every_turn_is_heard_once_and_in_order(steps: list[str]) -> None:
    """Whatever comes between: interruptions, losses, restarts, edits that leave the scripts as they are."""
    made = persona({})
    rundown, flying, heard = Rundown(made), [], []
    for step in steps:
        if step == "give" and len(flying) < 2:
            line = rundown.line(MONDAY)
            assert line is not None
            rundown.give(MONDAY)
            flying.append(line)
        elif step == "hear" and flying:
            line = flying.pop(0)
            rundown.report(line.ref)
            heard.append((line.ref.cue, line.ref.seq))
        elif step in ("rewind", "restart"):
            flying.clear()
            rundown.rewind()
            if step == "restart":
                rundown = Rundown(made, json.loads(json.dumps(rundown.state())))
        elif step == "begin":
            rundown.begin("c", MONDAY)
        elif step == "adopt":
            rundown.adopt(made)
    for line in flying:
        rundown.report(line.ref)
        heard.append((line.ref.cue, line.ref.seq))
    while any(True for _ in rundown.planned()):
        line = rundown.line(MONDAY)
        assert line is not None
        if line.ref.seq == 0 and list(rundown.planned()) == [line.ref.id.split(":")[0]]:
            break  # a new turn of the rotation
        rundown.give(MONDAY)
        rundown.report(line.ref)
        heard.append((line.ref.cue, line.ref.seq))
    assert len(set(heard)) == len(heard), "nothing is heard twice"
    for cue in {cue for cue, _ in heard}:
        assert [seq for c, seq in heard if c == cue] == [0, 1, 2], "each turn whole and in order"


@given(st.integers(1, 400))
def test_every_way_to_say_it_comes_once_before_any_comes_again(of: int) -> None:
    assert sorted(nth(turn, of) for turn in range(of)) == list(range(of))


def test_wordings() -> None:
    lines = ["[大家|各位]好，[今天|今晚|现在]开始。", "一共{pot.price}。"]
    assert ways(lines) == 6
    assert {say(lines, way)[0] for way in range(6)} == {
        f"{a}好，{b}开始。" for a in ("大家", "各位") for b in ("今天", "今晚", "现在")
    }
    for bad in (
        "[a|b",
        "a]",
        "[[a|b]|c]",
        "[卖99|卖89]",
        "[{pot.price}|{pot.was}]",
        "[三十分钟|十分钟]",
        "[好|]",
        "[|。]",
    ):
        with pytest.raises(BadWordings):
            check(bad)
    for good in ("大家好", "[亲爱的|]朋友们", "[十分|非常]好用", "[只要{pot.price}|{pot.price}就行]"):
        check(good)


def test_nothing_is_said_twice_within_the_window() -> None:
    scripts = tuple(Script(id=n, lines=("[甲|乙|丙|丁]在这里说话。", f"[一起|都]来看看{n}。")) for n in "ab")
    schedule = Schedule.model_validate({"rotation": ["a", "b"], "fresh": "30s"})
    rundown = Rundown(DEMO.model_copy(update={"scripts": scripts, "schedule": schedule}))
    said: dict[str, float] = {}
    for n in range(200):
        wall = MONDAY + 3 * n
        texts = []
        for _ in range(2):
            line = rundown.line(wall)
            assert line is not None
            rundown.give(wall)
            rundown.report(line.ref)
            texts.append(line.text)
        words = "".join(texts)
        assert wall - said.get(words, -1e9) >= 30, words
        said[words] = wall
    assert rundown.rotation.counts == {}


def test_what_cannot_be_said_otherwise_is_said_again_and_counted() -> None:
    rundown = Rundown(persona({"fresh": "1h"}, lines=1))
    said = play(rundown, MONDAY, 9)
    assert Counter(said) == {"a0": 3, "b0": 3, "c0": 3}
    assert rundown.rotation.counts["said again within the window"] == 6


def test_freshness_outlives_a_restart() -> None:
    made = persona({"fresh": "1h"}, lines=1)
    rundown = Rundown(made)
    play(rundown, MONDAY, 2)
    again = Rundown(made, json.loads(json.dumps(rundown.state())))
    assert play(again, MONDAY + 60, 1) == ["c0"] and not again.rotation.counts


def test_a_script_without_its_price_is_left_out() -> None:
    made = persona({})
    scripts = (Script(id="a", lines=("原价{pot.was}。",)), *made.scripts[1:])
    pot = made.products[0].model_copy(update={"was": None})
    rundown = Rundown(made.model_copy(update={"scripts": scripts, "products": (pot, *made.products[1:])}))
    assert play(rundown, MONDAY, 4) == ["b0", "b1", "b2", "c0"]


def at(hour: float, day: int = 0) -> float:
    return MONDAY + 86_400 * day + 3600 * hour


def table(since: float, **schedule: object) -> Timetable:
    return Timetable(persona(schedule).schedule, since)


def fired(timetable: Timetable, begin: float, end: float, step: float = 60.0) -> list[tuple[str, float]]:
    found = []
    wall = begin
    while wall <= end:
        found += [(due.script or due.say, (wall - MONDAY) / 3600) for due in timetable.due(wall)]
        wall += step
    return found


def test_the_clock_begins_scripts() -> None:
    timetable = table(
        at(0),
        at=[{"cron": "0 20 * * *", "script": "a"}, {"every": "8h", "script": "b"}, {"on": "2026-11-23T21:30", "script": "c"},
            {"cron": "30 9 * * tue", "script": "c"}],
    )  # fmt: skip
    assert fired(timetable, at(0), at(34)) == [
        ("b", 8),
        ("b", 16),
        ("a", 20),
        ("c", 21.5),
        ("b", 24),
        ("b", 32),
        ("c", 33.5),
    ]


def test_windows_and_blackouts_of_the_clock() -> None:
    timetable = table(
        at(0),
        at=[{"every": "1h", "script": "a", "between": "09:00-12:00"}],
        blackout=[{"between": "10:30-11:30", "days": ["mon"]}],
    )
    assert fired(timetable, at(0), at(35)) == [("a", 9), ("a", 10), ("a", 33), ("a", 34), ("a", 35)]
    assert timetable.counts["left out: blackout"] == 1


def test_what_is_too_late_is_left_out_and_each_comes_once() -> None:
    timetable = table(at(0), at=[{"every": "1h", "script": "a", "late": "10m"}])
    assert [d.script for d in timetable.due(at(5.1))] == ["a"]
    assert timetable.counts["left out: missed"] == 4
    assert timetable.due(at(6.5)) == [] and timetable.counts["left out: late"] == 1
    assert timetable.due(at(2)) == [] and timetable.due(at(6.6)) == [], "a clock that is set back begins nothing again"
    assert [d.script for d in timetable.due(at(7))] == ["a"]


def test_a_month_away_is_no_work() -> None:
    timetable = table(
        at(0), at=[{"every": "1m", "script": "a"}, {"on": "2026-11-24T20:00", "script": "b", "late": "1d"}]
    )
    assert [d.script for d in timetable.due(at(1, day=30))] == ["a"]
    assert timetable.counts["left out: missed"] <= 6 * 60


def test_a_restart_goes_on_with_the_clock() -> None:
    first = table(at(0), at=[{"cron": "0 20 * * *", "script": "a"}])
    first.due(at(19.9))
    assert [d.script for d in table(first.since, at=[{"cron": "0 20 * * *", "script": "a"}]).due(at(20.05))] == ["a"]


def test_countdowns_are_said_in_time_or_not_at_all() -> None:
    timetable = table(
        at(0),
        countdowns=[
            {"daily": "20:00", "say": "还有{left}开抢", "left": ["10m", "1m"]},
            {"to": "2026-11-24T00:00:05", "say": "倒计时{left}", "left": ["10s"]},
        ],
    )
    found = fired(timetable, at(19.5), at(24.1), step=1.0)
    assert [(say, round(hour, 3)) for say, hour in found] == [
        ("还有{left}开抢", 19.833),
        ("还有{left}开抢", 19.983),
        ("倒计时{left}", 23.999),
    ]
    late = table(at(19.5), countdowns=[{"daily": "20:00", "say": "还有{left}", "left": ["1m"]}])
    assert late.due(at(19 + 59.5 / 60)) == [] and late.counts["left out: late"] == 1


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (600, "10分钟", "10 minutes"),
        (5400, "1小时30分钟", "1 hour 30 minutes"),
        (10, "10秒", "10 seconds"),
        (61, "1分钟1秒", "1 minute 1 second"),
    ],
)
def test_time_left_in_words(seconds: float, zh: str, en: str) -> None:
    assert (left_words(seconds, False), left_words(seconds, True)) == (zh, en)


BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def berlin(*when: int) -> float:
    return datetime.datetime(*when, tzinfo=BERLIN).timestamp()  # type: ignore[misc]


@pytest.mark.parametrize("day", [datetime.date(2026, 10, 25), datetime.date(2026, 3, 29)])
def test_summer_time_begins_and_ends(day: datetime.date) -> None:
    schedule = {
        "zone": "Europe/Berlin",
        "at": [{"every": "30m", "script": "a"}, {"cron": "0 12 * * *", "script": "b"}, {"every": "1d", "script": "c"}],
    }
    timetable = Timetable(persona(schedule).schedule, berlin(day.year, day.month, day.day) - 3600)
    hours: dict[str, list[str]] = {"a": [], "b": [], "c": []}
    wall = timetable.since
    for _ in range(60 * 48):
        wall += 60
        for due in timetable.due(wall):
            hours[due.script].append(datetime.datetime.fromtimestamp(wall, BERLIN).strftime("%d %H:%M"))
    assert len(hours["a"]) == 96 and len(hours["b"]) == 2 and [h[3:] for h in hours["b"]] == ["12:00", "12:00"]
    assert {h[3:] for h in hours["c"]} == {"00:00"} and len(hours["c"]) == len(set(hours["c"])) >= 2


def test_seconds_before_a_moment_are_seconds() -> None:
    to = datetime.datetime(2026, 10, 25, 4, tzinfo=BERLIN)
    made = Timetable(
        persona(
            {"zone": "Europe/Berlin", "countdowns": [{"to": to.isoformat(), "say": "{left}", "left": ["2h"]}]}
        ).schedule,
        to.timestamp() - 9000,
    )
    assert made.due(to.timestamp() - 7201) == [] and len(made.due(to.timestamp() - 7199)) == 1


def test_every_so_often_counts_from_midnight() -> None:
    timetable = table(at(0), at=[{"every": "50m", "script": "a"}])
    hours = [hour for _, hour in fired(timetable, at(0), at(25))]
    assert hours[0] == round(50 / 60, 12) or abs(hours[0] - 50 / 60) < 0.02
    assert any(abs(hour - 24) < 1e-6 for hour in hours)


def test_a_wall_clock_that_was_ahead_is_no_trouble() -> None:
    ahead = table(at(1000), at=[{"cron": "0 20 * * *", "script": "a"}])
    assert ahead.due(at(19.9)) == [] and [d.script for d in ahead.due(at(20.01))] == ["a"]
    rundown = Rundown(persona({"fresh": "1h"}, lines=1))
    play(rundown, at(1000), 3)
    assert sorted(play(rundown, at(0), 3)) == ["a0", "b0", "c0"] and not rundown.rotation.counts


def test_a_script_that_is_playing_is_not_begun_again_and_two_keep_their_order() -> None:
    rundown = Rundown(persona({}))
    play(rundown, MONDAY, 1)
    assert rundown.begin("a", MONDAY)
    assert play(rundown, MONDAY, 3) == ["a1", "a2", "b0"]


def test_facts_that_change_the_sentences_of_a_script_begin_another() -> None:
    made = persona({})
    scripts = (Script(id="a", lines=("一。{pot.facts.材质}。", "三。")), *made.scripts[1:])
    first = made.model_copy(update={"scripts": scripts})
    rundown = Rundown(first)
    play(rundown, MONDAY, 1)
    pot = made.products[0].model_copy(update={"facts": {"材质": "甲。乙。丙"}})
    rundown.adopt(first.model_copy(update={"products": (pot, *made.products[1:])}))
    assert play(rundown, MONDAY, 1) == ["b0"]
