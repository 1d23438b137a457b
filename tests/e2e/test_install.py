"""The wheel as anybody installs it: in an environment of its own, outside the clone, run from another folder."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.loopback import free_port

CLONE = Path.cwd()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds our wheel, and sees the packages that it depends on, but not the clone."""
    folder = tmp_path_factory.mktemp("install")
    tree = folder / "tree"
    for name in ("anchor", "streams", "persona"):
        shutil.copytree(CLONE / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CLONE / name, tree / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    quiet = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    subprocess.run(
        [*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(tree)], check=True, env=quiet
    )
    (wheel,) = folder.glob("anchor-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run(
        [*pip, "--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel)], check=True, env=quiet
    )
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    # a path in a .pth file is searched last, and the .pth files in it (our own editable install) are not read
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "venv"


def run(environment: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        [str(environment / "bin" / arguments[0]), *arguments[1:]], capture_output=True, text=True, cwd=folder, env=clean,
        timeout=120,
    )  # fmt: skip


def test_the_wheel_is_what_runs(environment: Path, tmp_path: Path) -> None:
    where = run(environment, "python", "-c", "import anchor, streams, persona; print(anchor.__file__)", folder=tmp_path)
    assert where.stdout.startswith(str(environment)), where.stdout + where.stderr
    version = run(environment, "anchor", "--version", folder=tmp_path)
    line = next(line for line in (CLONE / "setup.cfg").read_text().splitlines() if line.startswith("version"))
    assert version.stdout == f"anchor {line.partition('=')[2].strip()}\n"


def test_check_ask_and_a_show_from_another_folder(environment: Path, tmp_path: Path) -> None:
    persona = tmp_path / "shop"
    shutil.copytree(CLONE / "persona" / "xiaomei", persona)
    checked = run(environment, "anchor", "check", "shop", folder=tmp_path)
    assert (checked.stdout, checked.returncode) == ("ok\n", 0), checked.stderr
    asked = run(environment, "anchor", "ask", "shop", "咖啡壶多少钱", folder=tmp_path)
    assert "99元" in asked.stdout, asked.stderr
    show = run(
        environment, "anchor", "run", "shop", "--to", "file:show.mp4", "--seconds", "6", "--state", "state",
        "--console", f"127.0.0.1:{free_port()}", "--chat", "http:", folder=tmp_path,
    )  # fmt: skip
    assert show.returncode == 0, show.stderr
    assert "skipped=0" in show.stderr and (tmp_path / "show.mp4").stat().st_size > 500_000
    assert "Traceback" not in show.stderr
