"""The place for a neural mouth: from sound to pictures, in batches, with the warped mouth standing by."""

import logging
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from anchor import registry
from anchor.face.photo.rig import PhotoRig
from anchor.face.worker import RETRY_SECONDS, FaceWorker
from anchor.plan.check import fails
from anchor.ports import FaceContext
from streams.air.layers import SceneConfig
from streams.air.links import Links
from streams.air.stage import Stage, StageConfig
from streams.link import Link, LinkServer
from streams.types import Ahead, MediaFormat, Score, SpeechChunk
from streams.wire import StageSize
from tests.astronaut import prepared
from tests.tiny_mouth import TinyMouth, weights

pytestmark = pytest.mark.slow

SIZE = (240, 288)
LOUD, QUIET = np.full(9600, 0.2, np.float32), np.zeros(9600, np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("photo"))


@pytest.fixture
def options(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    torch.set_num_threads(1)
    monkeypatch.setitem(registry.BUILT_IN, "mouth/tiny", "tests.tiny_mouth:TinyMouth")
    return {"folder": str(folder), "mouth": "tiny", "mouth_options": {"path": str(weights(tmp_path / "w.pt"))}}


def mouth_of(face: PhotoRig, picture: np.ndarray) -> float:
    """How bright the middle of the mouth is."""
    x, y, w, h = face._model.box  # type: ignore[union-attr]
    return float(picture[y + h // 4 : y + h // 2, x + w // 3 : x + w * 2 // 3].astype(float).mean())


def test_the_model_draws_the_mouth_by_what_it_hears(options: dict[str, object]) -> None:
    face = PhotoRig(*SIZE, 25, **options)  # type: ignore[arg-type]
    assert (face.ahead, face.batch) == (TinyMouth.ahead, 4)
    scores = [Score(i, i / 25, sound=sound) for i, sound in enumerate((QUIET, LOUD, LOUD, QUIET))]
    bright = [mouth_of(face, p.y) for p in face.pictures(scores)]
    assert bright[1] < bright[0] - 25 and abs(bright[0] - bright[3]) < 4
    assert face._model._engine.asked == [4], "all of them at once"  # type: ignore[union-attr]


def test_no_edge_is_seen_around_the_models_picture(options: dict[str, object]) -> None:
    face = PhotoRig(*SIZE, 25, **options)  # type: ignore[arg-type]
    dark = next(iter(face.pictures([Score(0, 0.0, sound=LOUD)]))).y.astype(int)
    rest = next(iter(face.pictures([Score(0, 0.0, sound=QUIET)]))).y.astype(int)
    changed = np.abs(dark - rest)
    x, y, w, h = face._model.box  # type: ignore[union-attr]
    edge = np.concatenate(
        [changed[y, x : x + w], changed[y + h - 1, x : x + w], changed[y : y + h, x], changed[y : y + h, x + w - 1]]
    )
    assert changed.max() > 40 and edge.max() <= 2


def test_a_model_that_fails_leaves_the_mouth_to_the_warp(
    options: dict[str, object], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    face, warped = PhotoRig(*SIZE, 25, **options), PhotoRig(*SIZE, 25, folder=str(options["folder"]))  # type: ignore[arg-type]
    real = TinyMouth.tiles

    def at(seconds: float) -> np.ndarray:
        return next(iter(face.pictures([Score(0, seconds, sound=LOUD)]))).y

    def broken(*_: object) -> None:
        raise RuntimeError("CUDA out of memory")

    monkeypatch.setattr(TinyMouth, "tiles", broken)
    with caplog.at_level(logging.INFO):
        by_warp = at(1.0)
        assert np.array_equal(by_warp, next(iter(warped.pictures([Score(0, 1.0)]))).y)
        at(1.04)
        assert "RuntimeError: CUDA out of memory" in caplog.text and "takes its place" in caplog.text
        assert len(caplog.records) == 1, "said once, and not asked again at once"
        monkeypatch.setattr(TinyMouth, "tiles", real)
        assert np.array_equal(at(3.0), next(iter(warped.pictures([Score(0, 3.0)]))).y), "it rests"
        assert mouth_of(face, at(7.0)) < mouth_of(face, by_warp) - 25
    assert "mouth model is back" in caplog.text


@pytest.mark.parametrize(
    ("drawn", "said"),
    [(torch.zeros(1, 3, 8, 8), "pictures of (1, 3, 8, 8) for 1 scores"), (torch.full((1, 3, 8, 8), torch.nan), "")],
)
def test_pictures_that_are_none_are_a_failure_too(
    options: dict[str, object],
    drawn: torch.Tensor,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    face = PhotoRig(*SIZE, 25, **options)  # type: ignore[arg-type]
    if not said:
        w, h = face._model.box[2:]  # type: ignore[union-attr]
        drawn, said = torch.full((1, 3, h, w), torch.nan), "no numbers"
    monkeypatch.setattr(TinyMouth, "tiles", lambda *_: drawn)
    assert next(iter(face.pictures([Score(0, 0.0, sound=LOUD)]))).y.size > 0
    assert said in caplog.text


def test_values_beyond_white_stay_white(options: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    face = PhotoRig(*SIZE, 25, **options)  # type: ignore[arg-type]
    w, h = face._model.box[2:]  # type: ignore[union-attr]
    monkeypatch.setattr(TinyMouth, "tiles", lambda *_: torch.full((1, 3, h, w), 1.3))
    assert mouth_of(face, next(iter(face.pictures([Score(0, 0.0, sound=LOUD)]))).y) > 220


def test_a_model_that_failed_before_a_new_stream_began_is_asked_again(
    options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    face = PhotoRig(*SIZE, 25, **options)  # type: ignore[arg-type]
    real = TinyMouth.tiles
    monkeypatch.setattr(TinyMouth, "tiles", lambda *_: torch.zeros(1))
    next(iter(face.pictures([Score(0, 90_000.0, sound=LOUD)])))
    monkeypatch.setattr(TinyMouth, "tiles", real)
    asked = face._model._engine.asked  # type: ignore[union-attr]
    next(iter(face.pictures([Score(0, 1.0, sound=LOUD)])))
    assert asked == [1]


def test_a_model_that_does_not_start_leaves_a_face_and_is_told(
    options: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    for wrong, said in (({"path": "/nowhere.pt"}, "No such file"), ({"paht": "x"}, "paht")):
        face = PhotoRig(*SIZE, 25, **{**options, "mouth_options": wrong})  # type: ignore[arg-type]
        assert said in face.problem and "does not start" in caplog.text
        assert next(iter(face.pictures([Score(0, 0.0)]))).y.size > 0 and face.ahead == Ahead()


def test_a_check_tries_the_model_in_the_face_process(options: dict[str, object]) -> None:
    folder = Path(str(options["folder"]))
    settings = {"engine": "photo", "folder": str(folder.parent), "options": {"photo": folder.name}}
    assert fails("face", settings) == ""
    settings["options"] = {"photo": folder.name, "mouth": "nobody"}
    assert "the mouth nobody does not start: no mouth is called 'nobody'" in fails("face", settings)


def test_a_mouth_is_told_the_rate_of_its_sound_and_its_options_are_checked(options: dict[str, object]) -> None:
    folder = Path(str(options["folder"]))
    chosen = {"photo": folder.name, "mouth": "tiny", "mouth_options": options["mouth_options"]}
    face = registry.make("face", "photo", chosen, FaceContext(folder.parent, *SIZE, 25, 44_100))
    assert face._model._engine.rate == 44_100
    wrong = {**chosen, "mouth_options": {"paht": "x"}}
    assert dict(registry.findings("face", "photo", wrong, folder.parent))["mouth_options", "paht"].startswith(
        "unknown key; did you mean path?"
    )


def test_air_gives_the_model_its_time_and_its_sound(options: dict[str, object], tmp_path: Path) -> None:
    """Over the real links: what is loud in the programme is dark in the pictures of its very ticks."""
    media = MediaFormat(200, 240, 25, 300_000)
    stage = Stage(media, StageConfig(SceneConfig("AI")), lambda tick: tick / 25)
    control = Links(tmp_path / "air", stage, "session")
    made: list[PhotoRig] = []

    def make(size: StageSize) -> PhotoRig:
        made.append(PhotoRig(size.width, size.height, size.fps, **options))  # type: ignore[arg-type]
        return made[0]

    threading.Thread(target=FaceWorker(make, tmp_path / "air").run, daemon=True).start()
    try:
        deadline = time.monotonic() + 60
        while not control.face_attached:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert stage.ahead == TinyMouth.ahead and stage.programme.lead == 9 + 3, "and the sound after it"
        sound = np.zeros(48_000, np.float32)
        sound[19_200:28_800] = 0.2  # 0.4 to 0.6 s
        start, _ = stage.programme.add(SpeechChunk("a", 0, sound, last=True), 0)
        first = start // media.samples
        for tick in range(first + 26):
            control.send_score(stage.score(tick))
            time.sleep(0.01)
        last = first + 25
        while stage.feed._pictures.get(last) is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        bright = {t: mouth_of(made[0], sprite.planes[0]) for t, sprite in stage.feed._pictures.items()}
        loud, silent = bright[first + 12], bright[first + 3]
        assert loud < silent - 25 and abs(bright[last] - silent) < 12
    finally:
        control.close()


def test_a_face_may_not_ask_for_the_impossible() -> None:
    assert Ahead(9, 0.5, 0.4).lead == 9
    for wrong in ((51, 0, 0), (0, 0, 0), (4, 9, 0), (4, 0, -1), (4, 0, float("nan"))):
        with pytest.raises(ValueError, match="a face may be told"):
            Ahead(*wrong)


def test_all_that_a_cut_makes_new_is_drawn_anew(
    options: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a long lead, more scores come at once than a slow face has room for otherwise."""
    monkeypatch.setattr(TinyMouth, "ahead", Ahead(lead=30, before=0.1, after=0.1))
    stage = Stage(MediaFormat(200, 240, 25, 300_000), StageConfig(SceneConfig("AI")), lambda tick: tick / 25)
    control = Links(tmp_path / "air", stage, "session")
    threading.Thread(
        target=FaceWorker(lambda s: PhotoRig(s.width, s.height, s.fps, **options), tmp_path / "air").run,  # type: ignore[arg-type]
        daemon=True,
    ).start()
    try:
        deadline = time.monotonic() + 60
        while not control.face_attached:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        for tick in range(31):
            control.send_score(stage.score(tick))
        while len(stage.feed._pictures) < 31:
            assert time.monotonic() < deadline, sorted(stage.feed._pictures)
            time.sleep(0.02)
    finally:
        control.close()


def test_a_face_that_is_refused_does_not_knock_without_a_pause(options: dict[str, object], tmp_path: Path) -> None:
    knocks: list[float] = []
    stop = threading.Event()

    def refuse(link: Link) -> None:
        knocks.append(time.monotonic())
        if stop.is_set():
            time.sleep(60)
        link.close()

    server = LinkServer(tmp_path / "air", refuse)
    worker = FaceWorker(lambda s: PhotoRig(s.width, s.height, s.fps, **options), tmp_path / "air")  # type: ignore[arg-type]
    threading.Thread(target=worker.run, daemon=True).start()
    deadline = time.monotonic() + 30
    while len(knocks) < 4:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    stop.set()
    server.close()
    assert knocks[3] - knocks[0] >= 3 * RETRY_SECONDS
