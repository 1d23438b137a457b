import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchor.voice import spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("今天只要¥99.00", "今天只要九十九元"),
        ("￥1,299元", "一千二百九十九元"),
        ("¥5999.9元", "五千九百九十九点九元"),
        ("5,999.95元", "五千九百九十九点九五元"),
        ("49.9元", "四十九点九元"),
        ("2元", "两元"),
        ("12元", "十二元"),
        ("200块", "二百块"),
        ("0.5元", "零点五元"),
        ("10000元", "一万元"),
        ("10050元", "一万零五十元"),
        ("100500元", "十万零五百元"),
        ("20000300元", "二千万零三百元"),
        ("$20", "二十美元"),
        ("85%", "百分之八十五"),
        ("3.5%", "百分之三点五"),
        ("10-20%", "百分之十到百分之二十"),
        ("2026年11月20日", "二零二六年十一月二十日"),
        ("2026-11-20", "二零二六年十一月二十日"),
        ("20:30开播", "二十点半开播"),
        ("9:05", "九点零五分"),
        ("12:00", "十二点"),
        ("8折", "八折"),
        ("8.5折", "八五折"),
        ("500ml", "五百毫升"),
        ("3.5kg", "三点五公斤"),
        ("2kg", "两公斤"),
        ("454g", "四百五十四克"),
        ("-5℃", "零下五摄氏度"),
        ("3-5天", "三到五天"),
        ("买2个送1个", "买两个送一个"),
        ("第2款", "第二款"),
        ("304 不锈钢", "三零四 不锈钢"),
        ("13800138000", "幺三八零零幺三八零零零"),
        ("一共110件", "一共一百一十件"),
        ("15件", "十五件"),
        ("1008件", "一千零八件"),
        ("36 档", "三十六 档"),
        ("48 小时内", "四十八 小时内"),
        ("3x4", "三乘四"),
        ("型号520，188元带走", "型号五百二十, 一百八十八元带走"),
        ("编号2024，199元", "编号二千零二十四, 一百九十九元"),
        ("99-199元", "九十九到一百九十九元"),
        ("100元-200元", "一百到二百元"),
        ("¥5-10", "五到十元"),
        ("1,299,000元", "一百二十九万九千元"),
        ("20㎡", "二十平方米"),
        ("5G手机", "五G手机"),
        ("64G", "六十四G"),
        ("iPhone 5s", "iPhone 五s"),
        ("粉水比1:15", "粉水比一比十五"),
        ("1,5,10", "一, 五, 十"),
    ],
)
def test_numbers_in_chinese(written: str, said: str) -> None:
    assert spoken.chinese(written) == said


def test_punctuation_becomes_pauses() -> None:
    assert spoken.chinese("你好，世界。真的？") == "你好, 世界. 真的?"


def test_latin_words_stay() -> None:
    assert spoken.chinese("iPhone 16 Pro很好") == "iPhone 十六 Pro很好"


@pytest.mark.parametrize(
    ("written", "said"),
    [("¥99.00", "99 yuan"), ("$1,299", "1299 dollars"), ("15%", "15 percent"), ("49.90元", "49.9 yuan")],
)
def test_numbers_in_english(written: str, said: str) -> None:
    assert spoken.english(written) == said


def value(words: str) -> int:
    """Chinese number words back to an integer: an independent reading to test against."""
    digits, units = "零一二三四五六七八九", {"十": 10, "百": 100, "千": 1000}
    total = section = number = 0
    for char in words:
        if char in digits:
            number = digits.index(char)
        elif char in units:
            section += (number or (1 if char == "十" and not section else 0)) * units[char]
            number = 0
        else:
            section += number
            total = (total + section) * {"万": 10**4, "亿": 10**8}[char]
            section = number = 0
    return total + section + number


@given(st.integers(0, 10**8 - 1))
def test_integers_read_back(n: int) -> None:
    words = spoken.integer(str(n))
    assert value(words) == n
    assert "零零" not in words and (n == 0 or not words.endswith("零"))


@given(st.text(max_size=80))
def test_any_text_can_be_normalised_and_no_digit_is_left(text: str) -> None:
    assert not re.search(r"[0-9]", spoken.chinese(text))


@given(st.decimals("0.01", 999999, places=2))
def test_any_price_is_said_without_its_sign(price: object) -> None:
    said = spoken.chinese(f"只要¥{price}！")
    assert said.endswith("元!") and "¥" not in said
