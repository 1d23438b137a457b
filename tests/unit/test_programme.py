import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.air.programme import Full, Programme
from streams.types import Played
from tests.fakes import SMALL, chunk

LEAD = 4
N = SMALL.samples


def play(programme: Programme, first: int, ticks: int) -> tuple[np.ndarray, list[Played]]:
    sound, reports = [], []
    for tick in range(first, first + ticks):
        sound.append(programme.pull(tick))
        reports += programme.take_reports()
    return np.concatenate(sound), reports


def test_silence_when_empty() -> None:
    sound, reports = play(Programme(SMALL, LEAD), 0, 10)
    assert not sound.any() and not reports


def test_a_chunk_starts_after_the_lead_and_ends_to_the_sample() -> None:
    programme = Programme(SMALL, LEAD)
    start, end = programme.add(chunk(seconds=0.5), tick=3)
    assert start == (3 + LEAD + 1) * N and end - start == 24_000
    sound, reports = play(programme, 3, 40)
    heard = np.flatnonzero(sound)
    assert heard[0] == start - 3 * N and len(heard) == 24_000
    assert reports == [Played(1, "a", 0, 0.5, False)]


def test_chunks_follow_each_other_without_a_sample_between() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 0.333, last=False), 0)
    programme.add(chunk("a", 0, 0.2501, last=True), 1)
    programme.add(chunk("b", 1, 0.1), 2)
    sound, reports = play(programme, 0, 60)
    heard = np.flatnonzero(sound)
    assert heard[-1] - heard[0] + 1 == len(heard) == 15_984 + 12_005 + 4_800
    assert [(r.cue, r.seq, r.cut) for r in reports] == [("a", 0, False), ("b", 1, False)]
    assert reports[0].seconds == pytest.approx(0.5831, abs=1e-4)


def test_cut_fades_within_40_ms_and_reports_what_was_heard() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 2.0), 0)
    programme.add(chunk("b", 1, 1.0), 0)
    before, _ = play(programme, 0, 15)
    programme.cut(15)
    after, reports = play(programme, 15, 20)
    fade = after[: int(0.04 * 48_000)]
    assert fade[0] == pytest.approx(0.5, abs=0.01) and (np.diff(fade[fade > 0]) <= 0).all()
    assert not after[len(fade) :].any()
    heard = np.count_nonzero(before) + len(fade)
    assert {(r.cue, r.cut) for r in reports} == {("a", True), ("b", True)}
    by_cue = {r.cue: r.seconds for r in reports}
    assert by_cue["b"] == 0 and by_cue["a"] == pytest.approx(heard / 48_000, abs=1e-4)


def test_cut_before_it_began_reports_nothing_heard() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 1.0), 0)
    programme.cut(2)
    sound, reports = play(programme, 2, 20)
    assert not sound.any()
    assert [(r.cue, r.seconds, r.cut) for r in reports] == [("a", 0.0, True)]
    start, _ = programme.add(chunk("b"), 30)
    assert start == (30 + LEAD + 1) * N


def test_a_sentence_whose_end_never_came_is_reported_as_cut() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 0.2, last=False), 0)
    programme.add(chunk("b", 0, 0.2, last=True), 0)
    _, reports = play(programme, 0, 40)
    assert [(r.cue, r.cut) for r in reports] == [("a", True), ("b", False)]


def test_cutting_one_sentence_leaves_the_one_that_sounds() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 1.0), 0)
    programme.add(chunk("b", 1, 1.0), 0)
    play(programme, 0, 15)
    programme.cut(15, ("b", 1))
    sound, reports = play(programme, 15, 40)
    assert [(r.cue, r.seconds, r.cut) for r in reports] == [("b", 0.0, True), ("a", 1.0, False)]
    assert np.count_nonzero(sound) == 48_000 - 10 * N


def test_a_sentence_whose_speaker_is_gone_is_played_and_closed() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 1.0, last=False), 0)
    play(programme, 0, 10)
    programme.close_open()
    _, reports = play(programme, 10, 40)
    assert [(r.cue, r.seconds, r.cut) for r in reports] == [("a", 1.0, True)]
    programme.add(chunk("b", 0, 0.2, last=False), 50)
    play(programme, 50, 40)  # heard, and still open when the speaker goes
    programme.close_open()
    assert [(r.cue, r.cut) for r in programme.take_reports()] == [("b", True)]
    assert programme.waiting() == []


def test_skipped_ticks_delay_speech_and_lose_none() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 1.0), 0)
    first, _ = play(programme, 0, 10)
    programme.skip(100)
    rest, reports = play(programme, 110, 40)
    assert np.count_nonzero(first) + np.count_nonzero(rest) == 48_000
    assert reports[0].seconds == 1.0


def test_caption_stands_while_it_is_heard_and_a_little_longer() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 0.4, text="你好"), 0)
    shown = []
    for tick in range(60):
        programme.pull(tick)
        shown.append(programme.showing(tick)[0])
    first, last = shown.index("你好"), len(shown) - 1 - shown[::-1].index("你好")
    assert first == LEAD + 1
    assert last == LEAD + 1 + 10 + 15 - 1


def test_visemes_are_relative_to_the_tick() -> None:
    programme = Programme(SMALL, LEAD)
    start, _ = programme.add(chunk("a", 0, 1.0), 0)
    tick = start // N + 10
    (viseme,) = programme.score(tick).visemes
    assert viseme.shape == "aa"
    assert viseme.start == pytest.approx(-(10.5 * 0.04)) and viseme.end == pytest.approx(1 - 10.5 * 0.04)
    assert programme.score(start // N + 60).visemes == ()


def test_too_much_speech_is_refused() -> None:
    programme = Programme(SMALL, LEAD, limit_seconds=10)
    for _ in range(9):
        programme.add(chunk(seconds=1.0), 0)
    with pytest.raises(Full):
        programme.add(chunk(seconds=5.0), 0)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0.01, 0.5), st.booleans()), max_size=12))
def test_every_sentence_is_reported_once_and_sound_adds_up(plan: list[tuple[int, float, bool]]) -> None:
    """Whatever is added and cut when: reports cover each sentence exactly once, and their seconds are the sound heard."""
    programme = Programme(SMALL, LEAD)
    sound, reports, tick = [], [], 0
    for seq, (wait, seconds, cut) in enumerate(plan):
        programme.add(chunk("c", seq, seconds), tick)
        if cut:
            programme.cut(tick)
        for _ in range(wait * 7):
            sound.append(programme.pull(tick))
            reports += programme.take_reports()
            tick += 1
    for _ in range(200):
        sound.append(programme.pull(tick))
        reports += programme.take_reports()
        tick += 1
    assert sorted(r.seq for r in reports) == list(range(len(plan)))
    heard = sum(r.seconds for r in reports)
    level = np.concatenate(sound)
    assert abs(heard - np.count_nonzero(level) / 48_000) < 0.001 * (1 + len(plan))
    assert len({r.id for r in reports}) == len(reports)


def test_moods_of_the_sentences_around_a_tick() -> None:
    programme = Programme(SMALL, LEAD)
    start, _ = programme.add(chunk("a", 0, 1.0, mood="happy"), 0)
    programme.add(chunk("a", 1, 1.0, mood="happy"), 0)
    programme.add(chunk("a", 2, 1.0, mood="sorry"), 0)
    first = start // N
    happy, *rest = programme.score(first + 20).moods
    assert (happy.mood, rest) == ("happy", [])
    assert happy.start == pytest.approx(-20.5 * 0.04) and happy.end == pytest.approx(2 - 20.5 * 0.04), "as one"
    assert [m.mood for m in programme.score(first + 45).moods] == ["happy", "sorry"]
    for tick in range(first + 75):
        programme.pull(tick)
    assert [m.mood for m in programme.score(first + 80).moods] == ["sorry"], "a mood is on the face a little longer"
    for tick in range(first + 75, first + 120):
        programme.pull(tick)
    assert programme.score(first + 120).moods == ()


def test_how_loud_the_speech_is() -> None:
    programme = Programme(SMALL, LEAD)
    start, _ = programme.add(chunk("a", 0, 1.0, level=0.1), 0)
    first = start // N
    assert programme.score(0).energy == 0
    inside = programme.score(first + 10).energy
    assert 0 < inside <= 1 and programme.score(first - 1).energy < inside
    assert programme.score(first + 40).energy == 0
