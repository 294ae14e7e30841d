"""How far a change of rules reaches: which badges, which metrics, and which users' state it can alter at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..compiler.fingerprints import weight
from ..model import BADGE_AWARDED, BADGE_GRANTED, BADGE_REVOKED, Badge, Metric, RuleSet

CALLS = (BADGE_GRANTED, BADGE_REVOKED)


@dataclass(frozen=True, slots=True)
class Reach:
    """What the step from one rule set to the next one can alter."""

    everybody: bool
    """Every user's state may differ: nothing is known of the rules before, or the calendar is another."""
    types: frozenset[str] = frozenset()
    """Users without an entry of these types, and without these badges, keep their state as it is."""
    badges: frozenset[str] = frozenset()
    """Ids of before and of today."""
    former: Mapping[str, str] = field(default_factory=dict)
    """Ids of before by ids of today, for badges that were there before."""
    before: frozenset[str] = frozenset()
    """Ids of before, former ones included, of badges that are changed or removed."""
    changed: frozenset[str] = frozenset()
    """Of today: badges that are new, or that stored state depends on in another way."""
    reached: frozenset[str] = frozenset()
    """Of today: the changed ones, and all that can move with them."""
    fresh: tuple[Metric, ...] = ()
    """Metrics to be built from the log."""
    stale: tuple[Metric, ...] = ()
    """Metrics of before that nothing uses any more."""

    @property
    def awards(self) -> bool:
        """Whether awards count as entries here."""
        return BADGE_AWARDED in self.types


def reach(old: RuleSet | None, new: RuleSet) -> Reach:
    """How far the step from one rule set to the next one reaches."""
    if old is None:
        return _everywhere(new, {}, frozenset(new.badges), tuple(new.by_fingerprint.values()))
    former = _former(old, new)
    changed = frozenset(id for id, badge in new.badges.items() if not _same(old.badges.get(former.get(id, "")), badge))
    removed = old.badges.keys() - former.values()
    metrics = _altered(old, new)
    fresh, stale = _only(new, old), _only(old, new)
    if _calendar(old) != _calendar(new) or old.settings.user_schema != new.settings.user_schema:
        return _everywhere(new, former, changed, fresh)
    before = [old.badges[id] for id in sorted(removed | {former[id] for id in changed if id in former})]
    today = [new.badges[id] for id in sorted(changed)]
    return Reach(
        everybody=False,
        types=_types([*before, *today], metrics),
        badges=frozenset(badge.id for badge in (*before, *today)) | _gates(metrics),
        former=former,
        before=frozenset(id for badge in before for id in (badge.id, *badge.formerly)),
        changed=changed,
        reached=_reached(new, changed, bool(removed)),
        fresh=fresh,
        stale=stale,
    )


def _only(one: RuleSet, other: RuleSet) -> tuple[Metric, ...]:
    """The metrics that the other rule set does not have."""
    return tuple(one.by_fingerprint[key] for key in sorted(one.by_fingerprint.keys() - other.by_fingerprint.keys()))


def _everywhere(new: RuleSet, former: Mapping[str, str], changed: frozenset[str], fresh: tuple[Metric, ...]) -> Reach:
    return Reach(True, former=former, changed=changed, reached=frozenset(new.badges), fresh=fresh)


def _former(old: RuleSet, new: RuleSet) -> dict[str, str]:
    former = {}
    for id, badge in new.badges.items():
        found = next((name for name in (id, *badge.formerly) if name in old.badges), None)
        if found:
            former[id] = found
    return former


def _same(before: Badge | None, today: Badge) -> bool:
    """Whether stored state depends on both alike; the depth decides the order of awards within a round."""
    return before is not None and before.depth == today.depth and weight(before) == weight(today)


def _calendar(rules: RuleSet) -> tuple[object, ...]:
    settings = rules.settings
    return (settings.timezone, settings.local_time, settings.week_start, settings.day_start)


def _altered(old: RuleSet, new: RuleSet) -> list[Metric]:
    """Metrics that only one of the rule sets has, or that only one of them ranks."""
    both = {**old.by_fingerprint, **new.by_fingerprint}
    keys = (old.by_fingerprint.keys() ^ new.by_fingerprint.keys()) | (_ranked(old) ^ _ranked(new))
    return [both[key] for key in sorted(keys)]


def _ranked(rules: RuleSet) -> set[str]:
    return {board.metric.fingerprint for board in rules.leaderboards.values() if board.metric}


def _types(badges: Iterable[Badge], metrics: Iterable[Metric]) -> frozenset[str]:
    """The entries by which these badges are earned and these metrics counted; calls name any badge."""
    earned = {type for badge in badges for type in (*badge.triggers, *CALLS)}
    return frozenset(earned | {type for metric in metrics for type in (*metric.triggers, *CALLS)})


def _gates(metrics: Iterable[Metric]) -> frozenset[str]:
    return frozenset(id for metric in metrics if metric.gate for id, _ in metric.gate.items)


def _reached(new: RuleSet, changed: frozenset[str], removed: bool) -> frozenset[str]:
    """The changed badges, what hangs on them, and what counts badges."""
    start = set(changed)
    if changed or removed:
        start |= {badge.id for badge in new.badges.values() if BADGE_AWARDED in badge.triggers}
    return frozenset(start | {id for name in start for id in hanging(new, name)})


def hanging(rules: RuleSet, id: str) -> tuple[str, ...]:
    """The badges for which a badge is a prerequisite, or a prerequisite of a prerequisite, by id."""
    found: set[str] = set()
    waiting = [id]
    while waiting:
        for badge in rules.dependents.get(waiting.pop(), ()):
            if badge.id not in found:
                found.add(badge.id)
                waiting.append(badge.id)
    return tuple(sorted(found - {id}))
