"""Every registered voice, face and mind keeps its port's promises."""

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest

from anchor import registry
from anchor.mind.catalogue import Catalogue
from anchor.ports import FaceContext, FaceEngine, MindContext, VoiceContext, VoiceEngine
from anchor.types import Cue, Talk
from anchor.voice.espeak import Espeak
from anchor.voice.remote import RemoteVoice, Unspeakable
from anchor.voice.worker import VoiceWorker, resampled
from persona.check import open_persona
from streams.link import LinkServer
from streams.ports import Transient
from streams.types import VISEMES, Score, Viseme
from tests.astronaut import prepared

PERSONA = open_persona(Path("persona/xiaomei"))[0]
SENTENCES = ["欢迎来到直播间！", "这款iPhone 16 Pro只要¥5,999.9元！", "hello everyone", "好"]


@pytest.fixture(scope="module", params=registry.names("voice"))
def voice(request: pytest.FixtureRequest) -> VoiceEngine:
    made: VoiceEngine = registry.make("voice", request.param, {}, VoiceContext(Path(), "zh-CN", 1.0, {}))
    return made


@pytest.mark.parametrize("text", SENTENCES)
def test_a_voice_speaks_with_visemes_inside_its_sound(voice: VoiceEngine, text: str) -> None:
    pieces = list(voice.speak(text))
    assert pieces
    for speech in pieces:
        seconds = len(speech.sound) / speech.rate
        assert speech.sound.dtype == np.float32 and speech.rate == voice.rate
        assert 0.1 < np.abs(speech.sound).max() <= 1.0
        assert all(0 <= v.start < v.end <= seconds + 1e-6 and v.shape in VISEMES for v in speech.visemes)
        assert any(v.shape != "sil" for v in speech.visemes)
        assert all(a.end <= b.start + 1e-6 for a, b in zip(speech.visemes, speech.visemes[1:], strict=False))


def test_a_voice_refuses_what_is_no_sentence(voice: VoiceEngine) -> None:
    with pytest.raises(ValueError, match="characters"):
        list(voice.speak("长" * 5000))


def test_a_voice_is_mute_where_visemes_are_silent(voice: VoiceEngine) -> None:
    """The times of the shapes are those of the sound: silence in one is silence in the other."""
    (speech,) = voice.speak("你好，世界。")
    level = np.abs(speech.sound)
    for viseme in speech.visemes:
        a, b = int(viseme.start * speech.rate), int(viseme.end * speech.rate)
        if viseme.shape == "sil" and b - a > 0.1 * speech.rate:
            middle = level[a + (b - a) // 3 : b - (b - a) // 3]
            assert middle.max() < 0.1 * level.max()
        if viseme.shape == "aa":
            assert level[a:b].max() > 0.1 * level.max()


def test_markup_in_text_is_text(voice: VoiceEngine) -> None:
    assert list(voice.speak("</speak><audio src='x'/> a < b & c"))


def test_voices_of_one_process_keep_their_own_speed() -> None:
    """espeak has one state for all: the second voice must neither change the first nor free what it reads."""
    calm = Espeak()
    (before,) = calm.speak("你好，世界。")
    fast = Espeak(rate=1.5)
    (quick,) = fast.speak("你好，世界。")
    (after,) = calm.speak("你好，世界。")
    assert len(quick.sound) < 0.8 * len(before.sound)
    assert abs(len(after.sound) / len(before.sound) - 1) < 0.03


def test_a_voice_over_its_link(voice: VoiceEngine, tmp_path: Path) -> None:
    server = LinkServer(tmp_path / "v", VoiceWorker(voice, 48_000).serve)
    remote = RemoteVoice(tmp_path / "v")

    async def talk() -> None:
        pieces = [s async for s in remote.speak("欢迎来到直播间！")]
        direct = [resampled(s, 48_000) for s in voice.speak("欢迎来到直播间！")]
        assert [s.rate for s in pieces] == [48_000]
        assert abs(len(pieces[0].sound) / len(direct[0].sound) - 1) < 0.03, "espeak never takes quite as long again"
        with pytest.raises(Unspeakable, match="characters"):
            async for _ in remote.speak("长" * 5000):
                pass
        assert [s async for s in remote.speak("好")]
        remote.close()

    asyncio.run(talk())
    server.close()


def test_a_voice_that_is_gone_is_transient(tmp_path: Path) -> None:
    async def talk() -> None:
        with pytest.raises(Transient, match="voice"):
            async for _ in RemoteVoice(tmp_path / "none").speak("好"):
                pass

    asyncio.run(talk())


def test_a_voice_that_dies_in_mid_sentence_is_transient(tmp_path: Path) -> None:
    gone = threading.Event()

    def serve(link) -> None:  # type: ignore[no-untyped-def]
        link.receive()
        gone.set()

    server = LinkServer(tmp_path / "v", serve)

    async def talk() -> None:
        with pytest.raises(Transient):
            async for _ in RemoteVoice(tmp_path / "v").speak("好"):
                pass

    asyncio.run(talk())
    assert gone.is_set()
    server.close()


@pytest.fixture(scope="module", params=registry.names("face"))
def face(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FaceEngine:
    import torch

    torch.set_num_threads(1)
    folder = prepared(tmp_path_factory.mktemp("photo"))
    options = {"photo": folder.name} if request.param == "photo" else {}
    made: FaceEngine = registry.make("face", request.param, options, FaceContext(folder.parent, 240, 288, 25, 48_000))
    return made


def test_a_face_is_a_pure_function_of_its_score(face: FaceEngine) -> None:
    score = Score(7, 3.21, (Viseme("aa", -0.1, 0.1),))
    first = face.picture(score)
    face.picture(Score(8, 9.0, (Viseme("ou", -0.1, 0.1),)))
    again = face.picture(score)
    for a, b in zip((first.y, first.u, first.v), (again.y, again.u, again.v), strict=True):
        assert np.array_equal(a, b)


def test_a_faces_region_fits_into_its_figure(face: FaceEngine) -> None:
    still = face.still()
    assert still.size == (240, 288) and still.alpha is not None
    x, y = face.region
    width, height = face.picture(Score(0, 0.0)).size
    assert x % 2 == y % 2 == width % 2 == height % 2 == 0
    assert x >= 0 and y >= 0 and x + width <= 240 and y + height <= 288
    assert not still.alpha[y : y + height, x : x + width].any()


def test_a_face_moves_its_mouth_and_blinks(face: FaceEngine) -> None:
    base = face.picture(Score(0, 1.0))
    pictures = {v: face.picture(Score(0, 1.0, (Viseme(v, -0.2, 0.2),))) for v in VISEMES}
    changed = {v: np.abs(p.y.astype(int) - base.y).sum() for v, p in pictures.items()}
    assert changed["aa"] > 3 * max(1, changed["sil"])
    assert len({v: int(p.y.astype(np.int64).sum()) for v, p in pictures.items()}) == len(VISEMES)


def test_premultiplied_values_never_exceed_their_alpha(face: FaceEngine) -> None:
    picture = face.picture(Score(0, 2.0, (Viseme("oh", -0.2, 0.2),)))
    assert picture.alpha is not None
    assert (picture.y.astype(int) <= picture.alpha.astype(int) * 235 // 255 + 3).all()


def test_an_idle_clip_is_a_loop(face: FaceEngine) -> None:
    clip = list(face.idle())
    assert len(clip) >= 25
    steps = [np.abs(a.y.astype(int) - b.y).mean() for a, b in zip(clip, [*clip[1:], clip[0]], strict=True)]
    assert steps[-1] <= 2 * np.median(steps) + 0.5


def test_the_mind_without_a_model_answers_in_pieces_with_its_source() -> None:
    responder = registry.make("mind", "catalogue", {}, MindContext(Path(), PERSONA.mind, Catalogue(PERSONA)))

    async def ask() -> list[object]:
        return [a async for a in responder.respond(Cue("c", "question", "壶多少钱", 2, 0, 90), Talk())]

    (answer,) = asyncio.run(ask())
    assert "99元" in answer.text and answer.source and answer.product == "pot"


def test_an_unknown_part_is_named_with_a_suggestion() -> None:
    with pytest.raises(registry.UnknownPart, match="did you mean espeak"):
        registry.load("voice", "espeek")
