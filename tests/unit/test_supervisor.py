import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from anchor.work import planning
from anchor.work.planning import Replan
from anchor.work.supervisor import AlreadyRunning, Supervisor, notify
from tests.loopback import until


def test_notify_speaks_to_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in (str(tmp_path / "n"), f"@anchor-test-{tmp_path.name}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
            server.bind("\0" + address[1:] if address[0] == "@" else address)
            monkeypatch.setenv("NOTIFY_SOCKET", address)
            notify("READY=1")
            assert server.recv(100) == b"READY=1"
    notify("READY=1")  # nobody listens any more: said in the log, no error
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("READY=1")


def test_one_state_directory_one_supervisor(tmp_path: Path) -> None:
    first = Supervisor({}, tmp_path / "state")
    first._lock()
    with pytest.raises(AlreadyRunning, match="in use"):
        Supervisor({}, tmp_path / "state").run()


PLAN: dict[str, Any] = {
    "name": "x",
    "notes": [],
    "air": {"renditions": [1], "aigc": "a", "stage": {"look": 1}, "seconds": 0},
    "brain": {"persona": {"a": 1}, "version": "v1"},
    "voice": {"engine": "espeak", "rate": 1},
    "face": {"engine": "drawn"},
    "mind": {},
}


def reloaded(tmp_path: Path, code: str) -> tuple[Supervisor, dict[str, Any]]:
    """A supervisor whose plan was made anew by a program, and what the brain would read."""
    made = Supervisor(PLAN, tmp_path, Replan((sys.executable, "-c", code), b'["rtmp://x"]'))
    made._prepare(tmp_path)
    made._on_reload(1, None)
    made._reload()
    until(lambda: made._reload() or made._planning is None)
    news = json.loads(os.pread(made._news, 1 << 20, 0))
    os.close(made._news)
    return made, news


def test_a_good_plan_gives_every_child_its_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    new = {
        **PLAN,
        "air": {**PLAN["air"], "stage": {"look": 2}, "renditions": [2]},
        "brain": {"persona": {"a": 2}, "version": "v2"},
        "voice": {"engine": "espeak", "rate": 2},
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "n"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "n"))
        made, news = reloaded(
            tmp_path, f"import sys; assert sys.stdin.read() == '[\"rtmp://x\"]'; print({json.dumps(new)!r})"
        )
        first, second = server.recv(200), server.recv(200)
    assert first.startswith(b"RELOADING=1\nMONOTONIC_USEC=") and second == b"READY=1"
    assert news["problems"] == [] and news["brain"]["version"] == "v2"
    assert "next start" in news["notes"][0], "destinations are not changed on air"
    configs = {name: child.config for name, child in made.children.items()}
    assert configs["air"]["stage"] == {"look": 2} and configs["air"]["renditions"] == [1]
    assert configs["brain"]["version"] == "v2" and configs["brain"]["news"] == made._news
    assert configs["voice"]["rate"] == 2 and configs["voice"]["sockets"]["voice"]
    assert [name for name, child in made.children.items() if child.replaced] == ["voice"], "only what has changed"


def test_a_mind_gets_a_process_when_a_persona_wants_one(tmp_path: Path) -> None:
    new = {**PLAN, "mind": {"engine": "qwen", "share": ""}}
    made, _ = reloaded(tmp_path, f"print({json.dumps(new)!r})")
    assert not made.children["mind"].idle and made.children["mind"].config["engine"] == "qwen"
    none, _ = reloaded(tmp_path, f"print({json.dumps(PLAN)!r})")
    assert none.children["mind"].idle


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import sys; sys.exit('persona.yaml:1:1: wrong')", "persona.yaml:1:1: wrong"),
        ("import sys; sys.exit(3)", "ended with 3"),
        ("print('{')", "gave no plan"),
        ("import os; os.kill(os.getpid(), 9)", "ended with -9"),
    ],
)
def test_a_plan_that_cannot_be_made_changes_nothing_and_is_told(tmp_path: Path, code: str, told: str) -> None:
    made, news = reloaded(tmp_path, code)
    assert len(news["problems"]) == 1 and told in news["problems"][0] and "brain" not in news
    assert made.plan == PLAN and made.children["brain"].config["version"] == "v1"
    assert not any(child.replaced for child in made.children.values())


def test_a_plan_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "PLAN_SECONDS", 0.2)
    _, news = reloaded(tmp_path, "import time; time.sleep(60)")
    assert "within 0.2 s" in news["problems"][0]
