"""Which product is on screen: the one that viewers have seen, whatever was given and taken back since."""

import json

import pytest

from anchor.desk.focus import MOST, Focus
from anchor.types import Ref, Utterance
from streams.types import Played
from tests.unit.test_desk import desk
from tests.unit.test_yielding import Air


def at_a_seam() -> tuple[Air, Utterance, Utterance]:
    """Where the last sentence about one product is being heard, and the first about another is given."""
    air = Air()
    while True:
        air.fly()
        if [u.kind for u in air.flying] == ["script", "script"]:
            seen, behind = air.flying
            if seen.card and behind.card and seen.card.name != behind.card.name:
                assert (seen.card.name, behind.card.name) == ("手冲咖啡壶", "手摇磨豆机")
                return air, seen, behind
        if len(air.flying) > 1:
            air.land()


@pytest.mark.parametrize("first", ["report", "desk"])
def test_this_is_what_viewers_have_seen(first: str) -> None:
    air, seen, behind = at_a_seam()
    air.ask("这个多少钱")
    room = air.room()
    assert room == ([seen, behind], [seen, behind])
    if first == "desk":
        air.desk.yielded([behind], [seen])
    air.hear(behind, cut=True, seconds=0.0)
    air.hear(seen, cut=True)
    if first == "report":
        air.desk.yielded([behind], [seen])
    answer = air.give()
    assert answer.card and answer.card.name == "手冲咖啡壶" and "99元" in answer.text


def test_what_is_being_heard_is_on_screen_until_its_report() -> None:
    air, seen, behind = at_a_seam()
    air.ask("豆子多少钱")
    air.desk.yielded([behind], [seen])
    air.hear(behind, cut=True, seconds=0.0)
    answer = air.give()
    assert answer.card and answer.card.name == "云南小粒咖啡豆"
    focus = air.desk._focus
    assert (focus.on_screen, focus.given) == ("pot", "beans"), "it sounds to its pause"
    air.hear(seen, cut=True)
    assert focus.on_screen == "beans"
    air.hear(answer)
    bridge, again = air.give(), air.give()
    assert bridge.kind == "bridge" and again.ref == seen.ref and focus.on_screen == "pot"


@pytest.mark.parametrize("lost", ["take_back", "rewind", "give_up"])
def test_a_line_that_never_got_out_was_never_on_screen(lost: str) -> None:
    air, seen, behind = at_a_seam()
    assert (air.desk._focus.on_screen, air.desk._focus.given) == ("pot", "grinder")
    air.hear(seen)
    assert air.desk._focus.on_screen == "grinder", "it is heard from now on"
    air.desk.rewind() if lost == "rewind" else getattr(air.desk, lost)(behind)
    assert air.desk._focus.on_screen == air.desk._focus.given == "pot"


def test_the_operator_cuts_what_is_seen() -> None:
    air, seen, behind = at_a_seam()
    assert air.desk.operate("现在只要99元。", air.now) == "", "of the pot, which is on screen"
    for over in (seen, behind):
        air.hear(over, cut=True, seconds=1.0 if over is seen else 0.0)
    air.desk.rewind()
    words = air.give()
    assert words.kind == "operator" and words.card and words.card.name == "手冲咖啡壶"


def test_what_is_on_screen_outlives_a_brain() -> None:
    air, seen, behind = at_a_seam()
    new = Air(json.loads(json.dumps(air.desk.snapshot(air.now))), now=air.now + 1)
    assert new.desk._focus.on_screen == "pot"
    new.hear(seen)
    assert new.desk._focus.on_screen == "grinder"
    new.hear(behind)
    new.desk.rewind()
    assert new.desk._focus.on_screen == "grinder"
    older = {**air.desk.snapshot(air.now), "focus": "beans"}
    del older["under_way"]
    assert desk(air.now + 1, older)._focus.on_screen == "beans"


def test_the_memory_of_what_is_under_way_is_bounded() -> None:
    focus = Focus({})
    for n in range(3 * MOST):
        focus.give(Ref("script", "s", n), str(n))
    assert len(focus.state()["under_way"]) == MOST
    focus.heard(Played(1, "script:s", 0, 1.0, False))
    assert focus.given == str(3 * MOST - 1), "one that is not known changes nothing"
    focus.heard(Played(1, "script:s", 3 * MOST - 1, 1.0, False))
    assert focus.on_screen == focus.given == str(3 * MOST - 1) and not focus.state()["under_way"]
