"""Personas and edits of every kind: each is taken whole or refused with its places, and the show goes on either way."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anchor.desk.desk import Desk
from anchor.mind.minds import alone
from anchor.plan.check import beside
from anchor.records.records import Records
from anchor.show.reload import watch
from persona.check import check, open_persona
from persona.load import Source, read, validate
from persona.problem import BadPersona
from persona.version import version
from streams.types import ChatEvent, Played

MONDAY = 1_763_913_600.0
DEMO = open_persona(Path("persona/xiaomei"))[0]
RAW: dict[str, Any] = yaml.safe_load(
    """
anchor: {name: 小美}
disclosure: {line: 我是 AI 主播, every: 15m}
products:
  - {id: pot, name: 咖啡壶, price: "99.00", was: "159.00", stock: 5, facts: {容量: 500ml}, points: [好看]}
  - {id: beans, name: 咖啡豆, price: "49.90", aliases: [豆子]}
faq: [{ask: [发什么快递], answer: "发{pot.facts.容量}"}]
scripts:
  - {id: a, lines: ["[大家|各位]好。我是小美。"]}
  - {id: b, product: pot, lines: ["这款{pot.name}今天{pot.price}。", 很好用。]}
  - {id: c, product: beans, lines: ["{beans.name}{beans.price}。"]}
schedule: {rotation: [a, b, c], at: [{every: 30m, script: a}], products: [pot, beans], dwell: 60s}
rules: {stale_after: 90s}
"""
)
WORDS = st.sampled_from(["", "x", "99", "-1", "0", "10m", "90s", "no", "{pot.price}", "{pot.x}", "[a|b]", "[a", "最低价", "08:00-22:00", "25:00-26:00", "0 20 * * *",
                         "0 20 30 2 *", "2020-01-01T00:00", "2099-01-01T00:00", "UTC", "a", "b", "pot", "咖啡豆", "治疗失眠", "a" * 600])  # fmt: skip
VALUES = st.one_of(
    WORDS,
    st.integers(-5, 200),
    st.none(),
    st.booleans(),
    st.lists(WORDS, max_size=3),
    st.dictionaries(WORDS, WORDS, max_size=2),
)
KEYS = ["anchor", "disclosure", "products", "faq", "scripts", "schedule", "rules", "look", "voice", "name", "line", "every", "price", "was", "stock", "facts", "id", "lines",
        "product", "rotation", "at", "fresh", "products", "dwell", "zone", "forbidden", "allowed", "weight", "gap", "between", "countdowns", "sale_ends", "after", "language"]  # fmt: skip
EDIT = st.tuples(
    st.sampled_from(["set", "set", "drop", "add", "twice"]), st.integers(0, 10**6), st.sampled_from(KEYS), VALUES
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a value, outermost first."""
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*path, key))
    return found


def edited(data: Any, edit: tuple[str, int, str, Any]) -> Any:
    """The data with one thing done to it somewhere."""
    how, where, key, value = edit
    path = places(data)[where % len(places(data))]
    copy = yaml.safe_load(yaml.safe_dump(data))
    if not path:
        return {**copy, key: value} if isinstance(copy, dict) else copy
    holder = copy
    for part in path[:-1]:
        holder = holder[part]
    if how == "set":
        holder[path[-1]] = value
    elif how == "drop":
        del holder[path[-1]]
    elif isinstance(holder[path[-1]], dict):
        holder[path[-1]][key] = value
    elif isinstance(holder[path[-1]], list):
        inner = holder[path[-1]]
        inner.append(inner[0] if how == "twice" and inner else value)
    return copy


class Show:
    """A desk that has begun, and knows what it said."""

    def __init__(self) -> None:
        self.now = 0.0
        self.desk = Desk(DEMO, alone, {}, 0.0, records=Records(lambda: MONDAY + self.now))
        self.number = 0
        self.say(4)

    def say(self, sentences: int) -> list[str]:
        said = []
        for _ in range(sentences):
            utterance = asyncio.run(self.desk.next(self.now))
            self.number += 1
            self.desk.heard(Played(self.number, utterance.cue, utterance.seq, 1.0, False))
            assert utterance.text
            said.append(utterance.text)
            self.now += 3
        return said


def taken_or_refused(folder: Path, show: Show, data: Any) -> None:
    """Give data to a running show as its persona."""
    (folder / "persona.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    before = show.desk._on, show.desk._whole
    try:
        persona, _ = open_persona(folder, beside)
    except BadPersona as error:
        assert error.problems and all(p.file and p.line > 0 and p.column > 0 and p.message for p in error.problems)
        assert (show.desk._on, show.desk._whole) == before, "a bad one changes nothing"
        show.say(1)
        return
    show.desk.adopt(persona, {})
    show.desk.offer(
        ChatEvent(
            f"q{show.number}",
            "t",
            "",
            "comment",
            "v",
            f"{persona.products[0].name}多少钱" if persona.products else "多少钱",
        ),
        show.now,
    )
    said = "".join(show.say(12))
    made = show.desk._on
    assert made.persona is made.answers._persona and show.desk._whole is persona
    assert set(made.cards) == {p.id for p in persona.products}
    for other in (p for p in DEMO.products if all(q.name != p.name for q in persona.products)):
        assert other.name not in said, "nothing of the old persona is said any more"


COUNT = int(os.environ.get("EDITS", "150"))


@settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(EDIT, min_size=1, max_size=3), st.lists(EDIT, max_size=2))
def test_random_personas_and_edits(
    tmp_path_factory: pytest.TempPathFactory, first: list[Any], second: list[Any]
) -> None:
    """``EDITS=10000 pytest -k random_personas`` for the long run."""
    folder = tmp_path_factory.getbasetemp() / "edited"
    folder.mkdir(exist_ok=True)
    show, data = Show(), RAW
    for edits in (first, second):
        for edit in edits:
            data = edited(data, edit)
        if isinstance(data, dict):
            taken_or_refused(folder, show, data)


@settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6), st.binary(max_size=6), st.integers(0, 20))
def test_random_bytes_in_the_file(tmp_path_factory: pytest.TempPathFactory, at: int, new: bytes, cut: int) -> None:
    folder = tmp_path_factory.getbasetemp() / "bytes"
    folder.mkdir(exist_ok=True)
    text = yaml.safe_dump(RAW, allow_unicode=True).encode()
    at %= len(text)
    (folder / "persona.yaml").write_bytes(text[:at] + new + text[at + cut :])
    try:
        open_persona(folder, beside)
    except BadPersona as error:
        assert error.problems and all(p.line > 0 for p in error.problems)


def test_the_raw_persona_of_these_tests_is_sound(tmp_path: Path) -> None:
    (tmp_path / "persona.yaml").write_text(yaml.safe_dump(RAW, allow_unicode=True), encoding="utf-8")
    data, source = read(tmp_path)
    assert list(check(validate(data, source), source)) == []


def test_a_price_changes_at_the_next_sentence_and_an_answer_that_waits_has_it() -> None:
    show = Show()
    show.desk.offer(ChatEvent("1", "t", "", "comment", "v", "壶多少钱"), show.now)
    pot = DEMO.products[0].model_copy(update={"price": DEMO.products[0].price - 10})
    show.desk.adopt(DEMO.model_copy(update={"products": (pot, *DEMO.products[1:])}), {})
    said = "".join(show.say(1))
    assert "89元" in said and "99元" not in said


def test_an_answer_under_way_is_not_finished_with_old_facts() -> None:
    show = Show()
    long = DEMO.model_copy(
        update={
            "faq": (
                DEMO.faq[0].model_copy(update={"ask": ("怎么洗",), "answer": "先用水冲。再擦干。价格{pot.price}。"}),
            )
        }
    )
    show.desk.adopt(long, {})
    show.desk.offer(ChatEvent("1", "t", "", "comment", "v", "怎么洗"), show.now)
    assert show.say(1) == ["先用水冲。"]
    pot = DEMO.products[0].model_copy(update={"price": DEMO.products[0].price - 10})
    show.desk.adopt(long.model_copy(update={"products": (pot, *DEMO.products[1:])}), {})
    assert "99元" not in "".join(show.say(3))


def test_an_edit_that_changes_no_facts_leaves_an_answer_alone() -> None:
    show = Show()
    show.desk.offer(ChatEvent("1", "t", "", "comment", "v", "是真人吗"), show.now)
    show.desk.adopt(DEMO.model_copy(update={"look": DEMO.look.model_copy(update={"banner": "特价"})}), {})
    assert show.say(1) == [DEMO.disclosure.line]


def test_the_version_follows_content_alone(tmp_path: Path) -> None:
    pot = DEMO.products[0].model_copy(update={"image": "pictures/a.png"})
    persona = DEMO.model_copy(update={"products": (pot,)})
    (tmp_path / "persona.yaml").write_text("a: 1")
    first = version(tmp_path, persona)
    os.utime(tmp_path / "persona.yaml", (1, 1))
    for other in (".persona.yaml.swp", "persona.yaml~", "recording.mp4"):
        (tmp_path / other).write_text("x")
    assert version(tmp_path, persona) == first != ""
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"1")
    second = version(tmp_path, persona)
    (tmp_path / "pictures" / "a.png").write_bytes(b"2")
    third = version(tmp_path, persona)
    (tmp_path / "products.yaml").write_text("a: 1")
    assert len({first, second, third, version(tmp_path, persona)}) == 4


def test_the_folder_is_watched_and_each_content_tried_once(tmp_path: Path) -> None:
    file = tmp_path / "persona.yaml"
    file.write_text("a: 1")

    async def run() -> int:
        asked = asyncio.Event()
        tries = 0

        def ask() -> None:
            nonlocal tries
            tries += 1
            loop.call_soon_threadsafe(asked.set)

        loop = asyncio.get_running_loop()
        task = asyncio.create_task(watch(tmp_path, version(tmp_path, DEMO), lambda: DEMO, ask))
        for content in ("a: 2", "a: 3"):
            await asyncio.sleep(0.2)  # until the folder is watched; what comes earlier is found at the next look
            new = tmp_path / "new.tmp"
            new.write_text(content)
            new.replace(file)
            async with asyncio.timeout(20):
                await asked.wait()
            asked.clear()
        os.utime(file)
        await asyncio.sleep(0.8)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return tries

    assert asyncio.run(run()) == 2


def test_a_source_names_the_nearest_place() -> None:
    source = Source(Path("."))
    assert source.problem(("products", 3, "price"), "x").line == 1
