import asyncio
import datetime
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anchor.desk.desk import Desk
from anchor.desk.director import Floor, decide
from anchor.desk.inbox import LIMIT
from anchor.mind.minds import alone
from anchor.records.records import Records
from anchor.types import Utterance
from persona.check import open_persona
from streams.types import ChatEvent, Played

PERSONA = open_persona(Path("persona/xiaomei"))[0]


def desk(now: float = 0.0, state: dict[str, object] | None = None) -> Desk:
    return Desk(PERSONA, alone, {}, now, state)


def comment(text: str, n: int = 1) -> ChatEvent:
    return ChatEvent(f"e{n}", "test", "", "comment", "v", text)


class Stage:
    """Plays what the desk gives and reports it, in order."""

    def __init__(self, made: Desk) -> None:
        self.desk, self.now, self.reports = made, 0.0, 0
        self.said: list[Utterance] = []

    def give(self) -> Utterance:
        utterance = asyncio.run(self.desk.next(self.now))
        self.said.append(utterance)
        self.now += 3
        return utterance

    def hear(self, utterance: Utterance, cut: bool = False, seconds: float = 1.0) -> None:
        self.reports += 1
        self.desk.heard(Played(self.reports, utterance.cue, utterance.seq, seconds, cut))

    def say(self) -> str:
        utterance = self.give()
        self.hear(utterance)
        return utterance.text


def test_the_show_begins_with_the_disclosure_and_plays_the_rotation() -> None:
    stage = Stage(desk())
    assert stage.say() == PERSONA.disclosure.line
    texts = [stage.say() for _ in range(13)]
    assert texts[0] == "欢迎来到直播间！"
    assert "原价159元，今天直播间只要99元。" in texts
    first = texts.index("欢迎来到直播间！")
    assert texts[first + 1] == "我是小美。"


def test_a_question_is_answered_at_the_sentences_end_and_the_script_goes_on() -> None:
    stage = Stage(desk())
    for _ in range(5):
        stage.say()
    current = stage.give()
    assert stage.desk.offer(comment("豆子多少钱"), stage.now).reason == "question"
    answer = stage.give()
    assert "49.9元" in answer.text and answer.card is not None and answer.card.price == "49.9"
    stage.hear(current)
    stage.hear(answer)
    back = stage.give()
    stage.hear(back)
    assert (back.kind, back.card) == ("bridge", current.card)
    after = stage.give()
    assert (after.cue, after.seq) == (current.cue, current.seq + 1)


def test_the_same_event_id_of_two_platforms_or_rooms_is_two_cues() -> None:
    made = desk()
    events = [ChatEvent("1", platform, room, "comment", f"{platform}{room}", text) for platform, room, text in
              (("a", "", "壶多少钱"), ("b", "", "豆子有货吗"), ("b", "2", "磨豆机质保多久"))]  # fmt: skip
    cues = [made.offer(event, 0.0).cue for event in events]
    assert [cue.id for cue in cues if cue] == ["chat:a//1", "chat:b//1", "chat:b/2/1"]


def test_answered_questions_are_shown_masked_where_the_persona_wants_it() -> None:
    look = PERSONA.look.model_copy(update={"ticker": True})
    persona = PERSONA.model_copy(update={"look": look})
    for made, shown in (
        (Desk(persona, alone, {}, 0.0), ["小*：壶多少钱，我***"]),
        (
            Desk(
                PERSONA.model_copy(update={"look": look.model_copy(update={"ticker": False})}),
                alone,
                {},
                0.0,
            ),
            [],
        ),
    ):
        stage = Stage(made)
        stage.say()
        made.offer(ChatEvent("e1", "test", "", "comment", "小李", "壶多少钱，我电话13812345678"), stage.now)
        made.offer(ChatEvent("e2", "test", "", "gift", "小王", value=100), stage.now)
        assert made.questions == [], "not before they are answered"
        for _ in range(4):
            stage.say()
        assert made.questions == shown


def test_cards_tell_the_link_and_the_end_of_a_sale() -> None:
    ends = datetime.datetime(2026, 11, 12, tzinfo=datetime.UTC)
    pot = PERSONA.products[0].model_copy(update={"sale_ends": ends})
    persona = PERSONA.model_copy(
        update={"products": (pot, *PERSONA.products[1:]), "look": PERSONA.look.model_copy(update={"qr": True})}
    )
    stage = Stage(Desk(persona, alone, {}, 0.0))
    cards = [card for _ in range(12) if (card := stage.give().card)]
    assert (cards[0].until, cards[0].link) == (ends.timestamp(), "https://shop.example/pot")
    assert {card.until for card in cards} == {0.0, ends.timestamp()}


def test_what_was_cut_is_said_again() -> None:
    stage = Stage(desk())
    stage.say()
    utterance = stage.give()
    stage.hear(utterance, cut=True)
    stage.desk.rewind()
    assert stage.give() == utterance


def test_product_on_screen_follows_the_talk() -> None:
    stage = Stage(desk())
    while "细口" not in stage.say():
        pass
    assert stage.said[-1].card is not None and stage.said[-1].card.name == "手冲咖啡壶"
    stage.desk.offer(comment("这个多少钱"), stage.now)
    assert "手冲咖啡壶" in stage.say()


@pytest.mark.parametrize("heard", range(1, 8))
def test_a_new_desk_goes_on_exactly_where_the_old_one_was(heard: int) -> None:
    old = Stage(desk())
    for _ in range(heard):
        old.say()
    old.desk.offer(comment("多少钱", 1), old.now)
    old.give()  # on its way when the old one died
    old.desk.offer(comment("磨豆机有货吗", 2), old.now)
    state = json.loads(json.dumps(old.desk.snapshot(old.now)))
    new = Stage(desk(old.now + 2, state))
    new.now = old.now + 2
    texts = [new.say() for _ in range(4)]
    assert any("86件" in t for t in texts)
    assert PERSONA.disclosure.line not in texts
    script = [u for u in (*old.said[:heard], *new.said) if u.cue.startswith("script")]
    order = [(u.cue, u.seq) for u in script]
    assert order == sorted(order, key=lambda k: (int(k[0].rsplit(":", 1)[1]), k[1])) and len(set(order)) == len(order)


def test_an_old_state_keeps_the_place_but_not_the_questions() -> None:
    old = Stage(desk())
    for _ in range(4):
        old.say()
    old.desk.offer(comment("多少钱"), old.now)
    state = old.desk.snapshot(old.now)
    new = desk(old.now + 10_000, state)
    assert len(new.inbox) == 0
    new.next_product()  # changes nothing where there are none in turn
    assert asyncio.run(new.next(old.now)).text == PERSONA.disclosure.line
    assert asyncio.run(new.next(old.now)).seq == old.said[-1].seq + 1
    rebooted = desk(1.0, state)
    assert len(rebooted.inbox) == 0


def test_a_sentence_that_cannot_be_spoken_does_not_stop_the_show() -> None:
    stage = Stage(desk())
    stage.say()
    first = stage.give()
    stage.desk.give_up(first)
    stage.desk.rewind()
    assert stage.give().seq == first.seq + 1


def test_director() -> None:
    assert decide(Floor(speaking=True, operator=True, answering=True), 100) == "cut"
    assert decide(Floor(operator=True, answering=True), 100) == "operator"
    assert decide(Floor(answering=True, disclosure_due=0), 100) == "answer"
    assert decide(Floor(disclosure_due=0, countdown=True), 100) == "disclosure"
    assert decide(Floor(countdown=True, waiting=("paid",)), 100) == "countdown"
    assert decide(Floor(waiting=("question",), budget=1), 100) == "question"
    assert decide(Floor(waiting=("question",), budget=-1), 100) == "script"
    assert decide(Floor(waiting=("question", "paid"), budget=-1, left_off=True), 100) == "question"
    assert decide(Floor(waiting=("chat",), budget=9, chat_due=101), 100) == "script"
    assert decide(Floor(waiting=("chat", "thanks"), budget=9, chat_due=101), 100) == "question"
    assert decide(Floor(left_off=True), 100) == "bridge"


@given(
    st.lists(
        st.sampled_from(["say", "hear", "say", "hear", "say", "hear", "ask", "cut", "rewind", "restart"]),
        min_size=10,
        max_size=60,
    )
)
def test_no_script_sentence_is_lost_or_skipped_whatever_happens(plan: list[str]) -> None:
    stage = Stage(desk())
    flying: list[Utterance] = []
    heard: list[tuple[int, int]] = []
    for n, step in enumerate(plan):
        if step == "ask":
            stage.desk.offer(comment("多少钱", n), stage.now)
        elif step == "say" and len(flying) < 2:
            flying.append(stage.give())
        elif step in ("hear", "cut") and flying:
            utterance = flying.pop(0)
            stage.hear(utterance, step == "cut")
            if step == "hear" and utterance.cue.startswith("script:"):
                heard.append((int(utterance.cue.rsplit(":", 1)[1]), utterance.seq))
            if step == "cut":
                flying.clear()
                stage.desk.rewind()
        elif step == "rewind":
            flying.clear()
            stage.desk.rewind()
        elif step == "restart":
            flying.clear()
            state = json.loads(json.dumps(stage.desk.snapshot(stage.now)))
            stage.desk = desk(stage.now, state)
    lengths = {"welcome": 4, "pot": 3, "grinder": 3, "beans": 2}
    names = [r.script for r in PERSONA.schedule.rotation]
    expected, turn, seq = [], 0, 0
    for _ in heard:
        expected.append((turn, seq))
        seq += 1
        if seq == lengths[names[turn % 4]]:
            turn, seq = turn + 1, 0
    assert heard == expected


class Life:
    """A desk and the audience: sentences fly for a while, are heard, cut or lost, and brains die."""

    def __init__(self) -> None:
        self.now, self.number, self.count = 0.0, 0, 0
        self.records = Records(lambda: 1_763_913_600.0 + self.now)
        self.persona = PRODUCTS
        self.desk = self.made(None)
        self.flying: list[Utterance] = []
        self.heard: list[Utterance] = []

    def made(self, state: dict[str, object] | None) -> Desk:
        return Desk(self.persona, alone, {}, self.now, state, self.records)

    def do(self, step: str) -> None:
        self.count += 1
        getattr(self, step)()

    def give(self) -> None:
        if len(self.flying) < 2:
            best = self.desk.inbox.best(self.now)
            utterance = asyncio.run(self.desk.next(self.now))
            assert utterance.text
            assert (utterance.cue, utterance.seq) not in {(u.cue, u.seq) for u in self.flying}, (
                "nothing is given twice at once"
            )
            if best is not None and best.source == "operator" and not any(u.kind == "operator" for u in self.flying):
                assert utterance.kind == "operator", "the operator goes first"
            self.flying.append(utterance)

    def hear(self) -> None:
        if self.flying:
            utterance = self.flying.pop(0)
            self.number += 1
            self.now += 2.5
            self.desk.heard(Played(self.number, utterance.cue, utterance.seq, 2.5, False))
            self.heard.append(utterance)

    def cut(self) -> None:
        for utterance in self.flying:
            self.number += 1
            self.desk.heard(Played(self.number, utterance.cue, utterance.seq, 0.3, True))
        self.lose()

    def take_over(self) -> None:
        """A question is thought of and, where it may, makes what is under way end; air decides what of it, and when it says so."""

        async def think() -> None:
            self.desk.ponder(self.now)
            for _ in range(4):
                await asyncio.sleep(0)

        for _ in range(12):  # until a script is on air
            if any(u.kind == "script" for u in self.flying):
                break
            self.hear()
            self.give()
        self.ask()
        asyncio.run(think())
        room = self.desk.yielding(self.flying, self.now)
        dropped, cut = [], []
        while len(self.flying) > self.count % 2 and self.flying[-1] in room.sentences:
            dropped.append(self.flying.pop())
        if len(self.flying) == 1 and self.count % 3 and self.flying[-1] in room.cuttable:
            cut.append(self.flying.pop())
        if not dropped and not cut:
            return
        reports = [Played(0, u.cue, u.seq, 0.0 if u in dropped else 0.7, True) for u in (*dropped, *cut)]
        for played in reports[: self.count % 3]:
            self.desk.heard(played)
        self.desk.yielded(dropped, cut)
        for played in reports[self.count % 3 :]:
            self.desk.heard(played)
        if self.count % 4:
            answer = asyncio.run(self.desk.next(self.now))
            assert answer.kind == "answer", "nothing is cut for nothing"
            self.flying.append(answer)

    def lose(self) -> None:
        self.flying.clear()
        self.desk.rewind()

    def die(self) -> None:
        self.flying.clear()
        self.desk = self.made(json.loads(json.dumps(self.desk.snapshot(self.now))))

    def ask(self) -> None:
        words = ("多少钱", "豆子有货吗", "发什么快递", "磨豆机质保多久", "主播好漂亮", "是真人吗", "新手能用吗")
        value = 3000 if self.count % 5 == 0 else 0
        self.desk.offer(
            ChatEvent(f"q{self.count}", "t", "", "comment", f"v{self.count}", words[self.count % 7], value), self.now
        )
        assert len(self.desk.inbox) <= LIMIT

    def gift(self) -> None:
        self.desk.offer(ChatEvent(f"g{self.count}", "t", "", "gift", f"客{self.count % 3}", "玫瑰", 100), self.now)

    def operate(self) -> None:
        assert self.desk.operate(f"大家好，马上开始。我们准备{(self.count % 2 and '好') or '一下'}。", self.now) == ""

    def begin(self) -> None:
        self.desk.begin("welcome")

    def product(self) -> None:
        assert self.desk.next_product() is not None

    def edit(self) -> None:
        ticker = not self.persona.look.ticker
        self.persona = self.persona.model_copy(update={"look": self.persona.look.model_copy(update={"ticker": ticker})})
        self.desk.adopt(self.persona, {})

    def wait(self) -> None:
        self.now += 47


PRODUCTS = PERSONA.model_copy(
    update={"schedule": PERSONA.schedule.model_copy(update={"products": ("pot", "grinder", "beans"), "dwell": 60.0})}
)
OFTEN, SELDOM = (
    ["give", "hear", "give", "hear", "ask"],
    ["cut", "lose", "die", "gift", "operate", "begin", "edit", "wait", "take_over", "take_over"],
)


@settings(max_examples=int(os.environ.get("LIVES", "40")), deadline=None)
@given(st.lists(st.sampled_from([*OFTEN, *OFTEN, *SELDOM, "product"]), min_size=20, max_size=120))
def test_one_voice_that_goes_on_exactly_whatever_happens(steps: list[str]) -> None:
    """``LIVES=5000 pytest -k one_voice`` for the long run."""
    life = Life()
    for step in steps:
        life.do(step)
    one_voice(life, steps)


@settings(max_examples=int(os.environ.get("LIVES", "40")), deadline=None)
@given(st.lists(st.sampled_from(["give", "hear", "give", "hear", "take_over", "wait", "die", "edit", "begin", "lose"]),
                min_size=20, max_size=120))  # fmt: skip
def test_whoever_takes_over_loses_and_repeats_nothing(steps: list[str]) -> None:
    life = Life()
    for step in steps:
        life.do(step)
    one_voice(life, steps)


def one_voice(life: Life, steps: list[str]) -> None:
    heard = life.heard
    whole = [(u.cue, u.seq) for u in heard if not u.cue.startswith(("disclosure", "bridge"))]
    assert len(set(whole)) == len(whole), "nothing is heard twice"
    for cue in {cue for cue, _ in whole}:
        seqs = [seq for c, seq in whole if c == cue]
        assert seqs == list(range(len(seqs))), "every script and answer goes on at its very sentence"
    for i, utterance in enumerate(heard):
        rest = [u for u in heard[i + 1 :] if u.cue == utterance.cue]
        if utterance.kind == "answer" and rest:
            between = heard[i + 1 : heard.index(rest[0], i + 1)]
            assert {u.kind for u in between} <= {"operator"}, "only the operator breaks into an answer"
    answers = {u.cue: u.of for u in heard if u.kind == "answer"}
    for cue, of in answers.items():
        said = sum(u.cue == cue for u in heard)
        under_way = {u.cue for u in (*heard[-1:], *life.flying)} | {
            s["cue"]["id"] for s in life.desk.snapshot(0)["speaking"]
        }
        assert said == of or cue in under_way, "no answer is left in its middle"
    if "product" not in steps and "begin" not in steps:
        turns = [int(u.cue.rsplit(":", 1)[1]) for u in heard if u.kind == "script"]
        assert turns == sorted(turns), "scripts come in their order"
