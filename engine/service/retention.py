"""Compacting the beginning of every log: in short batches, so that events keep being taken in meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from msgspec.structs import replace

from ..calendar import format_instant
from ..model import RuleSet
from ..reconcile import reconcile
from ..retention import agrees, as_json, compact, digest, snapshot_of
from ..store import write
from ..store.protocol import AuditRecord, Compacted, Store, StoredEvent, Transaction, UserRow
from . import replaying
from .history import start_of
from .rebuilding import REST, TURN, Report
from .restoring import stored_form

BATCH = 200
"""Users that are looked at in one transaction."""


@dataclass(slots=True)
class Retained:
    """What a run did."""

    until: int
    """Entries before this instant were compacted."""
    users: int = 0
    """Whose logs were."""
    entries: int = 0
    left: list[str] = field(default_factory=list)
    """Users whose log stays as it is: what they hold would not be the same."""


@dataclass(slots=True)
class Retention:
    """One run through the users with entries before an instant. Safe to interrupt, and to run again."""

    store: Store
    rules_of: Callable[[Transaction], RuleSet]
    until: int
    clock: Callable[[], int]

    def run(self, report: Report | None = None) -> Retained:
        """Compact what there is to compact, user by user."""
        done, after, seen = Retained(self.until), "", 0
        while True:
            began = time.monotonic()
            batch = write(self.store, partial(self._batch, after=after))
            for user, entries in batch:
                _count(done, user, entries)
            if not batch:
                return done
            after, seen = batch[-1][0], seen + len(batch)
            if report:
                report(seen)
            time.sleep((time.monotonic() - began) * REST)

    def _batch(self, transaction: Transaction, after: str) -> list[tuple[str, int | None]]:
        """Compact the logs of some users, one at least, as long as it is our turn: how many entries of whom."""
        until, done = time.monotonic() + TURN, list[tuple[str, int | None]]()
        rules = self.rules_of(transaction)
        names = transaction.older(self.until, after, BATCH)
        for user in names:
            done.append((user, self._compacted(transaction, rules, user)))
            if time.monotonic() > until:
                break
        return done

    def _compacted(self, transaction: Transaction, rules: RuleSet, user: str) -> int | None:
        """How many entries left a user's log; None if they have to stay."""
        row = transaction.lock([user]).get(user)
        if row is None:
            return 0
        if row.semantics != rules.semantics:
            replaying.refold(transaction, rules, row, self.clock())
        return compact_user(transaction, rules, row, self.until, self.clock())


def survey(store: Store, until: int) -> Retained:
    """What a run would compact; nothing is written."""
    found, after = Retained(until), ""
    while True:
        with store.reading() as transaction:
            names = transaction.older(until, after, BATCH)
            for user in names:
                _count(found, user, sum(event.time < until for event in transaction.events(user)))
        if not names:
            return found
        after = names[-1]


def _count(done: Retained, user: str, entries: int | None) -> None:
    if entries is None:
        done.left.append(user)
    elif entries:
        done.users, done.entries = done.users + 1, done.entries + entries


def compact_user(transaction: Transaction, rules: RuleSet, row: UserRow, until: int, now: int) -> int | None:
    """Put a snapshot in the place of a locked user's entries before an instant, if the user holds the same by it."""
    log, stored = transaction.log(row.user), transaction.awards(row.user)
    found = compact(rules, row.user, [entry.event for entry in log], stored, until, start_of(transaction, row))
    if found is None:
        return 0
    snapshot = snapshot_of(as_json(found))
    rest = [entry.event for entry in log if entry.event.time >= until]
    if not agrees(stored, reconcile(rules, row.user, rest, stored, start=snapshot)):
        return None
    gone = [entry for entry in log if entry.event.time < until]
    transaction.compact(stored_form(row.user, snapshot), list(map(_left, gone)))
    replaying.refold(transaction, rules, replace(row, compacted=until), now)
    return len(gone)


def _left(entry: StoredEvent) -> Compacted:
    """What is left of an entry, with the awards that were answered."""
    event = entry.event
    return Compacted((event.user, event.source, event.id), digest(event), entry.receipt)


def record_of(done: Retained, actor: str, now: int) -> AuditRecord:
    """What the audit says of a run."""
    detail = {"until": format_instant(done.until), "users": done.users, "entries": done.entries}
    return AuditRecord(now, actor, "retention", detail=detail)
