"""Start a child process with its settings on an inherited descriptor. Standard library only."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any


def spawn(
    module: Sequence[str],
    config: dict[str, Any],
    report: int | None = None,
    stdin: int | None = subprocess.DEVNULL,
    stdout: int | None = None,
    keep: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """``python -m MODULE … --config-fd N``: settings may hold keys, so they go neither into argv nor onto disk. The
    descriptors ``keep`` stay open in the child under their numbers."""
    descriptor = os.memfd_create(module[0])
    try:
        os.write(descriptor, json.dumps({**config, "parent": os.getpid()}).encode())
        os.lseek(descriptor, 0, os.SEEK_SET)
        command = [sys.executable, "-m", *module, "--config-fd", str(descriptor)]
        passed = [descriptor, *keep]
        if report is not None:
            command += ["--report-fd", str(report)]
            passed.append(report)
        return subprocess.Popen(command, pass_fds=passed, stdin=stdin, stdout=stdout, preexec_fn=_deaf_to_hangup)
    finally:
        os.close(descriptor)


def _deaf_to_hangup() -> None:
    """SIGHUP asks for a reload; whoever is not ready for it yet must not end of it."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
