"""A language model on this machine: its settings, its client in the brain, and the model itself in a worker."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

from pydantic import model_validator

from anchor.mind.weights import missing
from anchor.ports import Finding, Language, MindContext, MindEngine
from persona.values import Part, at_most, matches


class LocalConfig(Part):
    """`engine: qwen`, a language model on this machine"""

    path: Annotated[str, at_most(300)] = ""
    """the model's folder, in the persona's or from /"""
    device: Annotated[str, matches(r"auto|cpu|cuda(:\d+)?|mps", "auto, cpu, cuda, cuda:1 or mps")] = "auto"
    """auto takes a GPU where there is one; or cpu, cuda, cuda:1"""
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """auto is what the model was saved in"""
    quantised: Literal["", "int8", "int4"] = ""
    """weights in fewer bits, which takes a GPU and the package bitsandbytes"""
    share: Annotated[str, at_most(100)] = ""
    """a socket from /; of several shows with the same, one loads the model and all ask it in turn"""

    @model_validator(mode="after")
    def _fits(self) -> LocalConfig:
        if not self.path:
            raise ValueError("qwen needs path: FOLDER of a model; anchor doctor says how to get one")
        if self.share and not self.share.startswith("/"):
            raise ValueError("share is a path from /, such as /run/anchor/mind")
        return self

    def folder(self, persona: Path) -> str:
        """The model's folder, where the persona's is ``persona``."""
        return str(persona.resolve() / Path(self.path).expanduser())


class Local:
    """mind/qwen: a client in the brain, and the model itself in a worker."""

    Config = LocalConfig

    @staticmethod
    def check(config: LocalConfig, folder: Path) -> Iterator[Finding]:
        """Reads no weights."""
        if why := _problem(config, folder):
            yield ("path",), why

    @staticmethod
    def probe(config: LocalConfig, folder: Path) -> tuple[str, str]:
        return "ok", f"{config.folder(folder)} is complete"

    @staticmethod
    def make(config: LocalConfig, context: MindContext) -> Language:
        from anchor.mind.remote import Remote

        return Remote(context.limits, Path(config.share) if config.share else context.socket)

    @staticmethod
    def engine(config: LocalConfig, folder: Path, tokens: int, temperature: float) -> MindEngine:
        """In the worker: on a GPU many questions at once, elsewhere one after the other. Raises what :class:`Model` does."""
        from anchor.mind.transformer import Model

        model = Model(config.folder(folder), config.device, config.dtype, config.quantised)
        if not model.device.startswith("cuda"):
            return model
        from anchor.mind.batched import Batched

        return Batched(model, temperature, tokens)


def _problem(config: LocalConfig, folder: Path) -> str:
    """What speaks against these options; empty when nothing does."""
    if why := missing(config.folder(folder)):
        return why
    if find_spec("transformers") is None:
        return "a local model needs the package transformers: pip install '.[qwen]' in the clone"
    if config.device != "auto" or config.quantised:
        import torch

        from anchor.mind.transformer import device_of, quantisation_of

        try:
            device = device_of(torch, config.device)
            if config.quantised:
                quantisation_of(torch, config.quantised, device)
        except ValueError as error:
            return str(error)
    return ""
