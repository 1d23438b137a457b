"""What every child process does at its start: hear its settings, die with its parent, stay out of air's way."""

from __future__ import annotations

import ctypes
import json
import os
import signal
from typing import Any

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def read_config(descriptor: int) -> dict[str, Any]:
    """Settings as JSON from an inherited descriptor: they may hold keys, so they travel neither in argv nor on disk."""
    with os.fdopen(descriptor, encoding="utf-8") as file:
        config = json.load(file)
    assert isinstance(config, dict)
    return config


def die_with_parent() -> None:
    """Be terminated when the parent dies, however it dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() == 1:
        os.kill(os.getpid(), signal.SIGTERM)  # it died before we asked


def step_back() -> None:
    """Run at low priority: measured, niced processes cost the clock no tick."""
    os.nice(10)
