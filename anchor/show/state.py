"""The place in the show as a file that survives a restart: read, migrated, and replaced as a whole."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

FILE = "show.json"
VERSION = 2
"""of the file. 1, which names no version: as anchor 0.1 wrote it"""
_KEYS = {"at", "rundown", "inbox", "speaking", "disclosed"}


class StateFile:
    """Written by one process. A crash leaves the old file or the new one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = self._error = ""

    def write(self, state: dict[str, Any], audit: int) -> bool:
        """Write a desk's snapshot if it has changed; ``audit`` is the number of the last note that is in it. False if it could
        not be written."""
        text = json.dumps(state)
        if text == self._written:
            return True
        content = json.dumps({**state, "version": VERSION, "at": time.monotonic(), "audit": audit, "boot": boot()})
        new = self._path.with_suffix(".new")
        try:
            new.write_text(content, encoding="utf-8")
            os.replace(new, self._path)
        except OSError as error:
            if str(error) != self._error:
                self._error = str(error)
                log.error("state not saved", extra={"file": self._path, "why": error})
            return False
        self._error, self._written = "", text
        return True


def load_state(path: Path) -> dict[str, Any] | None:
    """An earlier life's state in today's form; None if there is none that can be read."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("earlier state not readable, starting afresh", extra={"file": path, "why": error})
        return None
    if not isinstance(state, dict) or not state.keys() >= _KEYS:
        return None
    version = state.get("version", 1)
    if version not in range(1, VERSION + 1):
        log.warning("earlier state is of another version, starting afresh",
                    extra={"file": path, "version": version, "known": f"1 to {VERSION}"})  # fmt: skip
        return None
    try:
        for older in range(version, VERSION):
            MIGRATIONS[older](state)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        log.warning("earlier state cannot be migrated, starting afresh", extra={"file": path, "why": repr(error)})
        return None
    if state.get("boot") != boot():
        state["at"] = -1e12  # monotonic seconds of another boot: only the place in the show counts
    return state


def boot() -> str:
    """Names this start of the machine, since monotonic seconds begin again with each."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _cues_by_platform(state: dict[str, Any]) -> None:
    """1 to 2: ``chat:ID`` became ``chat:PLATFORM/ROOM/ID``. The events that were seen tell the platform."""
    for cue in (*state["inbox"], *(turn["cue"] for turn in state["speaking"])):
        kind, _, name = cue["id"].partition(":")
        if kind == "chat":
            behind = f"/{cue['room']}/{name}"
            cue["id"] = f"chat:{next((key for key in state['seen'] if key.endswith(behind)), behind)}"


MIGRATIONS: dict[int, Callable[[dict[str, Any]], None]] = {1: _cues_by_platform}
"""from a version to the one after it, in place"""
