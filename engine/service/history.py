"""What there is of a user's past beside the log: the snapshot of its beginning, and what is left of those entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..calendar import format_instant
from ..model import EVENT_RETRACTED, Event, Snapshot
from ..retention import snapshot_of
from ..store.protocol import Compacted, EventKey, Transaction, UserRow

Fault = dict[str, Any]


def start_of(transaction: Transaction, row: UserRow | None) -> Snapshot | None:
    """The snapshot from which a replay of the user's log starts; None if the log is whole."""
    stored = transaction.snapshot(row.user) if row and row.compacted is not None else None
    return snapshot_of(stored.body) if stored else None


def past_of(
    transaction: Transaction, rows: Mapping[str, UserRow], keys: Iterable[EventKey]
) -> dict[EventKey, Compacted]:
    """Those of the events that are in a snapshot; asks the store only for users who have one."""
    asked = [key for key in keys if key[0] in rows and rows[key[0]].compacted is not None]
    return transaction.compacted(asked) if asked else {}


def lateness(
    transaction: Transaction, event: Event, row: UserRow | None, past: Mapping[EventKey, Compacted]
) -> list[Fault]:
    """Why a new event comes too late: it, or what it retracts, is from before the user's snapshot.

    What was taken out before it was compacted may be retracted again: that is as once.
    """
    if row is None or row.compacted is None:
        return []
    since = format_instant(row.compacted)
    if event.time < row.compacted:
        message = f"is before {since}: the log of this user until then is compacted, and nothing is added to it"
        return [{"field": "time", "message": message, "code": "compacted"}]
    target = (event.user, event.data["source"], event.data["id"]) if event.type == EVENT_RETRACTED else None
    if target and target in past and not transaction.retractions_of([target]):
        message = f"names an event from before {since}: the log until then is compacted, and nothing is taken out of it"
        return [{"field": "data.id", "message": message, "code": "compacted"}]
    return []
