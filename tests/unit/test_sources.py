"""The chat sources of a show: a list that changes, and adapters that do not keep to the rules."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from anchor import registry
from anchor.show.sources import Sources
from streams.types import ChatEvent


def entry(platform: str, silent_after: float = 0.0, **options: Any) -> dict[str, Any]:
    return {"platform": platform, "silent_after": silent_after, "options": options}


class Gate:
    """An adapter that says one event whenever its gate opens; ``stubborn`` ones ignore that they should end."""

    def __init__(self, options: dict[str, Any], context: Any) -> None:
        self.name, self._options, self._context = "gate", options, context

    async def events(self) -> AsyncIterator[ChatEvent]:
        self._context.connected()
        for bad in self._options.get("bad", ()):
            self._context.reject(bad)
        for n in range(1000):
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                if not self._options.get("stubborn"):
                    raise
            yield ChatEvent(f"{self._options['room']}-{n}", "gate", self._options["room"], "comment", "v", "在吗")


@pytest.fixture
def gates(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []

    def make(kind: str, name: str, options: dict[str, Any], context: Any) -> Any:
        made.append(options["room"])
        return Gate(options, context)

    monkeypatch.setattr(registry, "make", make)
    monkeypatch.setattr("streams.chat.source.STOP_SECONDS", 0.05)
    return made


async def until(true: Any) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - a task beside it makes it true
            await asyncio.sleep(0.005)


def played(work: Any) -> tuple[list[ChatEvent], list[str]]:
    """Runs sources while ``work`` changes them; what was offered and rejected."""
    heard: list[ChatEvent] = []
    rejected: list[str] = []

    async def whole() -> None:
        sources = Sources(Path(), lambda event: heard.append(event) or "taken", rejected.append)  # type: ignore[func-returns-value]
        task = asyncio.create_task(sources.run())
        await work(sources, heard)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(whole())
    return heard, rejected


def test_a_change_starts_and_stops_only_what_it_names(gates: list[str]) -> None:
    async def work(sources: Sources, heard: list[ChatEvent]) -> None:
        sources.want([entry("gate", room="a"), entry("gate", room="b")])
        await until(lambda: {e.room for e in heard} == {"a", "b"})
        sources.want([entry("gate", room="b"), entry("gate", room="c")])
        await until(lambda: [s.name for s in sources.status()] == ["gate:b", "gate:c"])

    played(work)
    assert gates == ["a", "b", "c"]


def test_one_that_does_not_end_is_not_heard_any_more(gates: list[str], caplog: pytest.LogCaptureFixture) -> None:
    async def work(sources: Sources, heard: list[ChatEvent]) -> None:
        sources.want([entry("gate", room="old", stubborn=True)])
        await until(lambda: len(heard) > 2)
        sources.want([entry("gate", room="new")])
        await until(lambda: any(e.room == "new" for e in heard))
        first = next(n for n, e in enumerate(heard) if e.room == "new")
        await until(lambda: len(heard) > first + 5)
        assert {e.room for e in heard[first:]} == {"new"}

    played(work)


def test_two_of_one_name_can_be_told_apart_and_what_they_reject_is_counted(gates: list[str]) -> None:
    async def work(sources: Sources, heard: list[ChatEvent]) -> None:
        sources.want([entry("gate", room="a/x", bad=["x:1: no text"]), entry("gate", room="b/x")])
        await until(lambda: len(heard) > 2)
        assert [(s.name, s.rejected) for s in sources.status()] == [("gate:x", 1), ("gate:x#2", 0)]

    assert played(work)[1] == ["x:1: no text"]


def test_silence_is_told_without_anybody_asking(
    gates: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("anchor.show.sources.LOOK_SECONDS", 0.01)
    monkeypatch.setattr(Gate, "events", quiet)

    async def work(sources: Sources, heard: list[ChatEvent]) -> None:
        sources.want([entry("gate", 0.02, room="a")])
        await until(lambda: any("chat source silent" in r.message for r in caplog.records))
        await asyncio.sleep(0.1)

    assert played(work)[0] == []
    assert len([r for r in caplog.records if "chat source silent" in r.message]) == 1


async def quiet(self: Gate) -> AsyncIterator[ChatEvent]:
    self._context.connected()
    await asyncio.Event().wait()
    yield ChatEvent("1", "gate", "a", "comment", "v", "")
