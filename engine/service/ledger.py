"""One user's part of a batch that is in order: it is stepped over the stored state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from msgspec import Struct

from ..calendar import Moment
from ..fold import plain_head, value_of
from ..model import BADGE_GRANTED, BADGE_REVOKED, USER_UPDATED, Award, Event, Metric, Number, Progress, RuleSet
from ..movement import Outlook, Watch
from ..state import Cells, State
from ..store.protocol import Changes, Head, Transaction, Undo, UserRow
from . import rewinding

CALLS = frozenset({BADGE_GRANTED, BADGE_REVOKED})
"""Entries that calls write, by which a user may be known who did nothing."""


class Told(Struct, frozen=True, gc=False):
    """What came of one entry."""

    given: Sequence[Award] = ()
    """Newly held awards that it is answered with."""
    moved: Sequence[Progress] = ()
    """Progress of the badges that it moved."""
    raised: bool = False
    """Whether it raised the metric which is watched."""
    undo: Undo | None = None
    """What it replaced."""


class Outcome(Struct, gc=False):
    """What a user's new entries lead to."""

    state: State
    changes: Changes
    told: Sequence[Told] = ()
    """Of each entry, in the order in which they were given."""
    fresh: list[Award] = []
    """After a replay: all awards that were not held before it."""


def keys_of(rules: RuleSet, events: Sequence[Event]) -> set[str]:
    """The keys of the state that these entries can touch."""
    keys: set[str] = set()
    for type in {event.type for event in events}:
        if type == USER_UPDATED:
            keys.update(rules.ranked)
        if type in CALLS:
            keys.update(*(_keys_of_call(rules, event) for event in events if event.type == type))
        elif type in rules.routes:
            keys.update(rules.routes[type].keys)
    return keys


def _keys_of_call(rules: RuleSet, event: Event) -> tuple[str, ...]:
    route = rules.routes.get(_route(rules, event))
    held = "b:" + rules.renames.get(event.data["badge"], event.data["badge"])
    return (*route.keys, held) if route else (held,)


def _route(rules: RuleSet, event: Event) -> str:
    if event.type == BADGE_GRANTED:
        return f"{BADGE_GRANTED}:{rules.renames.get(event.data['badge'], event.data['badge'])}"
    return event.type


def state_of(transaction: Transaction, user: str, row: UserRow | None, heads: Mapping[str, Any]) -> State:
    """A working copy of the stored state."""
    if row is None:
        return State(user)
    cells = Cells(
        lambda metric, key: transaction.cell(user, metric, key),
        lambda metric: ((key, value) for (_, key), value in transaction.cells(user, metric).items()),
    )
    return State(user, row.position, row.offset, row.attributes, heads, cells)


def advance(
    transaction: Transaction,
    rules: RuleSet,
    state: State,
    row: UserRow | None,
    events: Sequence[Event],
    now: int,
    watch: Metric | None = None,
) -> Outcome | None:
    """Step entries over the stored state, in their order; None if only a replay can tell what is held then."""
    watching = Watch(rules, state)
    told: list[Told] = []
    former: dict[str, Any] = {}
    for event in events:
        seen, start = max(now, event.time), len(state.given)
        watching.begin(rules.outlooks.get(event.type) or Outlook.of(rules, _route(rules, event)), seen)
        value = watched(rules, state, watch, seen) if watch else 0
        undo = rewinding.stepped(rules, state, event)
        if state.regained:
            return None
        raised = watch is not None and watched(rules, state, watch, seen) > value
        told.append(Told(state.given[start:], watching.moved(), raised, undo))
        former = {**state.former, **former} if former else state.former
    return Outcome(state, _changes(transaction, rules, state, row, former, events), told)


def watched(rules: RuleSet, state: State, metric: Metric | None, now: int) -> Number:
    """The value of the metric that is watched; 0 if there is none."""
    return (value_of(state, metric, state.moment(rules, now)) or 0) if metric else 0


def has_acted(events: Iterable[Event]) -> bool:
    """Whether one of these entries is no call."""
    return any(event.type not in CALLS for event in events)


def _changes(
    transaction: Transaction,
    rules: RuleSet,
    state: State,
    row: UserRow | None,
    former: Mapping[str, Any],
    events: Sequence[Event],
) -> Changes:
    """What is to be stored; ``former`` are the heads that the entries replaced, as they were before all of them."""
    taken = [a for name in state.taken for a in transaction.awards(state.user, name)] if state.taken else []
    badges, points = (row.badges, row.points) if row else (0, 0)
    if taken or state.awards:
        given = {award.badge for award in state.awards.values()}
        badges += len(given - held_in(former)) - len({award.badge for award in taken} - given)
        points += sum(points_of(rules, a) for a in state.awards.values()) - sum(points_of(rules, a) for a in taken)
    keys: Set[str] = former.keys()
    if row and row.attributes != state.attributes:
        keys = keys | rules.ranked.intersection(state.heads)
    return Changes(
        row=UserRow(
            user=state.user,
            position=state.position or (0, "", ""),
            offset=state.offset,
            attributes=state.attributes,
            semantics=rules.semantics,
            badges=badges,
            points=points,
            retractions=row.retractions if row else 0,
            compacted=row.compacted if row else None,
            settled=row.settled if row else None,
            acted=(row is not None and row.acted) or has_acted(events),
        ),
        heads=heads_of(rules, state, keys),
        cells=state.cells.changed,
        awards=list(state.awards.values()),
        dropped=[award.key for award in taken],
        failures=list(state.failures),
    )


def held_in(heads: Mapping[str, Any]) -> set[str]:
    """Badges held by stored heads."""
    return {key[2:] for key, head in heads.items() if key.startswith("b:") and head and (head[0] or head[4])}


def points_of(rules: RuleSet, award: Award) -> Number:
    """What an award is worth by today's rules."""
    badge = rules.badges.get(award.badge)
    if badge is None:
        return 0
    return next((tier.points for tier in badge.tiers if tier.id == award.tier), badge.points)


def heads_of(rules: RuleSet, state: State, keys: Iterable[str]) -> dict[str, Head]:
    """Heads to store, with value and expiry of those that leaderboards rank."""
    boards = rules.ranked
    return {key: _ranked_head(rules, state, key) if key in boards else Head(state.heads[key]) for key in keys}


def _ranked_head(rules: RuleSet, state: State, key: str) -> Head:
    metric = rules.by_fingerprint[key]
    moment = Moment(state.position[0] if state.position else 0, state.calendar(rules.settings))
    value = value_of(state, metric, moment)
    changes = metric.measure.changes(plain_head(state, metric), moment, state.cells.of(key))
    expires, _ = next(changes, (None, None))
    return Head(state.heads[key], value, expires)
