"""Variants, numbers of links and currencies: what a persona may say of them, and what is printed and claimed."""

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from anchor.guard.claims import Claims
from anchor.mind.catalogue import Catalogue
from anchor.mind.minds import alone
from anchor.mind.prompt import facts
from anchor.talk.edition import make
from persona.check import open_persona
from persona.currency import CURRENCIES
from persona.fill import fill
from persona.model import Persona, Product
from persona.problem import BadPersona
from persona.sale import as_of
from streams.chat.lines import event

CAFE = open_persona(Path("tests/eval/cafe"))[0]
GADGETS = open_persona(Path("tests/eval/gadgets"))[0]


def product(**fields: object) -> Product:
    return Product.model_validate({"id": "coat", "name": "羽绒服", "price": 299, **fields})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"variants": [{"price": 299}]}, "a variant needs a name, a colour, a size or a spec"),
        ({"variants": [{"size": "L", "price": 319}]}, "must be the lowest of its variants"),
        ({"variants": [{"size": "L", "price": 289}]}, "must be the lowest of its variants"),
        ({"stock": 9, "variants": [{"size": "L", "stock": 3}, {"size": "M", "stock": 5}]}, "is not the sum of its variants"),
        ({"no": 0}, "greater than or equal to 1"),
        ({"variants": [{"size": "L", "stock": -1}]}, "greater than or equal to 0"),
        ({"variants": [{"size": "L", "stoc": 1}]}, "Extra inputs"),
    ],
)  # fmt: skip
def test_variants_that_cannot_be(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        product(**fields)


def test_what_is_left_is_the_sum_of_what_was_counted() -> None:
    assert product(variants=[{"size": "L", "stock": 3}, {"size": "M", "stock": 5}]).left == 8
    assert product(variants=[{"size": "L", "stock": 3}, {"size": "M"}]).left is None
    assert product(stock=9, variants=[{"size": "L", "stock": 3}, {"size": "M"}]).left == 9
    assert [v.title for v in product(variants=[{"colour": "黑色", "size": "L"}, {"spec": "大份"}]).variants] == [
        "黑色L码",
        "大份",
    ]


def written(folder: Path, products: str, top: str = "") -> list[str]:
    """The problems of a persona with these products."""
    folder.mkdir(exist_ok=True)
    (folder / "persona.yaml").write_text(
        "anchor: {name: 小满}\ndisclosure: {line: 我是 AI 虚拟主播}\nscripts: [{id: a, lines: [大家好]}]\nschedule: {rotation: [a]}\n"
        + top,
        encoding="utf-8",
    )
    (folder / "products.yaml").write_text(products, encoding="utf-8")
    try:
        open_persona(folder)
    except BadPersona as error:
        return [str(problem) for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("products", "top", "problem"),
    [
        ("- {id: a, name: 壶, price: 1, no: 3}\n- {id: b, name: 杯, price: 1, no: 3}\n", "", "products.yaml:2:30: products[1].no: no: 3 is the link of 'a' already"),
        ("- {id: a, name: 壶, price: 1}\n- {id: b, name: 杯, price: 1, aliases: [壶]}\n", "", "products.yaml:2:40: products[1].aliases[0]: '壶' names 'a' too"),
        ("- {id: a, name: Pot, price: 1}\n- {id: b, name: ＰＯＴ, price: 1}\n", "", "names 'a' too"),
        ("- {id: a, name: 壶, price: 9.5}\n", "currency: JPY\n", "JPY has no fractions: 9.5 cannot be paid"),
        ("- {id: a, name: 壶, price: 9}\n", "currency: RMB\n", "currency"),
        ("- {id: a, name: 衣, price: 9, facts: {尺码: XL 库存 3 件}}\n", "", "the stock of sizes belongs in variants"),
        ("- {id: a, name: 衣, price: 9, variants: [{size: L}, {size: l}]}\n", "", "'l码' stands here twice"),
        ("- {id: a, name: 衣, price: 9, was: 12, variants: [{size: L}, {size: M, price: 15}]}\n", "", "must be above it"),
        ("- {id: a, name: 衣, price: 9, variants: [{size: L, aliases: [大]}, {size: M, aliases: [大]}]}\n", "", "viewers could mean either"),
        ("- {id: a, name: 衣, price: 9, variants: [{size: L, aliases: [杯]}]}\n- {id: b, name: 杯, price: 1}\n", "", "1:61: products[0].variants[0].aliases[0]: '杯' names the product 'b' too"),
        ("- {id: a, name: 衣, price: 9, was: 8}\n", "", "products.yaml:1:30: products[0].was: was (8) must be above price (9)"),
        ("- {id: a, name: 衣, price: 9, variants: [{size: L, price: 12}]}\n", "", "products.yaml:1:20: products[0].price: price (9) must be the lowest"),
        ("- {id: a, name: 衣, price: 9, stock: 9, variants: [{size: L, stock: 3}]}\n", "", "products.yaml:1:30: products[0].stock: stock (9) is not the sum"),
        ("- {id: a, name: 衣, price: 9, stock: 2, variants: [{size: L, stock: 3}, {size: M}]}\n", "", "products[0].stock: stock (2) is less than the variants"),
        ("- {id: a, name: 衣, price: 9, sizes: {M: {库存: 3}}}\n", "", "sizes.M.库存: sizes say whom each size fits: write variants: [{size: M, stock: 3}, …]"),
        ("- {id: a, name: 衣, price: 9, sizes: {M: {价格: 99}}}\n", "", "write variants: [{size: M, price: 99}, …]"),
        ("- {id: a, name: 衣, price: 9, no: 2}\n- {id: b, name: 杯, price: 1}\n", "", "products[0].no: no: 2 is the number of 'b' by its place: write no: for both"),
    ],
)  # fmt: skip
def test_mistakes_between_products_are_told_where_they_stand(
    products: str, top: str, problem: str, tmp_path: Path
) -> None:
    problems = written(tmp_path / "shop", products, top)
    assert len(problems) == 1 and problem in problems[0], problems


def test_a_wrong_product_makes_no_other_mistake_and_hides_none(tmp_path: Path) -> None:
    script = "[{id: a, product: a, lines: ['{a.name}，{a.price}']}]"
    shop = tmp_path / "shop"
    one = "- {id: a, name: 衣, price: 9, was: 8, no: x, variants: [{price: 9}], aliases: [杯]}\n- {id: b, name: 杯, price: 1}\n"
    written(shop, one)
    persona = (shop / "persona.yaml").read_text(encoding="utf-8")
    (shop / "persona.yaml").write_text(persona.replace("[{id: a, lines: [大家好]}]", script), encoding="utf-8")
    with pytest.raises(BadPersona) as caught:
        open_persona(shop)
    assert [problem.path for problem in caught.value.problems] == [
        "products[0].was", "products[0].no", "products[0].variants[0]", "products[1].name"
    ]  # fmt: skip


def test_numbers_that_are_written_and_those_by_place_may_stand_side_by_side(tmp_path: Path) -> None:
    goods = (
        "- {id: a, name: 衣, price: 9, no: 1}\n- {id: b, name: 杯, price: 1}\n- {id: c, name: 碗, price: 1, no: 12}\n"
    )
    assert written(tmp_path / "shop", goods) == []


def test_a_size_table_and_variants_are_no_mistake(tmp_path: Path) -> None:
    products = "- {id: a, name: 衣, price: 9, sizes: {L: {身高: 165-172cm}}, variants: [{size: L, stock: 3}, {size: M, stock: 0}]}\n"
    assert written(tmp_path / "shop", products) == []


def test_the_lowest_price_is_said_and_printed_as_such() -> None:
    assert fill("{coat.price}，还有{coat.stock}件", CAFE) == "299元起，还有34件"
    assert fill("{tote.price}", CAFE) == "59元起" and fill("{lamp.price}", GADGETS) == "24.99 dollars"
    card = make(CAFE, alone, {}, 0.0).cards["coat"]
    assert (card.sign, card.price, card.more) == ("¥", "299", "起")
    card = make(GADGETS, alone, {}, 0.0).cards["lamp"]
    assert (card.sign, card.price, card.was, card.more) == ("$", "24.99", "34.99", "")
    english = CAFE.model_copy(
        update={"anchor": CAFE.anchor.model_copy(update={"language": "en-US"}), "currency": "GBP"}
    )
    card = make(english, alone, {}, 0.0).cards["coat"]
    assert (card.sign, card.price, card.more) == ("£", "299", "and up")
    assert "价格 from 29.90 pounds；" in facts(english.products[0], english), "what a model is told"
    assert "价格 29.9元起；" in facts(CAFE.products[0], CAFE)


def test_another_currency_is_another_fact() -> None:
    yuan = make(GADGETS.model_copy(update={"currency": "CNY"}), alone, {}, 0.0)
    dollars = make(GADGETS, alone, {}, 0.0)
    assert yuan.facts != dollars.facts and yuan.facts_mark != dollars.facts_mark


def test_the_end_of_a_sale_is_the_end_of_its_price_for_every_variant() -> None:
    bag = product(
        price=99,
        was=159,
        sale_ends="2026-11-12T00:00:00+08:00",
        after=129,
        variants=[{"colour": "黑色", "price": 99}, {"colour": "白色"}],
    )
    ends = bag.sale_ends.timestamp()  # type: ignore[union-attr]
    shop = CAFE.model_copy(update={"products": (bag,)})
    assert as_of(shop, ends - 1) == shop
    later = as_of(shop, ends).products[0]
    assert [later.price_of(variant) for variant in later.variants] == [129, 129]
    assert not later.several_prices and later.was == 159


@pytest.mark.parametrize("currency", CURRENCIES.values(), ids=lambda currency: currency.code)
def test_an_amount_is_said_in_both_languages(currency: object) -> None:
    said = [CURRENCIES[currency.code].said(Decimal(n), english) for n in ("1", "99.50") for english in (False, True)]  # type: ignore[attr-defined]
    assert said[0] == f"1{currency.chinese}" and said[1] == f"1 {currency.english}"  # type: ignore[attr-defined]
    assert said[2] == f"99.5{currency.chinese}" and said[3] == f"99.50 {currency.plural}"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("shop", "about", "sentence", "wrong"),
    [
        (CAFE, "coat", "黑色XL码319元。", False),
        (CAFE, "coat", "黑色XL码299元。", True),
        (CAFE, "coat", "这款299元起。", False),
        (CAFE, "coat", "这款319元。", True),
        (CAFE, "coat", "黑色L码还有5件。", False),
        (CAFE, "coat", "黑色L码还有12件。", True),
        (CAFE, "coat", "黑色XL码还有货。", True),
        (CAFE, "coat", "黑色XL码没货了。", False),
        (CAFE, "hoodie", "灰色L码没货了。", False),
        (CAFE, "hoodie", "灰色M码没货了。", True),
        (GADGETS, "lamp", "It is 24.99 dollars.", False),
        (GADGETS, "lamp", "It is $24.99.", False),
        (GADGETS, "lamp", "It is 24.99 yuan.", True),
        (GADGETS, "lamp", "It is 24.99元.", True),
        (GADGETS, "lamp", "It is £24.99.", True),
        (GADGETS, "lamp", "It is 19.99 dollars.", True),
    ],
)
def test_a_models_claim_is_held_to_the_variant_and_the_currency(
    shop: Persona, about: str, sentence: str, wrong: bool
) -> None:
    claims = Claims(shop.products, tuple(shop.shop.values()), Catalogue(shop).placed, shop.money)
    assert bool(claims.wrong(sentence, shop.product(about))[0]) == wrong


def test_a_model_may_not_say_that_a_size_is_there_which_nobody_has_counted() -> None:
    demo = open_persona(Path("persona/xiaomei"))[0]
    claims = Claims(demo.products, (), Catalogue(demo).placed)
    assert claims.wrong("XL码有货。", demo.product("pot"))[0]
    assert not claims.wrong("有货的。", demo.product("pot"))[0]


@pytest.mark.parametrize(
    "blank",
    ["\u00a0", "\u3000", "\t", "\u2002", "\u2003", "\u2009", "\u202f", "\u205f", "\u1680", "\u2028", "\n", "\u0085"],
)
def test_a_blank_of_any_width_is_a_blank(blank: str) -> None:
    comment = event({"text": f"how much{blank}is the pot", "viewer": f"Ann{blank}Lee"}, 1, "http")
    assert (comment.text, comment.viewer) == ("how much is the pot", "Ann Lee")


@pytest.mark.parametrize(
    "name",
    [
        "长" * 61,
        "x" * 500,
        "名 " * 60,
        "👍" * 80,
        "a\u0301" * 70,
        "长" * 60 + "。",
        " " * 9 + "长" * 70,
        "1" * 61,
        "·" * 99,
        "ab" * 31,
        "Ω" * 4000,
    ],
)
def test_a_long_name_is_cut_and_its_comment_is_kept(name: str) -> None:
    comment = event({"text": "多少钱", "viewer": name}, 1, "http")
    assert comment.text == "多少钱" and 0 < len(comment.viewer) <= 60 and name.strip().startswith(comment.viewer[:50])
