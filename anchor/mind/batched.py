"""A model for many questions at once, by transformers' continuous batching; for GPUs."""

from __future__ import annotations

import asyncio
import copy
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from anchor.mind.tokens import Streamer
from anchor.ports import NoAnswer, Stopped, Usage
from streams.wire import Message

WARM_SECONDS = 300.0
LOOK_SECONDS = 0.02
"""how often a question looks whether anybody still wants its answer"""


class SinglePrompt(Protocol):
    """What is needed of a loaded model: :class:`anchor.mind.transformer.Model` has it."""

    model: Any
    tokens: Any

    def fitting(self, messages: Sequence[Message], tokens: int) -> list[int]: ...


class Batched:
    """Any number of threads may ask; their questions share each step of the model. Prefixes are shared by its paged cache."""

    slots = 16

    def __init__(self, engine: SinglePrompt, temperature: float, tokens: int) -> None:
        self._engine = engine
        config = copy.deepcopy(engine.model.generation_config)
        sampling: dict[str, Any] = (
            {"do_sample": True, "temperature": temperature} if temperature else {"do_sample": False}
        )
        config.update(max_new_tokens=tokens, **sampling)
        self._manager = engine.model.init_continuous_batching(generation_config=config)
        self._manager.start()
        self._numbers = itertools.count()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="batches", daemon=True).start()
        with suppress(NoAnswer):  # the first question compiles and takes many seconds: it is ours
            self.answer([Message("user", "?")], 2, temperature, WARM_SECONDS, lambda _: None, lambda: False)

    def prime(self, messages: Sequence[Message], stop: Callable[[], bool]) -> None:
        """Its cache shares prefixes by itself."""

    def answer(
        self, messages: Sequence[Message], tokens: int, temperature: float, seconds: float,
        put: Callable[[str], None], stop: Callable[[], bool],
    ) -> Usage:  # fmt: skip
        """As :meth:`anchor.mind.transformer.Model.answer`."""
        ids = self._engine.fitting(messages, tokens)
        asked = self._answer(ids, tokens, time.monotonic() + seconds, put, stop)
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result()

    async def _answer(
        self, ids: list[int], tokens: int, until: float, put: Callable[[str], None], stop: Callable[[], bool]
    ) -> Usage:
        number, streamer = f"q{next(self._numbers)}", Streamer(self._engine.tokens, put, prompt=False)
        outputs: asyncio.Queue[Any] = asyncio.Queue()  # as long as the answer
        self._manager.register_result_handler(number, outputs.put_nowait)
        try:
            self._manager.add_request(ids, number, max_new_tokens=tokens, streaming=True)
            return await self._follow(number, outputs, len(ids), tokens, until, streamer, stop)
        finally:
            self._forget(number)

    def _forget(self, number: str) -> None:
        """A request that was cancelled gives no last output, so its handler would stay, and what it still gives too."""
        router = self._manager.output_router
        router.result_handlers.pop(number, None)
        while not router.output_queue.empty():
            self._manager.get_result(timeout=0.0)

    async def _follow(
        self, number: str, told: asyncio.Queue[Any], prompt: int, tokens: int, until: float, streamer: Streamer,
        stop: Callable[[], bool],
    ) -> Usage:  # fmt: skip
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    output = await told.get()
            except TimeoutError:
                if not self._manager.is_running():
                    raise MemoryError("continuous batching has ended") from None
                output = None
            if stop() or time.monotonic() > until:
                self._manager.cancel_request(number)
                if stop():
                    raise Stopped
                raise NoAnswer("deadline", "no end in time")
            if output is None:
                continue
            if output.error:
                raise NoAnswer("broken", str(output.error)[:200])
            streamer.made += list(output.generated_tokens)[len(streamer.made) :]
            streamer.tell(output.is_finished())
            if output.is_finished():
                if len(streamer.made) >= tokens:
                    raise NoAnswer("cut short", f"longer than {tokens} tokens")
                return Usage(prompt, len(streamer.made), 0)

    def close(self) -> None:
        self._manager.stop(block=True)
        self._loop.call_soon_threadsafe(self._loop.stop)
