"""How far a user is towards each badge, as a reader sees it at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Set
from itertools import groupby
from operator import itemgetter

from .calendar import Moment
from .fold import laps_of, occurrence_of, plain_head, reaches, value_of
from .model import Badge, Criterion, CriterionProgress, Number, Prerequisites, Progress, RuleSet, Tier
from .numeric import MARGIN, at_least, exact, less, rounded, shown
from .state import State

_TIMELESS = frozenset({"count", "count_distinct", "sum", "max", "min", "latest"})
"""Measures of which a reader sees nothing but the value."""


def all_progress(rules: RuleSet, state: State, now: int, hidden: Set[str] = frozenset()) -> list[Progress]:
    """The progress of every badge with criteria that is not hidden, by id."""
    badges, moment = map(rules.badges.__getitem__, sorted(rules.badges)), state.moment(rules, now)
    return [progress_at(state, badge, moment) for badge in badges if badge.criteria and badge.id not in hidden]


def progress_of(rules: RuleSet, state: State, badge: Badge, now: int) -> Progress:
    """How far a user is towards one badge at an instant that is not before the newest event."""
    return progress_at(state, badge, state.moment(rules, now))


def is_simple(badge: Badge) -> bool:
    """Whether a badge is earned once, by one value that reaches one threshold."""
    return len(badge.criteria) == 1 and not badge.tiers and not badge.repeatable


def is_timeless(badge: Badge) -> bool:
    """Whether the progress of a simple badge follows from value and missing prerequisites, for anybody at any time."""
    return (
        badge.available == (None, None)
        and badge.criteria[0].metric.measure.kind in _TIMELESS
        and not badge.criteria[0].metric.measure.falls
    )


def once_progress(state: State, badge: Badge, value: Number | None, moment: Moment) -> Progress:
    """As ``progress_at``, of a simple badge that is not held, at the value of its metric."""
    [criterion] = badge.criteria
    metric, threshold = criterion.metric, criterion.threshold
    seen = capped(criterion, threshold, value)
    met = reaches(criterion, seen)
    lacking = missing(state, badge.prerequisites) if badge.prerequisites else ()
    value = None if seen is None else shown(seen)
    return Progress(
        badge.id,
        None,
        value,
        shown(threshold),
        _percent(criterion, threshold, value, met),
        _remaining(threshold, seen, met),
        _state(state, badge, bool(lacking), moment.instant),
        lacking,
        _expiry(state, badge, criterion, threshold, seen, False, moment) if metric.measure.falls else None,
        metric.measure.longest(plain_head(state, metric)),
    )


def looks_different(badge: Badge, was: Number | None, known: Number | None) -> bool:
    """Whether the value of a simple badge looks different beside its threshold."""
    [criterion] = badge.criteria
    limit = criterion.threshold
    return was != known and capped(criterion, limit, was) != capped(criterion, limit, known)


def progress_at(state: State, badge: Badge, moment: Moment) -> Progress:
    """As ``progress_of``, at a moment as a reader sees it."""
    if is_simple(badge):
        if state.holds(badge.id, None):
            return _earned_once(state, badge)
        return once_progress(state, badge, value_of(state, badge.criteria[0].metric, moment), moment)
    tier = _next_tier(state, badge)
    earned = is_earned(state, badge, moment)
    parts = [_criterion(state, badge, c, tier, earned, moment) for c in badge.criteria]
    least = parts[0] if len(parts) == 1 else min(parts, key=lambda part: part.percent)
    lacking = () if earned else missing(state, badge.prerequisites)
    return Progress(
        badge.id,
        tier.id if tier else None,
        least.value,
        least.threshold,
        least.percent,
        least.remaining,
        "earned" if earned else _state(state, badge, bool(lacking), moment.instant),
        lacking,
        least.expires_at,
        least.longest,
        tuple(parts) if len(parts) > 1 else (),
    )


def _earned_once(state: State, badge: Badge) -> Progress:
    """As ``progress_at``, of a simple badge that is held."""
    [criterion] = badge.criteria
    longest = criterion.metric.measure.longest(plain_head(state, criterion.metric))
    threshold = shown(criterion.threshold)
    return Progress(badge.id, None, threshold, threshold, 100, 0, "earned", (), None, longest)


def missing(state: State, prerequisites: Prerequisites | None) -> tuple[str, ...]:
    """What is not held of prerequisites that are not met, as ``badge`` or ``badge.tier``."""
    if prerequisites is None or state.meets(prerequisites):
        return ()
    return tuple(written(badge, tier) for badge, tier in prerequisites.items if not state.holds(badge, tier))


def figure(state: State, badge: Badge, moment: Moment) -> tuple[object, ...]:
    """What tells whether a badge has moved: tier, state, values and missing prerequisites."""
    tier = _next_tier(state, badge)
    name = tier.id if tier else None
    if is_earned(state, badge, moment):
        return (name, "earned")
    seen = []
    for criterion in badge.criteria:
        threshold = tier.threshold if tier else criterion.threshold
        seen.append(_seen(state, badge, criterion, threshold, value_of(state, criterion.metric, moment), moment))
    lacking = missing(state, badge.prerequisites)
    return (name, _state(state, badge, bool(lacking), moment.instant), tuple(seen), lacking)


def visible(progress: Progress, hidden: Set[str]) -> Progress:
    """Progress that does not name hidden badges."""
    if not progress.missing_prerequisites:
        return progress
    named = tuple(name for name in progress.missing_prerequisites if name.split(".")[0] not in hidden)
    return progress if named == progress.missing_prerequisites else progress._replace(missing_prerequisites=named)


def written(badge: str, tier: str | None) -> str:
    """A badge or tier as rules write it: ``quiz_master.gold``."""
    return f"{badge}.{tier}" if tier else badge


def award_name(badge: str, tier: str | None, occurrence: str | None) -> str:
    """An award in one word: ``quiz_master.gold``, ``weekly#2026-02-09``."""
    return written(badge, tier) + (f"#{occurrence}" if occurrence is not None else "")


def _next_tier(state: State, badge: Badge) -> Tier | None:
    """The next tier to reach; the last one when all are held."""
    if not badge.tiers:
        return None
    return next((tier for tier in badge.tiers if not state.holds(badge.id, tier.id)), badge.tiers[-1])


def is_earned(state: State, badge: Badge, moment: Moment) -> bool:
    holding = state.holding(badge.id)
    if badge.tiers:
        return all(tier.id in holding.tiers for tier in badge.tiers)
    if not badge.repeatable:
        return holding.held
    if badge.max_awards is not None and holding.occurrences >= badge.max_awards:
        return True
    unit = _unit(badge)
    if unit is None:
        return False
    occurrence = occurrence_of(moment, unit)
    return occurrence in holding.periods or occurrence in holding.odd


def _unit(badge: Badge) -> str | None:
    """The calendar period in which a repeating badge is given once."""
    unit: str | None = badge.criteria[0].metric.measure.params.get("per")
    return unit


def _state(state: State, badge: Badge, locked: bool, now: int) -> str:
    """Of a badge that is not earned."""
    since, until = badge.available
    outside = (since is not None and now < since) or (until is not None and now >= until)
    if outside or badge.retired or ("b:" + badge.id in state.heads and state.holding(badge.id).revoked):
        return "unavailable"
    return "locked" if locked else "in_progress"


def _criterion(
    state: State, badge: Badge, criterion: Criterion, tier: Tier | None, earned: bool, moment: Moment
) -> CriterionProgress:
    metric = criterion.metric
    threshold = tier.threshold if tier else criterion.threshold
    seen: Number | None = threshold
    if not earned:
        seen = _seen(state, badge, criterion, threshold, value_of(state, metric, moment), moment)
    met = earned or reaches(criterion, seen, threshold)
    value = None if seen is None else shown(seen)
    return CriterionProgress(
        value,
        shown(threshold),
        _percent(criterion, threshold, value, met),
        _remaining(threshold, seen, met),
        _expiry(state, badge, criterion, threshold, seen, earned, moment),
        metric.measure.longest(plain_head(state, metric)),
        criterion.at_most,
        met,
        metric.name,
    )


def _seen(
    state: State, badge: Badge, criterion: Criterion, threshold: Number, value: Number | None, moment: Moment
) -> Number | None:
    """The value, of the current lap if the badge repeats, capped at the threshold (not with ``at_most``)."""
    if value is not None and badge.repeatable and not criterion.at_most and _unit(badge) is None:
        value = _lap(state, badge, criterion, value, moment)
    return capped(criterion, threshold, value)


def capped(criterion: Criterion, threshold: Number, value: Number | None) -> Number | None:
    """A value as it is seen beside its threshold."""
    if value is None or criterion.at_most:
        return value
    return threshold if at_least(value, threshold) else value


def _lap(state: State, badge: Badge, criterion: Criterion, value: Number, moment: Moment) -> Number:
    """How far the current lap is; a lap that is complete and not awarded yet stays in sight."""
    if _is_due(state, badge, criterion, moment):
        return criterion.threshold
    if criterion.metric.measure.kind == "streak":
        return value % criterion.threshold
    return rounded(exact(value) - exact(criterion.threshold) * _given(state, badge))


def _given(state: State, badge: Badge) -> int:
    """The laps that have been awarded."""
    holding = state.holding(badge.id)
    return max([holding.laps, *(int(occurrence) for occurrence in holding.odd)])


def _is_due(state: State, badge: Badge, criterion: Criterion, moment: Moment) -> bool:
    """Whether a lap is complete and not awarded yet."""
    return laps_of(state, criterion, moment) > _given(state, badge)


def _percent(criterion: Criterion, threshold: Number, value: Number | None, met: bool) -> int:
    """Of a value as it is shown, rounded down."""
    if criterion.at_most or threshold <= 0 or met:
        return 100 if met else 0
    if value is None or value <= 0:
        return 0
    if isinstance(value, int) and isinstance(threshold, int):
        return min(100, value * 100 // threshold)
    about = value / threshold * 100
    if abs(about - round(about)) > MARGIN * 100:
        return int(about)
    above, below = exact(value).as_integer_ratio()
    upper, lower = exact(threshold).as_integer_ratio()
    return min(100, above * 100 * lower // (below * upper))


def _remaining(threshold: Number, seen: Number | None, met: bool) -> Number | None:
    """What is missing; nothing can be said of an undefined value."""
    if met:
        return 0
    if isinstance(seen, int) and isinstance(threshold, int):
        return abs(threshold - seen)
    return None if seen is None else shown(abs(exact(threshold) - exact(seen)))


def _expiry(
    state: State,
    badge: Badge,
    criterion: Criterion,
    threshold: Number,
    seen: Number | None,
    earned: bool,
    moment: Moment,
) -> int | None:
    """The instant at which the value shown will next fall without a new event."""
    unit = _unit(badge) if badge.repeatable else None
    if earned and (unit is None or _is_final(state, badge)):
        return None
    if unit is not None and earned:
        return moment.calendar.starts(unit, moment.period(unit) + 1)
    if seen is None or (badge.repeatable and unit is None and _is_due(state, badge, criterion, moment)):
        return None
    metric = criterion.metric
    if not metric.measure.falls:
        return None
    changes = metric.measure.changes(plain_head(state, metric), moment, state.cells.of(metric.fingerprint))
    cap = None if criterion.at_most else threshold
    return next_fall(seen, changes, cap)


def next_fall(seen: Number, changes: Iterable[tuple[int, Number | None]], cap: Number | None) -> int | None:
    """The first instant at which a value is below what it was just before, or undefined; above a cap it is the cap."""
    for instant, group in groupby(changes, key=itemgetter(0)):
        *_, (_, value) = group
        after = cap if value is not None and cap is not None and at_least(value, cap) else value
        if after is None or less(after, seen):
            return instant
        seen = after
    return None


def _is_final(state: State, badge: Badge) -> bool:
    return badge.max_awards is not None and state.holding(badge.id).occurrences >= badge.max_awards
