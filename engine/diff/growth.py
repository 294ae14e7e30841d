"""What can be said of a criterion whatever the events are: whether more of them help, and when it can become met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..compiler.settings import BUILT_IN_ATTRIBUTES
from ..expressions import Expression, Scope, Wants
from ..expressions.checker import check
from ..expressions.facts import NOTHING
from ..expressions.parser import parse
from ..model import BADGE_AWARDED, Criterion, Metric, RuleSet

_FROM_ZERO = frozenset({"count", "count_distinct", "sum", "streak"})
"""Measures that are 0 without events; the others are undefined then, and meet no threshold."""


def more_helps(criterion: Criterion, rules: RuleSet) -> bool:
    """Whether with more events that count, and fewer that miss, the criterion is met whenever it was."""
    if criterion.at_most:
        return criterion.metric.measure.kind == "min"
    return criterion.metric.measure.kind == "max" or _only_grows(criterion.metric, rules)


def more_hurts(criterion: Criterion, rules: RuleSet) -> bool:
    """Whether with fewer events that count, the criterion is met whenever it was."""
    return criterion.at_most and _only_grows(criterion.metric, rules)


def earlier_helps(criterion: Criterion, rules: RuleSet) -> bool:
    """Whether with events before all others that count, the criterion is met whenever it was."""
    return criterion.metric.measure.kind == "latest" or more_helps(criterion, rules)


def _only_grows(metric: Metric, rules: RuleSet) -> bool:
    """Whether the value, which begins at 0, cannot be lower with more events."""
    kind = metric.measure.kind
    return kind in _FROM_ZERO and (kind != "sum" or never_negative(metric, rules))


def met_by_events_only(criterion: Criterion, rules: RuleSet) -> bool:
    """Whether it can become met only with an event that counts, at which the badge is evaluated.

    It cannot where the passing of time (a window, a broken streak) or a missed event can bring it about.
    """
    metric = criterion.metric
    kind, params = metric.measure.kind, metric.measure.params
    if _by_calendar(metric) and rules.settings.local_time == "event":
        return False
    if kind in _FROM_ZERO:
        return _falls_by_events_only(metric) if criterion.at_most else _rises_by_events_only(metric, rules)
    rolling = "within" in params
    return not rolling or (kind == "max" and not criterion.at_most) or (kind == "min" and criterion.at_most)


def _by_calendar(metric: Metric) -> bool:
    """Whether another offset can set the period back to one that is over."""
    return metric.measure.uses_calendar


def _rises_by_events_only(metric: Metric, rules: RuleSet) -> bool:
    windowed = bool({"within", "per"} & metric.measure.params.keys())
    return metric.measure.kind != "sum" or not windowed or never_negative(metric, rules)


def _falls_by_events_only(metric: Metric) -> bool:
    return metric.measure.kind != "streak" and not {"within", "per", "latest"} & metric.measure.params.keys()


def sees_misses(metric: Metric) -> bool:
    """Whether an event on which ``when`` is false changes the value."""
    return metric.measure.sees_misses


def never_negative(metric: Metric, rules: RuleSet) -> bool:
    """Whether the payload schemas keep ``of`` from being below 0."""
    tree = parse(metric.of.text)[0] if metric.of else None
    if metric.of is None or tree is None:
        return False
    given = metric.when.implies() if metric.when else NOTHING
    found = check(tree, metric.of.text, _scope(metric, rules), Wants.NUMBER, given)
    return not found.faults and found.type_of(tree).interval.low >= 0


def _scope(metric: Metric, rules: RuleSet) -> Scope:
    payloads = {type: _payload(type, rules) for type in metric.triggers}
    user = {**BUILT_IN_ATTRIBUTES, **rules.settings.user_schema["properties"]}
    return Scope(payloads, user, rules.catalogs)


def _payload(type: str, rules: RuleSet) -> Mapping[str, Any]:
    """The payload schema; of awards, with the fewest points that a badge has."""
    payload = rules.events[type].payload
    if type != BADGE_AWARDED:
        return payload
    points = [badge.points for badge in rules.badges.values()]
    points += [tier.points for badge in rules.badges.values() for tier in badge.tiers]
    return {"allOf": [payload, {"properties": {"points": {"minimum": min(points, default=0)}}}]}


def reads(metric: Metric) -> set[tuple[str, ...]]:
    """The paths that a metric's expressions read."""
    return {path for one in expressions(metric) for path in one.reads}


def expressions(metric: Metric) -> list[Expression]:
    """The expressions of a metric."""
    return [one for one in (metric.when, metric.of, metric.by) if one is not None]
