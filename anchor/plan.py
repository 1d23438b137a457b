"""Persona and command line to the settings of every process, with everything checked before anything starts."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from anchor import registry
from anchor.work.spawn import spawn
from persona.check import open_persona
from persona.load import BadPersona, Problem, Source
from persona.model import Persona
from streams.air.destinations import BadTarget, Target, parse, writable
from streams.air.mixer import BadSound, load_sound
from streams.air.text import MissingFont, find_font
from streams.types import MediaFormat

CHAT = ("replay", "stdin", "http")
CHECK_SECONDS = 30.0


class BadPlan(Exception):
    """The show cannot start; one line a reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of ``anchor run``."""

    persona: Path
    to: tuple[str, ...] = ()
    chat: tuple[str, ...] = ()
    seconds: float = 0.0
    console: str = ""
    clapper: bool = False
    preset: str = "veryfast"


def media_format(persona: Persona) -> MediaFormat:
    width, height, fps, bitrate = persona.output.size(persona.look.orientation)
    return MediaFormat(width, height, fps, bitrate)


def stage_settings(persona: Persona, source: Source, clapper: bool = False) -> dict[str, Any]:
    """The settings of streams.air.stage.StageConfig."""
    folder = source.folder.resolve()

    def path(name: str) -> str:
        return str(folder / name) if name else ""

    return {
        "label": persona.disclosure.label,
        "background": path(persona.look.background),
        "bed": path(persona.sound.bed),
        "clapper": clapper,
    }


def voice_settings(persona: Persona) -> dict[str, Any]:
    """Engine and options of the voice worker."""
    voice = persona.voice
    options = {
        "language": persona.anchor.language,
        "speaker": voice.speaker,
        "rate": voice.rate,
        "lexicon": voice.lexicon,
    }
    return {"engine": voice.engine, "options": options, "rate": media_format(persona).rate}


def open_checked(folder: Path) -> tuple[Persona, Source]:
    """The persona, with its engines known too; raises BadPersona."""
    persona, source = open_persona(folder)
    problems = []
    for kind, path, name in (
        ("voice", ("voice", "engine"), persona.voice.engine),
        ("face", ("look", "rig"), persona.look.rig),
        ("mind", ("mind", "engine"), persona.mind.engine),
    ):
        if name not in registry.names(kind):
            close = get_close_matches(name, registry.names(kind), 1)
            hint = f"; did you mean {close[0]}?" if close else f" (there are {', '.join(registry.names(kind))})"
            problems.append(source.problem(path, f"no {kind} is called {name!r}{hint}"))
    problems += _unreadable(persona, source)
    if not problems and (why := _voice_fails(persona)):
        problems.append(source.problem(("voice",), why))
    if problems:
        raise BadPersona(sorted(problems))
    return persona, source


def _voice_fails(persona: Persona) -> str:
    """What the voice's engine says against its options, tried in a process of its own as always."""
    process = spawn(["anchor.work.worker", "voice", "--check"], voice_settings(persona), stdout=subprocess.PIPE)
    try:
        said, _ = process.communicate(timeout=CHECK_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"the voice does not start within {CHECK_SECONDS:g} s"
    return said.decode("utf-8", "replace") or f"the voice ends with {process.returncode}" if process.returncode else ""


def _unreadable(persona: Persona, source: Source) -> Iterator[Problem]:
    """Pictures and music that are there and are none."""
    pictures: dict[tuple[str | int, ...], str] = {("look", "background"): persona.look.background}
    pictures |= {("products", i, "image"): product.image for i, product in enumerate(persona.products)}
    for path, name in pictures.items():
        if name:
            try:
                with Image.open(source.folder / name) as image:
                    image.load()
            except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
                why = "not a picture" if isinstance(error, UnidentifiedImageError) else str(error)
                yield source.problem(path, f"{name} cannot be used: {why}")
    if persona.sound.bed:
        try:
            load_sound(source.folder / persona.sound.bed, 48_000)
        except BadSound as error:
            yield source.problem(("sound", "bed"), f"not a sound that can be used: {error}")


def plan(options: Options) -> dict[str, Any]:
    """Settings by process name; raises BadPersona or BadPlan."""
    persona, source = open_checked(options.persona)
    reasons: list[str] = []
    targets = _targets(options, persona, source, reasons)
    _check_chat(options.chat, bool(options.console), reasons)
    console = _console(options.console, reasons)
    if options.seconds < 0 or options.seconds != options.seconds or options.seconds > 1e9:
        reasons.append("--seconds must be a number of seconds, not negative")
    try:
        find_font()
    except MissingFont as error:
        reasons.append(str(error))
    if reasons:
        raise BadPlan(reasons)
    media = media_format(persona)
    return {
        "name": source.folder.resolve().name,
        "air": {
            "media": asdict(media),
            "stage": stage_settings(persona, source, options.clapper),
            "targets": [asdict(target) for target in targets],
            "seconds": options.seconds,
            "preset": options.preset,
        },
        "brain": {
            "persona": persona.model_dump(mode="json"),
            "folder": str(source.folder.resolve()),
            "chat": list(options.chat),
            "console": console,
        },
        "voice": voice_settings(persona),
        "face": {"engine": persona.look.rig, "options": {}},
    }


def _targets(options: Options, persona: Persona, source: Source, reasons: list[str]) -> list[Target]:
    targets = []
    for url in options.to:
        try:
            targets.append(parse(url))
        except BadTarget as error:
            reasons.append(f"--to: {error}")
    problems: list[Problem] = []
    for i, to in enumerate(() if options.to else persona.output.to):
        try:
            targets.append(parse(to.url, to.key))
        except BadTarget as error:
            problems.append(source.problem(("output", "to", i, "url"), str(error)))
    if problems:
        raise BadPersona(problems)
    reasons += [f"--to: {why}" for target in targets if (why := writable(target))]
    if not targets and not reasons:
        reasons.append("nowhere to send to: give --to URL, or output.to in the persona")
    return targets


def _check_chat(urls: tuple[str, ...], console: bool, reasons: list[str]) -> None:
    for url in urls:
        scheme, colon, rest = url.partition(":")
        if scheme not in CHAT or not colon:
            close = get_close_matches(scheme, CHAT, 1)
            hint = f"; did you mean {close[0]}:?" if close else ""
            reasons.append(f"--chat: {scheme[:20]!r} is none of replay:FILE stdin: http:{hint}")
        elif scheme == "replay" and not (Path(rest).is_file() and os.access(rest, os.R_OK)):
            reasons.append(f"--chat: no replay file {rest!r} that can be read")
        elif scheme == "http" and not console:
            reasons.append("--chat http: needs --console HOST:PORT")


def _console(address: str, reasons: list[str]) -> list[Any] | None:
    """Host and port to listen on, tried now so that a taken port is said before the show starts."""
    if not address:
        return None
    host, colon, port = address.rpartition(":")
    host = host.strip("[]")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port[:6]) > 65_535:
        reasons.append(f"--console: {address!r} is not HOST:PORT, such as 127.0.0.1:8710")
        return None
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((host, int(port)))
    except OSError as error:
        reasons.append(f"--console: cannot listen on {address}: {error.strerror or error}; choose another port")
        return None
    return [host, int(port)]
