"""Where an aggregate looks: at all events, at a calendar period, at a rolling window, or at each value of ``by``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..calendar import BACKWARD_DAYS, UNITS, Calendar, Moment
from ..model import Number
from ..numeric import exact, floor
from . import queue
from .aggregates import Aggregate, Count, Extreme, decimal_of
from .protocol import Cells, Head, Measure, value_key

PARAMETERS: dict[str, Any] = {
    "within": {
        "type": "string",
        "description": "A rolling window that ends at the event: a number and a unit of m, h, d, w (7d), at most 400d.",
    },
    "per": {
        "enum": ["day", "week", "month", "year"],
        "description": "Only events of the same calendar period count.",
    },
}
BY: dict[str, Any] = {
    "type": "string",
    "description": "An expression: events are gathered for each of its values, and the largest result is the value.",
}


def width(within: str) -> int:
    """The microseconds of a window such as ``7d``."""
    match = re.fullmatch(r"(\d{1,9})([mhdw])", within, re.ASCII)
    if match is None:
        raise ValueError("is not a window such as 7d")
    return int(match[1]) * UNITS[match[2]]


def windowed(kind: str, params: Mapping[str, Any], aggregate: Aggregate) -> Measure:
    """The aggregate over the window that the keys name."""
    if "within" in params:
        if isinstance(aggregate, Extreme):
            return RollingExtreme(kind, params, aggregate)
        return Rolling(kind, params, aggregate)
    if "per" in params:
        return Periodic(kind, params, aggregate)
    if params.get("by"):
        return Largest(kind, params, aggregate)
    return Whole(kind, params, aggregate)


class Windowed:
    """What all windows share."""

    uses_calendar = False
    sees_misses = False
    reads_head = False
    keeps_cells = False
    adds_one = False
    falls = False
    gather: Callable[[Head, Any], Head] | None = None

    def __init__(self, kind: str, params: Mapping[str, Any], aggregate: Aggregate) -> None:
        self.kind = kind
        self.params: Mapping[str, Any] = dict(params)
        self.aggregate = aggregate

    def missed(self, head: Head, of: Any, cells: Cells) -> Head:
        return head

    def most(self, head: Head) -> Number | None:
        return None

    def longest(self, head: Head) -> int | None:
        return None

    def changes(self, head: Head, moment: Moment, cells: Cells) -> Iterator[tuple[int, Number | None]]:
        return iter(())

    def value(self, head: Head, moment: Moment, cells: Cells) -> Number | None:
        raise NotImplementedError

    def laps(self, head: Head, moment: Moment, cells: Cells, threshold: Number) -> int:
        value = self.value(head, moment, cells)
        return 0 if value is None else max(0, floor(value / threshold))


class Whole(Windowed):
    """All events."""

    def __init__(self, kind: str, params: Mapping[str, Any], aggregate: Aggregate) -> None:
        super().__init__(kind, params, aggregate)
        self.gather = aggregate.add

    def initial(self) -> Head:
        return self.aggregate.zero

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        return self.aggregate.add(head, of)

    def most(self, head: Head) -> Number | None:
        return self.aggregate.value(head)

    def value(self, head: Head, moment: Moment, cells: Cells) -> Number | None:
        return self.aggregate.value(head)


class Periodic(Windowed):
    """Events of the same calendar period. Kept are the periods that an event to come can still count for."""

    uses_calendar = True
    falls = True

    def initial(self) -> Head:
        return []

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        unit = self.params["per"]
        period = calendar.period(unit, calendar.day(instant))
        gathered = self.aggregate.add(gathered_in(head, period, self.aggregate.zero), of)
        return with_period(head, unit, period, gathered)

    def value(self, head: Head, moment: Moment, cells: Cells) -> Number | None:
        period = moment.period(self.params["per"])
        return self.aggregate.value(gathered_in(head, period, self.aggregate.zero))

    def changes(self, head: Head, moment: Moment, cells: Cells) -> Iterator[tuple[int, Number | None]]:
        unit, zero = self.params["per"], self.aggregate.zero
        now = moment.period(unit)
        for period in range(now + 1, max([now, *(known for known, _ in head)]) + 2):
            yield moment.calendar.starts(unit, period), self.aggregate.value(gathered_in(head, period, zero))


def gathered_in(head: list[Any], period: int, zero: Any) -> Any:
    """What has been gathered in a period."""
    for known, gathered in head:
        if known == period:
            return gathered
    return zero


def with_period(head: list[Any], unit: str, period: int, gathered: Any) -> list[Any]:
    """The recent periods, with one of them replaced, without those that no event to come can count for."""
    others = [[known, value] for known, value in head if known != period]
    periods = sorted([*others, [period, gathered]], key=lambda pair: pair[0])
    oldest = periods[-1][0] - reach_back(unit)
    return [pair for pair in periods if pair[0] >= oldest]


def reach_back(unit: str) -> int:
    """How many periods an event to come can lie before the newest one: a local date goes back by two days at most."""
    return BACKWARD_DAYS if unit == "day" else 1


class Rolling(Windowed):
    """Events in (t - width, t]: a queue, from whose front they fall as time passes."""

    keeps_cells = True
    falls = True

    def __init__(self, kind: str, params: Mapping[str, Any], aggregate: Aggregate) -> None:
        super().__init__(kind, params, aggregate)
        self.width = width(params["within"])

    def initial(self) -> Head:
        return [queue.EMPTY, self.aggregate.zero]

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        ends, gathered = tuple(head[0]), head[1]
        while ends[3] and (entry := next(queue.entries(ends, cells)))[0] <= instant - self.width:
            ends, gathered = queue.take(ends, cells), self.aggregate.remove(gathered, entry[1])
        number = None if isinstance(self.aggregate, Count) else plain(of)
        return [queue.append(ends, [instant, number], cells), self.aggregate.add(gathered, of)]

    def most(self, head: Head) -> Number | None:
        return self.aggregate.value(head[1])

    def value(self, head: Head, moment: Moment, cells: Cells) -> Number | None:
        gathered = head[1]
        for time, number in queue.entries(tuple(head[0]), cells):
            if time > moment.instant - self.width:
                break
            gathered = self.aggregate.remove(gathered, number)
        return self.aggregate.value(gathered)

    def changes(self, head: Head, moment: Moment, cells: Cells) -> Iterator[tuple[int, Number | None]]:
        gathered = head[1]
        for time, number in queue.entries(tuple(head[0]), cells):
            gathered = self.aggregate.remove(gathered, number)
            if time > moment.instant - self.width:
                yield time + self.width, self.aggregate.value(gathered)


class RollingExtreme(Rolling):
    """The largest or smallest number in (t - width, t]: a queue of those that no newer one has beaten."""

    def __init__(self, kind: str, params: Mapping[str, Any], extreme: Extreme) -> None:
        super().__init__(kind, params, extreme)
        self.extreme = extreme

    def initial(self) -> Head:
        return list(queue.EMPTY)

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        number = self.extreme.add(None, of)
        ends: queue.Ends = tuple(head)
        while ends[3] and next(queue.entries(ends, cells))[0] <= instant - self.width:
            ends = queue.take(ends, cells)
        while ends[3] and self.extreme.beats(number, queue.newest(ends, cells)[1]):
            ends = queue.drop(ends, cells)
        return list(queue.append(ends, [instant, number], cells))

    def most(self, head: Head) -> Number | None:
        return None

    def value(self, head: Head, moment: Moment, cells: Cells) -> Number | None:
        for time, number in queue.entries(tuple(head), cells):
            if time > moment.instant - self.width:
                oldest: Number = number
                return oldest
        return None

    def changes(self, head: Head, moment: Moment, cells: Cells) -> Iterator[tuple[int, Number | None]]:
        live = [entry for entry in queue.entries(tuple(head), cells) if entry[0] > moment.instant - self.width]
        for (time, _), (_, after) in zip(live, [*live[1:], (0, None)], strict=False):
            yield time + self.width, after


class Largest(Windowed):
    """The largest of what is gathered for each value of ``by``: [best value's key, best]."""

    keeps_cells = True

    def initial(self) -> Head:
        return None

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        by, number = of
        key = "v" + value_key(by)
        known = cells.get(key)
        gathered = self.aggregate.add(self.aggregate.zero if known is None else known, number)
        cells.put(key, gathered)
        if head is None or decimal_of(gathered) >= decimal_of(head[1]):
            return [key, gathered]
        if key != head[0]:
            return head
        best, gathered = max(cells.items("v"), key=lambda item: (decimal_of(item[1]), item[0]))
        return [best, gathered]

    def most(self, head: Head) -> Number | None:
        return self.aggregate.value(head[1])

    def value(self, head: Head, moment: Moment, cells: Cells) -> Number | None:
        return self.aggregate.value(self.aggregate.zero if head is None else head[1])


def plain(number: Any) -> Any:
    """A number as JSON that ``exact`` reads back as it was written."""
    return number if isinstance(number, int | float) else str(exact(number))
