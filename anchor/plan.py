"""Persona and command line to the settings of every process, with everything checked before anything starts."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from anchor import registry
from anchor.face.photo import FACE, LANDMARKS, MASK
from anchor.face.photo.landmarks import BadLandmarks, read
from anchor.work.spawn import spawn
from persona.check import open_persona
from persona.fill import by_id, fill
from persona.load import BadPersona, Problem, Source
from persona.model import Persona, Rendition, Way
from streams.air.backdrop import BadFilm, backdrop, colour_of, is_film
from streams.air.mixer import BadSound, load_sound
from streams.air.targets import BadTarget, Target, parse, writable
from streams.air.text import MissingFont, find_font
from streams.types import Codec, MediaFormat

CHAT = ("replay", "stdin", "http")
CHECK_SECONDS = 30.0
_FILES = ("file", "record")


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


def media_format(persona: Persona, rendition: Rendition | None = None) -> MediaFormat:
    """The format of the picture itself, or of one of its renditions."""
    chosen = rendition or persona.output
    width, height, fps, bitrate = chosen.size(persona.look.orientation)
    return MediaFormat(width, height, fps, bitrate, codec=chosen.codec)


def aigc(persona: Persona) -> str:
    """The stream's metadata about its artificial origin, after China's GB 45438-2025: label 1 is "made by AI"."""
    producer = persona.disclosure.producer
    told = {"Label": "1", "ContentProducer": producer, "ProduceID": "", "ReservedCode1": ""}
    return json.dumps(
        {**told, "ContentPropagator": producer, "PropagateID": "", "ReservedCode2": ""}, ensure_ascii=False
    )


def stage_settings(persona: Persona, source: Source, clapper: bool = False) -> dict[str, Any]:
    """The settings of streams.air.stage.StageConfig."""
    folder = source.folder.resolve()

    def path(name: str) -> str:
        return str(folder / name) if name else ""

    look = persona.look
    return {
        "look": {
            "label": persona.disclosure.label,
            "background": look.background if colour_of(look.background) else path(look.background),
            "clock": look.clock,
            "banner": fill(look.banner, by_id(persona)),
            "language": persona.anchor.language[:2],
        },
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


def face_settings(persona: Persona, source: Source) -> dict[str, Any]:
    look = persona.look
    options = {
        "drawn": {"look": look.figure},
        "photo": {
            "folder": str(source.folder.resolve() / look.photo),
            "mouth": look.mouth,
            "mouth_options": look.mouth_options,
        },
    }
    return {"engine": look.rig, "options": options.get(look.rig, {})}


def open_checked(folder: Path) -> tuple[Persona, Source]:
    """The persona, with its engines known too; raises BadPersona."""
    persona, source = open_persona(folder)
    problems = []
    mouths = [("mouth", ("look", "mouth"), persona.look.mouth)] if persona.look.mouth else []
    for kind, path, name in (
        *mouths,
        ("voice", ("voice", "engine"), persona.voice.engine),
        ("face", ("look", "rig"), persona.look.rig),
        ("mind", ("mind", "engine"), persona.mind.engine),
    ):
        if name not in registry.names(kind):
            close = get_close_matches(name, registry.names(kind), 1)
            hint = (
                f"; did you mean {close[0]}?" if close else f" (there are {', '.join(registry.names(kind)) or 'none'})"
            )
            problems.append(source.problem(path, f"no {kind} is called {name!r}{hint}"))
    problems += _unreadable(persona, source)
    _persona_targets(persona, source, problems)
    if not problems and (why := _fails("voice", voice_settings(persona))):
        problems.append(source.problem(("voice",), why))
    if not problems and persona.look.mouth and (why := _fails("face", face_settings(persona, source))):
        problems.append(source.problem(("look", "mouth"), why))
    if problems:
        raise BadPersona(sorted(problems))
    return persona, source


def _fails(kind: str, settings: dict[str, Any]) -> str:
    """What an engine says against its options, tried in a process of its own as always."""
    process = spawn(["anchor.work.worker", kind, "--check"], settings, stdout=subprocess.PIPE)
    try:
        said, _ = process.communicate(timeout=CHECK_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"the {kind} does not start within {CHECK_SECONDS:g} s"
    return said.decode("utf-8", "replace") or f"the {kind} ends with {process.returncode}" if process.returncode else ""


def _unreadable(persona: Persona, source: Source) -> Iterator[Problem]:
    """Pictures and music that are there and are none."""
    pictures: dict[tuple[str | int, ...], str] = {
        ("products", i, "image"): product.image for i, product in enumerate(persona.products)
    }
    background = persona.look.background
    if is_film(background):
        try:
            backdrop(str(source.folder / background), 64, 64)
        except BadFilm as error:
            yield source.problem(("look", "background"), f"{background} is no film that can be shown: {error}")
    elif colour_of(background) is None:
        pictures["look", "background"] = background
    for path, name in pictures.items():
        if name:
            try:
                with Image.open(source.folder / name) as image:
                    image.load()
            except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
                why = "not a picture" if isinstance(error, UnidentifiedImageError) else str(error)
                yield source.problem(path, f"{name} cannot be used: {why}")
    if persona.look.rig == "photo":
        folder = source.folder / persona.look.photo
        try:
            with Image.open(folder / FACE) as image:
                image.load()
                size = image.size
            with Image.open(folder / MASK) as mask:
                mask.load()
            read(folder / LANDMARKS, size)
        except BadLandmarks as error:
            yield source.problem(("look", "photo"), f"{persona.look.photo}: {error}")
        except FileNotFoundError as error:
            missing = f"{Path(error.filename).name} is missing in {persona.look.photo}: run anchor prepare again"
            yield source.problem(("look", "photo"), missing)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            yield source.problem(("look", "photo"), f"{persona.look.photo} cannot be used: {error}")
    if persona.sound.bed:
        try:
            load_sound(source.folder / persona.sound.bed, 48_000)
        except BadSound as error:
            yield source.problem(("sound", "bed"), f"not a sound that can be used: {error}")


def plan(options: Options) -> dict[str, Any]:
    """Settings by process name; raises BadPersona or BadPlan."""
    persona, source = open_checked(options.persona)
    reasons: list[str] = []
    renditions = _renditions(options, persona, source, reasons)
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
    return {
        "name": source.folder.resolve().name,
        "air": {
            "renditions": renditions,
            "stage": stage_settings(persona, source, options.clapper),
            "seconds": options.seconds,
            "preset": options.preset,
            "aigc": aigc(persona),
        },
        "brain": {
            "persona": persona.model_dump(mode="json"),
            "folder": str(source.folder.resolve()),
            "chat": list(options.chat),
            "console": console,
        },
        "voice": voice_settings(persona),
        "face": face_settings(persona, source),
    }


def _renditions(options: Options, persona: Persona, source: Source, reasons: list[str]) -> list[dict[str, Any]]:
    """The settings of streams.air.rendition.RenditionConfig; destinations given on the command line replace all."""
    if options.to:
        output: Rendition = persona.output
        chosen = [(output, list(_given(options.to, output.codec, reasons)))]
    else:
        chosen = _persona_targets(persona, source, [])  # open_checked has told their problems
    every = [target for _, targets in chosen for target in targets]
    reasons += [f"{'--to' if options.to else 'output'}: {why}" for target in every if (why := writable(target))]
    if not every and not reasons:
        reasons.append("nowhere to send to: give --to URL, or output.to in the persona")
    return [
        {
            "media": asdict(media_format(persona, rendition)),
            "targets": [asdict(target) for target in targets],
            "adapt": rendition.adapt,
        }
        for rendition, targets in chosen
    ]


def _given(urls: tuple[str, ...], codec: Codec, reasons: list[str]) -> Iterator[Target]:
    for url in urls:
        try:
            target = parse(url)
            target.check(codec)
        except BadTarget as error:
            reasons.append(f"--to: {error}")
        else:
            yield target


def _persona_targets(persona: Persona, source: Source, problems: list[Problem]) -> list[tuple[Rendition, list[Target]]]:
    """The renditions and where each goes."""
    output = persona.output
    chosen: list[tuple[Rendition, list[Target]]] = [(output, list(_targets(output, ("output",), source, problems)))]
    for i, rendition in enumerate(output.renditions):
        chosen.append((rendition, list(_targets(rendition, ("output", "renditions", i), source, problems))))
    return chosen


def _targets(
    rendition: Rendition, path: tuple[str | int, ...], source: Source, problems: list[Problem]
) -> Iterator[Target]:
    for i, to in enumerate(rendition.to):
        place = (*path, "to", i)
        target = _target(to, rendition.codec, place, source, problems)
        backup = _target(to.backup, rendition.codec, (*place, "backup"), source, problems) if to.backup else None
        if target and backup and (target.scheme in _FILES or backup.scheme in _FILES):
            problems.append(source.problem((*place, "backup"), "a recording has no backup, and is none"))
        elif target:
            yield replace(target, backup=backup)


def _target(
    way: Way, codec: Codec, path: tuple[str | int, ...], source: Source, problems: list[Problem]
) -> Target | None:
    try:
        target = parse(way.url, way.key)
        target.check(codec)
    except BadTarget as error:
        problems.append(source.problem((*path, "url"), str(error)))
        return None
    if (way.ca or way.pin) and target.scheme != "rtmps":
        problems.append(source.problem(path, "ca and pin are for rtmps"))
    ca = str(source.folder.resolve() / way.ca) if way.ca else ""
    if ca and not Path(ca).is_file():
        problems.append(source.problem((*path, "ca"), f"no file {way.ca}"))
    return replace(target, ca=ca, pin=way.pin)


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
