"""Chat that programs post to the control interface (``POST /v1/chat``): settings only, nothing is dialled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from pydantic import BaseModel, ConfigDict

from streams.ports import PlatformContext
from streams.types import ChatEvent


class HttpConfig(BaseModel):
    """`platform: http`"""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Http:
    """platform/http. Its events are handed to the source from outside; the connection itself gives none and never ends."""

    Config = HttpConfig

    def __init__(self, context: PlatformContext) -> None:
        self.name = "http"
        self._context = context

    @classmethod
    def make(cls, config: HttpConfig, context: PlatformContext) -> Http:
        return cls(context)

    async def events(self) -> AsyncIterator[ChatEvent]:
        self._context.connected()
        await asyncio.Event().wait()
        yield  # type: ignore[misc]  # never reached: this makes it an iterator
