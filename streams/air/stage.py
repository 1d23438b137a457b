"""One tick of the show: speech, bed, face, words and product into a frame and its sound.

The same stage serves the stream (loop.py) and a show rendered off line.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streams.air import slate
from streams.air.canvas import Canvas, Placed
from streams.air.feed import FaceFeed
from streams.air.layers import Scene, SceneConfig
from streams.air.mixer import Mixer, load_sound
from streams.air.programme import Programme
from streams.types import Ahead, MediaFormat, Score, Sound


@dataclass(frozen=True, slots=True)
class StageConfig:
    """What the stage looks and sounds like; ``bed`` is the path of its music, or empty."""

    look: SceneConfig
    bed: str = ""
    lead: int = 4
    """ticks that the face is ahead of the sound"""
    clapper: bool = False
    bed_version: str = ""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StageConfig:
        return cls(**{**data, "look": SceneConfig(**data["look"])})


class Stage:
    """Owned by the thread that ticks; only ``hear``, ``restyle``, ``feed`` and ``prepare``, ``tell`` and ``set_rig`` of ``scene`` are for others.
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
        self._mixer = Mixer(media, _bed(config, media))
        self._canvas = Canvas(media.width, media.height)

    def score(self, tick: int) -> Score:
        """What the face has to know to draw ``tick``."""
        return self.programme.score(tick, self.ahead.before, self.ahead.after)

    def hear(self, ahead: Ahead) -> None:
        """A face has come that must hear of its ticks so early; speech that comes from now on is placed late enough."""
        self.ahead = ahead
        self.programme.lead = ahead.lead + math.ceil(ahead.after * self.media.fps)

    def restyle(self, config: StageConfig) -> None:
        """Another look and other music from the next tick on; only what has changed is made, on the caller's thread.
        Raises what the constructor does, and nothing has changed then."""
        look, bed = (
            config.look != self.config.look,
            (config.bed, config.bed_version) != (self.config.bed, self.config.bed_version),
        )
        mixer = Mixer(self.media, _bed(config, self.media)) if bed else None
        if look:
            old, self.scene = self.scene, self.scene.restyled(config.look)
            self.scene.catch_up(old)
            old.close()
        if mixer is not None:
            self._mixer = mixer
        self.config = replace(self.config, look=config.look, bed=config.bed, bed_version=config.bed_version)

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


def _bed(config: StageConfig, media: MediaFormat) -> Sound | None:
    return load_sound(Path(config.bed), media.rate) if config.bed else None
