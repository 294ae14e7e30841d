"""What a reader sees of a badge at a moment."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from tests.reference.metrics import Metric, inside, meets
from tests.reference.rules import Badge, Criterion
from tests.reference.values import Number, floor, number, shown
from tests.reference.wallclock import utc_text

Key = tuple[str | None, str | None]


class Standing:
    """A badge's progress: its metrics, what the user holds of it, and what prerequisites lack."""

    def __init__(self, badge: Badge, metrics: list[Metric], held: list[Key], revoked: bool, missing: list[str]) -> None:
        self.badge, self.metrics, self.held, self.revoked, self.missing = badge, metrics, held, revoked, missing

    def progress(self, time: int, zone: tzinfo) -> dict[str, Any]:
        """The fields of a badge's progress."""
        state = self.state(time, zone)
        parts = [self.part(metric, time, zone, state == "earned") for metric in self.metrics]
        smallest = min(parts, key=lambda part: part["percent"])
        several = {"criteria": parts} if len(parts) > 1 else {}
        missing = [] if state == "earned" else self.missing
        rest = {"badge": self.badge.id, "tier": self.next_tier(), "state": state, "missing_prerequisites": missing}
        return {**smallest, **rest, **several}

    def state(self, time: int, zone: tzinfo) -> str:
        """The first of the states that holds."""
        if self.earned(time, zone):
            return "earned"
        if self.badge.retired or self.revoked or not inside(self.badge, time):
            return "unavailable"
        return "locked" if self.missing else "in_progress"

    def laps(self) -> int:
        """How often rules awarded a badge that repeats."""
        return len([occurrence for _, occurrence in self.held if occurrence is not None])

    def earned(self, time: int, zone: tzinfo) -> bool:
        """Say whether nothing is left to reach: for a badge `per` period, until the period ends."""
        if self.badge.tiers:
            return all((tier.id, None) in self.held for tier in self.badge.tiers)
        if not self.badge.repeatable:
            return bool(self.held)
        if self.badge.max_awards is not None and self.laps() >= self.badge.max_awards:
            return True
        metric = self.metrics[0]
        return bool(metric.criterion.per) and (None, occurrence_of(metric, time, zone)) in self.held

    def next_tier(self) -> str | None:
        """The next tier to reach; the last one when all are held."""
        open_tiers = [tier.id for tier in self.badge.tiers if (tier.id, None) not in self.held]
        return open_tiers[0] if open_tiers else self.badge.tiers[-1].id if self.badge.tiers else None

    def threshold(self, criterion: Criterion) -> Number:
        """The threshold that is next."""
        tiers = {tier.id: tier.threshold for tier in self.badge.tiers}
        tier = self.next_tier()
        return tiers[tier] if tier else criterion.threshold

    def part(self, metric: Metric, time: int, zone: tzinfo, earned: bool) -> dict[str, Any]:
        """The fields that belong to one criterion."""
        threshold, compare = self.threshold(metric.criterion), metric.criterion.compare
        reading = self.reading(metric, threshold)
        value = threshold if earned else reading(time, zone)
        return {
            "value": shown(value),
            "threshold": shown(threshold),
            "percent": 100 if earned else percent(value, threshold, compare),
            "remaining": 0 if earned else shown(remaining(value, threshold, compare)),
            "expires_at": self.lapse(metric, time, zone) if earned else expiry(metric, reading, time, zone),
            "longest": max(metric.run_lengths(), default=0) if metric.criterion.measure == "streak" else None,
        }

    def lapse(self, metric: Metric, time: int, zone: tzinfo) -> str | None:
        """When a badge that is given once a period begins anew."""
        final = self.badge.max_awards is not None and self.laps() >= self.badge.max_awards
        if final or not (self.badge.repeatable and metric.criterion.per):
            return None
        return utc_text(min(metric.falls_at(time, zone)))

    def reading(self, metric: Metric, threshold: Number) -> Callable[[int, tzinfo], Number | None]:
        """The value as it is shown at a moment: capped, and of the current lap."""

        def read(time: int, zone: tzinfo) -> Number | None:
            value = metric.value(time, zone)
            if self.badge.repeatable and not metric.criterion.per:
                value = self.of_lap(metric, time, zone, threshold)
            return value if value is None or metric.criterion.compare == "at_most" else min(value, threshold)

        return read

    def of_lap(self, metric: Metric, time: int, zone: tzinfo, threshold: Number) -> Number:
        """The value of the current lap: a lap that is reached but not awarded is full."""
        if metric.total(time, zone) > self.laps():
            return threshold
        value = metric.value(time, zone)
        assert value is not None
        done = floor(number(value / threshold)) if metric.criterion.measure == "streak" else self.laps()
        return number(value - done * threshold)


def occurrence_of(metric: Metric, time: int, zone: tzinfo) -> str:
    """The first local date of the period of a moment."""
    assert metric.criterion.per
    ordinal = metric.ordinal(metric.criterion.per, time, zone)
    return metric.rules.calendar.first_day(metric.criterion.per, ordinal).isoformat()


def percent(value: Number | None, threshold: Number, compare: str) -> int:
    """Between 0 and 100, rounded down; all or nothing with `at_most` or a threshold that is not above 0."""
    if compare == "at_most" or threshold <= 0:
        return 100 if meets(value, threshold, compare) else 0
    return 0 if value is None else max(0, min(100, floor(number(value * 100 / threshold))))


def remaining(value: Number | None, threshold: Number, compare: str) -> Number | None:
    """How far the value is from the threshold; unknown while it is undefined."""
    if value is None or meets(value, threshold, compare):
        return None if value is None else 0
    return number(abs(threshold - value))


def expiry(metric: Metric, read: Callable[[int, tzinfo], Number | None], time: int, zone: tzinfo) -> str | None:
    """When the value shown will next fall without a new event."""
    before = read(time, zone)
    for moment in metric.falls_at(time, zone):
        after = read(moment, zone)
        if before is not None and (after is None or after < before):
            return utc_text(moment)
        before = after
    return None
