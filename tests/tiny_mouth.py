"""A neural mouth small enough for tests: the real way of a model, from weights on disk to pictures, without the looks."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from anchor.ports import MouthContext
from persona.values import Part
from streams.types import Ahead, Score


class Net(nn.Module):
    """A face and the loudness of the sound to the face, darker where it is told to be by as much."""

    def __init__(self) -> None:
        super().__init__()
        self.darken = nn.Conv2d(4, 3, 3, padding=1)

    def forward(self, face: Tensor, loudness: Tensor) -> Tensor:
        levels = loudness[:, None, None, None].expand(-1, 1, *face.shape[1:])
        drawn: Tensor = self.darken(torch.cat([face.expand(len(loudness), -1, -1, -1), levels], 1)).clamp(0, 1)
        return drawn


def weights(path: Path) -> Path:
    """What keeps the face as it is, and darkens it by the loudness."""
    net = Net()
    with torch.no_grad():
        net.darken.weight.zero_()
        net.darken.bias.zero_()
        for colour in range(3):
            net.darken.weight[colour, colour, 1, 1] = 1.0
            net.darken.weight[colour, 3, 1, 1] = -2.0
    torch.save(net.state_dict(), path)
    return path


class TinyMouthConfig(Part):
    path: str
    """the weights"""


class TinyMouth:
    """mouth/tiny"""

    Config = TinyMouthConfig
    ahead = Ahead(lead=9, before=0.1, after=0.1)
    batch = 4

    def __init__(self, face: Tensor, device: torch.device, path: str) -> None:
        self._face, self._device = face, device
        self._net = Net().to(device).eval()
        self._net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
        self.asked: list[int] = []
        self.rate = 0

    @classmethod
    def make(cls, config: TinyMouthConfig, context: MouthContext) -> "TinyMouth":
        made = cls(context.face, context.device, config.path)
        made.rate = context.rate
        return made

    def tiles(self, scores: Sequence[Score]) -> Tensor:
        self.asked.append(len(scores))
        heard = []
        for score in scores:
            assert score.sound is not None
            heard.append(float((score.sound**2).mean() ** 0.5))
        return self._net(self._face, torch.tensor(heard, device=self._device))  # type: ignore[no-any-return]
