"""A real Chromium without a window, asked by its own debugging protocol."""

from __future__ import annotations

import base64
import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.loopback import stop, until

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--mute-audio",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
         "--window-size=600,1000")  # fmt: skip


class Page:
    """One page; ``evaluate`` runs JavaScript in it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._number = socket, 0

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(20))
            if answer.get("id") == self._number:
                found: dict[str, Any] = answer["result"]
                return found

    def evaluate(self, script: str) -> Any:
        return self._ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def screenshot(self) -> bytes:
        """A PNG."""
        return base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])


@contextmanager
def chromium(folder: Path, url: str) -> Iterator[Page]:
    profile = folder / "profile"
    log = (folder / "chromium.log").open("wb")
    process = subprocess.Popen(["chromium", *FLAGS, f"--user-data-dir={profile}", url], stderr=log, stdout=log)
    try:
        until((profile / "DevToolsActivePort").exists)
        until(lambda: (profile / "DevToolsActivePort").read_text().count("\n"))
        port = (profile / "DevToolsActivePort").read_text().splitlines()[0]

        def target() -> str | None:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=5) as answer:
                pages = [page for page in json.load(answer) if page["type"] == "page" and page["url"].startswith(url)]
            return pages[0]["webSocketDebuggerUrl"] if pages else None

        with connect(str(until(target)), max_size=None) as socket:
            yield Page(socket)
    finally:
        stop(process)
        log.close()
