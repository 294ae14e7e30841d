"""Rounds: a posted event is one, and each award that it leads to is a ``badge.awarded`` event, and one of its own."""

from __future__ import annotations

import heapq
from collections import deque
from typing import Any

from ..expressions import Context
from ..model import BADGE_AWARDED, Award, Badge, RuleSet
from ..state import GIVEN, State
from .earning import earned, give
from .entry import Entry
from .plans import fold_round, plan_of


def run(rules: RuleSet, state: State, entry: Entry, given: list[Award]) -> None:
    """The rounds of the awards given, first in, first out, until nothing more is given."""
    plan = rules.plans.get(BADGE_AWARDED) or plan_of(rules, BADGE_AWARDED)
    if not plan.parts:
        return
    waiting = deque(given)
    while waiting:
        context = _awarded(rules, entry, waiting.popleft())
        touched = fold_round(plan.parts, state, entry.event, context)
        waiting.extend(evaluate(rules, state, entry, context, touched))


def _awarded(rules: RuleSet, entry: Entry, award: Award) -> Context:
    """The derived ``badge.awarded`` event of an award."""
    badge = rules.badges[award.badge]
    tier = next((t for t in badge.tiers if t.id == award.tier), None)
    data: dict[str, Any] = {"badge": award.badge, "points": tier.points if tier else badge.points}
    if award.tier:
        data["tier"] = award.tier
    if badge.category:
        data["category"] = badge.category
    return Context(data, BADGE_AWARDED, entry.event.source, entry.context.user, entry.moment)


def follow(rules: RuleSet, state: State, entry: Entry, awards: list[Award], mark: int = GIVEN) -> list[Award]:
    """Give awards that no rule of this round decided, and evaluate the badges that they open."""
    opened = [badge for award in awards for badge in give(rules, state, entry, award, mark)]
    return awards + evaluate(rules, state, entry, None, opened)


def evaluate(rules: RuleSet, state: State, entry: Entry, context: Context | None, touched: list[Badge]) -> list[Award]:
    """Evaluate badges by depth, then id; those whose prerequisites an award makes met join in.

    ``context`` is that of the round, None for the round of the entry itself.
    """
    given: list[Award] = []
    if len(touched) == 1:
        given = earned(rules, state, entry, context, touched[0])
        touched = [badge for award in given for badge in give(rules, state, entry, award, GIVEN)]
        if not touched:
            return given
    seen = {award.badge for award in given}
    heap = [(badge.depth, badge.id) for badge in touched]
    heapq.heapify(heap)
    while heap:
        _, name = heapq.heappop(heap)
        if name in seen:
            continue
        seen.add(name)
        for award in earned(rules, state, entry, context, rules.badges[name]):
            given.append(award)
            for badge in give(rules, state, entry, award, GIVEN):
                heapq.heappush(heap, (badge.depth, badge.id))
    return given
