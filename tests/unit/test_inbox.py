"""Cues that wait: bounded, in order, merged and aged, whatever comes."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchor.desk.inbox import AGEING, Inbox, rank
from anchor.types import PRIORITY, Cue

TIERS = list(PRIORITY)


def cue(number: int, tier: str = "question", at: float = 0.0, life: float = 90.0, words: str = "") -> Cue:
    return Cue(str(number), tier, words or f"{number}号问题怎么样{number * 7919}", PRIORITY[tier], at, at + life)


def drained(inbox: Inbox, now: float) -> list[Cue]:
    inbox.expire(now)
    taken = []
    while (best := inbox.best(now)) is not None:
        taken.append(inbox.take(best))
    return taken


@given(
    st.lists(st.tuples(st.sampled_from(TIERS), st.floats(0, 100), st.floats(1, 200), st.integers(0, 30)), max_size=80),
    st.integers(1, 10),
)
def test_it_is_bounded_ordered_and_counts_everything(plan: list[tuple[str, float, float, int]], limit: int) -> None:
    inbox = Inbox(limit)
    now = 100.0
    for n, (tier, at, life, words) in enumerate(plan):
        inbox.put(Cue(str(n), tier, f"{words}号多少钱", PRIORITY[tier], at, at + life), now)
        assert len(inbox) <= limit
    left = list(inbox)
    taken = drained(inbox, now)
    assert taken == sorted(taken, key=lambda c: rank(c, now))
    assert all(c.expires > now for c in taken)
    lost = inbox.counts["overflow"] + inbox.counts["stale"] + inbox.counts["merged"]
    assert len(taken) + lost == len(plan)
    assert sum(c.askers for c in left) + inbox.counts["overflow"] >= len(left)


@given(st.lists(st.tuples(st.sampled_from(TIERS), st.floats(0, 300)), min_size=2, max_size=40))
def test_tiers_hold(plan: list[tuple[str, float]]) -> None:
    inbox = Inbox(100)
    for n, (tier, at) in enumerate(plan):
        inbox.put(cue(n, tier, at, 1000), 300)
    taken = drained(inbox, 300)
    for earlier, later in itertools.pairwise(taken):
        if later.source in ("operator", "paid"):
            assert earlier.priority <= later.priority, "nobody goes before who has paid, however long they wait"
        elif earlier.priority > later.priority:
            assert later.at - earlier.at >= AGEING * (earlier.priority - later.priority) - 1e-6, "only age lifts a tier"


def test_the_lowest_and_newest_goes_when_it_is_full() -> None:
    inbox = Inbox(2)
    assert inbox.put(cue(1, "chat"), 0) == inbox.put(cue(2, "paid"), 0) == "taken"
    assert inbox.put(cue(3, "question"), 0) == "taken"
    assert inbox.put(cue(4, "chat"), 0) == "full"
    assert {c.id for c in inbox} == {"2", "3"} and inbox.counts["overflow chat"] == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("多少钱", "多少钱？", True), ("壶多少钱", "壶 多少 钱！！！", True), ("发什么快递", "请问发什么快递呢", True), ("有货吗", "有货吗吗吗吗吗", True), ("多少钱啊🌹", "多少钱", True),
     ("500ml的多少钱", "50ml的多少钱", False), ("咖啡壶多少钱", "咖啡豆多少钱", False), ("能退吗", "不能退吗", False), ("有货吗", "有没有红色", False)],
)  # fmt: skip
def test_the_same_question_is_one(one: str, other: str, same: bool) -> None:
    inbox = Inbox()
    inbox.put(cue(1, words=one), 0)
    assert inbox.put(cue(2, words=other, at=5), 5) == ("merged" if same else "taken")
    if same:
        (both,) = inbox
        assert (both.askers, both.at, both.expires) == (2, 0, 95)


def test_whoever_pays_lifts_the_question_of_all() -> None:
    inbox = Inbox()
    inbox.put(cue(1, "chat", words="发什么快递"), 0)
    inbox.put(cue(2, "question", words="有货吗"), 0)
    inbox.put(cue(3, "paid", words="发什么快递", at=9), 9)
    first = inbox.best(10)
    assert first is not None and (first.id, first.source, first.askers) == ("1", "paid", 2)


def test_questions_about_different_products_stay_two() -> None:
    inbox = Inbox()
    asked = [Cue(str(n), "question", "这个什么时候发货", 3, 0, 90, product=p) for n, p in enumerate(("pot", "beans"))]
    assert [inbox.put(c, 0) for c in asked] == ["taken", "taken"]


def test_thanks_are_never_merged() -> None:
    inbox = Inbox()
    assert [inbox.put(cue(n, "thanks", words="谢谢大家的点赞！"), 0) for n in range(2)] == ["taken", "taken"]
