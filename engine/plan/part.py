"""The part of a rule set that a change is about: for most users a replay of that part tells all there is to tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..compiler.routes import Routes, index
from ..model import BADGE_AWARDED, Award, Badge, Event, Metric, RuleSet
from ..reconcile import reconcile
from ..state import State
from .reach import CALLS, Reach

MOST = 0.5
"""Of the metrics of a rule set: a part that is larger saves too little."""


def part_of(rules: RuleSet, reach: Reach) -> RuleSet | None:
    """The changed badges and new metrics with all that they depend on, folded alone as they are within the whole.

    None if that is not much less than the whole: badges that count badges depend on everything.
    """
    if reach.everybody:
        return None
    badges, metrics = _closure(rules, reach)
    counts_badges = any(BADGE_AWARDED in metric.triggers for metric in metrics.values())
    if counts_badges or len(metrics) > MOST * len(rules.by_fingerprint) or _is_ambiguous(rules, reach, badges):
        return None
    return _cut(rules, badges, metrics)


def _is_ambiguous(rules: RuleSet, reach: Reach, badges: Mapping[str, Badge]) -> bool:
    """Whether a metric that comes or goes is called as another badge is: their failures have the same name."""
    return any(metric.name in rules.badges.keys() - badges.keys() for metric in (*reach.fresh, *reach.stale))


def _closure(rules: RuleSet, reach: Reach) -> tuple[dict[str, Badge], dict[str, Metric]]:
    metrics = {metric.fingerprint: metric for metric in reach.fresh}
    badges: dict[str, Badge] = {}
    waiting = [*reach.changed, *_gates(reach.fresh)]
    while waiting:
        badge = rules.badges[waiting.pop()]
        if badge.id in badges:
            continue
        badges[badge.id] = badge
        own = [criterion.metric for criterion in badge.criteria]
        metrics.update((metric.fingerprint, metric) for metric in own)
        waiting += [id for id, _ in badge.prerequisites.items] if badge.prerequisites else []
        waiting += _gates(own)
    return badges, metrics


def _gates(metrics: Iterable[Metric]) -> list[str]:
    return [id for metric in metrics if metric.gate for id, _ in metric.gate.items]


def _cut(rules: RuleSet, badges: Mapping[str, Badge], metrics: Mapping[str, Metric]) -> RuleSet:
    own = {id: badge for id, badge in rules.badges.items() if id in badges}
    used = {key: metric for key, metric in rules.by_fingerprint.items() if key in metrics}
    found = index(own, used)
    return replace(
        rules,
        badges=own,
        by_fingerprint=used,
        users_of={key: tuple(id for id in rules.users_of.get(key, ()) if id in own) for key in used},
        routes=Routes(found, rules.events, own),
        dependents=found.dependents,
        gated=found.gated,
    )


def alone(part: RuleSet, reach: Reach, user: str, log: Sequence[Event], stored: Iterable[Award]) -> State | None:
    """The state of the part, if nothing else of the user's can differ: no changed badge was held, is, or was called."""
    if any(award.badge in reach.before for award in stored):
        return None
    if any(event.type in CALLS and _is_about(part, reach, event) for event in log):
        return None
    state = reconcile(part, user, log, stored)
    return None if any(award.badge in reach.changed for award in state.awards.values()) else state


def _is_about(part: RuleSet, reach: Reach, call: Event) -> bool:
    """Whether a call names a changed badge, by any of its ids."""
    name = call.data["badge"]
    return name in reach.before or part.renames.get(name, name) in reach.changed
