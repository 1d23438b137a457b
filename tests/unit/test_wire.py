"""Every message between processes, found by itself and sent through a real socket."""

import ast
import dataclasses
import json
import socket
import typing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import wire
from streams.codec import CODECS, PAYLOAD_LIMIT, BadMessage, Codec, decode, encode, header
from streams.link import Link
from streams.types import MOODS, VISEMES, Ahead, Card, Feeling, Picture, Score, SpeechChunk, Viseme

seconds = st.floats(0, 1e6, width=32)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
sounds = st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=50).map(lambda x: np.array(x, np.float32))
visemes = st.lists(
    st.builds(Viseme, st.sampled_from(VISEMES), seconds, seconds, st.floats(0, 1, width=16)), max_size=3
).map(tuple)
feelings = st.lists(st.builds(Feeling, st.sampled_from(MOODS), seconds, seconds), max_size=2).map(tuple)
cards = st.none() | st.builds(Card, words, words, points=st.lists(words, max_size=2).map(tuple), until=seconds)
details = st.lists(st.dictionaries(words, st.integers() | words, max_size=2), max_size=2).map(tuple)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    w, h = (2 * draw(st.integers(1, 6)) for _ in range(2))
    noise = np.random.default_rng(draw(st.integers(0, 99)))
    y, u, v, a = (
        noise.integers(0, 255, size, np.uint8) for size in ((h, w), (h // 2, w // 2), (h // 2, w // 2), (h, w))
    )
    return Picture(y, u, v, draw(st.sampled_from([None, a])))


SPECIAL: dict[Any, st.SearchStrategy[Any]] = {
    float: seconds, str: words, Ahead: st.builds(Ahead, st.integers(1, 50)), Picture: pictures(),
    wire.Speech: st.builds(wire.Speech, sounds, visemes, st.integers(8000, 48_000)), bytes: st.binary(min_size=1),
    dict[str, Any]: st.dictionaries(words, words, max_size=3), tuple[dict[str, Any], ...]: details,
}  # fmt: skip
WHOLE: dict[type, st.SearchStrategy[Any]] = {
    SpeechChunk: st.builds(SpeechChunk, words, st.integers(0, 9), sounds, visemes, words, cards, st.booleans(), st.sampled_from(MOODS)),
    Score: st.builds(Score, st.integers(0, 9), seconds, visemes, feelings, st.floats(0, 1), st.none() | sounds),
}  # fmt: skip


def values(kind: type) -> st.SearchStrategy[Any]:
    """Any message of a kind; a new one needs nothing here unless it carries a new type of payload."""
    if kind in WHOLE:
        return WHOLE[kind]
    hints = typing.get_type_hints(kind, vars(wire))
    return st.builds(kind, **{name: SPECIAL.get(hint, st.from_type(hint)) for name, hint in hints.items()})


@pytest.mark.parametrize("codec", CODECS.values(), ids=lambda codec: codec.name)
@given(data=st.data())
def test_every_message_survives_the_way(codec: Codec[Any], data: st.DataObject) -> None:
    assert dataclasses.is_dataclass(codec.kind) and codec.kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    sent = data.draw(values(codec.kind))
    line, _, payload = encode(sent).partition(b"\n")
    fields, size = header(line)
    assert size == len(payload) and fields["type"] == codec.name
    received = decode(fields, payload)
    assert type(received) is codec.kind
    assert encode(received) == encode(sent), "what was read is what was written"


@pytest.mark.parametrize("codec", CODECS.values(), ids=lambda codec: codec.name)
@given(data=st.data())
def test_a_broken_message_is_said_to_be_one(codec: Codec[Any], data: st.DataObject) -> None:
    junk = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
    fields = {
        "type": codec.name,
        **data.draw(
            st.dictionaries(st.sampled_from(["id", "cue", "seq", "w", "h", "v", "m", "e", "card", "tick"]), junk)
        ),
    }
    try:
        received = decode(json.loads(json.dumps(fields)), data.draw(st.binary(max_size=9)))
    except BadMessage as error:
        assert codec.name in str(error)
        return
    assert type(received) is codec.kind


@given(st.binary(max_size=200).filter(lambda line: b"\n" not in line))
def test_rubbish_is_no_header(line: bytes) -> None:
    try:
        fields, size = header(line)
    except BadMessage:
        return
    assert fields["type"] in CODECS and 0 <= size <= PAYLOAD_LIMIT


def test_messages_go_through_a_socket_in_their_order() -> None:
    a, b = (Link(end) for end in socket.socketpair())
    picture = Picture(*(np.full(size, 7, np.uint8) for size in ((4, 6), (2, 3), (2, 3))))
    for message in (wire.Hello("face"), wire.Drawn(3, picture), wire.Media(b"x" * 70_000), wire.Cut()):
        a.send(message)
    a.close()
    assert b.receive() == wire.Hello("face", wire.PROTOCOL)
    drawn = b.receive()
    assert drawn.tick == 3 and drawn.picture.alpha is not None and drawn.picture.alpha.min() == 255
    assert b.receive() == wire.Media(b"x" * 70_000) and b.receive() == wire.Cut(None) and b.receive() is None
    b.close()


def test_nobody_writes_a_message_by_hand() -> None:
    """A dict literal with a "type" is a message that no codec knows."""
    for file in [*Path("anchor").rglob("*.py"), *Path("streams").rglob("*.py")]:
        if file in (Path("streams/codec.py"), Path("streams/deliver/rtmp/protocol.py")):  # the codec; RTMP's own field
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            keys = [k.value for k in node.keys if isinstance(k, ast.Constant)] if isinstance(node, ast.Dict) else []
            assert "type" not in keys, f"{file}:{node.lineno}"
