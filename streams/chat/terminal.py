"""Chat from standard input: a plain line is a comment, a JSON object any event."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import time
from collections.abc import AsyncIterator, Iterator

from pydantic import BaseModel, ConfigDict

from streams.chat.lines import LINE_LIMIT, BadEvent, line_event
from streams.ports import PlatformContext, Refused
from streams.types import ChatEvent


class TerminalConfig(BaseModel):
    """`platform: terminal`, what is typed on standard input"""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Terminal:
    """platform/terminal. Ends when standard input does. ``descriptor`` is what is read."""

    Config = TerminalConfig

    def __init__(self, context: PlatformContext, descriptor: int | None = None) -> None:
        self.name = "stdin"
        self._reject, self._connected = context.reject, context.connected
        self._run = f"{time.monotonic_ns():x}"  # ids must not be those of an earlier run
        self._descriptor = sys.stdin.fileno() if descriptor is None else descriptor

    @classmethod
    def make(cls, config: TerminalConfig, context: PlatformContext) -> Terminal:
        return cls(context)

    async def events(self) -> AsyncIterator[ChatEvent]:
        self._connected()
        mode = os.fstat(self._descriptor).st_mode
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(self._descriptor)):
            for event in self._from_file():
                yield event
            return
        reader = asyncio.StreamReader(limit=LINE_LIMIT * 4)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(self._descriptor, "rb", 0, closefd=False)
        )
        try:
            async for event in self._lines(reader):
                yield event
        finally:
            transport.close()  # or it would go on reading what the next connection should

    async def _lines(self, reader: asyncio.StreamReader) -> AsyncIterator[ChatEvent]:
        number = 0
        while True:
            number += 1
            try:
                line = await reader.readuntil(b"\n")
            except asyncio.IncompleteReadError as error:
                line = error.partial
            except asyncio.LimitOverrunError:
                await reader.read(LINE_LIMIT * 4)
                self._reject(f"stdin:{number}: over {LINE_LIMIT} bytes")
                continue
            if not line:
                return
            if (found := self._event(line, number)) is not None:
                yield found

    def _from_file(self) -> Iterator[ChatEvent]:
        """Standard input is a plain file or /dev/null, which asyncio cannot watch and which never blocks."""
        try:
            with os.fdopen(self._descriptor, "rb", closefd=False) as file:
                for number, line in enumerate(iter(lambda: file.readline(LINE_LIMIT * 4), b""), 1):
                    if (found := self._event(line, number)) is not None:
                        yield found
        except OSError as error:
            raise Refused(f"stdin: {error.strerror or error}") from error

    def _event(self, line: bytes, number: int) -> ChatEvent | None:
        try:
            return line_event(line, f"{self._run}-{number}", "stdin", plain=True)
        except BadEvent as error:
            self._reject(f"stdin:{number}: {error}")
            return None
