from hypothesis import given
from hypothesis import strategies as st

from streams.deliver.pacing import HOLD_SECONDS, Spread, wire_rate
from streams.types import MediaFormat


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=200), st.integers(100_000, 3_000_000))
def test_all_leaves_in_the_end_and_little_is_held(sizes: list[int], rate: int) -> None:
    spread, waiting, left = Spread(rate), 0, 0
    for tick, size in enumerate(sizes):
        waiting += size
        count = spread.release(tick / 25, waiting)
        assert 0 <= count <= waiting
        waiting -= count
        left += count
        assert waiting <= rate / 8 * HOLD_SECONDS + 1
    assert left + waiting == sum(sizes)


def test_a_keyframe_every_two_seconds_leaves_at_one_pace() -> None:
    rate = 1_000_000
    per_tick = rate / 8 / 25
    sizes = [int(per_tick * 5) if n % 50 == 0 else int(per_tick * 45 / 49) for n in range(500)]
    spread, waiting, out = Spread(rate), 0, []
    for tick, size in enumerate(sizes):
        waiting += size
        out.append(spread.release(tick / 25, waiting))
        waiting -= out[-1]
    steady = out[50:]
    assert max(steady) <= per_tick * 1.05 and max(sizes) > 4 * per_tick
    assert sum(out[100:150]) == sum(out[200:250]) or abs(sum(out[100:150]) - sum(out[200:250])) < per_tick


def test_unused_pace_is_not_saved_up() -> None:
    spread = Spread(800_000)
    for tick in range(100):
        assert spread.release(tick / 25, 0) == 0
    assert spread.release(4.0, 20_000) <= 4001


def test_the_rate_of_the_wire_is_within_one_percent_of_what_is_asked_for() -> None:
    for media in (MediaFormat(854, 480, 20, 600_000), MediaFormat(1920, 1080, 30, 2_500_000)):
        assert 1.0 < wire_rate(media) / 1.003 / media.total_bitrate < 1.01
