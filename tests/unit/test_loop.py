"""The tick loop: what it makes of the brain's commands."""

from pathlib import Path

import pytest

from streams.air.layers import SceneConfig
from streams.air.loop import Air, AirConfig
from streams.air.rendition import RenditionConfig
from streams.air.stage import StageConfig
from streams.types import Score
from streams.wire import Yield, Yielded
from tests.fakes import SMALL, FakeClock
from tests.unit.test_programme import A, spoken

START = 5000.0
"""monotonic seconds at tick 0"""


class Loop:
    """Ticks by hand, and whatever is sent to the brain and the face."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        config = AirConfig((RenditionConfig(SMALL),), StageConfig(SceneConfig("AI")), {"air": str(folder / "air")})
        self.air = Air(config, FakeClock(START))
        self.air._metronome.begin()
        self.messages: list[object] = []
        self.scores: list[Score] = []
        self.tick = 0
        monkeypatch.setattr(self.air._links, "tell_brain", self.messages.append)
        monkeypatch.setattr(self.air._links, "send_score", self.scores.append)

    def run(self, ticks: int) -> None:
        for _ in range(ticks):
            self.air._tick(self.tick)
            self.tick += 1

    def send(self, message: object) -> list[Yielded]:
        """A message from the brain; returns what has yielded."""
        self.messages.clear()
        self.air._links._from_brain(message)
        self.run(1)
        return [m for m in self.messages if isinstance(m, Yielded)]


@pytest.fixture
def loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    made = Loop(tmp_path, monkeypatch)
    yield made
    made.air._finish()


def test_room_is_made_when_the_answer_can_be_there_by_the_clock_of_the_brain(loop: Loop) -> None:
    loop.send(spoken(1.0, 0.2, 1.0, 0.2, 2.0))
    loop.run(20)
    first = loop.air._stage.programme.end - round(4.4 * 48_000)
    assert loop.send(Yield(7, (A,), (A,), START + 1.4)) == [
        Yielded(7, (), (A,), pytest.approx(START + (first + 2.32 * 48_000) / 48_000))
    ]


@pytest.mark.parametrize("moment", [1e308, -1e308, 1e10])
def test_no_moment_is_too_far_for_a_tick(loop: Loop, moment: float) -> None:
    loop.send(spoken(1.0, 0.2, 2.0))
    loop.run(20)
    end = START + loop.air._stage.programme.end / 48_000
    (yielded,) = loop.send(Yield(1, (A,), (A,), moment))
    if moment > 0:
        assert yielded == Yielded(1, (), (), pytest.approx(end))
    else:
        assert yielded.cut == (A,)


def test_the_face_draws_again_only_what_has_changed(loop: Loop) -> None:
    loop.send(spoken(1.0, 0.2, 2.0))
    loop.run(20)
    for cuttable, scores in (((), 1), ((A,), loop.air._stage.ahead.lead + 1)):
        loop.scores.clear()
        loop.send(Yield(1, (), cuttable, START))
        assert len(loop.scores) == scores
