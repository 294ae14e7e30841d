"""Timestamps: the event's, those in payloads, those written out; local by the calendar in effect."""

import pytest

from engine.calendar import Moment

WINTER_NIGHT = "2026-02-28T23:30:00Z"  # the time of the event: 00:30 on Sunday 1 March in Berlin


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("time.year", 2026),
        ("time.month", 3),
        ("time.day", 1),
        ("time.weekday", "sunday"),
        ("time.date", "2026-03-01"),
        ("time.is_weekend", True),
        ("time.hour", 0),
        ("time.minute", 30),
        ("event.at.hour", 11),
        ("event.at['date']", "2026-03-01"),
        ("event.day.weekday", "sunday"),
        ("event.day.hour", 0),
        ('timestamp("2026-07-01T10:00:00Z").hour', 12),
        ('timestamp("2026-07-01").hour', 0),
        ("(event.at if event.passed else time).month", 3),
        ("days_between(time, event.at)", 0),
        ("days_between(event.day, timestamp('2026-03-11'))", 10),
        ("days_between(timestamp('2026-03-11'), event.day)", -10),
        ("hours_between(time, event.at)", 10.5),
        ("hours_between(timestamp('2026-03-28'), timestamp('2026-03-30'))", 47.0),
        ("event.day == timestamp('2026-02-28T23:00:00Z')", True),
    ],
)
def test_fields_are_local_to_the_zone_in_effect(evaluate, text, value):
    assert evaluate(text) == value


def test_another_zone_gives_other_fields(evaluate):
    assert evaluate("time.date", zone="America/New_York") == "2026-02-28"
    assert evaluate("time.hour", zone="Asia/Tokyo") == 8


def test_a_day_begins_at_day_start_but_the_clock_shows_what_it_shows(evaluate):
    assert evaluate("time.date", day_start=240) == "2026-02-28"
    assert evaluate("time.hour", day_start=240) == 0
    assert evaluate("event.day.hour", day_start=240) == 4
    assert evaluate("days_between(time, event.at)", day_start=240) == 1


def test_a_timestamp_is_a_moment_in_the_calendar_of_the_event(evaluate):
    moment = evaluate("event.at", zone="Asia/Tokyo")
    assert isinstance(moment, Moment)
    assert moment.field("hour") == 19


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("soon", "event.at is not a date and time such as 2026-03-01T09:30:00Z"),
        ("2026-03-01T10:00:00", "event.at needs an offset, such as Z"),
        ("2026-02-30T10:00:00Z", "event.at is no date and time that exists"),
        ("0000-00-00", "event.at is no date that exists"),
        ("0001-01-01", "event.at is outside the years 1 to 9999"),
        ("9999-12-31T23:59:59Z", "event.at is outside the years 1 to 9999"),
    ],
)
def test_a_stored_text_that_is_no_timestamp_fails(failure, value, why):
    assert failure("event.at.hour", zone="Etc/GMT-14", at=value).startswith(why)


def test_a_text_that_is_read_can_be_made_a_timestamp(evaluate, failure):
    assert evaluate("timestamp(event.name).day", name="2026-03-05") == 5
    assert failure("timestamp(event.name).day", name="Ada") == (
        "event.name is not a date and time such as 2026-03-01T09:30:00Z"
    )


@pytest.mark.parametrize(
    ("text", "depends"),
    [
        ("time.hour", True),
        ("event.at.date", True),
        ("event.day", True),
        ("has(event.day)", False),
        ("event.at", False),
        ("time > event.at", False),
        ("hours_between(time, event.at)", False),
        ("days_between(time, event.at)", True),
        ("timestamp('2026-03-01T00:00:00Z')", False),
        ("timestamp('2026-03-01')", True),
        ("timestamp(event.name)", True),
        ("event.score", False),
    ],
)
def test_whether_an_expression_depends_on_the_calendar_is_known(compiled, text, depends):
    assert compiled(text).expression.uses_calendar is depends
