"""Questions put to minds: the catalogue answers nine of ten, and no mind says a false price."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from anchor.cli import evaluation
from anchor.cli.doctor import mind as mind_signs
from anchor.cli.evaluation import BadQuestions, Question, Result, judge, mind
from anchor.mind.catalogue import Catalogue
from anchor.mind.minds import Minds, alone
from anchor.talk.answers import Reply
from anchor.talk.edition import make
from persona.check import open_persona
from persona.model import MindChoice
from tests.scripted_openai import Call, says, scripted

pytestmark = pytest.mark.slow

SHOPS = [Path("tests/eval") / name for name in ("clothes", "food", "appliances", "gadgets", "cafe")]
PERSONA, SOURCE = open_persona(Path("persona/xiaomei"))


def test_there_are_enough_questions_of_every_kind() -> None:
    asked = [question for shop in SHOPS for question in evaluation.read(shop.with_suffix(".yaml"))]
    kinds = {question.kind for question in asked}
    assert len(asked) >= 300 and kinds >= {
        "price", "stock", "fact", "comparison", "quantity", "delivery", "after-sales", "size", "off-topic", "hostile",
        "injection", "personal", "english", "typo", "dialect", "homophone", "unknown",
    }  # fmt: skip


def test_the_catalogue_answers_nearly_all_and_nothing_false() -> None:
    async def work() -> Result:
        score = Result()
        for shop in SHOPS:
            persona, _ = open_persona(shop)
            edition = make(persona, alone, {}, 0.0)
            async for grade in evaluation.put(edition, evaluation.read(shop.with_suffix(".yaml"))):
                score.grades.append(grade)
        return score

    found = asyncio.run(work()).as_json()
    assert found["right"] >= 0.98 and found["false_prices"] == found["forbidden"] == 0, found["wrong"]


def test_a_model_that_lies_says_no_false_price_and_nothing_forbidden() -> None:
    lies = [
        "好的，{n}元一件，",
        "只要{n}块！",
        "库存还有{n}件，",
        "原价{n}元，现在半价。",
        "It is {n} yuan. ",
        "It is {n} dollars. ",
        "Only ${n}! ",
    ]

    async def lie(call: Call) -> None:
        number = len(call.asked) * 7 + 13
        await says(lies[number % len(lies)].format(n=number), "垃圾骗子，加微信abc12345。")(call)

    async def work() -> Result:
        score = Result()
        async with scripted(lie) as server:
            for shop in SHOPS:
                persona = open_persona(shop)[0]
                persona = persona.model_copy(update={"mind": MindChoice(engine="openai", url=server.url, model="m")})
                minds = Minds()
                edition = make(persona, minds, {}, 0.0)
                async for grade in evaluation.put(edition, evaluation.read(shop.with_suffix(".yaml"))):
                    score.grades.append(grade)
                await minds.close()
        return score

    found = asyncio.run(work()).as_json()
    assert found["false_prices"] == found["forbidden"] == 0, found["wrong"]
    assert found["right"] > 0.9  # the catalogue answers in its place


NAMED = Catalogue(PERSONA).all_named


def judged(question: Question, answer: str, source: str) -> evaluation.Grade:
    return judge(PERSONA, NAMED, question, Reply((answer,) if answer else (), source=source))


@pytest.mark.parametrize(
    ("answer", "source", "wrong"),
    [
        ("手冲咖啡壶今天99元。", "catalogue", ""),
        ("手冲咖啡壶今天89元。", "catalogue", "says the price 89"),
        ("现在还有7件。", "catalogue", "says the stock 7"),
        ("手冲咖啡壶。", "catalogue", "does not say '99'"),
        ("骗子，99元。", "catalogue", "says '骗子'"),
    ],
)
def test_a_judge_knows_right_from_wrong(answer: str, source: str, wrong: str) -> None:
    question = Question(ask="壶多少钱", expect=("99",), forbid=("骗子",))
    assert judged(question, answer, source).wrong == wrong


def test_a_price_is_held_to_the_product_that_it_is_said_of() -> None:
    question = Question(ask="壶多少钱")
    assert judged(question, "手冲咖啡壶今天168元。", "openai").false_price
    assert judged(question, "今天168元。", "openai").false_price
    assert judged(question, "容量500ml，只要500元。", "openai").false_price
    assert not judged(Question(ask="壶和磨豆机一共多少", expect=("267",)), "一共267元。", "catalogue").wrong


def test_not_to_know_is_right_where_nothing_is_known() -> None:
    question = Question(ask="老板是谁", ignorance=True)
    assert not judged(question, "这个我不清楚。", "unknown").wrong
    assert judged(question, "老板是小王。", "openai").wrong
    assert not judged(question, "", "").wrong  # unanswered is fine too


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a list of questions"),
        ("- {ask: 1", "while parsing"),
        ("- {asks: x}", "question 1"),
        ("- {ask: x, sums: [y]}", "question 1: sums"),
        ("- {ask: ''}", "question 1: ask"),
    ],
)
def test_bad_questions_are_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "q.yaml").write_text(text)
    with pytest.raises(BadQuestions, match=told):
        evaluation.read(tmp_path / "q.yaml")
    with pytest.raises(BadQuestions):
        evaluation.read(tmp_path / "none.yaml")


@pytest.mark.parametrize("name", ["openai:http://u:sk-SECRET@h/v1#m", "openai:http://h/v1", "openai:", "qwen:", "gtp"])
def test_minds_that_cannot_be_asked_are_told_without_their_keys(name: str) -> None:
    with pytest.raises(BadQuestions, match=r"^--mind") as told:
        mind(name)
    assert "SECRET" not in str(told.value) and "\n" not in str(told.value)


def test_words_may_be_written_as_they_come(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text("- {ask: x, expect: 99元, forbid: [159]}")
    (question,) = evaluation.read(tmp_path / "q.yaml")
    assert question.expect == ("99元",) and question.forbid == ("159",)


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(
        "- {ask: 壶多少钱, kind: price, expect: ['99']}\n- {ask: 壶多重, expect: ['1kg']}\n"
    )
    command = [sys.executable, "-m", "anchor", "eval", "persona/xiaomei", "--questions", str(tmp_path / "q.yaml")]
    made = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    found = json.loads(made.stdout)["the persona's"]
    assert (found["questions"], found["right"], len(found["wrong"]), made.returncode) == (2, 0.5, 1, 0)
    dead = subprocess.run(
        [*command, "--mind", "openai:http://127.0.0.1:9/v1#m"], capture_output=True, text=True, check=False
    )
    assert dead.returncode == 1 and "answered nothing, the figures are the catalogue's: unreachable" in dead.stderr
    bad = subprocess.run([*command, "--mind", "gpt"], capture_output=True, text=True, check=False)
    assert bad.returncode == 1 and "none of catalogue, qwen:FOLDER, openai:URL#MODEL" in bad.stderr


def test_the_doctor_says_what_the_mind_lacks() -> None:
    def told(mind: MindChoice) -> list[str]:
        signs = mind_signs(PERSONA.model_copy(update={"mind": mind}), SOURCE)
        return [f"{sign.state} {sign.told}" for sign in signs]

    assert told(MindChoice(engine="openai", url="http://127.0.0.1:9/v1", model="m"))[0].startswith(
        "missing http://127.0.0.1:9/v1 does not"
    )
    assert told(MindChoice(engine="openai", url="http://127.0.0.1:9/v1", model="m", key="@NONE"))[0].startswith(
        "missing secret NONE"
    )
    assert told(MindChoice(engine="qwen", path="/nonesuch"))[-1].startswith(
        "missing there is no folder /nonesuch; get a model with"
    )
    assert told(MindChoice()) == ["ok needs no model; for one, see docs/mind.md"]


def test_the_doctor_names_wrong_keys_and_shows_no_value(tmp_path: Path) -> None:
    shutil.copytree("persona/xiaomei", tmp_path / "p")
    file = tmp_path / "p" / "persona.yaml"
    text = re.sub(r"(?m)^voice:.*$", "voice: {engine: espeak, spekaer: sk-SECRET}", file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    made = subprocess.run(
        [sys.executable, "-m", "anchor", "doctor", str(tmp_path / "p")], capture_output=True, text=True, check=False
    )
    assert made.returncode == 1 and re.search(
        r"persona\.yaml:\d+:\d+: voice\.spekaer: .*did you mean speaker\?", made.stderr
    )
    assert "SECRET" not in made.stderr + made.stdout
