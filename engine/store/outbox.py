"""What a store must do for webhooks: keep endpoints, and what is on its way to them, beside what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..webhooks import Delivery, Endpoint


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much an endpoint has before it and behind it."""

    counts: Mapping[str, int]
    """Deliveries by state."""
    oldest: int | None = None
    """When the oldest pending one was written."""
    next_at: int | None = None
    """When the next one is tried."""


class Outbox(Protocol):
    """Endpoints and deliveries, within a transaction."""

    def endpoints(self) -> list[Endpoint]:
        """All of them, the oldest first."""

    def endpoint(self, id: str) -> Endpoint | None:
        """One of them; in a writing transaction nobody else changes it until it ends."""

    def put_endpoint(self, endpoint: Endpoint) -> None: ...

    def drop_endpoint(self, id: str) -> bool:
        """Remove an endpoint and all its deliveries; whether it was there."""

    def enqueue(self, deliveries: Sequence[Delivery]) -> None:
        """Add deliveries; the database numbers them in this order."""

    def due(self) -> dict[str, int]:
        """For each endpoint with pending deliveries, when the first is to be tried, or is no longer in hands."""

    def claim(self, endpoint: str, now: int, until: int, limit: int, held: int) -> list[Delivery]:
        """Take due deliveries of an endpoint in hands until an instant, those due first at first.

        Of one user only the oldest is taken, until it has been tried ``held`` times. What another process takes at
        the same moment is passed over.
        """

    def probe(self, endpoint: str, now: int, until: int) -> list[Delivery]:
        """Take in hands the pending delivery that is to be tried first, due or not."""

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        """Write what became of deliveries that were in hands; one that was erased meanwhile stays erased."""

    def hasten(self, endpoint: str, now: int) -> int:
        """Make all pending deliveries due; how many were not."""

    def bury(self, endpoint: str, before: int, error: str) -> int:
        """Give up the pending deliveries whose schedule began before an instant; how many."""

    def deliveries(self, endpoint: str, state: str | None, limit: int, before: int | None = None) -> list[Delivery]:
        """Newest first, by number; only those with a number below ``before``."""

    def delivery(self, endpoint: str, number: int) -> Delivery | None: ...

    def replay(self, endpoint: str, now: int, states: Sequence[str], since: int, until: int) -> int:
        """Make deliveries of these states, written in [since, until), pending as if they were new; how many."""

    def replay_one(self, number: int, now: int) -> None:
        """Make one delivery pending as if it were new."""

    def of_user(self, user: str) -> list[Delivery]:
        """All that is on its way, or was, about a user."""

    def prune(self, before: int, limit: int) -> int:
        """Forget deliveries that were done with before an instant; how many."""

    def backlogs(self) -> dict[str, Backlog]:
        """By endpoint; those without any delivery are left out."""
