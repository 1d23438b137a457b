from decimal import Decimal
from pathlib import Path

import pytest

from anchor.guard.facts import Fact
from anchor.guard.figures import known, unknown
from persona.check import open_persona
from persona.numerals import decimal

PERSONA = open_persona(Path("persona/xiaomei"))[0]
POT = known([PERSONA.products[0]])


@pytest.mark.parametrize(
    ("said", "number"),
    [("九十九", 99), ("一百二", 120), ("一百零二", 102), ("三千六", 3600), ("两万五", 25000), ("十二", 12), ("二十", 20), ("二零二四", 2024), ("三点五", "3.5"),
     ("一百一十一", 111), ("一万零五十", 10050), ("两百", 200)],
)  # fmt: skip
def test_numerals(said: str, number: int | str) -> None:
    assert decimal(said) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["手冲咖啡壶今天99元。", "九十九块就能带走", "原价159，便宜60元", "容量500毫升", "还有200件", "48小时内发货", "质保一年", "一个人用刚刚好", "304不锈钢", "十分好用",
     "看一看，试一试", "￥99.00", "第一次来的朋友", "原价159元", "平时卖159元", "省60元", "玖拾玖元", "It was 159 yuan", "ninety-nine yuan", "只要500ml"],
)  # fmt: skip
def test_what_the_facts_hold_may_be_said(text: str) -> None:
    assert unknown(text, POT) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [("今天只要89元", "price 89"), ("八十九块", "price 89"), ("99块9", "price 99.9"), ("九十九块九", "price 99.9"), ("打八折", "number 8"), ("容量600毫升", "number 600"),
     ("还有300件", "number 300"), ("24小时内发货", "number 24"), ("质保两年", "number 2"), ("只卖200元", "price 200"), ("500元", "price 500"), ("包邮哦", "promise 包邮"),
     ("送您一个杯子", "promise 送您"), ("保证正品", "promise 保证"), ("明天到货", "promise 明天到"), ("今天60元", "price 60"), ("今天直播间159元", "price 159"), ("到手500", "price 500"), ("只要玖拾玖点五元", "price 99.5"), ("半价拿走", "promise 半价"),
     ("便宜一半", "promise 一半"), ("买一赠一", "promise 买一赠"), ("免单啦", "promise 免单"), ("It is ninety yuan", "price 90"), ("half price today", "promise half price"), ("three left in stock", "number 3"), ("it is 5 yuan", "price 5"), ("支持七天无理由", "number 7")],
)  # fmt: skip
def test_what_they_do_not_hold_may_not(text: str, why: str) -> None:
    assert unknown(text, POT) == why


def test_words_that_are_given_besides_count_as_facts() -> None:
    assert unknown("支持7天无理由退货", known([], [Fact("faq", None, "支持七天无理由退货，商品完好就可以退。")])) == ""
