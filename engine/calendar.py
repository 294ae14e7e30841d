"""Instants, local days and calendar periods, in any zone, through DST, with days that begin at ``day_start``.

An instant is an integer of microseconds since 1970-01-01T00:00:00Z. A day is a proleptic ordinal of the local date.
A period is an integer label: days, weeks, months and years that follow each other have labels that follow each other.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
PERIODS = ("day", "week", "month", "year")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BACKWARD_DAYS = 2
"""A local date can go back by this many days at most when a user changes zone (offsets span less than 48 hours)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_TICK, _NONE = timedelta(microseconds=1), timedelta()
_FIRST = _EPOCH.toordinal()
_DAYS_KNOWN = 2048
_UNKNOWN = 1
"""No shift: they are whole seconds."""
_EARLIEST = -62_135_424_000 * SECOND  # 0001-01-03: a local date exists in every zone
_LATEST = 253_339_228_800 * SECOND  # 9998-01-01: a window or a period later is still a date
FAR = 253_402_300_799 * SECOND
"""The last second that has a date: stands for all later ones."""
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))?", re.ASCII
)
_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_COMMON = frozenset(
    f"0000-00-00T00:00:00{'.' if digits else ''}{'0' * digits}{end}".encode()
    for digits in range(10)
    for end in ("Z", "+00:00", "-00:00")
)
"""What nearly all senders write, its digits as zeros: the standard library reads it at a fraction of the cost."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_instant(text: str) -> tuple[int, int | None]:
    """The instant in microseconds and the offset in seconds that the text carries (None if it has none).

    Finer digits than microseconds are cut. Raises ValueError with a sentence. Source: RFC 3339, section 5.6.
    """
    if str.encode(text, "ascii", "replace").translate(_AS_ZEROS) in _COMMON:
        return _common(text) or _thorough(text)
    return _thorough(text)


def _common(text: str) -> tuple[int, int | None] | None:
    """As ``parse_instant``; None for what takes a thorough look."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    since = moment - _EPOCH
    instant = (since.days * 86_400 + since.seconds) * SECOND + since.microseconds
    if not _EARLIEST <= instant <= _LATEST:
        return None
    if text[-1] == "Z":
        return instant, 0
    return None if text[-2] > "5" else (instant, _seconds(moment))


def _seconds(moment: datetime) -> int:
    offset = moment.utcoffset() or timedelta()
    return offset.days * 86_400 + offset.seconds


def _thorough(text: str) -> tuple[int, int | None]:
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError("is not a date and time such as 2026-03-01T09:30:00Z")
    year, month, day, hour, minute, second = map(int, match.group(1, 2, 3, 4, 5, 6))
    fraction = int(match[7][:6].ljust(6, "0")) if match[7] and second < 60 else 0
    try:
        days = date(year, month, day).toordinal() - _EPOCH_DAY
    except ValueError:
        days = None
    if days is None or hour > 23 or minute > 59 or second > 60:
        raise ValueError(f"is no date and time that exists{_why(year, month)}")
    offset = _offset(match)
    seconds = (days * 24 + hour) * 3600 + minute * 60 + second - (offset or 0)
    instant = seconds * SECOND + fraction
    if not _EARLIEST <= instant <= _LATEST:
        raise ValueError("is outside the years 1 to 9999")
    return instant, offset


def _offset(match: re.Match[str]) -> int | None:
    if match[8]:
        return 0
    if not match[9]:
        return None
    hours, minutes = int(match[10]), int(match[11])
    if hours > 23 or minutes > 59:
        raise ValueError("has an offset beyond 23:59")
    return (hours * 3600 + minutes * 60) * (-1 if match[9] == "-" else 1)


def format_instant(instant: int) -> str:
    """RFC 3339 in UTC with ``Z``; a fraction only where there is one."""
    moment = _EPOCH + timedelta(microseconds=instant)
    fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    return f"{moment.isoformat()[:19]}{fraction}Z"


def format_local(instant: int, offset: int | None) -> str:
    """RFC 3339 with the event's own offset (seconds), so that an export keeps what the event carried."""
    if not offset:
        return format_instant(instant)
    wall = format_instant(instant + offset * SECOND)[:-1]
    hours, rest = divmod(abs(offset), 3600)
    return f"{wall}{'-' if offset < 0 else '+'}{hours:02d}:{rest // 60:02d}"


def parse_date(text: str) -> int:
    """The ordinal of a date such as 2026-03-01. Raises ValueError with a sentence."""
    if not _DATE.fullmatch(text):
        raise ValueError("is not a date such as 2026-03-01")
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError as error:
        raise ValueError(f"is no date that exists{_why(int(text[:4]), int(text[5:7]))}") from error


def _why(year: int, month: int) -> str:
    """What is wrong with a date, where its year and month tell it."""
    if not 1 <= month <= 12:
        return ": months go from 01 to 12"
    days = monthrange(year, month)[1] if year else 31
    return f": {year:04}-{month:02} has {days} days, and a day goes from 00:00 to 23:59"


def format_date(ordinal: int) -> str:
    """``2026-03-01``."""
    return date.fromordinal(ordinal).isoformat()


@lru_cache(maxsize=2048)
def zone_named(name: str) -> tzinfo:
    """The IANA zone of that name. Raises ValueError if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name} is not an IANA time zone") from error


@lru_cache(maxsize=4096)
def zone_at_offset(seconds: int) -> tzinfo:
    """The fixed zone that many seconds east of UTC."""
    return timezone(timedelta(seconds=seconds))


@dataclass(frozen=True, slots=True)
class Calendar:
    """How instants become local days: a zone, the minute of the day at which days begin, the weekday weeks begin on."""

    zone: tzinfo
    day_start: int = 0
    week_start: int = 0
    _shifts: dict[int, int | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By day since 1970, UTC: what turns its instants into local ones whose day begins at 0; None if that changes."""

    def wall(self, instant: int) -> datetime:
        """The wall clock at an instant."""
        return (_EPOCH + timedelta(microseconds=instant)).astimezone(self.zone)

    def day(self, instant: int) -> int:
        """The ordinal of the day that an instant counts for."""
        date = instant // DAY
        shift = self._shifts.get(date, _UNKNOWN)
        if shift == _UNKNOWN:
            shift = self._learned(date)
        if shift is None:
            shift = self._shift(instant)
        return (instant + shift) // DAY + _FIRST

    def _shift(self, instant: int) -> int:
        return (self.wall(instant).utcoffset() or _NONE) // _TICK - self.day_start * MINUTE

    def _learned(self, date: int) -> int | None:
        """The shift of a day if it has one only; no zone leaves an offset and returns to it within an hour."""
        if len(self._shifts) >= _DAYS_KNOWN:
            self._shifts.clear()
        fixed = self.zone.utcoffset(None) is not None
        try:
            shifts = {self._shift(date * DAY + hour * HOUR) for hour in range(1 if fixed else 25)}
        except OverflowError:  # on the first and last days of all, some hours have no local time
            shifts = set()
        shift = self._shifts[date] = shifts.pop() if len(shifts) == 1 else None
        return shift

    def period(self, unit: str, day: int) -> int:
        """The label of the period that holds a day."""
        if unit == "day":
            return day
        if unit == "week":
            return (day - 1 - self.week_start) // 7
        local = date.fromordinal(day)
        return local.year * 12 + local.month - 1 if unit == "month" else local.year

    def first_day(self, unit: str, period: int) -> int:
        """The ordinal of a period's first day."""
        if unit == "day":
            return period
        if unit == "week":
            return period * 7 + self.week_start + 1
        year, month = divmod(period, 12) if unit == "month" else (period, 0)
        return date(year, month + 1, 1).toordinal()

    def starts(self, unit: str, period: int) -> int:
        """The first instant of a period; FAR if the calendar ends before it."""
        try:
            return self.start_of_day(self.first_day(unit, period))
        except (ValueError, OverflowError):
            return FAR

    def start_of_day(self, day: int) -> int:
        """The first instant that counts for a day (after the gap, if DST skips the wall clock that begins it)."""
        date = day - _FIRST
        shift = self._shifts.get(date)
        if shift is not None and self._shifts.get(date - 1) == shift == self._shifts.get(date + 1):
            return date * DAY - shift
        naive = datetime.fromordinal(day) + timedelta(minutes=self.day_start)
        guess = (naive.replace(tzinfo=self.zone) - _EPOCH) // timedelta(microseconds=1)
        if self.wall(guess).replace(tzinfo=None) == naive:
            return guess
        low, high = guess - DAY, guess
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.day(middle) >= day else (middle, high)
        return high


@lru_cache(maxsize=1024)
def calendar_in(zone: str | int | None, otherwise: str, day_start: int = 0, week_start: int = 0) -> Calendar:
    """The calendar in a zone: a name, or seconds east of UTC; in the other one if there is none of that name."""
    if isinstance(zone, int):
        return Calendar(zone_at_offset(zone), day_start, week_start)
    try:
        return Calendar(zone_named(zone or otherwise), day_start, week_start)
    except ValueError:
        return Calendar(zone_named(otherwise), day_start, week_start)


class Moment:
    """A timestamp as rules see it: an instant, and its local fields by a calendar."""

    __slots__ = ("instant", "calendar", "date")

    def __init__(self, instant: int, calendar: Calendar, date: str | None = None) -> None:
        self.instant = instant
        self.calendar = calendar
        self.date = date
        """As it was written, for a timestamp that was written as a date."""

    @property
    def wall(self) -> datetime:
        """The wall clock."""
        return self.calendar.wall(self.instant)

    @property
    def ordinal(self) -> int:
        """The ordinal of the day that it counts for."""
        return self.calendar.day(self.instant)

    def period(self, unit: str) -> int:
        """The label of the calendar period that it counts for."""
        return self.calendar.period(unit, self.ordinal)

    def field(self, name: str) -> int | str | bool:
        """One of FIELDS, by name."""
        return FIELDS[name](self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Moment) and self.instant == other.instant

    def __hash__(self) -> int:
        return hash(self.instant)

    def __repr__(self) -> str:
        return f"Moment({format_instant(self.instant)})"


def _date(moment: Moment) -> date:
    return date.fromordinal(moment.ordinal)


FIELDS = {
    "year": lambda m: _date(m).year,
    "month": lambda m: _date(m).month,
    "day": lambda m: _date(m).day,
    "weekday": lambda m: WEEKDAYS[(m.ordinal + 6) % 7],
    "date": lambda m: format_date(m.ordinal),
    "is_weekend": lambda m: (m.ordinal + 6) % 7 >= 5,
    "hour": lambda m: m.wall.hour,
    "minute": lambda m: m.wall.minute,
}
"""The fields of every timestamp. All but ``hour`` and ``minute`` are of the day it counts for."""
