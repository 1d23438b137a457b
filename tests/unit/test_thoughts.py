"""Answers that take their time: thought of beforehand, said as they come, and never waited for in silence."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import yaml

from anchor.desk.desk import Desk
from anchor.guard.terms import Guard
from anchor.mind.catalogue import Catalogue
from anchor.ports import NoAnswer
from anchor.records.records import Records
from anchor.talk.answers import Answers
from anchor.types import PRIORITY, Answer, Cue, Talk, Utterance
from persona.check import open_persona
from persona.model import Persona
from streams.types import ChatEvent, Played

PERSONA = open_persona(Path("persona/xiaomei"))[0]
SOON = 0.05


class Mind:
    """Says what it is handed, when it is handed it; None ends an answer, an exception is raised."""

    def __init__(self) -> None:
        self.says: asyncio.Queue[str | Exception | None] = asyncio.Queue()
        self.asked: list[str] = []
        self.left: list[str] = []
        """questions that were given up before their end"""

    def __call__(self, persona: Persona, catalogue: Catalogue) -> "Mind":
        return self

    async def respond(self, cue: Cue, talk: Talk) -> AsyncGenerator[Answer, None]:
        self.asked.append(cue.prompt)
        ended = False
        try:
            while (said := await self.says.get()) is not None:
                if isinstance(said, Exception):
                    ended = True
                    raise said
                yield Answer(said, "model", (), talk.focus)
            ended = True
        finally:
            if not ended:
                self.left.append(cue.prompt)


class Notes:
    problem = ""
    last = 0

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, dict[str, object]]] = []

    def note(self, kind: str, cue: str = "", **data: object) -> None:
        self.kept.append((kind, cue, data))


class Room:
    def __init__(self, state: dict[str, object] | None = None) -> None:
        self.mind, self.notes, self.now, self.number = Mind(), Notes(), 100.0, 0
        self.desk = Desk(PERSONA, self.mind, {}, self.now, state, Records(notes=self.notes))

    def ask(self, text: str, viewer: str = "v", value: int = 0) -> None:
        self.number += 1
        self.desk.offer(ChatEvent(f"e{self.number}", "test", "", "comment", viewer, text, value), self.now)
        self.desk.ponder(self.now)

    async def say(self, patience: float = SOON) -> Utterance:
        said = await self.desk.next(self.now, patience)
        self.now += 3
        self.number += 1
        self.desk.heard(Played(self.number, said.cue, said.seq, 1.0, False))
        return said

    async def begun(self) -> None:
        await self.say()  # the disclosure
        await self.say()


def run(work: Callable[[Room], Awaitable[None]]) -> Room:
    async def whole() -> Room:
        room = Room()
        async with asyncio.timeout(20):
            await room.begun()
            await work(room)
            await room.desk.close()
        assert len(asyncio.all_tasks()) == 1, "nothing goes on behind the desk's back"
        return room

    return asyncio.run(whole())


def test_the_script_goes_on_while_an_answer_is_thought_of() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样")
        assert (await room.say()).kind == "script"
        assert room.mind.asked == ["壶怎么样"], "it is thought of from the moment it came, and once"
        room.mind.says.put_nowait("这款壶很好握。")
        assert (await room.say(5.0)).text == "这款壶很好握。"

    run(work)


def test_an_answer_is_said_as_it_comes() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样")
        room.mind.says.put_nowait("这款壶很好握。")
        first = await room.say(5.0)
        room.mind.says.put_nowait("出水也稳。")
        second = await room.say(5.0)
        room.mind.says.put_nowait(None)
        after = await room.say(5.0)
        assert [(u.text, u.seq, u.of, u.kind) for u in (first, second)] == [
            ("这款壶很好握。", 0, 0, "answer"),
            ("出水也稳。", 1, 0, "answer"),
        ]
        assert after.kind != "answer"
        (answer,) = [data for kind, cue, data in room.notes.kept if kind == "answer"]
        assert answer["answer"] == ("这款壶很好握。", "出水也稳。") and answer["left"] == 0

    run(work)


def test_an_answer_that_is_whole_says_how_long_it_is() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样")
        for said in ("这款壶很好握。", "出水也稳。", None):
            room.mind.says.put_nowait(said)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        said = [await room.say(5.0) for _ in range(2)]
        assert [u.of for u in said][-1] == 2

    run(work)


def test_an_answer_that_stalls_is_left_at_a_sentences_end() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样")
        room.mind.says.put_nowait("这款壶很好握。")
        await room.say(5.0)
        assert (await room.say(-1.0)).kind != "answer"
        await asyncio.sleep(0)
        assert room.mind.left == ["壶怎么样"] and room.desk.counts["broken off"] == 1
        assert room.desk.counts["fell back: stalled"] == 1

    run(work)


def test_the_operator_does_not_wait_for_a_slow_answer() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样")
        room.mind.says.put_nowait("这款壶很好握。")
        await room.say(5.0)
        waiting = asyncio.create_task(room.say(10.0))
        await asyncio.sleep(0)
        assert room.desk.operate("欢迎新来的朋友。", room.now) == ""
        assert (await waiting).kind == "operator"
        room.mind.says.put_nowait("出水也稳。")
        assert (await room.say(5.0)).text == "出水也稳。"

    run(work)


def test_a_dearer_question_is_thought_of_first() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样", "one")
        await asyncio.sleep(0)
        room.ask("豆子怎么样", "two", value=5000)
        await asyncio.sleep(0)
        assert room.mind.left == ["壶怎么样"]
        room.mind.says.put_nowait("坚果风味。")
        room.mind.says.put_nowait(None)
        assert (await room.say(5.0)).text == "坚果风味。"
        room.mind.says.put_nowait("好握。")
        assert (await room.say(5.0)).text == "好握。" and room.mind.asked == ["壶怎么样", "豆子怎么样", "壶怎么样"]

    run(work)


def test_who_asks_the_same_meanwhile_is_answered_too() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样", "one")
        await asyncio.sleep(0)
        room.ask("壶怎么样呀", "two")
        room.mind.says.put_nowait("这款壶很好握。")
        room.mind.says.put_nowait(None)
        assert (await room.say(5.0)).text == "有两位朋友都在问，这款壶很好握。" and room.mind.asked == ["壶怎么样"]

    run(work)


def test_what_was_thought_of_old_facts_is_thought_of_again() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样")
        await asyncio.sleep(0)
        dearer = PERSONA.products[0].model_copy(update={"stock": 3})
        room.desk.adopt(PERSONA.model_copy(update={"products": (dearer, *PERSONA.products[1:])}), {})
        await asyncio.sleep(0)
        room.mind.says.put_nowait("好握。")
        assert (await room.say(5.0)).text == "好握。"
        assert room.mind.left == ["壶怎么样"] and room.mind.asked == ["壶怎么样", "壶怎么样"]

    run(work)


def test_a_mind_that_fails_is_followed_by_the_catalogue_and_told() -> None:
    async def work(room: Room) -> None:
        room.ask("壶多少钱")
        room.mind.says.put_nowait(NoAnswer("unreachable", "nobody there"))
        said = await room.say(5.0)
        assert said.text == "手冲咖啡壶今天直播间99元。"
        assert room.desk.counts["fell back: unreachable"] == room.desk.counts["answered: catalogue"] == 1
        decision = next(data for kind, cue, data in room.notes.kept if kind == "decision" and cue == said.cue)
        assert decision["fell"] == "unreachable: nobody there"

    run(work)


def test_a_mind_that_crashes_is_followed_by_the_catalogue() -> None:
    async def work(room: Room) -> None:
        room.ask("壶多少钱")
        room.mind.says.put_nowait(ZeroDivisionError())
        assert (await room.say(5.0)).text == "手冲咖啡壶今天直播间99元。"
        assert room.desk.counts["fell back: broken"] == 1

    run(work)


def test_small_talk_that_nobody_can_answer_is_left_to_the_script() -> None:
    async def work(room: Room) -> None:
        room.ask("昨晚的电影真好看呀")
        room.mind.says.put_nowait(NoAnswer("deadline"))
        assert (await room.say(5.0)).kind == "script"
        assert room.desk.counts["answered: not at all"] == 1 and len(room.desk.inbox) == 0

    run(work)


def test_after_a_restart_what_was_said_is_not_said_again_and_the_rest_is_let_go() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样")
        room.mind.says.put_nowait("这款壶很好握。")
        await room.say(5.0)
        state = json.loads(json.dumps(room.desk.snapshot(room.now)))
        again = Room(state)
        texts = [(await again.say()).text for _ in range(4)]
        assert "这款壶很好握。" not in texts and again.mind.asked == []
        await again.desk.close()

    run(work)


def test_answers_that_were_heard_to_their_end_do_not_pile_up_over_restarts() -> None:
    async def work(room: Room) -> None:
        state: dict[str, object] | None = None
        for n in range(20):
            again = Room(state)
            await again.begun()
            again.ask(f"壶怎么样{n}", f"v{n}")
            again.mind.says.put_nowait("这款壶很好握。")
            assert (await again.say(5.0)).text == "这款壶很好握。", f"life {n}"
            state = json.loads(json.dumps(again.desk.snapshot(again.now)))
            await again.desk.close()

    run(work)


def test_two_orders_in_a_row_do_not_end_an_answer() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样")
        room.mind.says.put_nowait("这款壶很好握。")
        await room.say(5.0)
        assert room.desk.operate("欢迎。", room.now) == room.desk.operate("欢迎大家。", room.now) == ""
        assert [(await room.say(5.0)).kind for _ in range(2)] == ["operator"] * 2
        later = asyncio.create_task(room.say(5.0))
        await asyncio.sleep(0.02)
        room.mind.says.put_nowait("出水也稳。")
        assert (await later).text == "出水也稳。" and not room.desk.counts["broken off"]

    run(work)


def test_a_model_is_asked_what_the_catalogue_does_not_know_of_the_goods() -> None:
    async def work(room: Room) -> None:
        event = ChatEvent("q1", "test", "", "comment", "v", "磨豆机费劲吗")
        assert room.desk.offer(event, room.now).reason == "question"
        assert room.desk.offer(ChatEvent("q2", "test", "", "comment", "w", "主播有男朋友吗"), room.now).reason == "chat"

    run(work)


def test_who_wants_to_be_forgotten_is_not_thought_about() -> None:
    async def work(room: Room) -> None:
        room.ask("壶怎么样", "小李")
        await asyncio.sleep(0)
        room.desk.forget("test", "小李")
        await asyncio.sleep(0)
        assert room.mind.left == ["壶怎么样"]

    run(work)


# what a model claims


class Says:
    def __init__(self, text: str) -> None:
        self._text = text

    async def respond(self, cue: Cue, talk: Talk) -> AsyncGenerator[Answer, None]:
        yield Answer(self._text, "model", (), talk.focus)


def refused(file: str) -> list[tuple[dict[str, str], bool]]:
    found = yaml.load(Path(f"tests/data/{file}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    guard = Guard()

    async def put() -> list[tuple[dict[str, str], bool]]:
        told = []
        for entry in found:
            cue = Cue("c", "question", entry["question"], PRIORITY["question"], 0, 90)
            reply = await Answers(PERSONA, Says(entry["answer"]), guard, Catalogue(PERSONA)).reply(
                cue, Talk(entry["product"])
            )
            # who wants a product shown gets its script, and the model is not asked
            told.append((entry, bool(reply.blocked or reply.introduces) or reply.source == "disclosure"))
        return told

    return asyncio.run(put())


def test_no_false_price_of_749_is_said_and_hardly_another_lie() -> None:
    told = refused("lies")
    prices = [entry["answer"] for entry, held in told if "price" in entry and not held]
    assert len([entry for entry, _ in told if "price" in entry]) >= 500 and prices == []
    assert sum(held for _, held in told) >= 0.99 * len(told)


def test_most_of_what_is_true_may_be_said() -> None:
    told = refused("truths")
    assert sum(held for _, held in told) < 0.25 * len(told), [e["answer"] for e, held in told if held]
