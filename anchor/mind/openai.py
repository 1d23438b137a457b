"""Any server that speaks OpenAI's chat completions: settings only, the client is :mod:`anchor.mind.completions`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from anchor.ports import Finding, Language, MindContext
from persona.values import Json, Part, at_most, matches
from streams.secrets import MissingSecret, bearer

SERVER_SECONDS = 5.0


class OpenAIConfig(Part):
    """`engine: openai`, a server that speaks OpenAI's protocol"""

    url: Annotated[
        str,
        matches(r"(https?://[^\s@]+)?", "an address such as http://127.0.0.1:8000/v1; a key goes into key:"),
        at_most(300),
    ] = ""
    """such as http://127.0.0.1:8000/v1"""
    model: Annotated[str, at_most(200)] = ""
    """its name there"""
    key: Annotated[
        str,
        matches(
            r"(@[\w.-]+|\$\{credential:[\w.-]+\})?",
            "a reference such as @MIND to a credential or $ANCHOR_MIND, never the key itself",
        ),
    ] = ""
    """a reference such as `"@MIND"` (in quotes), never the key itself"""
    extra: Json = Field({})
    """further fields of the request, as `chat_template_kwargs: {enable_thinking: false}`"""

    @model_validator(mode="after")
    def _fits(self) -> OpenAIConfig:
        if not (self.url and self.model):
            raise ValueError(
                "openai needs url: and model:, such as url: http://127.0.0.1:8000/v1, model: Qwen/Qwen3-8B"
            )
        if kept := sorted({"stream", "messages", "model"} & self.extra.keys()):
            raise ValueError(f"extra: {kept[0]} is set by the anchor itself")
        return self


class OpenAI:
    """mind/openai"""

    Config = OpenAIConfig

    @staticmethod
    def check(config: OpenAIConfig, folder: Path) -> Iterator[Finding]:
        try:
            bearer(config.key)
        except MissingSecret as error:
            yield ("key",), str(error)

    @staticmethod
    def probe(config: OpenAIConfig, folder: Path) -> tuple[str, str]:
        """Whether the server answers, takes the key and has the model: "ok", "missing" or "note", and what more there is."""
        import httpx

        def models_at(url: str) -> httpx.Response:
            return httpx.get(f"{url}/models", headers=bearer(config.key), timeout=SERVER_SECONDS, trust_env=False)

        url = config.url.rstrip("/")
        try:
            response = models_at(url)
            if response.status_code == 404:
                root = url.removesuffix("/chat/completions").removesuffix("/v1")
                if f"{root}/v1" != url and models_at(f"{root}/v1").status_code == 200:
                    return "missing", f"{config.url} is no chat completions server; did you mean {root}/v1?"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return "missing", f"{config.url} does not answer: {error or type(error).__name__}"
        if response.status_code in (401, 403):
            return "missing", f"{config.url} refuses the key ({response.status_code}); see mind.key"
        if response.status_code != 200:
            return "note", f"{config.url}/models says {response.status_code}; try anchor ask"
        try:
            models = [str(model["id"]) for model in response.json()["data"]]
        except (ValueError, KeyError, TypeError):
            return "note", f"{config.url}/models gives no list of models; try anchor ask"
        if config.model not in models:
            return "missing", f"{config.url} has no model {config.model!r}; it has {', '.join(models[:8])}"
        return "ok", f"{config.model} at {config.url}"

    @staticmethod
    def make(config: OpenAIConfig, context: MindContext) -> Language:
        from anchor.mind.completions import Completions

        return Completions(config.url, config.model, config.key, config.extra, context.limits)
