import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona.check import open_persona
from persona.fill import BadPlaceholder, amount, by_id, fill
from persona.load import BadPersona, Problem

DEMO = Path("persona/xiaomei")
MINIMAL = """
anchor: {name: A}
disclosure: {line: 我是 AI}
scripts: [{id: a, lines: [你好]}]
schedule: {rotation: [a]}
"""


def problems(folder: Path, **files: str) -> list[Problem]:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadPersona) as caught:
        open_persona(folder)
    return caught.value.problems


def test_the_demo_persona_is_sound() -> None:
    persona, _ = open_persona(DEMO)
    assert persona.products[0].price == Decimal("99.00")
    assert persona.output.size("portrait") == (720, 1280, 25, 1_500_000)


def test_a_minimal_persona(tmp_path: Path) -> None:
    (tmp_path / "persona.yaml").write_text(MINIMAL, encoding="utf-8")
    persona, _ = open_persona(tmp_path)
    assert persona.disclosure.label.startswith("AI")
    assert open_persona(tmp_path / "persona.yaml")[0] == persona


def test_every_mistake_at_once_with_its_place(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "persona.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ("every: 15m", "evry: 15m"),
        ("rate: 1.05", "rate: fast"),
        ("rotation: [welcome", "rotation: [welcom"),
        ("{pot.price}", "{pot.prise}"),
        ("background.png", "backgroud.png"),
        ("product: grinder", "product: grindr"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    products = (tmp_path / "products.yaml").read_text(encoding="utf-8").replace("price: 168.00", "price: -5")
    found = problems(tmp_path, persona=text, products=products)
    told = "\n".join(map(str, found))
    for hint in ("did you mean every?", "did you mean 'welcome'", "did you mean 'price'", "did you mean background.png",
                 "did you mean 'grinder'", "voice.rate", "greater than 0"):  # fmt: skip
        assert hint in told
    lines = {p.path: (p.file, p.line) for p in found}
    assert lines["disclosure.evry"] == ("persona.yaml", 6)
    assert lines["products[1].price"][0] == "products.yaml"
    assert len(found) == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("anchor: {name: x", "not YAML"),
        ("a: 1\na: 2\n" + MINIMAL, "twice"),
        ("x: &a [1]\ny: *a\n" + MINIMAL, "aliases"),
        ("- 1\n- 2", "keys and values"),
        ("", "keys and values"),
        (MINIMAL.replace("我是 AI", "''"), "disclosure.line"),
        (MINIMAL.replace("{line: 我是 AI}", "{line: 我是 AI, label: 主播}"), "label must say"),
        (MINIMAL.replace("{line: 我是 AI}", "{line: 我是 AI, every: 5}"), "duration"),
        (MINIMAL + "products: [{id: a, name: b, price: 5, was: 4}]", "above price"),
        (MINIMAL + "products: [{id: a, name: b, price: 0}]", "greater than 0"),
        (MINIMAL + "products: [{id: a, name: b, price: 1}, {id: a, name: c, price: 1}]", "used twice"),
        (MINIMAL + "output: {fps: 25}", "all of width"),
        (MINIMAL + "output: {width: 641, height: 480, fps: 25, bitrate: 600k}", "even"),
        (MINIMAL + "output: {width: 640, height: 480, fps: 29, bitrate: 600k}", "divide"),
        (MINIMAL + "look: {background: ../x.png}", "outside"),
        (MINIMAL + "look: {background: none.png}", "no file"),
        (MINIMAL.replace("你好", "'{x.price}'"), "no product"),
        (MINIMAL.replace("你好", "'{oops'"), "brace"),
        (MINIMAL.replace("你好", "今天只要88元"), "not the catalogue's"),
        (MINIMAL.replace("你好", "只要￥ 88"), "not the catalogue's"),
        (MINIMAL.replace("你好", "九十九块带回家"), "not the catalogue's"),
        (MINIMAL.replace("你好", "今天只要九十九"), "not the catalogue's"),
        (MINIMAL.replace("你好", "到手价88，快拍"), "not the catalogue's"),
        (MINIMAL.replace("你好", "九十九元"), "not the catalogue's"),
        *(
            (MINIMAL.replace("你好", line), "not the catalogue's")
            for line in (
                "9.9包邮",
                "99一个",
                "九十九一个",
                "半价",
                "打五折",
                "half price",
                "10%off",
                "立减20",
                "5刀",
                "£5",
                "8.5折起",
            )
        ),
        (MINIMAL.replace("我是 AI", "'我是 AI {x.name}'"), "no placeholders"),
        (MINIMAL.replace("{line: 我是 AI}", "{line: 我是 AI, label: 本直播间由人工智能虚拟主播播出}"), "14 Chinese"),
        (MINIMAL.replace("你好", "'   '"), "lines[0]"),
        (MINIMAL + "faq: [{ask: ['？？'], answer: a}]", "faq[0].ask[0]"),
        (MINIMAL + "rules: {stale_after: 1ms}", "between 5s"),
        (MINIMAL + "look: {rig: photo}", "belong together"),
        (MINIMAL + "look: {rig: photo, photo: me}", "no folder me; anchor prepare PHOTO -o"),
        (MINIMAL + "products: [{id: x, name: b, price: 1, sale_ends: 2026-11-12 20:00}]", "timezone"),
        (MINIMAL + "products: [{id: x, name: b, price: 1, sale_ends: tomorrow}]", "sale_ends"),
        (MINIMAL + "look: {background: " + "x" * 300 + ".png}", "not a name"),
        (MINIMAL + "faq: [{ask: [a], answer: just 9 yuan}]", "not the catalogue's"),
        (MINIMAL.replace("你好", "'{x.price}元'") + "products: [{id: x, name: b, price: 1}]", "its own 元"),
    ],
)
def test_mistakes(text: str, said: str, tmp_path: Path) -> None:
    assert said in "\n".join(map(str, problems(tmp_path, persona=text)))


def test_one_long_line_is_one_problem(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, persona=MINIMAL.replace("你好", "好" * 311))
    assert found.path == "scripts[0].lines[0]" and "at most 300 characters, not 311" in found.message


def test_a_file_of_an_unknown_key(tmp_path: Path) -> None:
    assert "did you mean products" in str(problems(tmp_path, persona=MINIMAL, product="[]")[0])
    assert "too" in str(problems(tmp_path, persona=MINIMAL, product="", scripts="[]"))


@pytest.mark.parametrize(
    "line",
    [
        "一块蛋糕",
        "元旦快乐",
        "买2送1",
        "容量500ml",
        "送两块滤布",
        "三元催化器",
        "只要3分钟就好",
        "12块巧克力",
        "只要500ml水",
    ],
)
def test_words_that_are_no_prices(line: str, tmp_path: Path) -> None:
    (tmp_path / "persona.yaml").write_text(MINIMAL.replace("你好", line), encoding="utf-8")
    assert open_persona(tmp_path)[0].scripts[0].lines == (line,)


def test_a_persona_survives_its_way_to_the_brain() -> None:
    import json

    from persona.model import Persona

    persona = open_persona(DEMO)[0]
    assert Persona.model_validate(json.loads(json.dumps(persona.model_dump(mode="json")))) == persona


def test_no_folder_no_file() -> None:
    with pytest.raises(BadPersona, match="cannot be read"):
        open_persona(Path("x" * 300))
    with pytest.raises(BadPersona, match="no such file"):
        open_persona(Path("/nowhere"))


def test_yaml_traps_are_refused_and_words_in_quotes_are_words(tmp_path: Path) -> None:
    bare = MINIMAL + "products: [{id: a, name: no, price: 1, facts: {编号: 0123, 时间: 12:30, 容量: 500, 厚: 1.50}}]"
    told = [str(problem) for problem in problems(tmp_path, persona=bare)]
    assert [t.partition(": ")[2].partition(": write")[0] for t in told] == [
        f"products[0].{where} means different things to different readers"
        for where in ("name: no", "facts.编号: 0123", "facts.时间: 12:30")
    ]
    assert told[0].startswith("persona.yaml:6:26:") and told[0].endswith('write true or false, or "no"')
    quoted = bare.replace("no", '"no"', 1).replace("0123", '"0123"').replace("12:30", '"12:30"')
    (tmp_path / "persona.yaml").write_text(quoted, encoding="utf-8")
    product = open_persona(tmp_path)[0].products[0]
    assert product.name == "no"
    assert product.facts == {"编号": "0123", "时间": "12:30", "容量": "500", "厚": "1.50"}


def test_fill_takes_prices_from_the_catalogue_only() -> None:
    products = by_id(open_persona(DEMO)[0])
    assert (
        fill("{pot.name}今天{pot.price}，原价{pot.was}，容量{pot.facts.容量}", products)
        == "手冲咖啡壶今天99元，原价159元，容量500ml"
    )
    for bad, hint in (
        ("{pot.facts.材料}", "材质"),
        ("{pott.price}", "pot"),
        ("{pot.link}", "there is no"),
        ("{}", "no product"),
    ):
        with pytest.raises(BadPlaceholder, match=hint):
            fill(bad, products)
    assert amount(Decimal("5999.90")) == "5999.9" and amount(Decimal("100.00")) == "100"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=300).map(str.encode))
def test_any_file_is_a_persona_or_a_list_of_problems(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("p")
    (folder / "persona.yaml").write_bytes(data)
    with pytest.raises(BadPersona) as caught:
        open_persona(folder)
    assert caught.value.problems and all(p.line >= 1 for p in caught.value.problems)


keys = st.sampled_from(["anchor", "disclosure", "products", "scripts", "schedule", "output", "faq", "voice", "look"])
junk = st.recursive(st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["x", "15m", "a"]),
                    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "lines", "price", "line",
                    "rotation", "ask", "answer"]), v, max_size=3), max_leaves=8)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(keys, junk, max_size=5))
def test_any_shape_of_values_is_told_not_crashed_on(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]
) -> None:
    import yaml

    folder = tmp_path_factory.mktemp("p")
    (folder / "persona.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
    try:
        open_persona(folder)
    except BadPersona as error:
        assert error.problems
