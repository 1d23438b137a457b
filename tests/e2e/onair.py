"""``anchor run`` as a user starts it, with its log and its HTTP interface."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.loopback import free_port, stop, until

PERSONA = Path("persona/xiaomei").resolve()


def quick(folder: Path) -> Path:
    """A copy of the demo persona in a folder, that speaks in a hurry and has little to say."""
    shutil.copytree(PERSONA, folder)
    file = folder / "persona.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ("line: 温馨提示，我是 AI 虚拟主播小美，商品信息以页面为准。", "line: 我是 AI 主播小美。"),
        ("rate: 1.05", "rate: 2.0"),
        (
            "      - 今天[给大家|为各位|给直播间的朋友]准备了三样咖啡好物，手冲壶、磨豆机，还有新鲜烘焙的云南咖啡豆。\n",
            "",
        ),
        ("  fresh: 30m", "  fresh: 10m"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return folder


class OnAir:
    """A running anchor; use as a context manager."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        persona: Path = PERSONA,
        environment: dict[str, str] | None = None,
        before: Callable[[], None] | None = None,
        chat: Sequence[str] = ("http:", "stdin:"),
    ) -> None:
        """``chat`` replaces the persona's; with none given the persona's own is used."""
        self.port = free_port()
        self.log: list[str] = []
        self.comments = 0
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "anchor", "run", str(persona), "--console", f"127.0.0.1:{self.port}",
             *(part for url in chat for part in ("--chat", url)), "--state", str(folder / "state"), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})}, preexec_fn=before,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line.decode("utf-8", "replace").rstrip())

    def __enter__(self) -> OnAir:
        return self

    def __exit__(self, *_: object) -> None:
        stop(self.process)
        self._reader.join(5)
        if sys.exc_info()[0] is not None:
            print("\n".join(self.log))

    def said(self, *words: str) -> list[str]:
        """Log lines that hold all the words."""
        return [line for line in list(self.log) if all(w in line for w in words)]

    def wait_for(self, *words: str, count: int = 1, seconds: float = 30) -> str:
        def enough() -> object:
            assert self.process.poll() is None or len(self.said(*words)) >= count, "\n".join(self.log)
            return len(self.said(*words)) >= count

        until(enough, seconds)
        return self.said(*words)[count - 1]

    def pid(self, child: str) -> int:
        """The pid of the child that runs under this name now."""
        return int(re.findall(r"pid=(\d+)", self.said("started", f"child={child}")[-1])[0])

    def kill(self, child: str) -> None:
        """kill -9, and wait until it has been started again."""
        before = len(self.said("started", f"child={child}"))
        os.kill(self.pid(child), signal.SIGKILL)
        self.wait_for("started", f"child={child}", count=before + 1, seconds=10)

    def get(self, path: str) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                body = answer.read().decode()
                return answer.status, json.loads(body) if body[:1] in "{[" else body
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def status(self) -> dict[str, Any]:
        found = self.get("/status")[1]
        assert isinstance(found, dict)
        return found

    def order(self, body: bytes) -> tuple[int, Any]:
        """What an operator posts."""
        return self.post(body, "/v1/operator")

    def post(self, body: bytes, path: str = "/v1/chat") -> tuple[int, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def comment(self, text: str) -> str:
        """Post a comment; returns the cue under which it will be answered."""
        self.comments += 1  # each of a viewer of its own: one alone may not ask all the time
        code, answer = self.post(json.dumps({"text": text, "viewer": f"v{self.comments}"}).encode())
        assert code == 202, answer
        return str(answer["cue"])

    def heard(self) -> list[dict[str, Any]]:
        """The sentences the audience has heard lately."""
        try:
            found = self.status()["heard"]
        except OSError:
            return []
        assert isinstance(found, list)
        return found

    def end(self) -> int:
        """SIGTERM; returns the exit code. Nobody may need more than five seconds."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(5 + 2)
        except subprocess.TimeoutExpired:
            raise AssertionError("still there after SIGTERM\n" + "\n".join(self.log)) from None
