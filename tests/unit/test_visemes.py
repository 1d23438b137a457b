import itertools

import pytest

from anchor.voice.visemes import shapes, timed
from streams.types import VISEMES


@pytest.mark.parametrize(
    ("phoneme", "expected"),
    [("ph", ["PP"]), ("m", ["PP"]), ("f", ["FF"]), ("'A", ["aa"]), ("'Au", ["aa", "ou"]), ("ts.", ["CH"]), ("T", ["TH"]),
     ("_", ["sil"]), ("_:", ["sil"]), ("(en)", []), ("'i.", ["ih"]), ("i:", ["ih"]), ("s", ["SS"]), ("S;", ["CH"])],
)  # fmt: skip
def test_shapes(phoneme: str, expected: list[str]) -> None:
    assert shapes(phoneme) == expected


def test_times_are_shared_joined_and_cover_everything() -> None:
    found = timed([(0.0, "m"), (0.1, "'Au"), (0.3, "p"), (0.4, "b"), (0.5, "_")], 0.8)
    assert [v.shape for v in found] == ["PP", "aa", "ou", "PP", "sil"]
    assert found[0].start == 0 and found[-1].end == 0.8
    for a, b in itertools.pairwise(found):
        assert a.end == pytest.approx(b.start)
    assert {v.shape for v in found} <= set(VISEMES)


def test_no_phonemes_no_visemes() -> None:
    assert timed([], 1.0) == ()
