"""Endpoints and deliveries in SQL that SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..webhooks import DEAD, PENDING, Delivery, Endpoint
from . import tables
from .backend import Backend, Connection
from .outbox import Backlog
from .rows import Row
from .tables import DELIVERIES, ENDPOINTS, chunks, holes

_SELECT = f"SELECT {ENDPOINTS.columns} FROM endpoints"
_ALL = f"SELECT number, {DELIVERIES.columns} FROM deliveries"
_FIELDS = tuple(column.removesuffix("_id") for column in DELIVERIES.rest)
_PENDING = f"endpoint = ? AND state = '{PENDING}'"
_ANEW = f"UPDATE deliveries SET state = '{PENDING}', since = ?, next_at = ?, leased_until = 0, tries = 0"
_FIRST_OF_USER = f"""NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.endpoint = d.endpoint AND e.user_id = d.user_id
AND e.number < d.number AND e.state = '{PENDING}' AND e.tries < ?)"""


class SqlOutbox:
    """Endpoints and deliveries within one transaction of a database."""

    def __init__(self, backend: Backend, connection: Connection, writes: bool) -> None:
        self._backend = backend
        self._connection = connection
        self._writing = writes

    def endpoints(self) -> list[Endpoint]:
        return [endpoint_of(row) for row in self._rows(f"{_SELECT} ORDER BY created_at, id")]

    def endpoint(self, id: str) -> Endpoint | None:
        locked = self._backend.for_update if self._writing else ""
        found = self._rows(f"{_SELECT} WHERE id = ?{locked}", (id,))
        return endpoint_of(found[0]) if found else None

    def put_endpoint(self, endpoint: Endpoint) -> None:
        self._run(tables.upsert(ENDPOINTS, 1), endpoint_row(endpoint))

    def drop_endpoint(self, id: str) -> bool:
        self._run("DELETE FROM deliveries WHERE endpoint = ?", (id,))
        return self._run("DELETE FROM endpoints WHERE id = ?", (id,)) > 0

    def enqueue(self, deliveries: Sequence[Delivery]) -> None:
        for part in chunks(deliveries, len(DELIVERIES.rest)):
            self._run(tables.insert(DELIVERIES, len(part)), [value for each in part for value in delivery_row(each)])

    def due(self) -> dict[str, int]:
        first = f"SELECT MIN(next_at) FROM deliveries WHERE endpoint = p.id AND state = '{PENDING}'"
        return {id: at for id, at in self._rows(f"SELECT id, ({first}) FROM endpoints p") if at is not None}

    def claim(self, endpoint: str, now: int, until: int, limit: int, held: int) -> list[Delivery]:
        which = f"d.{_PENDING} AND d.next_at <= ? AND d.leased_until <= ? AND {_FIRST_OF_USER}"
        return self._take(which, (endpoint, now, now, held), until, limit)

    def probe(self, endpoint: str, now: int, until: int) -> list[Delivery]:
        return self._take(f"d.{_PENDING} AND d.leased_until <= ?", (endpoint, now), until, 1)

    def _take(self, which: str, among: tuple[Any, ...], until: int, limit: int) -> list[Delivery]:
        order = f"ORDER BY next_at, number LIMIT ?{self._backend.skip_locked}"
        found = self._rows(f"{_ALL} d WHERE {which} {order}", (*among, limit))
        numbers = [row[0] for row in found]
        sets = f"next_at = ?, leased_until = ? WHERE number IN ({holes(len(numbers))})"
        self._run(f"UPDATE deliveries SET {sets}", (until, until, *numbers))
        return [delivery_of(row) for row in found]

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        sets = "state = ?, next_at = ?, leased_until = 0, tries = ?, tried_at = ?, status = ?, error = ?"
        for each in deliveries:
            figures = (each.state, each.next_at, each.tries, each.tried_at, each.status, each.error, each.number)
            self._run(f"UPDATE deliveries SET {sets} WHERE number = ? AND state = '{PENDING}'", figures)

    def hasten(self, endpoint: str, now: int) -> int:
        which = f"{_PENDING} AND next_at > ? AND leased_until <= ?"
        return self._run(f"UPDATE deliveries SET next_at = ? WHERE {which}", (now, endpoint, now, now))

    def bury(self, endpoint: str, before: int, error: str) -> int:
        sets = f"state = '{DEAD}', error = COALESCE(error, ?), tried_at = COALESCE(tried_at, next_at)"
        return self._run(f"UPDATE deliveries SET {sets} WHERE {_PENDING} AND since < ?", (error, endpoint, before))

    def deliveries(self, endpoint: str, state: str | None, limit: int, before: int | None = None) -> list[Delivery]:
        among: list[Any] = [endpoint]
        which = "endpoint = ?"
        for condition, value in (("state = ?", state), ("number < ?", before)):
            if value is not None:
                which, among = f"{which} AND {condition}", [*among, value]
        found = self._rows(f"{_ALL} WHERE {which} ORDER BY number DESC LIMIT ?", (*among, limit))
        return [delivery_of(row) for row in found]

    def delivery(self, endpoint: str, number: int) -> Delivery | None:
        found = self._rows(f"{_ALL} WHERE number = ? AND endpoint = ?", (number, endpoint))
        return delivery_of(found[0]) if found else None

    def replay(self, endpoint: str, now: int, states: Sequence[str], since: int, until: int) -> int:
        which = f"endpoint = ? AND state IN ({holes(len(states))}) AND at >= ? AND at < ?"
        return self._run(f"{_ANEW} WHERE {which}", (now, now, endpoint, *states, since, until))

    def replay_one(self, number: int, now: int) -> None:
        self._run(f"{_ANEW} WHERE number = ?", (now, now, number))

    def of_user(self, user: str) -> list[Delivery]:
        return [delivery_of(row) for row in self._rows(f"{_ALL} WHERE user_id = ? ORDER BY number", (user,))]

    def prune(self, before: int, limit: int) -> int:
        old = f"SELECT number FROM deliveries WHERE state <> '{PENDING}' AND tried_at < ? LIMIT ?"
        return self._run(f"DELETE FROM deliveries WHERE number IN ({old})", (before, limit))

    def backlogs(self) -> dict[str, Backlog]:
        counts: dict[str, dict[str, int]] = {}
        for endpoint, state, count in self._rows("SELECT endpoint, state, COUNT(*) FROM deliveries GROUP BY 1, 2"):
            counts.setdefault(endpoint, {})[state] = count
        sql = f"SELECT endpoint, MIN(at), MIN(next_at) FROM deliveries WHERE state = '{PENDING}' GROUP BY endpoint"
        waiting = {endpoint: figures for endpoint, *figures in self._rows(sql)}
        return {endpoint: Backlog(known, *waiting.get(endpoint, ())) for endpoint, known in counts.items()}

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._connection.rows(sql, parameters)

    def _run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        if not self._writing:
            raise RuntimeError("a reading transaction does not write")
        return self._connection.run(sql, parameters)


def endpoint_row(endpoint: Endpoint) -> Row:
    """An endpoint; types of events and ids of badges have no blanks."""
    fields = {name: getattr(endpoint, name) for name in (*ENDPOINTS.key, *ENDPOINTS.rest)}
    lists = {name: " ".join(fields[name]) for name in ("types", "badges")}
    return tuple((fields | lists | {"enabled": int(endpoint.enabled)}).values())


def endpoint_of(row: Row) -> Endpoint:
    """An endpoint from a row."""
    fields = dict(zip((*ENDPOINTS.key, *ENDPOINTS.rest), row, strict=True))
    lists = {name: tuple(fields[name].split()) for name in ("types", "badges")}
    return Endpoint(**{**fields, **lists, "enabled": bool(fields["enabled"])})


def delivery_row(delivery: Delivery) -> Row:
    """A delivery, without its number."""
    return tuple(getattr(delivery, name) for name in _FIELDS)


def delivery_of(row: Row) -> Delivery:
    """A delivery from its number and the rest of its row."""
    return Delivery(number=row[0], **dict(zip(_FIELDS, row[1:], strict=True)))
