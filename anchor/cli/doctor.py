"""What a persona's show needs of this machine: what is there, what is missing, and how to get it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from anchor import registry
from anchor.plan.settings import mind_settings, voice_settings
from persona.load import Source
from persona.model import Persona
from streams.air.text import MissingFont, find_font


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at; ``state`` is ok, missing or note."""

    name: str
    state: str
    told: str


def examine(persona: Persona, source: Source) -> Iterator[Sign]:
    """Everything that the persona needs, in the order in which it is needed."""
    from anchor.plan.check import fails

    yield _package("torch", "the face")
    try:
        yield Sign("font", "ok", find_font()[0])
    except MissingFont as error:
        yield Sign("font", "missing", str(error))
    yield _library()
    yield _gpu()
    why = fails("voice", voice_settings(persona, source))
    yield Sign(f"voice {persona.voice.engine}", "missing" if why else "ok", why or "speaks")
    yield from mind(persona, source)


def mind(persona: Persona, source: Source) -> Iterator[Sign]:
    """What the mind needs."""
    choice = persona.mind
    name = f"mind {choice.engine}"
    folder = source.folder.resolve()
    try:
        problems = list(registry.findings("mind", choice.engine, choice.options, folder))
        part = registry.load("mind", choice.engine)
    except (registry.UnknownPart, ImportError) as error:
        yield Sign(name, "missing", str(error))
        return
    if mind_settings(persona, source):
        yield _package("transformers", "a local model", "pip install '.[qwen]' in the clone")
    if problems:
        yield from (Sign(name, "missing", message) for _, message in problems)
    elif (probe := getattr(part, "probe", None)) is not None:
        yield Sign(name, *probe(part.Config.model_validate(choice.options), folder))
    else:
        yield Sign(name, "ok", "needs no model; for one, see docs/mind.md")


def _package(name: str, use: str, get: str = "") -> Sign:
    try:
        return Sign(name, "ok", version(name))
    except PackageNotFoundError:
        return Sign(name, "missing", f"for {use}: {get or f'pip install {name}'}")


def _library() -> Sign:
    from streams.deliver.srt.libsrt import MissingLibrary, library

    try:
        library()
    except MissingLibrary as error:
        return Sign("libsrt", "note", f"SRT output does not work: {error}")
    return Sign("libsrt", "ok", "SRT output works")


def _gpu() -> Sign:
    tool = shutil.which("nvidia-smi")
    import torch

    if torch.cuda.is_available():
        return Sign("GPU", "ok", torch.cuda.get_device_name(0))
    if tool:
        return Sign("GPU", "note", "present, but this build of PyTorch cannot use it: pip install torch for CUDA")
    return Sign("GPU", "note", "none; the drawn face, the warped mouth and the catalogue need none")
