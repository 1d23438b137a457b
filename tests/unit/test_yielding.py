"""What makes room for an answer that is ready: never more than may, and nothing of it is lost or said twice."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from anchor.desk.director import YIELDS, Floor, may_yield, takes_over
from anchor.desk.yielding import KEPT, Yields
from anchor.types import Ref, Utterance
from persona.check import open_persona
from streams.types import ChatEvent, Played
from tests.unit.test_desk import Stage, desk


def utterance(name: str, kind: str = "script") -> Utterance:
    return Utterance(Ref(kind, name), name, kind=kind)


class Notes:
    problem = ""
    last = 0

    def note(self, kind: str, cue: str = "", **data: object) -> None:
        pass


class Air(Stage):
    """A stage whose sentences fly: the first of them is being heard."""

    def __init__(self, state: dict[str, object] | None = None, now: float = 0.0) -> None:
        super().__init__(desk(now, state))
        self.now = now
        self.flying: list[Utterance] = []

    def fly(self) -> Utterance:
        self.flying.append(self.give())
        return self.flying[-1]

    def land(self) -> Utterance:
        over = self.flying.pop(0)
        self.hear(over)
        return over

    def until(self, kind: str, seq: int = 0) -> Utterance:
        while (over := self.give()).kind != kind or over.seq < seq:
            self.hear(over)
        self.flying.append(over)
        return over

    def ask(self, text: str = "豆子多少钱", viewer: str = "v", value: int = 0) -> None:
        """A question, and the time to think of it."""

        async def think() -> None:
            self.reports += 1
            event = ChatEvent(f"q{self.reports}", "t", "", "comment", viewer, text, value)
            self.desk.offer(event, self.now)
            self.desk.ponder(self.now)
            for _ in range(4):
                await asyncio.sleep(0)

        asyncio.run(think())

    def room(self) -> tuple[list[Utterance], list[Utterance]]:
        """What may make room, and what of it may be cut."""
        found = self.desk.yielding(self.flying, self.now)
        return list(found.sentences), list(found.cuttable)


def test_only_an_answer_that_is_ready_and_comes_next_takes_over() -> None:
    floor = Floor(ready=True, waiting=("question",), budget=1.0)
    assert takes_over(floor, 0.0)
    for other in (
        Floor(ready=False, waiting=("question",), budget=1.0),
        Floor(ready=True, waiting=("question",), budget=0.0),
        Floor(ready=True, waiting=("question",), budget=1.0, held=True),
        Floor(ready=True, waiting=("question",), budget=1.0, operator=True),
        Floor(ready=True, waiting=("question",), budget=1.0, answering=True),
        Floor(ready=True, waiting=("question",), budget=1.0, disclosure_due=0.0),
        Floor(ready=True, waiting=("question",), budget=1.0, countdown=True),
        Floor(ready=True, waiting=("chat", "question"), budget=9.0),
        Floor(ready=True, waiting=("thanks",), budget=9.0),
    ):
        assert not takes_over(other, 0.0)
    assert takes_over(Floor(ready=True, waiting=("paid",)), 0.0), "whoever has paid is not held back by the budget"
    assert takes_over(Floor(ready=True, waiting=("chat", "buyer"), budget=9.0, chat_due=5.0), 0.0)


@pytest.mark.parametrize("kind", ["answer", "operator", "disclosure", "thanks", "countdown"])
def test_what_goes_before_scripts_never_makes_room(kind: str) -> None:
    assert may_yield(kind, 0) == ""


def test_a_sentence_is_cut_twice_at_most() -> None:
    assert [may_yield("script", cut) for cut in range(4)] == ["cut", "cut", "unheard", "unheard"]
    yields = Yields(Counter(), Notes())
    one, other = utterance("a"), utterance("b")
    for _ in range(YIELDS):
        assert one in yields.among([one, other]).cuttable
        yields.note([other], [one])
    room = yields.among([one, other])
    assert room.sentences == (one, other) and room.cuttable == (other,), "to be dropped unheard costs nothing"


def test_the_memory_of_cuts_is_bounded() -> None:
    counts: Counter[str] = Counter()
    yields = Yields(counts, Notes())
    for n in range(3 * KEPT):
        yields.note([], [utterance(str(n))] * 2)
    assert yields.among([utterance("0")]).cuttable, "forgotten"
    assert not yields.among([utterance(str(3 * KEPT - 1))]).cuttable
    assert counts["yielded"] == 3 * KEPT


def test_a_cut_sentence_is_said_again_behind_the_answer() -> None:
    air = Air()
    current, behind = air.until("script", 1), air.fly()
    assert air.room() == ([], []), "nobody has asked"
    air.ask()
    assert air.room() == ([current, behind], [current, behind])
    air.desk.yielded([behind], [current])
    answer = air.give()
    assert answer.kind == "answer"
    air.hear(behind, cut=True)
    air.hear(current, cut=True)
    air.hear(answer)
    bridge, again, next_one = air.say(), air.give(), air.give()
    assert bridge and (again.cue, again.seq, again.text) == (current.cue, current.seq, current.text)
    assert (next_one.cue, next_one.seq) == (behind.cue, behind.seq)
    assert air.desk.counts["yielded"] == 1


@pytest.mark.parametrize("reported_first", [False, True])
def test_what_sounds_to_its_end_is_not_given_again(reported_first: bool) -> None:
    air = Air()
    air.until("script", 1)
    behind = air.fly()
    air.ask()
    if reported_first:
        air.land()
    air.desk.yielded([behind], [])
    answer = air.give()
    if not reported_first:
        air.land()
    air.hear(behind, cut=True)
    air.hear(answer)
    air.say()
    again = air.give()
    assert answer.kind == "answer" and (again.cue, again.seq) == (behind.cue, behind.seq)


def test_reports_may_come_before_the_desk_knows_who_made_room() -> None:
    air = Air()
    current = air.until("script", 1)
    air.ask()
    air.hear(current, cut=True)
    air.desk.yielded([], [current])
    assert air.give().kind == "answer"


def test_a_question_that_nobody_has_thought_of_cuts_nothing() -> None:
    air = Air()
    air.until("script", 1)
    air.desk.offer(ChatEvent("q", "t", "", "comment", "v", "豆子多少钱"), air.now)
    assert air.room() == ([], [])


@pytest.mark.parametrize("text", ["主播好漂亮", "今天天气真好啊"])
def test_small_talk_cuts_nothing(text: str) -> None:
    air = Air()
    air.until("script", 1)
    air.ask(text)
    assert air.room() == ([], [])


def test_while_an_answer_has_sentences_left_nothing_is_cut() -> None:
    air = Air()
    air.until("script", 1)
    air.ask("发什么快递")
    air.desk.yielded([], [air.flying.pop()])
    answer = air.fly()
    air.ask("磨豆机有货吗", "w")
    assert answer.kind == "answer" and air.room() == ([], [])


def test_who_holds_the_floor_and_who_speaks_for_the_shop_come_first() -> None:
    air = Air()
    air.until("script", 1)
    air.ask()
    air.desk.held = True
    assert air.room() == ([], [])
    air.desk.held = False
    assert air.room()[0]
    assert air.desk.operate("大家好。", air.now) == ""
    assert air.room() == ([], [])


def test_the_disclosure_and_what_is_before_it_stay() -> None:
    air = Air()
    first = air.fly()
    assert first.kind == "disclosure"
    air.ask()
    assert air.room() == ([], [])


def test_a_sentence_that_was_cut_twice_is_heard() -> None:
    air = Air()
    current = air.until("script", 1)
    for n, text in enumerate(("豆子多少钱", "磨豆机有货吗")):
        air.ask(text, f"v{n}")
        assert air.room() == ([current], [current])
        air.desk.yielded([], [current])
        air.hear(air.flying.pop(), cut=True)
        while (given := air.give()).kind != "script":
            air.hear(given)
        assert (given.cue, given.seq) == (current.cue, current.seq)
        air.flying.append(given)
    air.ask("豆子产地是哪里", "w")
    assert air.room() == (air.flying, []), "dropped it may be, as long as nobody has heard of it"


def test_a_new_brain_gives_again_what_was_cut_and_answers() -> None:
    air = Air()
    current, behind = air.until("script", 1), air.fly()
    air.ask()
    air.desk.yielded([behind], [current])
    new = Air(json.loads(json.dumps(air.desk.snapshot(air.now))), now=air.now + 1)
    for cut in (behind, current):
        new.desk.heard(Played(90, cut.cue, cut.seq, 0.4, True))  # air has kept these for it
    new.desk.rewind()
    said = [new.give() for _ in range(4)]
    kinds = [u.kind for u in said]
    assert kinds[0] == "answer" and "script" in kinds
    first = said[kinds.index("script")]
    assert (first.cue, first.seq) == (current.cue, current.seq)


def test_another_air_has_lost_everything() -> None:
    air = Air()
    current, behind = air.until("script", 1), air.fly()
    air.ask()
    air.desk.yielded([behind], [current])
    answer = air.give()
    air.desk.rewind()
    again = air.give()
    assert (again.kind, again.cue) == ("answer", answer.cue)
    air.hear(again)
    air.say()
    assert air.give().ref == current.ref


def test_a_bridge_that_nobody_heard_may_be_said_another_time() -> None:
    air = Air()
    air.until("script", 1)
    air.ask()
    air.desk.yielded([], [air.flying.pop()])
    air.hear(air.give())
    bridge = air.fly()
    assert bridge.kind == "bridge"
    air.ask("磨豆机有货吗", "w")
    assert air.room()[0] == [bridge]
    air.desk.yielded([bridge], [])
    air.hear(air.give())
    assert air.give().kind == "bridge"


def test_a_script_ordered_meanwhile_comes_before_what_was_cut() -> None:
    air = Air()
    current = air.until("script", 1)
    air.ask()
    assert air.desk.begin("beans")
    air.desk.yielded([], [current])
    air.hear(air.flying.pop(), cut=True)
    said = []
    for _ in range(12):
        said.append(air.give())
        air.hear(said[-1])
    place = [u.ref for u in said]
    assert current.ref in place
    scripts = [(u.cue, u.seq) for u in said if u.kind == "script"]
    assert len(set(scripts)) == len(scripts), "nothing twice"
    assert any(u.cue.startswith("script:beans") for u in said)


def test_an_edit_that_drops_the_script_meanwhile_is_no_trouble() -> None:
    persona = open_persona(Path("persona/xiaomei"))[0]
    air = Air()
    current = air.until("script", 1)
    air.ask()
    name = current.ref.id.rpartition(":")[0]
    others = tuple(s for s in persona.scripts if s.id != name)
    rotation = tuple(r for r in persona.schedule.rotation if r.script != name)
    schedule = persona.schedule.model_copy(update={"rotation": rotation})
    air.desk.adopt(persona.model_copy(update={"scripts": others, "schedule": schedule}), {})
    air.desk.yielded([], [current])
    air.hear(air.flying.pop(), cut=True)
    for _ in range(4):
        given = air.give()
        air.hear(given)
        assert not given.cue.startswith(f"script:{name}")
