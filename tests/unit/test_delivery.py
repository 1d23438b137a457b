import threading
import time
from collections.abc import Callable

import pytest

from streams.backoff import Backoff
from streams.deliver import delivery as module
from streams.deliver.delivery import Delivery
from streams.deliver.fanout import Fanout
from streams.ports import Packets, Refused, Transient
from streams.types import Wire
from tests.loopback import until
from tests.unit.test_fanout import packet


class Scripted:
    """A destination whose attempts go as the script says."""

    name = "scripted"

    def __init__(self, script: list[Callable[[Packets], None]], there: list[bool | None] | None = None) -> None:
        self.script, self.there = script, there or [None]
        self.attempts = 0
        self.stopped = threading.Event()
        self.new_secret = False
        self.wire: Wire | None = None

    def run(self, packets: Packets) -> None:
        step = self.script[min(self.attempts, len(self.script) - 1)]
        self.attempts += 1
        step(packets)

    def reachable(self) -> bool | None:
        return self.there.pop(0) if len(self.there) > 1 else self.there[0]

    def renewed(self) -> bool:
        return self.new_secret

    def measure(self) -> Wire | None:
        return self.wire

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
    monkeypatch.setattr(module, "Backoff", lambda first=2.0, *_: made(first / 100, 1.5, first * 0.15))


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
    delivery = Delivery([destination], fanout.outlet(10_000), 100_000)
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
    delivery = Delivery([destination], fanout.outlet(10_000), 100_000)
    delivery.start()
    until(lambda: "ZeroDivisionError" in delivery.status().error)
    until(lambda: destination.attempts == 2)
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_an_ingest_that_was_gone_and_answers_again_is_tried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Delivery.__init__.__globals__["Backoff"]
    monkeypatch.setattr(module, "Backoff", lambda *_: type(made())(60.0))
    fanout = Fanout()
    destination = Scripted([fail(Transient("down")), consume], there=[False, False, True])
    delivery = Delivery([destination], fanout.outlet(10_000), 100_000)
    delivery.start()
    until(lambda: destination.attempts == 2, 5)
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_one_that_is_there_and_fails_waits_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Delivery.__init__.__globals__["Backoff"]
    monkeypatch.setattr(module, "Backoff", lambda *_: type(made())(60.0))
    fanout = Fanout()
    destination = Scripted([fail(Transient("rejected"))], there=[True])
    delivery = Delivery([destination], fanout.outlet(10_000), 100_000)
    delivery.start()
    until(lambda: delivery.status().state == "waiting")
    time.sleep(0.2)
    assert destination.attempts == 1
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_a_hanging_destination_is_broken_off_at_the_end() -> None:
    fanout = Fanout()
    destination = Scripted([lambda packets: destination.stopped.wait()])  # type: ignore[list-item]
    delivery = Delivery([destination], fanout.outlet(10_000), 100_000)
    delivery.start()
    until(lambda: destination.attempts == 1)
    fanout.finish()
    assert not delivery.close(time.monotonic() + 0.1)
    assert destination.stopped.is_set()


class Named(Scripted):
    def __init__(
        self, name: str, script: list[Callable[[Packets], None]], there: list[bool | None] | None = None
    ) -> None:
        super().__init__(script, there)
        self.name = name


def test_a_backup_is_tried_at_once_and_the_wait_begins_when_all_have_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUICK_SECONDS", 0.01)
    monkeypatch.setattr(module, "Backoff", lambda *_: Backoff(60.0, 1.5, 60.0))
    fanout = Fanout()
    first = Named("first", [fail(Transient("down"))], there=[True])
    second = Named("second", [fail(Refused("bad key")), consume], there=[True])
    delivery = Delivery([first, second], fanout.outlet(10_000), 100_000)
    delivery.start()
    until(lambda: second.attempts == 1)
    until(lambda: delivery.status().again_in > 50)
    assert first.attempts == 1 and delivery.status().state == "waiting"
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_the_backup_carries_while_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUICK_SECONDS", 0.01)
    fanout, stop = Fanout(), threading.Event()
    first, second = Named("first", [fail(Transient("down"))]), Named("second", [consume])
    delivery = Delivery([first, second], fanout.outlet(10_000), 100_000)
    delivery.start()
    thread = feed(fanout, stop)
    until(lambda: delivery.status().state == "live")
    assert delivery.status().name == "second" and first.attempts == 1
    stop.set()
    thread.join()
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_what_is_refused_waits_long_but_a_new_secret_is_tried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "Backoff", lambda *_: Backoff(60.0, 1.5, 60.0))
    fanout = Fanout()
    destination = Scripted([fail(Refused("wrong key")), consume], there=[True])
    delivery = Delivery([destination], fanout.outlet(10_000), 100_000)
    delivery.start()
    until(lambda: delivery.status().state == "refused")
    time.sleep(0.1)
    assert destination.attempts == 1 and delivery.status().again_in > 50
    destination.new_secret = True
    until(lambda: destination.attempts == 2)
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_an_address_that_is_due_does_not_wait_for_a_knock_at_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUICK_SECONDS", 0.01)
    monkeypatch.setattr(module, "Backoff", lambda first=2.0, *_: Backoff(0.0 if first < 10 else 60.0, 1.0, 60.0))
    knocked = threading.Event()
    fanout = Fanout()
    refused = Named("refused", [fail(Refused("bad key"))])
    refused.reachable = lambda: knocked.wait(20)  # type: ignore[method-assign]
    soon = Named("soon", [fail(Transient("down")), consume])
    monkeypatch.setattr(module, "KNOCK_SECONDS", 0.1)
    delivery = Delivery([soon, refused], fanout.outlet(10_000), 100_000)
    delivery.start()
    until(lambda: refused.attempts == 1 and soon.attempts == 2, 10)
    knocked.set()
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_the_waits_after_failures() -> None:
    way = module._Way(Scripted([consume]))

    def waits(refused: bool, lasted: float) -> float:
        way.failed(refused, lasted)
        return round((way.next_try - time.monotonic()) * 100, 1)

    assert [waits(False, 0.1) for _ in range(3)] == [2.0, 3.0, 4.5]
    # a connection that held is tried again at once, then with the first wait
    assert waits(False, 60.0) == round(module.QUICK_SECONDS * 100, 1) and waits(False, 0.1) == 2.0
    assert [waits(True, 0.1) for _ in range(2)] == [60.0, 90.0]
    assert waits(True, 60.0) == 60.0


def test_a_refused_address_does_not_hold_up_its_backup_nor_is_it_tried_with_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "QUICK_SECONDS", 0.01)
    monkeypatch.setattr(module, "Backoff", lambda first=2.0, *_: Backoff(60.0 if first > 2 else 0.02, 1.0, 60.0))
    fanout = Fanout()
    refused = Named("refused", [fail(Refused("bad key"))], there=[True])
    down = Named("down", [fail(Transient("down"))] * 5 + [consume], there=[True])
    delivery = Delivery([refused, down], fanout.outlet(10_000), 100_000)
    delivery.start()
    until(lambda: down.attempts == 6)
    assert refused.attempts == 1
    assert caplog.text.count("will be tried again") == 2  # each of them once
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_a_backup_that_comes_back_is_noticed_while_the_main_address_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUICK_SECONDS", 0.01)
    monkeypatch.setattr(module, "Backoff", lambda *_: Backoff(60.0, 1.5, 60.0))
    fanout = Fanout()
    main = Named("main", [fail(Refused("bad key"))], there=[True])
    backup = Named("backup", [fail(Transient("down")), consume], there=[False, False, True])
    delivery = Delivery([main, backup], fanout.outlet(10_000), 100_000)
    delivery.start()
    until(lambda: backup.attempts == 2, 5)
    assert main.attempts == 1 and delivery.status().again_in == 0.0
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_a_destination_that_returns_early_is_run_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUICK_SECONDS", 0.01)
    fanout = Fanout()
    destination = Scripted([lambda packets: None, consume])
    delivery = Delivery([destination], fanout.outlet(10_000), 100_000)
    delivery.start()
    until(lambda: destination.attempts == 2)
    assert delivery.status().error == ""
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_congested_from_seven_tenths_of_a_second_until_it_has_been_calm_for_a_second() -> None:
    fanout, stop = Fanout(), threading.Event()
    destination = Scripted([consume])
    delivery = Delivery([destination], fanout.outlet(10_000_000), 80_000)
    delivery.start()
    thread = feed(fanout, stop)
    until(lambda: delivery.status().state == "live")
    states = []
    for waiting in (0.3, 0.8, 0.5, 0.1, 0.1, 0.5, 0.1, 0.1, 0.1, 0.1):
        destination.wire = Wire(sent=5, waiting=int(waiting * 10_000))
        seen, sent = delivery.watch() or (0.0, 0)
        assert sent == 5 and abs(seen - waiting) < 0.1
        states.append(delivery.status().state)
    assert states == ["live"] + ["congested"] * 8 + ["live"]
    assert delivery.status().as_json(0.0)["wire"]["sent"] == 5
    destination.wire = None
    assert delivery.watch() is None
    stop.set()
    thread.join()
    fanout.finish()
    assert delivery.close(time.monotonic() + 5)


def test_a_destination_that_cannot_be_measured_does_not_stop_the_clock(caplog: pytest.LogCaptureFixture) -> None:
    destination = Scripted([consume])
    destination.measure = lambda: 1 // 0  # type: ignore[method-assign,return-value,assignment]
    delivery = Delivery([destination], Fanout().outlet(10_000), 100_000)
    assert delivery.watch() is None and delivery.watch() is None
    assert caplog.text.count("cannot be measured") == 1
