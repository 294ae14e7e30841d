"""Which awards are due, and what holding one opens."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..calendar import Moment, format_date, format_instant
from ..expressions import Context, EvaluationError
from ..model import Award, Badge, Criterion, Failure, RuleSet
from ..numeric import shown
from ..state import GIVEN, KEPT, Holding, State
from .counting import inside, plain_head, reaches, value_at, value_of
from .entry import Entry, Key
from .waiting import forget

AWARDS_AT_ONCE = 1000
"""The most occurrences that one event gives of one badge; the next event gives the next ones."""


def earned(rules: RuleSet, state: State, entry: Entry, context: Context | None, badge: Badge) -> list[Award]:
    """The awards of a badge that are due now and not held."""
    holding = state.holding(badge.id)
    if badge.retired or holding.revoked or not badge.criteria:
        return []
    if not inside(badge.available, entry.event.time) or not state.meets(badge.prerequisites):
        return []
    due = _due_occurrences if badge.repeatable else _due_tiers if badge.tiers else _due_once
    keys = [key for key in due(state, entry, badge, holding) if _fresh(state, holding, key)]
    if not keys:
        return []
    metadata = _metadata(badge, entry, context) if badge.metadata else {}
    return [_award(rules, badge, key, entry, metadata) for key in keys]


def _due_once(state: State, entry: Entry, badge: Badge, holding: Holding) -> list[Key]:
    if holding.tiers.get("") == GIVEN:
        return []
    met = all(reaches(criterion, value_at(state, criterion.metric, entry)) for criterion in badge.criteria)
    return [(badge.id, None, None)] if met else []


def _due_tiers(state: State, entry: Entry, badge: Badge, holding: Holding) -> list[Key]:
    criterion = badge.criteria[0]
    value = value_at(state, criterion.metric, entry)
    return [(badge.id, tier.id, None) for tier in badge.tiers if reaches(criterion, value, tier.threshold)]


def _due_occurrences(state: State, entry: Entry, badge: Badge, holding: Holding) -> list[Key]:
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
        state.fail(Failure(badge.id, entry.event.source, entry.event.id, message))
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
        state.confirmed |= {key}
        return False
    if occurrence is None:
        mark = holding.tiers.get(tier or "")
    else:
        mark = GIVEN if occurrence in holding.periods else holding.odd.get(occurrence)
    if mark == KEPT:
        state.regained |= {key}
    return mark is None


def is_held(holding: Holding, award: Award) -> bool:
    if award.occurrence is None:
        return (award.tier or "") in holding.tiers
    numbered = award.occurrence.isdigit() and int(award.occurrence) <= holding.laps
    return numbered or award.occurrence in holding.periods or award.occurrence in holding.odd


def _award(rules: RuleSet, badge: Badge, key: Key, entry: Entry, metadata: dict[str, Any]) -> Award:
    event = entry.event
    _, tier, occurrence = key
    return Award(badge.id, tier, occurrence, event.time, event.source, event.id, metadata, rules.version, badge.version)


def _metadata(badge: Badge, entry: Entry, context: Context | None) -> dict[str, Any]:
    """Over the event of the round if its type triggers the badge, else over the posted one; what fails is left out."""
    over = context if context and context.type in badge.triggers else entry.context
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


def give(rules: RuleSet, state: State, entry: Entry, award: Award, mark: int) -> list[Badge]:
    """Hold an award; the badges whose prerequisites it makes met."""
    name, key = award.badge, award.key
    closed = [badge for badge in rules.dependents.get(name, ()) if not state.meets(badge.prerequisites)]
    if key == (name, None, None) and mark == GIVEN and "b:" + name not in state.heads:
        state.keep_once(name)
    else:
        state.keep(name, _with(state.holding(name), award, mark))
    forget(rules, state, name)
    if mark != GIVEN:
        award = award._replace(kept=mark == KEPT)
    state.given.append(award)
    state.awards[key] = award
    for metric in rules.gated.get(name, ()):
        gate, head = state.head(metric)
        if gate is None and state.meets(metric.gate):
            state.put(metric.fingerprint, [list(entry.event.position), head])
    opened = [badge for badge in closed if state.meets(badge.prerequisites)]
    for badge in opened:
        forget(rules, state, badge.id)
    return opened


def _with(holding: Holding, award: Award, mark: int) -> Holding:
    """What is held, with one award more."""
    if award.occurrence is None:
        tiers = {**holding.tiers, award.tier or "": mark}
        return Holding(tiers, holding.laps, holding.odd, holding.periods, holding.occurrences, holding.revoked)
    more = replace(holding, occurrences=holding.occurrences + 1)
    if mark != GIVEN:
        return replace(more, odd={**more.odd, award.occurrence: mark})
    if award.occurrence.isdigit():
        return replace(more, laps=max(more.laps, int(award.occurrence)))
    return replace(more, periods=sorted([*more.periods, award.occurrence])[-3:])
