"""The persona's schema for editors, and the tables of docs/persona.md, both from the model and the Configs of its parts."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from persona.model import Persona

BEGIN, END = "<!-- from the model: python -m anchor.plan.schema docs/persona.md -->", "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that may be chosen under one key of the persona."""

    key: str
    """of the persona, such as voice"""
    names: str
    """the key in it that names the part, such as engine"""
    configs: Mapping[str, type[BaseModel]]
    """by the part's name"""


def json_schema(parts: Sequence[Parts] = ()) -> dict[str, Any]:
    """JSON Schema (2020-12) of persona.yaml."""
    schema = Persona.model_json_schema()
    for choice in parts:
        _add(schema, choice)
    rotation = schema["$defs"]["Schedule"]["properties"]["rotation"]
    rotation["items"] = {"anyOf": [{"type": "string"}, rotation["items"]]}
    schema.pop("required")  # a key may stand in a file of its own
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "anchor persona"}


def _add(schema: dict[str, Any], parts: Parts) -> None:
    """The keys of each part, where its name is chosen."""
    (model,) = [kind for _, kind in _models("", Persona.model_fields[parts.key].annotation, set())][:1]
    place = schema["$defs"][model.__name__]
    place.pop("additionalProperties", None)
    place["unevaluatedProperties"] = False
    field = model.model_fields[parts.names]
    place["properties"][parts.names]["examples"] = sorted(parts.configs)
    for name, config in parts.configs.items():
        then = config.model_json_schema(ref_template="#/$defs/{model}")
        schema["$defs"] |= then.pop("$defs", {})
        chosen: dict[str, Any] = {"properties": {parts.names: {"const": name}}}
        if name != field.default:
            chosen["required"] = [parts.names]
        then = {key: value for key, value in then.items() if key in ("properties", "required")}
        place.setdefault("allOf", []).append({"if": chosen, "then": then})


def tables(parts: Sequence[Parts] = ()) -> str:
    """Every key with its kind, default and meaning, as Markdown."""
    keys = [f"| `{name}` | {_meaning(field)} |" for name, field in Persona.model_fields.items()]
    text = "\n".join(["| key | meaning |", "|---|---|", *keys, ""])
    choices = {choice.key: choice for choice in parts}
    seen: set[type[BaseModel]] = set()
    for name, field in Persona.model_fields.items():
        for title, kind in _models(name, field.annotation, seen):
            text += "\n" + _table(title, kind)
        if name in choices:
            for part, config in sorted(choices[name].configs.items()):
                if config.model_fields:
                    text += "\n" + _table(f"`{name}` with `{choices[name].names}: {part}`", config)
    return text


def put(document: str, parts: Sequence[Parts] = ()) -> str:
    """A document with the tables between its two marks made anew; raises ValueError without them."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{tables(parts)}{END}{after}"


def _table(title: str, kind: type[BaseModel]) -> str:
    rows = [f"### {title}", "", "| key | kind | default | meaning |", "|---|---|---|---|"]
    for name, field in kind.model_fields.items():
        rows.append(f"| `{name}` | {_kind(field)} | {_default(field)} | {_cell(field.description or '')} |")
    return "\n".join(rows) + "\n"


def _models(name: str, annotation: Any, seen: set[type[BaseModel]]) -> Iterator[tuple[str, type[BaseModel]]]:
    """The models inside of a type, outermost first, each once, by the path at which they stand."""
    many = typing.get_origin(annotation) is tuple
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            seen.add(annotation)
            yield f"`{name}`", annotation
            for inner, field in annotation.model_fields.items():
                yield from _models(f"{name}.{inner}", field.annotation, seen)
        return
    for part in typing.get_args(annotation):
        yield from _models(f"{name}[]" if many else name, part, seen)


def _meaning(field: FieldInfo) -> str:
    models = list(_models("", field.annotation, set()))
    return _cell(field.description or (models[0][1].__doc__ if models else "") or "")


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**needed**"
    value = field.default
    if value in (None, "", (), {}) or isinstance(value, BaseModel):
        return ""
    if isinstance(value, tuple) and all(isinstance(v, float) for v in value):
        return ", ".join(map(_duration, value))
    if isinstance(value, float) and any("_duration" in str(m) for m in field.metadata):
        return _duration(value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _duration(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"`{seconds / size:g}{unit}`"
    return f"`{seconds:g}s`"


def _kind(field: FieldInfo) -> str:
    """In an operator's words."""
    return _named(field.annotation, [str(m) for m in field.metadata]).replace("|", "\\|")


_NAMES = {
    "_duration": "duration",
    "_span": "part of the day",
    "_moment": "date and time",
    "_price": "price",
    "_bits": "bits",
}
_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def _named(kind: Any, metadata: list[str]) -> str:
    for mark, name in _NAMES.items():
        if any(mark in m for m in metadata):
            return name
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _named(inner[0], [str(m) for m in inner[1:]])
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_named(part, []) for part in inner if part is not type(None))
    if origin is typing.Literal:
        return ", ".join(map(str, inner))
    if origin is tuple:
        return f"list of {_named(inner[0], [])}"
    if origin is dict:
        return "keys and values"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "see below"
    return _PLAIN.get(kind, "date and time" if "atetime" in str(kind) else getattr(kind, "__name__", str(kind)).lower())
