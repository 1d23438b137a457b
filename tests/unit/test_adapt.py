from hypothesis import given
from hypothesis import strategies as st

from streams.deliver.adapt import LEAST, Adapt

FULL, SOUND = 1_500_000, 128_000


class Way:
    """A way that carries so much, in front of which a queue builds up; steps of a quarter of a second."""

    def __init__(self) -> None:
        self.adapt = Adapt(FULL, SOUND)
        self.now, self.queue, self.sent = 100.0, 0.0, 0
        self.rates: list[int] = []

    def run(self, seconds: float, carries: float) -> int:
        for _ in range(round(seconds * 4)):
            self.now += 0.25
            self.queue += (self.adapt.rate + SOUND) / 4
            gone = min(self.queue, carries / 4)
            self.queue -= gone
            self.sent += int(gone / 8)
            self.rates.append(self.adapt.decide(self.now, self.queue / (FULL + SOUND), self.sent))
        return self.rates[-1]


def test_a_wide_way_is_left_alone() -> None:
    assert set(Way().rates) <= {FULL} and Way().run(60, 5e6) == FULL


def test_down_within_a_second_of_the_trigger_to_what_the_way_carries() -> None:
    way = Way()
    way.run(10, 5e6)
    before = len(way.rates)
    way.run(4, 700e3)
    lower = next(i for i, rate in enumerate(way.rates[before:], 1) if rate < FULL)
    # 930 kbit/s too much fill 0.2 s of stream within two steps
    assert lower / 4 <= 0.5 + 1.0
    assert way.rates[-1] <= 700_000 - SOUND


def test_up_again_by_a_tenth_every_four_seconds() -> None:
    way = Way()
    way.run(10, 5e6)
    low = way.run(10, 700e3)
    way.rates.clear()
    assert way.run(60, 5e6) == FULL
    steps = [b - a for a, b in zip(way.rates, way.rates[1:], strict=False) if b != a]
    assert set(steps[:-1]) == {FULL // 10} and steps[-1] <= FULL // 10
    assert len(way.rates) - way.rates[::-1].index(low) >= 4


def test_one_that_is_gone_climbs_as_if_nothing_waited() -> None:
    way = Way()
    way.run(10, 5e6)
    low = way.run(10, 700e3)
    rates = [way.adapt.idle(way.now + step) for step in range(1, 61)]
    assert rates[0] <= low + FULL // 10 and rates[-1] == FULL


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(0, 2**40), st.floats(0.01, 3)), max_size=60))
def test_bounds_hold_whatever_comes(seen: list[tuple[float, int, float]]) -> None:
    adapt, now = Adapt(FULL, SOUND), 0.0
    for waiting, sent, step in seen:
        now += step
        assert LEAST <= adapt.decide(now, waiting, sent) <= FULL
