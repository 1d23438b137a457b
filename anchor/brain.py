"""``python -m anchor.brain --config-fd N``: wires the brain process together and runs it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import faulthandler
import logging
import signal
import sys
import time
from pathlib import Path

from anchor.control.app import serve
from anchor.mind.minds import Minds
from anchor.plan.settings import BrainConfig, product_images
from anchor.records.audit import FILE as AUDIT
from anchor.records.audit import Audit
from anchor.records.memory import FILE as MEMORY
from anchor.records.memory import Memory, Names
from anchor.records.records import Records
from anchor.show import reload
from anchor.show.recovery import recovered
from anchor.show.show import Show
from anchor.show.state import FILE as STATE
from anchor.show.state import StateFile
from anchor.voice.remote import RemoteVoice
from persona.model import Persona
from streams import logs
from streams.processes import begin, step_back

log = logging.getLogger(__name__)

CONTROL_RETRY = 5.0
TIDY_SECONDS = 3600.0


def build(config: BrainConfig, minds: Minds) -> Show:
    """The show of a plan."""
    persona = Persona.model_validate(config.persona)
    folder = Path(config.state)
    audit, memory = Audit(folder / AUDIT), Memory(folder / MEMORY)
    records = Records(time.time, audit, memory, Names(folder))
    images = product_images(persona, config.folder)
    desk = recovered(persona, minds.or_catalogue, images, folder / STATE, records, audit)
    audit.note("start", version=config.version, mind=persona.mind.engine, voice=persona.voice.engine)
    memory.prune(persona.rules.memory)
    voice = RemoteVoice(config.socket("voice"))
    show = Show(
        desk, voice, config.socket("air"), StateFile(folder / STATE), config.version, config.stage, minds,
        Path(config.folder), config.began,
    )  # fmt: skip
    show.sources.want(config.chat)
    return show


async def run(config: BrainConfig) -> None:
    minds = Minds(Path(config.folder), config.socket("mind"))
    show = build(config, minds)
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    loop.add_signal_handler(signal.SIGHUP, reload.take, show, config.news)
    reload.take(show, config.news)  # what was told while there was nobody
    folder = Path(config.folder)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(show.run())
            group.create_task(tidy(show))
            group.create_task(reload.watch(folder, config.version, lambda: show.desk.persona, reload.ask_supervisor))
            if config.control:
                host, port = config.control
                group.create_task(_control(show, host, port, config.socket("air")))
    except asyncio.CancelledError:
        pass  # SIGTERM: the end of the process is the end of the task
    finally:
        await minds.close()
        show.save()


async def tidy(show: Show) -> None:
    """Forget, once an hour, what was remembered long enough."""
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        gone = show.desk.records.memory.prune(show.desk.persona.rules.memory)
        if gone:
            log.info("old talk forgotten", extra={"exchanges": gone})


async def _control(show: Show, host: str, port: int, air: Path) -> None:
    """Serve the control interface; without its port the show goes on, and it is tried again."""
    while True:
        try:
            await serve(show, host, port, air)
            return
        except OSError as error:
            log.error("console cannot listen", extra={"address": f"{host}:{port}", "why": error.strerror or error})
        await asyncio.sleep(CONTROL_RETRY)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m anchor.brain", description=__doc__)
    parser.add_argument("--config-fd", type=int, required=True)
    options = parser.parse_args()
    faulthandler.enable()
    step_back()
    logs.setup("brain")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor says when
    asyncio.run(run(BrainConfig(**begin(options.config_fd))))
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
