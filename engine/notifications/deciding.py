"""Whether progress is worth telling: a percentage that was passed, a badge that is near, a streak that ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..model import Badge, Criterion, CriterionProgress, Number, Progress, RuleSet

HALF = 50
"""Per cent below which nothing is near, unless the badge itself says when it is."""
COUNTING = frozenset({"count", "count_distinct", "streak"})
"""Measures in which one more is one more deed; of others only the badge knows what is little."""
SHORTEST = 2
"""Periods from which on a run is worth keeping."""


@dataclass(frozen=True, slots=True)
class Near:
    """What is still missing of a badge that is near."""

    remaining: Number
    value: Number
    threshold: Number


def may_tell(rules: RuleSet, badge: Badge, progress: Progress) -> bool:
    """Whether there can be anything worth telling: most progress is not, which is seen at a glance."""
    if progress.state != "in_progress":
        return False
    if badge.progress_at or progress.criteria or progress.expires_at is not None:
        return True
    little = rules.notifications.hint_at if badge.hint_at is None else badge.hint_at
    return progress.remaining is not None and progress.remaining <= little


def level_of(badge: Badge, progress: Progress) -> int | None:
    """The highest percentage of the badge's own that is reached."""
    if progress.state != "in_progress":
        return None
    return max((mark for mark in badge.progress_at if mark <= progress.percent), default=None)


def is_near(rules: RuleSet, badge: Badge, progress: Progress) -> Near | None:
    """What is missing, if that is little and all else that the badge asks for is there."""
    if progress.state != "in_progress":
        return None
    missing = [(criterion, part) for criterion, part in _parts(badge, progress) if not _is_met(part)]
    if len(missing) != 1:
        return None
    criterion, part = missing[0]
    if criterion.at_most or part.value is None or part.remaining is None:
        return None
    return Near(part.remaining, part.value, part.threshold) if _is_little(rules, badge, criterion, part) else None


def _is_little(rules: RuleSet, badge: Badge, criterion: Criterion, part: Progress | CriterionProgress) -> bool:
    remaining = part.remaining or 0
    if badge.hint_at is not None:
        return 0 < remaining <= badge.hint_at
    counting = criterion.metric.measure.kind in COUNTING
    return counting and part.percent >= HALF and 0 < remaining <= rules.notifications.hint_at


def _parts(badge: Badge, progress: Progress) -> Iterator[tuple[Criterion, Progress | CriterionProgress]]:
    """Each criterion with how far it is."""
    parts = progress.criteria or (progress,)
    return zip(badge.criteria, parts, strict=True)


def _is_met(part: Progress | CriterionProgress) -> bool:
    return part.met if isinstance(part, CriterionProgress) else part.state == "earned"


def ends_of(badge: Badge, progress: Progress) -> Iterator[tuple[str, int]]:
    """The streaks on which a badge in progress waits, by fingerprint, and when each ends without another event."""
    if progress.state != "in_progress":
        return
    for criterion, part in _parts(badge, progress):
        running = part.expires_at is not None and part.value is not None
        if running and criterion.metric.measure.kind == "streak" and (badge.repeatable or _is_run(part.value)):
            assert part.expires_at is not None
            yield criterion.metric.fingerprint, part.expires_at


def _is_run(value: Number | None) -> bool:
    return value is not None and value >= SHORTEST


def lap_of(badge: Badge, progress: Progress, awards: int) -> str:
    """The lap of a repeating badge: its period, or how many awards there are so far; else there is one lap."""
    if not badge.repeatable:
        return ""
    if "per" in badge.criteria[0].metric.measure.params:
        return f"until {progress.expires_at}"
    return f"after {awards}"
