"""Endpoints, and what is on its way to them; instants in microseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PENDING, DELIVERED, DEAD = "pending", "delivered", "dead"
STATES = (PENDING, DELIVERED, DEAD)
"""Of a delivery: to be tried (again), taken by the receiver, given up."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A receiver: where it is, what it wants to be told, how messages to it are signed, and how it has been."""

    id: str
    url: str
    secret: str = field(repr=False)
    """``whsec_`` and the key in base64."""
    created_at: int
    types: tuple[str, ...] = ()
    """Of messages that it wants; empty for all."""
    badges: tuple[str, ...] = ()
    """Badges that it wants to be told about; empty for all. What is about no badge it gets anyway."""
    description: str = ""
    enabled: bool = True
    reason: str | None = None
    """Why it is not enabled, if that was not staff's wish."""
    old_secret: str | None = field(default=None, repr=False)
    """Signs too, until ``old_until``."""
    old_until: int | None = None
    failures: int = 0
    """Attempts in a row that showed it to be away, busy or broken."""
    paused_until: int | None = None
    """Nothing is sent before this instant; the first thing after it is a probe."""
    delivered_at: int | None = None
    """When it took something last."""

    def wants(self, type: str, badge: str | None, renames: Mapping[str, str]) -> bool:
        """Whether it is to be told of this; a badge is known by its former ids too."""
        if self.types and type not in self.types:
            return False
        return badge is None or not self.badges or badge in {renames.get(name, name) for name in self.badges}

    def secrets(self, now: int) -> tuple[str, ...]:
        """What signs at an instant: the newest first."""
        if self.old_secret and self.old_until is not None and now < self.old_until:
            return self.secret, self.old_secret
        return (self.secret,)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way to one endpoint."""

    endpoint: str
    message: str
    """Its id, the same for all endpoints and at every attempt."""
    type: str
    at: int
    """When it was written."""
    body: str = field(repr=False)
    user: str | None = None
    badge: str | None = None
    number: int = 0
    state: str = PENDING
    since: int = 0
    """When its schedule of attempts began: when it was written, or when it was sent again last."""
    next_at: int = 0
    """When it is tried next."""
    leased_until: int = 0
    """Until then one process has it in its hands."""
    tries: int = 0
    """Attempts since then."""
    tried_at: int | None = None
    status: int | None = None
    """What the endpoint answered last."""
    error: str | None = None
    """Why the last attempt failed."""
