"""Which badges a metric's value can make due, so that an event that comes near none of them asks no further."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..measures import Head
from ..model import Badge, Criterion, Metric, Number, RuleSet
from ..state import GIVEN, State, first_head

NEVER, ALWAYS = math.inf, -math.inf
MARGIN = 1e-9
"""More than that by which equal numbers differ: what is below a limit by it does not reach it."""
CUMULATIVE = frozenset({"count", "count_distinct", "sum"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """The badges that a metric can make due."""

    most: Callable[[State], float]
    """The metric's value at the event that just counted is not above this."""
    lowest: float
    """Below this value it makes nothing due to anybody."""
    find: Callable[[State, float], list[Badge]]
    """The badges that can be due at this value; where there are none, ``State.ahead`` then says from when on."""


def waiting(rules: RuleSet, metric: Metric) -> Waiting | None:
    """The badges that a metric can make due; None if there are none ever."""
    badges = [rules.badges[name] for name in rules.users_of.get(metric.fingerprint, ())]
    steps = [(badge, _limits(badge, metric)) for badge in badges if not badge.retired]
    if not steps:
        return None
    key = metric.fingerprint

    def find(state: State, value: float) -> list[Badge]:
        limits = [(badge, least(state)) for badge, (_, least) in steps]
        found = [badge for badge, limit in limits if limit <= value]
        if not found:
            state.ahead[key] = min(limit for _, limit in limits)
        return found

    return Waiting(_most(metric), min(lowest for _, (lowest, _) in steps), find)


def _most(metric: Metric) -> Callable[[State], float]:
    key, first, gated, most = metric.fingerprint, first_head(metric), metric.gate is not None, metric.measure.most

    def run(state: State) -> float:
        head: Head = state.heads.get(key, first)
        value = most(head[1] if gated else head)
        return NEVER if value is None else value

    return run


def _limits(badge: Badge, metric: Metric) -> tuple[float, Callable[[State], float]]:
    """Below which value of a metric a badge is due to nobody; and to one user."""
    own = [c for c in badge.criteria if c.metric.fingerprint == metric.fingerprint]
    rising = [c for c in own if not c.at_most]
    if not rising or (badge.repeatable and not _is_cumulative(own[0])):
        return ALWAYS, lambda state: ALWAYS
    if badge.tiers:
        return _below(badge.tiers[0].threshold), lambda state: _next_tier(state, badge)
    limit = _below(max(c.threshold for c in rising))
    if badge.repeatable:
        return limit, lambda state: _next_lap(state, badge)
    key = "b:" + badge.id

    def least(state: State) -> float:
        held = state.heads.get(key)
        return NEVER if held is not None and held[0].get("") == GIVEN else limit

    return limit, least


def _is_cumulative(criterion: Criterion) -> bool:
    return criterion.metric.measure.kind in CUMULATIVE


def _below(threshold: Number) -> float:
    """What is below this is below a threshold, and does not equal it."""
    return threshold - MARGIN * abs(threshold)


def _next_tier(state: State, badge: Badge) -> float:
    """The threshold of the first tier that this fold has not given."""
    held = state.holding(badge.id).tiers
    due = (t for t in badge.tiers if held.get(t.id or "") != GIVEN or (badge.id, t.id, None) in state.pins)
    return min((_below(tier.threshold) for tier in due), default=NEVER)


def _next_lap(state: State, badge: Badge) -> float:
    """The value at which the next lap is complete; with ``per``, that at which a period is."""
    criterion, given = badge.criteria[0], state.holding(badge.id).laps
    if "per" in criterion.metric.measure.params:
        return _below(criterion.threshold)
    if badge.max_awards is not None and given >= badge.max_awards:
        return NEVER
    return _below(criterion.threshold * (given + 1))
