"""One user's part of a batch that is not in order: late entries are put where they belong, else the log is replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from ..model import BADGE_REVOKED, Award, Event, Metric, RuleSet
from ..movement import moved_between
from ..reconcile import reconcile, renamed
from ..state import State
from ..store.protocol import Changes, Transaction, Undo, UserRow
from . import rewinding
from .history import start_of
from .ledger import Outcome, Told, has_acted, heads_of, held_in, points_of, state_of, watched


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
        badges=row.badges + len({award.badge for award in fresh} - held_in(heads)),
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
