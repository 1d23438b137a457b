"""A responder that prompts a language model and yields whole sentences with moods, by a deadline."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from anchor.mind.breaker import Breaker
from anchor.mind.catalogue import Catalogue
from anchor.mind.prompt import messages, system
from anchor.ports import Language, NoAnswer
from anchor.text.sentences import Splitter
from anchor.types import Answer, Cue, Talk
from persona.model import Persona
from streams.types import MOODS

ABOUT = 3
"""products of which the facts are told to a question"""
_MOOD = re.compile(rf"\s*[\[［【(（]\s*({'|'.join(MOODS)})\s*[\]］】)）]\s*", re.I)
_TAG = re.compile(r"\s*[\[［【][^\]］】]{0,20}[\]］】]\s*")
_MARKS = re.compile(r"[*#`_>|~]+|^\s*[-•·]\s+|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F]")
_INWARD = re.compile(
    r"^(?:好的，|嗯，|首先，)?(?:这位)?(?:用户|观众)(?:在?问|想|说|提)|</?think|\bthe user\b|^(?:okay, so|let me think)",
    re.I,
)
"""thinking aloud of models that do not mark where it begins"""
_OPEN, _CLOSE = "<think>", "</think>"


class Prompted:
    """Answers by a language model. ``breaker`` outlives it, as long as the model behind is the same."""

    def __init__(self, persona: Persona, catalogue: Catalogue, language: Language, breaker: Breaker) -> None:
        self._persona, self._catalogue, self._language, self._breaker = persona, catalogue, language, breaker
        language.prime((system(persona),))

    def now(self) -> float:
        """Monotonic seconds, for the breaker."""
        return asyncio.get_running_loop().time()

    async def respond(self, cue: Cue, talk: Talk) -> AsyncGenerator[Answer, None]:
        mind, began = self._persona.mind, asyncio.get_running_loop().time()
        if not self._breaker.allow(self.now()):
            raise NoAnswer("resting", "it failed too often just now")
        spoken = False
        try:
            about = self._catalogue.all_named(cue.prompt) or [p for p in [self._persona.product(talk.focus)] if p]
            about = about[:ABOUT]
            product = about[0].id if about else talk.focus
            prompt = messages(self._persona, cue.prompt, talk, about)
            async with aclosing(_sentences(self._language.stream(prompt))) as found:
                while True:
                    limit = mind.longest if spoken else mind.first_sentence
                    try:
                        async with asyncio.timeout_at(began + limit):
                            sentence = await anext(found, None)
                    except TimeoutError:
                        raise NoAnswer("deadline", f"no {'end' if spoken else 'sentence'} within {limit:g} s") from None
                    if sentence is None:
                        break
                    if not spoken:
                        self._breaker.succeeded()
                    spoken = True
                    text, mood = sentence
                    yield Answer(text, mind.engine, (), product, mood)
            if not spoken:
                raise NoAnswer("empty", "it said nothing")
        except NoAnswer as error:
            if error.reason == "cut short" and spoken:
                return  # whole sentences have been said, the rest of one is left out
            if error.reason not in ("too long", "loading"):  # this question's fault, and nobody's
                self._breaker.failed(self.now(), error.rest)
            raise
        except Exception:
            self._breaker.failed(self.now())
            raise
        finally:
            self._breaker.left()


async def _sentences(pieces: AsyncGenerator[str, None]) -> AsyncGenerator[tuple[str, str], None]:
    """Speakable sentences and the mood before each, of a model's raw words; thinking aloud is left out."""
    splitter, mood = Splitter(first=0), ""
    inward, any_ = False, False
    async with aclosing(pieces):
        async for piece in _all(_aloud(pieces)):
            for sentence in splitter.push(piece) if piece is not None else splitter.flush():
                if _CLOSE in sentence:
                    inward, sentence = False, sentence.rpartition(_CLOSE)[2]
                inward = inward or (not any_ and bool(_INWARD.search(sentence)))
                text, mood = _clean(sentence, mood)
                if text and not inward:
                    any_ = True
                    yield text, mood


async def _all(pieces: AsyncIterator[str]) -> AsyncGenerator[str | None, None]:
    """The pieces, and None behind the last."""
    async for piece in pieces:
        yield piece
    yield None


async def _aloud(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """What is not between <think> and </think>; tags may come in parts."""
    held, thinking = "", False
    async for piece in pieces:
        held += piece
        while True:
            mark = _CLOSE if thinking else _OPEN
            at = held.find(mark)
            if at >= 0:
                if not thinking and held[:at]:
                    yield held[:at]
                held, thinking = held[at + len(mark) :], not thinking
                continue
            keep = next((n for n in range(min(len(mark) - 1, len(held)), 0, -1) if mark.startswith(held[-n:])), 0)
            ready, held = held[: len(held) - keep], held[len(held) - keep :]
            if ready and not thinking:
                yield ready
            break
    if held and not thinking:
        yield held


def _clean(sentence: str, mood: str) -> tuple[str, str]:
    """A sentence as it can be spoken, and its mood, which holds until another is named."""
    if match := _MOOD.search(sentence):
        mood = match[1].lower()
    text = _MARKS.sub("", _TAG.sub("", _MOOD.sub("", sentence))).strip()
    return ("" if "\ufffd" in text or not re.search(r"\w", text) else text), mood
