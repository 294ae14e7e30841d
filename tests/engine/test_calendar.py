from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    DAY,
    FAR,
    HOUR,
    Calendar,
    Moment,
    format_instant,
    format_local,
    parse_date,
    parse_instant,
    zone_at_offset,
    zone_named,
)

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "America/Havana"]
INSTANTS = st.integers(0, 4_000_000_000).map(lambda seconds: seconds * 1_000_000)


def instant(text: str) -> int:
    return parse_instant(text)[0]


def calendar(zone: str, day_start: int = 0, week_start: int = 0) -> Calendar:
    return Calendar(zone_named(zone), day_start, week_start)


@given(INSTANTS, st.integers(0, 999_999))
def test_an_instant_survives_being_written(seconds: int, micros: int) -> None:
    assert instant(format_instant(seconds + micros)) == seconds + micros


@given(INSTANTS, st.sampled_from([-18_000, -34_200, 0, 20_700, 50_400]))
def test_an_instant_with_an_offset_survives_being_written(seconds: int, offset: int) -> None:
    assert parse_instant(format_local(seconds, offset)) == (seconds, offset)


def _read(text: str) -> tuple[int, int | None] | str:
    try:
        return parse_instant(text)
    except ValueError as error:
        return str(error)


@given(
    st.sampled_from(["0000", "0001", "1969", "1970", "2024", "2026", "9997", "9998", "9999"]),
    *[st.integers(0, 99).map("{:02d}".format) | st.sampled_from(usual) for usual in (["01", "02"], ["28", "31"])],
    *[st.integers(0, 99).map("{:02d}".format) | st.sampled_from(["00", "23", "59"]) for _ in range(3)],
    st.sampled_from(["", ".5", ".123456", ".9999999", "."]),
    st.sampled_from(["Z", "+00:00", "-00:00", "+09:30", "-23:59", "+24:00", "+01:60"]),
)
def test_a_time_means_the_same_however_its_parts_are_separated(
    year: str, month: str, day: str, hour: str, minute: str, second: str, fraction: str, zone: str
) -> None:
    text = f"{year}-{month}-{day}{{}}{hour}:{minute}:{second}{fraction}{zone}"
    assert _read(text.format("T")) == _read(text.format("t")) == _read(text.format(" "))


def test_an_instant_is_kept_to_the_microsecond() -> None:
    assert format_instant(instant("2024-03-01T10:00:00.1234567Z")) == "2024-03-01T10:00:00.123456Z"


def test_a_leap_second_is_the_second_after() -> None:
    assert instant("2016-12-31T23:59:60Z") == instant("2017-01-01T00:00:00Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-02-30T00:00:00Z",
        "2024-01-01",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:00:00+24:00",
        "٢٠٢٤-01-01T00:00:00Z",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_instant(text)


def test_a_time_without_an_offset_says_so() -> None:
    assert parse_instant("2024-01-01T00:00:00")[1] is None


@pytest.mark.parametrize(
    ("zone", "date", "hours"),
    [("Europe/Berlin", "2026-03-29", 23), ("Europe/Berlin", "2026-10-25", 25), ("America/New_York", "2024-11-03", 25)],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, date: str, hours: int) -> None:
    day = parse_date(date)
    assert calendar(zone).start_of_day(day + 1) - calendar(zone).start_of_day(day) == hours * HOUR


def test_a_day_whose_first_hour_is_skipped_begins_after_the_gap() -> None:
    assert format_instant(calendar("America/Havana").start_of_day(parse_date("2026-03-08"))) == "2026-03-08T05:00:00Z"


def test_a_day_start_in_the_skipped_hour_begins_the_day_after_the_gap() -> None:
    begins = calendar("Europe/Berlin", day_start=150).start_of_day(parse_date("2026-03-29"))
    assert format_instant(begins) == "2026-03-29T01:00:00Z"


@given(st.sampled_from(ZONES), INSTANTS, st.sampled_from([0, 240, 330]))
def test_a_day_begins_with_its_first_instant(zone: str, at: int, day_start: int) -> None:
    local = calendar(zone, day_start)
    begins = local.start_of_day(local.day(at))
    assert begins <= at
    assert local.day(begins) == local.day(at)
    assert local.day(begins - 1) < local.day(at)


@given(st.sampled_from(ZONES), INSTANTS, st.sampled_from(["day", "week", "month", "year"]), st.integers(0, 6))
def test_a_period_holds_its_days(zone: str, at: int, unit: str, week_start: int) -> None:
    local = calendar(zone, week_start=week_start)
    period = Moment(at, local).period(unit)
    assert local.first_day(unit, period) <= local.day(at) < local.first_day(unit, period + 1)
    assert local.period(unit, local.first_day(unit, period)) == period


def test_weeks_begin_on_the_day_that_is_set() -> None:
    sunday = calendar("UTC", week_start=6)
    first = sunday.first_day("week", sunday.period("week", parse_date("2025-01-01")))
    assert first == parse_date("2024-12-29")


def test_fields_are_of_the_day_it_counts_for_and_the_clock_is_the_wall_clock() -> None:
    moment = Moment(instant("2026-03-01T02:30:00Z"), calendar("UTC", day_start=240))
    assert [moment.field(name) for name in ("date", "weekday", "is_weekend")] == ["2026-02-28", "saturday", True]
    assert (moment.field("hour"), moment.field("minute"), moment.field("day")) == (2, 30, 28)


def test_the_calendar_ends_and_says_so() -> None:
    assert calendar("UTC").starts("day", 10**9) == FAR


def test_an_offset_is_a_zone() -> None:
    local = Calendar(zone_at_offset(20_700))
    assert local.wall(0) == datetime(1970, 1, 1, 5, 45, tzinfo=zone_at_offset(20_700))
    assert local.wall(0).astimezone(UTC) == datetime(1970, 1, 1, tzinfo=UTC)
    assert local.start_of_day(local.day(0)) + DAY == local.start_of_day(local.day(0) + 1)


def test_the_last_days_of_all_are_days_though_not_all_of_their_hours_are() -> None:
    calendar = Calendar(zone_named("Asia/Tokyo"), day_start=1439)
    assert calendar.day(253_402_268_340_000_000) == datetime(9999, 12, 31).toordinal()


@given(INSTANTS, st.sampled_from(ZONES), st.sampled_from([0, 240, 1439]))
def test_a_day_is_what_the_wall_clock_says_whatever_is_known_of_others(at: int, zone: str, day_start: int) -> None:
    local = Calendar(zone_named(zone), day_start)
    for moment in (at, at + 6 * HOUR, at - DAY, at + DAY):
        wall = local.wall(moment)
        early = wall.hour * 60 + wall.minute < day_start
        assert local.day(moment) == wall.toordinal() - early
    fresh = Calendar(zone_named(zone), day_start)
    assert local.start_of_day(local.day(at)) == fresh.start_of_day(local.day(at))
