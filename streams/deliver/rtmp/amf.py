"""AMF0, the value encoding of RTMP commands (Adobe AMF 0 specification, 2006)."""

from __future__ import annotations

import struct
from typing import Any

_DEPTH_LIMIT = 16


class AmfError(ValueError):
    """Bytes that are not AMF0, or values that AMF0 cannot hold."""


def encode(*values: Any) -> bytes:
    """None, bool, int, float, str, dict with str keys and list, one after the other."""
    return b"".join(_encode(value) for value in values)


def _encode(value: Any) -> bytes:
    if value is None:
        return b"\x05"
    if isinstance(value, bool):
        return b"\x01" + bytes([value])
    if isinstance(value, int | float):
        return b"\x00" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode()
        if len(data) > 0xFFFF:
            return b"\x0c" + struct.pack(">I", len(data)) + data
        return b"\x02" + _short(value)
    if isinstance(value, dict):
        return b"\x03" + b"".join(_short(k) + _encode(v) for k, v in value.items()) + b"\x00\x00\x09"
    if isinstance(value, list):
        return b"\x0a" + struct.pack(">I", len(value)) + encode(*value)
    raise AmfError(f"AMF0 has no {type(value).__name__}")


def _short(text: str) -> bytes:
    data = text.encode()
    if len(data) > 0xFFFF:
        raise AmfError("a name of over 65,535 bytes")
    return struct.pack(">H", len(data)) + data


def decode(data: bytes) -> list[Any]:
    """All values in ``data``; raises AmfError."""
    values, place = [], 0
    while place < len(data):
        value, place = _decode(data, place, 0)
        values.append(value)
    return values


def _decode(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > _DEPTH_LIMIT:
        raise AmfError("nested too deeply")
    kind = _take(data, at, 1)[0]
    at += 1
    if kind == 0:
        return struct.unpack(">d", _take(data, at, 8))[0], at + 8
    if kind == 1:
        return bool(_take(data, at, 1)[0]), at + 1
    if kind == 2:
        return _string(data, at)
    if kind in (3, 8):
        return _object(data, at + 4 if kind == 8 else at, depth)
    if kind in (5, 6):
        return None, at
    if kind == 10:
        count = struct.unpack(">I", _take(data, at, 4))[0]
        if count > len(data):
            raise AmfError("an array longer than its message")
        items, at = [], at + 4
        for _ in range(count):
            item, at = _decode(data, at, depth + 1)
            items.append(item)
        return items, at
    if kind == 11:
        return struct.unpack(">d", _take(data, at, 8))[0], at + 10
    if kind == 12:
        size = struct.unpack(">I", _take(data, at, 4))[0]
        return _take(data, at + 4, size).decode("utf-8", "replace"), at + 4 + size
    raise AmfError(f"unknown AMF0 type {kind}")


def _object(data: bytes, at: int, depth: int) -> tuple[dict[str, Any], int]:
    values: dict[str, Any] = {}
    while True:
        key, at = _string(data, at)
        if not key and _take(data, at, 1) == b"\x09":
            return values, at + 1
        values[key], at = _decode(data, at, depth + 1)


def _string(data: bytes, at: int) -> tuple[str, int]:
    size = struct.unpack(">H", _take(data, at, 2))[0]
    return _take(data, at + 2, size).decode("utf-8", "replace"), at + 2 + size


def _take(data: bytes, at: int, size: int) -> bytes:
    piece = data[at : at + size]
    if len(piece) < size:
        raise AmfError("cut short")
    return piece
