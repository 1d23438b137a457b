"""What an operator reads about a file that is not YAML, or that is and says something else."""

import shutil
from pathlib import Path

import pytest

from persona.check import open_persona
from persona.problem import BadPersona, Problem

HEAD = "anchor: {name: A}\ndisclosure: {line: 我是 AI}\nschedule: {rotation: [a]}\n"
SCRIPT = "scripts: [{id: a, lines: [你好]}]\n"
LINES = "scripts:\n  - id: a\n    lines:\n"
POT = "products:\n  - id: pot\n    name: 手冲壶\n    price: 99\n"


def mistakes(folder: Path, text: str | bytes, **files: str) -> list[Problem]:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "persona.yaml").write_bytes(data)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    try:
        open_persona(folder)
    except BadPersona as error:
        return error.problems
    return []


@pytest.mark.parametrize(
    ("text", "at", "advice"),
    [
        (HEAD + LINES + '      - "大家好\n      - 再见\n', (7, 9), 'the " that begins here is not closed'),
        (HEAD + LINES + '      - "大家好\n      - 再见\n      - "又来了"\n', (7, 9), 'the " that begins here is not closed'),
        (HEAD + LINES + "      - '大家好\n      - 再见\n      - it's\n", (7, 9), "the ' that begins here is not closed"),
        (HEAD + LINES + "      - [大家|各位]好\n", (7, 9), "[ at the beginning makes a list of it: put the whole text into quotes"),
        (HEAD + LINES + "      - {pot.name}好\n", (7, 9), "{ at the beginning makes keys and values"),
        (HEAD + "scripts: [{id: a, lines: [{pot.name}好, 再见]}]\n", (4, 27), "inside [ ] must be quoted"),
        (HEAD + "scripts: [{id: a, lines: [再见, 这款{pot.name}好]}]\n", (4, 33), "inside [ ] must be quoted"),
        (HEAD + LINES + "      - 提示: 价格: 看页面\n", (7, 15), "a second ': '"),
        (HEAD + LINES + "      - @大家 好\n", (7, 9), "put words that begin with @ or ` into quotes"),
        (HEAD + LINES + "      - *重点* 大家好\n", (7, 9), "words cannot begin with *"),
        (HEAD + LINES + "      - &重点 大家好\n", (7, 9), "words cannot begin with &"),
        (HEAD + LINES + "      - !重点 大家好\n", (7, 9), "words cannot begin with !"),
        (HEAD + LINES + "      - %大家好\n", (7, 9), "words cannot begin with %"),
        (HEAD + LINES + "      - > 大家好\n", (7, 9), "words cannot begin with >"),
        (HEAD + LINES + '      - "大家好"呀\n', (7, 14), "text behind a closing quote"),
        (HEAD + LINES + '      - "C:\\dir"\n', (7, 12), "\\ begins an escape"),
        (HEAD + LINES + "      - 大家好\n      -再见\n      - 又来\n", (8, 7), "a blank is missing behind '-'"),
        (HEAD + SCRIPT + POT.replace("price: 99", "price：99") + "    was: 159\n", (8, 10), "： must be ':' and a blank: write price: …"),
        (HEAD + SCRIPT + POT.replace("name: 手", "name：手"), (7, 9), "： must be ':' and a blank: write name: …"),
        (HEAD + SCRIPT + POT.replace("price: 99", "price:99"), (8, 10), "a blank is missing behind ':': write price: …"),
        (HEAD + SCRIPT + POT + "    facts:\n      材质：不锈钢\n      容量: 500ml\n", (10, 9), "write 材质: …"),
        (HEAD + SCRIPT + POT.replace("    price", "\tprice"), (8, 1), "a tab begins this line"),
        (HEAD + "scripts:\n\t- {id: a, lines: [b]}\n", (5, 1), "a tab begins this line"),
        (HEAD + "scripts:\n\u3000\u3000- {id: a, lines: [b]}\n", (5, 1), "a full-width blank (U+3000)"),
        (HEAD + "scripts:\n\u00a0 - {id: a, lines: [b]}\n", (5, 1), "a no-break space (U+00A0)"),
        (HEAD + SCRIPT + POT.replace("    price", "\u3000\u3000price"), (8, 1), "a full-width blank (U+3000)"),
        (HEAD + SCRIPT + POT.replace("    price", "     price"), (8, 6), "indented more than the line above"),
        (HEAD + SCRIPT + POT.replace("    price", "   price"), (8, 4), "the indentation of this line"),
        (HEAD + SCRIPT + POT.replace("price: 99", "price 99") + "    was: 159\n", (8, 5), "write key: value"),
        (HEAD + SCRIPT + "rules: {forbidden: [甲, 乙}\n", (5, 20), "is not closed with ]"),
        (HEAD + SCRIPT + "rules: {forbidden: [甲, 乙]\n", (5, 8), "is not closed with }"),
        (HEAD + SCRIPT + "rules: ｛greet: true｝\n", (5, 8), "full-width mark"),
        (HEAD + SCRIPT + "rules: {forbidden: [甲 #1, 乙]}\nlook: {ticker: true}\n", (5, 23), "is a comment: put the text into quotes"),
        (HEAD + SCRIPT + "rules: {stale_after: 90s， greet: true}\n", (5, 25), "， separates nothing in YAML: write ', '"),
        (HEAD + SCRIPT + "rules: {forbidden: [甲]， greet: true}\n", (5, 23), "， separates nothing in YAML: write ', '"),
        (HEAD + LINES + "      - 你好\n      -\u3000再见\n      - 又来\n", (8, 7), "a blank is missing behind '-'"),
        (HEAD + LINES + "      - 你好\n      － 再见\n      - 又来\n", (8, 7), "－ begins no entry of a list: write '- '"),
        (HEAD + SCRIPT + POT.replace("price: 99", "price:\u300099") + "    was: 159\n", (8, 11), "a full-width blank (U+3000) stands behind ':'"),
        (HEAD + SCRIPT + "rules: {forbidden: [甲, , 乙]}\n", (5, 24), "nothing stands before this ',': delete it"),
        (HEAD + SCRIPT + "rules: {forbidden: [, 乙]}\n", (5, 21), "nothing stands before this ','"),
        (HEAD + SCRIPT + "rules: {forbidden: [甲, 乙]]}\n", (5, 26), "a ] too many: delete it"),
        (HEAD + SCRIPT + "rules:\n  forbidden: [甲, 乙]]\n  greet: true\n", (6, 20), "a ] too many: delete it"),
        (HEAD + SCRIPT + "look: {ticker: true}}\n", (5, 21), "a } too many: delete it"),
        (HEAD + SCRIPT + "rules: {forbidden: [#甲]}\n", (5, 21), "put it into quotes: '#甲'"),
        (HEAD + SCRIPT + "rules:\n  forbidden: [乙, #甲]\n  greet: true\n", (6, 18), "put it into quotes: '#甲'"),
        (HEAD + SCRIPT + POT + "  id: cup\n    name: 杯\n    price: 9\n", (9, 3), "a dash is missing before this entry: write - id: …"),
        (HEAD + SCRIPT + "---\nrules: {greet: true}\n", (5, 1), "a second document"),
        (HEAD + SCRIPT + "look: {banner: \x07}\n", (5, 16), "delete it"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_yaml(tmp_path: Path, text: str, at: tuple[int, int], advice: str) -> None:
    problem = mistakes(tmp_path, text)[0]
    assert advice in problem.message
    assert (problem.line, problem.column) == at


@pytest.mark.parametrize(
    ("text", "at", "advice"),
    [
        ((HEAD + "# 欢迎\n" + SCRIPT).encode("gbk"), (2, 20), "GBK"),
        ((HEAD.replace("我是", "我是數位") + SCRIPT).encode("big5"), (2, 20), "Big5"),
        ((HEAD + SCRIPT).encode("utf-16"), (1, 1), "saved as UTF-16: save it as UTF-8"),
        ((HEAD + SCRIPT).encode("utf-16-le"), (1, 1), "saved as UTF-16: save it as UTF-8"),
        ((HEAD + SCRIPT).encode("utf-32"), (1, 1), "saved as UTF-32: save it as UTF-8"),
        ((HEAD + SCRIPT).encode("utf-32-le"), (1, 1), "saved as UTF-32: save it as UTF-8"),
        ((HEAD + SCRIPT).encode("utf-32-be"), (1, 1), "saved as UTF-32: save it as UTF-8"),
        ((HEAD + SCRIPT).encode("utf-16-be"), (1, 1), "saved as UTF-16: save it as UTF-8"),
        ((HEAD + SCRIPT).encode() + b"# \xff", (5, 3), "0xFF) is not UTF-8"),
    ],
)
def test_a_file_that_is_not_utf8(tmp_path: Path, text: bytes, at: tuple[int, int], advice: str) -> None:
    (problem,) = mistakes(tmp_path, text)
    assert advice in problem.message and "as UTF-8" in problem.message
    assert (problem.line, problem.column) == at


def test_a_byte_order_mark_is_none_of_the_text(tmp_path: Path) -> None:
    assert not mistakes(tmp_path, b"\xef\xbb\xbf" + (HEAD + SCRIPT).encode())
    assert not mistakes(tmp_path, (HEAD + SCRIPT).replace("\n", "\r\n").encode())


@pytest.mark.parametrize(
    ("text", "path", "advice"),
    [
        (HEAD + LINES + "      - 今天是 #周年庆# 专场\n", "scripts[0].lines[0]", "only '今天是' is left: quote the whole text"),
        (HEAD + LINES + "      - 欢迎来 #小美直播间\n", "scripts[0].lines[0]", "only '欢迎来' is left"),
        (HEAD + LINES + "      - '好'\n      - #周年庆 大家好\n", "scripts[0].lines[1]", "the text behind '#' is a comment"),
        (HEAD + SCRIPT + "look:\n  banner: 全场 #双十一# 见\n", "look.banner", "only '全场' is left"),
        (HEAD + SCRIPT + "look:\n  background: #e8eef8\n", "look.background", "the text behind '#'"),
        (HEAD + SCRIPT + POT.replace("手冲壶", "手冲壶 #1"), "products[0].name", "only '手冲壶' is left"),
        (HEAD + SCRIPT + POT + "    aliases: [咖啡壶，手冲壶，壶]\n", "products[0].aliases[0]", "write 咖啡壶, 手冲壶, 壶"),
        (HEAD + SCRIPT + POT + "    aliases: ['咖啡壶、壶']\n", "products[0].aliases[0]", "write 咖啡壶, 壶"),
        (HEAD + SCRIPT + POT + "    aliases: [kettle, 咖啡壶;壶]\n", "products[0].aliases[1]", "write 咖啡壶, 壶"),
        (HEAD + SCRIPT + POT + "    aliases:\n      - 咖啡壶，壶\n", "products[0].aliases[0]", "write 咖啡壶, 壶"),
        (HEAD + SCRIPT + POT + "    aliases: [咖啡壶/壶]\n", "products[0].aliases[0]", "write 咖啡壶, 壶"),
        (HEAD + SCRIPT + POT + "    aliases: 咖啡壶，壶\n", "products[0].aliases", "write [咖啡壶, 壶]"),
        (HEAD + SCRIPT + POT + "    aliases: ［咖啡壶，壶］\n", "products[0].aliases", "write [咖啡壶, 壶]"),
        (HEAD + SCRIPT + POT + "    points: [细口控流，防烫手柄，轻]\n", "products[0].points[0]", "write 细口控流, 防烫手柄, 轻"),
        (HEAD + SCRIPT + "faq: [{ask: [怎么买，在哪里买], answer: 购物车}]\n", "faq[0].ask[0]", "quote it if it is one"),
        (HEAD + SCRIPT + "rules: {forbidden: [甲，乙]}\n", "rules.forbidden[0]", "write 甲, 乙"),
        (HEAD + SCRIPT + "rules: {allowed: [甲、乙]}\n", "rules.allowed[0]", "write 甲, 乙"),
        (HEAD.replace("[a]", "[a，b]") + SCRIPT, "schedule.rotation[0]", "write a, b"),
        (HEAD.replace("[a]", "'a, b'") + SCRIPT, "schedule.rotation", "should be a list"),
        ("anchor: {name: A}\ndisclosure: {line: 我是 AI}\nschedule:\n  rotation: a, b\n" + SCRIPT, "schedule.rotation", "write [a, b]"),
        (HEAD + LINES + "      -大家好\n      -再见\n", "scripts[0].lines", "a blank is missing behind '-'"),
        (HEAD + SCRIPT + "rules: {stale_after：90s}\n", "rules.stale_after：90s", "write stale_after: 90s"),
        (HEAD + SCRIPT + 'rules: {stale_after:90s}\n', "rules.stale_after:90s", "write stale_after: 90s"),
        (HEAD + SCRIPT + "rules:\n  stale_after：90s\n", "rules", "write stale_after: 90s"),
        (HEAD + SCRIPT + "rules:\n  stale_after:90s\n  greet:true\n", "rules", "write stale_after: 90s"),
        (HEAD + SCRIPT + "look:\n  clock: Asia/Shanghai\n\u3000\u3000ticker: true\n", "\u3000\u3000ticker", "a full-width blank (U+3000)"),
        (HEAD + SCRIPT + POT + "    facts:\n      材质: “304 不锈钢”\n", "products[0].facts.材质", "“ does not quote in YAML"),
        (HEAD + SCRIPT + POT + "    aliases: [“壶, 咖啡壶”]\n", "products[0].aliases[0]", "“ does not quote in YAML"),
        (HEAD + LINES + "      - 提示: 看页面\n", "scripts[0].lines[0]", "put into quotes"),
        (HEAD + LINES + "      - “提示: 大家好”\n", "scripts[0].lines[0]", "put into quotes"),
        (HEAD + LINES + "      - {pot.name}\n", "scripts[0].lines[0]", "put into quotes"),
        (HEAD + LINES + "      - [大家|各位]\n", "scripts[0].lines[0]", "put into quotes"),
        (HEAD + LINES + "      -\n", "scripts[0].lines[0]", "is empty"),
        (HEAD + SCRIPT + POT + "    stock: #200\n", "products[0].stock", "nothing is left: write 200 without #"),
        (HEAD + SCRIPT + POT + "    was: #219.5 起\n", "products[0].was", "write 219.5 without #"),
        (HEAD + SCRIPT + POT + "    no: #1\n", "products[0].no", "write 1 without #"),
        (HEAD + SCRIPT + "look:\n  clock: #上海\n", "look.clock", "the text behind '#' is a comment"),
        (HEAD + SCRIPT + "rules: {forbidden: [代购 刷单 返利]}\n", "rules.forbidden[0]", "write 代购, 刷单, 返利"),
        (HEAD + SCRIPT + 'rules: {forbidden: ["代购、刷单"]}\n', "rules.forbidden[0]", "write 代购, 刷单, each an entry"),
        (HEAD + SCRIPT + POT + "    aliases: [咖啡壶 手冲壶 壶]\n", "products[0].aliases[0]", "write 咖啡壶, 手冲壶, 壶"),
        (HEAD + SCRIPT + POT + "    variants: [{size: L, aliases: [大码 大号]}]\n", "products[0].variants[0].aliases[0]", "write 大码, 大号"),
        (HEAD + SCRIPT + POT + "    no: 01\n", "products[0].no", "write 1"),
        (HEAD + SCRIPT + POT + "    stock: 0200\n", "products[0].stock", "write 200"),
        (HEAD + SCRIPT + POT + "    no: yes\n", "products[0].no", "write a number"),
        (HEAD + SCRIPT + "look: {ticker: yes}\n", "look.ticker", "write true or false"),
        (HEAD + SCRIPT + "look: {ticker: 是}\n", "look.ticker", "'是' is neither true nor false: write true"),
        (HEAD + SCRIPT + POT.replace(" 99", ""), "products[0].price", "is empty: write a number such as 99 or 49.90"),
        (HEAD + SCRIPT + POT + "    aliases: ['']\n", "products[0].aliases[0]", "is empty: write at least one character"),
        (HEAD + SCRIPT + POT.replace("id: pot", "id: my pot"), "products[0].id", "an id has letters from A to Z"),
        (HEAD + SCRIPT + POT + "    stock: 很多\n", "products[0].stock", "write a whole number such as 12"),
        (HEAD + SCRIPT + POT + "    sale_ends: 2099-01-01T00:00\n    after: 120\n", "products[0].sale_ends", "has no time zone: write 2099-01-01T00:00+08:00"),
        (HEAD + SCRIPT + POT + "    sale_ends: 明天\n    after: 120\n", "products[0].sale_ends", "write a date and time such as"),
        (HEAD + SCRIPT + "faq:\n  - {ask: [七天], answer: 可以, 点购物车, 一号链接}\n", "faq[0].点购物车", 'write answer: "可以, 点购物车, 一号链接"'),
        (HEAD + SCRIPT + "shop:\n  快递：顺丰\n  发货：48小时\n", "shop", "： must be ':' and a blank: write 快递: 顺丰, and so in each line"),
        (HEAD + SCRIPT + "shop:\n  快递:顺丰\n", "shop", "a blank is missing behind ':': write 快递: 顺丰"),
        (HEAD + SCRIPT + POT + "    facts: [钢, 500ml]\n", "products[0].facts", "leave out the dashes and brackets"),
        (HEAD + SCRIPT + "shop:\n  shop:\n    快递: 顺丰\n", "shop.shop", "stands in itself: delete one of the lines shop:"),
        (HEAD + SCRIPT + "rules:\n  rules:\n    greet: true\n", "rules.rules", "stands in itself: delete one of the lines rules:"),
        (HEAD + SCRIPT + "faq: {怎么买: 购物车}\n", "faq", "write - ask: … for each entry"),
    ],
)  # fmt: skip
def test_yaml_that_says_something_else(tmp_path: Path, text: str, path: str, advice: str) -> None:
    problems = [problem for problem in mistakes(tmp_path, text) if "no script is called" not in problem.message]
    (problem,) = problems
    assert problem.path == path and advice in problem.message


@pytest.mark.parametrize(
    "text",
    [
        HEAD + LINES + "      - 大家好             # 开场\n      # 整行\n      - 再见  #收场\n      - 'a #1'\n",
        HEAD + SCRIPT + "rules:\n  greet: true #问好\n  stale_after: 90s # 过时不答\n",
        HEAD + SCRIPT + POT.replace("手冲壶", "手冲壶 # 主推").replace("99", "99 #今天的价"),
        HEAD + SCRIPT + POT + "    points: [细口控流，水很稳, 轻]\n    facts: {规格: 5斤装，单果 80mm 以上}\n",
        HEAD + SCRIPT + POT + "    points: [细口，稳]\n",
        HEAD + SCRIPT + "faq: [{ask: ['在吗，怎么买'], answer: '可以，点购物车：一号链接'}]\n",
        HEAD
        + LINES
        + "      - “好喝”的咖啡\n      - 提示：价格看页面\n      - 3-5天到，时间：看页面\n      - name是名字\n",
        HEAD + LINES + "      - 大家好，\n        欢迎来到直播间。\n      - |\n        多行\n        name：x\n",
        HEAD + SCRIPT + "shop: {营业时间: '每天 9:00-22:00', 包邮: 满 59 元包邮，新疆西藏除外}\n",
        HEAD + SCRIPT + POT + "    link: https://shop.example/pot\n    facts: {温度: -5度到40度, 尺寸: 45×50cm}\n",
        HEAD + SCRIPT + 'look: {background: "#e8eef8"}\n',
        HEAD + SCRIPT + "look: #画面\n  ticker: true\nfaq:  #问答\n  - {ask: [a, 'b, c'], answer: d}\n",
        HEAD + SCRIPT + POT + "    was: # 没有\n    aliases: ['小米 手环', coffee pot, Aroma 壶]\n",
        HEAD + SCRIPT + "rules: {forbidden: ['亲，买它', 最 low], allowed: ['全网 最低']}\n",
    ],
)
def test_yaml_that_is_right(tmp_path: Path, text: str) -> None:
    assert not mistakes(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("rules.yml", "is not read: name it rules.yaml"),
        ("rules.YAML", "is not read: name it rules.yaml"),
        ("Products.yml", "is not read: name it products.yaml"),
        ("product.yml", "is not read: name it products.yaml"),
        ("rules.yaml.txt", "is not read: name it rules.yaml"),
        ("products.csv", "is not read: write its values into products.yaml"),
        ("faq.json", "is not read: write its values into faq.yaml"),
        ("old-products.yaml", "belongs to no key of the persona; did you mean products?"),
    ],
)
def test_a_part_that_nobody_reads(tmp_path: Path, name: str, advice: str) -> None:
    (problem,) = mistakes(tmp_path, HEAD + SCRIPT, **{name: "forbidden: [甲]\n"})
    assert problem.file == name and advice in problem.message


def test_words_beside_a_part_that_is_written_elsewhere(tmp_path: Path) -> None:
    (problem,) = mistakes(tmp_path, HEAD + SCRIPT + "rules: {greet: true}\n", **{"rules.txt": "不说别家"})
    assert problem.file == "rules.txt" and "rules: is written elsewhere already" in problem.message


@pytest.mark.parametrize(
    ("products", "at", "advice"),
    [
        ("- id: 豆子\n  name: 豆\n  price: 9\n", ["products[0].id", "scripts[0].product"], "write one such as pot"),
        ("id: pot\nname: 壶\nprice: 9\nid: cup\nname: 杯\nprice: 9\n", ["products"], "write - id: …"),
        ("products:\n  - id: pot\n    name: 壶\n    price: 9\n", ["products"], "delete one of the lines products:"),
        ("pot:\n  name: 壶\n  price: 9\n", ["products"], "write - id: pot in place of pot:"),
        ("- id: pot\n  name: 壶\n  price: 9\n  id: cup\n  name: 杯\n  price: 9\n", ["products[1].id"], "write - id: …"),
    ],
)
def test_a_list_of_products_that_is_none_makes_no_other_mistake(
    tmp_path: Path, products: str, at: list[str], advice: str
) -> None:
    name = "豆子" if "豆子" in products else "pot"
    scripts = f"scripts: [{{id: a, product: {name}, lines: ['这款{{{name}.name}}']}}]\n"
    problems = mistakes(tmp_path, HEAD + scripts, **{"products.yaml": products})
    assert sorted(problem.path for problem in problems) == at
    assert all(advice in problem.message for problem in problems)


def test_a_part_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "rules.yaml").write_text("greet: true")
    (problem,) = mistakes(tmp_path, HEAD + SCRIPT)
    assert "config/rules.yaml is not read: move it beside persona.yaml" in problem.message
    assert not mistakes(tmp_path, HEAD + SCRIPT + "rules: {greet: true}\n")


def test_files_beside_a_persona(tmp_path: Path) -> None:
    for name in ("notes.yml", "README.md", "old.png", "replay.jsonl", "persona.yaml.bak", "persona.yaml~", ".persona.yaml.swp",
                 "._persona.yaml", ".#products.yaml", "docker-compose.yml", "rules.md", "voice.txt", "bed.ogg"):  # fmt: skip
        (tmp_path / name).write_bytes(b"\xff")
    (tmp_path / ".git").mkdir()
    shutil.copytree("persona/xiaomei", tmp_path / "other")
    (tmp_path / "consent.yaml").write_text(
        "person: 张三\nsigned_by: 张三\nsigned: 2026-01-01\npurpose: 直播\nvoice: true\ndocument: x.pdf\n"
    )
    assert not mistakes(tmp_path, HEAD + SCRIPT + "voice: {cloned: true, consent: consent.yaml}\n")


def test_another_name_of_the_persona_is_a_hint(tmp_path: Path) -> None:
    (tmp_path / "persona.yml").write_text(HEAD + SCRIPT)
    with pytest.raises(BadPersona, match=r"no such file; persona\.yml is not read: name it persona\.yaml"):
        open_persona(tmp_path)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    text = (
        HEAD.replace("[a]", "[b]")
        + LINES
        + "      - 今天是 #周年庆#\n      - 今天99\n"
        + POT
        + "    aliases: [壶，咖啡壶]\n    stock: x\n"
    )
    text += "rules: {stale_after：90s}\n"
    problems = mistakes(tmp_path, text, **{"faq.yml": "[]"})
    assert len(problems) == 7, problems
