"""Parts of an outsider: a distribution of its own in another folder, on air with real processes, and nothing changed here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.onair import OnAir, quick
from tests.loopback import until


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which the toy distribution is installed beside ours."""
    place = tmp_path_factory.mktemp("toy") / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--disable-pip-version-check",
         "--no-index", "--target", str(place), str(Path("tests/toy").resolve())], check=True, env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"},
    )  # fmt: skip
    return {"PYTHONPATH": f"{place}{os.pathsep}{os.environ.get('PYTHONPATH', '')}".rstrip(os.pathsep)}


@pytest.fixture
def persona(tmp_path: Path) -> Path:
    folder = quick(tmp_path / "p")
    file = folder / "persona.yaml"
    text = file.read_text(encoding="utf-8")
    voice = text[text.index("voice: {") : text.index("\n", text.index("voice: {"))]
    text = text.replace(voice, "voice: {engine: toy, pitch: 330, rate: 1.5}")
    text = text.replace("mind: {engine: catalogue}", "mind: {engine: toy, prefix: 这位朋友问}")
    file.write_text(text + '\nchat:\n  - {platform: toy, room: "7", every: 500ms}\n', encoding="utf-8")
    (folder / "asks.txt").write_text("咖啡壶好不好看\n磨豆机适合新手吗", encoding="utf-8")
    return folder


def checked(persona: Path, environment: dict[str, str]) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "anchor", "check", str(persona)], capture_output=True, text=True, env={**os.environ, **environment}
    )  # fmt: skip
    return run.stdout + run.stderr


def test_an_outsiders_keys_are_checked_where_they_stand(persona: Path, installed: dict[str, str]) -> None:
    assert checked(persona, installed) == "ok\n"
    file = persona / "persona.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("pitch: 330", "pich: 330").replace('room: "7", ', ""), encoding="utf-8")
    (persona / "asks.txt").unlink()
    told = checked(persona, installed)
    line = text[: text.index("voice:")].count("\n") + 1
    assert f"persona.yaml:{line}:22: voice.pich: unknown key; did you mean pitch?" in told
    assert "chat[0].room: is missing" in told
    file.write_text(text, encoding="utf-8")
    assert "chat[0].asks: no file asks.txt" in checked(persona, installed)
    without = checked(persona, {})
    assert (
        "voice.engine: no voice is called 'toy'" in without
        and "chat[0].platform: no platform is called 'toy'" in without
    )


def test_an_outsiders_parts_are_on_air(persona: Path, installed: dict[str, str], tmp_path: Path) -> None:
    film = tmp_path / "x.flv"
    with OnAir(tmp_path, "--to", f"file:{film}", persona=persona, environment=installed, chat=()) as show:
        until(lambda: any(h["cue"] == "chat:toy/7/q1" for h in show.heard()), 60)
        heard = {h["cue"]: h["text"] for h in show.heard()}
        assert heard["chat:toy/7/q0"] == "这位朋友问，咖啡壶好不好看。", (
            "the toy's mind has answered the toy's platform"
        )
        status = show.status()
        assert status["mind"]["engine"] == "toy"
        (source,) = status["sources"]
        assert (source["name"], source["state"], source["events"], source["error"]) == ("toy:7", "live", 2, "")
        assert 'anchor_source_live{name="toy:7"} 1.0' in show.get("/metrics")[1]
        assert show.said("voice ready", "engine=toy") and show.said("chat source live", "source=toy:7")
        assert show.post(b'{"text": "a"}')[0] == 403, "no chat over HTTP in this persona"
        text = (persona / "persona.yaml").read_text(encoding="utf-8")
        (persona / "persona.yaml").write_text(text.replace('room: "7"', 'room: "8"'), encoding="utf-8")
        until(lambda: [s["name"] for s in show.status()["sources"]] == ["toy:8"], 40)
        until(lambda: show.status()["sources"][0]["events"] == 2, 40)
        assert show.end() == 0
    assert film.stat().st_size > 100_000
