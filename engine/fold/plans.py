"""What the fold does with an event of one type, put together once for each rule set."""

from __future__ import annotations

from dataclasses import dataclass

from ..expressions import Context
from ..model import Badge, Event, Metric, RuleSet
from ..state import State
from .counting import FAILED, counter
from .entry import Entry
from .written import Parts, Run, written


@dataclass(frozen=True, slots=True)
class Plan:
    """The metrics that one event type triggers."""

    parts: Parts
    run: Run
    """Folds a posted event into all of them."""
    counted: Run
    """As ``run``, metric by metric, each of which is told of if somebody asks for it."""


def _nothing(state: State, event: Event, found: list[Badge]) -> None:
    """Of a type that triggers nothing."""


NOTHING = Plan((), _nothing, _nothing)


def plan_of(rules: RuleSet, type: str) -> Plan:
    """The plan of an event type; one that triggers nothing if the rules do not have the type."""
    plan: Plan | None = rules.plans.get(type)
    if plan is None:
        if type not in rules.routes:
            return NOTHING
        plan = rules.plans[type] = _planned(rules, rules.routes[type].metrics)
    return plan


def _planned(rules: RuleSet, metrics: tuple[Metric, ...]) -> Plan:
    if not metrics:
        return NOTHING
    parts = tuple((metric, counter(rules, metric)) for metric in metrics)

    def counted(state: State, event: Event, found: list[Badge]) -> None:
        found += fold_round(parts, state, event, Entry(rules, state, event).context)

    return Plan(parts, written(rules, parts) or counted, counted)


def fold_round(parts: Parts, state: State, event: Event, context: Context) -> list[Badge]:
    """Fold one round of a posted event, that of an award has a context of its own; the badges that can be due then."""
    found: list[Badge] = []
    for metric, count in parts:
        verdict = count(state, event, context.data, context, context.moment.calendar, found)
        if state.trace is not None:
            message = state.failures[-1].message if verdict == FAILED else None
            state.trace(metric, event, context, verdict, message)
    return found
