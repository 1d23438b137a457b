"""The direction of imports, as the design has it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

OURS = {"anchor", "streams", "persona"}
MAY = {"streams": {"streams"}, "persona": {"persona"}, "anchor": OURS}


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", sorted(OURS))
def test_packages_import_only_what_they_may(package: str) -> None:
    for file in Path(package).rglob("*.py"):
        wrong = imported(file) & OURS - MAY[package]
        assert not wrong, f"{file} imports {wrong}"


def modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(m.split('.')[0] for m in sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    ("module", "never"),
    [
        (
            "streams.air.__main__",
            {"torch", "pydantic", "fastapi", "asyncio", "espeakng_loader", "transformers"} - {"asyncio"},
        ),
        ("anchor.cli.main", {"numpy", "av", "torch", "pydantic", "fastapi", "PIL", "yaml"}),
        ("anchor.work.supervisor", {"numpy", "av", "torch", "pydantic", "fastapi", "PIL", "yaml"}),
        ("anchor.brain", {"torch", "espeakng_loader", "resvg_py"}),
        ("anchor.plan.plan", {"torch", "espeakng_loader", "resvg_py"}),
        ("anchor.cli.offline", {"espeakng_loader"}),
    ],
)
def test_processes_stay_free_of_what_they_must_not_load(module: str, never: set[str]) -> None:
    assert not modules_after(f"import {module}") & never


def test_gpl_parts_are_named_in_engines_only() -> None:
    for file in [*Path("anchor").rglob("*.py"), *Path("streams").rglob("*.py")]:
        if {"espeakng_loader", "piper"} & imported(file):
            assert file == Path("anchor/voice/espeak.py")
