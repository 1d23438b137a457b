"""The brain's show over real links to a real programme, with voices that misbehave."""

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import numpy as np
import pytest

from anchor.desk.desk import Desk
from anchor.mind.minds import alone
from anchor.show.show import Show
from anchor.show.state import StateFile, load_state
from anchor.voice.remote import Unspeakable, VoiceBroke
from persona.check import open_persona
from streams.air.layers import SceneConfig
from streams.air.links import Links, Orphaned
from streams.air.stage import Stage, StageConfig
from streams.ports import Transient
from streams.types import ChatEvent, Played, Viseme
from streams.wire import Cut, Scheduled, Speech, Welcome, Yield, Yielded
from tests.fakes import SMALL

PERSONA = open_persona(Path("persona/xiaomei"))[0]
SPEED = 12
"""times real time at which the small air of these tests plays"""


class SmallAir:
    """The programme and the links of air, without a picture or an encoder, played faster than real time."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(SMALL, StageConfig(SceneConfig("AI")), lambda tick: tick / 20)
        self.links = Links(folder / "air", self.stage, "session")
        self.reports: list[Played] = []
        self.deaf = False
        """it makes no room for answers, and does not say so"""
        self._open = True
        self.links.go_live()
        self._thread = threading.Thread(target=self._play)
        self._thread.start()

    def _play(self) -> None:
        tick, start = 0, time.monotonic()
        programme = self.stage.programme

        def when(sample: int) -> float:
            return start + sample / SMALL.rate / SPEED

        while self._open:
            try:
                while True:
                    command = self.links.commands.get_nowait()
                    if isinstance(command, Cut):
                        programme.cut(tick, command.key)
                    elif isinstance(command, Yield):
                        if self.deaf:
                            continue
                        after = round((command.after - start) * SPEED * SMALL.rate)
                        dropped, cut = programme.yield_(tick, command.keys, command.cuttable, after)
                        self.links.tell_brain(Yielded(command.id, dropped, cut, when(programme.end)))
                    elif isinstance(command, Orphaned):
                        programme.close_open()
                    else:
                        a, b = programme.add(command, tick)
                        self.links.tell_brain(Scheduled(command.cue, command.seq, when(a), when(b)))
                        self.links.report([], self._floor(when))
            except queue.Empty:
                pass
            programme.pull(tick)
            if reports := programme.take_reports():
                self.reports += reports
                self.links.report(reports, self._floor(when))
            tick += 1
            time.sleep(max(0.0, when(tick * SMALL.samples) - time.monotonic()))

    def _floor(self, when: Callable[[int], float]) -> Welcome:
        return Welcome(when(self.stage.programme.end), tuple(self.stage.programme.waiting()))

    def close(self) -> None:
        self._open = False
        self._thread.join()
        self.links.close()


Script = Callable[[int, str], AsyncGenerator[Speech, None]]


class ScriptedVoice:
    """Speaks a second of tone for everything, unless its script says otherwise."""

    def __init__(self, script: Script) -> None:
        self.calls = 0
        self._script = script

    def speak(self, text: str) -> AsyncGenerator[Speech, None]:
        self.calls += 1
        return self._script(self.calls, text)


def tone(seconds: float = 1.0) -> Speech:
    n = round(seconds * SMALL.rate)
    return Speech(np.full(n, 0.3, np.float32), (Viseme("aa", 0, seconds),), SMALL.rate)


def run(
    folder: Path,
    script: Script,
    sentences: int,
    air: SmallAir,
    lives: int = 1,
    watch: Callable[[Show], None] | None = None,
) -> Show:
    """Let a show run until so many sentences have been heard in each of its lives; a life ends as by kill -9. ``watch`` is
    called now and then."""
    state = folder / "show.json"

    async def life() -> Show:
        goal = sum(not r.cut for r in air.reports) + sentences
        desk = Desk(PERSONA, alone, {}, time.monotonic(), load_state(state))
        show = Show(desk, ScriptedVoice(script), folder / "air", StateFile(state))
        task = asyncio.create_task(show.run())
        deadline = time.monotonic() + 30
        while sum(not r.cut for r in air.reports) < goal:
            assert not task.done() and time.monotonic() < deadline, air.reports
            if watch is not None:
                watch(show)
            await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return show

    for _ in range(lives):
        show = asyncio.run(life())
    return show


@pytest.fixture
def air(tmp_path: Path):  # type: ignore[no-untyped-def]
    made = SmallAir(tmp_path)
    yield made
    made.close()


def heard(air: SmallAir) -> list[tuple[str, int]]:
    return [(r.cue.rsplit(":", 1)[0], r.seq) for r in air.reports if not r.cut]


FIRST = [("script:welcome", 0), ("script:welcome", 1), ("script:welcome", 2), ("script:welcome", 3), ("script:pot", 0),
         ("script:pot", 1), ("script:pot", 2), ("script:grinder", 0)]  # fmt: skip


async def plain(call: int, text: str) -> AsyncGenerator[Speech, None]:
    yield tone()


async def fails_every_third(call: int, text: str) -> AsyncGenerator[Speech, None]:
    if call % 3 == 0:
        raise Transient("gone for a moment")
    yield tone()


async def breaks_after_a_piece(call: int, text: str) -> AsyncGenerator[Speech, None]:
    yield tone(0.4)
    if call % 3 == 0:
        yield tone(0.4)
        raise VoiceBroke("died in mid-sentence")
    yield tone(0.4)


async def breaks_at_one_sentence(call: int, text: str) -> AsyncGenerator[Speech, None]:
    if "三样咖啡好物" in text:
        raise VoiceBroke("this sentence kills the engine")
    yield tone()


async def refuses_one_sentence(call: int, text: str) -> AsyncGenerator[Speech, None]:
    if "三样咖啡好物" in text:
        raise Unspeakable("no")
    yield tone()


@pytest.mark.parametrize("script", [plain, fails_every_third, breaks_after_a_piece])
def test_every_sentence_is_heard_once_and_in_order(script: Script, air: SmallAir, tmp_path: Path) -> None:
    run(tmp_path, script, 8, air)
    found = heard(air)
    assert found[0][0] == "disclosure"
    assert found[1:8] == FIRST[:7]


@pytest.mark.parametrize("script", [breaks_at_one_sentence, refuses_one_sentence])
def test_a_sentence_that_cannot_be_said_is_left_out_and_the_show_goes_on(
    script: Script, air: SmallAir, tmp_path: Path
) -> None:
    run(tmp_path, script, 6, air)
    assert heard(air)[1:6] == [FIRST[0], FIRST[1], FIRST[3], FIRST[4], FIRST[5]]


def test_brains_that_die_again_and_again_lose_and_repeat_nothing(air: SmallAir, tmp_path: Path) -> None:
    run(tmp_path, plain, 2, air, lives=5)
    time.sleep(2.0 / SPEED)
    found = [key for key in heard(air) if key[0] != "disclosure"]
    assert found[:8] == FIRST[: len(found)] and len(found) >= 7


async def in_clauses(call: int, text: str) -> AsyncGenerator[Speech, None]:
    """A script takes 24 seconds, with a pause in each of them; all else takes one."""
    if text.startswith(("云南小粒咖啡豆今天", "我是 AI")) or "AI 虚拟主播" in text:
        yield tone()
        return
    piece = np.tile(np.concatenate([tone(0.85).sound, np.zeros(round(0.15 * SMALL.rate), np.float32)]), 12)
    for _ in range(2):
        yield Speech(piece, (Viseme("aa", 0, 12),), SMALL.rate)


def test_an_answer_takes_over_in_the_middle_of_a_sentence_that_is_said_again(air: SmallAir, tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(show: Show) -> None:
        if not asked and any(cue.startswith("script") for cue, _ in list(air.stage.programme._played)):  # one has begun
            asked.append(show.offer(ChatEvent("1", "t", "", "comment", "小李", "豆子多少钱")))

    show = run(tmp_path, in_clauses, 3, air, watch=ask)
    assert asked == ["question"] and show.desk.counts["yielded"] == 1
    cut = [(r.cue, r.seq) for r in air.reports if r.cut]
    order = [(r.cue, r.seq) for r in air.reports if r.seconds]
    assert cut[-1][0].startswith("script:welcome") and order[1:4] == [cut[-1], ("chat:t//1", 0), cut[-1]]
    first, whole = (r.seconds for r in air.reports if (r.cue, r.seq) == cut[-1])
    assert first < 20 and first % 1 == pytest.approx(0.97, abs=0.001) and whole == 24


def test_an_air_that_does_not_say_what_has_made_room_loses_and_repeats_nothing(
    air: SmallAir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anchor.say.air.SCHEDULE_SECONDS", 1.0)  # the sentence is still heard when it is over
    asked: list[str] = []
    air.deaf = True

    def ask(show: Show) -> None:
        if air.reports and not asked:
            asked.append(show.offer(ChatEvent("1", "t", "", "comment", "小李", "豆子多少钱")))

    run(tmp_path, in_clauses, 4, air, watch=ask)
    whole = [(r.cue.rpartition(":")[0], r.seq) for r in air.reports if not r.cut]
    scripts = [key for key in whole if key[0] == "script:welcome"]
    assert scripts and scripts == FIRST[: len(scripts)]
    assert ("chat:t//1".rpartition(":")[0], 0) in whole
    assert [(r.cue.rpartition(":")[0], r.seq) for r in air.reports if r.cut and 0 < r.seconds < 24] == scripts[:1]


async def breaks_at_the_answer(call: int, text: str) -> AsyncGenerator[Speech, None]:
    if "豆" in text and call < 8:
        raise VoiceBroke("died in mid-sentence")
    async for speech in in_clauses(call, text):
        yield speech


def test_a_voice_that_breaks_at_the_answer_loses_and_repeats_nothing(air: SmallAir, tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(show: Show) -> None:
        if air.reports and not asked:
            asked.append(show.offer(ChatEvent("1", "t", "", "comment", "小李", "豆子多少钱")))

    run(tmp_path, breaks_at_the_answer, 3, air, watch=ask)
    whole = [(r.cue.rpartition(":")[0], r.seq) for r in air.reports if not r.cut]
    assert whole[1:3] in ([("chat", 0), ("script:welcome", 0)], [("script:welcome", 0), ("script:welcome", 1)])


def test_a_state_file_of_another_shape_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(
        '{"at": "x", "rundown": {"turn": []}, "inbox": 5, "speaking": 1, "disclosed": null}'
    )
    from anchor.brain import build
    from anchor.mind.minds import Minds
    from anchor.plan.settings import BrainConfig

    config = BrainConfig(
        PERSONA.model_dump(mode="json"), ".", "1", [], None, {}, {"air": "a", "voice": "v"}, str(tmp_path), 0.0, 0
    )
    assert len(build(config, Minds()).desk.inbox) == 0
    (tmp_path / "show.json").write_text((tmp_path / "s.json").read_text())
    assert len(build(config, Minds()).desk.inbox) == 0


def test_surrogates_from_chat_can_be_saved(tmp_path: Path) -> None:
    from streams.chat.lines import BadEvent, event

    with pytest.raises(BadEvent):
        event({"text": "a", "id": "\ud800"}, 1, "http")
    found = event({"text": "多少钱\ud800", "viewer": "\udc00x"}, 1, "http")
    assert (found.text, found.viewer) == ("多少钱", "x")
    desk = Desk(PERSONA, alone, {}, 0.0)
    desk.offer(found, 0.0)
    show = Show(desk, ScriptedVoice(plain), tmp_path / "air", StateFile(tmp_path / "s.json"))
    assert show.save() and load_state(tmp_path / "s.json") is not None
