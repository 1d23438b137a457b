from streams.air.feed import HOLD_TICKS, STORE, FaceFeed
from tests.unit.test_canvas import sprite


def test_fresh_then_held_then_idle() -> None:
    feed = FaceFeed()
    assert feed.picture(0) is None
    idle = [sprite(2, 2, i) for i in range(3)]
    feed.set_idle(idle)
    assert feed.picture(1) is idle[1]
    fresh = sprite(2, 2, 99)
    feed.offer(10, fresh)
    assert feed.picture(10) is fresh
    assert all(feed.picture(10 + i) is fresh for i in range(1, HOLD_TICKS + 1))
    assert feed.picture(11 + HOLD_TICKS) in idle
    assert (feed.counts.fresh, feed.counts.held, feed.counts.idle) == (1, HOLD_TICKS, 2)


def test_late_pictures_are_not_shown_and_not_kept() -> None:
    feed = FaceFeed()
    feed.set_idle([sprite(2, 2, 0)])
    feed.picture(20)
    feed.offer(5, sprite(2, 2, 50))
    assert feed.picture(21) is not None
    assert feed.counts.fresh == 0


def test_the_store_is_bounded() -> None:
    feed = FaceFeed()
    for tick in range(10 * STORE):
        feed.offer(tick, sprite(2, 2, 1))
    assert len(feed._pictures) == STORE


def test_a_second_picture_for_a_tick_replaces_the_first() -> None:
    feed = FaceFeed()
    feed.offer(3, sprite(2, 2, 1))
    better = sprite(2, 2, 2)
    feed.offer(3, better)
    assert feed.picture(3) is better
