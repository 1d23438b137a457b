"""Replaces the mistakes in a persona with stand-ins, so that the checks between its parts can still run on the rest."""

from __future__ import annotations

import copy
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from persona.explain import faults, field_type
from persona.model import Persona
from persona.problem import Place
from persona.values import BETWEEN

_CANDIDATES: tuple[Any, ...] = ("x", 1, "15m", "AI", "00:00-24:00", "2026-01-01T00:00+08:00", "UTC", {}, [])
_ROUNDS = 6
_FREED = {"price": ("variants",), "sale_ends": ("sale_ends", "after")}
"""what is left out where a value of this key does not agree with others; the value itself for other keys"""
_COMPARED = {
    "was": ("price", "was"),
    "price": ("price", "variants"),
    "stock": ("stock", "variants"),
    "sale_ends": ("price", "was", "after", "sale_ends", "variants"),
    "after": ("after", "sale_ends"),
}
"""the keys whose values a mistake at a key comes from"""


def mend(data: dict[str, Any]) -> tuple[Persona | None, set[Place], list[Any]]:
    """The data with every bad value left out or replaced (None if it cannot be), the places where that was done, and the
    mistakes between keys that pydantic does not look for while a value beside them is wrong in itself."""
    data, places, between = copy.deepcopy(data), set[Place](), list[Any]()
    for _ in range(_ROUNDS):
        try:
            return Persona.model_validate(data), places, between
        except ValidationError as error:
            for item in reversed(faults(error)):  # what is deleted moves none that comes later
                path = tuple(p for p in item["loc"] if p != "[key]")
                if item["type"] == BETWEEN:
                    beside = {(*path[:-1], key) for key in _COMPARED.get(str(path[-1]), ())}
                    if not any(place[: len(path)] in beside for place in places):
                        between.append(item)
                    places |= _release(data, path)
                    continue
                # a stand-in that is wrong again goes, and with an entry of a list the whole list
                again = path in places and item["type"] != "missing"
                path = path[:-1] if again and isinstance(path[-1], int) else path
                places.add(path)
                _replace(data, path, drop=again or item["type"] == "extra_forbidden" or item["loc"] != path)
    return None, places, between


def _release(data: Any, path: Place) -> set[Place]:
    """Leaves out the values that do not agree with others, and gives their places. All others are as they were written."""
    gone = {(*path[:-1], key) for key in _FREED.get(str(path[-1]), (path[-1],))}
    for place in gone:
        _replace(data, place, drop=True)
    return gone


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
