"""How many distinct values a text, number or boolean takes in the matching events.

With ``latest: true`` a value counts only while the newest event that carries it satisfies ``when``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..calendar import Calendar, Moment
from ..model import Number
from . import queue
from .aggregates import Count
from .protocol import Cells, Head, Measure, value_key
from .windows import PARAMETERS as WINDOWS
from .windows import Periodic, Rolling, Whole, gathered_in, reach_back, with_period

KIND = "count_distinct"
PARAMETERS: dict[str, Any] = {
    "of": {"type": "string", "description": "An expression: the text, number or boolean whose values are counted."},
    **WINDOWS,
    "latest": {
        "type": "boolean",
        "description": "A value counts only while the newest event that carries it satisfies `when`.",
    },
}
REQUIRED = ("of",)
WHOLE_THRESHOLD = True
POSITIVE_THRESHOLD = True


def build(params: Mapping[str, Any]) -> Measure:
    """The measure with these keys."""
    if "within" in params:
        return RollingDistinct(KIND, params, Count())
    if "per" in params:
        return PeriodicDistinct(KIND, params, Count())
    if params.get("latest"):
        return LatestDistinct(KIND, params, Count())
    return Distinct(KIND, params, Count())


class Distinct(Whole):
    """All events: a cell for each value seen."""

    reads_head = True
    keeps_cells = True

    def __init__(self, kind: str, params: Mapping[str, Any], aggregate: Count) -> None:
        super().__init__(kind, params, aggregate)
        self.gather = None

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        key = "v" + value_key(of)
        if cells.get(key):
            return head
        cells.put(key, 1)
        return head + 1


class LatestDistinct(Distinct):
    """A cell for each value whose newest event satisfies ``when``."""

    sees_misses = True

    def missed(self, head: Head, of: Any, cells: Cells) -> Head:
        key = "v" + value_key(of)
        if not cells.get(key):
            return head
        cells.put(key, None)
        return head - 1


class PeriodicDistinct(Periodic):
    """Events of one calendar period: a cell for each value with the recent periods it was seen in."""

    keeps_cells = True

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        unit = self.params["per"]
        period = calendar.period(unit, calendar.day(instant))
        key = "v" + value_key(of)
        seen = cells.get(key) or []
        if period in seen:
            return head
        cells.put(key, sorted([*(p for p in seen if p >= max(period, *seen) - reach_back(unit)), period]))
        return with_period(head, unit, period, gathered_in(head, period, 0) + 1)


class RollingDistinct(Rolling):
    """Events in (t - width, t]: a queue of [time, value], and a cell for each value with its newest time."""

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        key = "v" + value_key(of)
        ends, count = tuple(head[0]), head[1]
        while ends[3] and (entry := next(queue.entries(ends, cells)))[0] <= instant - self.width:
            ends = queue.take(ends, cells)
            count -= self._fallen(entry, cells)
        count += 0 if cells.get(key) is not None else 1
        cells.put(key, instant)
        return [queue.append(ends, [instant, key], cells), count]

    def _fallen(self, entry: Any, cells: Cells) -> int:
        time, key = entry
        if cells.get(key) != time:
            return 0
        cells.put(key, None)
        return 1

    def value(self, head: Head, moment: Moment, cells: Cells) -> Number | None:
        return head[1] - len(set(self._gone(head, moment.instant, cells)))

    def _gone(self, head: Head, instant: int, cells: Cells) -> Iterator[str]:
        for time, key in queue.entries(tuple(head[0]), cells):
            if time > instant - self.width:
                return
            if cells.get(key) == time:
                yield key

    def changes(self, head: Head, moment: Moment, cells: Cells) -> Iterator[tuple[int, Number | None]]:
        count = self.value(head, moment, cells) or 0
        fallen: set[str] = set()
        for time, key in queue.entries(tuple(head[0]), cells):
            if time > moment.instant - self.width and cells.get(key) == time and key not in fallen:
                fallen.add(key)
                count -= 1
                yield time + self.width, count
