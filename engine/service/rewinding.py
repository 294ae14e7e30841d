"""Late entries: what came after them is taken back, entry by entry, and stepped over again in order.

Each plain entry of the log keeps what it replaced, so that an event that comes seconds or hours late costs what came
after it, and not the whole log. What only a replay can tell is left to one: calls and retractions, changes of
attributes, failures, awards that would not be given again, and state that was folded anew meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..fold import in_order, step
from ..model import BADGE_GRANTED, BADGE_REVOKED, EVENT_RETRACTED, USER_UPDATED, Award, Event, RuleSet
from ..reconcile import is_older
from ..state import State
from ..store.protocol import StoredEvent, Transaction, Undo, UserRow

MOST = 2_000
"""Entries that are taken back at most: each costs what three cost that are replayed."""
_OWN = frozenset({BADGE_GRANTED, BADGE_REVOKED, EVENT_RETRACTED, USER_UPDATED})
"""Entries that change more than heads and cells."""

AwardKey = tuple[str, str | None, str | None]


def stepped(rules: RuleSet, state: State, event: Event) -> Undo | None:
    """Step an entry over a state that notes; what it replaced, None if that is more than heads and cells."""
    offset, failed = state.offset, len(state.failures)
    step(rules, state, event)
    if event.type in _OWN or len(state.failures) > failed:
        return None
    cells = state.cells.former
    return Undo(state.former, [(*key, value) for key, value in cells.items()] if cells else (), offset)


def later(transaction: Transaction, rules: RuleSet, row: UserRow, events: Sequence[Event]) -> list[StoredEvent] | None:
    """The entries after the first of these events, if they can be taken back to make room for these."""
    if row.semantics != rules.semantics or any(event.type in _OWN for event in events):
        return None
    first = min(event.position for event in events)
    if row.settled is not None and first[0] <= row.settled:
        return None
    found = transaction.since(row.user, first, MOST + 1)
    if len(found) > MOST or any(entry.undo is None for entry in found):
        return None
    keys = [(row.user, event.source, event.id) for event in (*events, *(entry.event for entry in found))]
    return None if row.retractions and transaction.retractions_of(keys) else found


def taken_back(state: State, entries: Sequence[StoredEvent]) -> None:
    """Bring a fresh copy of a state back to before the first of these entries, the newest of the log."""
    for undo in (entry.undo for entry in reversed(entries)):
        if undo is None:
            raise ValueError("this entry cannot be taken back")
        for key, head in undo.heads.items():
            if head is None:
                state.heads.pop(key, None)
            else:
                state.heads[key] = head
        for metric, key, value in undo.cells:
            state.cells.put(metric, key, value)
        state.offset = undo.offset


def given_by(transaction: Transaction, rules: RuleSet, entries: Sequence[StoredEvent]) -> dict[AwardKey, Award] | None:
    """The awards that these entries completed, if rules of today gave them all."""
    if not any(key.startswith("b:") for entry in entries if entry.undo for key in entry.undo.heads):
        return {}
    places = {(entry.event.source, entry.event.id) for entry in entries}
    found = [a for a in transaction.awards(entries[0].event.user) if (a.source, a.id) in places]
    if any(award.kept or award.by_call or award.badge not in rules.badges or is_older(rules, award) for award in found):
        return None
    return {award.key: award for award in found}


def restepped(rules: RuleSet, state: State, events: Sequence[Event]) -> dict[tuple[str, str], Undo | None] | None:
    """Step entries in their order; what each replaced. None if only a replay can tell what is held then."""
    undo = {}
    for event in in_order(events):
        state.note()
        undo[(event.source, event.id)] = stepped(rules, state, event)
        if state.regained:
            return None
    return undo
