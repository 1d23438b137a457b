import datetime
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anchor.plan.check import beside
from anchor.plan.schema import all_parts
from persona.check import open_persona
from persona.fill import BadPlaceholder, amount, fill
from persona.model import Persona
from persona.problem import BadPersona, Problem
from persona.sale import as_of, next_end
from persona.schema import json_schema, put
from persona.wordings import nth, ways

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
        open_persona(folder, beside)
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
    for hint in ("did you mean every?", "did you mean welcome", "did you mean price", "did you mean background.png",
                 "did you mean grinder", "voice.rate", "greater than 0"):  # fmt: skip
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
        (
            MINIMAL + "chat: {platform: http}",
            "chat: should be a list: a dash is missing before each entry: write - platform: …",
        ),
        ("version: two\n" + MINIMAL, "version: should be a valid integer"),
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
        (MINIMAL + "look: {rig: photo}", "rig: photo needs photo: FOLDER"),
        (MINIMAL + "look: {rig: photo, photo: me}", "no folder me; anchor prepare PHOTO -o"),
        (
            MINIMAL + "products: [{id: x, name: b, price: 1, sale_ends: 2026-11-12 20:00}]",
            "write 2026-11-12T20:00+08:00",
        ),
        (MINIMAL + "products: [{id: x, name: b, price: 1, sale_ends: tomorrow}]", "sale_ends"),
        (MINIMAL + "look: {background: " + "x" * 300 + ".png}", "not a name"),
        (MINIMAL + "faq: [{ask: [a], answer: just 9 yuan}]", "not the catalogue's"),
        (MINIMAL.replace("你好", "'{x.price}元'") + "products: [{id: x, name: b, price: 1}]", "its own currency"),
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
    assert told[0].startswith("persona.yaml:6:26:") and told[0].endswith('write "no"')
    quoted = bare.replace("no", '"no"', 1).replace("0123", '"0123"').replace("12:30", '"12:30"')
    (tmp_path / "persona.yaml").write_text(quoted, encoding="utf-8")
    product = open_persona(tmp_path)[0].products[0]
    assert product.name == "no"
    assert product.facts == {"编号": "0123", "时间": "12:30", "容量": "500", "厚": "1.50"}


def test_fill_takes_prices_from_the_catalogue_only() -> None:
    persona = open_persona(DEMO)[0]
    assert (
        fill("{pot.name}今天{pot.price}，原价{pot.was}，容量{pot.facts.容量}", persona)
        == "手冲咖啡壶今天99元，原价159元，容量500ml"
    )
    for bad, hint in (
        ("{pot.facts.材料}", "材质"),
        ("{pott.price}", "pot"),
        ("{pot.link}", "there is no"),
        ("{}", "no product"),
    ):
        with pytest.raises(BadPlaceholder, match=hint):
            fill(bad, persona)
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


MANY = "'" + "[好|很好]" * 12 + "'"
SOME = f"[{{id: a, lines: [你好呀朋友们]}}, {{id: b, product: p, lines: [这款不错]}}, {{id: c, lines: [{MANY}]}}]"


def with_schedule(text: str, scripts: str = SOME, more: str = "") -> str:
    return (
        MINIMAL.replace("scripts: [{id: a, lines: [你好]}]", f"scripts: {scripts}").replace("{rotation: [a]}", text)
        + more
    )


GOODS = "products: [{id: p, name: 壶, price: 5}, {id: q, name: 豆, price: 6}]"


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("{rotation: [a, {script: bb}]}", "no script is called 'bb'; did you mean b?"),
        ("{rotation: [a], at: [{script: cc, every: 1h}]}", "no script is called 'cc'"),
        ("{rotation: [a], products: [p, r]}", "no product is called 'r'"),
        ("{rotation: [a], at: [{script: b, cron: '0 20 30 feb *'}]}", "never fires: there is no such day"),
        ("{rotation: [a], at: [{script: b, on: 2020-01-01T20:00}]}", "never fires: 2020-01-01 20:00 has passed"),
        ("{rotation: [a], at: [{script: b, cron: '0 20 * * *', between: '08:00-12:00'}]}", "always in the way"),
        ("{rotation: [a], at: [{script: b, every: 1h}], blackout: [{}]}", "are always in the way"),
        ("{rotation: [a], at: [{script: b, cron: '0 20 * * 0'}]}", "weekdays as mon to sun"),
        ("{rotation: [a], at: [{script: b, cron: '0 25 * * *'}]}", "not a crontab line"),
        ("{rotation: [a], at: [{script: b}]}", "one of cron, every and on"),
        ("{rotation: [a], at: [{script: b, every: 10s}]}", "every is 1m at least"),
        ("{rotation: [a], countdowns: [{to: 2020-01-01T20:00, say: '还有{left}'}]}", "this moment has passed"),
        ("{rotation: [a], countdowns: [{daily: '20:00', say: 还有一会儿}]}", "say has no {left}"),
        ("{rotation: [a], countdowns: [{say: '还有{left}'}]}", "one of to and daily"),
        ("{rotation: [{script: a, between: '08:00-22:00'}]}", "leaves a hole: no script may be played on mon 00:00"),
        ("{rotation: [{script: a, days: [mon, tue]}]}", "leaves a hole: no script may be played on wed 00:00"),
        ("{rotation: [{script: a, gap: 10m}]}", "all scripts on mon 00:00 have a gap"),
        ("{rotation: [b], products: [p, q]}", "no script of q may be played"),
        ("{rotation: [a, b], fresh: 1h}", "write wordings such as [A|B]"),
        ("{rotation: [a], fresh: 2d}", "at most 1d"),
        ("{rotation: [c], fresh: 10m, at: [{script: b, every: 5m}]}", "says b more often within fresh (10 minutes)"),
        ("{rotation: [c], fresh: 10m, at: [{script: b, cron: '*/5 * * * *'}]}", "says b more often within fresh"),
        ("{rotation: [a], at: [{script: b, every: 1d, between: '09:00-18:00'}]}", "counted from midnight"),
        ("{rotation: [a], at: [{script: b, every: 30m, between: '09:10-09:20'}]}", "counted from midnight"),
        ("{rotation: [a], at: [{script: b, every: 1h, late: 0s}]}", "late is between 10s and 1d"),
        ("{rotation: [a], at: [{script: b, on: 9999-12-31T23:59}]}", "a year between 2000 and 2199"),
        ("{rotation: [a], at: [{script: b, every: 999999999d}]}", "ten years at most"),
        ("{rotation: [a, b], products: [q]}", "is never played: p is not among schedule.products"),
        ("{rotation: [a], zone: Asia/Shangai}", "did you mean Asia/Shanghai?"),
        ("{rotation: [{script: a, between: '8-9'}]}", "a time of day is written like"),
        ("{rotation: [{script: a, weight: 0}]}", "greater than or equal to 1"),
    ],
)
def test_schedules_that_cannot_be(tmp_path: Path, schedule: str, said: str) -> None:
    found = problems(tmp_path, persona=with_schedule(schedule, more=GOODS))
    assert any(said in str(problem) for problem in found), found
    assert all(problem.line == 5 for problem in found), "each at its line"


@pytest.mark.parametrize(
    "schedule",
    [
        "{rotation: [{script: a, between: '22:00-08:00'}, {script: b, between: '08:00-22:00'}]}",
        "{rotation: [{script: a, days: [mon, tue, wed, thu, fri]}, {script: b, days: [sat, sun]}]}",
        "{rotation: [a], at: [{script: b, cron: '0 20 * * sat'}, {script: b, cron: '*/5 9-12 * * *'}], blackout: [{between: '01:00-02:00'}]}",
        "{rotation: [{script: a, gap: 1s}], at: [{script: b, on: '2099-01-01T20:00'}], countdowns: [{daily: '20:00', say: '还有{left}'}]}",
        "{rotation: [a, b], products: [p, q], dwell: 2m, zone: UTC}",
        "{rotation: [c], fresh: 10m, at: [{script: b, cron: '*/15 * * * *'}, {script: b, every: 10m}]}",
    ],
)
def test_schedules_that_can(tmp_path: Path, schedule: str) -> None:
    (tmp_path / "persona.yaml").write_text(with_schedule(schedule, more=GOODS), encoding="utf-8")
    open_persona(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MINIMAL.replace("你好", "全网最低价"), "scripts[0].lines[0]: speaks of '全网最低价'"),
        (MINIMAL.replace("你好", "'[你好|根治失眠]朋友'"), "a claim of healing"),
        (MINIMAL.replace("你好", "加微信 abc12345"), "a way to contact somebody"),
        (MINIMAL + "rules: {forbidden: [你好]}", "'你好', which is under rules.forbidden"),
        (MINIMAL + "faq: [{ask: [x], answer: 顶级享受}]", "faq[0].answer"),
        (MINIMAL + "products: [{id: a, name: 壶, price: 1, facts: {口碑: 销量第一}}]", "products[0].facts.口碑"),
        (MINIMAL + "look: {banner: 史上最低}", "look.banner"),
        (MINIMAL.replace("我是 AI", "我是主播小美"), "the line must say that the anchor is AI"),
        (MINIMAL + "output: {to: [{url: 'rtmp://push-rtmp-l1.douyincdn.com/live/x'}]}", "acknowledged: [douyin]"),
        (
            MINIMAL + "output: {to: [{url: 'rtmp://a.example/x', backup: {url: 'rtmp://live.twitch.tv/app/x'}}]}",
            "acknowledged: [twitch]",
        ),
        (MINIMAL + "voice: {cloned: true}", "needs consent"),
        (MINIMAL + "voice: {cloned: true, consent: none.yaml}", "voice.consent: no consent at"),
        (
            MINIMAL + "products: [{id: a, name: b, price: 1, sale_ends: '2099-01-01T00:00:00+08:00'}]",
            "sale_ends needs after",
        ),
        (MINIMAL + "products: [{id: a, name: b, price: 1, after: 2}]", "after needs sale_ends"),
        (MINIMAL + "products: [{id: a, name: b, price: '0123'}]", "a price is a number"),
        (MINIMAL.replace("你好", "'[你好|您好'"), "without brackets in them"),
        (MINIMAL.replace("你好", "'[只要5个|只要6个]'"), "same numbers"),
    ],
)
def test_words_and_places_that_the_rules_forbid(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "persona.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadPersona) as caught:
        open_persona(tmp_path, beside)
    assert any(said in str(problem) for problem in caught.value.problems), caught.value.problems


def test_a_great_day_that_is_over_does_not_keep_a_show_from_starting(tmp_path: Path) -> None:
    past = "{rotation: [a], at: [{script: b, on: 2020-01-01T20:00}], countdowns: [{to: 2020-01-01T20:00, say: '还有{left}'}]}"
    assert len(problems(tmp_path, persona=with_schedule(past, more=GOODS))) == 2
    open_persona(tmp_path, starting=True)


@pytest.mark.parametrize(
    "line",
    [
        "[a|b]" * 6 + "[很好|全网最低价]",
        "[一样|两样]好",
        "九块九",
        "99块9带走",
        "今天只卖99",
        "仅99",
        "99带走",
        "99圆",
        "￥九十九",
        "only 99",
    ],
)
def test_no_way_to_say_a_line_escapes(tmp_path: Path, line: str) -> None:
    (tmp_path / "persona.yaml").write_text(MINIMAL.replace("你好", f"'{line}'"), encoding="utf-8")
    with pytest.raises(BadPersona):
        open_persona(tmp_path, beside)


@pytest.mark.parametrize(
    "text",
    [MINIMAL + "a: " + "[" * 2000 + "]" * 2000, MINIMAL + "rules: {memory: 36500d}", MINIMAL + "products: [{id: a, name: b, price: 1, stock: true}]",
     MINIMAL.replace("我是 AI", "Welcome to our daily sale"), MINIMAL.replace("我是 AI", "我是真人主播，不是AI")],
)  # fmt: skip
def test_strange_values_are_problems_and_no_tracebacks(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, persona=text)


def test_an_empty_file_is_one_problem_at_its_place(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path, dirs_exist_ok=True)
    found = problems(tmp_path, products="")
    assert [str(problem) for problem in found] == ["products.yaml:1:1: products: the file is empty"]


def test_a_script_with_more_ways_than_atoms_is_played(tmp_path: Path) -> None:
    lines = ", ".join(["'" + "[甲|乙]" * 50 + "'"] * 30)
    (tmp_path / "persona.yaml").write_text(MINIMAL.replace("[你好]", f"[{lines}]"), encoding="utf-8")
    persona, _ = open_persona(tmp_path)
    assert 0 <= nth(7, ways(persona.scripts[0].lines)) < 2**1500


def test_what_an_operator_allows_and_acknowledges(tmp_path: Path) -> None:
    text = MINIMAL.replace("你好", "全网最低价").replace("{line: 我是 AI}", "{line: 我是 AI, acknowledged: [douyin]}")
    (tmp_path / "persona.yaml").write_text(
        text + "rules: {allowed: [全网最低价]}\noutput: {to: [{url: 'rtmp://push-rtmp-l1.douyincdn.com/live/x'}]}",
        encoding="utf-8",
    )
    open_persona(tmp_path, beside)


def test_a_cloned_voice_needs_its_persons_consent(tmp_path: Path) -> None:
    consent = "person: 张三\nsigned_by: 张三\nsigned: 2026-01-01\npurpose: 直播\ndocument: x.pdf\n"
    (tmp_path / "persona.yaml").write_text(MINIMAL + "voice: {cloned: true, consent: voice.txt}", encoding="utf-8")
    (tmp_path / "voice.txt").write_text(consent + "likeness: true\n", encoding="utf-8")
    with pytest.raises(BadPersona, match="this voice may not be used"):
        open_persona(tmp_path)
    (tmp_path / "voice.txt").write_text(consent + "voice: true\n", encoding="utf-8")
    open_persona(tmp_path)


def test_a_sale_that_is_over_has_another_price() -> None:
    persona, _ = open_persona(DEMO)
    ends = datetime.datetime(2026, 11, 12, tzinfo=datetime.UTC)
    pot = persona.products[0].model_copy(update={"sale_ends": ends})
    sale = persona.model_copy(update={"products": (pot, *persona.products[1:])})
    moment = ends.timestamp()
    assert as_of(sale, moment - 1) is sale and next_end(sale, 0) == moment
    over = as_of(sale, moment).products[0]
    assert (over.price, over.was, over.sale_ends) == (Decimal("159.00"), None, None)
    after = as_of(
        sale.model_copy(update={"products": (pot.model_copy(update={"after": Decimal("129")}),)}), moment
    ).products[0]
    assert (after.price, after.was) == (Decimal("129"), Decimal("159.00"))
    assert next_end(sale, moment) == float("inf")


def test_the_schema_knows_every_key_and_takes_the_demo() -> None:
    schema = json_schema(all_parts())
    assert set(schema["properties"]) == set(Persona.model_fields)
    assert schema["$defs"]["Product"]["additionalProperties"] is False
    assert schema["$defs"]["Disclosure"]["properties"]["every"]["type"] == "string"
    assert {"type": "string"} in schema["$defs"]["Schedule"]["properties"]["rotation"]["items"]["anyOf"]
    voice = {
        chosen["if"]["properties"]["engine"]["const"]: chosen["then"]
        for chosen in schema["$defs"]["VoiceChoice"]["allOf"]
    }
    assert "speaker" in voice["espeak"]["properties"]


@pytest.mark.parametrize(
    ("mind", "told"),
    [
        ("{engine: openai, url: 'http://x/v1'}", "openai needs url: and model:"), ("{engine: qwen}", "qwen needs path: FOLDER"),
        ("{url: 'http://x/v1', model: m}", "it belongs to openai"), ("{engine: openai, url: 'http://k:s@x', model: m}", "an address such as"),
        ("{engine: openai, url: 'http://x/v1', model: m, key: sk-secret}", "a reference such as @MIND"),
        ("{engine: openai, url: 'http://x/v1', model: m, extra: {stream: false}}", "set by the anchor itself"),
        ("{engine: qwen, path: x, device: gpu}", "auto, cpu, cuda"), ("{first_sentence: 30s}", "longest is shorter"), ("{longest: 3h}", "between 100ms and 2m"),
        ("{engine: qwen, path: x, share: mind}", "share is a path from /"),
    ],
)  # fmt: skip
def test_a_mind_that_cannot_be_is_told_in_words_without_its_secret(tmp_path: Path, mind: str, told: str) -> None:
    shutil.copytree("persona/xiaomei", tmp_path / "p")
    file = tmp_path / "p" / "persona.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("mind: {engine: catalogue}", f"mind: {mind}"), encoding="utf-8"
    )
    with pytest.raises(BadPersona) as found:
        open_persona(tmp_path / "p", beside)
    assert (
        told in str(found.value)
        and "secret" not in str(found.value)
        and "string should" not in str(found.value).lower()
    )


def test_the_document_is_made_from_the_schema() -> None:
    document = Path("docs/persona.md").read_text(encoding="utf-8")
    assert put(document, all_parts(built_in=True)) == document, "run python -m anchor.plan.schema docs/persona.md"


def test_a_wrong_duration_hides_no_other_mistake(tmp_path: Path) -> None:
    text = (
        MINIMAL + "chat: [{platform: bilibli}, {platform: replay, file: x, silent_after: 5x}]\nrules: {chat_pause: 7q}"
    )
    found = "\n".join(map(str, problems(tmp_path, persona=text)))
    assert "silent_after: a duration" in found and "chat_pause: a duration" in found and "called 'bilibli'" in found
