"""Which badges hang on which: by their prerequisites, or because they count awards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..calendar import Calendar, Moment, zone_at_offset
from ..expressions import Context, EvaluationError
from ..model import BADGE_AWARDED, Badge, Criterion, Metric
from .badges import opens_safely
from .criteria import Sides, is_steady
from .describe import is_gated
from .growth import more_helps, reads, sees_misses
from .prerequisites import under_new_names
from .reach import Link

Twins = tuple[Badge, Badge]
"""A badge before and after."""
_SOME_TIME = Moment(0, Calendar(zone_at_offset(0)))


def links_into(sides: Sides, twins: Twins, names: Mapping[str, str]) -> Iterator[Link]:
    """The ways on which changes of other badges reach one that was there before; ``names`` are new ids by old ones."""
    old, new = twins
    if not old.criteria or not new.criteria:
        return
    safe = opens_safely(sides, old, new)
    needed = (*under_new_names(old.prerequisites, names).items, *under_new_names(new.prerequisites, {}).items)
    for id in sorted({id for id, _ in needed}):
        yield Link(id, new.id, safe, "needs")
    if counts_awards(old) or counts_awards(new):
        yield from _counted(sides, twins, names)


def _counted(sides: Sides, twins: Twins, names: Mapping[str, str]) -> Iterator[Link]:
    """Links from the badges whose awards are counted. A badge's own award changes nothing but further tiers of it."""
    safe = counts_safely(sides, twins)
    sources = {
        names.get(badge.id, badge.id)
        for written, one in zip(sides, twins, strict=True)
        for badge in written.rules.badges.values()
        if any(_counts(metric, badge) for metric in counting(one))
    }
    for id in sorted(sources):
        if id != twins[1].id or twins[1].tiers:
            yield Link(id, twins[1].id, safe, "counts the awards of")


def counts_awards(badge: Badge) -> bool:
    """Whether awards are among the events that a badge counts."""
    return BADGE_AWARDED in badge.triggers


def counting(badge: Badge) -> list[Metric]:
    """The metrics of a badge that count awards."""
    return [c.metric for c in badge.criteria if BADGE_AWARDED in c.metric.triggers]


def counts_safely(sides: Sides, twins: Twins) -> bool:
    """Whether more awards, or earlier ones, bring more of this badge; and fewer, or later ones, less."""
    if not is_steady(sides, *twins) or any(is_gated(one) or one.available[0] is not None for one in twins):
        return False
    return all(
        _is_safe(criterion) and more_helps(criterion, written.rules)
        for written, one in zip(sides, twins, strict=True)
        for criterion in one.criteria
        if BADGE_AWARDED in criterion.metric.triggers
    )


def _is_safe(criterion: Criterion) -> bool:
    """Whether it does not matter when and in which order awards come."""
    metric = criterion.metric
    timeless = not {"within", "per"} & metric.measure.params.keys() and metric.measure.kind != "streak"
    return timeless and not sees_misses(metric) and _reads_awards_only(metric)


def _reads_awards_only(metric: Metric) -> bool:
    return all(path[0] == "event" for path in reads(metric))


def _counts(metric: Metric, badge: Badge) -> bool:
    """Whether awards of a badge can satisfy the metric's condition."""
    if metric.when is None or any(path[0] != "event" for path in metric.when.reads):
        return True
    return any(_holds(metric, data) for data in _awards(badge))


def _awards(badge: Badge) -> Sequence[Mapping[str, object]]:
    """The data of ``badge.awarded`` for each tier of a badge."""
    category = {"category": badge.category} if badge.category else {}
    if not badge.tiers:
        return [{"badge": badge.id, "points": badge.points, **category}]
    return [{"badge": badge.id, "tier": tier.id, "points": tier.points, **category} for tier in badge.tiers]


def _holds(metric: Metric, data: Mapping[str, object]) -> bool:
    assert metric.when is not None
    try:
        return bool(metric.when.evaluate(Context(data, BADGE_AWARDED, "", {}, _SOME_TIME)))
    except EvaluationError:
        return True
