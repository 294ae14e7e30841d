"""An event into a metric: whether it counts, and the value that comes of it."""

from __future__ import annotations

from typing import Any

from ..calendar import Moment
from ..expressions import Context, EvaluationError
from ..measures import Head, Sample
from ..model import Criterion, Failure, Metric, Number, RuleSet
from ..numeric import at_least, is_number
from ..state import State
from .entry import Entry

NUMBERS = frozenset({"sum", "max", "min", "average", "latest"})
"""Measures whose ``of`` is a number."""

COUNTED = "counted"
FALSE = "condition is false"
FAILED = "rule failed"
TOO_EARLY = "before the prerequisites were met"
UNAVAILABLE = "outside availability"
"""What becomes of an event in a metric."""


def count(rules: RuleSet, state: State, metric: Metric, entry: Entry, context: Context) -> bool:
    """Fold an event into a metric; whether it counted."""
    verdict, message = _counted(rules, state, metric, entry, context)
    if state.trace:
        state.trace(metric, entry.event, context, verdict, message)
    return verdict == COUNTED


def _counted(
    rules: RuleSet, state: State, metric: Metric, entry: Entry, context: Context
) -> tuple[str, str | None]:
    if not inside(metric.available, entry.event.time):
        return UNAVAILABLE, None
    head = state.head(metric)
    if metric.gate:
        gate, head = head
        if gate is None or tuple(gate) >= entry.event.position:
            return TOO_EARLY, None
    try:
        sample = _sample(metric, context)
    except EvaluationError as error:
        _fail(rules, state, metric, entry, str(error))
        return FAILED, str(error)
    if sample is None:
        return FALSE, None
    after = metric.measure.evolve(head, sample, state.cells.of(metric.fingerprint))
    if after is not head:
        state.put(metric.fingerprint, [gate, after] if metric.gate else after)
    return (COUNTED if sample.hit else FALSE), None


def _sample(metric: Metric, context: Context) -> Sample | None:
    """What a measure sees of an event; None if it does not count, or is a miss that carries no value."""
    hit = True if metric.when is None else metric.when.evaluate(context)
    if not hit and not metric.measure.sees_misses:
        return None
    if hit or metric.of is None:
        by = metric.by.evaluate(context) if metric.by else None
        return Sample(context.moment, hit, _value_of(metric, context), by)
    try:
        return Sample(context.moment, hit, metric.of.evaluate(context))
    except EvaluationError:
        return None


def _value_of(metric: Metric, context: Context) -> Any:
    """What ``of`` says of an event, a number where the measure needs one."""
    of = metric.of.evaluate(context) if metric.of else None
    if metric.of and metric.measure.kind in NUMBERS and not is_number(of):
        raise EvaluationError(f"{metric.of.text} is no number")
    return of


def _fail(rules: RuleSet, state: State, metric: Metric, entry: Entry, message: str) -> None:
    names = rules.users_of.get(metric.fingerprint) or (metric.name or metric.fingerprint,)
    for name in names:
        state.failures.append(Failure(name, entry.event.source, entry.event.id, message))


def inside(window: tuple[int | None, int | None], instant: int) -> bool:
    """Whether an instant lies in a window [since, until)."""
    since, until = window
    return (since is None or instant >= since) and (until is None or instant < until)


def value_of(state: State, metric: Metric, moment: Moment) -> Number | None:
    """A metric's value at a moment that is not before the newest event."""
    if metric.fingerprint in state.values:
        known: Number | None = state.values[metric.fingerprint]
        return known
    return metric.measure.value(plain_head(state, metric), moment, state.cells.of(metric.fingerprint))


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
