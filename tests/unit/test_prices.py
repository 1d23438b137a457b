"""Prices of their own in scripts, and marks that look like the syntax of lines."""

from pathlib import Path

import pytest
import yaml

from persona.check import open_persona
from persona.lines import line_mistakes, text_mistakes
from persona.model import Persona, Product
from persona.prices import statement

LINES = yaml.safe_load(Path("tests/data/prices.yaml").read_text(encoding="utf-8"))
PERSONA = open_persona(Path("persona/xiaomei"))[0]


def selling(*products: Product) -> Persona:
    return PERSONA.model_copy(update={"products": products})


def test_a_price_or_a_deal_of_its_own() -> None:
    assert [line for line in LINES["lies"] if statement(line) is None] == []


def test_words_without_a_price() -> None:
    assert [line for line in LINES["innocent"] if statement(line) is not None] == []


def test_answers_of_a_model_with_a_wrong_price_are_seen_too() -> None:
    answers = yaml.safe_load(Path("tests/data/lies.yaml").read_text(encoding="utf-8"))
    priced = [item["answer"] for item in answers if item.get("price")]
    assert sum(statement(answer) is not None for answer in priced) / len(priced) > 0.93


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("今天直播间99", "write {pot.price}"),
        ("原价一百五十九", "write {pot.was}"),
        ("四十九块九一包", "write {beans.price}"),
        ("¥168.00", "write {grinder.price}"),
        ("to you for just ninety-nine", "write {pot.price}"),
        ("今天直播间79", "write {ID.price} or {ID.was}"),
        ("第二件半价", "under shop:"),
        ("领十元券", "is a deal"),
        ("[只要|才]79", "price of its own"),
        ("原价${pot.was}", "{pot.was} brings its own currency; leave out the $ before it"),
        ("只要{pot.price}蚊", "{pot.price} brings its own currency; leave out the 蚊 behind it"),
        (
            "only {pot.price} Hong Kong dollars",
            "{pot.price} brings its own currency; leave out the Hong Kong dollars behind it",
        ),
        ("只要¥ {pot.price}", "leave out the ¥ before it"),
        ("只要RMB{pot.price}", "leave out the RMB before it"),
        ("{pot.price}元", "leave out the 元 behind it"),
        ("{pot.price}块钱", "leave out the 块钱 behind it"),
        ("{pot.price} dollars", "leave out the dollars behind it"),
        ("{pot.price}美金", "leave out the 美金 behind it"),
        ("{pot.price}9", "price of its own"),
        ("{pot.price}三件", "is a deal"),
        ("{pot.stock}元", "price of its own"),
        ("｛pot.was｝", "｛ is a full-width brace"),
        ("{pot.was｝", "write { and }"),
        ("［大家|各位］好", "write [大家|各位]"),
        ("[大家｜各位]好", "write [大家|各位]"),
        ("［大家｜各位］好", "write [大家|各位]"),
        ("【大家｜各位】好", "write [大家|各位]"),
        ("大家|各位好", "a bar without brackets"),
        ("{{pot.price}}", "write {pot.price}"),
        ("#{pot.name}", "write {pot.name}"),
        ("${pot.name}", "write {pot.name}"),
        ("%pot.price%", "write {pot.price}"),
        ("<pot.price>", "write {pot.price}"),
        ("[pot.price]", "write {pot.price}"),
        ("（pot.price）", "write {pot.price}"),
        ("只要pot.price", "write {pot.price}"),
        ("{pot。price}", "write {pot.price}"),
        ("{ｐｏｔ.price}", "write {pot.price}"),
        ("{pot.facts：容量}", "write {pot.facts.容量}"),
    ],
)
def test_what_to_write_instead(line: str, advice: str) -> None:
    (mistake,) = line_mistakes(line, PERSONA)
    assert advice in mistake


@pytest.mark.parametrize(
    "line", ["{pot.price}元旦快乐", "【公告】大家好", "（新品）{pot.name}", "访问 shop.example", "{ pot.price }", "[大家|各位]好", "A.B", "(*^▽^*)好"]
)  # fmt: skip
def test_marks_that_are_right(line: str) -> None:
    assert not list(line_mistakes(line, PERSONA))


def test_the_price_of_the_product_that_is_shown_comes_first() -> None:
    twin = Product(id="a", name="杯子", price=PERSONA.products[0].price)
    assert "{pot.price}" in next(line_mistakes("今天99", selling(twin, *PERSONA.products), "pot"))
    assert "{a.price}" in next(line_mistakes("今天99", selling(twin, *PERSONA.products), "a"))


def test_a_number_in_a_products_name_is_no_price() -> None:
    razor = Product.model_validate({"id": "razor", "name": "飞科999", "aliases": ["Flyco 999"], "price": 59})
    assert not list(line_mistakes("今天带来飞科999，还有 Flyco 999。", selling(razor)))
    assert list(line_mistakes("飞科999，今天999", selling(razor)))


def test_an_answer_has_one_wording() -> None:
    assert "only lines of scripts" in next(text_mistakes("[大家|各位]好", PERSONA))
