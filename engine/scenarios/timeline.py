"""When the steps of a scenario happen: local times, and distances from the step before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from ..calendar import DAY, UNITS, zone_at_offset
from ..compiler.moments import BadTime, distance, is_relative, moment

FIRST = "2026-01-01T12:00"
"""When a scenario begins that does not say it."""
USUAL = "+1m"
"""How long after the step before a step comes that does not say it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEARER = "write a time before the year 9999"


@dataclass(slots=True)
class Timeline:
    """The clock of a scenario: where the step before stands, and in which zone local times are read."""

    zone: tzinfo
    by_event: bool = False
    """Days are decided by the events' own offsets: an offset once written stays until a local time is written."""
    now: int | None = None
    _own: tzinfo | None = field(default=None)

    def go(self, at: str | None) -> int:
        """Move to where a step stands, and return its instant. Raises BadTime."""
        self.now, self._own = self.look(at)
        return self.now

    def look(self, at: str | None) -> tuple[int, tzinfo | None]:
        """Where a step would stand, without going there, and the zone of the offset that it carries."""
        if at is None:
            at = FIRST if self.now is None else USUAL
        if is_relative(at):
            start = self._written(FIRST)[0] if self.now is None else self.now
            return self._later(start, at), self._own
        return self._written(at)

    def after(self, every: str, times: int) -> int:
        """The instant so many distances after now. Raises BadTime."""
        start = self._written(FIRST)[0] if self.now is None else self.now
        return self._later(start, every, times)

    def offset(self, instant: int) -> int:
        """Seconds east of UTC that an event of this scenario carries at an instant; 0 where that decides nothing."""
        if not self.by_event:
            return 0
        offset = _wall(instant, self._local).utcoffset() or timedelta()
        return round(offset.total_seconds())

    @property
    def _local(self) -> tzinfo:
        return self._own if self.by_event and self._own else self.zone

    def _later(self, start: int, written: str, times: int = 1) -> int:
        number, unit = distance(written)
        amount = number * times
        if unit in "mh":
            return _checked(start + amount * UNITS[unit], written)
        wall = _wall(start, self._local).replace(tzinfo=None)
        try:
            wall += timedelta(days=amount * (UNITS[unit] // DAY))
        except OverflowError as error:
            raise BadTime(f"{written} leads beyond the calendar", _NEARER) from error
        return _checked(_instant(wall, self._local), written)

    def _written(self, text: str) -> tuple[int, tzinfo | None]:
        instant, offset = moment(text)
        if offset is not None:
            return instant, zone_at_offset(offset)
        return _instant((_EPOCH + timedelta(microseconds=instant)).replace(tzinfo=None), self.zone), None


def _wall(instant: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(zone)


def _instant(wall: datetime, zone: tzinfo) -> int:
    """The instant of a wall clock: the first of two, and after the gap where there is none."""
    return (wall.replace(tzinfo=zone, fold=0) - _EPOCH) // timedelta(microseconds=1)


def _checked(instant: int, written: str) -> int:
    """An instant that still has a date in every zone."""
    try:
        _EPOCH + timedelta(microseconds=instant + 2 * DAY)
    except OverflowError as error:
        raise BadTime(f"{written} leads beyond the calendar", _NEARER) from error
    return instant
