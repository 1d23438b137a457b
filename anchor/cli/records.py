"""The commands on stored records: log and forget."""

from __future__ import annotations

import argparse
import datetime
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from anchor.cli.unanswered import text, unanswered
from anchor.mind.catalogue import Catalogue
from anchor.records.audit import FILE as AUDIT
from anchor.records.audit import KEEP_DAYS, Audit, Entry
from anchor.records.memory import FILE as MEMORY
from anchor.records.memory import Memory, Names
from persona.check import open_persona
from persona.problem import BadPersona
from persona.values import Duration

_DAY = 86_400.0


class BadRequest(Exception):
    """What was asked for cannot be done; the text says why."""


def log(options: argparse.Namespace) -> None:
    """Raises BadRequest."""
    audit = Audit(_there(options.state / AUDIT, "audit log"))
    try:
        if options.do == "prune":
            keep = _seconds("--keep", options.keep)
            if keep < KEEP_DAYS * _DAY and not options.force:
                raise BadRequest(
                    f"--keep: the law asks live commerce to keep its records for {KEEP_DAYS} days; --force overrules it"
                )
            gone = audit.prune(time.time() - keep)
            print(f"{gone} entries removed")
            return
        since = time.time() - _seconds("--since", options.since) if options.since else 0.0
        if options.do == "unanswered":
            groups = unanswered(audit.read(since), _known(options.persona))
            print(json.dumps([g.as_json() for g in groups], ensure_ascii=False) if options.json else text(groups))
            return
        for entry in audit.read(since, kind=options.kind, cue=options.cue):
            print(_line(entry) if options.do == "read" else _json(entry))
    except sqlite3.Error as error:
        raise BadRequest(f"{options.state / AUDIT}: {error}") from error
    finally:
        audit.close()


def _known(folder: Path) -> Callable[[str, str | None], bool]:
    """What the persona answers as it is now; nothing, where it cannot be read."""
    try:
        catalogue = Catalogue(open_persona(folder)[0])
    except BadPersona as error:
        print(f"{folder}: {error.problems[0]}; questions that it answers by now are not left out", file=sys.stderr)
        return lambda question, product: False
    return catalogue.knows


def forget(options: argparse.Namespace) -> None:
    """Raises BadRequest."""
    memory = Memory(_there(options.state / MEMORY, "memory"))
    audit = Audit(options.state / AUDIT)
    who = Names(options.state).of(options.platform, options.viewer)
    try:
        gone = memory.wipe(who)
    except sqlite3.Error as error:
        raise BadRequest(f"not forgotten: {error}") from error
    finally:
        memory.close()
    audit.note("forgotten", who=who, exchanges=gone)
    audit.close()
    print(f"{gone} exchanges forgotten")


def _there(path: Path, what: str) -> Path:
    """A file that is there and a database; the commands must not put a damaged one aside, as a show does."""
    if not path.is_file():
        raise BadRequest(f"no {what} at {path}; give --state DIR as for anchor run")
    with path.open("rb") as file:
        if file.read(15) not in (b"SQLite format 3", b""):
            raise BadRequest(f"{path}: file is not a database")
    return path


def _seconds(name: str, text: str) -> float:
    try:
        seconds_ago: float = TypeAdapter(Duration).validate_python(text)
    except ValidationError:
        raise BadRequest(f"{name}: {text!r} is no duration such as 90s, 2h or 7d") from None
    return seconds_ago


def _line(entry: Entry) -> str:
    moment = datetime.datetime.fromtimestamp(entry.at).strftime("%Y-%m-%d %H:%M:%S")
    fields = " ".join(
        f"{k}={json.dumps(v, ensure_ascii=False)}" for k, v in entry.data.items() if v not in ("", None, [], False)
    )
    return f"{entry.id} {moment} {entry.kind:<9} {entry.cue} {fields}".rstrip()


def _json(entry: Entry) -> str:
    return json.dumps(
        {"id": entry.id, "at": entry.at, "kind": entry.kind, "cue": entry.cue, **entry.data}, ensure_ascii=False
    )
