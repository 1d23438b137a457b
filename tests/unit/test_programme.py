from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.air.pauses import pause
from streams.air.programme import SEARCHED_SECONDS, Full, Key, Programme
from streams.types import Played, SpeechChunk, Viseme
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


def spoken(*parts: float, cue: str = "a", seq: int = 0, last: bool = True) -> SpeechChunk:
    """Sound and silence in turn, each so many seconds long, beginning with sound."""
    levels = [0.5 if i % 2 == 0 else 0.0 for i in range(len(parts))]
    sound = np.concatenate(
        [np.full(round(s * 48_000), level, np.float32) for s, level in zip(parts, levels, strict=True)]
    )
    return SpeechChunk(cue, seq, sound, (Viseme("aa", 0.0, sum(parts)),), last=last)


A, B = ("a", 0), ("b", 0)
START = (LEAD + 1) * N
"""stream sample of what is added at tick 0"""


def after(seconds: float) -> int:
    """The stream sample so many seconds behind the start of what was added at tick 0."""
    return START + round(seconds * 48_000)


def test_a_sentence_ends_at_its_next_pause() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(1.0, 0.2, 1.0, 0.2, 2.0), 0)
    before, _ = play(programme, 0, 20)
    assert programme.yield_(20, [A], [A], 20 * N) == ((), (A,))
    assert programme.end == after(1.12), "a whole pause is heard, and no more of it"
    assert programme.take_reports() == [], "it is reported when it is over"
    assert programme.add(chunk("q", 0, 0.5), 21)[0] == after(1.12)
    sound, reports = play(programme, 20, 60)
    heard = np.concatenate([before, sound])[START:]
    assert (heard[:48_000] == 0.5).all() and not heard[48_000 : round(1.12 * 48_000)].any()
    assert [(r.cue, r.seconds, r.cut) for r in reports] == [("a", 1.12, True), ("q", 0.5, False)]


def test_no_pause_before_the_answer_can_be_there() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(1.0, 0.2, 1.0, 0.2, 2.0), 0)
    play(programme, 0, 20)
    assert programme.yield_(20, [A], [A], after(1.2) - LEAD * N) == ((), (A,))
    assert programme.end == after(2.32), "the first pause is over by then"


def test_a_pause_that_has_begun_is_not_waited_out() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(1.0, 2.0, 1.0), 0)
    play(programme, 0, 20)
    programme.yield_(20, [A], [A], after(1.52) - (LEAD + 1) * N)
    assert after(1.52) <= programme.end <= after(1.52) + N


@pytest.mark.parametrize("parts", [(3.0,), (1.0, 0.1, 2.0), (2.0, 0.2, 0.5), (2.0, 0.2, 0.5, 0.4)])
def test_a_sentence_without_a_pause_is_heard_whole(parts: tuple[float, ...]) -> None:
    """Nor does one end shortly before its end, or where a stop consonant is quiet for a moment."""
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(*parts), 0)
    play(programme, 0, 10)
    assert programme.yield_(10, [A], [A], 10 * N) == ((), ())
    _, reports = play(programme, 10, 100)
    assert [(r.cue, r.seconds, r.cut) for r in reports] == [("a", pytest.approx(sum(parts)), False)]


@given(st.integers(0, 20_000), st.integers(-10, 30_000), st.sampled_from([0.0, 0.3]))
def test_no_sound_is_too_short_to_look_for_a_pause(length: int, earliest: int, level: float) -> None:
    assert pause(np.full(length, level, np.float32), 48_000, earliest) is None


def test_quiet_is_measured_by_the_sentence_itself() -> None:
    programme = Programme(SMALL, LEAD)
    whole = spoken(1.0, 0.2, 2.0)
    noise = np.random.default_rng(1).normal(0, 0.001, len(whole.sound)).astype(np.float32)
    programme.add(replace(whole, sound=0.04 * whole.sound + noise), 0)
    play(programme, 0, 10)
    assert programme.yield_(10, [A], [A], 10 * N) == ((), (A,))


def test_what_nobody_has_heard_is_dropped() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 1.0), 0)
    programme.add(chunk("b", 0, 0.5, last=False), 0)
    programme.add(chunk("b", 0, 0.5), 0)
    programme.add(chunk("c", 0, 1.0), 0)
    play(programme, 0, 10)
    assert programme.yield_(10, [A, B, ("c", 0)], [], 10 * N) == ((("c", 0), B), ())
    assert programme.end == after(1.0) and programme.waiting() == [A]
    _, reports = play(programme, 10, 60)
    assert [(r.cue, r.seconds, r.cut) for r in reports] == [("b", 0.0, True), ("c", 0.0, True), ("a", 1.0, False)]


def test_all_of_it_is_dropped_before_it_begins() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 1.0), 0)
    assert programme.yield_(2, [A], [A], 2 * N) == ((A,), ())
    assert programme.add(chunk("q", 0, 1.0), 3)[0] == (3 + LEAD + 1) * N
    sound, reports = play(programme, 2, 60)
    assert np.count_nonzero(sound) == 48_000
    assert [(r.cue, r.seconds, r.cut) for r in reports] == [("a", 0.0, True), ("q", 1.0, False)]


def test_what_is_protected_protects_what_is_before_it() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(1.0, 0.2, 2.0), 0)
    programme.add(chunk("q", 0, 1.0), 0)
    programme.add(chunk("b", 0, 1.0), 0)
    play(programme, 0, 10)
    assert programme.yield_(10, [A, B], [A, B], 10 * N) == ((B,), ())
    _, reports = play(programme, 10, 140)
    assert [(r.cue, r.cut) for r in reports] == [("b", True), ("a", False), ("q", False)]


def test_one_that_has_been_cut_often_is_dropped_but_not_cut() -> None:
    for ticks, answer in ((2, ((A,), ())), (10, ((), ()))):
        programme = Programme(SMALL, LEAD)
        programme.add(spoken(1.0, 0.2, 2.0), 0)
        play(programme, 0, ticks)
        assert programme.yield_(ticks, [A], [], ticks * N) == answer


def test_a_sentence_ends_once() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(1.0, 0.2, 1.0, 0.2, 2.0), 0)
    play(programme, 0, 10)
    assert programme.yield_(10, [A], [A], after(1.5)) == ((), (A,))
    end = programme.end
    assert programme.yield_(11, [A], [A], 11 * N) == ((), ()) and programme.end == end
    _, reports = play(programme, 10, 100)
    assert len(reports) == 1 and reports[0].cut


@pytest.mark.parametrize(
    ("first", "second", "end"),
    [
        (spoken(1.0, last=False), spoken(0.5, 0.2, 2.0), 1.62),
        (spoken(1.0, 0.06, last=False), spoken(0.0, 0.06, 2.0), 1.12),
        (spoken(0.4, 0.2, 0.6, last=False), spoken(0.0, 0.06, 2.0, 0.2, 1.0), 3.38),
    ],
)
def test_a_pause_in_the_pieces_of_a_sentence(first: SpeechChunk, second: SpeechChunk, end: float) -> None:
    """In the second piece, over the seam of both, or behind quiet that is too short."""
    programme = Programme(SMALL, LEAD)
    programme.add(first, 0)
    programme.add(second, 0)
    play(programme, 0, 20)
    assert programme.yield_(20, [A], [A], 20 * N) == ((), (A,))
    assert programme.end == after(end)
    _, reports = play(programme, 20, 100)
    assert [(r.seconds, r.cut) for r in reports] == [(pytest.approx(end), True)]


def test_the_gap_before_a_late_piece_is_a_pause() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(1.0, last=False), 0)
    play(programme, 0, 10)
    programme.add(spoken(2.0), 35)
    start = (35 + LEAD + 1) * N
    assert programme.yield_(20, [A], [A], 20 * N) == ((), (A,))
    assert after(1.0) == programme.end < start, "the next chunk may come at once"
    _, reports = play(programme, 10, 100)
    assert [(r.seconds, r.cut) for r in reports] == [(1.0, True)]


def test_a_sentence_that_is_still_coming_is_left_alone() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(1.0, 0.2, 2.0, last=False), 0)
    play(programme, 0, 10)
    assert programme.yield_(10, [A], [A], 10 * N) == ((), ())


def test_a_noisy_pause_fades_out() -> None:
    programme = Programme(SMALL, LEAD)
    whole = spoken(1.0, 0.2, 2.0)
    programme.add(replace(whole, sound=np.maximum(whole.sound, 0.02)), 0)
    play(programme, 0, 10)
    programme.yield_(10, [A], [A], 10 * N)
    end = programme.end
    sound, _ = play(programme, 10, 60)
    tail = sound[end - 10 * N - 1920 : end - 10 * N]
    assert tail[0] == pytest.approx(0.02) and tail[-1] == 0 and (np.diff(tail) <= 0).all()
    assert not sound[end - 10 * N :].any()


def test_the_mouth_rests_where_a_sentence_ends() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(1.0, 0.2, 2.0), 0)
    play(programme, 0, 10)
    programme.yield_(10, [A], [A], 10 * N)
    tick = programme.end // N + 3
    assert all(v.end < 0 for v in programme.score(tick).visemes)


def test_a_sentence_that_is_said_again_is_not_taken_for_its_cut_beginning() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(2.5, 0.2, 2.5), 0)
    play(programme, 0, 10)
    assert programme.yield_(10, [A], [A], 10 * N) == ((), (A,))
    programme.add(spoken(0.8, 0.2, 0.8, cue="q"), 10)
    programme.add(spoken(2.5, 0.2, 2.5), 10)
    assert programme.waiting() == [A, ("q", 0), A]
    assert programme.yield_(20, [A], [A], 20 * N) == ((), ()), (
        "its beginning ends already, and the rest is the answer's"
    )
    _, reports = play(programme, 10, 320)
    assert [(r.cue, r.seconds, r.cut) for r in reports] == [
        ("a", pytest.approx(2.62), True), ("q", pytest.approx(1.8), False), ("a", pytest.approx(5.2), False)
    ]  # fmt: skip


def test_right_behind_its_cut_beginning_it_is_whole_too() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(2.5, 0.2, 2.5), 0)
    play(programme, 0, 10)
    assert programme.yield_(10, [A], [A], 10 * N) == ((), (A,))
    programme.add(spoken(2.5, 0.2, 2.5), 10)
    assert programme.yield_(20, [A], [A], 20 * N) == ((), ())
    _, reports = play(programme, 10, 320)
    assert [(r.seconds, r.cut) for r in reports] == [(pytest.approx(2.62), True), (pytest.approx(5.2), False)]


@pytest.mark.parametrize("key", [None, A])
def test_a_cut_stops_what_is_said_again_as_well(key: tuple[str, int] | None) -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(spoken(2.5, 0.2, 2.5), 0)
    play(programme, 0, 10)
    programme.yield_(10, [A], [A], 10 * N)
    programme.add(spoken(2.5), 10)
    programme.cut(20, key)
    _, reports = play(programme, 10, 100)
    assert [(r.cue, r.cut) for r in reports] == [("a", True)] * 2
    assert [r.seconds for r in reports] == [0.0, pytest.approx(20 * N / 48_000 - START / 48_000 + 0.04)]


def test_one_that_is_partly_here_is_not_dropped() -> None:
    programme = Programme(SMALL, LEAD)
    programme.add(chunk("a", 0, 2.0), 0)
    programme.add(chunk("b", 0, 1.0, last=False), 0)
    play(programme, 0, 10)
    assert programme.yield_(10, [A, B], [], 10 * N) == ((), ())
    programme.add(chunk("b", 0, 1.0), 10)
    _, reports = play(programme, 10, 150)
    assert [(r.cue, r.seconds, r.cut) for r in reports] == [("a", 2.0, False), ("b", 2.0, False)]


def test_a_pause_is_looked_for_so_far_and_no_farther() -> None:
    """The search must end before the next tick is due."""
    for loud, cut in ((SEARCHED_SECONDS - 2, (A,)), (SEARCHED_SECONDS + 1, ())):
        programme = Programme(SMALL, LEAD)
        programme.add(spoken(loud, 0.2, 2.0), 0)
        play(programme, 0, 10)
        assert programme.yield_(10, [A], [A], 10 * N) == ((), cut)


def test_what_was_said_long_ago_is_not_searched() -> None:
    """It was shouted, so that all since would be quiet beside it."""
    programme = Programme(SMALL, LEAD)
    whole = spoken(6.0, 0.2, 3.0)
    sound = 0.04 * whole.sound
    sound[: 3 * 48_000] = 0.9
    programme.add(replace(whole, sound=sound), 0)
    play(programme, 0, 140)
    assert after(5.1) < 140 * N
    assert programme.yield_(140, [A], [A], 140 * N) == ((), (A,)) and programme.end == after(6.12)


STEP = st.tuples(st.integers(0, 3), st.integers(1, 3), st.sampled_from(["", "yield", "cut", "again"]))


@given(st.lists(STEP, max_size=14))
def test_every_sentence_is_reported_once_whoever_yields(plan: list[tuple[int, int, str]]) -> None:
    programme = Programme(SMALL, LEAD)
    reports: list[Played] = []
    given: list[Key] = []
    answers: set[Key] = set()
    tick = 0

    def add(key: Key, clauses: int) -> None:
        programme.add(spoken(*[0.4, 0.2] * clauses, 0.7, cue=key[0], seq=key[1]), tick)
        given.append(key)

    def pull(ticks: int) -> None:
        nonlocal tick
        for _ in range(ticks):
            programme.pull(tick)
            reports.extend(programme.take_reports())
            tick += 1

    for seq, (wait, clauses, what) in enumerate(plan):
        add(("c", seq), clauses)
        if what == "cut":
            programme.cut(tick)
            answers.clear()
        elif what == "again":
            add(given[seq // 2], clauses)  # whether or not it is still here
        elif what == "yield":
            keys = [("c", n) for n in range(seq + 1) if n % 3]
            dropped, cut = programme.yield_(tick, keys, keys, tick * N)
            assert {*dropped, *cut} <= set(keys) and len(cut) <= 1
            answers.add(("q", seq))
            add(("q", seq), 1)
            for key in (*cut, *reversed(dropped)):
                add(key, clauses)
        pull(wait * 7)
    pull(1500)
    assert Counter((r.cue, r.seq) for r in reports) == Counter(given), "one report of each, however often it is given"
    whole = [(r.cue, r.seq) for r in reports if not r.cut]
    assert answers <= set(whole), "an answer is never cut for another"
    assert [r.id for r in reports] == list(range(1, len(reports) + 1))
    assert programme.waiting() == []
