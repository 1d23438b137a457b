"""A show whose mind is a language model that comes, dies, hangs and changes: every question is answered, nothing is false."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clapper import receive
from tests.e2e.onair import OnAir, quick
from tests.loopback import until
from tests.scripted_openai import Act, Call, Server, says, scripted
from tests.tiny_qwen import make


@contextlib.contextmanager
def beside(*acts: Act) -> Iterator[Server]:
    """The scripted server in a thread."""
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found: list[Server] = []

    async def work() -> None:
        async with scripted(*acts) as server:
            found.append(server)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(work(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()


async def hangs(call: Call) -> None:
    await call.head()
    await call.closed.wait()


def answered(show: OnAir, text: str) -> str:
    """What is heard to a question."""
    cue = show.comment(text)
    until(lambda: any(h["cue"] == cue and not h["cut"] for h in show.heard()), 40)
    return "".join(h["text"] for h in show.heard() if h["cue"] == cue)


class Shop:
    """A persona whose mind is exchanged while it is on air."""

    def __init__(self, folder: Path) -> None:
        self.folder = quick(folder)
        self.file = self.folder / "persona.yaml"
        self.plain = self.file.read_text(encoding="utf-8")

    def mind(self, text: str) -> None:
        new = self.folder / "persona.new"
        new.write_text(self.plain.replace("mind: {engine: catalogue}", f"mind: {text}"), encoding="utf-8")
        os.replace(new, self.file)


def decisions(state: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(state / "audit.db")) as audit:
        return [row[0] for row in audit.execute("SELECT data FROM entries WHERE kind = 'decision'")]


def test_every_question_is_answered_whatever_the_server_does(tmp_path: Path) -> None:
    shop, out = Shop(tmp_path / "shop"), tmp_path / "show.mp4"
    with beside(says("[happy]这款壶很好握，", "喜欢可以看看。"), says("这款壶只要19元！"), hangs) as server:
        shop.mind(f"{{engine: openai, url: '{server.url}', model: m, first_sentence: 2s}}")
        with OnAir(tmp_path, "--to", f"file:{out}", "--clapper", persona=shop.folder) as show:
            show.wait_for("on air")
            assert answered(show, "壶好看吗") == "这款壶很好握，喜欢可以看看。"
            assert answered(show, "壶多少钱") == "手冲咖啡壶今天直播间99元。"  # it said 19
            assert answered(show, "磨豆机多少钱") == "手摇磨豆机今天直播间168元。"  # it hung
            show.wait_for("the catalogue answers instead of the mind", "deadline")
            found = show.status()
            assert found["mind"]["engine"] == "openai" and found["mind"]["used"]["requests"] >= 3
            assert found["verdicts"]["fell back: deadline"] == found["verdicts"]["blocked: price"] == 1
            assert 'anchor_mind_used_total{what="requests"}' in show.get("/metrics")[1]
    told = decisions(tmp_path / "state")
    assert any("price 19" in data for data in told) and any("deadline" in data for data in told)
    received = receive(out)
    assert received.ticks == list(range(received.ticks[0], received.ticks[0] + len(received.ticks)))


@pytest.mark.soak
def test_every_question_is_answered_while_a_local_model_comes_dies_and_goes(tmp_path: Path) -> None:
    shop, model = Shop(tmp_path / "shop"), make(tmp_path / "model")
    shop.mind(f"{{engine: qwen, path: '{model}', tokens: 30, first_sentence: 8s}}")
    with OnAir(tmp_path, "--to", f"file:{tmp_path}/show.mp4", persona=shop.folder) as show:
        show.wait_for("on air")
        show.wait_for("mind ready", seconds=60)
        assert "49.9元" in answered(show, "豆子多少钱")  # a model made at random says nothing true
        os.kill(show.pid("mind"), signal.SIGKILL)
        assert "中通" in answered(show, "壶发什么快递")
        show.wait_for("mind ready", count=2, seconds=60)
        shop.mind("{engine: qwen, path: nowhere}")
        show.wait_for("persona not reloaded", "hf download")
        shop.mind("{engine: catalogue}")
        assert "168元" in answered(show, "磨豆机什么价格呀")
        show.wait_for("persona taken")
