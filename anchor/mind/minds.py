"""Makes the responder of each persona on air, and keeps its model across edits that do not concern it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from anchor import registry
from anchor.mind.breaker import Breaker
from anchor.mind.catalogue import Catalogue
from anchor.mind.prompted import Prompted
from anchor.ports import Language, MindContext, Responder
from persona.model import MindChoice, Persona

log = logging.getLogger(__name__)

MakeMind = Callable[[Persona, Catalogue], Responder]
"""the responder of a persona, given its catalogue: Minds, or :func:`alone`"""


class Minds:
    """Call it with a persona and its catalogue. ``folder`` is the persona's; ``socket`` is where the mind's worker listens, for
    minds that have one."""

    def __init__(self, folder: Path = Path(), socket: Path | None = None) -> None:
        self._folder, self._socket = folder, socket
        self.broken = ""
        """why the mind of the last persona could not be made, and the catalogue answers"""
        self._choice: MindChoice | None = None
        self._version = ""
        self._language: Language | None = None
        self._breaker = Breaker()
        self._closing: set[asyncio.Task[None]] = set()

    def __call__(self, persona: Persona, catalogue: Catalogue) -> Responder:
        """Raises UnknownPart, BadOptions, and what the mind does when it is made."""
        choice = persona.mind
        version = registry.version("mind", choice.engine, choice.options, self._folder)
        if self._language is None or (choice, version) != (self._choice, self._version):
            context = MindContext(self._folder, choice, catalogue, self._socket)
            mind = registry.make("mind", choice.engine, choice.options, context)
            self._retire()
            if hasattr(mind, "respond"):
                responder: Responder = mind
                return responder
            self._language, self._choice, self._version, self._breaker = mind, choice, version, Breaker()
        return Prompted(persona, catalogue, self._language, self._breaker)

    def or_catalogue(self, persona: Persona, catalogue: Catalogue) -> Responder:
        """The same for a show, which goes on without its mind: the catalogue where the mind cannot be made, which is told."""
        try:
            self.broken, responder = "", self(persona, catalogue)
        except Exception as error:  # noqa: BLE001 - the boundary between somebody's mind and the show
            self.broken = f"{type(error).__name__}: {error}"
            log.error(
                "mind cannot be made, the catalogue answers", extra={"mind": persona.mind.engine, "why": self.broken}
            )
            return catalogue
        return responder

    @property
    def used(self) -> Counter[str]:
        """Requests and tokens, as far as they are told."""
        return self._language.used if self._language is not None else Counter()

    @property
    def resting(self) -> bool:
        """Whether the model has failed so often that it is only tried now and then."""
        return self._language is not None and self._breaker.open

    def _retire(self) -> None:
        """Close what is not asked any more, when nobody can be listening to it any more."""
        if self._language is not None and self._choice is not None:
            task = asyncio.get_running_loop().create_task(_close(self._language, self._choice.longest))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        self._language = None

    async def close(self) -> None:
        if self._language is not None:
            await self._language.close()
            self._language = None
        for task in self._closing:
            task.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)


def alone(persona: Persona, catalogue: Catalogue) -> Responder:
    """The catalogue itself, whatever mind the persona has: for rehearsals."""
    return catalogue


async def _close(language: Language, after: float) -> None:
    try:
        await asyncio.sleep(after)
    finally:
        await language.close()
