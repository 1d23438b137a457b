"""Replaces the mistakes in a persona with stand-ins, so that the checks between its parts can still run on the rest."""

from __future__ import annotations

import copy
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from persona.explain import faults, field_type
from persona.model import Persona
from persona.problem import Place

_CANDIDATES: tuple[Any, ...] = ("x", 1, "15m", "AI", "00:00-24:00", "2026-01-01T00:00+08:00", "UTC", {}, [])
_ROUNDS = 4


def mend(data: dict[str, Any]) -> tuple[Persona | None, set[Place]]:
    """The data with every bad value left out or replaced, and the places where that was done; None if it cannot be."""
    data, places = copy.deepcopy(data), set[Place]()
    for _ in range(_ROUNDS):
        try:
            return Persona.model_validate(data), places
        except ValidationError as error:
            for item in faults(error):
                path = tuple(p for p in item["loc"] if p != "[key]")
                places.add(path)
                _replace(data, path, drop=item["type"] == "extra_forbidden" or item["loc"] != path)
    return None, places


def _replace(data: Any, path: Place, drop: bool) -> None:
    holder = data
    try:
        for part in path[:-1]:
            holder = holder[part]
        if drop:
            del holder[path[-1]]
        else:
            holder[path[-1]] = _stand_in(field_type(Persona, path))
    except (KeyError, IndexError, TypeError):
        pass  # already gone with a value around it; the next round sees what is left


def _stand_in(kind: Any) -> Any:
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if isinstance(plain, type) and issubclass(plain, BaseModel):
        return {n: _stand_in(field_type(plain, (n,))) for n, f in plain.model_fields.items() if f.is_required()}
    if get_origin(plain) is tuple:
        return [_stand_in(get_args(plain)[0])]
    for candidate in _CANDIDATES:
        try:
            TypeAdapter(kind).validate_python(candidate)
        except ValidationError:
            continue
        return candidate
    return None
