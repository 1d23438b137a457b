"""Any server that speaks OpenAI's chat completions with server-sent events: vLLM, Ollama, SGLang, DashScope, llama.cpp."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import httpx

from anchor.ports import NoAnswer
from persona.model import MindChoice
from streams.secrets import MissingSecret, bearer
from streams.wire import Message

CONNECT_SECONDS = 2.0
TRIES = 2
"""before the first word; behind it nothing is asked twice"""
RETRY_SECONDS = 0.2
LINE_LIMIT = 1 << 20
ERROR_LIMIT = 4096
_RETRIED = (408, 425, 500, 502, 503, 504)


class Completions:
    """One server, asked over kept connections. ``used`` counts requests and tokens as the server tells them."""

    def __init__(self, url: str, model: str, key: str, extra: dict[str, Any], limits: MindChoice) -> None:
        """``key`` is a reference to a secret, or empty; ``extra`` are further fields of each request."""
        self.used: Counter[str] = Counter()
        self._url, self._model, self._key, self._extra, self._limits = url, model, key, extra, limits
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells every request
        self._client: httpx.AsyncClient | None = None

    def prime(self, prefix: Sequence[Message]) -> None:
        """These servers keep prefixes by themselves."""

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        for attempt in range(1, TRIES + 1):
            began = False
            try:
                async with aclosing(self._once(messages)) as pieces:
                    async for piece in pieces:
                        began = True
                        yield piece
                return
            except NoAnswer as error:
                if began or attempt == TRIES or error.reason not in ("unreachable", "server error"):
                    raise
                self.used["retries"] += 1
                await asyncio.sleep(RETRY_SECONDS)

    async def _once(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        limits = self._limits
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": m.role, "content": m.text} for m in messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": limits.tokens,
            "temperature": limits.temperature,
            **self._extra,
        }
        self.used["requests"] += 1
        url = f"{self._url.rstrip('/')}/chat/completions"
        try:
            async with self._connected().stream("POST", url, json=body, headers=self._headers()) as response:
                if response.status_code != 200:
                    await _refused(response)
                usage: Any = None
                half = ""
                async for event in _events(response):
                    usage = event.get("usage") or usage  # some tell the sum so far with every event
                    half, piece = _whole(half + _piece(event))
                    if piece:
                        yield piece
                self._count(usage)
        except httpx.TimeoutException as error:
            raise NoAnswer("unreachable", f"{self._url}: {type(error).__name__}") from error
        except httpx.NetworkError as error:
            raise NoAnswer("unreachable", f"{self._url}: {error or type(error).__name__}") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise NoAnswer("broken off", f"{self._url}: {error or type(error).__name__}") from error

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            patience = httpx.Timeout(self._limits.longest, connect=CONNECT_SECONDS)
            limits = httpx.Limits(max_connections=8, max_keepalive_connections=2)
            # a proxy of the environment would see every question
            self._client = httpx.AsyncClient(timeout=patience, limits=limits, trust_env=False)
        return self._client

    def _headers(self) -> dict[str, str]:
        try:
            return bearer(self._key)
        except MissingSecret as error:
            raise NoAnswer("key", str(error)) from None

    def _count(self, usage: Any) -> None:
        for name in ("prompt_tokens", "completion_tokens"):
            if isinstance(usage, dict) and isinstance(usage.get(name), int):
                self.used[name] += usage[name]


async def _refused(response: httpx.Response) -> None:
    """Raises NoAnswer for a status that is not 200."""
    buffer = b""
    async for part in response.aiter_bytes():
        buffer += part
        if len(buffer) > ERROR_LIMIT:
            break
    why = f"{response.status_code} {_message(buffer)}"
    if response.status_code == 429 or (response.status_code == 503 and "retry-after" in response.headers):
        rest = _seconds(response.headers.get("retry-after", ""))
        raise NoAnswer("too many", f"{why}; it asks for a pause of {rest:g} s", rest)
    if response.status_code in (401, 403):
        raise NoAnswer("key", f"{why}; see mind.key")
    if response.status_code in (400, 413, 422) and any(
        w in why.lower() for w in ("context", "too long", "length", "token")
    ):
        raise NoAnswer("too long", why)
    raise NoAnswer("server error" if response.status_code in _RETRIED else "refused", why)


def _message(said: bytes) -> str:
    """What an error page says, in one line and without what was sent."""
    text = said[:ERROR_LIMIT].decode("utf-8", "replace")
    try:
        parsed = json.loads(text)
        error = parsed.get("error", parsed)
        text = str(error.get("message", error) if isinstance(error, dict) else error)
    except (ValueError, AttributeError):
        pass
    return " ".join(text.split())[:200]


def _seconds(value: str) -> float:
    try:
        return min(600.0, max(1.0, float(value)))
    except ValueError:
        return 5.0


async def _events(response: httpx.Response) -> AsyncGenerator[dict[str, Any], None]:
    """The events of a stream until [DONE]; raises NoAnswer where it is none, or ends before its end."""
    if "json" in response.headers.get("content-type", ""):
        yield await _plain(response)  # a server that knows no streams
        return
    ended = any_ = False
    held = b""
    async for part in _parts(response):
        held += part
        *lines, held = held.split(b"\n")
        if len(held) > LINE_LIMIT:
            raise NoAnswer("garbage", "a line without an end")
        for line in lines:
            if not line.startswith(b"data:"):
                continue  # comments, names of events, empty lines
            data = line[5:].strip()
            if data == b"[DONE]":
                return
            try:
                event = json.loads(data)
            except ValueError:
                raise NoAnswer("garbage", f"no JSON: {data[:60]!r}") from None
            if not isinstance(event, dict):
                raise NoAnswer("garbage", f"no event: {data[:60]!r}")
            if error := event.get("error"):
                raise NoAnswer("server error", _message(json.dumps({"error": error}).encode()))
            any_ = True
            yield event
            if why := _choice(event).get("finish_reason"):
                ended = True
                if why == "length":
                    raise NoAnswer("cut short", "it was longer than mind.tokens")
    if not ended:
        raise NoAnswer(
            "broken off" if any_ else "garbage", "the stream ended before its end" if any_ else "no event in it"
        )


async def _parts(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The bytes of a stream, whose last line may lack its end."""
    async for part in response.aiter_bytes():
        yield part
    yield b"\n"


async def _plain(response: httpx.Response) -> dict[str, Any]:
    """The one event of an answer that is no stream."""
    buffer = b""
    async for part in response.aiter_bytes():
        buffer += part
        if len(buffer) > LINE_LIMIT:
            raise NoAnswer("garbage", "an answer without an end")
    try:
        event = json.loads(buffer)
    except ValueError:
        raise NoAnswer("garbage", f"no JSON: {buffer[:60]!r}") from None
    if not isinstance(event, dict) or not _choice(event):
        raise NoAnswer("server error", _message(buffer))
    return event


def _whole(text: str) -> tuple[str, str]:
    """Half a character at the end, which comes in two events, and what is before it."""
    half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
    ready = text[: len(text) - len(half)]
    return half, ready.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _choice(event: dict[str, Any]) -> dict[str, Any]:
    choices = event.get("choices")
    return choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}


def _piece(event: dict[str, Any]) -> str:
    delta = _choice(event).get("delta") or _choice(event).get("message")
    text = delta.get("content") if isinstance(delta, dict) else None
    if isinstance(text, list):
        text = "".join(str(part.get("text", "")) for part in text if isinstance(part, dict))
    return text if isinstance(text, str) else ""
