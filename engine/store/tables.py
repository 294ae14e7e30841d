"""The tables as they are today, and the statements that write rows to them, many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")
VARIABLES = 3_000
"""How many parameters a statement gets at most: SQLite allows 32,766, PostgreSQL 65,535; shorter ones are reused."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table: its key, led by the user where rows belong to one, and its other columns."""

    name: str
    key: tuple[str, ...]
    rest: tuple[str, ...] = ()

    @property
    def columns(self) -> str:
        """All columns, in the order of the rows."""
        return ", ".join((*self.key, *self.rest))

    @property
    def same(self) -> str:
        """That a row has a certain key."""
        return " AND ".join(f"{column} = ?" for column in self.key)


Statement = Callable[[Table, int], str]
"""A statement of a table for so many rows."""

USERS = Table(
    "users",
    ("user_id",),
    (
        "time",
        "source",
        "id",
        "zone_offset",
        "attributes",
        "semantics",
        "badges",
        "points",
        "retractions",
        "name",
        "listed",
        "compacted",
        "settled",
        "acted",
        "heads",
        "cells",
    ),
)
MOVED = ("time", "source", "id", "zone_offset", "heads", "cells")
"""The columns that move a user on to the newest entry and to the state that it made: all that most entries change."""
EVENTS = Table(
    "events",
    ("user_id", "source", "id"),
    ("type", "time", "zone_offset", "data", "timeless", "received_at", "receipt", "undo"),
)
RETRACTIONS = Table("retractions", ("user_id", "source", "id"))
SNAPSHOTS = Table("snapshots", ("user_id",), ("until", "entries", "types", "body"))
COMPACTED = Table("compacted", ("user_id", "source", "id"), ("digest", "receipt"))
STATES = Table("states", ("user_id", "key"), ("body", "value", "expires_at"))
CELLS = Table("cells", ("user_id", "metric", "key"), ("body",))
AWARDS = Table(
    "awards",
    ("user_id", "badge", "tier", "occurrence"),
    ("awarded_at", "source", "id", "metadata", "rules_version", "badge_version", "by_call", "kept"),
)
FAILURES = Table("failures", ("user_id", "badge", "source", "id"), ("message",))
WORTH = Table("worth", ("badge", "tier"), ("points",))
VERSIONS = Table("versions", ("number",), ("version", "files", "applied_at", "applied_by"))
AUDIT = Table("audit", ("number",), ("at", "actor", "action", "user_id", "badge", "detail"))
KEYS = Table("keys", ("name",), ("hash", "scopes", "created_at", "last_used_at"))
ENDPOINTS = Table(
    "endpoints",
    ("id",),
    (
        "url",
        "secret",
        "created_at",
        "types",
        "badges",
        "description",
        "enabled",
        "reason",
        "old_secret",
        "old_until",
        "failures",
        "paused_until",
        "delivered_at",
    ),
)
DELIVERIES = Table(
    "deliveries",
    (),
    (
        "endpoint",
        "message",
        "type",
        "at",
        "body",
        "user_id",
        "badge",
        "state",
        "since",
        "next_at",
        "leased_until",
        "tries",
        "tried_at",
        "status",
        "error",
    ),
)
"""The database numbers them."""
FEEDS = Table("feeds", ("user_id",), ("number", "muted"))
NOTICES = Table("notices", ("user_id", "number"), ("kind", "at", "items", "read_at"))
TOLD = Table("told", ("user_id", "kind", "about", "tier"), ("lap", "level"))
REMINDERS = Table("reminders", ("user_id", "metric"), ("expires_at",))
META = Table("meta", ("name",), ("value",))

CURRENT = "SELECT number, version FROM versions ORDER BY number DESC LIMIT 1"
"""The rule set in service."""

OF_USERS = (
    *(USERS, EVENTS, RETRACTIONS, SNAPSHOTS, COMPACTED, STATES, CELLS, AWARDS, FAILURES, AUDIT, DELIVERIES),
    *(FEEDS, NOTICES, TOLD, REMINDERS),
)
"""The tables with rows that name a user."""


def holes(count: int) -> str:
    """Places for parameters: ``?, ?, ?``; for none NULL, which is in no list."""
    return ", ".join("?" * count) or "NULL"


@lru_cache(maxsize=512)
def insert(table: Table, count: int) -> str:
    """Insert rows that must be new."""
    return f"INSERT INTO {table.name} ({table.columns}) {values(table, count)}"


def values(table: Table, count: int = 1) -> str:
    """Places for rows of a table."""
    return f"VALUES {_tuples(len(table.key) + len(table.rest), count)}"


@lru_cache(maxsize=512)
def upsert(table: Table, count: int) -> str:
    """Insert rows, or replace those with the same key."""
    sets = ", ".join(f"{column} = excluded.{column}" for column in table.rest)
    action = f"UPDATE SET {sets}" if sets else "NOTHING"
    return f"{insert(table, count)} ON CONFLICT ({', '.join(table.key)}) DO {action}"


@lru_cache(maxsize=512)
def delete(table: Table) -> str:
    """Delete a row by its key."""
    return f"DELETE FROM {table.name} WHERE {table.same}"


@lru_cache(maxsize=512)
def update(table: Table, columns: tuple[str, ...]) -> str:
    """Set columns of a row, which are followed by its key."""
    return f"UPDATE {table.name} SET {', '.join(f'{column} = ?' for column in columns)} WHERE {table.same}"


@lru_cache(maxsize=512)
def select(table: Table, count: int, ending: str = "") -> str:
    """Rows by their keys."""
    if count == 1:
        return f"SELECT {table.columns} FROM {table.name} AS t WHERE {table.same}{ending}"
    wanted = f"WITH wanted ({', '.join(table.key)}) AS (VALUES {_tuples(len(table.key), count)})"
    return f"{wanted} {matching(table)}{ending}"


def matching(table: Table) -> str:
    """Rows that have the keys in the small table ``wanted``."""
    chosen = ", ".join("t." + column for column in (*table.key, *table.rest))
    same = " AND ".join(f"t.{column} = wanted.{column}" for column in table.key)
    return f"SELECT {chosen} FROM wanted CROSS JOIN {table.name} AS t WHERE {same}"


@lru_cache(maxsize=512)
def insert_failures(table: Table, count: int) -> str:
    """Insert failures with the times of their events; of one badge on one event the first stays."""
    values = f"WITH failed ({table.columns}) AS (VALUES {_tuples(5, count)})"
    chosen = ", ".join("failed." + column for column in (*table.key, *table.rest))
    return (
        f"{values} INSERT INTO failures ({table.columns}, time) "
        f"SELECT {chosen}, COALESCE(events.time, 0) FROM failed LEFT JOIN events "
        "ON events.user_id = failed.user_id AND events.source = failed.source AND events.id = failed.id "
        "WHERE true ON CONFLICT DO NOTHING"
    )


def distinct(table: Table, rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """One row a key, the last one given, by key: writers that touch the same rows do so in the same order."""
    rows = list(rows)
    if len(rows) < 2:
        return rows
    by_key = {row[: len(table.key)]: row for row in rows}
    return [by_key[key] for key in sorted(by_key)]


def chunks(items: Sequence[T], width: int) -> Iterator[list[T]]:
    """Parts small enough for one statement, when every item takes so many parameters."""
    rest = iter(items)
    while part := list(islice(rest, VARIABLES // width)):
        yield part


def _tuples(width: int, count: int) -> str:
    return ", ".join([f"({holes(width)})"] * count)
