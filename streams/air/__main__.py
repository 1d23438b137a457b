"""``python -m streams.air --config-fd N [--report-fd N]``: wires the air process together and runs it."""

from __future__ import annotations

import argparse
import faulthandler
import logging
import os
import signal
import sys
import threading

import av

from streams import logs
from streams.air.encoder import NoEncoder
from streams.air.loop import Air, AirConfig
from streams.air.mixer import BadSound
from streams.air.text import MissingFont
from streams.clock import Monotonic
from streams.processes import begin


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m streams.air", description=__doc__)
    parser.add_argument("--config-fd", type=int, required=True)
    parser.add_argument("--report-fd", type=int)
    options = parser.parse_args()
    faulthandler.enable()
    logs.setup("air")
    av.logging.set_level(None)  # libav's own lines print whole URLs
    sys.setswitchinterval(0.001)  # a link thread may hold up a tick no longer than this
    config = AirConfig.from_json(begin(options.config_fd))
    if options.report_fd is not None:
        os.set_blocking(options.report_fd, False)
    try:
        air = Air(config, Monotonic(), options.report_fd)
    except (MissingFont, BadSound, NoEncoder, OSError) as error:
        logging.getLogger("streams.air").error("cannot go on air", extra={"why": error})
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: air.stop())
    air.run()
    # a destination's thread may still hang in a system call; it must not hold up the end
    logging.shutdown()
    os._exit(0) if threading.active_count() > 1 else None
    return 0


if __name__ == "__main__":
    sys.exit(main())
