"""A server that speaks OpenAI's chat completions as it is told to, well or badly, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Act = Callable[["Call"], Awaitable[None]]


@dataclass
class Call:
    """One request, and the ways to answer it."""

    body: dict[str, Any]
    headers: dict[str, str]
    writer: asyncio.StreamWriter
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    """the client has hung up"""

    @property
    def asked(self) -> str:
        return str(self.body["messages"][-1]["content"])

    async def head(self, status: int = 200, **headers: str) -> None:
        kind = "text/event-stream" if status == 200 else "application/json"
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", "Transfer-Encoding: chunked"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await self.writer.drain()

    async def raw(self, data: bytes) -> None:
        self.writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await self.writer.drain()

    async def event(self, content: str = "", finish: str | None = None, **more: Any) -> None:
        choice = {"index": 0, "delta": {"content": content} if content else {}, "finish_reason": finish}
        await self.raw(f"data: {json.dumps({'choices': [choice], **more})}\n\n".encode())

    async def end(self) -> None:
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()


def says(*pieces: str, pause: float = 0.0) -> Act:
    """A whole answer in these pieces, with usage."""

    async def act(call: Call) -> None:
        await call.head()
        for piece in pieces:
            await call.event(piece)
            if pause:
                await asyncio.sleep(pause)
        await call.event(finish="stop")
        usage = {"prompt_tokens": 7, "completion_tokens": len(pieces)}
        await call.raw(f"data: {json.dumps({'choices': [], 'usage': usage})}\n\ndata: [DONE]\n\n".encode())
        await call.end()

    return act


def refuses(status: int, message: str = "no", **headers: str) -> Act:
    async def act(call: Call) -> None:
        await call.head(status, **headers)
        await call.raw(json.dumps({"error": {"message": message}}).encode())
        await call.end()

    return act


@dataclass
class Server:
    url: str
    calls: list[Call] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    """for the next requests in turn; the last one stays"""
    open: int = 0
    """connections"""


@asynccontextmanager
async def scripted(*acts: Act) -> AsyncGenerator[Server, None]:
    """A server on a free port, for the time of the block."""
    tasks: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks[task] = writer
        server.open += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")[1:]
                headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines if line)}
                body = json.loads(await reader.readexactly(int(headers["content-length"])))
                call = Call(body, headers, writer)
                server.calls.append(call)
                act = server.acts.pop(0) if len(server.acts) > 1 else server.acts[0]
                gone = asyncio.create_task(_watch(reader, call))
                try:
                    await act(call)
                finally:
                    gone.cancel()
                    await asyncio.gather(gone, return_exceptions=True)
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            server.open -= 1
            writer.close()
            del tasks[task]

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    server = Server(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1", acts=list(acts))
    try:
        yield server
    finally:
        listener.close()
        for writer in tasks.values():
            writer.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _watch(reader: asyncio.StreamReader, call: Call) -> None:
    """Nothing is sent during an answer, so whatever happens on this side is the end."""
    while not reader.at_eof():  # noqa: ASYNC110 - reading would take the next request's first byte
        await asyncio.sleep(0.005)
    call.closed.set()
