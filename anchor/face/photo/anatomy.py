"""What the lips of one face can do: every state of the mouth as moves of points in the photo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anchor.face.motion import Mouth
from anchor.face.photo.field import Points
from anchor.face.photo.landmarks import LIPS, Landmarks
from anchor.face.texture import Box

_T = np.linspace(-1, 1, LIPS)
_BUMP = np.clip(1 - np.abs(_T) ** 2.2, 0, None) ** 0.75
_ROUND = np.sqrt(np.clip(1 - _T**2, 0, None))
JAW_DROP = 0.36
"""of the mouth's width, when it is wide open"""
UPPER_SHARE = 0.16
"""of the opening that the upper lip takes"""
TEETH_SHOW = 0.06
"""of the mouth's width: lips further apart than this show teeth in the photo itself"""


@dataclass(frozen=True, slots=True)
class Lips:
    """One state in the photo's pixels: both inner lips from corner to corner, and where every control point went."""

    upper: Points
    lower: Points
    upper_moves: tuple[Points, Points]
    """points as they are in this state, and how far it is from there to where the photo has them"""
    lower_moves: tuple[Points, Points]


class Anatomy:
    """What the lips of one face can do, in coordinates of its mouth: x along it, y down, its width is ``width``."""

    def __init__(self, marks: Landmarks, box: Box) -> None:
        """``box`` is what moves: nothing at its edge does."""
        self._marks = marks
        self.origin = (marks.upper_inner[0] + marks.upper_inner[-1]) / 2
        self.axes = np.stack([marks.across, marks.down])
        self.width = float(np.hypot(*(marks.upper_inner[-1] - marks.upper_inner[0])))
        inner_upper, inner_lower = self._local(marks.upper_inner), self._local(marks.lower_inner)
        self.gap = max(0.0, float((inner_lower - inner_upper)[:, 1].max()))
        if self.shows_teeth:  # no edge of a lip may be left on the teeth
            inner_upper[1:-1, 1] -= 0.022 * self.width
            inner_lower[1:-1, 1] += 0.022 * self.width
        self.upper, self.lower = inner_upper, inner_lower
        self.seam = 0.45 * inner_upper + 0.55 * inner_lower
        """where closed lips meet"""
        self._outer_upper, self._outer_lower = self._local(marks.upper_outer), self._local(marks.lower_outer)
        oval = self._local(marks.oval)
        n = len(oval)
        self._jaw = oval[n * 10 // 36 : n * 27 // 36]
        rest = np.concatenate([oval[: n * 10 // 36], oval[n * 27 // 36 :]])
        lids = self._local(np.concatenate([marks.left.lower, marks.right.lower]))
        self._fixed = np.concatenate([self._local(marks.nose), rest, lids])
        self._cheeks = self._between(oval)
        below = self._jaw[::-1][np.linspace(2, len(self._jaw) - 3, LIPS - 2).round().astype(int)]
        lip = self._outer_lower[1:-1]
        self._chin = np.concatenate([lip + t * (below - lip) for t in (0.35, 0.7)])
        x, y, w, h = box
        frame = [(x, y), (x + w / 2, y), (x + w, y), (x, y + h / 2), (x + w, y + h / 2), (x, y + h), (x + w / 2, y + h), (x + w, y + h)]  # fmt: skip
        self._frame = self._local(np.array(frame, np.float64))

    @property
    def shows_teeth(self) -> bool:
        return self.gap > TEETH_SHOW * self.width

    def _local(self, curve: Points) -> Points:
        local: Points = (curve - self.origin) @ self.axes.T
        return local

    def to_photo(self, curve: Points) -> Points:
        found: Points = curve @ self.axes + self.origin
        return found

    def _between(self, oval: Points) -> Points:
        """Points on the cheeks: between nose and mouth on the one hand, and the side of the face on the other."""
        n, found = len(oval), []
        nose = self._local(self._marks.nose)
        sides = ((oval[n * 27 // 36], nose[2], self.seam[0]), (oval[n * 9 // 36], nose[3], self.seam[-1]))
        for side, wing, corner in sides:
            found += [wing + t * (side - wing) for t in (0.25, 0.55)] + [
                corner + t * (side - corner) for t in (0.3, 0.6)
            ]
            found.append((wing + corner) / 2 + 0.15 * (side - wing))
        return np.array(found)

    def lips(self, mouth: Mouth) -> Lips:
        width, purse, spread = self.width, max(0.0, mouth.round), max(0.0, -mouth.round)
        smile = _smile(mouth)
        opened = mouth.open * JAW_DROP * width
        drop = opened * (1 - UPPER_SHARE)
        wider = -0.36 * purse + 0.16 * spread + 0.12 * max(0.0, smile)
        # a photo that smiles is relaxed first: corners down and in, seam flat
        lift = (self.seam[LIPS // 2, 1] - (self.seam[0, 1] + self.seam[-1, 1]) / 2) / width
        relax = min(1.0, max(0.0, lift / 0.12)) * (1 - max(0.0, smile))
        wide = (1 + wider) * (1 - 0.10 * relax)
        shape = _BUMP * (1 - purse) + _ROUND * purse
        middle = self.seam[LIPS // 2, 1]
        seam_y = (self.seam[:, 1] - middle) * (1 - 0.72 * relax) + middle * (1 - 0.12 * relax)
        seam_y = seam_y - smile * width * 0.10 * (np.abs(_T) ** 1.6 - 0.35)
        upper = np.stack([self.seam[:, 0] * wide, seam_y - opened * UPPER_SHARE * shape], 1)
        lower = np.stack([self.seam[:, 0] * wide, seam_y + drop * shape], 1)
        upper[:, 1] -= mouth.tuck * width * 0.05 * _BUMP
        lower[:, 1] -= mouth.tuck * width * 0.02 * _BUMP
        thin = 0.35 * mouth.press + 0.10 * mouth.open
        thick_upper = 1 - thin + 0.25 * relax + 0.25 * purse - 0.15 * max(0.0, smile) - 0.2 * mouth.tuck
        thick_lower = 1 - thin + 0.15 * relax + 0.22 * purse - 0.12 * max(0.0, smile) - 0.45 * mouth.tuck
        outer_upper = upper + (self._outer_upper - self.upper) * (wide, thick_upper)
        outer_lower = lower + (self._outer_lower - self.lower) * (wide, thick_lower)
        for end in (0, -1):
            outer_upper[end] = outer_lower[end] = (outer_upper[end] + outer_lower[end]) / 2

        jaw, chin, cheeks = self._following(mouth, drop, wider)
        at_rest = [self._fixed, self._frame]
        ends = np.r_[0:4, len(self._jaw) - 4 : len(self._jaw)]
        return Lips(
            self.to_photo(upper),
            self.to_photo(lower),
            self._moves(
                [self.upper, self._outer_upper, self._cheeks, self._jaw[ends], *at_rest],
                [upper, outer_upper, self._cheeks + cheeks, (self._jaw + jaw)[ends], *at_rest],
            ),
            self._moves(
                [self.lower, self._outer_lower, self._jaw, self._chin, self._cheeks, *at_rest],
                [lower, outer_lower, self._jaw + jaw, self._chin + chin, self._cheeks + cheeks, *at_rest],
            ),
        )

    def _following(self, mouth: Mouth, drop: float, wider: float) -> tuple[Points, Points, Points]:
        """How jaw, chin and cheeks move with lips that are ``wider`` and a lower one that drops so far."""
        width, smile = self.width, _smile(mouth)
        t = np.linspace(-1, 1, len(self._jaw))
        weight = np.clip(1 - np.abs(t) ** 2.5, 0, None)
        jaw = np.stack([-0.02 * mouth.open * self._jaw[:, 0] * weight, drop * 0.80 * weight], 1)
        chin = np.stack([-0.015 * mouth.open * self._chin[:, 0], np.full(len(self._chin), drop * 0.86)], 1)
        chin[:, 1] -= (mouth.tuck * 0.03 + mouth.press * 0.012) * width
        beside = self._cheeks[:, 1] > -0.1 * width
        cheeks = np.stack([self._cheeks[:, 0] * (wider * 0.28 + 0.03 * max(0.0, smile)), drop * 0.16 * beside - smile * width * 0.055], 1)  # fmt: skip
        return jaw, chin, cheeks

    def _moves(self, was: list[Points], now: list[Points]) -> tuple[Points, Points]:
        source, place = np.concatenate(was), np.concatenate(now)
        return self.to_photo(place), (source - place) @ self.axes


def _smile(mouth: Mouth) -> float:
    """Corners of a photo can be drawn down less than up."""
    return mouth.smile if mouth.smile > 0 else 0.7 * mouth.smile
