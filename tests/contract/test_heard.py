"""Mouth shapes from sound alone, against what the mouth really did."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from anchor.cli.train_visemes import Learner
from anchor.face.motion import mouth
from anchor.voice import heard
from anchor.voice.espeak import Espeak
from streams.types import Viseme


def opening(visemes: tuple[Viseme, ...], seconds: float) -> np.ndarray:
    times = np.arange(int(seconds * 25)) / 25
    return np.array([mouth([Viseme(v.shape, v.start - t, v.end - t, v.weight) for v in visemes]).open for t in times])


@pytest.mark.parametrize(
    ("language", "speaker", "text"),
    [
        ("zh-CN", "cmn+f5", "这款咖啡壶今天直播间只要九十九元，喜欢的朋友不要错过。"),
        ("en", "en-us+m5", "The grinder is made of steel, and it weighs about one kilogram."),
    ],
)
def test_a_voice_never_heard_before_opens_the_mouth_as_it_should(language: str, speaker: str, text: str) -> None:
    (speech,) = Espeak(language, speaker).speak(text)
    seconds = len(speech.sound) / speech.rate
    true = opening(speech.visemes, seconds)
    net = opening(heard.visemes(speech.sound, speech.rate), seconds)
    loud = opening(heard.by_energy(speech.sound, speech.rate), seconds)
    by_net, by_loudness = (float(np.corrcoef(true, guess)[0, 1]) for guess in (net, loud))
    assert by_net > 0.85 and by_net > by_loudness + 0.2
    assert opening(heard.visemes(speech.sound, speech.rate), seconds + 0.3)[-1] < 0.1, "the mouth closes at the end"


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
@pytest.mark.parametrize("make", [heard.visemes, heard.by_energy])
def test_shapes_cover_the_sound_without_a_gap(make, rate: int) -> None:  # type: ignore[no-untyped-def]
    dice = np.random.default_rng(1)
    sound = (dice.standard_normal(rate) * np.repeat(dice.random(10), rate // 10)[:rate] * 0.2).astype(np.float32)
    found = make(sound, rate)
    assert found[0].start == 0 and abs(found[-1].end - len(sound) / rate) < 0.011
    assert all(abs(a.end - b.start) < 1e-9 for a, b in pairwise(found))


@pytest.mark.parametrize("make", [heard.visemes, heard.by_energy])
def test_silence_is_a_closed_mouth(make) -> None:  # type: ignore[no-untyped-def]
    assert {v.shape for v in make(np.zeros(16_000, np.float32), 16_000)} == {"sil"}
    assert make(np.zeros(100, np.float32), 16_000) == ()


def test_the_shipped_net_computes_what_the_training_did() -> None:
    torch.manual_seed(1)
    learner = Learner()
    frames = torch.randn(400, heard.BANDS)
    with torch.no_grad():
        learner(frames.T[None])  # so that the normalisation has something to fold in
        learner.eval()
        wanted = learner(torch.from_numpy(heard.normalised(frames.numpy())).T[None])[0].log_softmax(0).T.numpy()
    got = heard.Net(learner.weights()).scores(frames.numpy())  # type: ignore[arg-type]
    assert np.abs(got - wanted).max() < 0.05, "half precision is all that is between them"


def test_the_weights_are_small() -> None:
    assert Path(heard.__file__).with_name(heard.SHIPPED).stat().st_size < 400_000
