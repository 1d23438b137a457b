"""The mind without a model: only the catalogue answers."""

from __future__ import annotations

from anchor.ports import MindContext, Responder
from persona.values import Part


class AloneConfig(Part):
    """`engine: catalogue`"""


class Alone:
    """mind/catalogue"""

    Config = AloneConfig

    @staticmethod
    def make(config: AloneConfig, context: MindContext) -> Responder:
        return context.catalogue
