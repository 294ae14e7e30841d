"""All that is stored, for who takes it elsewhere or asks what is known of a user."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

from ..calendar import format_instant
from ..cloudevents import event_json
from ..model import RuleSet
from ..reconcile import renamed
from ..store.protocol import Store, Transaction, UserRow, pages
from .restoring import exported

MOST = 10_000
"""Notifications that an export of one user holds: more than are kept."""


def everybody(store: Store) -> list[str]:
    """The ids of all users."""
    with store.reading() as transaction:
        return [name for page in pages(transaction) for name in page]


def export(store: Store) -> Iterator[dict[str, Any]]:
    """Every entry of every log as a CloudEvent, user by user, in order, calls included, snapshots first."""
    for name in everybody(store):
        with store.reading() as transaction:
            start = exported(transaction, transaction.lock([name]).get(name))
            entries = transaction.events(name)
        yield from (event_json(event) for event in ([start] if start else []) + entries)


def export_user(transaction: Transaction, rules: RuleSet, user: str, hidden: Set[str]) -> dict[str, Any]:
    """All that is stored of one user, as plain values; failures of hidden badges are left out."""
    row = transaction.lock([user]).get(user)
    own = [renamed(rules, award) for award in transaction.awards(user)]
    return {
        "user": user,
        "attributes": dict(row.attributes) if row else {},
        "events": [event_json(event) for event in transaction.events(user)],
        "compacted": _compacted(transaction, row),
        "awards": [
            {
                "badge": award.badge,
                "tier": award.tier,
                "occurrence": award.occurrence,
                "awarded_at": format_instant(award.awarded_at),
                "event": {"source": award.source, "id": award.id},
                "metadata": dict(award.metadata),
                "rules_version": award.rules_version,
                "by_call": award.by_call,
                "kept": award.kept,
            }
            for award in own
        ],
        "failures": [
            {"badge": f.badge, "event": {"source": f.source, "id": f.id}, "message": f.message}
            for f in transaction.failures(user)
            if f.badge not in hidden
        ],
        "webhooks": [
            {"type": d.type, "badge": d.badge, "at": format_instant(d.at), "state": d.state}
            for d in transaction.outbox.of_user(user)
            if d.badge not in hidden
        ],
        "notifications": _notifications(transaction, user, hidden),
        "muted": [kind for feed in transaction.feeds.of([user]).values() for kind in feed.muted],
    }


def _notifications(transaction: Transaction, user: str, hidden: Set[str]) -> list[dict[str, Any]]:
    """What the user was told, oldest first, without words."""
    return [
        {
            "id": notice.number,
            "kind": notice.kind,
            "at": format_instant(notice.at),
            "read_at": None if notice.read_at is None else format_instant(notice.read_at),
            "items": [dict(item) for item in notice.items if item["badge"] not in hidden],
        }
        for notice in transaction.feeds.since(user, 0, MOST)
    ]


def _compacted(transaction: Transaction, row: UserRow | None) -> dict[str, Any] | None:
    """What is told of the entries that have been compacted; None if the log is whole."""
    stored = transaction.snapshot(row.user) if row and row.compacted is not None else None
    if stored is None:
        return None
    keys = [entry.key for entry in transaction.compacted_of(stored.user)]
    events = [{"source": source, "id": id} for _, source, id in keys]
    return {
        "until": format_instant(stored.until),
        "entries": stored.entries,
        "types": list(stored.types),
        "events": events,
    }
