import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.air.canvas import Canvas, Placed, Sprite
from streams.picture import picture_from_rgba
from streams.types import Picture
from tests.fakes import flat


def sprite(width: int, height: int, luma: int, alpha: int | None = None) -> Sprite:
    return Sprite(flat(width, height, luma, alpha))


def test_rgb_becomes_bt709_limited() -> None:
    colours = np.array([[[255, 255, 255], [0, 0, 0]], [[255, 255, 255], [0, 0, 0]]], np.uint8)
    picture = picture_from_rgba(colours)
    assert picture.alpha is None
    assert picture.y.tolist() == [[235, 16], [235, 16]]
    red = picture_from_rgba(np.full((2, 2, 3), (255, 0, 0), np.uint8))
    assert red.y[0, 0] == 63 and red.u[0, 0] == 102 and red.v[0, 0] == 240


def test_alpha_is_premultiplied_and_blends_exactly() -> None:
    over = picture_from_rgba(np.dstack([np.full((4, 4, 3), 255, np.uint8), np.full((4, 4), 128, np.uint8)]))
    canvas = Canvas(64, 64)
    canvas.set_base([Placed(sprite(64, 64, 100), 0, 0)])
    frame = canvas.compose([Placed(Sprite(over), 10, 10)])
    expected = 235 * 128 / 255 + 100 * 127 / 255
    assert abs(int(frame[12, 12]) - expected) <= 1
    assert frame[0, 0] == 100


def test_parts_outside_of_the_canvas_are_clipped() -> None:
    canvas = Canvas(64, 64)
    frame = canvas.compose([Placed(sprite(40, 40, 200), -20, -20), Placed(sprite(40, 40, 90), 50, 50)])
    assert frame[19, 19] == 200 and frame[20, 20] == 16 and frame[63, 63] == 90


places = st.tuples(st.integers(-8, 24), st.integers(-8, 24)).map(lambda p: (p[0] * 2, p[1] * 2))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.none() | st.tuples(st.integers(0, 3), places), min_size=3, max_size=3), min_size=1, max_size=6)
)
def test_only_drawing_what_changed_gives_the_same_picture(
    frames: list[list[tuple[int, tuple[int, int]] | None]],
) -> None:
    pool = [sprite(16, 12, 200), sprite(20, 20, 90, 100), sprite(8, 30, 50, 255), sprite(30, 8, 150, 0)]
    kept = Canvas(48, 48)
    kept.set_base([Placed(sprite(48, 48, 120), 0, 0)])
    for layers in frames:
        placed = [Placed(pool[layer[0]], *layer[1]) if layer else None for layer in layers]
        fresh = Canvas(48, 48)
        fresh.set_base([Placed(sprite(48, 48, 120), 0, 0)])
        assert np.array_equal(kept.compose(placed), fresh.compose(placed))


@given(st.integers(0, 255), st.integers(0, 255))
def test_blending_is_within_one_of_the_exact_value(under: int, alpha: int) -> None:
    over = round(180 * alpha / 255)
    y = np.full((2, 2), over, np.uint8)
    c = np.full((1, 1), round(128 * alpha / 255), np.uint8)
    canvas = Canvas(64, 64)
    canvas.set_base([Placed(sprite(64, 64, under), 0, 0)])
    frame = canvas.compose([Placed(Sprite(Picture(y, c, c, np.full((2, 2), alpha, np.uint8))), 0, 0)])
    assert abs(int(frame[0, 0]) - (over + under * (255 - alpha) / 255)) <= 1


def test_odd_pictures_are_padded() -> None:
    picture = picture_from_rgba(np.full((3, 5, 4), 255, np.uint8))
    assert picture.size == (6, 4)
    assert picture.alpha is not None and picture.alpha[3, 5] == 0


def test_frames_keep_their_colour_through_chroma() -> None:
    canvas = Canvas(64, 64)
    blue = picture_from_rgba(np.full((64, 64, 3), (0, 0, 255), np.uint8))
    frame = canvas.compose([Placed(Sprite(blue), 0, 0)])
    flat_frame = frame.reshape(-1)
    assert flat_frame[64 * 64] == 240
    assert flat_frame[64 * 64 * 5 // 4] == pytest.approx(118, abs=1)
