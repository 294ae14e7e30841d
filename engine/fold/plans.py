"""What the fold does with an event of one type, put together once for each rule set."""

from __future__ import annotations

from dataclasses import dataclass

from ..calendar import Moment, calendar_in
from ..expressions import Context
from ..model import BADGE_GRANTED, BADGE_REVOKED, Badge, Event, Metric, RuleSet
from ..state import State
from .counting import FAILED, Count, counter

_NO_CALENDAR = calendar_in(None, "UTC")
_NO_CONTEXT = Context({}, "", "", {}, Moment(0, _NO_CALENDAR))


@dataclass(frozen=True, slots=True)
class Plan:
    """The metrics that one event type triggers."""

    parts: tuple[tuple[Metric, Count], ...]
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
        tuple((metric, count) for metric, (count, _) in zip(metrics, counters, strict=True)),
        any(needs_context for _, needs_context in counters),
        any(metric.measure.uses_calendar for metric in metrics),
    )


def fold(rules: RuleSet, plan: Plan, state: State, event: Event) -> list[Badge]:
    """Fold a posted event into the metrics; the badges that can be due then."""
    if plan.needs_context or state.trace is not None:
        return fold_round(plan, state, event, context_of(rules, state, event))
    calendar = (state.clock or state.calendar(rules.settings, event.offset)) if plan.uses_calendar else _NO_CALENDAR
    found: list[Badge] = []
    data = event.data
    for _, count in plan.parts:
        count(state, event, data, _NO_CONTEXT, calendar, found)
    return found


def fold_round(plan: Plan, state: State, event: Event, context: Context) -> list[Badge]:
    """As ``fold``, for any round of a posted event: that of an award has a context of its own."""
    found: list[Badge] = []
    for metric, count in plan.parts:
        verdict = count(state, event, context.data, context, context.moment.calendar, found)
        if state.trace is not None:
            message = state.failures[-1].message if verdict == FAILED else None
            state.trace(metric, event, context, verdict, message)
    return found


def context_of(rules: RuleSet, state: State, event: Event) -> Context:
    """An entry of the log as rules see it; calls have no payload, and no clock of their own."""
    called = event.type in (BADGE_GRANTED, BADGE_REVOKED)
    moment = Moment(event.time, state.calendar(rules.settings, None if called else event.offset))
    return Context({} if called else event.data, event.type, event.source, state.names, moment)
