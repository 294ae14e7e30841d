"""A snapshot on its way from an export into another database: it begins the log of a user who is not known there."""

from __future__ import annotations

from typing import Any

from ..model import Event, Receipt, RuleSet, Snapshot
from ..retention import BadSnapshot, Remains, as_json, entry_of, read_entry, snapshot_of
from ..store.protocol import Changes, Compacted, StoredSnapshot, Transaction, UserRow
from . import ledger, replaying


def exported(transaction: Transaction, row: UserRow | None) -> Event | None:
    """The entry by which an export carries a user's snapshot; None if the log is whole."""
    stored = transaction.snapshot(row.user) if row and row.compacted is not None else None
    if stored is None:
        return None
    left = transaction.compacted_of(stored.user)
    remains = [Remains(*entry.key[1:], entry.digest, entry.receipt) for entry in left]
    return entry_of(stored.user, snapshot_of(stored.body), remains)


def restore(transaction: Transaction, rules: RuleSet, event: Event, now: int) -> Receipt:
    """Begin a user's log with the snapshot of an export."""
    row = transaction.lock([event.user]).get(event.user)
    if row is not None:
        return _known(event, exported(transaction, row))
    try:
        snapshot, remains = read_entry(rules, event)
    except BadSnapshot as error:
        return _rejected(event, f"{error}")
    left = [Compacted((event.user, each.source, each.id), each.digest, each.receipt) for each in remains]
    row = _row(event.user, snapshot)
    transaction.save([Changes(row)])
    transaction.compact(stored_form(event.user, snapshot), left, snapshot.retracted)
    replaying.refold(transaction, rules, row, now)
    return Receipt(event.source, event.id, "accepted")


def stored_form(user: str, snapshot: Snapshot) -> StoredSnapshot:
    """A snapshot as a store keeps it."""
    return StoredSnapshot(user, snapshot.until, snapshot.entries, tuple(sorted(snapshot.types)), as_json(snapshot))


def _known(event: Event, stored: Event | None) -> Receipt:
    """The answer for a user who has a log already: a snapshot is not put before it."""
    if stored and stored.data == event.data:
        return Receipt(event.source, event.id, "duplicate")
    return _rejected(event, "comes too late: there is a log of this user already")


def _rejected(event: Event, reason: str) -> Receipt:
    fault: dict[str, Any] = {"field": "data.snapshot", "message": f"the snapshot {reason}"}
    return Receipt(event.source, event.id, "rejected", errors=(fault,))


def _row(user: str, snapshot: Snapshot) -> UserRow:
    """A user as the snapshot knows the user, not yet brought to any rules."""
    retractions = len(snapshot.retracted)
    acted = bool(snapshot.types - ledger.CALLS)
    return UserRow(user, snapshot.position, retractions=retractions, compacted=snapshot.until, acted=acted)
