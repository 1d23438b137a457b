"""Names to parts: ``kind/name`` gives a class, imported when it is asked for."""

from __future__ import annotations

import difflib
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

BUILT_IN = {
    "voice/espeak": "anchor.voice.espeak:Espeak",
    "face/photo": "anchor.face.photo.rig:Photo",
    "face/drawn": "anchor.face.drawn:Drawn",
    "mind/catalogue": "anchor.mind.catalogue:Catalogue",
    "chat/openai": "anchor.mind.openai:OpenAI",
    "chat/qwen": "anchor.mind.remote:Remote",
    "model/qwen": "anchor.mind.local:Qwen",
}


class UnknownPart(LookupError):
    """Nothing is registered under this name."""


def names(kind: str) -> list[str]:
    """What there is of a kind; installed packages add theirs by the entry point group ``anchor.parts``."""
    outside = [e.name for e in entry_points(group="anchor.parts")]
    return sorted(n.removeprefix(f"{kind}/") for n in [*BUILT_IN, *outside] if n.startswith(f"{kind}/"))


def minds() -> list[str]:
    """Whatever may answer: responders of their own, and language models to be prompted."""
    return sorted({*names("mind"), *names("chat")})


def load(kind: str, name: str) -> Any:
    """The class registered as ``kind/name``; raises UnknownPart with a suggestion."""
    key = f"{kind}/{name}"
    for entry in entry_points(group="anchor.parts", name=key):
        return entry.load()
    if key not in BUILT_IN:
        close = difflib.get_close_matches(name, names(kind), 1)
        hint = f"; did you mean {close[0]}?" if close else f" (there are {', '.join(names(kind))})"
        raise UnknownPart(f"no {kind} is called {name!r}{hint}")
    module, _, attribute = BUILT_IN[key].partition(":")
    return getattr(import_module(module), attribute)
