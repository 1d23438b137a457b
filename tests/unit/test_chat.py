import asyncio
import os
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.chat.lines import BadEvent, event, line_event
from streams.chat.replay import Replay, read
from streams.chat.terminal import Terminal
from streams.ports import PlatformContext, Refused
from streams.types import ChatEvent


def context(
    now: Callable[[], float] = time.monotonic, began: float = 0.0, reject: Callable[[str], None] = print
) -> PlatformContext:
    return PlatformContext(Path(), reject, lambda: None, now, began)


def test_a_replay_line() -> None:
    found = line_event('{"at": 3.2, "kind": "comment", "viewer": "小李", "text": "多少钱"}'.encode(), 1, "replay")
    assert found == ChatEvent("replay-1", "replay", "", "comment", "小李", "多少钱", 0, 3.2)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"text": "a", "txt": 1}', "unknown field 'txt'"),
        (b'{"kind": "shout", "text": "a"}', "kind must be"),
        (b'{"text": 5}', "strings"),
        (b'{"text": "   "}', "needs text"),
        (b'{"text": "a", "value": -1}', "whole number"),
        (b'{"text": "a", "at": NaN}', "seconds"),
        (b"\xff\xfe", "UTF-8"),
        (b'{"text": "' + b"a" * 600 + b'"}', "500 characters"),
        (b" " * 10_000, "bytes"),
        (b'{"text": "a", "id": ""}', "id must"),
    ],
)
def test_rubbish_is_named_and_not_quoted(line: bytes, said: str) -> None:
    with pytest.raises(BadEvent, match=said):
        line_event(line, 1, "replay")


@given(st.binary(max_size=300))
def test_any_line_is_an_event_nothing_or_bad(line: bytes) -> None:
    try:
        found = line_event(line, 1, "stdin", plain=True)
    except BadEvent as error:
        assert str(error)
        return
    assert found is None or (found.text.isprintable() and found.viewer == found.viewer.strip())


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_any_json_is_an_event_or_bad(data: object) -> None:
    try:
        found = event(data, 1, "http")
    except BadEvent as error:
        assert str(error)
        return
    assert found.kind and len(found.text) <= 500


def test_a_recording_with_rubbish_loses_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    file.write_bytes(b'{"at": 2, "text": "b"}\nrubbish\n\n{"at": 1, "text": "a"}\n\xff\n{"at": 3, "text": "c"}')
    rejected: list[str] = []
    assert [e.text for e in read(file, rejected.append)] == ["a", "b", "c"]
    assert [r.split(":")[1] for r in rejected] == ["2", "5"]


def test_the_demo_replay_is_sound() -> None:
    rejected: list[str] = []
    assert len(read(Path("persona/xiaomei/replay.jsonl"), rejected.append)) == 10
    assert not rejected


def test_replay_waits_for_its_seconds(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text('{"at": 0.05, "text": "a"}\n{"at": 0.1, "text": "b"}\n')

    async def run() -> list[float]:
        loop = asyncio.get_running_loop()
        start = loop.time()
        return [loop.time() - start async for _ in Replay(file, context(loop.time, start)).events()]

    first, second = asyncio.run(run())
    assert first >= 0.049 and second >= 0.099


def test_a_replay_goes_on_where_it_would_be_by_now(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text("".join(f'{{"at": {at}, "text": "t{at}"}}\n' for at in (1, 50, 90, 99)))

    async def run(began: float) -> list[str]:
        return [e.text async for e in Replay(file, context(lambda: 100.0, began)).events()]

    assert asyncio.run(run(0.0)) == ["t90", "t99"]


def test_terminal_plain_lines_json_and_rubbish() -> None:
    reader, writer = os.pipe()
    rejected: list[str] = []
    os.write(
        writer, "多少钱\n".encode() + b'{"kind": "gift", "value": 5}\n\xff\xff\n{broken\n' + b"x" * 40_000 + b"\nlast"
    )
    os.close(writer)

    async def run() -> list[ChatEvent]:
        return [e async for e in Terminal(context(reject=rejected.append), reader).events()]

    events = asyncio.run(run())
    os.close(reader)
    assert [(e.kind, e.text) for e in events] == [("comment", "多少钱"), ("gift", ""), ("comment", "last")]
    assert len(rejected) >= 3


def test_a_recording_without_an_end_is_refused() -> None:
    with pytest.raises(Refused, match="not a plain file"):
        read(Path("/dev/zero"), print)


def test_a_terminal_that_is_connected_again_loses_no_line() -> None:
    async def whole() -> list[str]:
        read, write = os.pipe()
        texts = []
        for word in ("one", "two", "three"):
            os.write(write, f"{word}\n".encode())
            async with aclosing(Terminal(context(), read).events()) as events:
                texts.append((await anext(events)).text)
            await asyncio.sleep(0)  # a transport that were still there would read now
        return texts

    assert asyncio.run(whole()) == ["one", "two", "three"]


def test_terminal_reads_files_and_nothing(tmp_path: Path) -> None:
    file = tmp_path / "in"
    file.write_text("a\nb\n")
    for path, expected in ((str(file), ["a", "b"]), (os.devnull, [])):
        descriptor = os.open(path, os.O_RDONLY)

        async def run(descriptor: int = descriptor) -> list[str]:
            return [e.text async for e in Terminal(context(), descriptor).events()]

        assert asyncio.run(run()) == expected
        os.close(descriptor)
