"""The drawn anchors: layers baked once into atlases of mouth, eyes and brows.

Everything is already YUV and premultiplied, so no picture is ever converted while they move.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from anchor.face import figure
from anchor.face.atlas import OPEN, SPECIAL, Atlas, brow_shares, brows, eye_shares, eyes, mouth_shares, mouths
from anchor.face.cache import cached
from anchor.face.figure import State
from anchor.face.head import Displacements, smooth
from anchor.face.motion import Brows, Eyes, Mouth
from anchor.face.rig import Rig, planes_of
from anchor.face.texture import Box, Floats, Rgba, packed

# boxes on the figure's sheet: x, y, width, height
_REGION = (212, 128, 576, 832)
_MOUTH = (340, 534, 320, 240)
_EYES = (352, 430, 296, 92)
_BROWS = (352, 366, 296, 64)
_PARTS = (("mouth", _MOUTH, mouth_shares), ("eyes", _EYES, eye_shares), ("brows", _BROWS, brow_shares))
_BLUR_REACH = 44
"""sheet units: what is blurred beyond a picture's edge is not drawn, so pictures are made larger and cut"""


class DrawnRig(Rig):
    """``width`` and ``height`` are those of the whole figure in pixels; ``fps`` is that of the stream."""

    def __init__(self, width: int, height: int, fps: int, seed: int = 0, style: str = "woman") -> None:
        """Raises ValueError for a style that there is not."""
        if style not in figure.STYLES:
            raise ValueError(f"no drawn anchor is called {style!r}; there are {', '.join(figure.STYLES)}")
        drawing = _Drawing(figure.STYLES[style], width, height)
        baked = cached(f"drawn {style} {width}x{height}", drawing.source(), drawing.bake)
        super().__init__(baked, drawing.box, _REGION, _displacement, fps, seed)
        for name, box, shares in _PARTS:
            self.parts.append(Atlas(drawing.inside(box), name, baked[name], shares, self.device))


class _Drawing:
    """A figure of ``style`` in pixels, and what is baked of it."""

    def __init__(self, style: figure.Style, width: int, height: int) -> None:
        self._style, self._size = style, (width, height)
        self._scale = width / figure.WIDTH
        self.box = self._pixels(_REGION)

    def inside(self, box: Box) -> Box:
        """A box of the sheet in even pixels of the region."""
        x, y, w, h = self._pixels(box)
        return x - self.box[0], y - self.box[1], w, h

    def _pixels(self, box: Box) -> Box:
        """A box of the sheet in even pixels of the figure."""
        x, y, w, h = (round(v * self._scale / 2) * 2 for v in box)
        return x, y, w, h

    def source(self) -> str:
        """Everything that the baked pictures follow from."""
        half = State(mouth=Mouth(0.5, 0.5, 0.1, 0.1, 0.1, 0.5), eyes=Eyes(0.5, 0.5, 0.5, 0.5), brows=Brows(0.5, 0.5))
        drawing = figure.svg(self._style, [State(), half], (0, 0, figure.WIDTH, figure.HEIGHT), self._size, 1)
        tiles = (_REGION, _MOUTH, _EYES, _BROWS, _BLUR_REACH, mouths(), eyes(), brows())
        return f"{drawing} {tiles} {version('resvg_py')}"

    def bake(self) -> dict[str, NDArray[np.uint8]]:
        """Texture planes of the still figure, the region and all tiles; a few seconds."""
        paint, all_of_it = _Painter(self._style, self._scale), (0, 0, *self._size)
        back, front = (paint(all_of_it, [State((layer,))])[0] for layer in ("back", "front"))
        face = paint(all_of_it, [State(("eyes", "brows", "mouth"))])[0]
        whole = _over(_over(back, face), front)

        def tiles(where: Box, states: list[State], behind: dict[float, Rgba] | None = None) -> NDArray[np.uint8]:
            """One layer in many states, between what lies behind it (by the opening of the mouth) and before it."""
            box = self._pixels(where)
            below, above = _cut(back, box), _cut(front, box)
            layers = zip(states, paint(box, states), strict=True)
            return packed([_over(_over((behind or {}).get(s.mouth.open, below), layer), above) for s, layer in layers])

        jaws = [State(("back",), Mouth(opened)) for opened in OPEN[1:]]
        jaws += [State(("back",), mouth) for mouth in SPECIAL if mouth.open]
        lowered = dict(zip([s.mouth.open for s in jaws], paint(self._pixels(_MOUTH), jaws), strict=True))
        return {
            **planes_of(whole, self.box),
            "mouth": tiles(_MOUTH, [State(("mouth",), mouth) for mouth in mouths()], lowered),
            "eyes": tiles(_EYES, [State(("eyes",), eyes=eyes) for eyes in eyes()]),
            "brows": tiles(_BROWS, [State(("brows",), brows=brows) for brows in brows()]),
        }


@dataclass(frozen=True, slots=True)
class _Painter:
    style: figure.Style
    scale: float

    def __call__(self, box: Box, states: list[State]) -> list[Rgba]:
        """(h, w, 4) of each state in the pixels ``box`` of the figure."""
        x, y, w, h = box
        around = round(_BLUR_REACH * self.scale)
        width, height = w + 2 * around, h + 2 * around
        part = ((x - around) / self.scale, (y - around) / self.scale, width / self.scale, height / self.scale)
        columns = max(1, 4096 // width)
        drawing = figure.svg(self.style, states, part, (width, height), columns)
        png = bytes(resvg_py.svg_to_bytes(svg_string=drawing, skip_system_fonts=True))
        with Image.open(io.BytesIO(png)) as image:
            sheet = np.asarray(image.convert("RGBA"))
        corners = [(i // columns * height + around, i % columns * width + around) for i in range(len(states))]
        return [sheet[top : top + h, left : left + w] for top, left in corners]


def _cut(drawing: Rgba, box: Box) -> Rgba:
    x, y, w, h = box
    return drawing[y : y + h, x : x + w]


def _over(below: Rgba, above: Rgba) -> Rgba:
    joined = Image.alpha_composite(
        Image.fromarray(np.ascontiguousarray(below)), Image.fromarray(np.ascontiguousarray(above))
    )
    return np.asarray(joined)


def _displacement(x: Floats, y: Floats) -> Displacements:
    """In units of the sheet."""
    # the head moves as a whole down to the chin, the shoulders not at all
    hold = smooth((900 - y) / 290)
    # the middle of the face stands out, so it moves further than the hair around it
    bulge = np.exp(-(((x - 500) / 150) ** 2 + ((y - 500) / 190) ** 2))
    depth = hold * (0.40 + 0.60 * bulge)
    nothing = np.zeros_like(x)
    # in and out at the collar bones, fading before the edges of what moves; the head rides on it
    ride = smooth((958 - y) / 70) * smooth((x - 214) / 50) * smooth((786 - x) / 50)
    return {
        "yaw": (17 * depth, nothing),
        "pitch": (nothing, -13 * depth),
        "roll": (-0.035 * hold * (y - 800), 0.035 * hold * (x - 500)),
        "breath": (nothing, -4.5 * ride),
    }
