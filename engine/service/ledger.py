"""One user's part of a batch: in order it is stepped over the stored state, else the user's log is replayed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..calendar import Moment
from ..fold import plain_head, value_of
from ..model import BADGE_GRANTED, BADGE_REVOKED, USER_UPDATED, Award, Event, Metric, Number, Progress, RuleSet
from ..movement import Outlook, Watch, moved_between
from ..reconcile import reconcile, renamed
from ..state import Cells, State
from ..store.protocol import Changes, Head, Transaction, Undo, UserRow
from . import rewinding
from .history import start_of

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
    cells = Cells(
        lambda metric, key: transaction.cell(user, metric, key),
        lambda metric: ((key, value) for (_, key), value in transaction.cells(user, metric).items()),
    )
    if row is None:
        return State(user)
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
        badges += len(given - _held(former)) - len({award.badge for award in taken} - given)
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


def _held(heads: Mapping[str, Any]) -> set[str]:
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


def rewind(
    transaction: Transaction,
    rules: RuleSet,
    row: UserRow,
    events: Sequence[Event],
    now: int,
    watch: Metric | None = None,
) -> Outcome | None:
    """Step late entries where they belong, and once more those that came after them; None if it takes a replay."""
    later = rewinding.later(transaction, rules, row, events)
    replaced = rewinding.given_by(transaction, rules, later) if later else {}
    if later is None or replaced is None:
        return None
    heads = transaction.all_heads(row.user)
    before, state = (state_of(transaction, row.user, row, heads) for _ in range(2))
    rewinding.taken_back(state, later)
    undo = rewinding.restepped(rules, state, [*events, *(entry.event for entry in later)])
    if undo is None or heads.keys() - state.heads.keys() or replaced.keys() - state.awards.keys():
        return None
    changed = {key for key, head in state.heads.items() if key not in heads or heads[key] != head}
    changes = _rewound(rules, state, row, heads, replaced, changed)
    changes.undo = {place: undo[place] for place in ((entry.event.source, entry.event.id) for entry in later)}
    fresh = [award for key, award in state.awards.items() if key not in replaced]
    outcome = Outcome(state, changes, fresh=fresh)
    looked_at = changed | {metric for metric, _ in changes.cells}
    outcome.told = _attributed(rules, outcome, events, before, now, looked_at, watch, undo)
    return outcome


def _rewound(
    rules: RuleSet,
    state: State,
    row: UserRow,
    heads: Mapping[str, Any],
    replaced: Mapping[tuple[str, str | None, str | None], Award],
    changed: set[str],
) -> Changes:
    awards = {key: _as_stored(replaced.get(key), award) for key, award in state.awards.items()}
    fresh = [award for key, award in awards.items() if key not in replaced]
    new_row = replace(
        row,
        position=max(row.position, state.position or row.position),
        offset=state.offset,
        badges=row.badges + len({award.badge for award in fresh} - _held(heads)),
        points=row.points + sum(points_of(rules, award) for award in fresh),
    )
    return Changes(
        row=new_row,
        heads=heads_of(rules, state, changed),
        cells=state.cells.changed,
        awards=[award for key, award in awards.items() if replaced.get(key) != award],
        failures=list(state.failures),
    )


def rebuild(
    transaction: Transaction,
    rules: RuleSet,
    row: UserRow | None,
    user: str,
    events: Sequence[Event],
    now: int,
    retracting: bool = False,
    watch: Metric | None = None,
) -> Outcome:
    """Replay a user's log with new entries; what was earned before and is not given any more is kept."""
    stored = {award.key: award for award in (renamed(rules, a) for a in transaction.awards(user))}
    old_keys = {award.key for award in transaction.awards(user)}
    log = transaction.events(user) + list(events)
    taken = {rules.renames.get(e.data["badge"], e.data["badge"]) for e in events if e.type == BADGE_REVOKED}
    known = [award for award in stored.values() if award.badge not in taken]
    state = reconcile(rules, user, log, known, retracting, start_of(transaction, row))
    awards = {key: _as_stored(stored.get(key), award) for key, award in state.awards.items()}
    new_row = UserRow(
        user=user,
        position=state.position or (0, "", ""),
        offset=state.offset,
        attributes=state.attributes,
        semantics=rules.semantics,
        badges=len({award.badge for award in awards.values()}),
        points=sum(points_of(rules, award) for award in awards.values()),
        retractions=row.retractions if row else 0,
        compacted=row.compacted if row else None,
        settled=state.position[0] if state.position else None,
        acted=(row is not None and row.compacted is not None and row.acted) or has_acted(log),
    )
    changes = Changes(
        row=new_row,
        heads=heads_of(rules, state, set(state.heads)),
        cells={key: value for key, value in state.cells.changed.items() if value is not None},
        awards=[a for key, a in awards.items() if stored.get(key) != a or key not in old_keys],
        dropped=sorted(old_keys - awards.keys(), key=str),
        failures=list(state.failures),
        rebuilt=True,
    )
    outcome = Outcome(state, changes, fresh=[award for key, award in awards.items() if key not in stored])
    if events:
        before = state_of(transaction, user, row, transaction.all_heads(user))
        outcome.told = _attributed(rules, outcome, events, before, now, None, watch)
    return outcome


def refold(transaction: Transaction, rules: RuleSet, row: UserRow, now: int) -> list[Award]:
    """Bring a user's state to a rule set, silently; the awards that this gave."""
    outcome = rebuild(transaction, rules, row, row.user, [], now)
    transaction.save([outcome.changes])
    return outcome.fresh


def _as_stored(stored: Award | None, award: Award) -> Award:
    """The award as it is stored, if the replay gives the same; a corrected one otherwise."""
    if stored is None:
        return award
    same = award._replace(rules_version=stored.rules_version, badge_version=stored.badge_version, kept=stored.kept)
    if same != stored:
        return award
    return stored._replace(kept=award.kept, badge_version=award.badge_version)


def _attributed(
    rules: RuleSet,
    outcome: Outcome,
    events: Sequence[Event],
    before: State,
    now: int,
    changed: set[str] | None,
    watch: Metric | None,
    undo: Mapping[tuple[str, str], Undo | None] = {},
) -> list[Told]:
    """Each entry with the new awards that it completed; the last one with all others, and with what moved."""
    given: dict[tuple[str, str], list[Award]] = {(event.source, event.id): [] for event in events}
    last = (events[-1].source, events[-1].id)
    for award in outcome.fresh:
        given.get((award.source, award.id), given[last]).append(award)
    seen = max(now, outcome.changes.row.position[0])
    moved = moved_between(rules, before, outcome.state, seen, changed)
    raised = watched(rules, outcome.state, watch, seen) > watched(rules, before, watch, seen)
    told = [Told(awards, undo=undo.get(place)) for place, awards in given.items()]
    return [*told[:-1], Told(given[last], moved, raised, undo.get(last))]
