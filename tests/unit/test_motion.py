import itertools

from anchor.face.motion import BLINK_SECONDS, TARGETS, blink, loop_pose, mouth, pose
from streams.types import VISEMES, Score, Viseme


def at(visemes: list[Viseme], time: float) -> float:
    return mouth([Viseme(v.shape, v.start - time, v.end - time, v.weight) for v in visemes]).open


def test_every_viseme_has_its_own_mouth() -> None:
    assert set(TARGETS) == set(VISEMES)
    held = {v: mouth([Viseme(v, -0.2, 0.2)]) for v in VISEMES}
    assert len(set(held.values())) == len(VISEMES)
    assert held["aa"].open > held["E"].open > held["ih"].open > held["sil"].open
    assert held["ou"].round > 0.6 and held["ih"].round < -0.5


def test_lips_close_between_two_open_vowels_however_short() -> None:
    for length in (0.04, 0.06, 0.1):
        speech = [Viseme("aa", 0, 0.2), Viseme("PP", 0.2, 0.2 + length), Viseme("aa", 0.2 + length, 0.5)]
        # wherever the pictures of a 25 Hz stream fall, one of them shows the closure
        for phase in range(8):
            seen = [at(speech, phase * 0.005 + n * 0.04) for n in range(12)]
            assert min(seen[3:9]) < 0.05
            assert max(seen) > 0.5


def test_the_mouth_moves_without_jumps() -> None:
    speech = [Viseme("aa", 0, 0.15), Viseme("SS", 0.15, 0.25), Viseme("ou", 0.25, 0.45), Viseme("sil", 0.45, 0.8)]
    path = [at(speech, n * 0.005 - 0.3) for n in range(240)]
    assert max(abs(a - b) for a, b in itertools.pairwise(path)) < 0.12


def test_closed_at_rest_and_soon_after_speech() -> None:
    assert mouth([]).open == 0
    assert at([Viseme("aa", 0, 0.2)], 0.2 + 0.12) == 0


def test_blinks_come_at_natural_intervals_and_close() -> None:
    times = [n / 100 for n in range(12_000)]
    closed = [blink(t) for t in times]
    starts = [t for t, a, b in zip(times, closed, closed[1:], strict=False) if a == 0 and b > 0]
    gaps = [b - a for a, b in itertools.pairwise(starts)]
    assert 25 <= len(starts) <= 40
    assert max(gaps) < 8 and len({round(g, 1) for g in gaps}) > 10
    assert max(closed) > 0.95
    assert 0.9 * BLINK_SECONDS < sum(c > 0 for c in closed) / 100 / len(starts) < 1.1 * BLINK_SECONDS


def test_a_pose_depends_on_its_score_alone() -> None:
    score = Score(10, 12.34, (Viseme("aa", -0.1, 0.1),))
    assert pose(score, 3) == pose(score, 3)
    assert [blink(t / 10, 1) for t in range(600)] != [blink(t / 10, 2) for t in range(600)]


def test_the_idle_loop_has_no_seam() -> None:
    first, last = loop_pose(0.0, 2.4), loop_pose(1 - 1 / 60, 2.4)
    assert abs(first.yaw - last.yaw) < 0.03 and abs(first.roll - last.roll) < 0.03
    assert first.eyes.lid == last.eyes.lid == 0
