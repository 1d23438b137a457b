"""Sums in other currencies, in cents and in words that only look like money: what a model may say of a price of 99."""

from typing import Any

import pytest

from anchor.guard.figures import said
from anchor.guard.terms import Guard
from anchor.mind.catalogue import Catalogue
from anchor.talk.answers import Answers
from persona.currency import CURRENCIES, weights
from persona.model import Persona

POT = {"id": "pot", "name": "手冲咖啡壶", "price": "99"}


def shop(currency: str, language: str = "zh-CN", **facts: str) -> Persona:
    written: dict[str, Any] = {
        "currency": currency,
        "anchor": {"name": "小美", "language": language},
        "disclosure": {"line": "我是AI虚拟主播"},
        "products": [{**POT, "facts": facts}, {"id": "tea", "name": "普洱茶", "price": "49"}],
        "scripts": [{"id": "a", "lines": ["欢迎"]}],
        "schedule": {"rotation": ["a"]},
    }
    return Persona.model_validate(written)


def answers(persona: Persona) -> Answers:
    catalogue = Catalogue(persona)
    return Answers(persona, catalogue, Guard(), catalogue)


def claim(text: str, currency: str, **facts: str) -> str:
    """Why a model may not say this of the pot."""
    persona = shop(currency, **facts)
    return answers(persona)._claims.wrong(text, persona.product("pot"))[0]


FOREIGN = {
    "CNY": ["99美元", "99刀", "九十九刀", "九十九美刀", "$99", "US$99", "USD99", "99USD", "99 usd", "EUR99", "₹99", "₩99", "99 rupees", "CAD 99", "AUD99", "CHF 99", "99卢布", "99瑞郎",
            "99韩元", "99澳元", "99加元", "A$99", "99 USDT", "只要99 won", "99 real", "99 francs", "99日元", "99円", "99蚊", "99 cents", "99便士", "99新币", "99英镑", "It is 99 pounds."],
    "USD": ["99元", "99塊", "Mex$99", "99 kr", "Rs. 99", "99块", "RMB99", "99RMB", "99rmb", "¥99", "99¥", "人民币99", "HK$99", "NT$99", "S$99", "A$99", "C$ 99", "R$99", "RM99", "£99", "₹99", "CAD 99", "99 AUD", "99 Canadian dollars", "99 New Zealand dollars", "NZ$99",
            "99 Hong Kong dollars", "99 Singapore dollars", "99 pence", "99 pounds", "ninety-nine euros", "99卢布", "99法郎"],
    "HKD": ["US$99", "US $99", "USD $99", "$99 USD", "只要US$99。", "NT$99", "99 US dollars", "99元", "99美元"],
    "TWD": ["US$99", "HK$99", "99美元", "99 Hong Kong dollars"],
    "SGD": ["US$99", "HK$99", "99 US dollars", "99 australian dollars"],
    "JPY": ["99元", "RMB 99", "CNY99", "人民币99元", "CN¥99"],
    "GBP": ["99 dollars", "$99", "€99", "99 cents"],
    "BRL": ["$99", "US$99", "99 dollars"],
    "EUR": ["99 pence", "$99", "99 US dollars"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("currency", "text"), [(currency, text) for currency, texts in FOREIGN.items() for text in texts]
)
def test_a_sum_of_other_money_is_no_price_though_its_number_is(currency: str, text: str) -> None:
    assert claim(text, currency).startswith("currency ")


@pytest.mark.parametrize(
    ("currency", "text"),
    [("USD", "It costs 99 cents."), ("USD", "99¢"), ("EUR", "99 cents"), ("GBP", "99 pence"), ("GBP", "It is 99p."), ("SGD", "99 cents"), ("USD", "99美分"), ("USD", "It costs ninety-nine cents."), ("USD", "It costs 99 American cents."), ("CNY", "只要99毛。"), ("CNY", "九十九毛。"), ("CNY", "99角")],
)  # fmt: skip
def test_cents_are_not_taken_for_dollars(currency: str, text: str) -> None:
    assert claim(text, currency).startswith("price ")


OWN = {
    "CNY": ["这款咖啡壶只要99元。", "99块钱", "¥99", "￥99", "CN¥99", "99 yuan", "Only 99 kuai today.", "99RMB", "人民币99元", "It really is 99 yuan.", "九十九块。"],
    "USD": ["The pot is 99 dollars.", "$99", "US$99", "US $99", "give us $99", "USD99", "99USD", "99 US dollars", "99 American dollars.", "99 bucks", "这款99美元。", "这款99刀。", "It is a real steal at 99 dollars.", "ninety-nine dollars"],
    "EUR": ["€99", "99€", "99 euros", "EUR 99", "99欧元"],
    "GBP": ["The pot is 99 pounds.", "£99", "99 quid", "99英镑", "GBP99"],
    "JPY": ["¥99", "99円", "99日元", "99 yen", "JPY99"],
    "HKD": ["HK$99", "$99", "99港币", "99蚊", "99 Hong Kong dollars", "99 dollars", "99港纸"],
    "TWD": ["NT$99", "$99", "99台币", "99新台币", "99 Taiwan dollars"],
    "SGD": ["S$99", "$99", "99新币", "99新加坡元", "99 Singapore dollars", "99 dollars"],
    "MYR": ["RM99", "rm 99", "99令吉", "99马币", "99 ringgit"],
    "THB": ["99泰铢", "99铢", "฿99", "99 baht"],
    "VND": ["99越南盾", "这款99越南盾。", "99盾", "₫99", "99 dong"],
    "BRL": ["R$99", "R$ 99", "99 reais", "It is a real bargain at 99 reais."],
}  # fmt: skip


@pytest.mark.parametrize(("currency", "text"), [(currency, text) for currency, texts in OWN.items() for text in texts])
def test_the_true_price_may_be_said_in_all_words_of_the_shops_currency(currency: str, text: str) -> None:
    assert claim(text, currency) == ""
    assert claim(text.replace("99", "89").replace("九十九", "八十九").replace("ninety", "eighty"), currency)


@pytest.mark.parametrize("currency", ["CNY", "USD", "GBP", "HKD", "JPY", "BRL", "VND", "SGD"])
@pytest.mark.parametrize(
    ("text", "facts"),
    [("It weighs 2 pounds.", {"重量": "2 pounds"}), ("The pot weighs only 2 pounds, really light.", {"重量": "2 pounds"}), ("There are 2 pounds of beans in it.", {"净重": "2 pounds of beans"}),
     ("Only 3 real colours.", {"colours": "3 real colours"}), ("This is the real deal.", {}), ("驱蚊8小时。", {"驱蚊": "8小时"}), ("防蚊99%。", {"防蚊": "99%"}), ("3个刀头。", {"配件": "3个刀头"}),
     ("多元化的选择。", {}), ("一块来看看。", {}), ("两块屏幕。", {"屏幕": "两块屏幕"}), ("三元催化技术。", {"技术": "三元催化"}), ("二次元风格。", {}), ("这块屏幕很清楚。", {}), ("盾牌图案。", {}),
     ("圆润的壶嘴。", {}), ("创新元素很多。", {}), ("12块巧克力。", {"一盒": "12块巧克力"}), ("12块巧克力。", {"规格": "12块巧克力"})],
)  # fmt: skip
def test_words_that_are_money_elsewhere_may_be_said_of_what_they_mean_here(
    currency: str, text: str, facts: dict[str, str]
) -> None:
    assert claim(text, currency, **facts) == ""


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_catalogues_own_words_pass_every_check(currency: str, language: str) -> None:
    persona = shop(currency, language)
    judge = answers(persona)
    for question in ("咖啡壶多少钱", "how much is the pot"):
        text = Catalogue(persona).answer(question, "pot").text
        assert "99" in text
        assert judge._claims.wrong(text, persona.product("pot"))[0] == ""
        assert judge.false_price(text, "pot") == judge.unfounded(text, "pot") == ""


@pytest.mark.parametrize(("text", "false"), [("The pot weighs 2 pounds.", False), ("US$99", True), ("99 cents off shipping", False), ("99 dollars", False), ("89 dollars", True)])  # fmt: skip
def test_the_operator_is_held_to_the_currency_and_not_to_the_weight(text: str, false: bool) -> None:
    assert bool(answers(shop("USD" if "US$" not in text else "HKD", "en-US")).false_price(text, "pot")) == false


def test_pounds_of_weight_are_no_money() -> None:
    assert weights("It weighs 2.5 pounds and costs 9 pounds.") == "It weighs 2.5 lb and costs 9 pounds."
    weight, price = said("it weighs 2 pounds, for 9 pounds")
    assert (weight.value, weight.money, price.value, price.money) == (2, False, 9, True)
