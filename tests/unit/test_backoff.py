from streams.backoff import Backoff


def test_grows_to_its_cap_and_starts_afresh() -> None:
    backoff = Backoff()
    waits = [backoff.next() for _ in range(10)]
    assert waits[:3] == [2.0, 3.0, 4.5]
    assert waits[-1] == 30.0
    backoff.reset()
    assert backoff.next() == 2.0


def test_a_year_of_failures_does_not_overflow() -> None:
    backoff = Backoff(tries=10**9)
    assert backoff.next() == 30.0
