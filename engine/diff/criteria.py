"""The criteria and tiers of a badge, before and after: what came, what went, which threshold moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..model import Badge, Criterion, Number, Tier
from ..numeric import equal, less, shown
from .changes import CHANGED, LOOSER, TIGHTER, Finding, joined
from .conditions import meaning_of
from .counted import Pair, compare_counted
from .describe import moved, phrase
from .growth import met_by_events_only
from .written import Written

Sides = tuple[Written, Written]
"""The rule sets before and after."""
Twins = list[tuple[Criterion, Criterion]]
"""Criteria that are one and the same, before and after."""


def compare_criteria(sides: Sides, old: Badge, new: Badge) -> Iterator[Finding]:
    """The differences between the criteria of two badges that have some."""
    steady = is_steady(sides, old, new)
    twins, gone, come = _paired(sides, old, new)
    for was, now in twins:
        yield from _compare(sides, (old, new), (was, now), steady)
    safe = _are_met_by_events_only(sides, twins)
    for criterion in gone:
        yield Finding("criterion", LOOSER if safe else CHANGED, f"no longer asks for {phrase(criterion)}")
    for criterion in come:
        yield Finding("criterion", TIGHTER if safe else CHANGED, f"asks for {phrase(criterion)} too")
    yield from _tiers(old, new)


def _are_met_by_events_only(sides: Sides, twins: Twins) -> bool:
    """Whether what is asked for before and after can become met only with events that count."""
    before, after = (written.rules for written in sides)
    return all(met_by_events_only(was, before) and met_by_events_only(now, after) for was, now in twins)


def is_steady(sides: Sides, old: Badge, new: Badge) -> bool:
    """Whether the badge's criteria can become met only with events that count, at which it is evaluated."""
    before = all(met_by_events_only(criterion, sides[0].rules) for criterion in old.criteria)
    return before and all(met_by_events_only(criterion, sides[1].rules) for criterion in new.criteria)


# Which criterion is which


def _paired(sides: Sides, old: Badge, new: Badge) -> tuple[Twins, list[Criterion], list[Criterion]]:
    """Criteria that are one and the same, before and after; those that went; those that came."""
    if len(old.criteria) == len(new.criteria) == 1:
        return [(old.criteria[0], new.criteria[0])], [], []
    twins: Twins = []
    gone, come = list(old.criteria), list(new.criteria)
    for alike in (_same_meaning, _same_kind, _same_measure):
        for was in list(gone):
            now = next((one for one in come if alike(was, one, sides)), None)
            if now is not None:
                twins.append((was, now))
                gone.remove(was)
                come.remove(now)
    return twins, gone, come


def _same_meaning(one: Criterion, other: Criterion, sides: Sides) -> bool:
    return _same_kind(one, other, sides) and _meaning(one, sides[0]) == _meaning(other, sides[1])


def _meaning(criterion: Criterion, written: Written) -> list[object]:
    metric = criterion.metric
    params = {key: value for key, value in metric.measure.params.items() if key != "laps"}
    return [params, *(meaning_of(one, written.catalogs) for one in (metric.when, metric.of, metric.by))]


def _same_kind(one: Criterion, other: Criterion, sides: Sides) -> bool:
    return one.metric.triggers == other.metric.triggers and _same_measure(one, other, sides)


def _same_measure(one: Criterion, other: Criterion, sides: Sides) -> bool:
    return one.at_most == other.at_most and one.metric.measure.kind == other.metric.measure.kind


# One criterion


def _compare(
    sides: Sides, badges: tuple[Badge, Badge], twins: tuple[Criterion, Criterion], steady: bool
) -> Iterator[Finding]:
    old, new = badges
    was, now = twins
    label = f"{phrase(now)}: " if len(new.criteria) > 1 or len(old.criteria) > 1 else ""
    pair = Pair(was, now, *sides, steady, old.repeatable and new.repeatable)
    for finding in (*_counted(sides, badges, pair), *_thresholds(sides, badges, twins)):
        yield replace(finding, sentence=label + finding.sentence)


def _counted(sides: Sides, badges: tuple[Badge, Badge], pair: Pair) -> list[Finding]:
    """What is counted; of a shared metric, only that it has changed: how is said of the metric itself."""
    found = [] if pair.old.metric.fingerprint == pair.new.metric.fingerprint else list(compare_counted(pair))
    if not found:
        return []
    old, new = badges
    was = _said(sides[0], old, pair.old).get("metric")
    now = _said(sides[1], new, pair.new).get("metric")
    if was is None or now is None:
        return found
    direction = joined(one.direction for one in found) or found[0].direction
    told = f"metric {was} → {now}" if was != now else f"its metric {now} is {direction}"
    return [Finding("metric", direction, told)]


def _said(written: Written, badge: Badge, criterion: Criterion) -> dict[str, object]:
    """What the file says of a criterion."""
    listed = written.criteria(badge.id)
    index = next(i for i, one in enumerate(badge.criteria) if one is criterion)
    return dict(listed[index]) if index < len(listed) else {}


def _thresholds(sides: Sides, badges: tuple[Badge, Badge], twins: tuple[Criterion, Criterion]) -> Iterator[Finding]:
    (old, new), (was, now) = badges, twins
    if was.at_most != now.at_most:
        yield Finding("compare", CHANGED, "at_most → at_least" if was.at_most else "at_least → at_most")
    if old.tiers or new.tiers or equal(was.threshold, now.threshold):
        return
    written = _said(sides[1], new, now).get("threshold")
    what = f"threshold {written}" if isinstance(written, str) else "threshold"
    direction = _of_threshold(was.threshold, now.threshold, now.at_most) if was.at_most == now.at_most else CHANGED
    yield Finding("threshold", direction, moved(" ".join(what.split()), was.threshold, now.threshold))


def _of_threshold(old: Number, new: Number, at_most: bool) -> str:
    return TIGHTER if less(new, old) is at_most else LOOSER


# Tiers


def _tiers(old: Badge, new: Badge) -> Iterator[Finding]:
    if bool(old.tiers) != bool(new.tiers):
        yield Finding("tiers", CHANGED, _with_or_without(old, new))
        return
    before, after = {tier.id: tier for tier in old.tiers}, {tier.id: tier for tier in new.tiers}
    at_most = new.criteria[0].at_most
    for id, tier in before.items():
        if id not in after:
            yield Finding("tier", TIGHTER, f"tier {id} is gone")
        elif not equal(tier.threshold, after[id].threshold):
            direction = _of_threshold(tier.threshold, after[id].threshold, at_most)
            yield Finding("tier", direction, moved(f"tier {id}: threshold", tier.threshold, after[id].threshold))
    for id, tier in after.items():
        if id not in before:
            yield Finding("tier", LOOSER, f"new tier {id}: threshold {shown(tier.threshold)}")


def _with_or_without(old: Badge, new: Badge) -> str:
    if new.tiers:
        return f"tiers {_listed(new.tiers)} instead of the threshold {shown(old.criteria[0].threshold)}"
    return f"the threshold {shown(new.criteria[0].threshold)} instead of tiers {_listed(old.tiers)}"


def _listed(tiers: Sequence[Tier]) -> str:
    return ", ".join(f"{tier.id} {shown(tier.threshold)}" for tier in tiers)
