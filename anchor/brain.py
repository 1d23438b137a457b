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
from typing import Any

from anchor import registry
from anchor.console.app import serve
from anchor.desk.audit import FILE as AUDIT
from anchor.desk.audit import Audit
from anchor.desk.books import Books
from anchor.desk.desk import Desk
from anchor.desk.memory import FILE as MEMORY
from anchor.desk.memory import Memory, Names
from anchor.ports import Responder
from anchor.show import Show, load_state
from anchor.work.remote import RemoteVoice
from persona.model import Persona
from streams import logs
from streams.chat.replay import Replay
from streams.chat.terminal import Terminal
from streams.ports import Platform
from streams.processes import begin, step_back

log = logging.getLogger(__name__)

CONSOLE_RETRY = 5.0


def responder(persona: Persona) -> Responder:
    """The mind that a persona asks for."""
    made: Responder = registry.load("mind", persona.mind.engine)(persona)
    return made


def build(config: dict[str, Any]) -> Show:
    """The show of a plan. The persona is the one that was checked: an edit since then changes nothing."""
    persona = Persona.model_validate(config["persona"])
    images = {p.id: str(Path(config["folder"]) / p.image) for p in persona.products if p.image}
    state = Path(config["state"]) / "show.json"
    folder = Path(config["state"])
    audit, memory = Audit(folder / AUDIT), Memory(folder / MEMORY)
    books = Books(time.time, audit, memory, Names(folder))
    try:
        desk = Desk(persona, responder, images, time.monotonic(), load_state(state), books)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        log.warning("earlier state not usable, starting afresh", extra={"file": state, "why": repr(error)})
        desk = Desk(persona, responder, images, time.monotonic(), books=books)
    return Show(desk, RemoteVoice(Path(config["voice"])), Path(config["air"]), state)


def platforms(config: dict[str, Any], show: Show) -> list[Platform]:
    """The chat sources of a plan; ``http:`` is the console's."""
    found: list[Platform] = []
    for url in config["chat"]:
        scheme, _, rest = url.partition(":")
        if scheme == "replay":
            found.append(Replay(Path(rest), show.reject, time.monotonic, config["began"]))
        elif scheme == "stdin":
            found.append(Terminal(show.reject))
    return found


async def run(config: dict[str, Any]) -> None:
    show = build(config)
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(show.run(platforms(config, show)))
            if config["console"]:
                group.create_task(_console(show, config))
    except asyncio.CancelledError:
        pass  # SIGTERM: the end of the process is the end of the task
    finally:
        show.save()


async def _console(show: Show, config: dict[str, Any]) -> None:
    """Serve the console; without its port the show goes on, and it is tried again."""
    host, port = config["console"]
    while True:
        try:
            await serve(show, host, port, "http:" in config["chat"], Path(config["air"]))
            return
        except OSError as error:
            log.error("console cannot listen", extra={"address": f"{host}:{port}", "why": error.strerror or error})
        await asyncio.sleep(CONSOLE_RETRY)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m anchor.brain", description=__doc__)
    parser.add_argument("--config-fd", type=int, required=True)
    options = parser.parse_args()
    faulthandler.enable()
    step_back()
    logs.setup("brain")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor says when
    asyncio.run(run(begin(options.config_fd)))
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
