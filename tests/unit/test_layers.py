"""What stands where, what changes by the second, and what lies under everything."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from streams.air.backdrop import BadFilm, Film, backdrop, colour_of, film
from streams.air.canvas import Canvas, Placed, Sprite
from streams.air.card import card, code_plate, countdown
from streams.air.layers import Layout, Scene, SceneConfig, layout
from streams.air.timepieces import Timepieces
from streams.picture import picture_from_rgba
from streams.types import Card, MediaFormat

PORTRAIT, LANDSCAPE = MediaFormat(720, 1280, 25, 1_500_000), MediaFormat(1280, 720, 25, 1_500_000)
LABEL = "AI 生成 · 虚拟主播由人工智能驱动"[:14]
LINK = "https://shop.example/item/12345?from=live"
SALE = Card(
    "手冲咖啡壶 · 家用套装",
    "5999.95",
    "6999",
    ("细口控流", "防烫手柄", "304 不锈钢"),
    "persona/xiaomei/pot.png",
    LINK,
    5000.0,
)


def rows_and_columns(sprite: Sprite) -> tuple[np.ndarray, np.ndarray]:
    """Where anything is drawn."""
    seen = sprite.keep[0] < 255 if sprite.keep is not None else np.ones(sprite.planes[0].shape, bool)
    return np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))


def drawn(
    scene: Scene, media: MediaFormat, caption: str = "", shown: Card | None = None, wall: float = 0.0
) -> list[Placed]:
    canvas = Canvas(media.width, media.height)
    return [placed for placed in scene.draw(canvas, None, caption, shown, wall) if placed is not None]


@pytest.mark.parametrize(
    "media", [PORTRAIT, LANDSCAPE, MediaFormat(854, 480, 20, 600_000), MediaFormat(1080, 1920, 30, 2_500_000)]
)
def test_nothing_overlaps_and_all_lies_inside_the_margins(media: MediaFormat) -> None:
    scene = Scene(media, SceneConfig(LABEL, clock="Asia/Shanghai", banner="双十一狂欢 · 全场包邮"))
    scene.tell(
        [
            "小*：这个咖啡壶多少钱",
            "B***：Does it ship to Shenzhen tomorrow or the day after?",
            "阿*：有优惠吗",
            "老*：好",
        ]
    )
    scene.prepare("这款手冲咖啡壶，今天直播间只要5999.95元，48小时内发货。", SALE)
    placed = drawn(scene, media, "这款手冲咖啡壶，今天直播间只要5999.95元，48小时内发货。", SALE, 1000.0)
    code = ["code"] * (media.height > media.width)
    names = ["banner", "ticker", "card", *code, "countdown", "clock", "caption", "label"]
    margin = scene.layout.margin
    boxes: dict[str, tuple[int, int, int, int]] = {}
    for name, p in zip(names, placed, strict=True):
        rows, columns = rows_and_columns(p.sprite)
        left, top, right, bottom = boxes[name] = p.x + columns[0], p.y + rows[0], p.x + columns[-1], p.y + rows[-1]
        assert margin <= left and right <= media.width - margin and margin <= top and bottom <= media.height - margin, (
            name
        )
    for one, (left, top, right, bottom) in boxes.items():
        for other, (x, y, x2, y2) in boxes.items():
            if one < other and {one, other} != {"card", "countdown"}:
                assert right < x or x2 < left or bottom < y or y2 < top, (one, other)


def test_the_card_keeps_a_place_for_the_countdown_where_nothing_else_is() -> None:
    made = card(SALE, 288)
    assert made.countdown is not None
    x, y, w, h = made.countdown
    assert all(v % 2 == 0 for v in made.countdown) and x + w < 288 and w > 100
    place = made.sprite.planes[0][y : y + h, x : x + w].astype(int)
    assert np.ptp(place[:, 4:-4]) < 12, "one colour"
    assert card(Card("壶", "99"), 288).countdown is None
    assert card(SALE, 288, code=False).sprite.height < made.sprite.height


def test_countdowns_tell_the_time_that_is_left() -> None:
    def ink(seconds: int, language: str = "zh") -> np.ndarray:
        return countdown(seconds, (140, 38), language).planes[0] < 160

    assert ink(59).sum() > 50 and ink(3 * 86_400 + 5).sum() > ink(5).sum()
    assert (ink(61) != ink(60)).any() and (ink(90_000) != ink(90_000, "en")).any()
    over = countdown(0, (140, 38))
    assert over.keep is not None and (over.keep[0] == 255).all(), "nothing is left of it"


def test_the_code_can_be_read() -> None:
    import cv2

    for sprite in (card(SALE, 288).sprite, code_plate(SALE, 288)):
        found, _, _ = cv2.QRCodeDetector().detectAndDecode(np.dstack([sprite.planes[0]] * 3))
        assert found == LINK


@pytest.mark.parametrize("media", [PORTRAIT, LANDSCAPE])
def test_what_cannot_be_drawn_of_a_card_costs_nothing_else(
    media: MediaFormat, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scene = Scene(media, SceneConfig("AI"))
    whole = drawn_of(scene, media, replace(SALE, until=0.0))
    endless = replace(SALE, until=0.0, link="https://x.example/" + "a" * 5000)
    assert drawn_of(scene, media, endless) == drawn_of(scene, media, replace(SALE, until=0.0, link=""))
    assert "code" in caplog.text
    (tmp_path / "x.png").write_bytes(b"no picture")
    without = drawn_of(scene, media, replace(SALE, until=0.0, image=str(tmp_path / "x.png")))
    assert without == drawn_of(scene, media, replace(SALE, until=0.0, image="")) != whole
    assert "without its image" in caplog.text


def drawn_of(scene: Scene, media: MediaFormat, shown: Card) -> list[bytes]:
    scene.prepare("", shown)
    return [placed.sprite.planes[0].tobytes() for placed in drawn(scene, media, shown=shown)]


def test_a_code_that_would_be_cut_off_is_left_out() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        code_plate(replace(SALE, link="https://x.example/" + "a" * 270), 130)


def test_words_with_breaks_and_signs_that_cannot_be_shaped() -> None:
    for words in ("双十一\n全场包邮", "a\r\nb\x1cc\x85d", "\x00\x07", "🎉\u200d", ""):
        scene = Scene(PORTRAIT, SceneConfig(f"AI {words}", banner=words))
        scene.tell([words, "小*：好"])
        scene.prepare(words, Card(words or "壶", "99", points=(words,)))
        assert drawn(scene, PORTRAIT, words)


@pytest.mark.parametrize("size", [(720, 720), (960, 720), (1024, 768), (854, 480), (1280, 720)])
def test_a_banner_has_room_in_every_shape_of_picture(size: tuple[int, int], caplog: pytest.LogCaptureFixture) -> None:
    media = MediaFormat(*size, 25, 1_000_000)
    scene = Scene(media, SceneConfig("AI 生成 · 虚拟主播", banner="双十一狂欢 · 全场包邮"))
    assert "banner cut" not in caplog.text
    scene.prepare("", SALE)
    banner, card_, *_ = (p.box for p in drawn(scene, media, shown=SALE))
    assert banner.bottom <= card_.top or banner.right <= card_.left
    Scene(media, SceneConfig("AI", banner="字" * 200))
    assert "banner cut" in caplog.text


# time


def test_clock_and_countdown_follow_the_wall_clock() -> None:
    scene = Scene(PORTRAIT, SceneConfig("AI", clock="Asia/Shanghai"))
    scene.prepare("", SALE)

    def seen(wall: float) -> list[bytes]:
        return [p.sprite.planes[0].tobytes() for p in drawn(scene, PORTRAIT, shown=SALE, wall=wall)[2:4]]

    first, same, later, minute = seen(0.0), seen(0.4), seen(1.0), seen(60.0)
    assert first == same
    assert first[0] != later[0] and first[1] == later[1], "the countdown moves on, the clock does not"
    assert minute[1] != first[1]
    utc = Scene(PORTRAIT, SceneConfig("AI", clock="UTC"))
    assert drawn(utc, PORTRAIT)[0].sprite.planes[0].tobytes() != first[1], "another zone"


def test_live_the_tick_thread_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = Timepieces("UTC", 24, "zh")
    wall = [100.0]
    drawers = set()
    for module, name in (("streams.air.text", "clock"), ("streams.air.card", "countdown")):
        real = getattr(__import__(module, fromlist=["x"]), name)
        monkeypatch.setattr(
            f"{module}.{name}", lambda *a, real=real: (drawers.add(threading.current_thread().name), real(*a))[1]
        )
    pieces.start(lambda: wall[0])
    try:
        deadline = time.monotonic() + 30

        def next_second_is_there() -> bool:
            here, ahead = (pieces.countdown(moment, 500.0, (140, 38)) for moment in (100.0, 101.0))
            return None not in (here, ahead, pieces.clock(100.0)) and here is not ahead

        while not next_second_is_there():
            assert time.monotonic() < deadline, "the next second is there before it comes"
            time.sleep(0.02)
    finally:
        pieces.close()
    assert drawers == {"timepieces"}


# backdrops


def test_colours() -> None:
    assert colour_of("#ff8000") == (255, 128, 0)
    assert all(colour_of(bad) is None for bad in ("", "red", "#ff80", "#gg0000", "background.png"))
    y = backdrop("#202020", 64, 48).planes[0]
    assert np.ptp(y) == 0 and y[0, 0] < 60
    assert np.ptp(backdrop("", 64, 48).planes[0]) > 10


def made_film(path: Path, pictures: int = 5, fps: int = 10, size: tuple[int, int] = (96, 64)) -> Path:
    """Picture i is as bright as 40 + 40 * i."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for i in range(pictures):
            planes = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
            planes[: size[1]] = 40 + 40 * (i % 5)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
        container.mux(stream.encode(None))
    return path


def test_a_film_goes_at_its_own_speed_and_begins_again(tmp_path: Path) -> None:
    pictures = film(str(made_film(tmp_path / "a.mp4")), 96, 64, 20)
    levels = [round((next(pictures).y.mean() - 40) / 40) for _ in range(24)]
    assert levels[:10] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4] or levels[:9] == [0, 0, 1, 1, 2, 2, 3, 3, 4]
    assert sorted(set(levels)) == [0, 1, 2, 3, 4] and levels.count(0) >= 4, "and again"


def test_a_film_covers_the_frame(tmp_path: Path) -> None:
    picture = next(film(str(made_film(tmp_path / "a.mp4")), 36, 64, 25))
    assert picture.size == (36, 64) and np.ptp(picture.y) < 6


@pytest.mark.parametrize("content", [b"", b"no film", None])
def test_films_that_are_none(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadFilm):
        next(film(str(path), 64, 64, 25))
    sound = tmp_path / "sound.mp4"
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("aac", rate=48_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(BadFilm, match="no picture"):
        next(film(str(sound), 64, 64, 25))


def test_a_film_lies_under_the_figure_and_says_when_it_has_nothing_new(tmp_path: Path) -> None:
    media = MediaFormat(96, 64, 25, 100_000)
    under = Film(str(made_film(tmp_path / "a.mp4")), media)
    figure = Placed(Sprite(picture_from_rgba(np.full((20, 20, 3), 255, np.uint8))), 10, 20)
    under.put_above([figure])
    under.start()
    try:
        canvas = Canvas(96, 64)
        deadline = time.monotonic() + 20
        seen: set[int] = set()
        while len(seen) < 4:
            assert time.monotonic() < deadline
            if (base := under.next()) is not None:
                canvas.show_base(base)
                frame = canvas.compose([])
                seen.add(int(frame[2, 2]) // 20)
                assert frame[30, 20] == 235, "the figure"
        while under.next() is not None:
            pass
        assert under.late > 0, "asked faster than it can be made, it says so at once"
    finally:
        under.close()


def test_a_background_that_broke_since_it_was_checked_costs_the_background_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("x.png", "x.mp4", "gone.png", "gone.mp4"):
        if name[0] == "x":
            (tmp_path / name).write_bytes(b"nothing that can be shown")
        scene = Scene(PORTRAIT, SceneConfig("AI", str(tmp_path / name)))
        canvas = Canvas(720, 1280)
        scene.draw(canvas, None, "", None, 0.0)
        assert canvas.compose([])[:1280].min() > 150, "the soft gradient"
        assert caplog.text.count("background unusable") == 1
        caplog.clear()
    Image.new("RGB", (30, 90), (255, 0, 0)).save(tmp_path / "y.png")
    assert backdrop(str(tmp_path / "y.png"), 64, 48).planes[0].shape == (48, 64)


def test_a_film_with_noise_in_it_goes_on(tmp_path: Path) -> None:
    path = made_film(tmp_path / "a.mp4", 60, 10, (128, 96))
    data = bytearray(path.read_bytes())
    dice = np.random.default_rng(1)
    middle = len(data) // 3
    data[middle : middle + 400] = dice.integers(0, 256, 400, np.uint8).tobytes()
    path.write_bytes(data)
    pictures = film(str(path), 128, 96, 10)
    assert len([next(pictures) for _ in range(150)]) == 150


def test_a_film_of_one_picture_stands_still(tmp_path: Path) -> None:
    pictures = film(str(made_film(tmp_path / "a.flv", 1)), 96, 64, 25)
    assert all(abs(next(pictures).y.mean() - 40) < 6 for _ in range(5))


def test_a_film_that_breaks_off_line_leaves_its_last_picture(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = made_film(tmp_path / "a.mp4")
    scene = Scene(MediaFormat(96, 64, 10, 100_000), SceneConfig("AI", str(path)))
    canvas = Canvas(96, 64)
    for tick in range(12):
        scene.draw(canvas, None, "", None, 0.0)
        frame = canvas.compose([])
        if tick == 2:
            path.write_bytes(b"")
    assert "film under the figure stopped" in caplog.text and abs(int(frame[60, 90]) - 200) < 8


def test_a_face_that_comes_back_does_not_show_the_films_first_picture(tmp_path: Path) -> None:
    media = MediaFormat(96, 64, 10, 100_000)
    scene = Scene(media, SceneConfig("AI", str(made_film(tmp_path / "a.mp4"))))
    canvas = Canvas(96, 64)
    still = picture_from_rgba(np.zeros((10, 10, 4), np.uint8))
    assert scene._film is not None
    for _ in range(4):
        scene.draw(canvas, None, "", None, 0.0)
    scene._film._thread = threading.current_thread()  # live, with nothing ready yet
    scene.set_rig(still, (0, 0))
    scene.draw(canvas, None, "", None, 0.0)
    assert abs(int(canvas.compose([])[60, 90]) - 160) < 8, "the picture that was shown last"


def test_layouts_of_both_kinds() -> None:
    tall, wide = layout(720, 1280), layout(1280, 720)
    assert isinstance(tall, Layout) and tall.code_top is not None and wide.code_top is None
    assert tall.card_top > tall.banner_middle > tall.margin and wide.banner_left > 0.5 * 720
