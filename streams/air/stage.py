"""One tick of the show: speech, bed, face, words and product into a frame and its sound.

The same stage serves the stream (loop.py) and a show rendered off line.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.air import slate
from streams.air.canvas import Canvas, Placed
from streams.air.feed import FaceFeed
from streams.air.layers import Look, Scene
from streams.air.mixer import Mixer, load_sound
from streams.air.programme import Programme
from streams.types import Ahead, MediaFormat, Score, Sound


@dataclass(frozen=True, slots=True)
class StageConfig:
    """What the stage looks and sounds like; ``bed`` is the path of its music, or empty."""

    look: Look
    bed: str = ""
    lead: int = 4
    """ticks that the face is ahead of the sound"""
    clapper: bool = False

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StageConfig:
        return cls(**{**data, "look": Look(**data["look"])})


class Stage:
    """Owned by the thread that ticks; only ``hear``, ``feed`` and ``prepare``, ``tell`` and ``set_rig`` of ``scene`` are for others.
    ``wall`` gives seconds since 1970 at a tick, for what shows the time of day."""

    def __init__(self, media: MediaFormat, config: StageConfig, wall: Callable[[int], float]) -> None:
        """Raises MissingFont, BadSound, and what Scene does for a background that cannot be read."""
        self.media = media
        self.config = config
        self._wall = wall
        self.ahead = Ahead(config.lead)
        self.programme = Programme(media, config.lead)
        self.scene = Scene(media, config.look)
        self.feed = FaceFeed()
        bed = load_sound(Path(config.bed), media.rate) if config.bed else None
        self._mixer = Mixer(media, bed)
        self._canvas = Canvas(media.width, media.height)

    def score(self, tick: int) -> Score:
        """What the face has to know to draw ``tick``."""
        return self.programme.score(tick, self.ahead.before, self.ahead.after)

    def hear(self, ahead: Ahead) -> None:
        """A face has come that must hear of its ticks so early; speech that comes from now on is placed late enough."""
        self.ahead = ahead
        self.programme.lead = ahead.lead + math.ceil(ahead.after * self.media.fps)

    def make(self, tick: int) -> tuple[NDArray[np.uint8], Sound]:
        """Frame (valid until the next call) and sound of ``tick``; ticks come in order."""
        speaking = self.programme.speaking(tick)
        speech = self.programme.pull(tick)
        sound = self._mixer.mix(speech, speaking)
        caption, card = self.programme.showing(tick)
        layers = self.scene.draw(self._canvas, self.feed.picture(tick), caption, card, self._wall(tick))
        if self.config.clapper:
            mark = slate.mark(tick, self.media.width)
            layers.append(Placed(mark, 0, self.media.height - mark.height))
            click = slate.click(self.media, tick)
            if click is not None:
                sound = sound.copy()
                sound[: len(click)] = click
        return self._canvas.compose(layers), sound
