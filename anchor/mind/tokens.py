"""Tokens of a language model to text, as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Streamer:
    """Tokens to text as they come; half a character waits for its other half."""

    def __init__(self, tokens: Any, put: Callable[[str], None], prompt: bool = True) -> None:
        """``prompt``: the first that comes is the prompt."""
        self.made: list[int] = []
        self._tokens, self._put = tokens, put
        self._told = 0
        self._prompt = prompt

    def put(self, value: Any) -> None:
        """As transformers calls it: first with the prompt, then with every token."""
        if self._prompt:
            self._prompt = False
            return
        self.made += value.reshape(-1).tolist()
        self.tell(False)

    def end(self) -> None:
        self.tell(True)

    def tell(self, whole: bool) -> None:
        """Hand over what has become readable."""
        text = self._tokens.decode(self.made, skip_special_tokens=True)
        if not whole:
            text = text.rstrip("\ufffd")
        if len(text) > self._told:
            self._put(text[self._told :])
            self._told = len(text)
