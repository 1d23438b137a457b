"""The speaker and its sink: what is under way, what has made room, and whose reports are whose."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import numpy as np
import pytest

from anchor.say.air import AirLink
from anchor.say.speaker import ON_THE_WAY, Said, Speaker, Stopped
from anchor.types import Ref, Utterance
from streams.link import Link, LinkServer
from streams.ports import Transient
from streams.types import Played, SpeechChunk
from streams.wire import Cut, Hello, NoRoom, Scheduled, Session, Speech, Welcome, Yield, Yielded
from tests.fakes import FakeClock

Key = tuple[str, int]


class Voice:
    """Takes so long for a piece, and gives so many."""

    def __init__(self, clock: FakeClock, takes: float = 0.0, pieces: int = 1) -> None:
        self._clock, self._takes, self._pieces = clock, takes, pieces

    async def speak(self, text: str) -> AsyncGenerator[Speech, None]:
        for _ in range(self._pieces):
            self._clock.sleep(self._takes)
            yield Speech(np.ones(480, np.float32), (), 48_000)


class Sink:
    """Answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[Key], list[Key], float]] = []
        self.stops: tuple[list[Key], list[Key]] | Transient = ([], [])
        self.cuts: list[Key] = []
        self.heard = lambda played: None
        self.reports_first = False

    async def play(self, chunk: SpeechChunk) -> None:
        pass

    async def placed(self, cue: str, seq: int) -> float:
        return 0.0

    async def cut(self, cue: str, seq: int) -> None:
        self.cuts.append((cue, seq))
        self.heard(Played(1, cue, seq, 0.1, True))

    async def yield_(
        self, keys: Sequence[Key], cuttable: Sequence[Key], after: float
    ) -> tuple[Sequence[Key], Sequence[Key]]:
        self.asked.append((list(keys), list(cuttable), after))
        if isinstance(self.stops, Transient):
            raise self.stops
        if self.reports_first:
            for key in (*self.stops[0], *self.stops[1]):
                self.heard(Played(1, *key, 0.1, True))
        return self.stops


def line(name: str) -> Utterance:
    return Utterance(Ref("script", name), name)


ONE, TWO = line("one"), line("two")
ONE_KEY, TWO_KEY = (ONE.cue, 0), (TWO.cue, 0)


class Desk:
    def __init__(self, takes: float = 0.0, pieces: int = 1) -> None:
        self.clock, self.sink = FakeClock(), Sink()
        self.speaker = Speaker(Voice(self.clock, takes, pieces), self.sink, self.clock.now)
        self.sink.heard = self.speaker.heard

    async def say(self, *utterances: Utterance) -> None:
        for utterance in utterances:
            assert isinstance(await self.speaker.say(utterance), Said)


def test_what_has_made_room_is_under_way_no_more() -> None:
    async def work() -> None:
        desk = Desk()
        await desk.say(ONE, TWO)
        desk.sink.stops = ([TWO_KEY], [ONE_KEY])
        assert await desk.speaker.yield_([ONE, TWO], [ONE]) == Stopped((TWO,), (ONE,))
        assert desk.sink.asked[0][:2] == ([ONE_KEY, TWO_KEY], [ONE_KEY])
        assert not desk.speaker.under_way and desk.speaker.speaking, "it sounds to its pause"
        for key in (TWO_KEY, ONE_KEY):
            desk.speaker.heard(Played(1, *key, 0.5, True))
        assert not desk.speaker.speaking

    asyncio.run(work())


def test_reports_may_come_before_the_reply() -> None:
    async def work() -> None:
        desk = Desk()
        await desk.say(ONE, TWO)
        desk.sink.stops, desk.sink.reports_first = ([TWO_KEY], [ONE_KEY]), True
        assert await desk.speaker.yield_([ONE, TWO], [ONE]) == Stopped((TWO,), (ONE,))
        assert not desk.speaker.speaking

    asyncio.run(work())


def test_the_report_of_what_was_cut_is_not_taken_for_the_same_sentence_given_again() -> None:
    async def work() -> None:
        desk = Desk()
        await desk.say(ONE)
        desk.sink.stops = ([], [ONE_KEY])
        await desk.speaker.yield_([ONE], [ONE])
        await desk.say(ONE)
        desk.speaker.heard(Played(1, *ONE_KEY, 0.5, True))
        assert ONE_KEY in desk.speaker.under_way
        desk.speaker.heard(Played(2, *ONE_KEY, 1.0, False))
        assert not desk.speaker.speaking

    asyncio.run(work())


def test_a_sentence_given_again_is_asked_when_its_beginning_is_over() -> None:
    async def work() -> None:
        desk = Desk()
        await desk.say(ONE)
        desk.sink.stops = ([], [ONE_KEY])
        await desk.speaker.yield_([ONE], [ONE])
        await desk.say(TWO, ONE)
        assert await desk.speaker.yield_([ONE], [ONE]) == Stopped() and len(desk.sink.asked) == 1
        desk.speaker.heard(Played(1, *ONE_KEY, 0.5, True))
        assert await desk.speaker.yield_([ONE], [ONE]) == Stopped((), (ONE,))
        assert desk.sink.asked[1][:2] == ([ONE_KEY], [ONE_KEY])

    asyncio.run(work())


def test_the_operator_cuts_what_is_on_its_way_to_a_pause_too() -> None:
    async def work() -> None:
        desk = Desk()
        await desk.say(ONE)
        desk.sink.stops = ([], [ONE_KEY])
        await desk.speaker.yield_([ONE], [ONE])
        await desk.say(TWO)
        await desk.speaker.cut()
        assert desk.sink.cuts == [ONE_KEY, TWO_KEY] and not desk.speaker.speaking

    asyncio.run(work())


def test_what_cannot_make_room_is_asked_once() -> None:
    async def work() -> None:
        desk = Desk()
        await desk.say(ONE)
        for _ in range(3):
            assert await desk.speaker.yield_([ONE], [ONE]) == Stopped()
        assert len(desk.sink.asked) == 1
        await desk.say(TWO)
        await desk.speaker.yield_([ONE, TWO], [ONE, TWO])
        assert len(desk.sink.asked) == 2, "another is behind it now"
        desk.speaker.heard(Played(1, *ONE_KEY, 1.0, False))
        desk.speaker.heard(Played(2, *TWO_KEY, 1.0, False))
        assert await desk.speaker.yield_([ONE, TWO], []) == Stopped() and len(desk.sink.asked) == 2, "over by now"

    asyncio.run(work())


def test_nobody_is_asked_for_nothing() -> None:
    async def work() -> None:
        desk = Desk()
        assert await desk.speaker.yield_([], []) == Stopped()
        assert desk.sink.asked == []

    asyncio.run(work())


@pytest.mark.parametrize(("takes", "pieces", "first"), [(0.0, 1, 0.0), (0.4, 1, 0.4), (0.4, 3, 0.8)])
def test_room_is_made_no_sooner_than_the_voice_can_speak(takes: float, pieces: int, first: float) -> None:
    """One piece is held back until the next is there."""

    async def work() -> None:
        desk = Desk(takes, pieces)
        for n in range(30):
            await desk.say(line(str(n)))
        last = line("29")
        await desk.speaker.yield_([last], [last])
        assert desk.sink.asked[0][2] - desk.clock.now() == pytest.approx(first + ON_THE_WAY, abs=0.01)

    asyncio.run(work())


def test_a_sink_that_is_gone_is_told() -> None:
    async def work() -> None:
        desk = Desk()
        await desk.say(ONE)
        desk.sink.stops = Transient("gone")
        with pytest.raises(Transient):
            await desk.speaker.yield_([ONE], [ONE])
        await desk.speaker.cut()
        assert not desk.speaker.speaking

    asyncio.run(work())


def air_that(path: Path, *answers: object) -> LinkServer:
    """Gives each that connects the first or next of these answers to a Yield, or several at once; None hangs up instead."""
    left = list(answers)

    def serve(link: Link) -> None:
        assert isinstance(link.receive(), Hello)
        link.send(Session("s"))
        link.send(Welcome(100.0, ()))
        while (message := link.receive()) is not None:
            if isinstance(message, Yield):
                answer = left.pop(0)
                if answer is None:
                    return
                for each in answer if isinstance(answer, tuple) else (answer,):
                    link.send(each)
                    time.sleep(0.05)  # each comes alone
            else:
                assert isinstance(message, Cut)

    return LinkServer(path, serve)


def test_a_new_brain_waits_for_a_sentence_twice_where_air_has_it_twice(tmp_path: Path) -> None:
    def serve(link: Link) -> None:
        assert isinstance(link.receive(), Hello)
        link.send(Session("s"))
        link.send(Welcome(100.0, (ONE_KEY, TWO_KEY, ONE_KEY)))
        link.send(Played(1, *ONE_KEY, 0.5, True))
        link.send(Played(2, *TWO_KEY, 1.0, False))
        assert isinstance(link.receive(), Cut)
        link.send(Played(3, *ONE_KEY, 1.0, False))
        link.receive()

    server = LinkServer(tmp_path / "air", serve)

    async def work() -> None:
        seen: list[Played] = []
        two = asyncio.Event()

        def heard(played: Played) -> None:
            seen.append(played)
            if len(seen) == 2:
                two.set()

        air = AirLink(tmp_path / "air", heard, lambda: 0.0)
        task = asyncio.create_task(air.run())
        ready = asyncio.create_task(air.ready())
        await two.wait()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not ready.done()
        await air.cut("script:other", 0)
        await ready
        assert len(seen) == 3
        task.cancel()

    asyncio.run(work())
    server.close()


def test_air_says_what_makes_room_and_when_its_programme_ends_now(tmp_path: Path) -> None:
    server = air_that(tmp_path / "air", Yielded(1, (TWO_KEY,), (ONE_KEY,), 42.0))

    async def work() -> None:
        air = AirLink(tmp_path / "air", lambda played: None, lambda: 0.0)
        task = asyncio.create_task(air.run())
        await air.ready()
        assert await air.yield_([ONE_KEY, TWO_KEY], [ONE_KEY], 1.0) == ((TWO_KEY,), (ONE_KEY,))
        assert air.end == 42.0
        task.cancel()

    asyncio.run(work())
    server.close()


def test_what_air_says_too_late_is_not_taken_for_the_next_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anchor.say.air.SCHEDULE_SECONDS", 0.2)
    late, next_one = Yielded(1, (TWO_KEY,), (), 41.0), Yielded(2, (), (ONE_KEY,), 42.0)
    server = air_that(tmp_path / "air", (), (late, next_one))

    async def work() -> None:
        air = AirLink(tmp_path / "air", lambda played: None, lambda: 0.0)
        task = asyncio.create_task(air.run())
        await air.ready()
        with pytest.raises(Transient):
            await air.yield_([ONE_KEY, TWO_KEY], [ONE_KEY], 1.0)
        assert await air.yield_([ONE_KEY, TWO_KEY], [ONE_KEY], 1.0) == ((), (ONE_KEY,))
        task.cancel()

    asyncio.run(work())
    server.close()


def test_an_air_that_goes_away_meanwhile_is_told(tmp_path: Path) -> None:
    server = air_that(tmp_path / "air", None, Yielded(3, (), (), 42.0))

    async def work() -> None:
        air = AirLink(tmp_path / "air", lambda played: None, lambda: 0.0)
        with pytest.raises(Transient):
            await air.yield_([ONE_KEY], [], 1.0)
        task = asyncio.create_task(air.run())
        await air.ready()
        with pytest.raises(Transient):
            await air.yield_([ONE_KEY], [], 1.0)
        await air.ready()
        assert await air.yield_([ONE_KEY], [], 1.0) == ((), ())
        task.cancel()

    asyncio.run(work())
    server.close()


def air_that_places(path: Path, *answers: tuple[object, ...]) -> LinkServer:
    """Gives the first or next of these answers to each piece."""
    left = list(answers)

    def serve(link: Link) -> None:
        assert isinstance(link.receive(), Hello)
        link.send(Session("s"))
        link.send(Welcome(100.0, ()))
        while (message := link.receive()) is not None:
            for answer in left.pop(0) if isinstance(message, SpeechChunk) else ():
                link.send(answer)

    return LinkServer(path, serve)


def piece(last: bool) -> SpeechChunk:
    return SpeechChunk(*ONE_KEY, np.ones(480, np.float32), last=last)


def at(start: float) -> Scheduled:
    return Scheduled(*ONE_KEY, start, start + 1)


async def linked(path: Path) -> tuple[AirLink, "asyncio.Task[None]"]:
    air = AirLink(path, lambda played: None, lambda: 0.0)
    task = asyncio.create_task(air.run())
    await air.ready()
    return air, task


def test_a_sentence_begins_where_its_first_piece_does(tmp_path: Path) -> None:
    server = air_that_places(tmp_path / "air", (at(10),), (at(11),), (at(12),), (at(20),), (at(21),))

    async def work() -> None:
        air, task = await linked(tmp_path / "air")
        for pieces, begin in ((3, 10.0), (2, 20.0)):
            for n in range(pieces):
                await air.play(piece(n == pieces - 1))
            assert await air.placed(*ONE_KEY) == begin, "the second time it is another flight"
            assert air.end == begin + pieces
        task.cancel()

    asyncio.run(work())
    server.close()


def test_a_sentence_that_broke_off_and_is_sent_again_begins_anew(tmp_path: Path) -> None:
    stray = Scheduled("script:of an earlier brain", 0, 5.0, 6.0)
    server = air_that_places(tmp_path / "air", (stray, at(10)), (at(20),), (at(21),))

    async def work() -> None:
        air, task = await linked(tmp_path / "air")
        await air.play(piece(False))
        await air.cut(*ONE_KEY)
        await air.play(piece(False))
        await air.play(piece(True))
        assert await air.placed(*ONE_KEY) == 20.0
        task.cancel()

    asyncio.run(work())
    server.close()


def test_a_place_that_comes_too_late_is_not_taken_for_that_of_the_sentence_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anchor.say.air.SCHEDULE_SECONDS", 0.2)
    server = air_that_places(tmp_path / "air", (), (at(10), at(20)), (NoRoom(*ONE_KEY),), (at(30),))

    async def work() -> None:
        air, task = await linked(tmp_path / "air")
        for begin in (None, 20.0, None, 30.0):
            await air.play(piece(True))
            if begin is None:
                with pytest.raises(Transient):
                    await air.placed(*ONE_KEY)
                await air.cut(*ONE_KEY)
            else:
                assert await air.placed(*ONE_KEY) == begin
        task.cancel()

    asyncio.run(work())
    server.close()
