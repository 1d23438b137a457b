"""Restores a desk after an earlier brain, from its last state and the later entries of the audit log."""

from __future__ import annotations

import logging
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from anchor.desk.desk import STATE_SECONDS, Desk
from anchor.mind.minds import MakeMind
from anchor.records.audit import Audit, Entry
from anchor.records.records import Records
from anchor.show.state import load_state
from anchor.types import Cue, Ref
from persona.model import Persona

log = logging.getLogger(__name__)


def recovered(
    persona: Persona, mind: MakeMind, images: dict[str, str], state: Path, records: Records, audit: Audit
) -> Desk:
    """The desk of a persona with the state in the file ``state``; a fresh one where that cannot be used."""
    now = time.monotonic()
    try:
        earlier = load_state(state)
        desk = Desk(persona, mind, images, now, earlier, records)
        catch_up(desk, audit, earlier)
        return desk
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        log.warning("earlier state not usable, starting afresh", extra={"file": state, "why": repr(error)})
        return Desk(persona, mind, images, now, records=records)


def catch_up(desk: Desk, audit: Audit, state: dict[str, Any] | None) -> None:
    """Take again what an earlier brain had taken after its last state was written, and has not said."""
    if state is None or not 0 <= time.monotonic() - state["at"] < STATE_SECONDS:
        return
    waiting: dict[str, Cue] = {}
    names: dict[str, str] = {}
    try:
        entries = list(audit.read(after=state.get("audit", audit.last)))
    except sqlite3.Error:
        return  # the audit has told it
    for entry in entries:
        cue = names.get(entry.cue, entry.cue)
        if entry.kind == "event" and entry.data.get("taken"):
            cue = names[entry.cue] = _name(entry)
            waiting[cue] = replace(Cue(**entry.data["taken"]), id=cue)
        elif entry.kind == "event" and entry.data["what"] != "comment":
            desk.deed_again(entry.data["what"], entry.data["who"], time.monotonic())
        elif entry.kind == "said" and entry.data["seq"] + 1 == entry.data["of"]:
            waiting.pop(cue, None)
        elif entry.kind == "answer" and not entry.data["left"]:
            waiting.pop(cue, None)  # it ended with a sentence that was thought not to be the last
    for taken in waiting.values():
        desk.again(taken, time.monotonic())


def _name(entry: Entry) -> str:
    """The cue of an event; anchor 0.1 named it without its platform and room."""
    of = f"{entry.data['platform']}/{entry.data['room']}/"
    ref = Ref.of(entry.cue)
    return entry.cue if ref.id.startswith(of) else Ref("chat", of + ref.id).cue
