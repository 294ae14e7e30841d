"""What keeps the store true: replaying all to compare, export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from ..calendar import format_instant
from ..cloudevents import event_json
from ..jsontext import dumps
from ..model import Award, RuleSet
from ..progress import written
from ..reconcile import reconcile, renamed
from ..store.protocol import Store, Transaction, UserRow, pages
from . import ledger
from .history import start_of
from .parallel import Work, shared
from .rebuilding import Report
from .restoring import exported
from .rulebook import Rulebook

MOST = 10_000
"""Notifications that an export of one user holds: more than are kept."""
Current = Callable[[Transaction], RuleSet]
"""The rule set in service, as a transaction sees it."""


@dataclass(slots=True)
class VerifyReport:
    """What a replay of all logs found."""

    users: int = 0
    events: int = 0
    differences: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Awards that a replay no longer gives, and that are kept."""
    compacted: int = 0
    """Users whose replay starts from a snapshot."""


def verify(store: Store, current: Current, report: Report | None = None) -> VerifyReport:
    """Replay every user's log and compare with what is stored, on all processors where the database allows it."""
    found = VerifyReport()
    for part in shared(store, _verifier(store, current), _another):
        found.users += part.users
        found.events += part.events
        found.differences += part.differences
        found.kept += part.kept
        found.compacted += part.compacted
        if report:
            report(found.users)
    return found


def _verifier(store: Store, current: Current) -> Work[VerifyReport]:
    def verify_share(users: Sequence[str]) -> VerifyReport:
        found = VerifyReport()
        for user in users:
            with store.reading() as transaction:
                _verify_user(transaction, current(transaction), user, found)
        return found

    return verify_share


def _another(store: Store) -> Work[VerifyReport]:
    """The same in another process, which reads the rules itself."""
    return _verifier(store, Rulebook(store, lambda: 0).current)


def _verify_user(transaction: Transaction, rules: RuleSet, user: str, found: VerifyReport) -> None:
    row = transaction.lock([user]).get(user)
    if row is None:
        return
    log = [stored.event for stored in transaction.log(user)]
    found.users += 1
    found.events += len(log)
    if row.semantics != rules.semantics:
        found.differences.append(f"{user}: not yet brought to the rules in service")
        return
    stored = {award.key: award for award in transaction.awards(user)}
    start = start_of(transaction, row)
    found.compacted += start is not None
    state = reconcile(rules, user, log, stored.values(), start=start)
    for key in sorted(stored.keys() | state.awards.keys(), key=str):
        _compare_award(user, stored.get(key), state.awards.get(key), found)
    _compare(user, "metric", transaction.all_heads(user), state.heads, found)
    cells = {key: value for key, value in state.cells.changed.items() if value is not None}
    _compare(user, "cell", transaction.cells(user), cells, found)
    points = sum(ledger.points_of(rules, award) for award in state.awards.values())
    figures = (
        ("newest entry", row.position, state.position),
        ("offset", row.offset, state.offset),
        ("attributes", dict(row.attributes), state.attributes),
        ("badges held", row.badges, len({award.badge for award in state.awards.values()})),
        ("points", row.points, points),
        ("compacted until", row.compacted, start.until if start else None),
    )
    for name, held, replayed in figures:
        if held != replayed:
            found.differences.append(f"{user}: {name} is {held}, a replay gives {replayed}")


def _compare_award(user: str, stored: Award | None, replayed: Award | None, found: VerifyReport) -> None:
    award = stored or replayed
    if award is None:
        return
    name = written(award.badge, award.tier) + (f"#{award.occurrence}" if award.occurrence else "")
    if stored is None or replayed is None:
        reason = "is not held, a replay gives it" if stored is None else "is held, a replay does not give it"
        found.differences.append(f"{user}: {name} {reason}")
    elif replayed.kept:
        found.kept.append(f"{user}: {name}, awarded {format_instant(award.awarded_at)}")
    elif _told(stored) != _told(replayed):
        found.differences.append(f"{user}: {name} differs: held {_told(stored)}, a replay gives {_told(replayed)}")


def _told(award: Award) -> tuple[str, str, str, str]:
    return format_instant(award.awarded_at), award.source, award.id, dumps(dict(sorted(award.metadata.items())))


def _compare(user: str, what: str, stored: dict[Any, Any], replayed: dict[Any, Any], found: VerifyReport) -> None:
    for key in sorted(stored.keys() | replayed.keys(), key=str):
        if dumps(stored.get(key)) != dumps(replayed.get(key)):
            found.differences.append(
                f"{user}: {what} {key} is {dumps(stored.get(key))}, a replay gives {dumps(replayed.get(key))}"
            )


def everybody(store: Store) -> list[str]:
    """The ids of all users."""
    with store.reading() as transaction:
        return [name for page in pages(transaction) for name in page]


def export(store: Store) -> Iterator[dict[str, Any]]:
    """Every entry of every log as a CloudEvent, user by user, in order, calls included, snapshots first."""
    for name in everybody(store):
        with store.reading() as transaction:
            start = exported(transaction, transaction.lock([name]).get(name))
            entries = [stored.event for stored in transaction.log(name)]
        yield from (event_json(event) for event in ([start] if start else []) + entries)


def export_user(transaction: Transaction, rules: RuleSet, user: str, hidden: Set[str]) -> dict[str, Any]:
    """All that is stored of one user, as plain values; failures of hidden badges are left out."""
    row = transaction.lock([user]).get(user)
    own = [renamed(rules, award) for award in transaction.awards(user)]
    return {
        "user": user,
        "attributes": dict(row.attributes) if row else {},
        "events": [event_json(stored.event) for stored in transaction.log(user)],
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
