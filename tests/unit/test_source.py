"""A chat source owns retry, state and the last error; whatever its adapter does, the rest goes on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from streams.chat.source import CONNECT_SECONDS, REFUSED_FIRST, Source, SourceStatus
from streams.ports import Refused, Transient
from streams.types import ChatEvent
from tests.fakes import FakeClock


def event(n: int, text: str = "多少钱") -> ChatEvent:
    return ChatEvent(f"e{n}", "x", "1", "comment", "v", text)


class Scripted:
    """An adapter that does one thing a connection: gives events, raises, or waits for ever."""

    name = "scripted"

    def __init__(self, *connections: Any) -> None:
        self._connections = list(connections)
        self.made = 0

    def __call__(self, source: Source) -> "Scripted":
        self.made += 1
        return self

    async def events(self) -> AsyncIterator[ChatEvent]:
        for step in self._connections.pop(0):
            if isinstance(step, BaseException):
                raise step
            if step is None:
                await asyncio.Event().wait()
            yield step


class Room:
    """A source on a clock of its own, with what it offered and how long it waited."""

    def __init__(self, make: Any, silent_after: float = 0.0) -> None:
        self.clock, self.texts, self.waits = FakeClock(), [], []
        self.rejects: list[str] = []
        self.source = Source("x", make, self.offer, self.rejects.append, silent_after, self.clock.now, self.sleep)

    def offer(self, taken: ChatEvent) -> str:
        self.texts.append(taken.id)
        return "question"

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.time += seconds
        await asyncio.sleep(0)

    @property
    def status(self) -> SourceStatus:
        return self.source.status()


def run(make: Any, work: Callable[[Room], Awaitable[None]] | None = None, silent_after: float = 0.0) -> Room:
    """Until the source has ended, or, with ``work``, until that is done."""

    async def whole() -> Room:
        room = Room(make, silent_after)
        task = asyncio.create_task(room.source.run())
        async with asyncio.timeout(10):
            if work is None:
                await task
            else:
                await work(room)
                assert await room.source.stop(task)
        return room

    return asyncio.run(whole())


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_connection_that_breaks_is_made_again_and_nothing_is_told_twice() -> None:
    room = run(Scripted([event(1), Transient("gone")], [event(1), event(2), Transient("gone")], [event(2), event(3)]))
    assert room.texts == ["e1", "e2", "e3"] and len(room.waits) == 2
    assert (room.status.state, room.status.error, room.status.events, room.status.repeated) == ("ended", "", 3, 2)


def test_waits_grow_while_nothing_comes_and_begin_anew_after_an_event() -> None:
    room = run(Scripted([Transient("a")], [Transient("b")], [event(1), Transient("c")], []))
    first, second, third = room.waits
    assert first < second and third == first


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (KeyError("data"), "KeyError: 'data'"), (ZeroDivisionError("x"), "ZeroDivisionError: x"), (RecursionError(), "RecursionError"),
        (Transient("no route"), "no route"), (OSError(5, "gone"), "gone"), (asyncio.QueueFull(), "QueueFull"),
        (asyncio.CancelledError("its own"), "CancelledError: its own"),
    ],
)  # fmt: skip
def test_whatever_an_adapter_raises_is_its_state(broken: BaseException, told: str) -> None:
    async def whole() -> None:
        room = Room(Scripted([broken], [None]))
        release = asyncio.Event()

        async def sleep(seconds: float) -> None:
            room.waits.append(seconds)
            await release.wait()

        room.source._sleep = sleep
        task = asyncio.create_task(room.source.run())
        await settled()
        assert room.status.state == "waiting" and told in room.status.error and room.status.again_in > 0
        release.set()
        await settled()
        assert room.status.state == "connecting"
        assert await room.source.stop(task)

    asyncio.run(whole())


def test_a_refusal_is_waited_out_longer() -> None:
    room = run(Scripted([Refused("wrong key")], [Refused("wrong key")], []))
    assert room.waits == [REFUSED_FIRST, 2 * REFUSED_FIRST]


@pytest.mark.parametrize("garbage", ["text", {"text": "a"}, 5, b"x"])
def test_what_is_no_event_is_rejected_and_told(garbage: object) -> None:
    room = run(Scripted([event(1), garbage, event(2)], [event(3)]))
    assert room.texts == ["e1", "e3"] and room.status.rejected == 1 and len(room.rejects) == 1


class NoStream:
    name = "no stream"

    def events(self) -> Any:
        return None


def test_an_adapter_that_gives_no_stream_or_cannot_be_made_is_told() -> None:
    def cannot(source: Source) -> Any:
        raise ImportError("no module named websocket")

    for make, told in ((lambda source: NoStream(), "TypeError"), (cannot, "no module named websocket")):
        errors: list[str] = []

        async def work(room: Room, errors: list[str] = errors) -> None:
            while not room.source.error:  # noqa: ASYNC110 - the task beside it sets it
                await asyncio.sleep(0)
            errors.append(room.source.error)

        run(make, work)
        assert told in errors[0]


def test_an_adapter_that_never_connects_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async def work(room: Room) -> None:
        await settled()
        assert (room.status.state, room.status.error) == ("connecting", "")
        room.clock.time += CONNECT_SECONDS + 1
        room.source.look()
        room.source.look()
        assert "no connection for 31 s" in room.status.error

    run(Scripted([None]), work)
    assert len([r for r in caplog.records if "does not connect" in r.message]) == 1


def test_an_adapter_that_does_not_let_go_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.chat.source.STOP_SECONDS", 0.05)
    stubborn = asyncio.Event()

    class Stubborn:
        name = "stubborn"

        async def events(self) -> AsyncIterator[ChatEvent]:
            while not stubborn.is_set():
                try:
                    await stubborn.wait()
                except asyncio.CancelledError:
                    pass  # the fault that is tested
            yield event(1)

    async def whole() -> None:
        room = Room(lambda source: Stubborn())
        task = asyncio.create_task(room.source.run())
        await settled()
        assert not await room.source.stop(task)
        stubborn.set()
        await asyncio.wait([task])
        assert room.texts == [], "what it says after that is not heard"

    asyncio.run(whole())


def test_silence_is_told_once_and_ends_with_an_event(caplog: pytest.LogCaptureFixture) -> None:
    async def work(room: Room) -> None:
        await settled()
        room.clock.time += 599
        room.source.look()
        assert not room.status.silent
        room.clock.time += 2
        room.source.look()
        room.source.look()
        assert room.status.silent
        assert room.source.hand(event(2)) == "question"
        room.source.look()
        assert not room.status.silent and room.status.last_event == 0.0

    run(Scripted([event(1), None]), work, silent_after=600)
    assert len([r for r in caplog.records if "silent" in r.message]) == 1


def test_silence_counts_from_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    async def work(room: Room) -> None:
        room.clock.time += 1000
        room.source.connected()
        assert not room.status.silent
        room.clock.time += 601
        assert room.status.silent

    run(Scripted([None]), work, silent_after=600)


def test_an_event_from_outside_is_taken_like_any_other() -> None:
    async def work(room: Room) -> None:
        assert [room.source.hand(event(n)) for n in (1, 1, 2)] == ["question", "repeated", "question"]
        assert room.status.state == "live"

    assert run(Scripted([None]), work).texts == ["e1", "e2"]
