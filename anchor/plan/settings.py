"""The persona to the settings of every process."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from anchor import registry
from persona.fill import by_id, filled
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
            "banner": filled(look.banner, by_id(as_of(persona, time.time()))) or "",
            "language": persona.anchor.language[:2],
            "background_version": file_version(path(look.background)),
        },
        "bed": path(persona.sound.bed),
        "bed_version": file_version(path(persona.sound.bed)),
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


def mind_settings(persona: Persona, source: Source) -> dict[str, Any]:
    """Engine and options of the mind's worker; empty where the mind needs none."""
    mind = persona.mind
    if mind.engine not in registry.names("model"):
        return {}
    path = str(source.folder.resolve() / Path(mind.path).expanduser()) if mind.path else ""
    return {
        "engine": mind.engine,
        "options": {"path": path, "device": mind.device, "dtype": mind.dtype, "quantised": mind.quantised},
        "serving": {"temperature": mind.temperature, "tokens": mind.tokens},
        "share": mind.share,
    }


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
    folder = source.folder.resolve() / look.photo
    files = sorted(folder.glob("*")) if look.photo else []
    return {
        "engine": look.rig,
        "options": options.get(look.rig, {}),
        "version": " ".join(file_version(str(file)) for file in files),
    }
