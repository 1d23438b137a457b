from pathlib import Path

import numpy as np
import pytest

from streams.air.mixer import BadSound, Mixer, load_sound
from tests.fakes import SMALL

N = SMALL.samples


def test_without_a_bed_speech_is_only_limited() -> None:
    loud = np.full(N, 1.7, np.float32)
    assert Mixer(SMALL).mix(loud, True).max() == 1.0


def test_bed_ducks_fast_and_recovers_slowly_without_a_step() -> None:
    bed = np.ones(48_000, np.float32)
    mixer = Mixer(SMALL, bed, level=0.2, ducked=0.05)
    silence = np.zeros(N, np.float32)
    for _ in range(40):
        out = mixer.mix(silence, False)
    assert out[-1] == pytest.approx(0.2, abs=1e-3)
    ducking = np.concatenate([mixer.mix(silence, True) for _ in range(3)])
    assert ducking[int(0.045 * 48_000)] == pytest.approx(0.05, abs=1e-3)
    back = np.concatenate([mixer.mix(silence, False) for _ in range(20)])
    assert np.abs(np.diff(np.concatenate([ducking, back]))).max() < 0.001
    assert back[-1] == pytest.approx(0.2, abs=1e-3)


def test_bed_loops_seamlessly() -> None:
    bed = np.arange(1000, dtype=np.float32) / 1000
    mixer = Mixer(SMALL, bed, level=1.0, ducked=1.0)
    for _ in range(50):
        mixer.mix(np.zeros(N, np.float32), False)
    out = np.concatenate([mixer.mix(np.zeros(N, np.float32), False) for _ in range(3)])
    steps = np.diff(out)
    assert {round(float(s), 3) for s in steps} == {0.001, -0.999}


def test_a_file_that_is_no_sound(tmp_path: Path) -> None:
    (tmp_path / "x.ogg").write_bytes(b"not a sound" * 100)
    with pytest.raises(BadSound, match=r"x\.ogg"):
        load_sound(tmp_path / "x.ogg", 48_000)
    with pytest.raises(BadSound):
        load_sound(tmp_path / "none.ogg", 48_000)


def test_the_demo_bed_loads() -> None:
    sound = load_sound(Path("persona/xiaomei/bed.ogg"), 48_000)
    assert len(sound) / 48_000 == pytest.approx(16.0, abs=0.1)
    assert 0.1 < np.abs(sound).max() <= 1.0
