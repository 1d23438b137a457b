"""The operator's words: held to what is forbidden and to prices of products, and to nothing else."""

import asyncio
from pathlib import Path

import pytest

from anchor.desk.desk import Desk
from anchor.mind.minds import alone
from anchor.records.records import Records
from anchor.types import Ref
from persona.check import open_persona

DEMO = open_persona(Path("persona/xiaomei"))[0]
CAFE = open_persona(Path("tests/eval/cafe"))[0]
GADGETS = open_persona(Path("tests/eval/gadgets"))[0]


class Notes:
    """An audit log in memory."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, dict[str, object]]] = []
        self.last = 0
        self.problem = ""

    def note(self, kind: str, cue: str = "", **data: object) -> None:
        self.entries.append((kind, data))
        self.last += 1


def desk(persona: object = DEMO, focus: str | None = "pot") -> Desk:
    made = Desk(persona, alone, {}, 0.0, records=Records(notes=Notes()))  # type: ignore[arg-type]
    made._focus.give(Ref("script", "any"), focus)
    return made


@pytest.mark.parametrize(
    "words",
    ["48小时内发货", "大家扣1", "再过5分钟开奖", "家人们下午3点见", "满59元包邮", "羽绒服XL码适合172到180", "直播间破1000人啦", "我们是2015年开的店", "第3轮抽奖马上开始",
     "抽3个人送100元红包", "满100减20", "三号链接马上上", "今天下单前100名有礼", "两个壶198", "壶原价159，现在99", "磨豆机168", "豆子49块9", "咖啡壶九十九块", "还有200件", "人数到500就抽奖"],
)  # fmt: skip
def test_what_a_human_may_say(words: str) -> None:
    assert desk().operate(words, 1.0) == ""


@pytest.mark.parametrize(
    "words",
    ["壶今天只要79", "今天只要79元", "手冲咖啡壶79", "今天全场9块9", "两个壶188", "壶原价199", "磨豆机99元", "豆子39块9", "咖啡壶一百块", "壶99美元", "领完券后59", "壶七十九"],
)  # fmt: skip
def test_no_false_price_of_a_product_may_be_said_however_often_he_insists(words: str) -> None:
    for force in (False, True):
        assert desk().operate(words, 1.0, force).split()[0] in ("price", "currency")


@pytest.mark.parametrize(
    ("persona", "words", "false"),
    [
        (CAFE, "羽绒服黑色XL 319元", False),
        (CAFE, "羽绒服黑色XL 289元", True),
        (CAFE, "冷萃大份79元", False),
        (GADGETS, "the lamp is only $24.99 today", False),
        (GADGETS, "the lamp is only $19.99 today", True),
        (GADGETS, "two mugs for 29.50 dollars", False),
        (GADGETS, "the mug is 14.75 euros", True),
        (GADGETS, "we go on until 9 pm", False),
    ],
)
def test_prices_of_variants_and_in_other_currencies(persona: object, words: str, false: bool) -> None:
    assert bool(desk(persona, None).operate(words, 1.0)) == false


def test_forbidden_words_may_be_insisted_on_and_that_is_written_down() -> None:
    show = desk()
    why = show.operate("这是全网最低价", 1.0)
    assert why.startswith("absolute")
    assert show.operate("这是全网最低价", 2.0, force=True) == ""
    kinds = [data for kind, data in show.records.notes.entries if kind == "operator"]  # type: ignore[attr-defined]
    assert kinds[0]["refused"] == why
    assert kinds[1]["forced"] and kinds[1]["overruled"] == why
    utterance = asyncio.run(show.next(3.0))
    assert utterance is not None and utterance.text == "这是全网最低价", "it is said in spite of them"


def test_an_order_that_has_become_a_false_price_is_not_said_though_it_was_forced() -> None:
    show = desk()
    assert show.operate("最低价，壶99元", 1.0, force=True) == ""
    dearer = DEMO.products[0].model_copy(update={"price": DEMO.products[0].price + 10})
    show.adopt(DEMO.model_copy(update={"products": (dearer, *DEMO.products[1:])}), {})
    utterance = asyncio.run(show.next(3.0))
    assert utterance is not None and utterance.kind != "operator"
