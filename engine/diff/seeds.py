"""What reaches badges from outside of them: settings, payload schemas, and what awards of other badges carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model import USER_UPDATED, Badge, Criterion, Metric
from .changes import CHANGED, LOOSER, RULE_CHANGES, Finding, joined
from .counted import Pair
from .criteria import Sides, is_steady
from .growth import expressions, reads, sees_misses
from .links import Twins, counting, counts_awards, counts_safely
from .payloads import DECLARED
from .settings import CALENDAR, USER

_CARRIED = {"points": "points", "category": "category", "renamed": "badge"}
"""Kinds of changes that awards carry to those who count them, and the field in which they do."""


def reached_by_setting(key: str, finding: Finding, badges: Iterable[Twins]) -> dict[str, str]:
    """The badges whose days and weeks a setting decides, or the attributes of users that they read."""
    if key not in CALENDAR and (key != USER or finding.direction not in RULE_CHANGES):
        return {}
    return {new.id: CHANGED for old, new in badges if _depends_on(old, key) or _depends_on(new, key)}


def _depends_on(badge: Badge, key: str) -> bool:
    return any(_is_decided_by(criterion.metric, key) for criterion in badge.criteria)


def _is_decided_by(metric: Metric, key: str) -> bool:
    if key == USER:
        return USER_UPDATED in metric.triggers or any(
            path[0] == "user" and path[1:] != ("id",) for path in reads(metric)
        )
    if key == "week_start":
        return "week" in (metric.measure.params.get("per"), metric.measure.params.get("period"))
    return metric.measure.uses_calendar or any(one.uses_calendar for one in expressions(metric))


def reached_by_event(sides: Sides, type: str, finding: Finding, badges: Iterable[Twins]) -> dict[str, str]:
    """The badges that count events of a type, of which more or fewer are taken now."""
    if finding.direction not in RULE_CHANGES or finding.kind == DECLARED:
        return {}
    return {
        new.id: _with_events(sides, type, finding.direction, (old, new))
        for old, new in badges
        if type in new.triggers and type in old.triggers
    }


def _with_events(sides: Sides, type: str, direction: str, twins: Twins) -> str:
    """The direction of a badge, where more events of a type are taken (looser), or fewer (tighter)."""
    found = joined(_of_criterion(sides, c, direction, twins) for c in twins[1].criteria if type in c.metric.triggers)
    return found or CHANGED


def _of_criterion(sides: Sides, criterion: Criterion, direction: str, twins: Twins) -> str:
    if sees_misses(criterion.metric) or direction == CHANGED:
        return CHANGED
    pair = Pair(criterion, criterion, sides[1], sides[1], is_steady(sides, *twins), repeats=False)
    return pair.more() if direction == LOOSER else pair.fewer()


def reached_by_awards(sides: Sides, kind: str, source: str, badges: Iterable[Twins]) -> dict[str, str]:
    """The badges that read what has changed in the awards of another one: its points, category, or id."""
    field = _CARRIED.get(kind)
    if field is None:
        return {}
    counters = ((old, new) for old, new in badges if new.id != source and (counts_awards(old) or counts_awards(new)))
    return {new.id: CHANGED for old, new in counters if _minds(sides, field, (old, new))}


def _minds(sides: Sides, field: str, twins: Twins) -> bool:
    """Whether a badge reads a field of awards; with a new id, awards of one moment may come in another order."""
    if field == "badge" and not counts_safely(sides, twins):
        return True
    return any(("event", field) in reads(metric) for metric in _counting(twins))


def _counting(twins: Twins) -> Iterator[Metric]:
    for one in twins:
        yield from counting(one)
