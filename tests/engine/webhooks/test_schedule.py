"""When messages are tried again, and endpoints left alone."""

from __future__ import annotations

from engine.calendar import DAY, HOUR, MINUTE, SECOND
from engine.webhooks import LASTS, after_failure, pause_after


def test_a_message_is_tried_ten_times_over_three_days() -> None:
    moments, now = [], 0
    while (later := after_failure(0, now, 0.0)) is not None:
        moments.append(later - now)
        now = later
    assert moments == [delay * SECOND for delay in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)]
    assert 3 * DAY < LASTS < 4 * DAY


def test_a_delay_becomes_longer_by_chance_and_never_shorter() -> None:
    assert after_failure(0, 0, 1.0) == 6 * SECOND
    assert after_failure(0, 5 * SECOND - 1, 0.0) == 6 * SECOND - 1


def test_a_message_that_waited_has_fewer_attempts_left() -> None:
    assert after_failure(0, 20 * HOUR, 0.0) == MINUTE * 31 * 60 + 35 * MINUTE + 5 * SECOND
    assert after_failure(0, LASTS, 0.5) is None


def test_an_endpoint_that_fails_again_and_again_is_left_alone_for_longer_and_longer() -> None:
    assert pause_after(4, 100, None, 0.5) is None
    assert [pause_after(count, 0, None, 0.0) for count in (5, 6, 11, 12, 10_000)] == [
        delay * SECOND for delay in (5, 10, 300, 300, 300)
    ]


def test_an_endpoint_is_left_alone_as_long_as_it_asks_but_not_for_ever() -> None:
    assert pause_after(1, 100, 7 * SECOND, 0.5) == 100 + 7 * SECOND
    assert pause_after(1, 0, 400 * DAY, 0.5) == DAY
