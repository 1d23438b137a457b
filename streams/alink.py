"""The asyncio form of :mod:`streams.link`: messages of :mod:`streams.wire` over a Unix socket."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from streams.codec import BadMessage, decode, encode, header
from streams.link import HEADER_LIMIT, LinkError


class AsyncLink:
    """The same link for asyncio; cancelling a call leaves the link unusable, so close it then."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, path: Path) -> AsyncLink:
        """Raises LinkError when nobody listens."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(path), limit=HEADER_LIMIT)
        except OSError as error:
            raise LinkError(f"{path.name}: {error.strerror or error}") from error
        return cls(reader, writer)

    async def send(self, message: object) -> None:
        try:
            self._writer.write(encode(message))
            await self._writer.drain()
        except (OSError, RuntimeError) as error:
            raise LinkError(str(error)) from error

    def post(self, message: object) -> None:
        """Send without waiting, a small thing that nobody answers; lost if the other side is gone."""
        if not self._writer.is_closing():
            self._writer.write(encode(message))

    async def receive(self) -> Any:
        """The next message; raises LinkError at the end, and for what is none."""
        try:
            fields, size = header(await self._reader.readuntil(b"\n"))
            return decode(fields, await self._reader.readexactly(size) if size else b"")
        except BadMessage as error:
            raise LinkError(str(error)) from error
        except EOFError:
            raise LinkError("closed by the other side") from None
        except (OSError, asyncio.LimitOverrunError) as error:
            raise LinkError(f"lost: {error}") from error

    def close(self) -> None:
        self._writer.close()
