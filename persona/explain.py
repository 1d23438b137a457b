"""Pydantic's errors in an operator's words, each with the place of the value that it is about."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from persona.advice import ITSELF, in_words, no_list
from persona.problem import Place
from persona.similar import hint


def explained(error: ValidationError, root: type[BaseModel], beside: Iterable[str] = ()) -> Iterator[tuple[Place, str]]:
    """What is wrong and where in a value of ``root``; ``beside`` are further keys that may stand at its top."""
    for item in faults(error):
        place = tuple(p for p in item["loc"] if p != "[key]")
        if item["type"] == "extra_forbidden":
            known = _keys(root, place[:-1]) + (list(beside) if len(place) == 1 else [])
            if len(place) == 2 and place[0] == place[1]:
                message = ITSELF.format(place[-1])
            else:
                message = f"unknown key{hint(str(place[-1]), known) or ' (there are ' + ', '.join(known) + ')'}"
        elif item["type"] == "model_type" and (known := _keys(root, place)):
            message = f"should be keys and values, such as {{{known[0]}: …}}"
        elif item["type"] == "tuple_type":
            message = no_list(item["input"], str(place[-1]), _keys(root, (*place, 0))) if place else item["msg"]
        elif len(place) > 1 and place[-1] == place[-2] and isinstance(item["input"], dict):
            message = ITSELF.format(place[-1])
        else:
            message = in_words(item)
        yield place, message


def faults(error: ValidationError) -> list[Any]:
    """Pydantic's errors without those that only follow from others: a list that is short of the items that failed."""
    items = error.errors(include_url=False, include_context=False)
    places = [item["loc"] for item in items]
    return [
        item
        for item in items
        if not (
            item["type"] == "too_short"
            and any(p != item["loc"] and p[: len(item["loc"])] == item["loc"] for p in places)
        )
    ]


def field_type(root: type[BaseModel], place: Place) -> Any:
    """The type of the value at a place of ``root``; Any where there is none."""
    kind: Any = root
    for part in place:
        kind = _without_none(kind)
        if isinstance(part, int):
            kind = (typing.get_args(kind) or (Any,))[0]
        elif isinstance(kind, type) and issubclass(kind, BaseModel) and part in kind.model_fields:
            field = kind.model_fields[part]
            kind = typing.Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        else:
            return Any
    return kind


def all_keys(root: type[BaseModel]) -> Iterator[str]:
    """Every key that may stand anywhere in a value of ``root``, some of them more than once."""
    pending: list[Any] = [root]
    seen: set[Any] = set()
    while pending:
        kind = pending.pop()
        pending += typing.get_args(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
            seen.add(kind)
            yield from kind.model_fields
            pending += [field.annotation for field in kind.model_fields.values()]


def _keys(root: type[BaseModel], place: Place) -> list[str]:
    """The keys that may stand at a place."""
    kind = _without_none(field_type(root, place))
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _without_none(kind: Any) -> Any:
    while typing.get_origin(kind) in (types.UnionType, typing.Union, typing.Annotated):
        kind = typing.get_args(kind)[0]
    return kind
