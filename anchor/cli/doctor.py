"""What this machine has and lacks for a persona's show, each with the command that gets it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import httpx

from anchor import registry
from anchor.mind.openai import headers
from anchor.plan.settings import mind_settings, voice_settings
from persona.load import Source
from persona.model import Mind, Persona
from streams.air.text import MissingFont, find_font
from streams.secrets import MissingSecret

SERVER_SECONDS = 5.0


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
    why = fails("voice", voice_settings(persona))
    yield Sign(f"voice {persona.voice.engine}", "missing" if why else "ok", why or "speaks")
    yield from mind(persona, source)


def mind(persona: Persona, source: Source) -> Iterator[Sign]:
    """What the mind needs."""
    chosen = persona.mind
    name = f"mind {chosen.engine}"
    if chosen.engine not in registry.minds():
        yield Sign(name, "missing", f"there is none of this name; there are {', '.join(registry.minds())}")
    elif settings := mind_settings(persona, source):
        yield _package("transformers", "a local model", "pip install 'anchor[qwen]'")
        try:
            why = registry.load("model", chosen.engine).problem(**settings["options"])
        except ImportError as error:
            why = str(error)
        yield Sign(name, "missing" if why else "ok", why or f"{settings['options']['path']} is complete")
    elif chosen.url:
        yield _server(chosen, name)
    else:
        yield Sign(name, "ok", "needs no model; for one, see docs/mind.md")


def _server(chosen: Mind, name: str) -> Sign:
    """Whether the server answers, takes the key and has the model."""

    def models_at(url: str) -> httpx.Response:
        return httpx.get(f"{url}/models", headers=headers(chosen.key), timeout=SERVER_SECONDS, trust_env=False)

    url = chosen.url.rstrip("/")
    try:
        found = models_at(url)
        if found.status_code == 404:
            root = url.removesuffix("/chat/completions").removesuffix("/v1")
            if f"{root}/v1" != url and models_at(f"{root}/v1").status_code == 200:
                return Sign(name, "missing", f"{chosen.url} is no server of this kind; did you mean {root}/v1?")
    except MissingSecret as error:
        return Sign(name, "missing", str(error))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Sign(name, "missing", f"{chosen.url} does not answer: {error or type(error).__name__}")
    if found.status_code in (401, 403):
        return Sign(name, "missing", f"{chosen.url} refuses the key ({found.status_code}); see mind.key")
    if found.status_code != 200:
        return Sign(name, "note", f"{chosen.url}/models says {found.status_code}; try anchor ask")
    try:
        models = [str(model["id"]) for model in found.json()["data"]]
    except (ValueError, KeyError, TypeError):
        return Sign(name, "note", f"{chosen.url}/models gives no list of models; try anchor ask")
    if chosen.model not in models:
        return Sign(name, "missing", f"{chosen.url} has no model {chosen.model!r}; it has {', '.join(models[:8])}")
    return Sign(name, "ok", f"{chosen.model} at {chosen.url}")


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
        return Sign("libsrt", "note", f"SRT cannot be sent to: {error}")
    return Sign("libsrt", "ok", "SRT can be sent to")


def _gpu() -> Sign:
    tool = shutil.which("nvidia-smi")
    import torch

    if torch.cuda.is_available():
        return Sign("GPU", "ok", torch.cuda.get_device_name(0))
    if tool:
        return Sign("GPU", "note", "there is one, and this build of PyTorch cannot use it: pip install torch for CUDA")
    return Sign("GPU", "note", "none; the drawn face, the warped mouth and the catalogue need none")
