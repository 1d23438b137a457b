"""Makes a new plan of the show in a separate process, while everything goes on. Standard library only."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from typing import IO, Any

PLAN_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Replan:
    """How the plan is made anew: a command, and what it reads on its standard input."""

    command: tuple[str, ...]
    input: bytes


class Planning:
    """A plan in the making, in a process of its own; asked for its result now and then, never waited for."""

    def __init__(self, replan: Replan) -> None:
        """Raises OSError."""
        # in memory: a plan may hold keys
        self._out, self._said = (os.fdopen(os.memfd_create(name), "w+b") for name in ("plan", "problems"))
        self._since = time.monotonic()
        self._process = subprocess.Popen(replan.command, stdin=subprocess.PIPE, stdout=self._out, stderr=self._said)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(replan.input)
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended already, and will say why

    def result(self) -> tuple[dict[str, Any] | None, list[str]] | None:
        """The plan, or None and the problems; None as long as there is no result."""
        if self._process.poll() is None:
            if time.monotonic() - self._since < PLAN_SECONDS:
                return None
            self.give_up()
            return None, [f"the persona could not be checked within {PLAN_SECONDS:g} s"]
        output = _whole(self._said).decode("utf-8", "replace").strip()
        if self._process.returncode:
            return None, output.splitlines() or [f"the check of the persona ended with {self._process.returncode}"]
        try:
            return json.loads(_whole(self._out)), []
        except ValueError as error:
            return None, [f"the check of the persona gave no plan: {error}"]

    def give_up(self) -> None:
        self._process.kill()
        self._process.wait()


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    with file:
        return file.read()
