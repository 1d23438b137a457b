"""What viewers write, as all may see it."""

import pytest

from anchor.guard import privacy


@pytest.mark.parametrize(
    ("name", "shown"), [("小李", "小*"), ("Benjamin", "B***"), ("王", "*"), ("", ""), ("  阿 Q ", "阿**")]
)
def test_names(name: str, shown: str) -> None:
    assert privacy.name(name) == shown


@pytest.mark.parametrize(
    "private",
    ["13812345678", "138 1234 5678", "138-1234-5678", "138  1234  5678", "138,1234,5678", "138/1234/5678", "138_1234_5678",
     "(138)1234(5678)", "138--1234--5678", "138 . 1234 . 5678", "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "①③⑧①②③④⑤⑥⑦⑧", "１３８１２３４５６７８",
     "一三8一二3四5六7八", "壹叁捌壹贰叁肆伍陆柒捌", "一三八一二三四五六七八", "11010119900101123X", "138​1234​5678",
     "微信 abc_12345", "加微信号：abc_12345", "vx:hello123", "v信 hello123", "wechat: abcdef", "QQ 12345678", "tel 5551234",
     "me@example.com", "me＠qq.com", "https://x.example/a?b=1", "www.example.com/x", "t.me/abc", "example.com/x"],
)  # fmt: skip
def test_private_things_are_masked(private: str) -> None:
    assert privacy.words(f"你好，{private} 谢谢").replace("加", "") == "你好，*** 谢谢"


@pytest.mark.parametrize(
    "harmless",
    ["咖啡壶多少钱", "99元 两个 500ml 可以吗", "2026年双11有活动吗", "iPhone 16 Pro", "三五天能到吗", "手机壳多少钱", "微信支付可以吗", "any hotel rooms?",
     "qq音乐好听", "一共三个人", "4.5 out of 5", "v8引擎", "电话会议用的", "一杯两杯三杯四杯五杯六杯七杯八杯", "三人份，五人份，六人份，八人份都有吗"],
)  # fmt: skip
def test_harmless_words_stay(harmless: str) -> None:
    assert privacy.words(harmless) == harmless
