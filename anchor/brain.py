"""``python -m anchor.brain --config-fd N``: wires the brain process together and runs it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import faulthandler
import logging
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from anchor.control.app import serve
from anchor.desk.desk import STATE_SECONDS, Desk
from anchor.mind.minds import Minds
from anchor.records.audit import FILE as AUDIT
from anchor.records.audit import Audit
from anchor.records.memory import FILE as MEMORY
from anchor.records.memory import Memory, Names
from anchor.records.records import Records
from anchor.show import reload
from anchor.show.reload import images_of
from anchor.show.show import Show, load_state
from anchor.types import Cue
from anchor.work.remote import RemoteVoice
from persona.model import Persona
from streams import logs
from streams.chat.replay import Replay
from streams.chat.terminal import Terminal
from streams.ports import Platform
from streams.processes import begin, step_back

log = logging.getLogger(__name__)

CONSOLE_RETRY = 5.0
TIDY_SECONDS = 3600.0


def build(config: dict[str, Any], minds: Minds) -> Show:
    """The show of a plan. The persona is the one that was checked: an edit since then changes nothing."""
    persona = Persona.model_validate(config["persona"])
    images = images_of(persona, config)
    state = Path(config["state"]) / "show.json"
    folder = Path(config["state"])
    audit, memory = Audit(folder / AUDIT), Memory(folder / MEMORY)
    records = Records(time.time, audit, memory, Names(folder))
    try:
        desk = Desk(persona, minds, images, time.monotonic(), found := load_state(state), records)
        catch_up(desk, audit, found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        log.warning("earlier state not usable, starting afresh", extra={"file": state, "why": repr(error)})
        desk = Desk(persona, minds, images, time.monotonic(), records=records)
    audit.note("start", version=config["version"], mind=persona.mind.engine, voice=persona.voice.engine)
    memory.prune(persona.rules.memory)
    voice = RemoteVoice(Path(config["voice"]))
    return Show(desk, voice, Path(config["air"]), state, config["version"], config.get("stage"), minds)


def catch_up(desk: Desk, audit: Audit, state: dict[str, Any] | None) -> None:
    """Take again what an earlier brain had taken after its last state was written, and has not said."""
    if state is None or not 0 <= time.monotonic() - state["at"] < STATE_SECONDS:
        return
    waiting: dict[str, Cue] = {}
    try:
        entries = list(audit.read(after=state.get("audit", audit.last)))
    except sqlite3.Error:
        return  # the audit has told it
    for entry in entries:
        if entry.kind == "event" and entry.data.get("taken"):
            waiting[entry.cue] = Cue(**entry.data["taken"])
        elif entry.kind == "event" and entry.data["what"] != "comment":
            desk.deed_again(entry.data["what"], entry.data["who"], time.monotonic())
        elif entry.kind == "said" and entry.data["seq"] + 1 == entry.data["of"]:
            waiting.pop(entry.cue, None)
        elif (
            entry.kind == "answer" and not entry.data["left"]
        ):  # it ended with a sentence that was thought not to be the last
            waiting.pop(entry.cue, None)
    for cue in waiting.values():
        desk.again(cue, time.monotonic())


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
    minds = Minds(Path(config["mind"]))
    show = build(config, minds)
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    loop.add_signal_handler(signal.SIGHUP, reload.take, show, config["news"])
    reload.take(show, config["news"])  # what was told while there was nobody
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(show.run(platforms(config, show)))
            group.create_task(tidy(show))
            group.create_task(
                reload.watch(
                    Path(config["folder"]), config["version"], lambda: show.desk.persona, reload.ask_supervisor
                )
            )
            if config["console"]:
                group.create_task(_console(show, config))
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
