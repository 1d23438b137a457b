"""``python -m anchor.work.worker KIND --config-fd N``: one engine in a process of its own.

The kind's module (:mod:`anchor.work.kinds`) has ``Settings``, ``check(settings)``, which says what speaks against them, and
``run(settings, sockets)``, which serves until the process is ended.
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import signal
import sys
from importlib import import_module
from pathlib import Path

from anchor.work.kinds import KINDS, WORKERS
from streams import logs
from streams.processes import begin, step_back

log = logging.getLogger(__name__)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m anchor.work.worker", description=__doc__)
    parser.add_argument("kind", choices=WORKERS)
    parser.add_argument("--config-fd", type=int, required=True)
    parser.add_argument("--check", action="store_true", help="only make the engine; print to stdout why it cannot")
    options = parser.parse_args()
    faulthandler.enable()
    kind = KINDS[options.kind]
    step_back(kind.niceness)
    logs.setup(kind.name)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor says when
    config = begin(options.config_fd)
    sockets = {name: Path(path) for name, path in config.pop("sockets", {}).items()}
    try:
        module = import_module(kind.worker)
        settings = module.Settings(**config)
        if options.check:
            if why := module.check(settings):
                raise ValueError(why)
        else:
            module.run(settings, sockets)
    except (ImportError, OSError, ValueError, LookupError) as error:
        if options.check:
            sys.stdout.write(str(error))
        else:
            log.error("engine does not start", extra={"engine": config["engine"], "why": error})
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
