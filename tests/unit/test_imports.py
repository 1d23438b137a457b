"""The direction of imports: every row of the layout, lazy and TYPE_CHECKING imports included."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from anchor import registry
from anchor.work.kinds import KINDS

ROWS = (
    ("anchor.__main__", "anchor.cli"),
    ("anchor.console",),
    ("anchor.api",),
    ("anchor.brain", "anchor.control"),
    ("anchor.sdk", "anchor.mcp", "anchor.alarms", "anchor.fleet"),
    ("anchor.auth",),
    ("anchor.show",),
    ("anchor.desk",),
    ("anchor.plan",),
    ("anchor.talk",),
    ("anchor.say",),
    ("anchor.work",),
    ("anchor.mind", "anchor.voice", "anchor.face", "anchor.ear"),
    ("anchor.records",),
    ("anchor.registry", "anchor.ports", "anchor.types"),
    ("anchor.guard",),
    ("anchor.text",),
)
"""from the top down: a folder imports from its own row and those below it"""
STREAMS = {"streams.air": {"streams.deliver"}, "streams.chat": set(), "streams.deliver": set(), "streams": set()}
"""what each folder may import beside itself and streams' own modules"""
LEAVES = ("persona.problem", "persona.similar", "persona.numerals", "streams.codec", "streams.wire", "streams.types")


def modules() -> dict[str, Path]:
    found = {}
    for package in ("anchor", "streams", "persona"):
        for file in Path(package).rglob("*.py"):
            name = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
            found[name] = file
    return found


MODULES = modules()


def imported(name: str) -> set[str]:
    """The modules of ours that one imports anywhere in its text."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{name}: relative imports hide the direction"
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {part if part in MODULES else node.module for part in parts}
    return {module for module in found if module.split(".")[0] in ("anchor", "streams", "persona")}


GRAPH = {name: imported(name) - {name} for name in MODULES}


def row(module: str) -> int:
    places = [i for i, names in enumerate(ROWS) if any(module == n or module.startswith(n + ".") for n in names)]
    assert len(places) == 1, f"{module} has no place in the layout"
    return places[0]


@pytest.mark.parametrize("module", sorted(m for m in MODULES if m.startswith("anchor.")))
def test_arrows_point_down(module: str) -> None:
    for other in GRAPH[module]:
        if other.startswith("anchor."):
            assert row(other) >= row(module), f"{module} imports {other}, which stands above it"
        assert module.split(".")[1] != "console" or other.startswith(("anchor.console", "anchor.sdk", "anchor.text"))


@pytest.mark.parametrize("module", sorted(m for m in MODULES if not m.startswith("anchor")))
def test_streams_and_persona_import_nothing_of_ours(module: str) -> None:
    package = module.split(".")[0]
    outside = {other for other in GRAPH[module] if other.split(".")[0] != package}
    assert not outside, f"{module} imports {outside}"
    if package == "streams":
        folder = ".".join(module.split(".")[:2]) if module.count(".") > 1 else "streams"
        folder = module if module in STREAMS else folder
        for other in GRAPH[module]:
            there = ".".join(other.split(".")[:2]) if other.count(".") > 1 else "streams"
            assert there in {folder, "streams", *STREAMS.get(folder, set())}, f"{module} imports {other}"


def test_there_is_no_circle() -> None:
    done: set[str] = set()

    def walk(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path[path.index(module) :], module))
        if module not in done:
            for other in sorted(GRAPH[module] & MODULES.keys()):
                walk(other, (*path, module))
            done.add(module)

    for module in MODULES:
        walk(module, ())


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join({{m.split('.')[0] for m in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("streams.air.__main__", {"torch", "pydantic", "fastapi", "espeakng_loader", "transformers"}),
        ("anchor.cli.main", {"numpy", "av", "torch", "pydantic", "fastapi", "PIL", "yaml"}),
        ("anchor.work.supervisor", {"numpy", "av", "torch", "pydantic", "fastapi", "PIL", "yaml"}),
        ("anchor.brain", {"torch", "espeakng_loader", "resvg_py"}),
        ("anchor.plan.plan", {"torch", "espeakng_loader", "resvg_py"}),
        ("anchor.cli.offline", {"espeakng_loader"}),
    ],
)
def test_processes_stay_free_of_what_they_must_not_load(module: str, never: set[str]) -> None:
    assert not loaded_by(f"import {module}") & never


LIGHT = {
    "anchor",
    "streams",
    "persona",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_extensions",
    "typing_inspection",
}


@pytest.mark.parametrize("part", registry.BUILT_IN)
def test_a_parts_config_loads_the_standard_library_and_pydantic_alone(part: str) -> None:
    kind, _, name = part.partition("/")
    loaded = loaded_by(f"from anchor import registry; registry.load({kind!r}, {name!r}).Config")
    third = {m for m in loaded if m not in sys.stdlib_module_names and not m.startswith("_") and "editable" not in m}
    assert third <= LIGHT, third - LIGHT


@pytest.mark.parametrize("module", LEAVES)
def test_the_leaves_load_the_standard_library_alone(module: str) -> None:
    third = {m for m in loaded_by(f"import {module}") if m not in sys.stdlib_module_names and not m.startswith("_")}
    assert {m for m in third if "editable" not in m} <= {"streams", "persona"}


def test_the_table_of_workers_names_modules_that_there_are() -> None:
    for kind in KINDS.values():
        assert kind.module[0] in MODULES or f"{kind.module[0]}.__main__" in MODULES
        if kind.worker:
            text = MODULES[kind.worker].read_text(encoding="utf-8")
            assert all(f"\n{what}" in text for what in ("class Settings", "def check(", "def run("))


def test_gpl_parts_are_named_in_engines_only() -> None:
    for name, file in MODULES.items():
        packages = {
            alias.name.split(".")[0]
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        if {"espeakng_loader", "piper"} & packages:
            assert name == "anchor.voice.espeak"


def test_no_function_and_no_module_is_too_long() -> None:
    for file in MODULES.values():
        text = file.read_text(encoding="utf-8")
        assert text.count("\n") <= 350, f"{file} has {text.count(chr(10))} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= 60, f"{file}:{node.lineno} {node.name} has {length} lines"
