import threading
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from streams.deliver.fanout import Fanout
from streams.types import EncodedPacket


def packet(n: int, key: bool = False, kind: str = "video", size: int = 10) -> EncodedPacket:
    return EncodedPacket("video" if kind == "video" else "audio", bytes(size), n, n, 1, Fraction(1, 25), key)


def test_begins_at_a_keyframe_that_it_asked_for() -> None:
    fanout = Fanout()
    outlet = fanout.outlet(1000)
    fanout.push([packet(0, True)])  # nobody reads yet
    reader = iter(outlet)
    got: list[EncodedPacket] = []
    thread = threading.Thread(target=lambda: got.append(next(reader)))
    thread.start()
    while not fanout.take_keyframe_request():
        pass
    fanout.push([packet(1), packet(1, kind="audio")])
    fanout.push([packet(2, True)])
    thread.join(5)
    assert [p.pts for p in got] == [2]


def attached(limit: int):  # type: ignore[no-untyped-def]
    fanout = Fanout()
    outlet = fanout.outlet(limit)
    reader = iter(outlet)
    first = threading.Thread(target=lambda: next(reader))
    first.start()
    while not outlet._attached:
        pass
    fanout.push([packet(0, True)])
    first.join(5)
    fanout.take_keyframe_request()
    return fanout, outlet, reader


def test_overflow_drops_to_the_next_keyframe_and_never_sound_alone() -> None:
    fanout, outlet, reader = attached(100)
    for n in range(1, 30):
        fanout.push([packet(n), packet(n, kind="audio")])
    assert outlet.dropped > 0 and outlet.queued <= 100
    assert fanout.take_keyframe_request()
    fanout.push([packet(30, True), packet(30, kind="audio")])
    fanout.finish()
    assert [(p.kind, p.pts) for p in reader] == [("video", 30), ("audio", 30)]


def test_a_slow_outlet_does_not_touch_another() -> None:
    fanout = Fanout()
    slow, fast = fanout.outlet(50), fanout.outlet(10**6)
    readers = [iter(slow), iter(fast)]
    threads = [threading.Thread(target=lambda r=r: next(r)) for r in readers]
    for thread in threads:
        thread.start()
    while not (slow._attached and fast._attached):
        pass
    fanout.push([packet(0, True)])
    for thread in threads:
        thread.join(5)
    for n in range(1, 100):
        fanout.push([packet(n)])
    fanout.finish()
    assert [p.pts for p in readers[1]] == list(range(1, 100))
    assert slow.dropped > 0 and fast.dropped == 0


def test_finish_lets_the_rest_out_and_ends() -> None:
    fanout, _, reader = attached(1000)
    fanout.push([packet(1), packet(2)])
    fanout.finish()
    assert [p.pts for p in reader] == [1, 2]


def test_detached_outlets_count_no_loss() -> None:
    fanout, outlet, _ = attached(1000)
    outlet.detach()
    for n in range(100):
        fanout.push([packet(n)])
    assert outlet.dropped == 0 and outlet.queued == 0


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=60))
def test_the_bound_holds_and_every_run_begins_with_a_keyframe(plan: list[tuple[bool, int]]) -> None:
    fanout, outlet, reader = attached(100)
    for n, (key, size) in enumerate(plan, 1):
        fanout.push([packet(n, key, size=size)])
        assert outlet.queued <= 100
    fanout.finish()
    got = [p.pts for p in reader]
    by_pts = {n: key for n, (key, _) in enumerate(plan, 1)}
    previous = 0
    for pts in got:
        assert pts == previous + 1 or by_pts[pts]
        previous = pts
    assert len(got) + outlet.dropped == len(plan)


def test_what_is_in_the_readers_hand_when_the_queue_is_cleared_is_not_counted_twice() -> None:
    fanout, outlet, reader = attached(100)
    fanout.push([packet(1, size=60)])
    taken = outlet._queue.get()  # as the reader does, before it has the lock
    fanout.push([packet(2, size=50)])  # one more than fits: cleared
    assert outlet.queued == 0 and outlet.dropped == 1
    outlet._queue.put(taken)
    assert next(reader).pts == 1 and outlet.queued == 0
