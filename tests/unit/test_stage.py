"""Another look while the picture goes on."""

import numpy as np
import pytest

from streams.air.layers import SceneConfig
from streams.air.mixer import BadSound
from streams.air.stage import Stage, StageConfig
from tests.fakes import SMALL, chunk, flat


def stage() -> Stage:
    made = Stage(SMALL, StageConfig(SceneConfig("AI 虚拟", background="#102030")), lambda tick: tick / 25)
    width, height = made.scene.layout.figure[2:]
    made.scene.set_rig(flat(width, height, 90, 0), (0, 0))
    return made


def test_a_new_look_is_shown_at_the_next_tick_with_all_that_was_shown_before() -> None:
    made = stage()
    spoken = chunk(text="正在说的话", seconds=2.0)
    made.scene.prepare(spoken.text, None)
    made.programme.add(spoken, 0)
    for tick in range(20):
        before = made.make(tick)[0].copy()
    made.restyle(StageConfig(SceneConfig("AI 虚拟", background="#e0e0e0", banner="特价")))
    after = made.make(20)[0]
    assert after.shape == before.shape
    assert int(after[2, -3]) - int(before[2, -3]) > 100, "another background"
    assert made.scene.missed == 0, "the caption on air is there still"
    for tick in range(21, 25):
        assert np.isfinite(made.make(tick)[1]).all()


def test_only_what_has_changed_is_made() -> None:
    made = stage()
    scene, mixer = made.scene, made._mixer
    made.restyle(made.config)
    assert made.scene is scene and made._mixer is mixer


def test_what_cannot_be_used_changes_nothing() -> None:
    made = stage()
    scene, config = made.scene, made.config
    with pytest.raises(BadSound):
        made.restyle(StageConfig(SceneConfig("AI", background="#ffffff"), bed="/nowhere/bed.ogg"))
    assert (made.scene, made.config) == (scene, config)
    made.make(0)
