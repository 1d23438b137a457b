"""The audit log and the memory: nothing acknowledged is lost, nothing wiped comes back, nobody is named."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from anchor.cli.main import main
from anchor.records.audit import FILE, PENDING, PRUNED_AT_ONCE, Audit
from anchor.records.memory import FILE as MEMORY
from anchor.records.memory import PER_VIEWER, RECENT, Memory, Names
from anchor.types import Exchange
from tests.fakes import FakeClock

WRITER = """
import sys
from pathlib import Path
from anchor.records.audit import Audit
audit = Audit(Path(sys.argv[1]))
for n in range(10**9):
    audit.note("event", f"chat:{n}", text="多少钱")
    print(n, flush=True)
"""


def test_entries_come_back_in_order_and_chosen(tmp_path: Path) -> None:
    clock = FakeClock()
    audit = Audit(tmp_path / FILE, clock.now)
    audit.note("event", "chat:1", text="多少钱", verdict="question")
    clock.time += 10
    audit.note("heard", "chat:1", seconds=2.5)
    assert [(e.id, e.at, e.kind, e.cue, e.data) for e in audit.read()] == [
        (1, 100, "event", "chat:1", {"text": "多少钱", "verdict": "question"}),
        (2, 110, "heard", "chat:1", {"seconds": 2.5}),
    ]
    assert (
        [e.id for e in audit.read(since=105)]
        == [e.id for e in audit.read(kind="heard")]
        == [e.id for e in audit.read(after=1)]
        == [2]
    )
    assert audit.last == 2 and Audit(tmp_path / FILE).last == 2


def test_it_is_append_only_and_pruned_by_age(tmp_path: Path) -> None:
    clock = FakeClock()
    audit = Audit(tmp_path / FILE, clock.now)
    audit.note("event", "1")
    clock.time += 100
    audit.note("event", "2")
    with sqlite3.connect(tmp_path / FILE) as db, pytest.raises(sqlite3.DatabaseError, match="append-only"):
        db.execute("UPDATE entries SET cue = 'x'")
    assert audit.prune(150) == 1 and [e.cue for e in audit.read()] == ["2"]


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / FILE)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    seen = [int(process.stdout.readline()) for _ in range(500)]
    os.kill(process.pid, signal.SIGKILL)
    seen += [int(line) for line in process.stdout.read().split(b"\n") if line.isdigit()]
    process.wait()
    kept = {entry.cue for entry in Audit(tmp_path / FILE).read()}
    assert {f"chat:{n}" for n in seen} <= kept


def test_a_disk_that_takes_nothing_is_told_and_what_waited_is_written_when_it_is_over(tmp_path: Path) -> None:
    audit = Audit(tmp_path / FILE)
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    audit.note("event", "1")
    assert "cannot be used" in audit.problem and audit.lost == 0
    other.execute("ROLLBACK")
    audit.note("event", "2")
    assert audit.problem == "" and [e.cue for e in audit.read()] == ["1", "2"]


def test_what_waits_for_a_disk_is_bounded(tmp_path: Path) -> None:
    audit = Audit(tmp_path / "no" / "folder" / FILE)
    for n in range(PENDING + 10):
        audit.note("event", str(n))
    assert audit.lost == 10 and "unable to open" in audit.problem
    memory = Memory(tmp_path / "no" / "folder" / MEMORY)
    memory.keep("r", "who", Exchange("问", "答"))
    assert memory.recall("r", "who") == () and memory.prune(1) == 0 and memory.problem
    with pytest.raises(sqlite3.Error):
        memory.wipe("who")


def test_a_damaged_file_is_put_aside_and_the_show_goes_on(tmp_path: Path) -> None:
    for name, made in ((FILE, Audit), (MEMORY, Memory)):
        (tmp_path / name).write_bytes(b"this is no database, whatever its name says" * 50)
        assert made(tmp_path / name).problem == ""
        (aside,) = tmp_path.glob(f"{name}.damaged-*")
        assert aside.read_bytes().startswith(b"this is no database")


def test_pruning_lets_a_show_write_beside_it(tmp_path: Path) -> None:
    clock = FakeClock()
    audit = Audit(tmp_path / FILE, clock.now)
    for n in range(PRUNED_AT_ONCE + 10):
        audit.note("event", str(n))
    clock.time += 1000
    audit.note("event", "new")
    assert audit.prune(clock.time - 1) == PRUNED_AT_ONCE + 10 and [e.cue for e in audit.read()] == ["new"]


def test_memory_keeps_the_last_talk_of_a_viewer_in_a_room(tmp_path: Path) -> None:
    clock = FakeClock()
    memory = Memory(tmp_path / MEMORY, clock.now)
    for n in range(PER_VIEWER + 5):
        memory.keep("room", "who", Exchange(f"问{n}", f"答{n}", "pot"))
    memory.keep("other", "who", Exchange("别处", "答"))
    memory.keep("room", "", Exchange("没有名字", "答"))
    recalled = memory.recall("room", "who")
    assert [e.question for e in recalled] == [f"问{PER_VIEWER + 5 - RECENT + n}" for n in range(RECENT)]
    assert memory.recall("room", "nobody") == memory.recall("room", "") == ()
    clock.time += 4000
    assert memory.recall("room", "who") == () and memory.prune(1000) == PER_VIEWER + 1


def test_a_wiped_viewer_is_gone_from_the_file(tmp_path: Path) -> None:
    memory = Memory(tmp_path / MEMORY)
    memory.keep("room", "who", Exchange("一个很特别的问题", "答"))
    memory.keep("room", "else", Exchange("别的", "答"))
    assert memory.wipe("who") == 1 and memory.recall("room", "who") == () and memory.recall("room", "else")
    memory.close()
    assert "一个很特别的问题".encode() not in b"".join(f.read_bytes() for f in tmp_path.iterdir())


def test_names_are_hashed_with_a_key_of_their_own(tmp_path: Path) -> None:
    names, other = Names(tmp_path), Names(None)
    assert names.of("p", "小李") == Names(tmp_path).of("p", "小李") != other.of("p", "小李")
    assert names.of("p", "小李") != names.of("q", "小李") and names.of("p", "") == ""
    (key,) = tmp_path.iterdir()
    assert key.stat().st_mode & 0o077 == 0


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    audit, memory = Audit(tmp_path / FILE), Memory(tmp_path / MEMORY)
    audit.note("event", "chat:1", text="多少钱", verdict="question")
    audit.note("heard", "chat:1", text="99元。")
    memory.keep("", Names(tmp_path).of("http", "小李"), Exchange("问", "答"))

    def anchor(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--state", str(tmp_path)])
        return code, *capsys.readouterr()

    code, out, _ = anchor("log", "read", "p", "--kind", "heard")
    assert code == 0 and out.count("\n") == 1 and 'text="99元。"' in out
    code, out, _ = anchor("log", "export", "p", "--since", "1h")
    assert code == 0 and out.count("\n") == 2 and '"verdict": "question"' in out
    assert anchor("log", "prune", "p")[:2] == (0, "0 entries removed\n")
    code, _, err = anchor("log", "prune", "p", "--keep", "0s")
    assert code == 1 and "183 days" in err
    assert anchor("log", "prune", "p", "--keep", "0s", "--force")[:2] == (0, "2 entries removed\n")
    assert anchor("forget", "p", "小李", "--platform", "http")[:2] == (0, "1 exchanges forgotten\n")
    assert anchor("forget", "p", "小李", "--platform", "http")[:2] == (0, "0 exchanges forgotten\n")
    assert anchor("log", "read", "p", "--since", "soon")[0] == 1
    code = main(["log", "read", "p", "--state", str(tmp_path / "none")])
    assert code == 1 and "no audit log" in capsys.readouterr().err
