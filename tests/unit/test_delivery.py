import threading
import time
from collections.abc import Callable

import pytest

from streams.air import delivery as module
from streams.air.delivery import Delivery
from streams.air.fanout import Fanout
from streams.ports import Packets, Refused, Transient
from tests.loopback import until
from tests.unit.test_fanout import packet


class Scripted:
    """A destination whose attempts go as the script says."""

    name = "scripted"

    def __init__(self, script: list[Callable[[Packets], None]], there: list[bool | None] | None = None) -> None:
        self.script, self.there = script, there or [None]
        self.attempts = 0
        self.stopped = threading.Event()

    def run(self, packets: Packets) -> None:
        step = self.script[min(self.attempts, len(self.script) - 1)]
        self.attempts += 1
        step(packets)

    def reachable(self) -> bool | None:
        return self.there.pop(0) if len(self.there) > 1 else self.there[0]

    def stop(self) -> None:
        self.stopped.set()


def fail(error: Exception) -> Callable[[Packets], None]:
    def step(packets: Packets) -> None:
        raise error

    return step


def consume(packets: Packets) -> None:
    for _ in packets:
        pass


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules at a hundredth of the time."""
    monkeypatch.setattr(module, "KNOCK_SECONDS", 0.01)
    made = module.Backoff
    monkeypatch.setattr(module, "Backoff", lambda: made(0.02, 1.5, 0.3))


def feed(fanout: Fanout, stop: threading.Event) -> threading.Thread:
    def push() -> None:
        n = 0
        while not stop.is_set():
            fanout.push([packet(n, key=fanout.take_keyframe_request() or n % 50 == 0)])
            n += 1
            time.sleep(0.002)

    thread = threading.Thread(target=push)
    thread.start()
    return thread


def test_tries_again_until_it_lives_and_tells_its_state() -> None:
    fanout, stop = Fanout(), threading.Event()
    destination = Scripted([fail(Transient("down")), fail(Refused("bad key")), consume])
    delivery = Delivery(destination, fanout.outlet(10_000))
    delivery.start()
    states = set()
    thread = feed(fanout, stop)
    until(lambda: states.add((delivery.status().state, delivery.status().error)) or delivery.status().state == "live")
    stop.set()
    thread.join()
    assert destination.attempts == 3
    assert ("live", "") in states or delivery.status().error == ""
    assert {("waiting", "down"), ("refused", "bad key")} & states
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)
    assert delivery.status().state == "ended"


def test_a_crash_in_a_destination_is_its_own_affair() -> None:
    fanout = Fanout()
    destination = Scripted([fail(ZeroDivisionError("bug")), consume])
    delivery = Delivery(destination, fanout.outlet(10_000))
    delivery.start()
    until(lambda: "ZeroDivisionError" in delivery.status().error)
    until(lambda: destination.attempts == 2)
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_an_ingest_that_was_gone_and_answers_again_is_tried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Delivery.__init__.__globals__["Backoff"]
    monkeypatch.setattr(module, "Backoff", lambda: type(made())(60.0))
    fanout = Fanout()
    destination = Scripted([fail(Transient("down")), consume], there=[False, False, True])
    delivery = Delivery(destination, fanout.outlet(10_000))
    delivery.start()
    until(lambda: destination.attempts == 2, 5)
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_one_that_is_there_and_fails_waits_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Delivery.__init__.__globals__["Backoff"]
    monkeypatch.setattr(module, "Backoff", lambda: type(made())(60.0))
    fanout = Fanout()
    destination = Scripted([fail(Transient("rejected"))], there=[True])
    delivery = Delivery(destination, fanout.outlet(10_000))
    delivery.start()
    until(lambda: delivery.status().state == "waiting")
    time.sleep(0.2)
    assert destination.attempts == 1
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_a_hanging_destination_is_broken_off_at_the_end() -> None:
    fanout = Fanout()
    destination = Scripted([lambda packets: destination.stopped.wait()])  # type: ignore[list-item]
    delivery = Delivery(destination, fanout.outlet(10_000))
    delivery.start()
    until(lambda: destination.attempts == 1)
    fanout.finish()
    assert not delivery.close(time.monotonic() + 0.1)
    assert destination.stopped.is_set()
