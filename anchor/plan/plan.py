"""Makes one plan for all processes from persona and command line, and checks everything before anything starts."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from anchor import registry
from anchor.plan import parts
from anchor.plan.check import open_checked, persona_targets
from anchor.plan.notices import unacknowledged
from anchor.plan.settings import aigc, face_settings, media_format, mind_settings, stage_settings, voice_settings
from persona.load import Source
from persona.model import ChatSource, Persona
from persona.output import Rendition
from persona.similar import similar
from persona.version import version
from streams.air.text import MissingFont, find_font
from streams.deliver.targets import BadTarget, Target, parse, writable
from streams.types import Codec

CHAT = {"replay": "replay", "stdin": "terminal", "http": "http"}
"""what --chat names, and the platform behind it"""


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
    control: str = ""
    clapper: bool = False
    preset: str = "veryfast"
    again: bool = False
    """the show runs already: its control interface has its port, and its files are being written"""


def plan(options: Options) -> dict[str, Any]:
    """Settings by process name; raises BadPersona or BadPlan."""
    # a show starts without its mind, and the catalogue answers; a source of chat is tried again. Both tell why. An edit of
    # what is on air must be whole
    without = (("mind", "platform") if not options.again else ()) + (("platform",) if options.chat else ())
    persona, source = open_checked(options.persona, True, without)
    reasons: list[str] = []
    renditions = _renditions(options, persona, source, reasons)
    chat = _chat(options.chat, reasons) or [source_entry(entry) for entry in persona.chat]
    if any(entry["platform"] == "http" for entry in chat) and not options.control:
        reasons.append("chat over HTTP needs --console HOST:PORT")
    control = _control(options.control, reasons, bind=not options.again)
    if options.seconds < 0 or options.seconds != options.seconds or options.seconds > 1e9:
        reasons.append("--seconds must be a number of seconds, not negative")
    try:
        find_font()
    except MissingFont as error:
        reasons.append(str(error))
    if reasons:
        raise BadPlan(reasons)
    stage = stage_settings(persona, source, options.clapper)
    return {
        "name": source.folder.resolve().name,
        "notes": ["persona.chat is not used: --chat takes its place"] if options.chat and persona.chat else [],
        "air": {
            "renditions": renditions,
            "stage": stage,
            "seconds": options.seconds,
            "preset": options.preset,
            "aigc": aigc(persona),
        },
        "brain": {
            "persona": persona.model_dump(mode="json"),
            "folder": str(source.folder.resolve()),
            "version": version(source.folder.resolve(), persona, parts.files(persona, source.folder.resolve())),
            "chat": chat,
            "control": control,
            "stage": stage,
        },
        "voice": voice_settings(persona, source),
        "face": face_settings(persona, source),
        "mind": mind_settings(persona, source),
    }


def _renditions(options: Options, persona: Persona, source: Source, reasons: list[str]) -> list[dict[str, Any]]:
    """The settings of streams.air.rendition.RenditionConfig; destinations given on the command line replace all."""
    if options.to:
        output: Rendition = persona.output
        chosen = [(output, list(_given(options.to, output.codec, reasons)))]
        reasons += [f"--to: {why}" for url in options.to if (why := unacknowledged(url, persona))]
    else:
        chosen = persona_targets(persona, source, [])  # open_checked has told their problems
    every = [target for _, targets in chosen for target in targets]
    if not options.again:
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


def source_entry(source: ChatSource) -> dict[str, Any]:
    """An entry of persona.chat as the brain is told it."""
    return {"platform": source.platform, "silent_after": source.silent_after, "options": source.options}


def _chat(urls: tuple[str, ...], reasons: list[str]) -> list[dict[str, Any]]:
    """The entries that the command line names."""
    entries = []
    for url in urls:
        scheme, colon, rest = url.partition(":")
        if scheme not in CHAT or not colon:
            close = similar(scheme, CHAT)
            hint = f"; did you mean {close}:?" if close else ""
            reasons.append(f"--chat: {scheme[:20]!r} is none of replay:FILE stdin: http:{hint}")
            continue
        options = {"file": str(Path(rest).resolve())} if scheme == "replay" else {}
        for _, message in registry.findings("platform", CHAT[scheme], options, Path()):
            reasons.append(f"--chat: {message}")
        entries.append({"platform": CHAT[scheme], "silent_after": 0.0, "options": options})
    return entries


def _control(address: str, reasons: list[str], bind: bool) -> list[Any] | None:
    """Host and port to listen on, with ``bind`` tried now so that a taken port is said before the show starts."""
    if not address:
        return None
    host, colon, port = address.rpartition(":")
    host = host.strip("[]")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port[:6]) > 65_535:
        reasons.append(f"--console: {address!r} is not HOST:PORT, such as 127.0.0.1:8710")
        return None
    if not bind:
        return [host, int(port)]
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((host, int(port)))
    except OSError as error:
        reasons.append(f"--console: cannot listen on {address}: {error.strerror or error}; choose another port")
        return None
    return [host, int(port)]
