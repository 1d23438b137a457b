"""What an operator types, and mistypes."""

import json
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from streams.air.layers import layout
from tests.clapper import decode_errors, receive
from tests.e2e.onair import OnAir
from tests.loopback import free_port
from tests.pipeline.test_lips import heights

DEMO = "persona/xiaomei"


def anchor(*arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "anchor", *arguments],
        capture_output=True,
        text=True,
        timeout=seconds,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_help_teaches() -> None:
    for arguments in (["--help"], ["run", "--help"], ["ask", "--help"]):
        run = anchor(*arguments)
        assert (run.returncode == 0 and "PERSONA" in run.stdout) or "examples" in run.stdout
    assert anchor("rum").returncode == 2


def test_check(tmp_path: Path) -> None:
    run = anchor("check", DEMO)
    assert (run.returncode, run.stdout) == (0, "ok\n")
    broken = broken_persona(tmp_path)
    run = anchor("check", str(broken))
    assert run.returncode == 1 and "persona.yaml:6:" in run.stderr and "2 problems" in run.stdout
    found = json.loads(anchor("check", str(broken), "--format", "json").stdout)
    assert [f["path"] for f in found] == ["disclosure.evry", "voice.engine"] or len(found) == 2
    assert anchor("check", str(broken), "--format", "github").stdout.startswith("::error file=persona.yaml,line=6,")


def broken_persona(folder: Path) -> Path:
    shutil.copytree(DEMO, folder / "p")
    file = folder / "p" / "persona.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("every: 15m", "evry: 15m").replace("rotation: [welcome", "rotation: [welcom"), encoding="utf-8"
    )
    return folder / "p"


def test_run_with_a_broken_persona_starts_nothing(tmp_path: Path) -> None:
    run = anchor("run", str(broken_persona(tmp_path)), "--to", f"file:{tmp_path}/x.mp4", "--state", str(tmp_path / "s"))
    assert run.returncode == 1
    assert "did you mean every?" in run.stderr and "did you mean welcome" in run.stderr
    assert "started" not in run.stderr and not (tmp_path / "x.mp4").exists() and "Traceback" not in run.stderr


def test_pictures_and_music_that_are_none(tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path / "p")
    (tmp_path / "p" / "pot.png").write_bytes(b"no picture")
    (tmp_path / "p" / "background.png").write_bytes((Path(DEMO) / "background.png").read_bytes()[:5000])
    (tmp_path / "p" / "bed.ogg").write_bytes(b"OggS" + bytes(100))
    run = anchor("check", str(tmp_path / "p"))
    assert run.returncode == 1 and "Traceback" not in run.stderr
    for place in ("products[0].image: pot.png cannot be used: not a picture", "look.background", "sound.bed"):
        assert place in run.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"), [("pian2 yi5", "'!!'", "pinyin"), ("cmn+f3", "cmn+nobody", "no voice variant")]
)
def test_a_voice_that_will_not_start_is_found_by_check(old: str, new: str, said: str, tmp_path: Path) -> None:
    shutil.copytree(DEMO, tmp_path / "p")
    file = tmp_path / "p" / "persona.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    run = anchor("check", str(tmp_path / "p"))
    assert run.returncode == 1 and ": voice: " in run.stderr and said in run.stderr


def test_run_tells_all_mistakes_of_its_command_line_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = anchor(
            "run", DEMO, "--to", "rtpm://h/a/k", "--to", "srt://h", "--to", "file:x.avi", "--chat", "replay:none.jsonl",
            "--chat", "sdin:", "--console", f"127.0.0.1:{taken.getsockname()[1]}", "--state", str(tmp_path),
        )  # fmt: skip
    assert run.returncode == 1 and "Traceback" not in run.stderr
    for said in ("did you mean rtmp:", "no port", ".mp4", "none.jsonl", "did you mean stdin:", "in use"):
        assert said in run.stderr
    assert len(run.stderr.strip().splitlines()) == 6


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", DEMO), "nowhere to send"),
        (("run", "/nowhere", "--to", "file:x.mp4"), "no such file"),
        (("run", DEMO, "--to", "file:/proc/x.mp4"), "not writable"),
        (("run", DEMO, "--to", "file:x.mp4", "--chat", "http:"), "--console"),
        (("run", DEMO, "--to", "file:x.mp4", "--console", "8710"), "HOST:PORT"),
        (("run", DEMO, "--to", "file:x.mp4", "--seconds", "-3"), "not negative"),
        (("run", DEMO, "--to", "file:x.mp4", "--seconds", "nan"), "not negative"),
        (("ask", DEMO, "hi", "--product", "nope"), "no product"),
        (("say", DEMO, "hi", "-o", "x.avi"), ".mp4"),
        (("say", DEMO, "长" * 3000, "-o", "/tmp/never-made.mp4"), "180 s of speech"),
        (("render", DEMO, "--seconds", "0", "-o", "x.mp4"), "--seconds"),
        (("render", DEMO, "--seconds", "1", "-o", "/nowhere/x.mp4"), "/nowhere/x.mp4"),
        (("render", DEMO, "--seconds", "1", "-o", "x.mp4", "--chat", "replay:none"), "replay"),
    ],
)
def test_a_mistake_is_one_line_and_exit_1(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    state = ("--state", str(tmp_path)) if arguments[0] == "run" else ()
    run = anchor(*arguments, *state)
    Path("/tmp/never-made.mp4").unlink(missing_ok=True)
    assert run.returncode == 1
    assert said in run.stderr and "Traceback" not in run.stderr


def test_the_shortest_show_has_a_picture(tmp_path: Path) -> None:
    run = anchor("run", DEMO, "--to", f"file:{tmp_path}/x.mp4", "--seconds", "0.001", "--state", str(tmp_path / "s"))
    assert run.returncode == 0 and "ticks=1 " in run.stderr


def test_a_second_anchor_on_the_same_state_is_refused(tmp_path: Path) -> None:
    from tests.e2e.onair import OnAir

    with OnAir(tmp_path, "--to", f"file:{tmp_path}/x.mp4") as show:
        show.wait_for("started")
        run = anchor("run", DEMO, "--to", f"file:{tmp_path}/y.mp4", "--state", str(tmp_path / "state"))
        assert run.returncode == 1 and "in use by another anchor" in run.stderr


def test_ask() -> None:
    run = anchor("ask", DEMO, "咖啡壶多少钱", "--json")
    assert json.loads(run.stdout) == {
        "answer": "手冲咖啡壶今天直播间99元。", "source": "catalogue", "facts": ["price: 99元"], "product": "pot", "blocked": [],
        "fell": "",
    }  # fmt: skip
    assert anchor("ask", DEMO, "这个多少钱", "--product", "beans").stdout == "云南小粒咖啡豆今天直播间49.9元。\n"


def test_say_and_render_make_files_that_decode(tmp_path: Path) -> None:
    assert anchor("say", DEMO, "只要¥99.00！", "-o", str(tmp_path / "say.mp4")).returncode == 0
    run = anchor(
        "render", DEMO, "--seconds", "6", "-o", str(tmp_path / "show.mp4"), "--chat", f"replay:{DEMO}/replay.jsonl"
    )
    assert run.returncode == 0 and "real time" in run.stderr
    for name in ("say.mp4", "show.mp4"):
        assert decode_errors(tmp_path / name) == ""
    clip = receive(tmp_path / "show.mp4")
    assert len(clip.times) == 150 and abs(clip.sound).max() > 0.1
    assert anchor("say", DEMO, "x", "-o", str(tmp_path / "say.mp4")).returncode == 1  # never written over
    # what has been recorded is spoken by the same face
    again = anchor("say", DEMO, "--sound", str(tmp_path / "say.mp4"), "只要99元", "-o", str(tmp_path / "again.mp4"))
    assert again.returncode == 0, again.stderr
    first, second = receive(tmp_path / "say.mp4"), receive(tmp_path / "again.mp4")
    assert decode_errors(tmp_path / "again.mp4") == "" and 0 < len(second.times) - len(first.times) < 25
    mouth = heights(tmp_path / "again.mp4", layout(720, 1280).figure)
    assert mouth.max() > 1.5 * np.median(mouth[:4]), "its lips move, though nobody told when"
    for wrong, why in (
        (tmp_path / "none.wav", "No such file"),
        (tmp_path, "directory"),
        (Path("README.md"), "Invalid data"),
    ):
        told = anchor("say", DEMO, "x", "--sound", str(wrong), "-o", str(tmp_path / "no.mp4"))
        assert told.returncode == 1 and why in told.stderr and len(told.stderr.splitlines()) == 1, told.stderr
        assert not (tmp_path / "no.mp4").exists()


def test_no_secret_in_argv_or_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.e2e.onair import OnAir

    secret = "s3cr3t-k3y-0815"
    monkeypatch.setenv("ANCHOR_KEY", secret)
    with OnAir(tmp_path, "--to", f"rtmp://127.0.0.1:{free_port()}/live/@key", "--to", f"file:{tmp_path}/x.flv") as show:
        show.wait_for("destination failed")
        until_listed = [show.pid(c) for c in ("air", "brain", "voice", "face")]
        for pid in until_listed:
            assert secret.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
        show.wait_for("air connected")
        assert secret not in json.dumps(show.status())
        show.end()
        assert secret not in "\n".join(show.log)
    for file in (tmp_path / "state").rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes()


def test_a_key_typed_as_it_is_stays_out_of_the_process_list_and_the_log(tmp_path: Path) -> None:
    secrets = ("s3cr3t-stream-key", "t0ken-in-query")
    to = f"rtmp://127.0.0.1:{free_port()}/live/{secrets[0]}?sign={secrets[1]}"
    with OnAir(tmp_path, "--to", to, "--to", f"file:{tmp_path}/x.flv") as show:
        show.wait_for("destination failed")
        lists = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # gone meanwhile
                lists.append(path.read_bytes().decode("utf-8", "replace"))
        assert any("--to-fd" in line and str(tmp_path) in line for line in lists)
        state = json.dumps(show.status())
        assert show.end() == 0
        for secret in secrets:
            assert not any(secret in text for text in (*lists, state, *show.log))
    for file in (tmp_path / "state").rglob("*"):
        assert not file.is_file() or secrets[0].encode() not in file.read_bytes()
