from streams.clock import Metronome
from tests.fakes import FakeClock


def metronome(fps: int = 25) -> tuple[Metronome, FakeClock]:
    clock = FakeClock()
    made = Metronome(clock, fps)
    made.begin()
    return made, clock


def test_ticks_are_due_at_exact_times_without_drift() -> None:
    made, clock = metronome(30)
    for tick in range(30 * 3600):
        assert made.wait(tick) == 0
    assert abs(clock.time - (100 + (30 * 3600 - 1) / 30)) < 1e-6


def test_a_little_late_catches_up_without_sleeping() -> None:
    made, clock = metronome()
    made.wait(0)
    clock.time += 1.0  # 25 ticks lost
    clock.slept.clear()
    assert [made.wait(n) for n in range(1, 25)] == [0] * 24
    assert clock.slept == []
    made.wait(26)
    assert len(clock.slept) == 1


def test_hopelessly_late_skips_forward() -> None:
    made, clock = metronome()
    made.wait(0)
    clock.time += 10.0
    behind = made.wait(1)
    assert behind in (248, 249)
    assert made.wait(1 + behind) == 0
    assert made.worst >= 9.9


def test_sleep_that_ends_early_is_continued() -> None:
    class Short(FakeClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(max(seconds / 2, 1e-5))

    clock = Short()
    made = Metronome(clock, 25)
    made.begin()
    made.wait(10)
    assert clock.time >= made.due(10)
