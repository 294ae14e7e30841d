"""Which badges a metric's value can make due, so that an event that comes near none of them asks no further."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..model import Badge, Criterion, Metric, Number, RuleSet
from ..numeric import below
from ..state import GIVEN, State

NEVER, ALWAYS = math.inf, -math.inf
Least = Callable[[State], float]
"""The value of a metric below which nothing more of a badge is due to a user."""
Find = Callable[[State, Number | None, list[Badge]], None]
"""Adds the badges that can be due at a value, None if it is not known."""
CUMULATIVE = frozenset({"count", "count_distinct", "sum"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """The badges that a metric can make due."""

    lowest: float
    """Below this value it makes nothing due to anybody."""
    find: Find
    """Where it finds none, ``State.ahead`` says from then on at which value there may be some."""


def waiting(rules: RuleSet, metric: Metric) -> Waiting:
    """The badges that a metric can make due."""
    badges = [rules.badges[name] for name in rules.users_of.get(metric.fingerprint, ())]
    steps = [(badge, _limits(badge, metric)) for badge in badges if not badge.retired]
    limits, key = [(badge, badge.prerequisites, least) for badge, (_, least) in steps], metric.fingerprint

    def find(state: State, value: Number | None, found: list[Badge]) -> None:
        ahead, known = NEVER, NEVER if value is None else value
        for badge, needed, least in limits:
            limit = least(state)
            if needed is not None and limit < NEVER and not state.meets(needed):
                continue  # the award that meets them asks anew
            if limit <= known:
                found.append(badge)
                ahead = ALWAYS
            elif limit < ahead:
                ahead = limit
        state.ahead[key] = ahead

    return Waiting(min((lowest for _, (lowest, _) in steps), default=NEVER), find)


def forget(rules: RuleSet, state: State, badge: str) -> None:
    """What is held of a badge has changed: its metrics are asked anew what they can make due."""
    known = rules.badges.get(badge)
    for criterion in known.criteria if known else ():
        state.ahead.pop(criterion.metric.fingerprint, None)


def _limits(badge: Badge, metric: Metric) -> tuple[float, Least]:
    """Below which value of a metric a badge is due to nobody; and to one user."""
    own = [c for c in badge.criteria if c.metric.fingerprint == metric.fingerprint]
    rising = [c for c in own if not c.at_most]
    if not rising or (badge.repeatable and not _is_cumulative(own[0])):
        return ALWAYS, lambda state: ALWAYS
    if badge.tiers:
        return below(badge.tiers[0].threshold), lambda state: _next_tier(state, badge)
    limit = below(max(c.threshold for c in rising))
    if badge.repeatable:
        return limit, lambda state: _next_lap(state, badge)
    key, award = "b:" + badge.id, (badge.id, None, None)

    def least(state: State) -> float:
        held = state.heads.get(key)
        settled = held is not None and held[0].get("") == GIVEN or award in state.confirmed
        return NEVER if settled else limit

    return limit, least


def _is_cumulative(criterion: Criterion) -> bool:
    return criterion.metric.measure.kind in CUMULATIVE


def _next_tier(state: State, badge: Badge) -> float:
    """The threshold of the first tier that this fold has not given."""
    held = state.holding(badge.id).tiers
    rest = (t for t in badge.tiers if (badge.id, t.id, None) not in state.confirmed)
    due = (t for t in rest if held.get(t.id or "") != GIVEN or (badge.id, t.id, None) in state.pins)
    return min((below(tier.threshold) for tier in due), default=NEVER)


def _next_lap(state: State, badge: Badge) -> float:
    """The value at which the next lap is complete; with ``per``, that at which a period is."""
    criterion, given = badge.criteria[0], state.holding(badge.id).laps
    if "per" in criterion.metric.measure.params:
        return below(criterion.threshold)
    if badge.max_awards is not None and given >= badge.max_awards:
        return NEVER
    return below(criterion.threshold * (given + 1))
