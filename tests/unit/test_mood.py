import pytest

from anchor.text.mood import mood_of
from streams.types import MOODS


@pytest.mark.parametrize(
    ("sentence", "mood"),
    [
        ("欢迎来到直播间！", "happy"),
        ("谢谢小明的支持。", "happy"),
        ("不好意思，这款今天卖完了！", "sorry"),
        ("抱歉，我没有这个信息。", "sorry"),
        ("哇，这个价格我也没想到！", "surprised"),
        ("让我看看，这款有三种颜色。", "thinking"),
        ("云南小粒咖啡豆今天直播间49.9元。", "calm"),
        ("Sorry, it is sold out today!", "sorry"),
        ("Welcome, everyone", "happy"),
        ("It weighs 1.2 kg.", "calm"),
        ("The greatest common divisor is four.", "calm"),
        ("", "calm"),
    ],
)
def test_the_words_say_the_mood(sentence: str, mood: str) -> None:
    assert mood_of(sentence) == mood
    assert mood in MOODS
