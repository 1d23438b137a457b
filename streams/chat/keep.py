"""One platform for ever: its connection is made again whenever it breaks, and no event is told twice."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from streams.backoff import Backoff
from streams.ports import Platform, Refused, Transient
from streams.types import ChatEvent

log = logging.getLogger(__name__)

REMEMBERED = 4096
"""event ids kept to recognise a repeat; the oldest is forgotten first"""


async def keep(
    platform: Platform,
    offer: Callable[[ChatEvent], object],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Hand every new event to ``offer`` until the source ends; connection failures are waited out."""
    seen: OrderedDict[str, None] = OrderedDict()
    backoff = Backoff()
    while True:
        try:
            async for event in platform.events():
                backoff.reset()
                if event.id in seen:
                    continue
                seen[event.id] = None
                while len(seen) > REMEMBERED:
                    seen.popitem(last=False)
                offer(event)
        except Exception as error:  # the boundary: whatever an adapter raises costs its own source alone
            if not isinstance(error, Transient | Refused):
                log.exception("chat source broke", extra={"source": platform.name})
            wait = backoff.next()
            log.warning("chat source failed", extra={"source": platform.name, "why": error, "again_in": f"{wait:.0f}s"})
            await sleep(wait)
            continue
        log.info("chat source ended", extra={"source": platform.name})
        return
