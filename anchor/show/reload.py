"""Changes the persona during the show: watches the folder, asks the supervisor for a new plan, and takes its answer."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError
from watchfiles import awatch

from anchor.plan import parts
from anchor.plan.settings import product_images
from anchor.show.show import NextPersona, Show
from persona.model import Persona
from persona.version import version

log = logging.getLogger(__name__)

DEBOUNCE_MS = 400
RETRY_SECONDS = 5.0
DATES_SECONDS = 3600.0
"""how often a persona is checked without an edit: consents end, and moments pass"""
NEWS_LIMIT = 64 << 20


async def watch(folder: Path, on_air: str, persona: Callable[[], Persona], ask: Callable[[], None]) -> None:
    """Call ``ask`` whenever the content differs from what was tried last, first ``on_air``; for ever. ``persona`` gives the
    one that is on air, whose pictures and sounds count."""
    tried, checked = (on_air, names(folder)), time.monotonic()
    logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it counts every change of every file

    def look() -> None:
        nonlocal tried, checked
        # a file that is missing may be named by an edit that was refused: files that come and go count too
        seen = version(folder, persona(), parts.files(persona(), folder)), names(folder)
        stale = time.monotonic() - checked > DATES_SECONDS
        if seen[0] and (seen != tried or stale):
            tried, checked = seen, time.monotonic()
            ask()

    while True:
        try:
            look()
            async for _ in awatch(
                folder, debounce=DEBOUNCE_MS, yield_on_timeout=True, rust_timeout=int(RETRY_SECONDS * 1000)
            ):
                await asyncio.to_thread(look)
        except (OSError, RuntimeError) as error:
            log.warning("persona folder not watched", extra={"folder": folder, "why": error})
        await asyncio.sleep(RETRY_SECONDS)


def names(folder: Path) -> frozenset[str]:
    """The files that lie in a folder, without hidden ones and editors' copies."""
    try:
        files = [path.name for path in folder.iterdir()]
    except OSError:
        return frozenset()
    return frozenset(name for name in files if name[0] not in ".#" and not name.endswith(("~", ".tmp", ".swp", ".new")))


def ask_supervisor() -> None:
    """As ``systemctl reload`` does."""
    os.kill(os.getppid(), signal.SIGHUP)


def take(show: Show, news: int) -> None:
    """Read what the supervisor has to tell from the descriptor ``news``, and hand it to the show."""
    try:
        text = os.pread(news, NEWS_LIMIT, 0)
        if not text:
            return  # nothing has been tried yet
        report = json.loads(text)
        if report["problems"]:
            show.refuse(report["problems"])
            return
        brain = report["brain"]
        persona = Persona.model_validate(brain["persona"])
        if brain["version"] != show.taken.version or show.taken.problems:
            images = product_images(persona, brain["folder"])
            show.take_next(
                NextPersona(persona, images, brain["stage"], brain["chat"], brain["version"], report["notes"])
            )
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        log.error("news of a reload cannot be read", extra={"why": repr(error)})
        show.refuse([f"the persona passed the check, but the show cannot read it: {str(error).splitlines()[0]}"])
