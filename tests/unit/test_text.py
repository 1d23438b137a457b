from pathlib import Path

import numpy as np
import pytest

from streams.air import text
from streams.air.card import card
from streams.air.layers import layout
from streams.types import Card


def ink(sprite: text.Sprite) -> int:
    return int((sprite.planes[0] > 150).sum())


def test_caption_is_wrapped_inside_its_width() -> None:
    short, long = text.caption("你好", 700, 40), text.caption("今天只要99元，" * 8, 700, 40)
    assert short.width == long.width == 700
    assert long.height > short.height
    assert ink(long) > ink(short) > 100


def test_no_line_begins_with_punctuation_and_words_stay_whole() -> None:
    face = text.font(40)
    lines = text.wrap("这款 iPhone 16 Pro 很好，真的很好。价格是¥5999.9元！hello wonderful world", face, 300)
    assert all(face.getlength(line) <= 300 for line in lines)
    assert not any(line[0] in "，。！" for line in lines)
    joined = " ".join(lines)
    for word in ("iPhone", "¥5999.9", "wonderful"):
        assert word in joined


def test_a_word_wider_than_the_line_is_broken_and_a_unit_stays_with_its_number() -> None:
    face = text.font(40)
    lines = text.wrap("x" * 60 + " 今天只要49.9元", face, 300)
    assert all(face.getlength(line) <= 300 for line in lines) and "".join(lines).count("x") == 60
    for width in range(150, 700, 10):
        assert not any(line.startswith("元") for line in text.wrap("今天这款手冲咖啡壶只要99元带走", face, width))


@pytest.mark.parametrize("side", [480, 720, 1080])
def test_the_label_is_at_least_five_percent_of_the_short_side(side: int) -> None:
    sprite = text.label("AI 生成 · 虚拟主播", side)
    rows = np.flatnonzero((sprite.planes[0] > 200).any(axis=1))
    assert rows[-1] - rows[0] + 1 >= 0.05 * side
    assert sprite.width < side


def test_a_card_with_a_broken_image_is_an_error_and_without_one_is_fine(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"no picture")
    with pytest.raises(OSError):
        card(Card("壶", "99", image=str(tmp_path / "x.png")), 300)
    assert card(Card("壶", "99", "159", ("好看",)), 300).sprite.height > 100


def test_a_missing_font_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "FONTS", (("/nowhere.ttc", 0),))
    monkeypatch.delenv("ANCHOR_FONT", raising=False)
    with pytest.raises(text.MissingFont, match="fonts-noto-cjk"):
        text.find_font()


@pytest.mark.parametrize("size", [(720, 1280), (1280, 720), (480, 854), (854, 480), (1920, 1080), (64, 64)])
def test_layouts_are_even_and_inside(size: tuple[int, int]) -> None:
    made = layout(*size)
    x, y, width, height = made.figure
    assert all(v % 2 == 0 for v in made.figure)
    assert y + height == size[1] and x >= 0 and x + width <= size[0]
    assert made.card_right <= size[0] and made.caption_bottom <= size[1]
