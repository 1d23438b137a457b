"""The table of child processes: what the supervisor starts and what a worker process runs. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

RESTART_CAP = 8.0
"""seconds; waits between restarts grow up to it"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of child process. ``module`` is what ``python -m`` runs, with its arguments."""

    name: str
    module: tuple[str, ...]
    worker: str = ""
    """the module that holds its ``Settings``, ``check`` and ``run``, where a worker process runs it"""
    niceness: int = 10
    socket: bool = True
    """it listens on a socket of its name"""
    stdin: bool = False
    """it inherits standard input"""
    wait_cap: float = RESTART_CAP
    wait_cap_unmended: float = RESTART_CAP
    """the same after exit code 2: something must be mended by hand"""


def _worker(name: str, socket: bool = True, unmended: float = RESTART_CAP) -> Kind:
    return Kind(name, ("anchor.work.worker", name), f"anchor.{name}.worker", socket=socket, wait_cap_unmended=unmended)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("air", ("streams.air",), niceness=0),
        _worker("voice"),
        _worker("face", socket=False),
        # the catalogue answers meanwhile, and a model that is missing comes by hand
        _worker("mind", unmended=60.0),
        Kind("brain", ("anchor.brain",), socket=False, stdin=True),
    )
}
"""in the order in which they are started"""
WORKERS = tuple(kind.name for kind in KINDS.values() if kind.worker)
