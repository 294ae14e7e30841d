"""A transaction over dictionaries: the same rows as a database keeps, read and replaced in place."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..model import EVENT_RETRACTED, Award, Event, Failure, Number, Position
from . import rows
from .journal import Journal, Part, Tables
from .memory_feeds import MemoryFeeds
from .memory_outbox import MemoryOutbox
from .protocol import (
    AuditRecord,
    CellKey,
    Changes,
    Compacted,
    EventKey,
    KeyRow,
    Ranked,
    StoredEvent,
    StoredSnapshot,
    UserRow,
    Version,
)
from .rows import Row

_MARKS = ("events", "awards", "failures")


class MemoryTransaction:
    """Reads and writes of the dictionaries; without a journal it only reads."""

    def __init__(self, tables: Tables, journal: Journal | None) -> None:
        self._tables = tables
        self._journal = journal
        self.feeds = MemoryFeeds(tables, self._writes)
        self.outbox = MemoryOutbox(tables, self._writes)

    # one user's part
    def expect(self, keys: Sequence[EventKey]) -> None:
        """Nothing is far here."""

    def lock(self, users: Sequence[str]) -> dict[str, UserRow]:
        known = self._tables.users
        return {user: rows.user_of(known[user]) for user in users if user in known}

    def known(self, keys: Sequence[EventKey]) -> dict[EventKey, StoredEvent]:
        found = ((key, self._tables.events.get(key[0], {}).get(key[1:])) for key in keys)
        return {key: rows.event_of(row) for key, row in found if row}

    def retractions_of(self, keys: Sequence[EventKey]) -> set[EventKey]:
        return {key for key in keys if key[1:] in self._tables.retractions.get(key[0], {})}

    def heads(self, users: Sequence[str], keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {user: _unpacked(self._tables.states.get(user, {}), keys) for user in users}

    def all_heads(self, user: str) -> dict[str, Any]:
        states = self._tables.states.get(user, {})
        return _unpacked(states, states)

    def cell(self, user: str, metric: str, key: str) -> Any:
        text = self._tables.cells.get(user, {}).get((metric, key))
        return None if text is None else rows.unpack(text)

    def cells_among(self, keys: Collection[CellKey]) -> dict[CellKey, Any]:
        found = ((key, self._tables.cells.get(key[0], {}).get(key[1:])) for key in keys)
        return {key: rows.unpack(text) for key, text in found if text is not None}

    def scattered(self, users: Sequence[str]) -> list[str]:
        return []

    def cells(self, user: str, metric: str | None = None) -> dict[tuple[str, str], Any]:
        stored = self._tables.cells.get(user, {})
        return {key: rows.unpack(text) for key, text in stored.items() if metric in (None, key[0])}

    def awards(self, user: str, badge: str | None = None) -> list[Award]:
        stored = self._tables.awards.get(user, {}).values()
        return [rows.award_of(row) for row in sorted(stored, key=_award_order) if badge in (None, row[1])]

    def gather(self, users: Sequence[str]) -> None:
        """Nothing is far here."""

    def events(self, user: str) -> list[Event]:
        stored = self._tables.events.get(user, {}).values()
        return rows.events_of([row[:7] for row in sorted(stored, key=_position)])

    def sizes(self, users: Sequence[str]) -> dict[str, int]:
        return {user: len(self._tables.events.get(user, ())) for user in users}

    def log(self, user: str) -> list[StoredEvent]:
        stored = self._tables.events.get(user, {}).values()
        return [rows.event_of(row) for row in sorted(stored, key=_position)]

    def since(self, user: str, position: Position, limit: int) -> list[StoredEvent]:
        stored = (row for row in self._tables.events.get(user, {}).values() if _position(row) > position)
        return [rows.with_undo(row) for row in heapq.nsmallest(limit, stored, key=_position)]

    def newest(self, user: str, types: Sequence[str] | None, limit: int) -> list[StoredEvent]:
        stored = (row for row in self._tables.events.get(user, {}).values() if types is None or row[3] in types)
        return [rows.event_of(row) for row in heapq.nlargest(limit, stored, key=_position)]

    def snapshot(self, user: str) -> StoredSnapshot | None:
        row = self._tables.snapshots.get(user)
        return rows.snapshot_of(row) if row else None

    def compacted(self, keys: Sequence[EventKey]) -> dict[EventKey, Compacted]:
        found = ((key, self._tables.compacted.get(key[0], {}).get(key[1:])) for key in keys)
        return {key: rows.compacted_of(row) for key, row in found if row}

    def compacted_of(self, user: str) -> list[Compacted]:
        return [rows.compacted_of(row) for _, row in sorted(self._tables.compacted.get(user, {}).items())]

    def compact(
        self, snapshot: StoredSnapshot, entries: Sequence[Compacted], retracted: Iterable[tuple[str, str]] = ()
    ) -> None:
        journal, tables, user = self._writes(), self._tables, snapshot.user
        journal.put(tables.snapshots, user, rows.snapshot_row(snapshot))
        for entry in entries:
            journal.put(journal.part(tables.compacted, user), entry.key[1:], rows.compacted_row(entry))
            journal.drop(journal.part(tables.events, user), entry.key[1:])
        for target in retracted:
            journal.put(journal.part(tables.retractions, user), target, True)

    def failures(self, user: str) -> list[Failure]:
        stored = self._tables.failures.get(user, {}).values()
        return [rows.failure_of(row) for row in sorted(stored)]

    def save(self, changes: Sequence[Changes]) -> None:
        for change in changes:
            self._save(change)

    def _save(self, change: Changes) -> None:
        journal, tables, user = self._writes(), self._tables, change.row.user
        journal.put(tables.users, user, rows.user_row(change.row))
        if change.rebuilt:
            for part in (tables.states, tables.cells, tables.failures):
                journal.drop(part, user)
        self._save_events(change)
        for key, head in change.heads.items():
            journal.put(journal.part(tables.states, user), key, rows.head_row(user, key, head))
        self._save_cells(change)
        self._save_awards(change)
        self._save_failures(change)

    def _save_events(self, change: Changes) -> None:
        journal, user = self._writes(), change.row.user
        for stored in change.events:
            row, part = rows.event_row(stored), journal.part(self._tables.events, user)
            if row[1:3] in part:
                raise ValueError(f"the event {row[2]!r} of {row[1]!r} is in the log already")
            journal.put(part, row[1:3], row)
            if stored.event.type == EVENT_RETRACTED:
                target = (stored.event.data["source"], stored.event.data["id"])
                journal.put(journal.part(self._tables.retractions, user), target, True)
        for key, undo in change.undo.items():
            part = journal.part(self._tables.events, user)
            journal.put(part, key, (*part[key][:10], rows.undo_text(undo)))

    def _save_cells(self, change: Changes) -> None:
        if not change.cells:
            return
        journal = self._writes()
        part = journal.part(self._tables.cells, change.row.user)
        for key, value in change.cells.items():
            if value is None:
                journal.drop(part, key)
            else:
                journal.put(part, key, rows.pack(value))

    def _save_awards(self, change: Changes) -> None:
        if not change.awards and not change.dropped:
            return
        journal = self._writes()
        part = journal.part(self._tables.awards, change.row.user)
        for key in change.dropped:
            journal.drop(part, rows.award_key(key))
        for award in change.awards:
            journal.put(part, rows.award_key(award.key), rows.award_row(change.row.user, award))

    def _save_failures(self, change: Changes) -> None:
        user = change.row.user
        for failure in change.failures:
            part = self._writes().part(self._tables.failures, user)
            row = rows.failure_row(user, failure)
            event = self._tables.events.get(user, {}).get(row[2:4])
            if row[1:4] not in part:
                self._writes().put(part, row[1:4], (*row, event[4] if event else 0))

    def erase(self, user: str) -> bool:
        journal = self._writes()
        found = [journal.drop(self._tables.users, user), *(journal.drop(part, user) for part in self._tables.parts)]
        journal.drop(self._tables.snapshots, user)
        found.append(journal.drop(self._tables.feeds, user))
        named = [number for number, row in self._tables.audit.items() if row[3] == user]
        found += [journal.drop(self._tables.audit, number) for number in named]
        return bool(self.outbox.erase(user)) or any(found)

    # across users
    def users(self, after: str = "", limit: int = 1000) -> list[str]:
        return heapq.nsmallest(limit, (user for user in self._tables.users if user > after))

    def older(self, until: int, after: str, limit: int) -> list[str]:
        logs = ((user, self._tables.events.get(user, {}).values()) for user in self._tables.users if user > after)
        return heapq.nsmallest(limit, (user for user, log in logs if any(row[4] < until for row in log)))

    def outdated(self, semantics: str, limit: int) -> list[str]:
        return heapq.nsmallest(limit, (user for user, row in self._tables.users.items() if row[6] != semantics))

    def counts(self) -> dict[str, int]:
        parts = {"events": self._tables.events, "awards": self._tables.awards, "failures": self._tables.failures}
        return {"users": len(self._tables.users)} | {name: sum(map(len, p.values())) for name, p in parts.items()}

    def acted(self) -> int:
        return sum(row[14] for row in self._tables.users.values())

    def holders(self) -> dict[str, int]:
        count: dict[str, int] = {}
        for part in self._tables.awards.values():
            for badge in {key[0] for key in part}:
                count[badge] = count.get(badge, 0) + 1
        return count

    def rank_metric(self, key: str, now: int, limit: int, users: Sequence[str] = ()) -> list[Ranked]:
        return self._ranked(self._by_metric(key, now), users)[:limit]

    def rank_held(
        self, by: str, since: int | None, until: int | None, limit: int, users: Sequence[str] = ()
    ) -> list[Ranked]:
        return self._ranked(self._by_held(by, since, until), users)[:limit]

    def above(self, board: Mapping[str, Any], value: Number) -> int:
        if "key" in board:
            values = self._by_metric(board["key"], board["now"])
        else:
            values = self._by_held(board["by"], board["since"], board["until"])
        return len([entry for entry in self._ranked(values, ()) if entry.value > value])

    def _ranked(self, values: Iterable[tuple[str, Number | None]], users: Sequence[str]) -> list[Ranked]:
        known = self._tables.users
        chosen = set(users)
        named = ((known[user], value) for user, value in values if value and (not chosen or user in chosen))
        entries = [Ranked(row[0], row[10], rows.number(value)) for row, value in named if row[11]]
        return sorted(entries, key=lambda entry: (-entry.value, entry.user))

    def _by_metric(self, key: str, now: int) -> Iterator[tuple[str, Number | None]]:
        for user, part in self._tables.states.items():
            _, _, _, value, expires_at = part.get(key, (None,) * 5)
            yield user, value if expires_at is None or expires_at > now else None

    def _by_held(self, by: str, since: int | None, until: int | None) -> Iterator[tuple[str, Number | None]]:
        if since is None and until is None:
            column = 7 if by == "badges" else 8
            yield from ((user, row[column]) for user, row in self._tables.users.items())
            return
        for user, part in self._tables.awards.items():
            within = [row for row in part.values() if _within(row[4], since, until)]
            yield user, self._held(within)[by]

    def _held(self, awards: Iterable[Row]) -> dict[str, Number]:
        awards = list(awards)
        points = sum(self._tables.worth.get((row[1], row[2]), 0) for row in awards)
        return {"badges": len({row[1] for row in awards}), "points": rows.ranked(points) or 0}

    def activity(self, since: int) -> dict[str, dict[str, Any]]:
        events = ((row[3], row[4]) for part in self._tables.events.values() for row in part.values())
        awards = ((row[1], row[4]) for part in self._tables.awards.values() for row in part.values())
        failures = ((row[1], row[5]) for part in self._tables.failures.values() for row in part.values())
        return {name: _lately(marks, since) for name, marks in zip(_MARKS, (events, awards, failures), strict=True)}

    def flow(self, since: int, until: int, width: int) -> dict[str, dict[int, int]]:
        parts = {"events": self._tables.events, "awards": self._tables.awards}
        times = {name: [row[4] for part in rows.values() for row in part.values()] for name, rows in parts.items()}
        return {
            name: dict(Counter((at - since) // width for at in found if since <= at < until))
            for name, found in times.items()
        }

    def failing(self, limit: int) -> list[dict[str, Any]]:
        by_badge: dict[str, list[Row]] = {}
        for row in (row for part in self._tables.failures.values() for row in part.values()):
            by_badge.setdefault(row[1], []).append(row)
        order = sorted(by_badge, key=lambda badge: (-len(by_badge[badge]), badge))
        return [rows.failing_of(len(by_badge[b]), min(by_badge[b], key=_latest_first)) for b in order[:limit]]

    def touched(self, users: Sequence[str], types: Sequence[str], badges: Sequence[str]) -> set[str]:
        had = {user: self._tables.snapshots[user][3].split() for user in users if user in self._tables.snapshots}
        return {
            user
            for user in users
            if self._has(self._tables.events, user, 3, types)
            or self._has(self._tables.awards, user, 1, badges)
            or not set(types).isdisjoint(had.get(user, ()))
        }

    def _has(self, table: Part, user: str, column: int, values: Sequence[str]) -> bool:
        return any(row[column] in values for row in table.get(user, {}).values())

    def points(self, worth: Mapping[tuple[str, str | None], Number]) -> None:
        journal, tables = self._writes(), self._tables
        for badge, tier in list(tables.worth):
            journal.drop(tables.worth, (badge, tier))
        for (badge, step), value in worth.items():
            journal.put(tables.worth, (badge, step or ""), rows.ranked(value))

    # the rule set, keys, audit
    def versions(self, limit: int = 50) -> list[Version]:
        return [rows.version_of(row) for row in list(reversed(self._tables.versions.values()))[:limit]]

    def current(self) -> tuple[int, str] | None:
        newest = next(reversed(self._tables.versions.values()), None)
        return (newest[0], newest[1]) if newest else None

    def put_version(self, version: Version) -> Version:
        numbered = replace(version, number=next(reversed(self._tables.versions), 0) + 1)
        self._writes().put(self._tables.versions, numbered.number, rows.version_row(numbered))
        return numbered

    def record(self, record: AuditRecord) -> None:
        number = next(reversed(self._tables.audit), 0) + 1
        self._writes().put(self._tables.audit, number, rows.audit_row(record))

    def audit(self, limit: int, before: int | None = None) -> list[AuditRecord]:
        numbers = (number for number in reversed(self._tables.audit) if before is None or number < before)
        return [rows.audit_of((n, *self._tables.audit[n])) for n, _ in zip(numbers, range(limit), strict=False)]

    def keys(self) -> list[KeyRow]:
        return [rows.key_of(row) for _, row in sorted(self._tables.keys.items())]

    def put_key(self, key: KeyRow) -> None:
        self._writes().put(self._tables.keys, key.name, rows.key_row(key))

    def drop_key(self, name: str) -> bool:
        return self._writes().drop(self._tables.keys, name)

    def use_key(self, name: str, hash: str, at: int) -> None:
        key = next((key for key in self.keys() if (key.name, key.hash) == (name, hash)), None)
        if key is not None:
            self.put_key(replace(key, last_used_at=at))

    def size(self) -> int:
        return 0

    def _writes(self) -> Journal:
        if self._journal is None:
            raise RuntimeError("a reading transaction does not write")
        return self._journal


def _unpacked(states: Mapping[str, Row], keys: Iterable[str]) -> dict[str, Any]:
    return {key: rows.unpack(states[key][2]) for key in keys if key in states}


def _position(event: Row) -> tuple[int, str, str]:
    return (event[4], event[1], event[2])


def _award_order(row: Row) -> tuple[Any, ...]:
    return (*row[4:7], row[1], row[2], len(row[3]), row[3])


def _latest_first(failure: Row) -> tuple[Any, ...]:
    return (-failure[5], *failure[:4])


def _within(instant: int, since: int | None, until: int | None) -> bool:
    return (since is None or instant >= since) and (until is None or instant < until)


def _lately(marks: Iterable[tuple[str, int]], since: int) -> dict[str, dict[str, int]]:
    seen: dict[str, dict[str, int]] = {}
    for name, instant in marks:
        if instant >= since:
            entry = seen.setdefault(name, {"count": 0, "last": instant})
            entry["count"] += 1
            entry["last"] = max(entry["last"], instant)
    return seen
