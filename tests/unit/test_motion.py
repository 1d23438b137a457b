import itertools

from anchor.face.motion import BLINK_SECONDS, FACES, TARGETS, blink, breath, loop_pose, mood, mouth, pose
from streams.types import MOODS, VISEMES, Feeling, Score, Viseme


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


def test_there_is_a_face_for_every_mood() -> None:
    assert set(FACES) == set(MOODS) and len(set(FACES.values())) == len(MOODS)
    assert mood(()) == FACES["calm"] == mood((Feeling("calm", -1, 1),))
    assert mood((Feeling("sorry", -2, 2),)) == FACES["sorry"]


def test_a_mood_comes_and_goes_softly() -> None:
    """From a second before a sentence of two seconds in a mood, until a second after it."""
    for name in set(MOODS) - {"calm"}:
        smiles = [mood((Feeling(name, 1 - n / 25, 3 - n / 25),)).smile for n in range(100)]
        assert smiles[0] == smiles[-1] == FACES["calm"].smile
        assert abs(smiles[50] - FACES[name].smile) < 1e-9
        whole = abs(FACES[name].smile - FACES["calm"].smile)
        assert max(abs(a - b) for a, b in itertools.pairwise(smiles)) <= 0.2 * whole + 1e-9


def test_moods_next_to_each_other_share_the_face() -> None:
    both = (Feeling("happy", -1.0, 0.0), Feeling("sorry", 0.0, 1.0))
    smile = mood(both).smile
    assert FACES["sorry"].smile < smile < FACES["happy"].smile


def test_a_smile_never_opens_lips_that_must_close() -> None:
    held = pose(Score(0, 1.0, (Viseme("PP", -0.1, 0.1),), (Feeling("happy", -3, 3),)))
    assert held.mouth.press > 0.9 and held.mouth.open == 0 and held.mouth.smile > 0.4


def test_glances_rest_on_the_viewer_and_sometimes_go_to_the_comments() -> None:
    gazes = [pose(Score(0, n / 10), 4).eyes for n in range(6000)]
    away = sum(abs(eyes.gaze_x) > 0.5 for eyes in gazes) / len(gazes)
    assert 0.05 < away < 0.35
    assert all(-1 <= eyes.gaze_x <= 1 and -1 <= eyes.gaze_y <= 1 for eyes in gazes)


def test_idle_life_does_not_repeat_within_a_minute() -> None:
    moves = [(p.yaw, p.pitch, p.roll, p.eyes.gaze_x) for p in (pose(Score(0, n / 5)) for n in range(600))]
    for lag in range(20, 300):
        assert (
            max(abs(a - b) for x, y in zip(moves, moves[lag:], strict=False) for a, b in zip(x, y, strict=True)) > 0.1
        )


def test_movements_stay_within_what_a_rig_allows_and_never_jump() -> None:
    loud = (Feeling("surprised", -3, 3),)
    talk = (Viseme("aa", -0.3, 0.4),)
    path = [pose(Score(0, n / 25, talk, loud, 0.5 + 0.5 * (n // 10 % 2 == 0))) for n in range(2000)]
    for name in ("yaw", "pitch", "roll"):
        assert max(abs(getattr(p, name)) for p in path) < 1.3
    # between two pictures without a change of loudness
    assert max(abs(a.yaw - b.yaw) for a, b in itertools.pairwise(path)) < 0.1
    assert all(0 <= breath(n / 7) <= 1 for n in range(400))
