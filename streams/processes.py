"""The first steps of a child process: read its settings, end with its parent, run at a lower priority than air."""

from __future__ import annotations

import ctypes
import json
import os
import signal
from typing import Any

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def begin(descriptor: int) -> dict[str, Any]:
    """Read the settings, and be terminated when the parent dies, however it dies.

    Settings come as JSON on an inherited descriptor: they may hold keys, so they travel neither in argv nor on disk.
    """
    with os.fdopen(descriptor, encoding="utf-8") as file:
        config = json.load(file)
    assert isinstance(config, dict)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != config.pop("parent"):
        os.kill(os.getpid(), signal.SIGTERM)  # it died before we asked
    return config


def step_back(niceness: int = 10) -> None:
    """Run at low priority: measured, niced processes cost the clock no tick."""
    os.nice(niceness)
