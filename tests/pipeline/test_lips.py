"""From words to decoded pictures: the lips that viewers see do what the speech does, when it does."""

from pathlib import Path

import av
import numpy as np
import pytest

from anchor.cli.borrowed import face_of
from anchor.face.motion import mouth
from anchor.plan.settings import media_format, stage_settings
from anchor.text.sentences import sentences
from anchor.voice.espeak import Espeak
from anchor.voice.worker import resampled
from persona.check import open_persona
from streams.air.canvas import Sprite
from streams.air.encoder import Encoder
from streams.air.stage import Stage, StageConfig
from streams.deliver.mux import Muxer, Tracks
from streams.types import SpeechChunk, Viseme
from streams.wire import StageSize

pytestmark = pytest.mark.slow

EDGE = 153.5
"""V between that of the skin and that of the lips"""
TEXT = (
    "欢迎来到直播间！这款咖啡壶今天只要九十九元。妈妈买了便宜的苹果和葡萄，爸爸泡了一杯普洱茶。"
    "Please remember the big blue box, it weighs about five kilos."
)


@pytest.fixture(scope="module", params=["woman", "man"])
def spoken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """The visemes in stream time, the ends of the sentences in seconds, and how high the mouth is in every picture."""
    return film(TEXT, request.param, tmp_path_factory.mktemp("lips") / "lips.mp4")


def film(text: str, figure: str, out: Path) -> tuple[list[Viseme], list[float], np.ndarray]:
    persona, source = open_persona(Path("persona/xiaomei"))
    look = persona.look.model_copy(update={"figure": figure})
    persona = persona.model_copy(update={"look": look})
    media = media_format(persona)
    stage = Stage(media, StageConfig.from_json(stage_settings(persona, source)), lambda tick: tick / media.fps)
    x, y, width, height = stage.scene.layout.figure
    face = face_of(persona, source, StageSize(width, height, media.fps, media.rate))
    stage.scene.set_rig(face.still(), face.region)
    voice = Espeak(speaker="cmn+f3")
    visemes, ends = [], []
    for seq, sentence in enumerate(sentences(text)):
        (speech,) = (resampled(s, media.rate) for s in voice.speak(sentence))
        start, end = stage.programme.add(SpeechChunk("s", seq, speech.sound, speech.visemes, last=True), 0)
        visemes += [Viseme(v.shape, v.start + start / media.rate, v.end + start / media.rate) for v in speech.visemes]
        ends.append(end / media.rate)
    encoder = Encoder(media, "superfast")
    with out.open("wb") as file:
        muxer = Muxer(file, "mp4", Tracks(media, encoder.sound_template))
        for tick in range(round(ends[-1] * media.fps) + 10):
            stage.feed.offer(tick, Sprite(face.picture(stage.score(tick))))
            for packet in encoder.encode(tick, *stage.make(tick), keyframe=tick == 0):
                muxer.mux(packet)
        muxer.close()
    return visemes, ends, heights(out, (x, y, width, height))


def heights(path: Path, figure: tuple[int, int, int, int]) -> np.ndarray:
    """From the upper lip's upper edge to the lower lip's lower one in every picture, in quarters of a chroma row, by their
    red; ``figure`` is where the figure stands."""
    x, y, width, _ = figure
    scale = width / 1000
    left, right, top, bottom = (
        round(v) // 2 for v in (x + 485 * scale, x + 515 * scale, y + 575 * scale, y + 705 * scale)
    )
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            planes = frame.to_ndarray()
            red = planes[frame.height * 5 // 4 :].reshape(frame.height // 2, frame.width // 2)
            rows = red[top:bottom, left:right].astype(float).mean(1)
            fine = np.interp(np.arange(0, len(rows), 0.25), np.arange(len(rows)), rows)
            lips = np.flatnonzero(fine > EDGE)
            found.append(float(lips[-1] - lips[0]) if len(lips) else 0.0)
    return np.array(found)


def wanted(visemes: list[Viseme], count: int) -> np.ndarray:
    """How far the jaw should be open in each of ``count`` pictures."""
    opened = []
    for time in (np.arange(count) + 0.5) / 25:
        near = [v for v in visemes if v.start < time + 0.4 and v.end > time - 0.3]
        opened.append(mouth([Viseme(v.shape, v.start - time, v.end - time) for v in near]).open)
    return np.array(opened)


def correlation(seen: np.ndarray, true: np.ndarray, lag: int) -> float:
    return float(np.corrcoef(np.roll(seen, -lag)[5:-5], true[5:-5])[0, 1])


def test_the_mouth_opens_as_the_jaw_should_and_on_the_very_tick(spoken) -> None:  # type: ignore[no-untyped-def]
    visemes, _, seen = spoken
    true = wanted(visemes, len(seen))
    by_lag = {lag: correlation(seen, true, lag) for lag in range(-4, 5)}
    assert max(by_lag, key=lambda lag: by_lag[lag]) == 0
    assert by_lag[0] > 0.93, by_lag


def test_lips_meet_in_every_bilabial(spoken) -> None:  # type: ignore[no-untyped-def]
    visemes, _, seen = spoken
    rest = np.median(seen[:4])
    places = [(round(v.start * 25) - 1, round(v.end * 25) + 1) for v in visemes if v.shape == "PP"]
    met = [seen[max(0, a) : b + 1].min() <= rest * 1.15 for a, b in places]
    assert len(met) > 10 and np.mean(met) >= 0.95


def test_the_mouth_is_shut_soon_after_the_last_word(spoken) -> None:  # type: ignore[no-untyped-def]
    _, ends, seen = spoken
    rest = np.median(seen[:4])
    assert seen[round(ends[-1] * 25) + 3] <= rest * 1.15
