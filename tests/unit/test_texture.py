"""The face's texture: OpenCV and torch draw the same picture of it."""

import numpy as np
import pytest
import torch

from anchor.face.texture import OnCpu, OnGpu, Texture, packed, points, tiles
from streams.types import Picture

WIDTH, HEIGHT = 90, 122
CPU = torch.device("cpu")


def drawing(seed: int) -> np.ndarray:
    """Soft colours, a round shape with a soft edge."""
    dice = np.random.default_rng(seed)
    y, x = np.mgrid[:HEIGHT, :WIDTH] / 40
    rgba = np.empty((HEIGHT, WIDTH, 4))
    for c in range(3):
        a, b, d = dice.uniform(0.5, 2, 3)
        rgba[..., c] = 127 + 120 * np.sin(a * x + b * y + d)
    rgba[..., 3] = 255 * np.clip(4 * (1.2 - np.hypot(x - 1.1, y - 1.5)), 0, 1)
    return rgba.astype(np.uint8)


@pytest.fixture(params=["bytes", "tensors"])
def face(request: pytest.FixtureRequest) -> Texture:
    planes = packed([drawing(1)])[0]
    return OnCpu(planes) if request.param == "bytes" else OnGpu(planes, CPU)


def planes(picture: Picture) -> list[np.ndarray]:
    assert picture.alpha is not None
    return [plane.astype(int) for plane in (picture.y, picture.u, picture.v, picture.alpha)]


def test_without_a_warp_the_texture_is_what_was_put_in(face: Texture) -> None:
    packing = packed([drawing(1)])[0]
    y, u, v, alpha = planes(face.draw(points(WIDTH, HEIGHT)))
    chroma = packing[HEIGHT : HEIGHT * 3 // 2]
    for seen, put in ((y, packing[:HEIGHT]), (alpha, packing[HEIGHT * 3 // 2 :]), (np.concatenate([u, v], 1), chroma)):
        assert np.abs(seen - put).max() <= 2


def test_a_shift_by_whole_pixels_is_exact_and_nothing_lies_beyond_the_edge(face: Texture) -> None:
    before, after = (
        planes(face.draw(points(WIDTH, HEIGHT) + shift)) for shift in (np.float32([0, 0]), np.float32([4, -6]))
    )
    for old, new, scale in zip(before, after, (1, 2, 2, 1), strict=True):
        dx, dy = 4 // scale, 6 // scale
        assert np.abs(new[dy:, :-dx] - old[:-dy, dx:]).max() <= 1
        assert (new[: dy - 1] <= 1).all()


def test_a_tile_is_written_where_it_belongs(face: Texture) -> None:
    box = (20, 40, 32, 24)
    other = packed([drawing(2)[40:64, 20:52]])
    before = planes(face.draw(points(WIDTH, HEIGHT)))
    face.write(box, tuple(t[0] for t in tiles(other, CPU)))  # type: ignore[arg-type]
    after = planes(face.draw(points(WIDTH, HEIGHT)))
    assert np.abs(after[0][40:64, 20:52] - other[0][:24]).max() <= 2
    changed = np.abs(after[0] - before[0])
    changed[40:64, 20:52] = 0
    assert changed.max() == 0


@pytest.mark.parametrize("far", [3, 30])
def test_bytes_and_tensors_draw_the_same(far: int) -> None:
    """Also where the middle stays solid, and where things come from too far for that to be known."""
    packing = packed([drawing(3)])[0]
    where = points(WIDTH, HEIGHT)
    where = where + (far * np.sin(where[..., ::-1] / 20)).astype(np.float32)
    bytes_ = OnCpu(packing)
    assert any(right > left for _, _, (left, _, right, _) in bytes_._solid)
    one, other = planes(bytes_.draw(where)), planes(OnGpu(packing, CPU).draw(where))
    for a, b in zip(one, other, strict=True):
        # OpenCV knows places to a 32nd of a pixel
        assert np.abs(a - b).mean() < 0.6 and np.abs(a - b).max() <= 2 + 2 * far
