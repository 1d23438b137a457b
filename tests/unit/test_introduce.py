"""Who wants a product to be shown gets its script next, and questions without an answer are kept for the operator."""

import asyncio
from pathlib import Path

import pytest

from anchor.cli.main import main
from anchor.cli.unanswered import text, unanswered
from anchor.desk.desk import Desk
from anchor.mind.catalogue import Catalogue
from anchor.mind.minds import alone
from anchor.records.audit import FILE, Audit, Entry
from anchor.records.records import Records
from persona.check import open_persona
from persona.model import Script
from streams.types import ChatEvent, Played

DEMO = open_persona(Path("persona/xiaomei"))[0]


def comment(text: str, n: int = 1, viewer: str = "v") -> ChatEvent:
    return ChatEvent(f"e{n}", "test", "", "comment", f"{viewer}{n}", text)


async def said(desk: Desk, count: int, now: float = 1.0) -> list[tuple[str, str, str | None]]:
    """The next sentences, each heard to its end: kind, words and the product on its card."""
    sentences = []
    for number in range(count):
        utterance = await desk.next(now + number)
        assert utterance is not None
        desk.heard(Played(number + 1, utterance.cue, utterance.seq, 1.0, False))
        sentences.append((utterance.kind, utterance.text, utterance.card.name if utterance.card else None))
    return sentences


@pytest.mark.parametrize(
    "question", ["讲解一下3号", "看看豆子", "介绍下3号链接", "主播讲讲咖啡豆", "想看3号", "3号讲一下"]
)
def test_the_script_of_the_product_is_played_next(question: str) -> None:
    desk = Desk(DEMO, alone, {}, 0.0)
    asyncio.run(said(desk, 2))  # the disclosure and the first sentence of the welcome
    assert desk.offer(comment(question), 5.0).reason == "question"
    answer, first, *_ = asyncio.run(said(desk, 3, 6.0))
    assert answer[0] == "answer" and "云南小粒咖啡豆" in answer[1] and answer[2] == "云南小粒咖啡豆"
    assert first[0] == "script" and "云南小粒咖啡豆" in first[1]


def test_a_product_without_a_script_is_told_by_its_points_and_facts() -> None:
    bare = DEMO.model_copy(
        update={
            "scripts": DEMO.scripts[:1],
            "schedule": DEMO.schedule.model_copy(update={"rotation": DEMO.schedule.rotation[:1]}),
        }
    )
    desk = Desk(bare, alone, {}, 0.0)
    asyncio.run(said(desk, 2))
    desk.offer(comment("讲解一下2号"), 5.0)
    answer = asyncio.run(said(desk, 1, 6.0))[0]
    assert "36 档粗细可调" in answer[1] and "420 不锈钢" in answer[1] and "168元" in answer[1]


def test_a_script_that_cannot_be_said_now_is_not_promised() -> None:
    pot = DEMO.products[0].model_copy(update={"was": None})
    gone = Script(id="gone", product="pot", lines=("这是壶。", "原价{pot.was}，现在{pot.price}。"))
    good = Script(id="good", product="pot", lines=("这是壶，{pot.price}。",))
    shop = DEMO.model_copy(update={"products": (pot, *DEMO.products[1:]), "scripts": (gone, good)})
    assert Catalogue(shop).answer("讲一下咖啡壶").introduces == "good"
    answer = Catalogue(shop.model_copy(update={"scripts": (gone,)})).answer("讲一下咖啡壶")
    assert answer.introduces == "" and "500ml" in answer.text, answer.text


def test_a_model_is_not_asked_to_show_a_product() -> None:
    async def respond(cue: object, talk: object) -> object:
        raise AssertionError("the model was asked")
        yield

    class Mind:
        pass

    mind = Mind()
    mind.respond = respond  # type: ignore[attr-defined]
    desk = Desk(DEMO, lambda persona, catalogue: mind, {}, 0.0)  # type: ignore[arg-type, return-value]
    asyncio.run(said(desk, 2))
    desk.offer(comment("讲解一下3号"), 5.0)
    assert "云南小粒咖啡豆" in asyncio.run(said(desk, 1, 6.0))[0][1]


@pytest.mark.parametrize("question", ["有防尘袋吗", "磨豆机什么颜色的", "有发票吗", "能刻字吗"])
def test_what_nobody_has_written_down_is_answered_at_once(question: str) -> None:
    desk = Desk(DEMO, alone, {}, 0.0)
    asyncio.run(said(desk, 2))
    assert desk.offer(comment(question), 5.0).reason == "question"
    assert "没有准确的资料" in asyncio.run(said(desk, 1, 6.0))[0][1]


def test_questions_without_an_answer_are_merged_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    audit = Audit(tmp_path / FILE)
    desk = Desk(DEMO, alone, {}, 0.0, records=Records(notes=audit))
    asyncio.run(said(desk, 2))
    questions = ["有防尘袋吗", "请问有防尘袋吗？", "能刻字吗", "壶多少钱", "主播好漂亮"]
    for n, question in enumerate(questions):
        desk.offer(comment(question, n), 5.0 + 20 * n)
        asyncio.run(said(desk, 1, 6.0 + 20 * n))
    desk.offer(comment("能定制颜色吗", 9), 200.0)
    desk._intake.gather(400.0)
    rows = [(group.wordings[0], group.viewers, group.why) for group in unanswered(audit.read())]
    assert rows == [("有防尘袋吗", 2, "not known"), ("能定制颜色吗", 1, "not reached"), ("能刻字吗", 1, "not known")]
    audit.close()
    assert main(["log", "unanswered", "persona/xiaomei", "--state", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "faq:" in printed and '- {ask: ["有防尘袋吗", "请问有防尘袋吗？"], answer: ""}' in printed
    assert "能定制颜色吗" in printed.split("faq:")[0] and "能定制颜色吗" not in printed.split("faq:")[1]


def test_what_the_persona_answers_by_now_is_left_out() -> None:
    event = {"what": "comment", "taken": {"prompt": "有防尘袋吗", "product": "pot"}}
    entries = [
        Entry(1, 100.0, "event", "chat:1", event),
        Entry(2, 101.0, "decision", "chat:1", {"why": "question", "source": "unknown", "askers": 3}),
    ]
    assert [g.viewers for g in unanswered(entries)] == [3]
    assert unanswered(entries, lambda question, product: True) == []
    assert text([]) == "every question had an answer"
