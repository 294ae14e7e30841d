"""Buckets that fill and drain."""

from __future__ import annotations

from api.rates import REMEMBERED, Buckets, Rate


def test_a_caller_may_use_up_the_whole_rate_at_once_and_no_more() -> None:
    buckets = Buckets(Rate(3, 60))
    assert [buckets.take("a", 1, 0.0) for _ in range(4)] == [0, 0, 0, 20]


def test_a_bucket_drains_steadily() -> None:
    buckets = Buckets(Rate(3, 60))
    for _ in range(3):
        buckets.take("a", 1, 0.0)
    assert buckets.take("a", 1, 19.0) == 1
    assert buckets.take("a", 1, 20.0) == 0
    assert buckets.take("a", 1, 20.0) == 20


def test_callers_have_buckets_of_their_own() -> None:
    buckets = Buckets(Rate(1, 60))
    assert [buckets.take(name, 1, 0.0) for name in ("a", "b", "a")] == [0, 0, 60]


def test_a_large_amount_is_taken_by_a_bucket_with_room_and_paid_off_later() -> None:
    buckets = Buckets(Rate(10, 1))
    assert buckets.take("a", 1000, 0.0) == 0
    assert buckets.take("a", 1, 1.0) == 99
    assert buckets.take("a", 1, 99.1) == 0


def test_a_clock_that_stands_still_drains_nothing() -> None:
    buckets = Buckets(Rate(1, 1))
    assert [buckets.take("a", 1, 5.0) for _ in range(3)] == [0, 1, 1]


def test_those_who_have_been_away_longest_are_forgotten() -> None:
    buckets = Buckets(Rate(1, 10**9))
    for number in range(REMEMBERED + 1):
        buckets.take(str(number), 1, 0.0)
    assert buckets.take("0", 1, 0.0) == 0
    assert buckets.take("2", 1, 0.0) > 0
