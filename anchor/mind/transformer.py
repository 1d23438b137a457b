"""Any causal language model of transformers, from a folder on this machine: messages in, pieces of text out.

What a prompt shares with the prefix told beforehand is read once and kept, so that only the question itself is new.
"""

from __future__ import annotations

import inspect
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from anchor.mind.tokens import Streamer
from anchor.mind.weights import missing
from anchor.ports import NoAnswer, Stopped, Usage
from streams.wire import Message

CHUNK = 128
"""tokens of a prompt that are read at once; a cancel waits for that many at most"""
PREFIXES = 4
"""shows whose prefixes are kept; the one that was asked longest ago goes first"""
NO_TRANSFORMERS = "a local model needs the package transformers: pip install '.[qwen]' in the clone"


class Model:
    """One loaded model that answers one question at a time."""

    slots = 1

    def __init__(self, path: str, device: str = "auto", dtype: str = "auto", quantised: str = "") -> None:
        """Raises ValueError or OSError saying what is wrong with the folder, ImportError without transformers."""
        if why := missing(path):
            raise ValueError(why)
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch

        try:
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError as error:
            raise ImportError(f"{NO_TRANSFORMERS} ({error})") from None
        from transformers.utils import logging as told

        told.disable_progress_bar()
        told.set_verbosity_error()
        self._torch = torch
        self.device = device_of(torch, device)
        options: dict[str, Any] = {"dtype": dtype if dtype == "auto" else getattr(torch, dtype)}
        if quantised:
            options |= {
                "quantization_config": quantisation_of(torch, quantised, self.device),
                "device_map": {"": self.device},
            }
        try:
            self.tokens = AutoTokenizer.from_pretrained(path, local_files_only=True)
            model = AutoModelForCausalLM.from_pretrained(path, local_files_only=True, **options)
        except Exception as error:  # the readers of broken files raise what they like; the first line says enough
            raise ValueError(f"{path} cannot be loaded: {str(error).strip().splitlines()[0][:300]}") from error
        if not getattr(self.tokens, "chat_template", None):
            raise ValueError(f"{path} has no chat template: take the instruct or chat variant of the model")
        self.model = (model if quantised else model.to(self.device)).eval()
        self.limit = int(getattr(model.config.get_text_config(), "max_position_embeddings", 0) or 1 << 30)
        """tokens that a prompt and its answer may have together"""
        self._thrift = "logits_to_keep" in inspect.signature(model.forward).parameters
        self._prefixes: OrderedDict[tuple[int, ...], _Read] = OrderedDict()
        self.keeps = True
        """whether what was read of a prefix is kept; off to measure what that is worth"""

    def prime(self, messages: Sequence[Message], stop: Callable[[], bool]) -> None:
        """Read a prefix for the prompts that will begin with it. Raises Stopped when ``stop`` says so; what was read stays."""
        ids = self._prefix_ids(messages)
        if ids and self.keeps:
            with self._thinking():
                self._extend(self._kept(ids), ids, len(ids), stop)

    def answer(
        self, messages: Sequence[Message], tokens: int, temperature: float, seconds: float,
        put: Callable[[str], None], stop: Callable[[], bool],
    ) -> Usage:  # fmt: skip
        """Give the pieces of an answer to ``put`` as they come. Raises Stopped within a token of ``stop`` saying so, and
        NoAnswer; MemoryError when the machine has not enough, after which this engine should not be asked again."""
        ids = self.fitting(messages, tokens)
        prefix = self._prefix_of(ids)
        read = self._kept(prefix) if prefix and self.keeps else _Read()
        until = time.monotonic() + seconds

        def ends() -> bool:
            return stop() or time.monotonic() > until

        made, shared = 0, min(read.length, _common(read.ids, ids), len(ids) - 1)
        with self._thinking(), suppress(Stopped):
            read.crop(shared)
            self._extend(read, ids, len(ids) - 1, ends)
            made = self._generate(read, ids, tokens, temperature, put, ends)
        read.crop(_common(prefix, read.ids[: read.length]))
        if stop():
            raise Stopped
        if time.monotonic() > until:
            raise NoAnswer("deadline", f"no end within {seconds:g} s")
        if made >= tokens:
            raise NoAnswer("cut short", f"longer than {tokens} tokens")
        return Usage(len(ids), made, shared)

    @contextmanager
    def _thinking(self) -> Iterator[None]:
        """Nothing is trained, and whatever a machine without memory raises is a MemoryError."""
        try:
            with self._torch.inference_mode():
                yield
        except Stopped:
            raise
        except Exception as error:
            self._prefixes.clear()  # halfway written
            if isinstance(error, MemoryError | self._torch.OutOfMemoryError) or (
                isinstance(error, RuntimeError) and "memory" in str(error)
            ):
                raise MemoryError(str(error).splitlines()[0]) from error
            raise

    def _generate(
        self, read: _Read, ids: list[int], tokens: int, temperature: float, put: Callable[[str], None],
        stop: Callable[[], bool],
    ) -> int:  # fmt: skip
        from transformers import StoppingCriteriaList

        streamer = Streamer(self.tokens, put)
        prompt = self._torch.tensor([ids], device=self.device)
        sampling: dict[str, Any] = {"do_sample": True, "temperature": temperature}
        if not temperature:
            sampling = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        self.model.generate(
            prompt, attention_mask=self._torch.ones_like(prompt), past_key_values=read.cache, max_new_tokens=tokens,
            streamer=streamer, stopping_criteria=StoppingCriteriaList([lambda scores, *_, **__: self._stops(scores, stop)]),
            **sampling,
        )  # fmt: skip
        read.length = read.cache.get_seq_length()
        return len(streamer.made)

    def _stops(self, ids: Any, stop: Callable[[], bool]) -> Any:
        return self._torch.full((ids.shape[0],), stop(), dtype=self._torch.bool, device=ids.device)

    def _extend(self, read: _Read, ids: Sequence[int], upto: int, stop: Callable[[], bool]) -> None:
        """Read on to a number of tokens, a part at a time."""
        thrift = {"logits_to_keep": 1} if self._thrift else {}
        if read.cache is None:
            from transformers import DynamicCache

            read.cache = DynamicCache(config=self.model.config)
        while read.length < upto:
            if stop():
                raise Stopped
            part = ids[read.length : min(upto, read.length + CHUNK)]
            self.model(
                input_ids=self._torch.tensor([part], device=self.device),
                past_key_values=read.cache,
                use_cache=True,
                **thrift,
            )
            read.ids = [*read.ids[: read.length], *part]
            read.length += len(part)

    def _kept(self, prefix: Sequence[int]) -> _Read:
        key = tuple(prefix)
        read = self._prefixes.setdefault(key, _Read())
        self._prefixes.move_to_end(key)
        while len(self._prefixes) > PREFIXES:
            self._prefixes.popitem(last=False)
        return read

    def _prefix_of(self, ids: Sequence[int]) -> tuple[int, ...]:
        """The longest prefix told beforehand with which a prompt begins."""
        fits = [known for known in self._prefixes if tuple(ids[: len(known)]) == known]
        return max(fits, key=len, default=())

    def _prefix_ids(self, messages: Sequence[Message]) -> list[int]:
        """What all prompts that begin with these messages have in common."""
        one, other = (self.ids([*messages, Message("user", text)]) for text in ("?", "一"))
        return one[: _common(one, other)]

    def fitting(self, messages: Sequence[Message], tokens: int) -> list[int]:
        """The tokens of a prompt; raises NoAnswer for a prompt that leaves no room for an answer."""
        ids = self.ids(messages)
        if len(ids) + tokens > self.limit:
            raise NoAnswer(
                "too long", f"{len(ids)} tokens and {tokens} for the answer exceed the model's limit of {self.limit}"
            )
        return ids

    def ids(self, messages: Sequence[Message]) -> list[int]:
        """The tokens of a prompt, by the model's own chat template and without thinking aloud."""
        chat = [{"role": m.role, "content": m.text} for m in messages]
        try:
            text = self.tokens.apply_chat_template(
                chat, add_generation_prompt=True, tokenize=False, enable_thinking=False
            )
        except Exception as error:  # a template is a program of the model's maker, and raises what it likes
            raise NoAnswer("refused", f"the model's chat template fails: {str(error)[:200]}") from error
        ids: list[int] = self.tokens(text, add_special_tokens=False)["input_ids"]
        return ids


class _Read:
    """Tokens that a model has read, and what it keeps of them."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.length = 0
        self.cache: Any = None

    def crop(self, length: int) -> None:
        """Forget all behind a length; all, where the cache of this kind of model cannot be cut."""
        if self.cache is None or self.length <= length:
            self.length = min(self.length, length)
            return
        if any(getattr(layer, "is_sliding", False) or not hasattr(layer, "keys") for layer in self.cache.layers):
            self.cache, self.length, self.ids = None, 0, []
            return
        self.cache.crop(length - self.length)
        self.length = length
        self.ids = self.ids[:length]


def device_of(torch: Any, wanted: str) -> str:
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted.startswith("cuda") and not torch.cuda.is_available():
        raise ValueError(f"device {wanted}: PyTorch sees no GPU here; use device: auto, or cpu")
    if wanted == "mps" and not torch.backends.mps.is_available():
        raise ValueError("device mps: this is no machine with Apple's GPU")
    return wanted


def quantisation_of(torch: Any, bits: str, device: str) -> Any:
    if not device.startswith("cuda"):
        raise ValueError(f"quantised: {bits} needs a GPU; leave it out")
    try:
        import bitsandbytes  # noqa: F401
    except ImportError:
        raise ValueError(
            f"quantised: {bits} needs the package bitsandbytes: pip install bitsandbytes accelerate"
        ) from None
    from transformers import BitsAndBytesConfig

    if bits == "int8":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.bfloat16)


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two prompts begin with in common."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
