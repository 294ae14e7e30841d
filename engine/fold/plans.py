"""What the fold does with an event of one type, put together once for each rule set."""

from __future__ import annotations

from dataclasses import dataclass

from ..calendar import Moment, calendar_in
from ..expressions import Context
from ..model import BADGE_GRANTED, BADGE_REVOKED, Badge, Event, Metric, RuleSet
from ..state import State
from .counting import COUNTED, FAILED, Count, Data, counter
from .waiting import Waiting, waiting

_NO_CALENDAR = calendar_in(None, "UTC")
_NO_CONTEXT = Context({}, "", "", {}, Moment(0, _NO_CALENDAR))


@dataclass(frozen=True, slots=True)
class Plan:
    """The metrics that one event type triggers."""

    parts: tuple[tuple[Count, Waiting | None, Metric], ...]
    needs_context: bool
    """Whether an expression reads more of the event than its payload."""
    uses_calendar: bool
    """Whether a measure looks at local days."""


NOTHING = Plan((), False, False)


def plan_of(rules: RuleSet, type: str) -> Plan:
    """The plan of an event type; one that triggers nothing if the rules do not have the type."""
    plan: Plan | None = rules.plans.get(type)
    if plan is None:
        if type not in rules.routes:
            return NOTHING
        plan = rules.plans[type] = _planned(rules, rules.routes[type].metrics)
    return plan


def _planned(rules: RuleSet, metrics: tuple[Metric, ...]) -> Plan:
    counters = [counter(rules, metric) for metric in metrics]
    return Plan(
        tuple((count, waiting(rules, m), m) for (count, _), m in zip(counters, metrics, strict=True)),
        any(needs_context for _, needs_context in counters),
        any(metric.measure.uses_calendar for metric in metrics),
    )


def fold(rules: RuleSet, plan: Plan, state: State, event: Event, data: Data, context: Context | None) -> list[Badge]:
    """Fold a posted event, or an award that it led to, into the metrics; the badges that can be due then."""
    if context is None and (plan.needs_context or state.trace is not None):
        context = context_of(rules, state, event)
    calendar = _NO_CALENDAR
    if plan.uses_calendar:
        calendar = context.moment.calendar if context else state.calendar(rules.settings, event.offset)
    found: list[Badge] = []
    for count, due, metric in plan.parts:
        verdict = count(state, event, data, context or _NO_CONTEXT, calendar)
        if state.trace is not None:
            _tell(state, metric, event, context or _NO_CONTEXT, verdict)
        if verdict is COUNTED and due is not None:
            value = due.most(state)
            if value >= state.ahead.get(metric.fingerprint, due.lowest):
                found += due.find(state, value)
    return found


def _tell(state: State, metric: Metric, event: Event, context: Context, verdict: str) -> None:
    """Note what became of an event in a metric, and of a failure why."""
    if state.trace is not None:
        state.trace(metric, event, context, verdict, state.failures[-1].message if verdict == FAILED else None)


def context_of(rules: RuleSet, state: State, event: Event) -> Context:
    """An entry of the log as rules see it; calls have no payload, and no clock of their own."""
    called = event.type in (BADGE_GRANTED, BADGE_REVOKED)
    moment = Moment(event.time, state.calendar(rules.settings, None if called else event.offset))
    return Context({} if called else event.data, event.type, event.source, state.names, moment)
