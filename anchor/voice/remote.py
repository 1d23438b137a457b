"""The voice's worker as a Voice: one sentence at a time over a Unix socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from streams.alink import AsyncLink
from streams.link import LinkError
from streams.ports import Transient
from streams.wire import Done, Failed, Speak, Speech, SpeechPiece

ANSWER_SECONDS = 10.0
"""the longest wait for the next piece of speech"""


class VoiceBroke(Transient):
    """The voice was there and failed at this sentence."""


class Unspeakable(ValueError):
    """The voice refuses this text; trying again will not help."""


class RemoteVoice:
    """A voice worker behind a socket."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._link: AsyncLink | None = None
        self._number = 0

    async def speak(self, text: str) -> AsyncGenerator[Speech, None]:
        """Raises Transient when the worker is gone, Unspeakable when it refuses the text."""
        self._number += 1
        whole = False
        try:
            if self._link is None:
                self._link = await AsyncLink.connect(self._path)
        except LinkError as error:
            raise Transient(f"voice: {error}") from error
        try:
            await self._link.send(Speak(self._number, text))
            while True:
                async with asyncio.timeout(ANSWER_SECONDS):
                    reply = await self._link.receive()
                match reply:
                    case SpeechPiece():
                        yield reply.speech
                    case Done():
                        whole = True
                        return
                    case Failed():
                        whole = True
                        raise Unspeakable(reply.why)
                    case _:
                        raise LinkError(f"a voice does not send {type(reply).__name__}")
        except LinkError as error:
            raise VoiceBroke(f"voice: {error}") from error
        except TimeoutError as error:
            raise VoiceBroke(f"voice: no sound within {ANSWER_SECONDS:g} s") from error
        finally:
            if not whole:  # the rest of an answer would be taken for the next one
                self.close()

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
