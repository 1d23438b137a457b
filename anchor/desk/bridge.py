"""Phrases that lead back to a script after an interruption."""

from __future__ import annotations

from persona.model import Persona

PAUSE = 20.0
"""seconds; nobody says after every word where they left off"""
AFTER = ("answer", "thanks", "operator", "countdown")
BACK = {
    "zh-CN": ("好，咱们接着说。", "好，继续。", "咱们接着来。", "好的，往下说。"),
    "en-US": ("All right, on we go.", "Now, where were we.", "Let us go on."),
}
THIS = {"zh-CN": "接着看{name}。", "en-US": "Back to the {name}."}


class Bridges:
    """Now one phrase and now another."""

    def __init__(self) -> None:
        self._count, self._at = 0, -1e9

    def wanted(self, last: str, now: float) -> bool:
        """Whether to say one before a script goes on in its middle; ``last`` is the kind of what was said last."""
        return last in AFTER and now - self._at >= PAUSE

    def phrase(self, persona: Persona, product: str | None, now: float) -> str:
        """The next one, on the way back to a product; it counts as said."""
        self._count, self._at = self._count + 1, now
        found, language = persona.product(product), persona.anchor.language
        if found is not None and self._count % 2:
            return THIS[language].format(name=found.name)
        return BACK[language][self._count // 2 % len(BACK[language])]

    def take_back(self) -> None:
        """The last one was not heard."""
        self._at = -1e9
