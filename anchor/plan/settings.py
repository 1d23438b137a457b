"""Derives every process's settings from the persona."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anchor import registry
from persona.fill import filled
from persona.load import Source
from persona.model import Persona
from persona.output import Rendition
from persona.sale import as_of
from persona.version import file_version
from streams.air.backdrop import colour_of
from streams.types import MediaFormat


def media_format(persona: Persona, rendition: Rendition | None = None) -> MediaFormat:
    """The format of the picture itself, or of one of its renditions."""
    chosen = rendition or persona.output
    width, height, fps, bitrate = chosen.size(persona.look.orientation)
    return MediaFormat(width, height, fps, bitrate, codec=chosen.codec)


def aigc(persona: Persona) -> str:
    """The stream's metadata about its artificial origin, after China's GB 45438-2025: label 1 is "made by AI"."""
    producer = persona.disclosure.producer
    label = {"Label": "1", "ContentProducer": producer, "ProduceID": "", "ReservedCode1": ""}
    return json.dumps(
        {**label, "ContentPropagator": producer, "PropagateID": "", "ReservedCode2": ""}, ensure_ascii=False
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
            "banner": filled(look.banner, as_of(persona, time.time())) or "",
            "language": persona.anchor.language[:2],
            "background_version": file_version(path(look.background)),
        },
        "bed": path(persona.sound.bed),
        "bed_version": file_version(path(persona.sound.bed)),
        "clapper": clapper,
    }


def voice_settings(persona: Persona, source: Source) -> dict[str, Any]:
    """The settings of anchor.voice.worker."""
    voice = persona.voice
    return {
        "engine": voice.engine,
        "options": voice.options,
        "folder": str(source.folder.resolve()),
        "language": persona.anchor.language,
        "sample_rate": media_format(persona).rate,
        "rate": voice.rate,
        "lexicon": voice.lexicon,
        "version": registry.version("voice", voice.engine, voice.options, source.folder.resolve()),
    }


def mind_settings(persona: Persona, source: Source) -> dict[str, Any]:
    """The settings of anchor.mind.worker; empty where the mind needs no worker."""
    mind = persona.mind
    if mind.engine not in registry.names("mind") or not hasattr(registry.load("mind", mind.engine), "engine"):
        return {}
    return {
        "engine": mind.engine,
        "options": mind.options,
        "folder": str(source.folder.resolve()),
        "tokens": mind.tokens,
        "temperature": mind.temperature,
        "version": registry.version("mind", mind.engine, mind.options, source.folder.resolve()),
    }


def face_settings(persona: Persona, source: Source) -> dict[str, Any]:
    """The settings of anchor.face.worker."""
    look, folder = persona.look, source.folder.resolve()
    return {
        "engine": look.rig,
        "options": look.options,
        "folder": str(folder),
        "version": registry.version("face", look.rig, look.options, folder),
    }


@dataclass(frozen=True, slots=True)
class BrainConfig:
    """What the brain process is told. The persona is the one that was checked: an edit since then changes nothing."""

    persona: dict[str, Any]
    folder: str
    version: str
    chat: list[dict[str, Any]]
    """entries as of persona.chat"""
    control: list[Any] | None
    """host and port of the HTTP interface; None for none"""
    stage: dict[str, Any]
    """what air shows, the settings of streams.air.stage.StageConfig"""
    sockets: dict[str, str]
    """where air, voice and mind listen"""
    state: str
    """the folder of what outlives the process"""
    began: float
    """monotonic seconds at which the show began"""
    news: int
    """the descriptor on which the supervisor tells of reloads"""

    def socket(self, name: str) -> Path:
        return Path(self.sockets[name])


def product_images(persona: Persona, folder: str) -> dict[str, str]:
    """The absolute paths of product pictures by product id."""
    return {product.id: str(Path(folder) / product.image) for product in persona.products if product.image}
