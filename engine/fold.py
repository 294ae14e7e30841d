"""The fold: one event after the other, in the order of the log, into metrics and awards.

A posted event is a round; each award that a round gives is a ``badge.awarded`` event, and a round of its own.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from .calendar import Moment, format_date, format_instant
from .expressions import Context, EvaluationError
from .measures import Head, Sample
from .model import (
    BADGE_AWARDED,
    BADGE_GRANTED,
    BADGE_REVOKED,
    EVENT_RETRACTED,
    USER_UPDATED,
    Award,
    Badge,
    Criterion,
    Event,
    Failure,
    Metric,
    Number,
    RuleSet,
)
from .numeric import at_least, is_number, shown
from .state import GIVEN, KEPT, PINNED, Holding, State, Trace

AWARDS_AT_ONCE = 1000
"""The most occurrences that one event gives of one badge; the next event gives the next ones."""

NUMBERS = frozenset({"sum", "max", "min", "average", "latest"})
"""Measures whose ``of`` is a number."""

COUNTED = "counted"
FALSE = "condition is false"
FAILED = "rule failed"
TOO_EARLY = "before the prerequisites were met"
UNAVAILABLE = "outside availability"
"""What becomes of an event in a metric."""

Key = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """The posted event or call that a step is about."""

    event: Event
    moment: Moment
    context: Context


def step(rules: RuleSet, state: State, event: Event) -> None:
    """Fold one entry of the log, which is not before any that the state has seen."""
    state.position = event.position
    if event.type == USER_UPDATED:
        _merge(state, event.data)
    called = event.type in (BADGE_GRANTED, BADGE_REVOKED)
    moment = Moment(event.time, state.calendar(rules.settings, None if called else event.offset))
    if event.offset is not None and not _is_call(event):
        state.offset = event.offset
    data = {} if called else event.data
    entry = Entry(event, moment, Context(data, event.type, event.source, _user(state), moment))
    if event.type == BADGE_GRANTED:
        _grant(rules, state, entry)
    elif event.type == BADGE_REVOKED:
        _revoke(rules, state, event)
    elif event.type != EVENT_RETRACTED:
        _run(rules, state, entry, _round(rules, state, entry, entry.context))


def inject(rules: RuleSet, state: State, award: Award, mark: int) -> None:
    """Hold an award as it was given, from its own time on: it is kept, or was given under an older version."""
    if mark == KEPT and _held(state.holding(award.badge), award):
        return
    event = Event(state.user, award.source, award.id, "", award.awarded_at, None, {})
    moment = Moment(event.time, state.calendar(rules.settings))
    entry = Entry(event, moment, Context({}, "", event.source, _user(state), moment))
    _run(rules, state, entry, _follow(rules, state, entry, entry.context, [award], mark))


def replay(
    rules: RuleSet,
    user: str,
    log: Iterable[Event],
    kept: Sequence[Award] = (),
    pinned: Sequence[Award] = (),
    trace: Trace | None = None,
) -> State:
    """The state that a user's whole log gives, from nothing.

    ``log`` in any order. ``kept`` are held from their own time unless the rules give them by then; ``pinned`` (given
    under an older version of their badge) are held from their own time, whatever the rules of today give.
    """
    state = State(user)
    state.trace = trace
    state.pins = frozenset(award.key for award in pinned)
    entries = sorted(log, key=lambda event: event.position)
    gone = retracted(entries)
    marked = [(award, KEPT) for award in kept] + [(award, PINNED) for award in pinned]
    waiting = deque(sorted(marked, key=lambda pair: (pair[0].awarded_at, pair[0].source, pair[0].id)))
    for event in entries:
        while waiting and _place(waiting[0][0]) < event.position:
            inject(rules, state, *waiting.popleft())
        if (event.source, event.id) in gone and not _is_call(event):
            state.position = event.position
        else:
            step(rules, state, event)
    while waiting:
        inject(rules, state, *waiting.popleft())
    return state


def retracted(log: Iterable[Event]) -> set[tuple[str, str]]:
    """Sources and ids of the events that the log's retractions take out."""
    return {(e.data["source"], e.data["id"]) for e in log if e.type == EVENT_RETRACTED}


def _is_call(event: Event) -> bool:
    return event.type in (BADGE_GRANTED, BADGE_REVOKED, EVENT_RETRACTED)


def _place(award: Award) -> tuple[int, str, str]:
    return (award.awarded_at, award.source, award.id)


def _merge(state: State, data: Mapping[str, Any]) -> None:
    merged = {**state.attributes, **data}
    state.attributes = {name: value for name, value in merged.items() if value is not None}


def _user(state: State) -> dict[str, Any]:
    return {**state.attributes, "id": state.user}


# Rounds


def _run(rules: RuleSet, state: State, entry: Entry, given: list[Award]) -> None:
    """The rounds of the awards given, first in, first out, until nothing more is given."""
    waiting = deque(given)
    while waiting:
        context = _awarded(rules, entry, waiting.popleft())
        waiting.extend(_round(rules, state, entry, context))


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


def _round(rules: RuleSet, state: State, entry: Entry, context: Context) -> list[Award]:
    """Fold one event into its metrics and evaluate the badges whose criteria it matched."""
    route = rules.routes.get(context.type)
    if route is None:
        return []
    matched = {m.fingerprint for m in route.metrics if _count(rules, state, m, entry, context)}
    if not matched:
        return []
    touched = [b for b in route.badges if any(c.metric.fingerprint in matched for c in b.criteria)]
    return _evaluate(rules, state, entry, context, touched)


def _follow(
    rules: RuleSet, state: State, entry: Entry, context: Context, awards: list[Award], mark: int = GIVEN
) -> list[Award]:
    """Give awards that no rule of this round decided, and evaluate the badges that they open."""
    opened = [badge for award in awards for badge in _give(rules, state, entry, award, mark)]
    return awards + _evaluate(rules, state, entry, context, opened)


def _evaluate(
    rules: RuleSet, state: State, entry: Entry, context: Context, touched: Iterable[Badge]
) -> list[Award]:
    """Evaluate badges by depth, then id; those whose prerequisites an award makes met join in."""
    given: list[Award] = []
    heap = [(badge.depth, badge.id) for badge in touched]
    heapq.heapify(heap)
    seen: set[str] = set()
    while heap:
        _, name = heapq.heappop(heap)
        if name in seen:
            continue
        seen.add(name)
        for award in _earned(rules, state, entry, context, rules.badges[name]):
            given.append(award)
            for badge in _give(rules, state, entry, award, GIVEN):
                heapq.heappush(heap, (badge.depth, badge.id))
    return given


# Metrics


def _count(rules: RuleSet, state: State, metric: Metric, entry: Entry, context: Context) -> bool:
    """Fold an event into a metric; whether it counted."""
    verdict, message = _counted(rules, state, metric, entry, context)
    if state.trace:
        state.trace(metric, entry.event, context, verdict, message)
    return verdict == COUNTED


def _counted(
    rules: RuleSet, state: State, metric: Metric, entry: Entry, context: Context
) -> tuple[str, str | None]:
    if not inside(metric.available, entry.event.time):
        return UNAVAILABLE, None
    head = state.head(metric)
    if metric.gate:
        gate, head = head
        if gate is None or tuple(gate) >= entry.event.position:
            return TOO_EARLY, None
    try:
        sample = _sample(metric, context)
    except EvaluationError as error:
        _fail(rules, state, metric, entry, str(error))
        return FAILED, str(error)
    if sample is None:
        return FALSE, None
    after = metric.measure.evolve(head, sample, state.cells.of(metric.fingerprint))
    if after is not head:
        state.put(metric.fingerprint, [gate, after] if metric.gate else after)
    return (COUNTED if sample.hit else FALSE), None


def _sample(metric: Metric, context: Context) -> Sample | None:
    """What a measure sees of an event; None if it does not count, or is a miss that carries no value."""
    hit = True if metric.when is None else metric.when.evaluate(context)
    if not hit and not metric.measure.sees_misses:
        return None
    if hit or metric.of is None:
        by = metric.by.evaluate(context) if metric.by else None
        return Sample(context.moment, hit, _value_of(metric, context), by)
    try:
        return Sample(context.moment, hit, metric.of.evaluate(context))
    except EvaluationError:
        return None


def _value_of(metric: Metric, context: Context) -> Any:
    """What ``of`` says of an event, a number where the measure needs one."""
    of = metric.of.evaluate(context) if metric.of else None
    if metric.of and metric.measure.kind in NUMBERS and not is_number(of):
        raise EvaluationError(f"{metric.of.text} is no number")
    return of


def _fail(rules: RuleSet, state: State, metric: Metric, entry: Entry, message: str) -> None:
    names = rules.users_of.get(metric.fingerprint) or (metric.name or metric.fingerprint,)
    for name in names:
        state.failures.append(Failure(name, entry.event.source, entry.event.id, message))


def inside(window: tuple[int | None, int | None], instant: int) -> bool:
    """Whether an instant lies in a window [since, until)."""
    since, until = window
    return (since is None or instant >= since) and (until is None or instant < until)


def value_of(state: State, metric: Metric, moment: Moment) -> Number | None:
    """A metric's value at a moment that is not before the newest event."""
    if metric.fingerprint in state.values:
        known: Number | None = state.values[metric.fingerprint]
        return known
    return metric.measure.value(plain_head(state, metric), moment, state.cells.of(metric.fingerprint))


def plain_head(state: State, metric: Metric) -> Head:
    """A metric's head without the gate that ``counts: after_prerequisites`` puts before it."""
    head = state.head(metric)
    return head[1] if metric.gate else head


def reaches(criterion: Criterion, value: Number | None, threshold: Number | None = None) -> bool:
    """Whether a value meets a criterion; an undefined one meets none."""
    if value is None:
        return False
    limit = criterion.threshold if threshold is None else threshold
    return at_least(limit, value) if criterion.at_most else at_least(value, limit)


# Awards


def _earned(rules: RuleSet, state: State, entry: Entry, context: Context, badge: Badge) -> list[Award]:
    """The awards of a badge that are due now and not held."""
    if badge.retired or not badge.criteria or not inside(badge.available, entry.event.time):
        return []
    holding = state.holding(badge.id)
    if holding.revoked or not state.meets(badge.prerequisites):
        return []
    due = _due_occurrences if badge.repeatable else _due_steps
    keys = [key for key in due(rules, state, entry, badge, holding) if _fresh(state, holding, key)]
    if not keys:
        return []
    metadata = _metadata(badge, entry, context)
    return [_award(rules, badge, key, entry, metadata) for key in keys]


def _due_steps(rules: RuleSet, state: State, entry: Entry, badge: Badge, holding: Holding) -> list[Key]:
    if not badge.tiers:
        if holding.tiers.get("") in (GIVEN, PINNED):
            return []
        met = all(reaches(c, value_of(state, c.metric, entry.moment)) for c in badge.criteria)
        return [(badge.id, None, None)] if met else []
    criterion = badge.criteria[0]
    value = value_of(state, criterion.metric, entry.moment)
    return [(badge.id, tier.id, None) for tier in badge.tiers if reaches(criterion, value, tier.threshold)]


def _due_occurrences(rules: RuleSet, state: State, entry: Entry, badge: Badge, holding: Holding) -> list[Key]:
    criterion = badge.criteria[0]
    unit = criterion.metric.measure.params.get("per")
    if unit:
        if not reaches(criterion, value_of(state, criterion.metric, entry.moment)):
            return []
        if badge.max_awards is not None and holding.occurrences >= badge.max_awards:
            return []
        return [(badge.id, None, occurrence_of(entry.moment, unit))]
    laps = laps_of(state, criterion, entry.moment)
    last = laps if badge.max_awards is None else min(laps, badge.max_awards)
    if last - holding.laps > AWARDS_AT_ONCE:
        last = holding.laps + AWARDS_AT_ONCE
        message = f"it is due more than {AWARDS_AT_ONCE} times at once: the next event gives the next ones"
        state.failures.append(Failure(badge.id, entry.event.source, entry.event.id, message))
    return [(badge.id, None, str(lap)) for lap in range(holding.laps + 1, last + 1)]


def laps_of(state: State, criterion: Criterion, moment: Moment) -> int:
    """How often a repeating badge's threshold has been reached."""
    metric = criterion.metric
    cells = state.cells.of(metric.fingerprint)
    return metric.measure.laps(plain_head(state, metric), moment, cells, criterion.threshold)


def occurrence_of(moment: Moment, unit: str) -> str:
    """The first local date of the period that a moment counts for."""
    return format_date(moment.calendar.first_day(unit, moment.period(unit)))


def _fresh(state: State, holding: Holding, key: Key) -> bool:
    """Whether an award that is due is news, and not held, kept or given under an older version."""
    _, tier, occurrence = key
    if key in state.pins:
        state.confirmed.add(key)
        return False
    if occurrence is None:
        mark = holding.tiers.get(tier or "")
    else:
        mark = GIVEN if occurrence in holding.periods else holding.odd.get(occurrence)
    if mark == KEPT:
        state.regained.add(key)
    return mark is None


def _held(holding: Holding, award: Award) -> bool:
    if award.occurrence is None:
        return (award.tier or "") in holding.tiers
    numbered = award.occurrence.isdigit() and int(award.occurrence) <= holding.laps
    return numbered or award.occurrence in holding.periods or award.occurrence in holding.odd


def _award(rules: RuleSet, badge: Badge, key: Key, entry: Entry, metadata: dict[str, Any]) -> Award:
    event = entry.event
    _, tier, occurrence = key
    return Award(
        badge.id, tier, occurrence, event.time, event.source, event.id, metadata, rules.version, badge.version
    )


def _metadata(badge: Badge, entry: Entry, context: Context) -> dict[str, Any]:
    """Over the event of the round if its type triggers the badge, else over the posted one; what fails is left out."""
    over = context if context.type in badge.triggers else entry.context
    metadata: dict[str, Any] = {}
    for name, expression in badge.metadata:
        try:
            metadata[name] = as_json(expression.evaluate(over))
        except EvaluationError:
            continue
    return metadata


def as_json(value: Any) -> Any:
    """A value of an expression as answers show it."""
    if isinstance(value, Moment):
        return value.date or format_instant(value.instant)
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    return shown(value) if isinstance(value, float | Decimal) else value


def _give(rules: RuleSet, state: State, entry: Entry, award: Award, mark: int) -> list[Badge]:
    """Hold an award; the badges whose prerequisites it makes met."""
    dependents = rules.dependents.get(award.badge, ())
    closed = [badge for badge in dependents if not state.meets(badge.prerequisites)]
    state.keep(award.badge, _with(state.holding(award.badge), award, mark))
    award = award if mark == GIVEN else replace(award, kept=mark == KEPT)
    state.given.append(award)
    state.awards[award.key] = award
    for metric in rules.gated.get(award.badge, ()):
        gate, head = state.head(metric)
        if gate is None and state.meets(metric.gate):
            state.put(metric.fingerprint, [list(entry.event.position), head])
    return [badge for badge in closed if state.meets(badge.prerequisites)]


def _with(holding: Holding, award: Award, mark: int) -> Holding:
    """What is held, with one award more."""
    if award.occurrence is None:
        return replace(holding, tiers={**holding.tiers, award.tier or "": mark})
    more = replace(holding, occurrences=holding.occurrences + 1)
    if mark != GIVEN:
        return replace(more, odd={**more.odd, award.occurrence: mark})
    if award.occurrence.isdigit():
        return replace(more, laps=max(more.laps, int(award.occurrence)))
    return replace(more, periods=sorted([*more.periods, award.occurrence])[-3:])


# Calls


def _grant(rules: RuleSet, state: State, entry: Entry) -> None:
    """A badge given by a call: staff's also ends a revocation. One that the rules no longer have waits in the log."""
    data = entry.event.data
    name = rules.renames.get(data["badge"], data["badge"])
    badge = rules.badges.get(name)
    if badge is None:
        return
    tier = data.get("tier") or (badge.tiers[0].id if badge.tiers else None)
    if tier not in ({step.id for step in badge.tiers} or {None}):
        return
    holding = state.holding(name)
    if holding.revoked:
        state.keep(name, replace(holding, revoked=False))
    if (tier or "") in holding.tiers:
        return
    event, version = entry.event, badge.version
    award = Award(name, tier, None, event.time, event.source, event.id, {}, rules.version, version, by_call=True)
    _run(rules, state, entry, _follow(rules, state, entry, entry.context, [award]))


def _revoke(rules: RuleSet, state: State, event: Event) -> None:
    """All of a badge taken away by staff: the rules do not give it again until staff grants it."""
    name = rules.renames.get(event.data["badge"], event.data["badge"])
    state.keep(name, Holding(revoked=True))
    state.taken.append(name)
    state.awards = {key: award for key, award in state.awards.items() if award.badge != name}
