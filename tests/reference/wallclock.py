"""Instants, zones and local periods, each by its definition: no tables kept, nothing remembered."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, available_timezones

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
KNOWN_ZONES = available_timezones()


def is_zone(name: str) -> bool:
    """Say whether a name is an IANA time zone."""
    return name in KNOWN_ZONES


def zone_named(name: str) -> tzinfo:
    """The zone of an IANA name."""
    return ZoneInfo(name)


def instant(text: str) -> tuple[int, tzinfo]:
    """The instant of an RFC 3339 text, kept to the microsecond, and the offset it carries; ValueError without one."""
    match = TIME.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no time with an offset")
    day, clock, fraction, offset = match.groups()
    zone = offset_zone(offset)
    moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), tzinfo=zone)
    return (moment - EPOCH) // MICRO + int(((fraction or "") + "000000")[:6]), zone


def offset_zone(text: str) -> tzinfo:
    """The fixed zone of an offset such as +05:45 or Z."""
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(f"{text!r} is no offset")
    elapsed = timedelta(hours=hours, minutes=minutes)
    return timezone(-elapsed if text[0] == "-" else elapsed)


def local(micros: int, zone: tzinfo) -> datetime:
    """What a clock on the wall shows at that instant, without its zone."""
    return (EPOCH + MICRO * micros).astimezone(zone).replace(tzinfo=None)


def utc_text(micros: int) -> str:
    """The instant as RFC 3339 with Z."""
    return local(micros, UTC).isoformat() + "Z"


def window_micros(text: str) -> int:
    """The length of a window such as 7d or 90m."""
    return int(text[:-1]) * UNITS[text[-1]] * 1_000_000


@dataclass(frozen=True)
class Calendar:
    """The rule set's ways of counting days and weeks."""

    day_start: timedelta
    week_start: int

    def day(self, micros: int, zone: tzinfo) -> date:
        """The local date for which an instant counts."""
        return (local(micros, zone) - self.day_start).date()

    def ordinal(self, kind: str, day: date) -> int:
        """The number of the day's period, consecutive periods having consecutive numbers."""
        if kind == "day":
            return day.toordinal()
        if kind == "week":
            return (day.toordinal() - 1 - self.week_start) // 7
        return day.year * 12 + day.month - 1 if kind == "month" else day.year

    def first_day(self, kind: str, ordinal: int) -> date:
        """The first date of a period."""
        if kind == "day":
            return date.fromordinal(ordinal)
        if kind == "week":
            return date.fromordinal(ordinal * 7 + 1 + self.week_start)
        return date(ordinal // 12, ordinal % 12 + 1, 1) if kind == "month" else date(ordinal, 1, 1)

    def begins(self, kind: str, ordinal: int, zone: tzinfo) -> int:
        """The instant at which a period begins."""
        return begin_of_day(self.first_day(kind, ordinal), self.day_start, zone)


def begin_of_day(day: date, day_start: timedelta, zone: tzinfo) -> int:
    """The first instant at which the wall clock shows `day_start` of that date, or has leapt over it."""
    wall = datetime.combine(day, time()) + day_start
    readings = [(wall.replace(tzinfo=zone, fold=fold) - EPOCH) // MICRO for fold in (0, 1)]
    shown = [micros for micros in readings if local(micros, zone) == wall]
    return min(shown) if shown else leap_over(wall, min(readings), max(readings), zone)


def leap_over(wall: datetime, before: int, after: int, zone: tzinfo) -> int:
    """The first instant in (before, after] whose wall clock has passed `wall`, in a gap of the zone."""
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if local(middle, zone) >= wall else (middle, after)
    return after
