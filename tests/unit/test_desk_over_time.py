"""The desk over sales that end, restarts, edits and clocks that are wrong: nothing false, nothing lost, nobody named."""

import asyncio
import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from anchor.desk.desk import Desk
from anchor.mind.minds import alone
from anchor.records.audit import Audit
from anchor.records.memory import Memory
from anchor.records.records import Records
from anchor.types import Utterance
from persona.check import open_persona
from persona.model import Faq, Persona
from persona.schedule import Countdown
from streams.types import ChatEvent, ChatKind, Played

DEMO = open_persona(Path("persona/xiaomei"))[0]
ENDS = datetime.datetime(2026, 11, 12, 12, tzinfo=datetime.UTC)
SALE = DEMO.model_copy(
    update={
        "products": (DEMO.products[0].model_copy(update={"sale_ends": ENDS}), *DEMO.products[1:]),
        "faq": (*DEMO.faq, Faq(ask=("活动价多少",), answer="原价{pot.was}，现在{pot.price}。")),
        "look": DEMO.look.model_copy(update={"banner": "今天只要{pot.price}，原价{pot.was}", "ticker": True}),
        "schedule": DEMO.schedule.model_copy(
            update={
                "countdowns": (
                    Countdown(to=ENDS + datetime.timedelta(minutes=5), say="还有{left}，原价{pot.was}", left=("60s",)),
                )
            }
        ),
    }
)


class Room:
    """A desk with its records, whose sentences are heard at once unless they are lost."""

    def __init__(self, folder: Path, persona: Persona = SALE, wall: float = ENDS.timestamp() - 60) -> None:
        self.now, self.number, self.began, self.persona = 0.0, 0, wall, persona
        self.records = Records(
            self.wall, Audit(folder / "audit.db", self.wall), Memory(folder / "memory.db", self.wall)
        )
        self.desk = Desk(persona, alone, {}, 0.0, records=self.records)

    def wall(self) -> float:
        return self.began + self.now

    def again(self, persona: Persona | None = None) -> dict[str, Any]:
        """The same room after a restart."""
        state: dict[str, Any] = json.loads(json.dumps(self.desk.snapshot(self.now)))
        self.desk = Desk(persona or self.persona, alone, {}, self.now, state, self.records)
        return state

    def give(self) -> Utterance:
        utterance = asyncio.run(self.desk.next(self.now))
        self.now += 3
        return utterance

    def say(self, sentences: int = 1) -> str:
        said = ""
        for _ in range(sentences):
            utterance = self.give()
            self.number += 1
            self.desk.heard(Played(self.number, utterance.cue, utterance.seq, 2.0, False))
            said += utterance.text
        return said

    def ask(self, text: str, viewer: str = "王小明", kind: ChatKind = "comment") -> str:
        self.number += 1
        return self.desk.offer(
            ChatEvent(f"e{self.number}", "t", "r", kind, viewer, text, 0 if kind == "comment" else 100), self.now
        ).reason

    def written(self) -> str:
        return str([e.data for e in self.records.notes.read()]) + json.dumps(self.desk.snapshot(0), ensure_ascii=False)  # type: ignore[attr-defined]


def test_a_sale_ends_on_air_and_nothing_is_said_or_shown_of_its_price(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.say()
    assert room.desk.banner == "今天只要99元，原价159元"
    room.now += 120
    said = room.say(60)
    assert "159元" not in said and "99元" not in said, "the script that names the old price is left out"
    assert room.desk.banner == ""
    room.ask("壶多少钱")
    assert "159元" in room.say() + room.say()
    room.ask("活动价多少", "别人")
    assert "99元" not in room.say(2)
    room.now += 400
    assert room.say(4), "a countdown whose price is gone is left out"


def test_a_clock_that_was_ahead_gives_the_sale_back(tmp_path: Path) -> None:
    room = Room(tmp_path, wall=ENDS.timestamp() + 9e6)
    room.ask("壶多少钱")
    room.say(2)
    room.began = ENDS.timestamp() - 9e6
    room.ask("壶什么价格呢", "别人")
    assert "99元" in room.say(2)


def test_an_answer_from_before_an_edit_is_not_said_after_a_restart(tmp_path: Path) -> None:
    room = Room(tmp_path, DEMO)
    room.say()
    room.ask("壶多少钱")
    assert "99元" in room.give().text
    dearer = DEMO.products[0].model_copy(update={"price": Decimal("129")})
    room.again(DEMO.model_copy(update={"products": (dearer, *DEMO.products[1:])}))
    assert "129元" in room.say()


def test_words_of_the_operator_are_held_to_new_facts_too(tmp_path: Path) -> None:
    room = Room(tmp_path, DEMO)
    room.say()
    assert room.desk.operate("咖啡壶只要99元！", room.now) == ""
    dearer = DEMO.products[0].model_copy(update={"price": Decimal("129")})
    room.desk.adopt(DEMO.model_copy(update={"products": (dearer, *DEMO.products[1:])}), {})
    assert "99元" not in room.say(3)
    assert room.desk.operate("第一句。第二句。", room.now) == room.desk.operate("第三句。", room.now) == ""
    assert room.say(3) == "第一句。第二句。第三句。", "orders keep their order"


def test_orders_are_short_true_and_masked_in_the_records(tmp_path: Path) -> None:
    room = Room(tmp_path, DEMO)
    assert room.desk.operate("磨豆机今天只要99元！", 0).startswith("price 99 ")
    assert "contact" in room.desk.operate("加微信abc123456", 0) and "abc123456" not in room.written()
    assert "at most 300" in room.desk.operate("你好，大家。" * 60, 0)
    assert room.desk.operate("", 0) == "no words"


def test_the_next_product_leaves_a_script_that_was_ordered(tmp_path: Path) -> None:
    turns = DEMO.schedule.model_copy(update={"products": ("pot", "grinder", "beans"), "dwell": 600.0})
    room = Room(tmp_path, DEMO.model_copy(update={"schedule": turns}))
    room.say(3)
    assert room.desk.begin("beans") and room.desk.next_product() == "grinder"
    assert "云南小粒咖啡豆" in room.say()


def test_nobody_is_named_in_what_is_written(tmp_path: Path) -> None:
    room = Room(tmp_path, DEMO)
    room.say()
    room.ask("玫瑰", kind="gift")
    room.ask("", kind="order")
    room.ask("壶多少钱，我是王小明")
    assert "王小明" in "".join(room.say() for _ in range(8)), "but in what is said"
    room.ask("玫瑰", kind="gift")
    room.now += 10
    room.give()
    written = room.written().replace("我是王小明", "")
    assert "王小明" not in written and "谢谢这位朋友" in written


def test_gifts_and_buyers_outlive_a_restart(tmp_path: Path) -> None:
    room = Room(tmp_path, DEMO)
    room.say()
    room.ask("", kind="order")
    room.ask("玫瑰", kind="gift")
    room.again()
    room.now += 10
    said = room.say(3)
    assert "感谢这位朋友下单" in said and "谢谢这位朋友送的礼物" in said
    room.ask("有货吗")
    assert room.desk.inbox.best(room.now).source == "buyer"  # type: ignore[union-attr]


def test_an_edit_of_the_rules_loses_no_gift(tmp_path: Path) -> None:
    room = Room(tmp_path, DEMO)
    room.say()
    room.ask("玫瑰", kind="gift")
    room.desk.adopt(DEMO.model_copy(update={"rules": DEMO.rules.model_copy(update={"greet": False})}), {})
    room.now += 10
    assert "谢谢王小明送的玫瑰" in room.say(2)


def test_a_forgotten_viewer_is_not_remembered_for_the_answer_under_way(tmp_path: Path) -> None:
    room = Room(tmp_path, SALE)
    room.say()
    room.ask("壶多少钱")
    given = room.give()
    assert room.desk.questions
    room.desk.forget("t", "王小明")
    room.desk.heard(Played(99, given.cue, given.seq, 2.0, False))
    who = room.records.names.of("t", "王小明")
    assert room.records.memory.recall("r", who) == () and room.desk.questions == []


def test_only_what_was_heard_is_remembered(tmp_path: Path) -> None:
    room = Room(tmp_path, DEMO.model_copy(update={"faq": (Faq(ask=("怎么清洗",), answer="先用水冲。再擦干。"),)}))
    room.say()
    room.ask("怎么清洗")
    first, second = room.give(), room.give()
    assert first.cue == second.cue and first.of == 2
    room.desk.heard(Played(9, first.cue, 0, 2.0, False))
    room.desk.give_up(second)
    (exchange,) = room.records.memory.recall("r", room.records.names.of("t", "王小明"))
    assert exchange.answer == first.text


def test_a_disclosure_that_could_not_be_said_is_owed(tmp_path: Path) -> None:
    room = Room(tmp_path, DEMO)
    room.desk.give_up(room.give())
    room.say(3)
    room.now += 30
    assert room.say() == DEMO.disclosure.line


def test_a_ticker_that_is_switched_off_is_empty(tmp_path: Path) -> None:
    room = Room(tmp_path, SALE)
    room.say()
    room.ask("壶多少钱")
    room.say()
    assert room.desk.questions
    room.desk.adopt(SALE.model_copy(update={"look": SALE.look.model_copy(update={"ticker": False})}), {})
    assert room.desk.questions == []


def test_what_makes_room_for_others_is_noted(tmp_path: Path) -> None:
    room = Room(tmp_path, DEMO)
    for n in range(70):
        room.ask(f"第{n * 37}号杯子的杯口直径是{n * 91}厘米对吗", f"客{n}")
    for n in range(5):
        room.ask(f"磨豆机第{n * 37}个问题多少钱呀{n * 71}", f"人{n}")
    assert [e for e in room.records.notes.read() if e.kind == "no room"]  # type: ignore[attr-defined]
