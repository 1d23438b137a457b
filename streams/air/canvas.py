"""Composes pictures into one YUV 4:2:0 frame, and redraws only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.types import Picture, Plane


class Sprite:
    """A Picture made ready to be blended often: what it lets through is worked out once."""

    __slots__ = ("height", "keep", "planes", "width")

    def __init__(self, picture: Picture) -> None:
        self.width, self.height = picture.size
        self.planes = (picture.y, picture.u, picture.v)
        self.keep: tuple[Plane, Plane] | None = None
        if picture.alpha is not None:
            # inverted alpha at both resolutions; chroma takes the mean of its four, as its colour did
            alpha = picture.alpha
            small = (
                (alpha[::2, ::2].astype(np.uint16) + alpha[1::2, ::2] + alpha[::2, 1::2] + alpha[1::2, 1::2] + 2) >> 2
            ).astype(np.uint8)
            self.keep = (~alpha, ~small)


@dataclass(frozen=True, slots=True)
class Placed:
    """A sprite with its top left corner at even coordinates; it may lie partly outside of the canvas."""

    sprite: Sprite
    x: int
    y: int

    @property
    def box(self) -> Box:
        return Box(self.x, self.y, self.x + self.sprite.width, self.y + self.sprite.height)

    def same(self, other: Placed | None) -> bool:
        return other is not None and self.sprite is other.sprite and (self.x, self.y) == (other.x, other.y)


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, right, bottom in even pixels; right and bottom are outside."""

    left: int
    top: int
    right: int
    bottom: int

    def __and__(self, other: Box) -> Box | None:
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(left, top, right, bottom) if left < right and top < bottom else None


class Base:
    """What lies under everything that moves, put together once; may be made on any thread."""

    def __init__(self, width: int, height: int, layers: Sequence[Placed]) -> None:
        box = Box(0, 0, width, height)
        _, self.planes = _planes(width, height)
        if not layers or layers[0].sprite.keep is not None or layers[0].box != box:
            y, u, v = self.planes
            y[:], u[:], v[:] = 16, 128, 128
        for placed in layers:
            if (clip := placed.box & box) is not None:
                _blend(self.planes, placed, clip)


class Canvas:
    """One frame of the stream. ``frame`` is (h * 3 / 2, w) uint8: Y, then U and V, as encoders take it."""

    def __init__(self, width: int, height: int) -> None:
        self.box = Box(0, 0, width, height)
        self.frame, self._planes = _planes(width, height)
        self._shown: list[Placed | None] = []
        self.set_base([])

    def set_base(self, layers: Sequence[Placed]) -> None:
        """What lies under everything and seldom changes; costs a whole picture."""
        self.show_base(Base(self.box.right, self.box.bottom, layers))

    def show_base(self, base: Base) -> None:
        """Another base from now on."""
        self._base = base.planes
        self._all = True

    def compose(self, layers: Sequence[Placed | None]) -> NDArray[np.uint8]:
        """Draw ``layers`` from the bottom up over the base; a layer keeps its place in the sequence.

        Returns ``frame``, which the next call changes.
        """
        dirty = [self.box] if self._all else []
        if not self._all:
            before = self._shown + [None] * (len(layers) - len(self._shown))
            for old, new in zip(before, layers, strict=True):
                if new is not None and new.same(old):
                    continue
                boxes = {placed.box for placed in (old, new) if placed is not None}
                dirty += [clip for box in boxes if (clip := box & self.box) is not None]
        for box in dirty:
            _copy(self._base, self._planes, box)
            for placed in layers:
                if placed is not None and (clip := placed.box & box) is not None:
                    _blend(self._planes, placed, clip)
        self._shown, self._all = list(layers), False
        return self.frame


_Planes = tuple[Plane, Plane, Plane]


def _planes(width: int, height: int) -> tuple[NDArray[np.uint8], _Planes]:
    frame = np.empty((height * 3 // 2, width), np.uint8)
    flat = frame.reshape(-1)
    luma, chroma = width * height, width * height // 4
    return frame, (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(height // 2, width // 2),
        flat[luma + chroma :].reshape(height // 2, width // 2),
    )


def _copy(source: _Planes, target: _Planes, box: Box) -> None:
    for plane, (a, b) in enumerate(zip(source, target, strict=True)):
        area = _area(box, 1 if plane == 0 else 2)
        b[area] = a[area]


def _blend(target: _Planes, placed: Placed, clip: Box) -> None:
    inside = Box(clip.left - placed.x, clip.top - placed.y, clip.right - placed.x, clip.bottom - placed.y)
    for plane, over in enumerate(placed.sprite.planes):
        scale = 1 if plane == 0 else 2
        under = target[plane][_area(clip, scale)]
        new = over[_area(inside, scale)]
        if placed.sprite.keep is None:
            under[:] = new
            continue
        keep = placed.sprite.keep[min(plane, 1)][_area(inside, scale)]
        mixed = np.multiply(under, keep, dtype=np.uint16)
        # x / 255, rounded, in whole numbers: (x + 128 + ((x + 128) >> 8)) >> 8 is exact up to 65,025
        mixed += 128
        mixed += mixed >> 8
        mixed >>= 8
        mixed += new
        np.minimum(mixed, 255, out=mixed)
        under[:] = mixed


def _area(box: Box, scale: int) -> tuple[slice, slice]:
    return (
        slice(box.top // scale, box.bottom // scale),
        slice(box.left // scale, box.right // scale),
    )
