"""An event into a metric: whether it counts, and the value that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..calendar import Calendar, Moment, calendar_in
from ..expressions import Context, EvaluationError, Expression
from ..measures import Head
from ..model import Badge, Criterion, Event, Failure, Metric, Number, RuleSet
from ..numeric import at_least, is_number
from ..state import Cells, State, first_head
from .entry import Entry
from .waiting import waiting

NUMBERS = frozenset({"sum", "max", "min", "average", "latest"})
"""Measures whose ``of`` is a number."""

COUNTED = "counted"
FALSE = "condition is false"
FAILED = "rule failed"
TOO_EARLY = "before the prerequisites were met"
UNAVAILABLE = "outside availability"
"""What becomes of an event in a metric."""

Data = Mapping[str, Any]
Count = Callable[[State, Event, Data, Context, Calendar, list[Badge]], str]
"""Folds an event into a metric: (state, posted entry, payload of the round, its context, calendar, badges that can be
due, to which it adds) to what became of it. Context and calendar are looked at only where the plan says so."""
Value = Callable[[Data, Context], Any]

_NO_CELLS = Cells().of("")
NO_CALENDAR = calendar_in(None, "UTC")
NOWHERE = Context({}, "", "", {}, Moment(0, NO_CALENDAR))
"""For what reads the payload alone."""


def is_plain(metric: Metric) -> bool:
    """Whether every event of its triggers that satisfies ``when`` counts, and no other changes anything."""
    return metric.gate is None and metric.available == (None, None) and not metric.measure.sees_misses


def reads_payload(metric: Metric) -> bool:
    """Whether its expressions read nothing of an event but its payload."""
    return all(_function(expression)[1] for expression in (metric.when, metric.of, metric.by))


def counter(rules: RuleSet, metric: Metric) -> Count:
    """How events are folded into a metric, with all that does not depend on them bound."""
    key, first, gated, window = metric.fingerprint, first_head(metric), metric.gate is not None, metric.available
    when, of_payload = _function(metric.when)
    value_of, missed, measure, due = _value(metric), _missed(metric), metric.measure, waiting(rules, metric)

    def count(state: State, event: Event, data: Data, context: Context, calendar: Calendar, found: list[Badge]) -> str:
        if not inside(window, event.time):
            return UNAVAILABLE
        stored: Head = state.heads.get(key, first)
        gate, head = stored if gated else (None, stored)
        if gated and (gate is None or tuple(gate) >= event.position):
            return TOO_EARLY
        cells = state.cells.of(key) if measure.keeps_cells else _NO_CELLS
        try:
            hit = when is None or when(data if of_payload else context)
            if hit:
                after = measure.evolve(head, value_of(data, context) if value_of else None, event.time, calendar, cells)
            elif missed is None:
                return FALSE
            else:
                after = missed(head, data, context, cells)
        except EvaluationError as error:
            return fail(rules, state, metric, event, error)
        if after is not head:
            state.put(key, [gate, after] if gated else after)
        if not hit:
            return FALSE
        value = after if measure.reads_head else measure.most(after)
        if value is None or value >= state.ahead.get(key, due.lowest):
            due.find(state, value, found)
        return COUNTED

    return count


def _function(expression: Expression | None) -> tuple[Callable[[Any], Any] | None, bool]:
    """What gives the value of an expression, and whether it takes the payload alone, not the whole context."""
    if expression is None:
        return None, True
    of_payload = expression.of_payload()
    return (of_payload, True) if of_payload else (expression.evaluate, False)


def of_payload(expression: Expression | None) -> Callable[[Data], Any] | None:
    """What gives the value of an expression that reads the payload alone; None if there is no expression."""
    return _function(expression)[0]


def _value(metric: Metric) -> Value | None:
    """What a measure is given of an event that counts: the value of ``of``, with ``by`` that of both."""
    of, by = _reader(metric.of), _reader(metric.by)
    if of and metric.of and metric.measure.kind in NUMBERS and metric.of.type != "number":
        of = _number(of, metric.of.text)
    if by is None:
        return of
    return lambda data, context: (by(data, context), of(data, context) if of else None)


def value_of_payload(metric: Metric) -> Callable[[Data], Any] | None:
    """As ``_value``, where the payload alone tells it."""
    of = _function(metric.of)[0]
    if metric.by is None and (metric.of is None or metric.of.type == "number" or metric.measure.kind not in NUMBERS):
        return of
    value = _value(metric)
    return (lambda data: value(data, NOWHERE)) if value else None


def _number(read: Value, text: str) -> Value:
    """The value of ``of``, if it is a number."""

    def number(data: Data, context: Context) -> Any:
        value = read(data, context)
        if is_number(value):
            return value
        raise EvaluationError(f"{text} is no number")

    return number


def _reader(expression: Expression | None) -> Value | None:
    run, of_payload = _function(expression)
    if run is None:
        return None
    return (lambda data, context: run(data)) if of_payload else (lambda data, context: run(context))


def _missed(metric: Metric) -> Callable[[Head, Data, Context, Any], Head] | None:
    """What an event does that fails ``when``; nothing if the measure does not see it, or if it carries no value."""
    if not metric.measure.sees_misses:
        return None
    read, missed = _reader(metric.of), metric.measure.missed

    def miss(head: Head, data: Data, context: Context, cells: Any) -> Head:
        try:
            return missed(head, read(data, context) if read else None, cells)
        except EvaluationError:
            return head

    return miss


def fail(rules: RuleSet, state: State, metric: Metric, event: Event, error: EvaluationError) -> str:
    names = rules.users_of.get(metric.fingerprint) or (metric.name or metric.fingerprint,)
    for name in names:
        state.fail(Failure(name, event.source, event.id, str(error)))
    return FAILED


def inside(window: tuple[int | None, int | None], instant: int) -> bool:
    """Whether an instant lies in a window [since, until)."""
    since, until = window
    return (since is None or instant >= since) and (until is None or instant < until)


def value_of(state: State, metric: Metric, moment: Moment) -> Number | None:
    """A metric's value at a moment that is not before the newest event."""
    key, measure = metric.fingerprint, metric.measure
    if key in state.values:
        known: Number | None = state.values[key]
        return known
    return measure.value(plain_head(state, metric), moment, state.cells.of(key) if measure.keeps_cells else _NO_CELLS)


def value_at(state: State, metric: Metric, entry: Entry) -> Number | None:
    """A metric's value at an entry that is not before the newest event; without a look at the clock if it has none."""
    if metric.measure.reads_head and metric.gate is None and not state.values:
        value: Number | None = state.heads.get(metric.fingerprint, 0)
        return value
    return value_of(state, metric, entry.moment)


def plain_head(state: State, metric: Metric) -> Head:
    """A metric's head without the gate that ``counts: after_prerequisites`` puts before it."""
    head = state.head(metric)
    return head[1] if metric.gate else head


def reaches(criterion: Criterion, value: Number | None, threshold: Number | None = None) -> bool:
    """Whether a value meets a criterion; an undefined one meets none."""
    if value is None:
        return False
    limit = criterion.threshold if threshold is None else threshold
    return at_least(limit, value) if criterion.at_most else at_least(value, limit)
