"""Endpoints and deliveries in dictionaries: they are frozen, so they are kept as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ..webhooks import DEAD, PENDING, Delivery, Endpoint
from .journal import Journal, Tables
from .outbox import Backlog


class MemoryOutbox:
    """Reads and writes of the dictionaries, in a transaction."""

    def __init__(self, tables: Tables, writes: Callable[[], Journal]) -> None:
        self._endpoints = tables.endpoints
        self._deliveries = tables.deliveries
        self._numbers = tables.numbers
        self._writes = writes

    def endpoints(self) -> list[Endpoint]:
        return sorted(self._endpoints.values(), key=lambda each: (each.created_at, each.id))

    def endpoint(self, id: str) -> Endpoint | None:
        return self._endpoints.get(id)

    def put_endpoint(self, endpoint: Endpoint) -> None:
        self._writes().put(self._endpoints, endpoint.id, endpoint)

    def drop_endpoint(self, id: str) -> bool:
        self._forget(each for each in self._deliveries.values() if each.endpoint == id)
        return self._writes().drop(self._endpoints, id)

    def enqueue(self, deliveries: Sequence[Delivery]) -> None:
        for each in deliveries:
            number = next(self._numbers)
            self._writes().put(self._deliveries, number, replace(each, number=number))

    def due(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in self._pending():
            found[each.endpoint] = min(each.next_at, found.get(each.endpoint, each.next_at))
        return found

    def claim(self, endpoint: str, now: int, until: int, limit: int, held: int) -> list[Delivery]:
        pending = self._pending(endpoint)
        free = [each for each in pending if each.next_at <= now and each.leased_until <= now]
        return self._take([each for each in free if not _is_held(each, pending, held)], until, limit)

    def probe(self, endpoint: str, now: int, until: int) -> list[Delivery]:
        return self._take([each for each in self._pending(endpoint) if each.leased_until <= now], until, 1)

    def _take(self, among: Sequence[Delivery], until: int, limit: int) -> list[Delivery]:
        found = sorted(among, key=lambda each: (each.next_at, each.number))[:limit]
        self._put(replace(each, next_at=until, leased_until=until) for each in found)
        return found

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        pending = {each.number for each in self._pending()}
        self._put(replace(each, leased_until=0) for each in deliveries if each.number in pending)

    def hasten(self, endpoint: str, now: int) -> int:
        waiting = [each for each in self._pending(endpoint) if each.next_at > now and each.leased_until <= now]
        return self._put(replace(each, next_at=now) for each in waiting)

    def bury(self, endpoint: str, before: int, error: str) -> int:
        old = [each for each in self._pending(endpoint) if each.since < before]
        return self._put(
            replace(
                each,
                state=DEAD,
                error=error if each.error is None else each.error,
                tried_at=each.next_at if each.tried_at is None else each.tried_at,
            )
            for each in old
        )

    def deliveries(self, endpoint: str, state: str | None, limit: int, before: int | None = None) -> list[Delivery]:
        found = (
            each
            for each in reversed(self._deliveries.values())
            if each.endpoint == endpoint and state in (None, each.state) and (before is None or each.number < before)
        )
        return sorted(found, key=lambda each: -each.number)[:limit]

    def delivery(self, endpoint: str, number: int) -> Delivery | None:
        found = self._deliveries.get(number)
        return found if found and found.endpoint == endpoint else None

    def replay(self, endpoint: str, now: int, states: Sequence[str], since: int, until: int) -> int:
        return self._put(
            _anew(each, now)
            for each in list(self._deliveries.values())
            if each.endpoint == endpoint and each.state in states and since <= each.at < until
        )

    def replay_one(self, number: int, now: int) -> None:
        self._put([_anew(self._deliveries[number], now)])

    def of_user(self, user: str) -> list[Delivery]:
        return sorted((e for e in self._deliveries.values() if e.user == user), key=lambda each: each.number)

    def prune(self, before: int, limit: int) -> int:
        done = (each for each in self._deliveries.values() if each.state != PENDING)
        return self._forget([each for each in done if (each.tried_at or before) < before][:limit])

    def erase(self, user: str) -> int:
        """Forget all that is about a user; how many deliveries that were."""
        return self._forget(self.of_user(user))

    def backlogs(self) -> dict[str, Backlog]:
        by_endpoint: dict[str, list[Delivery]] = {}
        for each in self._deliveries.values():
            by_endpoint.setdefault(each.endpoint, []).append(each)
        return {endpoint: _backlog(found) for endpoint, found in by_endpoint.items()}

    def _pending(self, endpoint: str | None = None) -> list[Delivery]:
        return [e for e in self._deliveries.values() if e.state == PENDING and endpoint in (None, e.endpoint)]

    def _put(self, deliveries: Iterable[Delivery]) -> int:
        changed = list(deliveries)
        for each in changed:
            self._writes().put(self._deliveries, each.number, each)
        return len(changed)

    def _forget(self, deliveries: Iterable[Delivery]) -> int:
        gone = list(deliveries)
        for each in gone:
            self._writes().drop(self._deliveries, each.number)
        return len(gone)


def _anew(delivery: Delivery, now: int) -> Delivery:
    return replace(delivery, state=PENDING, since=now, next_at=now, leased_until=0, tries=0)


def _is_held(delivery: Delivery, pending: Iterable[Delivery], held: int) -> bool:
    """Whether an older delivery of the same user comes first."""
    return delivery.user is not None and any(
        each.user == delivery.user and each.number < delivery.number and each.tries < held for each in pending
    )


def _backlog(deliveries: Sequence[Delivery]) -> Backlog:
    counts: dict[str, int] = {}
    for each in deliveries:
        counts[each.state] = counts.get(each.state, 0) + 1
    pending = [each for each in deliveries if each.state == PENDING]
    if not pending:
        return Backlog(counts)
    return Backlog(counts, min(each.at for each in pending), min(each.next_at for each in pending))
