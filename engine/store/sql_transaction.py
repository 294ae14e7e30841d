"""A transaction in SQL that SQLite and PostgreSQL both understand; every query is led by the users it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from msgspec import Struct

from ..model import EVENT_RETRACTED, Award, Event, Failure, Number, Position
from . import nearby, rows, tables
from .backend import Backend, Connection, Wanted
from .boards import EVER, Board, board_of, by_held, by_metric
from .gathering import AWARDS_ORDER, ENTRIES, NOBODY, Gathering, sizes
from .packing import Packed, placed
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
from .sql_feeds import SqlFeeds
from .sql_outbox import SqlOutbox
from .tables import Table, chunks, distinct, holes

_INSTANTS = {"events": "time", "awards": "awarded_at"}
_COUNT_ERASURE = """INSERT INTO meta (name, value) VALUES ('erased', '1')
ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT)"""


class _Stored(Struct):
    """A user as a transaction has read it."""

    row: UserRow
    packed: Packed | None
    cells: str | None
    """As they stand in the row."""
    _near: nearby.Near | None = None

    @classmethod
    def of(cls, row: Row) -> _Stored:
        return cls(rows.user_of(row), Packed.of(row[-2]), row[-1])

    @property
    def near(self) -> nearby.Near | None:
        """The cells that stand in the row; read when they are asked for."""
        if self._near is None:
            self._near = nearby.near(self.cells)
        return self._near

    def is_moved_to(self, row: UserRow) -> bool:
        """Whether nothing but the place in the log differs."""
        before = self.row
        return (
            before.badges == row.badges
            and before.points == row.points
            and before.attributes == row.attributes
            and before.semantics == row.semantics
            and before.retractions == row.retractions
            and before.compacted == row.compacted
            and before.settled == row.settled
            and before.acted == row.acted
        )


class SqlTransaction:
    """Reads and writes within one transaction of a database."""

    def __init__(self, backend: Backend, writes: bool, connection: Connection) -> None:
        self._backend = backend
        self._writing = writes
        self._connection = connection
        self._rows = connection.rows
        self._users: dict[str, _Stored] = {}
        """As this transaction sees them, which nobody else changes meanwhile."""
        self._absent: set[str] = set()
        """Users who were asked for, and not found."""
        self._gathered = NOBODY
        self._expected: dict[EventKey, Row | None] = {}
        """Events that were asked for together with their users: what there was of them then."""
        self._feeds: dict[str, Row | None] = {}
        """The same of users' feeds."""

    @property
    def feeds(self) -> SqlFeeds:
        return SqlFeeds(self._connection, self._writing, self._feeds)

    @property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._backend, self._connection, self._writing)

    # one user's part
    def gather(self, users: Sequence[str]) -> None:
        self._gathered = Gathering(self._rows, users)

    def expect(self, keys: Sequence[EventKey]) -> None:
        if self._backend.is_far and keys:
            [events] = self._ask({key[0] for key in keys}, [(tables.EVENTS, keys, False)])
            self._expected = {**dict.fromkeys(keys), **{row[:3]: row for row in events}}

    def lock(self, users: Sequence[str]) -> dict[str, UserRow]:
        found = self._stored(users)
        missing = [user for user in users if user not in found]
        if self._writing and missing and self._connection.reserve(missing):
            self._ask(missing, [])
            made = self._stored(missing)
            found |= made
            self._expected = {key: row for key, row in self._expected.items() if key[0] not in made}
        return {user: stored.row for user, stored in found.items()}

    def _ask(self, users: Collection[str], more: Sequence[Wanted]) -> list[list[Row]]:
        """Ask for users, their feeds and more at once; what there is of the more."""
        keys = [(user,) for user in users]
        self._absent.difference_update(users)
        asked: list[Wanted] = [(tables.USERS, keys, self._writing), (tables.FEEDS, keys, False), *more]
        locked, feeds, *rest = self._connection.find_all(asked)
        self._note(keys, locked)
        self._feeds.update({**dict.fromkeys(users), **{row[0]: row for row in feeds}})
        return rest

    def _stored(self, users: Sequence[str]) -> dict[str, _Stored]:
        """Those of the users that exist."""
        known, absent = self._users, self._absent
        unknown = [(user,) for user in users if user not in known and user not in absent]
        if unknown:
            self._note(unknown, self._connection.find(tables.USERS, unknown, locked=self._writing))
        return {user: known[user] for user in users if user in known}

    def _note(self, asked: Sequence[tuple[str]], found: Sequence[Row]) -> None:
        """Remember who was found and who was not."""
        self._users.update((row[0], _Stored.of(row)) for row in found)
        self._absent.update(user for (user,) in asked if user not in self._users)

    def known(self, keys: Sequence[EventKey]) -> dict[EventKey, StoredEvent]:
        found = self._find(tables.EVENTS, [key for key in keys if key not in self._expected])
        found += [row for row in map(self._expected.get, keys) if row]
        return {row[:3]: rows.event_of(row) for row in found}

    def retractions_of(self, keys: Sequence[EventKey]) -> set[EventKey]:
        return set(self._find(tables.RETRACTIONS, keys))

    def heads(self, users: Sequence[str], keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        heads: dict[str, dict[str, Any]] = {user: {} for user in users}
        apart = []
        for user, stored in self._stored(users).items():
            if stored.packed is None:
                apart.append(user)
            else:
                heads[user] = stored.packed.some(keys)
        for some in chunks(apart, 1):
            for part in chunks(keys, 1):
                which = f"user_id IN ({holes(len(some))}) AND key IN ({holes(len(part))})"
                found = self._rows(f"SELECT user_id, key, body FROM states WHERE {which}", (*some, *part))
                for user, key, body in found:
                    heads[user][key] = rows.unpack(body)
        return heads

    def all_heads(self, user: str) -> dict[str, Any]:
        stored = self._stored([user]).get(user)
        if stored is None or stored.packed is not None:
            return dict(stored.packed.heads) if stored and stored.packed else {}
        gathered = self._gathered.of(tables.STATES, user)
        if gathered is not None:
            return {row[1]: rows.unpack(row[2]) for row in gathered}
        found = self._rows("SELECT key, body FROM states WHERE user_id = ?", (user,))
        return {key: rows.unpack(body) for key, body in found}

    def cell(self, user: str, metric: str, key: str) -> Any:
        near = self._near(user, metric)
        if near is not None:
            return near.get(key)
        found = self._connection.find(tables.CELLS, [(user, metric, key)])
        return rows.unpack(found[0][3]) if found else None

    def cells_among(self, keys: Collection[CellKey]) -> dict[CellKey, Any]:
        self._stored(sorted({key[0] for key in keys}))
        far = [key for key in keys if self._near(*key[:2]) is None]
        found = {row[:3]: rows.unpack(row[3]) for row in self._find(tables.CELLS, sorted(far))}
        for key in keys:
            near = self._near(*key[:2])
            if near and key[2] in near:
                found[key] = near[key[2]]
        return found

    def scattered(self, users: Sequence[str]) -> list[str]:
        return [user for user, stored in self._stored(users).items() if nearby.may_be_far(stored.cells)]

    def cells(self, user: str, metric: str | None = None) -> dict[tuple[str, str], Any]:
        near = self._near_of(user)
        if near is not None and metric is not None:
            near = {metric: near.get(metric, {})}
        found = {(name, key): body for name, some in (near or {}).items() for key, body in (some or {}).items()}
        return found if nearby.are_all_near(near) else found | self._far(user, metric)

    def _near_of(self, user: str) -> nearby.Near | None:
        """The cells in a user's row; None if all stand in ``cells``."""
        stored = self._users.get(user) or self._stored([user]).get(user)
        return stored.near if stored else {}

    def _near(self, user: str, metric: str) -> Mapping[str, Any] | None:
        """The cells of a user's metric, if they stand in the user's row."""
        near = self._near_of(user)
        return None if near is None else near.get(metric, {})

    def _far(self, user: str, metric: str | None) -> dict[tuple[str, str], Any]:
        """The cells of a user, or of one metric, that do not stand in the user's row."""
        gathered = self._gathered.of(tables.CELLS, user) if metric is None else None
        if gathered is not None:
            return {(row[1], row[2]): rows.unpack(row[3]) for row in gathered}
        which, among = ("user_id = ?", (user,)) if metric is None else ("user_id = ? AND metric = ?", (user, metric))
        found = self._rows(f"SELECT metric, key, body FROM cells WHERE {which}", among)
        return {(metric, key): rows.unpack(body) for metric, key, body in found}

    def awards(self, user: str, badge: str | None = None) -> list[Award]:
        gathered = self._gathered.of(tables.AWARDS, user) if badge is None else None
        if gathered is not None:
            return list(map(rows.award_of, gathered))
        which, among = ("user_id = ?", (user,)) if badge is None else ("user_id = ? AND badge = ?", (user, badge))
        sql = f"SELECT {tables.AWARDS.columns} FROM awards WHERE {which} ORDER BY {AWARDS_ORDER}"
        return [rows.award_of(row) for row in self._rows(sql, among)]

    def events(self, user: str) -> list[Event]:
        gathered = self._gathered.of(ENTRIES, user)
        if gathered is None:
            sql = f"SELECT {ENTRIES.columns} FROM events WHERE user_id = ? ORDER BY time, source, id"
            gathered = self._rows(sql, (user,))
        return rows.events_of(gathered)

    def sizes(self, users: Sequence[str]) -> dict[str, int]:
        return sizes(self._rows, ENTRIES, users)

    def log(self, user: str) -> list[StoredEvent]:
        sql = f"SELECT {tables.EVENTS.columns} FROM events WHERE user_id = ? ORDER BY time, source, id"
        return [rows.event_of(row) for row in self._rows(sql, (user,))]

    def since(self, user: str, position: Position, limit: int) -> list[StoredEvent]:
        which = "user_id = ? AND (time, source, id) > (?, ?, ?)"
        sql = f"SELECT {tables.EVENTS.columns} FROM events WHERE {which} ORDER BY time, source, id LIMIT ?"
        return [rows.with_undo(row) for row in self._rows(sql, (user, *position, limit))]

    def newest(self, user: str, types: Sequence[str] | None, limit: int) -> list[StoredEvent]:
        which = "user_id = ?" if types is None else f"user_id = ? AND type IN ({holes(len(types))})"
        order = "ORDER BY time DESC, source DESC, id DESC LIMIT ?"
        sql = f"SELECT {tables.EVENTS.columns} FROM events WHERE {which} {order}"
        return [rows.event_of(row) for row in self._rows(sql, (user, *(types or ()), limit))]

    def snapshot(self, user: str) -> StoredSnapshot | None:
        found = self._gathered.of(tables.SNAPSHOTS, user)
        if found is None:
            found = self._rows(f"SELECT {tables.SNAPSHOTS.columns} FROM snapshots WHERE user_id = ?", (user,))
        return rows.snapshot_of(found[0]) if found else None

    def compacted(self, keys: Sequence[EventKey]) -> dict[EventKey, Compacted]:
        return {row[:3]: rows.compacted_of(row) for row in self._find(tables.COMPACTED, keys)}

    def compacted_of(self, user: str) -> list[Compacted]:
        sql = f"SELECT {tables.COMPACTED.columns} FROM compacted WHERE user_id = ? ORDER BY source, id"
        return [rows.compacted_of(row) for row in self._rows(sql, (user,))]

    def compact(
        self, snapshot: StoredSnapshot, entries: Sequence[Compacted], retracted: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._gathered.forget([snapshot.user])
        self._expected = {}
        self._put(tables.SNAPSHOTS, [rows.snapshot_row(snapshot)])
        self._put(tables.COMPACTED, [rows.compacted_row(entry) for entry in entries])
        self._drop(tables.EVENTS, [entry.key for entry in entries])
        self._put(tables.RETRACTIONS, [(snapshot.user, *target) for target in retracted])
        self._run(_COUNT_ERASURE)

    def failures(self, user: str) -> list[Failure]:
        gathered = self._gathered.of(tables.FAILURES, user)
        if gathered is None:
            order = "ORDER BY badge, source, id"
            sql = f"SELECT {tables.FAILURES.columns} FROM failures WHERE user_id = ? {order}"
            gathered = self._rows(sql, (user,))
        return [rows.failure_of(row) for row in gathered]

    def save(self, changes: Sequence[Changes]) -> None:
        self._check_writing()
        self._expected = {}
        self._gathered.forget([change.row.user for change in changes])
        if rebuilt := [change.row.user for change in changes if change.rebuilt]:
            self._clear(rebuilt)
        self._save_events([stored for change in changes for stored in change.events])
        self._save_users(changes)
        if again := [(rows.undo_text(u), c.row.user, *key) for c in changes for key, u in c.undo.items()]:
            self._connection.update(tables.EVENTS, ("undo",), again)
        self._save_awards(changes)
        failed = [rows.failure_row(c.row.user, failure) for c in changes for failure in c.failures]
        if failed:
            failures = distinct(tables.FAILURES, reversed(failed))
            self._connection.write(tables.insert_failures, tables.FAILURES, failures)

    def _clear(self, users: Sequence[str]) -> None:
        for table in (tables.STATES, tables.CELLS, tables.FAILURES):
            for part in chunks(users, 1):
                self._run(f"DELETE FROM {table.name} WHERE user_id IN ({holes(len(part))})", part)

    def _save_users(self, changes: Sequence[Changes]) -> None:
        """Rows of users with heads and cells; most entries only move a user on, which touches no index."""
        before = self._stored([change.row.user for change in changes])
        moved, others, states, gone, far = list[Row](), list[Row](), list[Row](), list[Row](), list[Row]()
        for change in changes:
            user = change.row.user
            stored = before.get(user)
            place = placed(change, stored.packed if stored else Packed({}))
            cells, beside = nearby.placed(change, stored.cells if stored else nearby.NONE)
            if stored and stored.is_moved_to(change.row):
                moved.append((*change.row.position, change.row.offset, place.column, cells, user))
            else:
                others.append((*rows.user_row(change.row), place.column, cells))
            far += beside
            states += place.states
            gone += place.gone
            self._users.pop(user, None)
            self._absent.discard(user)
        if moved:
            self._connection.update(tables.USERS, tables.MOVED, sorted(moved, key=itemgetter(-1)))
        self._put(tables.USERS, others)
        self._drop(tables.STATES, gone)
        self._put(tables.STATES, states)
        self._save_cells(far)

    def _save_events(self, events: Sequence[StoredEvent]) -> None:
        if not events:
            return
        self._connection.insert(tables.EVENTS, sorted(map(rows.event_row, events), key=_key_of_event))
        retracting = (stored.event for stored in events if stored.event.type == EVENT_RETRACTED)
        self._put(tables.RETRACTIONS, [(event.user, event.data["source"], event.data["id"]) for event in retracting])

    def _save_cells(self, cells: Sequence[Row]) -> None:
        self._drop(tables.CELLS, [cell[:3] for cell in cells if cell[3] is None])
        self._put(tables.CELLS, [(*cell[:3], rows.pack(cell[3])) for cell in cells if cell[3] is not None])

    def _save_awards(self, changes: Sequence[Changes]) -> None:
        self._drop(tables.AWARDS, [(c.row.user, *rows.award_key(key)) for c in changes for key in c.dropped])
        self._put(tables.AWARDS, [rows.award_row(c.row.user, award) for c in changes for award in c.awards])

    def erase(self, user: str) -> bool:
        self.lock([user])
        self._users.pop(user, None)
        self._expected, self._feeds = {}, {}
        self._gathered.forget([user])
        found = sum(self._run(f"DELETE FROM {table.name} WHERE user_id = ?", (user,)) for table in tables.OF_USERS)
        if found:
            self._run(_COUNT_ERASURE)
        return found > 0

    # across users
    def users(self, after: str = "", limit: int = 1000) -> list[str]:
        sql = "SELECT user_id FROM users WHERE user_id > ? ORDER BY user_id LIMIT ?"
        return [user for (user,) in self._rows(sql, (after, limit))]

    def older(self, until: int, after: str, limit: int) -> list[str]:
        has = "SELECT 1 FROM events e WHERE e.user_id = u.user_id AND e.time < ?"
        sql = f"SELECT user_id FROM users u WHERE user_id > ? AND EXISTS ({has}) ORDER BY user_id LIMIT ?"
        return [user for (user,) in self._rows(sql, (after, until, limit))]

    def outdated(self, semantics: str, limit: int) -> list[str]:
        sql = "SELECT user_id FROM users WHERE semantics < ? OR semantics > ? LIMIT ?"
        return [user for (user,) in self._rows(sql, (semantics, semantics, limit))]

    def counts(self) -> dict[str, int]:
        names = ("users", "events", "awards", "failures")
        figures = ", ".join(f"(SELECT COUNT(*) FROM {name})" for name in names)
        return dict(zip(names, self._rows(f"SELECT {figures}")[0], strict=True))

    def acted(self) -> int:
        figures = "(SELECT COUNT(*) FROM users) - (SELECT COUNT(*) FROM users WHERE acted = 0)"
        return int(self._rows(f"SELECT {figures}")[0][0])

    def holders(self) -> dict[str, int]:
        return dict(self._rows("SELECT badge, COUNT(DISTINCT user_id) FROM awards GROUP BY badge"))

    def rank_metric(self, key: str, now: int, limit: int, users: Sequence[str] = ()) -> list[Ranked]:
        return self._rank(by_metric(key, now), limit, users)

    def rank_held(
        self, by: str, since: int | None, until: int | None, limit: int, users: Sequence[str] = ()
    ) -> list[Ranked]:
        return self._rank(by_held(by, since, until), limit, users)

    def above(self, board: Mapping[str, Any], value: Number) -> int:
        return int(self._rows(*board_of(board).above(value))[0][0])

    def _rank(self, board: Board, limit: int, users: Sequence[str]) -> list[Ranked]:
        return [
            Ranked(user, name, rows.number(value)) for user, name, value in self._rows(*board.ranking(limit, users))
        ]

    def activity(self, since: int) -> dict[str, dict[str, Any]]:
        marks = {"events": ("type", "time"), "awards": ("badge", "awarded_at"), "failures": ("badge", "time")}
        return {table: self._lately(table, *columns, since) for table, columns in marks.items()}

    def _lately(self, table: str, name: str, instant: str, since: int) -> dict[str, dict[str, int]]:
        which = f"{instant} >= ? AND {instant} < ?"  # with both bounds SQLite reads a part of the index, not the table
        sql = f"SELECT {name}, COUNT(*), MAX({instant}) FROM {self._source(table)} WHERE {which} GROUP BY {name}"
        return {label: {"count": count, "last": last} for label, count, last in self._rows(sql, (since, EVER))}

    def flow(self, since: int, until: int, width: int) -> dict[str, dict[int, int]]:
        return {table: self._flow(table, at, since, until, width) for table, at in _INSTANTS.items()}

    def _flow(self, table: str, at: str, since: int, until: int, width: int) -> dict[int, int]:
        sql = f"SELECT ({at} - ?) / ?, COUNT(*) FROM {self._source(table)} WHERE {at} >= ? AND {at} < ? GROUP BY 1"
        return {int(step): count for step, count in self._rows(sql, (since, width, since, until))}

    def _source(self, table: str) -> str:
        """What is read of a table where only instants matter."""
        return self._backend.entries if table == "events" else table

    def failing(self, limit: int) -> list[dict[str, Any]]:
        sql = "SELECT badge, COUNT(*) FROM failures GROUP BY badge ORDER BY COUNT(*) DESC, badge LIMIT ?"
        return [rows.failing_of(count, self._last_failure(badge)) for badge, count in self._rows(sql, (limit,))]

    def _last_failure(self, badge: str) -> Row:
        order = "ORDER BY time DESC, user_id, source, id LIMIT 1"
        return self._rows(f"SELECT {tables.FAILURES.columns}, time FROM failures WHERE badge = ? {order}", (badge,))[0]

    def touched(self, users: Sequence[str], types: Sequence[str], badges: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for part in chunks(users, 1):
            for table, column, values in (("awards", "badge", badges), ("events", "type", types)):
                rest = [user for user in part if user not in found]
                found.update(self._having(table, column, rest, values) if values else ())
            found.update(self._had([user for user in part if user not in found], set(types)))
        return found

    def _had(self, users: Sequence[str], types: set[str]) -> Iterator[str]:
        sql = f"SELECT user_id, types FROM snapshots WHERE user_id IN ({holes(len(users))})"
        return (user for user, had in self._rows(sql, users) if types.intersection(had.split()))

    def _having(self, table: str, column: str, users: Sequence[str], values: Sequence[str]) -> Iterator[str]:
        has = f"SELECT 1 FROM {table} t WHERE t.user_id = u.user_id AND t.{column} IN ({holes(len(values))})"
        sql = f"SELECT u.user_id FROM users u WHERE u.user_id IN ({holes(len(users))}) AND EXISTS ({has})"
        return (user for (user,) in self._rows(sql, (*users, *values)))

    def points(self, worth: Mapping[tuple[str, str | None], Number]) -> None:
        self._run("DELETE FROM worth")
        self._put(tables.WORTH, [(badge, tier or "", rows.ranked(value)) for (badge, tier), value in worth.items()])

    # the rule set, keys, audit
    def versions(self, limit: int = 50) -> list[Version]:
        sql = f"SELECT {tables.VERSIONS.columns} FROM versions ORDER BY number DESC LIMIT ?"
        return [rows.version_of(row) for row in self._rows(sql, (limit,))]

    def current(self) -> tuple[int, str] | None:
        found = self._connection.current()
        return (found[0], found[1]) if found else None

    def put_version(self, version: Version) -> Version:
        newest = self._connection.rows(tables.CURRENT)
        numbered = replace(version, number=newest[0][0] + 1 if newest else 1)
        self._check_writing()
        self._connection.insert(tables.VERSIONS, [rows.version_row(numbered)])
        return numbered

    def record(self, record: AuditRecord) -> None:
        columns = ", ".join(tables.AUDIT.rest)
        self._run(f"INSERT INTO audit ({columns}) VALUES ({holes(6)})", rows.audit_row(record))

    def audit(self, limit: int, before: int | None = None) -> list[AuditRecord]:
        which, among = ("", ()) if before is None else ("WHERE number < ?", (before,))
        sql = f"SELECT {tables.AUDIT.columns} FROM audit {which} ORDER BY number DESC LIMIT ?"
        return [rows.audit_of(row) for row in self._rows(sql, (*among, limit))]

    def keys(self) -> list[KeyRow]:
        return [rows.key_of(row) for row in self._rows(f"SELECT {tables.KEYS.columns} FROM keys ORDER BY name")]

    def put_key(self, key: KeyRow) -> None:
        self._put(tables.KEYS, [rows.key_row(key)])

    def drop_key(self, name: str) -> bool:
        return self._run("DELETE FROM keys WHERE name = ?", (name,)) > 0

    def use_key(self, name: str, hash: str, at: int) -> None:
        self._run("UPDATE keys SET last_used_at = ? WHERE name = ? AND hash = ?", (at, name, hash))

    def size(self) -> int:
        return int(self._rows(self._backend.size)[0][0])

    # erasures, counted so that none is forgotten between the deletion and the clearing of the files
    def erasures(self) -> tuple[int, int]:
        """How many there have been, and up to which one the files are clear."""
        marks: dict[str, str] = dict(self._rows("SELECT name, value FROM meta WHERE name IN ('erased', 'scrubbed')"))
        return int(marks.get("erased", 0)), int(marks.get("scrubbed", 0))

    def scrubbed(self, erasures: int) -> None:
        """Up to this erasure the files are clear."""
        if erasures > self.erasures()[1]:
            self._put(tables.META, [("scrubbed", str(erasures))])

    def _find(self, table: Table, keys: Sequence[Row]) -> list[Row]:
        return self._connection.find(table, keys) if keys else []

    def _put(self, table: Table, new: Sequence[Row]) -> None:
        if new:
            self._check_writing()
            self._connection.put(table, distinct(table, new))

    def _drop(self, table: Table, keys: Sequence[Row]) -> None:
        if keys:
            self._check_writing()
            self._connection.drop(table, distinct(table, keys))

    def _run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        self._check_writing()
        return self._connection.run(sql, parameters)

    def _check_writing(self) -> None:
        if not self._writing:
            raise RuntimeError("a reading transaction does not write")


_key_of_event = itemgetter(0, 1, 2)
