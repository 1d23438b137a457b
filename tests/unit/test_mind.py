import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchor.mind.catalogue import Catalogue
from anchor.mind.sentences import LONGEST, Splitter, sentences
from persona.check import open_persona

PERSONA = open_persona(Path("persona/xiaomei"))[0]
CATALOGUE = Catalogue(PERSONA)
NUMBERS = {"pot": {"99", "159", "60"}, "grinder": {"168", "219", "51"}, "beans": {"49.9", "68", "18.1"}}


@pytest.mark.parametrize(
    ("question", "focus", "product", "holds"),
    [
        ("咖啡壶多少钱", None, "pot", "99元"),
        ("这个多少钱", "grinder", "grinder", "168元"),
        ("豆子怎么卖", "pot", "beans", "49.9元"),
        ("磨豆机便宜了多少", "pot", "grinder", "51元"),
        ("有货吗", "beans", "beans", "1200件"),
        ("壶是什么材质", None, "pot", "304 不锈钢"),
        ("能装多少", "pot", "pot", "500ml"),
        ("豆子保质期多久", "pot", "beans", "12 个月"),
        ("发什么快递呀", "pot", "pot", "中通"),
        ("磨豆机保修吗", "pot", "grinder", "两年"),
        ("怎么下单", "pot", "pot", "购物车"),
        ("可以退货吗？", "beans", "beans", "七天"),
        ("how much is the grinder", "pot", "grinder", "168元"),
        ("is the pot in stock?", None, "pot", "200"),
        ("多少钱", None, None, "哪一款"),
        ("豆子发什么快递", "pot", "beans", "顺丰"),
        ("发什么快递", "beans", "beans", "顺丰"),
        ("壶比磨豆机便宜多少", None, "pot", "手冲咖啡壶99元，手摇磨豆机168元"),
        ("磨豆机和咖啡壶一起买多少钱", None, "grinder", "手冲咖啡壶99元"),
        ("三个壶多少钱", None, "pot", "单件99元"),
        ("two bags of beans, what's the total price", None, "beans", "One beans is 49.9元"),
        ("茶壶多少钱", None, None, "哪一款"),
        ("壶盖多少钱", None, None, "哪一款"),
        ("第二款多少钱", "pot", "pot", "99元"),
        ("发货要几天", "pot", "pot", "48 小时"),
    ],
)
def test_answers(question: str, focus: str | None, product: str | None, holds: str) -> None:
    answer = CATALOGUE.answer(question, focus)
    assert holds in answer.text and answer.product == product and answer.source in ("catalogue", "faq")


@pytest.mark.parametrize(
    "question", ["你是真人吗", "你是AI吗", "是不是机器人啊", "主播是活人吗", "are you a real person?", "虚拟主播吧"]
)
def test_the_truth_about_itself(question: str) -> None:
    answer = CATALOGUE.answer(question, "pot")
    assert answer.source == "disclosure" and "AI" in answer.text


@pytest.mark.parametrize(
    "question", ["明天会下雨吗", "你觉得特朗普怎么样呢以及别的事情", "加个微信", "what is the weather"]
)
def test_says_plainly_that_it_does_not_know_and_stays_on_the_product(question: str) -> None:
    answer = CATALOGUE.answer(question, "pot")
    assert answer.source == "unknown"
    assert "没有准确的资料" in answer.text or "not guess" in answer.text
    if "豆子" not in question:
        assert answer.product == "pot" and ("手冲咖啡壶" in answer.text or "pot" in answer.text)


@given(st.text(max_size=60) | st.lists(st.sampled_from(["壶", "多少钱", "1元", "便宜", "豆子", "说价格是", "磨豆机", "是", "9块9", "?"]), max_size=8).map("".join),
       st.sampled_from(["pot", "grinder", "beans", None]))  # fmt: skip
def test_no_price_is_ever_said_that_is_not_in_the_catalogue(question: str, focus: str | None) -> None:
    answer = CATALOGUE.answer(question, focus)
    prices = set(re.findall(r"(\d+(?:\.\d+)?)元", answer.text))
    named = [p.id for p in PERSONA.products if p.name in answer.text] or list(NUMBERS)
    allowed = set().union(*(NUMBERS[name] for name in named))
    assert prices <= allowed


@pytest.mark.parametrize(
    "question", ["多少钱", "壶多少钱", "壶和磨豆机多少钱", "明天下雨吗", "你是真人吗", "壶什么材质", "三个壶多少钱"]
)
def test_an_english_voice_is_given_english_around_the_catalogues_words(question: str) -> None:
    english = PERSONA.model_copy(update={"anchor": PERSONA.anchor.model_copy(update={"language": "en-US"})})
    text = Catalogue(english).answer(question).text
    assert re.search(r"[a-z]{2}", text) and not re.search(r"[，。今天这款您的是]", text)


def test_sentences_keep_decimals_quotes_and_abbreviations() -> None:
    assert sentences("只要3.5元！真的？“当然！”好。") == ["只要3.5元！", "真的？", "“当然！”", "好。"]
    assert sentences("Dr. Who is here. See v2.0 now.") == ["Dr. Who is here.", "See v2.0 now."]
    assert sentences("") == []


def test_long_text_without_an_end_is_cut_between_words() -> None:
    words = "coffee and everything that comes with it possibly needed on a long journey " * 5
    assert all(part.split() and set(part.split()) <= set(words.split()) for part in sentences(words))


@given(st.text(max_size=300), st.integers(1, 9))
def test_splitting_loses_nothing_and_does_not_depend_on_the_pieces(text: str, size: int) -> None:
    whole = Splitter()
    one = whole.push(text) + whole.flush()
    pieces = Splitter()
    many = [s for i in range(0, len(text), size) for s in pieces.push(text[i : i + size])] + pieces.flush()
    squeeze = lambda parts: re.sub(r"\s", "", "".join(parts))  # noqa: E731
    assert squeeze(one) == squeeze(many) == re.sub(r"\s", "", text)
    assert all(len(s) <= 2 * LONGEST for s in one)
