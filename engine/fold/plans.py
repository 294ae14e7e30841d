"""What the fold does with an event of one type, put together once for each rule set."""

from __future__ import annotations

from dataclasses import dataclass

from ..expressions import Context
from ..model import Badge, Event, Metric, RuleSet
from ..state import State
from .counting import FAILED, NO_CALENDAR, Count, counter
from .entry import Entry
from .written import Run, written


@dataclass(frozen=True, slots=True)
class Plan:
    """The metrics that one event type triggers."""

    parts: tuple[tuple[Metric, Count], ...]
    run: Run | None
    """All of them in one; None if one reads more of an event than its payload."""
    uses_calendar: bool
    """Whether a measure looks at local days."""


NOTHING = Plan((), None, False)


def plan_of(rules: RuleSet, type: str) -> Plan:
    """The plan of an event type; one that triggers nothing if the rules do not have the type."""
    plan: Plan | None = rules.plans.get(type)
    if plan is None:
        if type not in rules.routes:
            return NOTHING
        plan = rules.plans[type] = _planned(rules, rules.routes[type].metrics)
    return plan


def _planned(rules: RuleSet, metrics: tuple[Metric, ...]) -> Plan:
    parts = tuple((metric, counter(rules, metric)) for metric in metrics)
    return Plan(parts, written(rules, parts), any(metric.measure.uses_calendar for metric in metrics))


def fold(rules: RuleSet, plan: Plan, state: State, event: Event) -> list[Badge]:
    """Fold a posted event into the metrics; the badges that can be due then."""
    if plan.run is None or state.trace is not None:
        return fold_round(plan, state, event, Entry(rules, state, event).context) if plan.parts else []
    found: list[Badge] = []
    calendar = (state.clock or state.calendar(rules.settings, event.offset)) if plan.uses_calendar else NO_CALENDAR
    plan.run(state, event, calendar, found)
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
