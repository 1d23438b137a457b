"""The drawn anchors: layers baked once into atlases of mouth, eyes and brows, then animated by tensors only.

Stage A writes their tiles into the face texture; stage B moves the head in one smooth warp. Everything is already YUV
and premultiplied, so no picture is ever converted.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import product

import numpy as np
import resvg_py
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from anchor.face import figure
from anchor.face.cache import cached
from anchor.face.figure import State
from anchor.face.head import Head, textures
from anchor.face.motion import Brows, Eyes, Mouth, Pose, loop_pose, pose
from streams.air.canvas import picture_from_rgba
from streams.types import Picture, Score

Rgba = NDArray[np.uint8]
Box = tuple[int, int, int, int]

# boxes on the figure's sheet: x, y, width, height
_REGION = (212, 128, 576, 832)
_MOUTH = (340, 534, 320, 240)
_EYES = (352, 430, 296, 92)
_BROWS = (352, 366, 296, 64)
_OPEN = (0.0, 0.04, 0.1, 0.2, 0.36, 0.6, 1.0)
_ROUND = (-1.0, -0.5, 0.0, 0.5, 1.0)
_SMILE = (-0.5, 0.25, 1.0)
_SPECIAL = (Mouth(press=1.0, smile=0.25), Mouth(open=0.08, tuck=1.0, smile=0.25),
            Mouth(open=0.2, round=-0.1, tongue=1.0, smile=0.25))  # fmt: skip
_LID = (-0.2, 0.0, 0.15, 0.3, 0.45)
_CLOSING = (0.6, 0.8, 1.0)
"""lids that are so low hide where the eyes look"""
_LOWER = (0.0, 1.0)
_GAZE_X = (-1.0, -0.5, 0.0, 0.5, 1.0)
_GAZE_Y = (-1.0, 0.0, 1.0)
_LIFT = (-1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0)
_TILT = (-0.5, 0.0, 0.5, 1.0)
IDLE_SECONDS = 2.4
_BLUR_REACH = 44
"""sheet units: what is blurred beyond a picture's edge is not drawn, so pictures are made larger and cut"""


class Drawn:
    """``width`` and ``height`` are those of the whole figure in pixels; ``fps`` is that of the stream."""

    def __init__(self, width: int, height: int, fps: int, seed: int = 0, look: str = "woman") -> None:
        """Raises ValueError for a look that there is not."""
        if look not in figure.LOOKS:
            raise ValueError(f"no drawn anchor is called {look!r}; there are {', '.join(figure.LOOKS)}")
        self._look = figure.LOOKS[look]
        self._scale = width / figure.WIDTH
        self._size = width, height
        self._fps, self._seed = fps, seed
        self._box = self._pixels(_REGION)
        self.region = self._box[:2]
        baked = cached(f"drawn {look} {width}x{height}", self._source(), self._bake)
        self._still = Picture(*(baked[name] for name in ("y", "u", "v", "alpha")))
        self._head = Head(baked["base"], _REGION, _displacement)
        tiles = ((_MOUTH, "mouth"), (_EYES, "eyes"), (_BROWS, "brows"))
        self._tiles = [(self._inside(box), textures(baked[name], self._head.device)) for box, name in tiles]

    def still(self) -> Picture:
        return self._still

    def idle(self) -> Iterator[Picture]:
        count = round(IDLE_SECONDS * self._fps)
        for i in range(count):
            yield self.posed(loop_pose(i / count, IDLE_SECONDS, self._seed))

    def picture(self, score: Score) -> Picture:
        return self.posed(pose(score, self._seed))

    @torch.inference_mode()
    def posed(self, state: Pose) -> Picture:
        """The moving part in one pose."""
        shares = (_mouth_shares(state.mouth), _eye_shares(state.eyes), _brow_shares(state.brows))
        for (box, atlas), share in zip(self._tiles, shares, strict=True):
            self._head.write(box, *(_mixed(texture, share) for texture in atlas))
        return self._head.draw(state.yaw, state.pitch, state.roll, state.breath)

    def _pixels(self, box: Box) -> Box:
        """A box of the sheet in even pixels of the figure."""
        x, y, w, h = (round(v * self._scale / 2) * 2 for v in box)
        return x, y, w, h

    def _inside(self, box: Box) -> Box:
        """A box of the sheet in even pixels of the region."""
        x, y, w, h = self._pixels(box)
        return x - self._box[0], y - self._box[1], w, h

    # baking

    def _source(self) -> str:
        """Everything that the baked pictures follow from."""
        half = State(mouth=Mouth(0.5, 0.5, 0.1, 0.1, 0.1, 0.5), eyes=Eyes(0.5, 0.5, 0.5, 0.5), brows=Brows(0.5, 0.5))
        drawing = figure.svg(self._look, [State(), half], (0, 0, figure.WIDTH, figure.HEIGHT), self._size, 1)
        tiles = (_REGION, _MOUTH, _EYES, _BROWS, _BLUR_REACH, _mouths(), _eyes(), _brows())
        return f"{drawing} {tiles} {version('resvg_py')}"

    def _bake(self) -> dict[str, NDArray[np.uint8]]:
        """Texture planes of the still figure, the region and all tiles; a few seconds."""
        paint, all_of_it = _Painter(self._look, self._scale), (0, 0, *self._size)
        back, front = (paint(all_of_it, [State((layer,))])[0] for layer in ("back", "front"))
        face = paint(all_of_it, [State(("eyes", "brows", "mouth"))])[0]
        whole = _over(_over(back, face), front)

        def tiles(where: Box, states: list[State], behind: dict[float, Rgba] | None = None) -> NDArray[np.uint8]:
            """One layer in many states, between what lies behind it (by the opening of the mouth) and before it."""
            box = self._pixels(where)
            below, above = _cut(back, box), _cut(front, box)
            layers = zip(states, paint(box, states), strict=True)
            return packed([_over(_over((behind or {}).get(s.mouth.open, below), layer), above) for s, layer in layers])

        jaws = [State(("back",), Mouth(opened)) for opened in _OPEN[1:]]
        jaws += [State(("back",), mouth) for mouth in _SPECIAL if mouth.open]
        lowered = dict(zip([s.mouth.open for s in jaws], paint(self._pixels(_MOUTH), jaws), strict=True))
        still = whole.copy()
        x, y, w, h = self._box
        still[y : y + h, x : x + w] = 0
        picture = picture_from_rgba(still)
        return {
            "y": picture.y,
            "u": picture.u,
            "v": picture.v,
            "alpha": _alpha(picture),
            "base": packed([_cut(whole, self._box)]),
            "mouth": tiles(_MOUTH, [State(("mouth",), mouth) for mouth in _mouths()], lowered),
            "eyes": tiles(_EYES, [State(("eyes",), eyes=eyes) for eyes in _eyes()]),
            "brows": tiles(_BROWS, [State(("brows",), brows=brows) for brows in _brows()]),
        }


@dataclass(frozen=True, slots=True)
class _Painter:
    look: figure.Look
    scale: float

    def __call__(self, box: Box, states: list[State]) -> list[Rgba]:
        """(h, w, 4) of each state in the pixels ``box`` of the figure."""
        x, y, w, h = box
        around = round(_BLUR_REACH * self.scale)
        width, height = w + 2 * around, h + 2 * around
        part = ((x - around) / self.scale, (y - around) / self.scale, width / self.scale, height / self.scale)
        columns = max(1, 4096 // width)
        drawing = figure.svg(self.look, states, part, (width, height), columns)
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


def packed(drawings: list[Rgba]) -> NDArray[np.uint8]:
    """(n, h * 3 / 2 + h, w): the planes of premultiplied pictures, Y, U beside V, alpha."""
    made = [picture_from_rgba(rgba) for rgba in drawings]
    return np.stack([np.concatenate([p.y, np.concatenate([p.u, p.v], 1), _alpha(p)]) for p in made])


def _alpha(picture: Picture) -> NDArray[np.uint8]:
    return np.full_like(picture.y, 255) if picture.alpha is None else picture.alpha


def _mouths() -> list[Mouth]:
    return [Mouth(open=o, round=r, smile=s) for o, r, s in product(_OPEN, _ROUND, _SMILE)] + list(_SPECIAL)


def _eyes() -> list[Eyes]:
    return [Eyes(*state) for state in product(_LID, _LOWER, _GAZE_X, _GAZE_Y)] + [Eyes(lid) for lid in _CLOSING]


def _brows() -> list[Brows]:
    return [Brows(lift, tilt) for lift, tilt in product(_LIFT, _TILT)]


Shares = list[tuple[int, float]]
"""which pictures of an atlas make a tile, and how much of each"""


def _grid(*axes: tuple[tuple[float, ...], float]) -> Shares:
    """Between the neighbours on every axis (stops, value) of an atlas made by itertools.product."""
    shares: Shares = [(0, 1.0)]
    for stops, value in axes:
        place = float(np.interp(value, stops, range(len(stops))))
        low = min(int(place), len(stops) - 2)
        part = place - low
        shares = [
            (index * len(stops) + low + step, weight * share)
            for index, weight in shares
            for step, share in ((0, 1 - part), (1, part))
            if share > 0.004
        ]
    return shares


def _mouth_shares(mouth: Mouth) -> Shares:
    shares = _grid((_OPEN, mouth.open), (_ROUND, mouth.round), (_SMILE, mouth.smile))
    first = len(_OPEN) * len(_ROUND) * len(_SMILE)
    # tuck and tongue only show in a mouth that is nearly closed
    narrow = max(0.0, 1 - mouth.open / 0.45)
    for k, amount in enumerate((mouth.press, mouth.tuck * narrow, mouth.tongue * narrow)):
        if amount > 0.02:
            amount = min(1.0, amount)
            shares = [(i, w * (1 - amount)) for i, w in shares if w * (1 - amount) > 0.004] + [(first + k, amount)]
    return shares


def _eye_shares(eyes: Eyes) -> Shares:
    first = len(_LID) * len(_LOWER) * len(_GAZE_X) * len(_GAZE_Y)
    last = _LID[-1]
    closing = min(1.0, max(0.0, (eyes.lid - last) / (_CLOSING[0] - last)))
    shares: Shares = []
    if closing < 1:
        opened = _grid((_LID, eyes.lid), (_LOWER, eyes.lower), (_GAZE_X, eyes.gaze_x), (_GAZE_Y, eyes.gaze_y))
        shares += [(i, weight * (1 - closing)) for i, weight in opened]
    if closing > 0:
        shares += [(first + i, weight * closing) for i, weight in _grid((_CLOSING, eyes.lid))]
    return shares


def _brow_shares(brows: Brows) -> Shares:
    return _grid((_LIFT, brows.lift), (_TILT, brows.tilt))


def _mixed(atlas: Tensor, shares: Shares) -> Tensor:
    """The tile of an atlas (n, c, h, w) float32."""
    if len(shares) == 1:
        return atlas[shares[0][0]]
    total = sum(weight for _, weight in shares)
    tile = atlas[shares[0][0]] * (shares[0][1] / total)
    for index, weight in shares[1:]:
        tile.add_(atlas[index], alpha=weight / total)
    return tile


def _displacement(x: Tensor, y: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """How far, in sheet units, a movement of 1 carries the points of the sheet."""
    from anchor.face.head import smooth

    # the head moves as a whole down to the chin, the shoulders not at all
    hold = smooth((900 - y) / 290)
    # the middle of the face stands out, so it moves further than the hair around it
    bulge = torch.exp(-(((x - 500) / 150) ** 2 + ((y - 500) / 190) ** 2))
    depth = hold * (0.40 + 0.60 * bulge)
    nothing = torch.zeros_like(x)
    # in and out at the collar bones, fading before the edges of what moves; the head rides on it
    ride = smooth((958 - y) / 70) * smooth((x - 214) / 50) * smooth((786 - x) / 50)
    return {
        "yaw": (17 * depth, nothing),
        "pitch": (nothing, -13 * depth),
        "roll": (-0.035 * hold * (y - 800), 0.035 * hold * (x - 500)),
        "breath": (nothing, -4.5 * ride),
    }
