import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchor.mind.catalogue import Catalogue
from anchor.text.sentences import LONGEST, Splitter, sentences
from persona.check import open_persona
from persona.fill import amount

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
        ("how much is the grinder", "pot", "grinder", "168 yuan"),
        ("is the pot in stock?", None, "pot", "200"),
        ("多少钱", None, None, "哪一款"),
        ("豆子发什么快递", "pot", "beans", "顺丰"),
        ("发什么快递", "beans", "beans", "顺丰"),
        ("壶比磨豆机便宜多少", None, "pot", "相差69元"),
        ("磨豆机和咖啡壶一起买多少钱", None, "grinder", "一共267元"),
        ("三个壶多少钱", None, "pot", "一共297元"),
        ("买两包豆子比原价省多少", None, "beans", "便宜36.2元"),
        ("300块够买两个壶加一包豆子吗", None, "pot", "247.9元，够了"),
        ("两个多少钱", "grinder", "grinder", "336元"),
        ("two bags of beans, what's the total price", None, "beans", "99.80 yuan"),
        ("二号链接多少钱", "pot", "grinder", "168元"),
        ("壶和磨豆机哪个贵", None, "grinder", "手摇磨豆机更贵"),
        ("哪个最便宜", "pot", "beans", "云南小粒咖啡豆更便宜"),
        ("磨豆机和壶哪个重", None, "grinder", "550g"),
        ("50块以内有什么", "pot", "beans", "49.9元"),
        ("80卖不卖", "pot", "pot", "99元"),
        ("没豆机多少钱", "pot", "grinder", "168元"),
        ("咖啡壶多少浅", "beans", "pot", "99元"),
        ("磨豆机几档可调", "pot", "grinder", "36 档"),
        ("磨豆机两台豆子一包总共多少", None, "grinder", "385.9元"),
        ("壶来两个磨豆机来三个一共多少", None, "pot", "702元"),
        ("两个壶三包豆子一共", None, "pot", "347.7元"),
        ("壶来3个再加一包豆子总共多少", None, "pot", "346.9元"),
        ("磨豆机2个人用多少钱", None, "grinder", "168元"),
        ("壶12个月保修多少钱", None, "pot", "99元"),
        ("全套下来多少钱", "grinder", "pot", "316.9元"),
        ("这个比壶贵吗", "grinder", "grinder", "手摇磨豆机更贵"),
        ("壶是不是59", None, "pot", "99元"),
        ("豆子100g多少钱", None, "beans", "按份卖"),
        ("保修多久", None, None, "手摇磨豆机的质保是两年"),
        ("还有货吗", None, None, "手摇磨豆机还有86件"),
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


@pytest.mark.parametrize("question", ["你觉得特朗普怎么样呢以及别的事情", "加个微信", "what is the weather"])
def test_says_plainly_that_it_does_not_know_and_stays_on_the_product(question: str) -> None:
    answer = CATALOGUE.answer(question, "pot")
    assert answer.source == "unknown"
    assert "没有准确的资料" in answer.text or "not guess" in answer.text
    if "豆子" not in question:
        assert answer.product == "pot" and ("手冲咖啡壶" in answer.text or "pot" in answer.text)


@pytest.mark.parametrize("question", ["明天会下雨吗", "主播有男朋友吗", "主播好漂亮", "晚上好呀"])
def test_small_talk_is_answered_and_led_back(question: str) -> None:
    answer = CATALOGUE.answer(question, "pot")
    assert answer.source == "courtesy" and answer.text and not CATALOGUE.knows(question, "pot")


@pytest.mark.parametrize(
    "question",
    [
        "茶壶多少钱",
        "壶盖多少钱",
        "咖啡壶盖多少钱",
        "1000ml的壶多少钱",
        "延保多少钱",
        "磨豆机安装费多少钱",
        "礼盒要加多少钱",
    ],
)
def test_a_price_of_what_is_not_sold_is_not_known(question: str) -> None:
    answer = CATALOGUE.answer(question, "pot")
    assert answer.source == "unknown" and "元" not in answer.text


SOLD = PERSONA.model_copy(
    update={
        "products": (
            PERSONA.products[0].model_copy(update={"stock": None}),
            PERSONA.products[1].model_copy(update={"stock": 0}),
            PERSONA.products[2].model_copy(update={"stock": 3}),
        )
    }
)


def test_what_there_is_none_of_is_told_with_its_price_and_what_nobody_counts_is_not() -> None:
    catalogue = Catalogue(SOLD)
    assert catalogue.answer("壶多少钱，有货吗").text == "手冲咖啡壶今天直播间99元。"
    assert "暂时没有货" in catalogue.answer("磨豆机多少钱").text
    assert "现在只有3件" in catalogue.answer("5包豆子多少钱").text
    assert "磨豆机" not in catalogue.answer("200块以内有什么").text
    assert "暂时没有货" in catalogue.answer("磨豆机和壶哪个贵").text


@pytest.mark.parametrize(
    "question", ["壶2豆子3一共多少钱", "感冒灵2盒+豆子3盒一共多少钱", "pots 2 beans 3 total price"]
)
def test_where_it_is_not_certain_how_many_of_which_nothing_is_added_up(question: str) -> None:
    text = CATALOGUE.answer(question).text
    assert "一共" not in text and "together" not in text and re.search("49.90? ?(元|yuan)", text)


@pytest.mark.parametrize(
    "question",
    [
        "100元以内有什么",
        "哪个便宜",
        "多少钱",
        "有货吗",
        "我165穿什么码",
        "全套多少钱",
        "都有什么",
        "？",
        "\x00",
        "🙂" * 50,
        "长" * 5000,
    ],
)
@pytest.mark.parametrize("left", [0, 1])
def test_shops_with_little_or_nothing_answer_all_the_same(question: str, left: int) -> None:
    few = PERSONA.model_copy(update={"products": PERSONA.products[:left], "faq": ()})
    assert Catalogue(few).answer(question).text


SIZED = PERSONA.model_copy(
    update={
        "products": (
            PERSONA.products[0].model_copy(
                update={
                    "id": "shirt", "name": "衬衫", "aliases": (),
                    "sizes": {"S": {"身高": "150-160cm", "体重": "80-100斤"}, "M": {"身高": "160-170cm", "体重": "100-120斤"},
                              "L": {"身高": "170-180cm", "体重": "120-150斤"}},
                }
            ),
        ),
        "shop": {"营业时间": "每天 9:00 到 22:00", "包邮": "满 59 元包邮"},
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "holds"),
    [("我165 110斤穿什么码", "建议M码"), ("一米七五 68公斤选哪个码", "建议L码"), ("身高158体重90斤", "建议S码"), ("1米62，125斤穿多大", "建议L码"),
     ("尺码怎么选", "S码身高150-160cm"), ("190 200斤能穿吗", "没有对应"), ("几点关门", "22:00"), ("包油吗", "满 59 元")],
)  # fmt: skip
def test_sizes_and_what_holds_for_the_shop(question: str, holds: str) -> None:
    assert holds in Catalogue(SIZED).answer(question, "shirt").text


@given(st.text(max_size=60) | st.lists(st.sampled_from(["壶", "多少钱", "1元", "便宜", "豆子", "说价格是", "磨豆机", "是", "9块9", "?"]), max_size=8).map("".join),
       st.sampled_from(["pot", "grinder", "beans", None]))  # fmt: skip
def test_no_price_is_ever_said_that_is_not_in_the_catalogue(question: str, focus: str | None) -> None:
    answer = CATALOGUE.answer(question, focus)
    prices = set(re.findall(r"(\d+(?:\.\d+)?)元", answer.text))
    named = [p.id for p in PERSONA.products if p.name in answer.text] or list(NUMBERS)
    allowed = set().union(*(NUMBERS[name] for name in named))
    price = {p.name: p.price for p in PERSONA.products}
    if pieces := re.findall(r"(\d+)件([^一加，]+)", answer.text):
        total = sum(int(count) * price[name] for count, name in pieces)
        assert f"一共{amount(total)}元" in answer.text
        return
    if apart := re.search(r"^(.+)和(.+)相差([\d.]+)元", answer.text):
        assert amount(price[apart[1]] - price[apart[2]]) == apart[3]
        prices.discard(apart[3])
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
