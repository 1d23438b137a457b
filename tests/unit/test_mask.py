"""What viewers write, as all may see it."""

import pytest

from anchor.desk import mask


@pytest.mark.parametrize(
    ("name", "shown"), [("小李", "小*"), ("Benjamin", "B***"), ("王", "*"), ("", ""), ("  阿 Q ", "阿**")]
)
def test_names(name: str, shown: str) -> None:
    assert mask.name(name) == shown


@pytest.mark.parametrize(
    "private",
    ["13812345678", "138 1234 5678", "138-1234-5678", "加微信 abc_12345", "vx:hello123", "QQ 12345678", "me@example.com",
     "https://x.example/a?b=1", "www.example.com/x", "身份证 11010119900101123X", "一三八一二三四五六七八"],
)  # fmt: skip
def test_private_things_are_masked(private: str) -> None:
    shown = mask.words(f"你好 {private} 谢谢")
    assert "***" in shown and shown.startswith("你好") and shown.endswith("谢谢")
    assert not any(part in shown for part in ("1234", "abc_", "hello123", "example", "三四五"))


@pytest.mark.parametrize(
    "harmless", ["咖啡壶多少钱", "99元 两个 500ml 可以吗", "2026年双11有活动吗", "iPhone 16 Pro", "三五天能到吗"]
)
def test_harmless_words_stay(harmless: str) -> None:
    assert mask.words(harmless) == harmless
