"""The value of a metric at a moment, from its definition alone: a scan over all that has happened."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.reference.interpreter import EvaluationError, Fields, Scope, evaluate
from tests.reference.rules import Badge, Criterion, RuleSet
from tests.reference.values import Number, Stamp, floor, is_number, less_number, number, same_number
from tests.reference.wallclock import window_micros


@dataclass(frozen=True)
class Happening:
    """An event as it was folded: posted, or derived from an award, with what was in effect then.

    ``root`` is the place in the log of the posted event that it belongs to, ``cause`` that event's source and id.
    """

    root: int
    cause: tuple[str, str]
    type: str
    source: str
    time: int
    zone: tzinfo
    data: dict[str, Any]
    user: dict[str, Any]

    def scope(self, rules: RuleSet) -> Scope:
        """What an expression over this event may depend on."""
        return Scope(
            event=Fields(self.data, rules.payload(self.type)),
            type=self.type,
            source=self.source,
            user=Fields(self.user, {"properties": rules.attributes}),
            time=self.time,
            zone=self.zone,
            calendar=rules.calendar,
            catalogs=rules.catalogs,
        )


@dataclass(frozen=True)
class Reading:
    """What a criterion makes of one event that triggers it: whether it matched, and the values that it carries."""

    event: Happening
    held: bool
    of: Any
    by: Any


def key_of(value: Any) -> Any:
    """What makes a value distinct: 1 and 1.0 are one, true and 1 are two."""
    if isinstance(value, Stamp):
        return "time", value.micros
    return ("number", number(value)) if is_number(value) else (type(value).__name__, value)


def read(rules: RuleSet, criterion: Criterion, event: Happening) -> Reading | None:
    """The reading of an event; None if it carries no value to look at; EvaluationError where the rule fails on it."""
    scope = event.scope(rules)
    held = criterion.when is None or evaluate(criterion.when, scope)
    try:
        of, by = (evaluate(text, scope) if text else None for text in (criterion.of, criterion.by))
    except EvaluationError:
        if held:
            raise
        return None
    return Reading(event, held, of, by)


def inside(badge: Badge, time: int) -> bool:
    """Say whether a time is inside what `available` says."""
    after_begin = badge.available_from is None or badge.available_from <= time
    return after_begin and (badge.available_until is None or time < badge.available_until)


class Metric:
    """A criterion over the readings of all the events that may count for it, in the order of the fold."""

    def __init__(self, rules: RuleSet, criterion: Criterion, readings: Iterable[Reading]) -> None:
        self.rules, self.criterion, self.readings = rules, criterion, list(readings)

    @cached_property
    def held(self) -> list[Reading]:
        """The readings that match."""
        return [reading for reading in self.readings if reading.held]

    def ordinal(self, kind: str, time: int, zone: tzinfo) -> int:
        """The period for which a time counts."""
        return self.rules.calendar.ordinal(kind, self.rules.calendar.day(time, zone))

    def of_event(self, kind: str, reading: Reading) -> int:
        """The period for which an event counts, in the zone in effect at the event."""
        return self.ordinal(kind, reading.event.time, reading.event.zone)

    def counted(self, time: int, zone: tzinfo) -> list[Reading]:
        """The matching events that count at a moment."""
        if self.criterion.within:
            begin = time - window_micros(self.criterion.within)
            return [reading for reading in self.held if begin < reading.event.time <= time]
        if self.criterion.per:
            now = self.ordinal(self.criterion.per, time, zone)
            return [reading for reading in self.held if self.of_event(self.criterion.per, reading) == now]
        return self.held

    def value(self, time: int, zone: tzinfo) -> Number | None:
        """The value at a moment; None when it is undefined."""
        measure = self.criterion.measure
        if measure == "streak":
            return self.current_streak(time, zone)
        if self.criterion.latest:
            return self.distinct_latest()
        counted = self.counted(time, zone)
        if measure == "count":
            return max(Counter(key_of(reading.by) for reading in counted).values(), default=0)
        if measure == "count_distinct":
            return len({key_of(reading.of) for reading in counted})
        if measure == "sum":
            return self.largest_sum(counted)
        return self.of_numbers([number(reading.of) for reading in counted])

    def distinct_latest(self) -> int:
        """The distinct values whose newest event matches."""
        newest = {key_of(reading.of): reading.held for reading in self.readings}
        return sum(newest.values())

    def largest_sum(self, counted: list[Reading]) -> Number:
        """The exact sum; with `by`, the largest of its values' sums."""
        groups = {key_of(reading.by) for reading in counted}
        sums = [sum(Fraction(number(r.of)) for r in counted if key_of(r.by) == group) for group in groups]
        return number(max(sums, default=0))

    def of_numbers(self, numbers: list[Number]) -> Number | None:
        """The measures that are undefined without events."""
        if not numbers or (self.criterion.measure == "average" and len(numbers) < self.criterion.min_events):
            return None
        if self.criterion.measure == "average":
            return number(Fraction(sum(numbers)) / len(numbers))
        return {"max": max(numbers), "min": min(numbers), "latest": numbers[-1]}[self.criterion.measure]

    def active_periods(self) -> list[int]:
        """The periods with enough events, in their order."""
        assert self.criterion.period
        events = Counter(self.of_event(self.criterion.period, reading) for reading in self.held)
        return sorted(period for period, count in events.items() if count >= self.criterion.min_events)

    def runs(self) -> list[list[int]]:
        """The runs of active periods, up to `grace` missed ones apart."""
        runs: list[list[int]] = []
        for period in self.active_periods():
            if runs and period - runs[-1][-1] - 1 <= self.criterion.grace:
                runs[-1].append(period)
            else:
                runs.append([period])
        return runs

    def event_runs(self) -> list[int]:
        """The lengths of the runs of matching events, the last one perhaps 0."""
        lengths = [0]
        for reading in self.readings:
            if reading.held:
                lengths[-1] += 1
            else:
                lengths.append(0)
        return lengths

    def run_lengths(self) -> list[int]:
        """The lengths of all the runs of a streak."""
        return self.event_runs() if self.criterion.period == "event" else [len(run) for run in self.runs()]

    def current_streak(self, time: int, zone: tzinfo) -> int:
        """The length of the last run while it is alive, else 0."""
        if self.criterion.period == "event":
            return self.event_runs()[-1]
        assert self.criterion.period
        runs = self.runs()
        now = self.ordinal(self.criterion.period, time, zone)
        alive = bool(runs) and now - runs[-1][-1] - 1 <= self.criterion.grace
        return len(runs[-1]) if alive else 0

    def total(self, time: int, zone: tzinfo) -> int:
        """How many times the threshold was reached in all, for badges that repeat."""
        threshold = self.criterion.threshold
        if self.criterion.measure == "streak":
            return sum(floor(number(Fraction(length) / threshold)) for length in self.run_lengths())
        value = self.value(time, zone)
        assert value is not None
        return next(k for k in range(10**9) if less_number(value, (k + 1) * threshold))

    def falls_at(self, time: int, zone: tzinfo) -> list[int]:
        """The moments after `time` at which the value may change without a new event, in their order."""
        criterion, calendar = self.criterion, self.rules.calendar
        moments: list[int] = []
        if criterion.within:
            length = window_micros(criterion.within)
            moments = [reading.event.time + length for reading in self.held]
        elif criterion.per:
            periods = {self.of_event(criterion.per, reading) for reading in self.held}
            moments = [calendar.begins(criterion.per, period + 1, zone) for period in periods]
        elif criterion.measure == "streak" and criterion.period and criterion.period != "event" and self.runs():
            moments = [calendar.begins(criterion.period, self.runs()[-1][-1] + criterion.grace + 2, zone)]
        return sorted(moment for moment in moments if moment > time)


def meets(value: Number | None, threshold: Number, compare: str) -> bool:
    """Say whether a value meets a threshold; an undefined one meets none."""
    if value is None:
        return False
    if same_number(value, threshold):
        return True
    return value > threshold if compare == "at_least" else value < threshold
