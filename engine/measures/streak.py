"""The length of the run of consecutive days, weeks or months with a matching event.

A period counts when it has ``min_events``; up to ``grace`` missed periods in a row do not break the run, nor count.
With ``period: event``, the run of newest events of the trigger that satisfy ``when``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ..calendar import Calendar, Moment
from ..model import Number
from .protocol import Cells, Head, Measure
from .windows import gathered_in, reach_back

KIND = "streak"
PARAMETERS: dict[str, Any] = {
    "period": {
        "enum": ["day", "week", "month", "event"],
        "description": "What must follow each other: local days, weeks or months with a matching event, or events.",
    },
    "grace": {
        "type": "integer",
        "minimum": 0,
        "description": "Up to this many missed periods in a row do not break the streak, nor count (default 0).",
    },
    "min_events": {
        "type": "integer",
        "minimum": 1,
        "description": "How many matching events a period needs to count (default 1).",
    },
}
REQUIRED = ("period",)
WHOLE_THRESHOLD = True
POSITIVE_THRESHOLD = True


def build(params: Mapping[str, Any]) -> Measure:
    """The measure with these keys; ``laps`` is the threshold of a badge that repeats."""
    return EventStreak(params) if params["period"] == "event" else PeriodStreak(params)


class Run(NamedTuple):
    """The newest run, the longest one, and the laps of the runs before the newest."""

    last: int | None = None
    """The newest active period."""
    length: int = 0
    longest: int = 0
    closed: int = 0


class Streak:
    """What both kinds share."""

    kind = KIND
    reads_head = False
    keeps_cells = False
    adds_one = False

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.gather: Callable[[Head, Any], Head] | None = None
        self.params: Mapping[str, Any] = dict(params)
        self.per_lap: int = params.get("laps", 0)

    def run(self, head: Head) -> Run:
        raise NotImplementedError

    def _laps(self, length: int) -> int:
        """The laps in a run that has ended: they stay."""
        return length // self.per_lap if self.per_lap else 0

    def longest(self, head: Head) -> int | None:
        return self.run(head).longest

    def laps(self, head: Head, moment: Moment, cells: Cells, threshold: Number) -> int:
        run = self.run(head)
        return run.closed + self._laps(run.length)


class EventStreak(Streak):
    """The run of newest events that satisfy ``when``; one that does not ends it."""

    falls = False
    uses_calendar = False
    sees_misses = True

    def initial(self) -> Head:
        return list(Run())

    def run(self, head: Head) -> Run:
        return Run(*head)

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        last, length, longest, closed = head
        return [last, length + 1, max(longest, length + 1), closed]

    def missed(self, head: Head, of: Any, cells: Cells) -> Head:
        last, length, longest, closed = head
        return [last, 0, longest, closed + self._laps(length)]

    def most(self, head: Head) -> Number | None:
        length: int = head[1]
        return length

    def value(self, head: Head, moment: Moment, cells: Cells) -> Number | None:
        return self.run(head).length

    def changes(self, head: Head, moment: Moment, cells: Cells) -> Iterator[tuple[int, Number | None]]:
        return iter(())


class PeriodStreak(Streak):
    """The run of consecutive active periods: [the run up to the recent periods, [recent period, its events] …].

    Events beyond those that make a period active are not counted: they leave the head as it is.
    Recent are the periods that an event to come can still count for, since a change of zone can set a local date back.
    """

    falls = True
    uses_calendar = True
    sees_misses = False

    def __init__(self, params: Mapping[str, Any]) -> None:
        super().__init__(params)
        self.unit: str = params["period"]
        self.reach: int = params.get("grace", 0) + 1
        self.min_events: int = params.get("min_events", 1)
        self.back = reach_back(self.unit)

    def initial(self) -> Head:
        return [list(Run()), []]

    def run(self, head: Head) -> Run:
        return Run(*self._followed(*head))

    def _followed(self, run: list[Any], periods: list[Any]) -> list[Any]:
        """The run with some later periods."""
        last, length, longest, closed = run
        for period, count in periods:
            if count < self.min_events:
                continue
            if last is not None and period - last > self.reach:
                closed, length = closed + self._laps(length), 0
            last, length = period, length + 1
            longest = max(longest, length)
        return [last, length, longest, closed]

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        day = calendar.day(instant)
        period = day if self.unit == "day" else calendar.period(self.unit, day)
        recent = head[1]
        if recent and recent[-1][0] == period and recent[-1][1] >= self.min_events:
            return head
        known = gathered_in(recent, period, 0)
        return head if known >= self.min_events else self._counted(head, period, known + 1)

    def _counted(self, head: Head, period: int, count: int) -> Head:
        run, recent = head
        if not recent or period > recent[-1][0]:
            periods = [*recent, [period, count]]
        else:
            periods = sorted([*(pair for pair in recent if pair[0] != period), [period, count]])
        oldest = periods[-1][0] - self.back
        if periods[0][0] >= oldest:
            return [run, periods]
        settled = [pair for pair in periods if pair[0] < oldest]
        return [self._followed(run, settled), periods[len(settled) :]]

    def missed(self, head: Head, of: Any, cells: Cells) -> Head:
        return head

    def most(self, head: Head) -> Number | None:
        (last, length, _, _), recent = head
        for period, count in recent:
            if count >= self.min_events:
                length = length + 1 if last is not None and period - last <= self.reach else 1
                last = period
        return length

    def value(self, head: Head, moment: Moment, cells: Cells) -> Number | None:
        run = self.run(head)
        alive = run.last is not None and moment.period(self.unit) - run.last <= self.reach
        return run.length if alive else 0

    def changes(self, head: Head, moment: Moment, cells: Cells) -> Iterator[tuple[int, Number | None]]:
        run = self.run(head)
        if run.last is not None and moment.period(self.unit) - run.last <= self.reach:
            yield moment.calendar.starts(self.unit, run.last + self.reach + 1), 0
