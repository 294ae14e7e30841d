"""Short ways to make what a store keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.model import EVENT_RETRACTED, Award, Event, Failure, Number
from engine.store import Changes, Compacted, Head, Store, StoredEvent, StoredSnapshot, UserRow


def entry(user: str, id: str, time: int = 1, type: str = "login", data: Mapping[str, Any] | None = None) -> StoredEvent:
    """An entry of a user's log."""
    return StoredEvent(Event(user, "app", id, type, time, None, data or {}), timeless=False, received_at=time)


def retraction(user: str, id: str, target: str, time: int = 1) -> StoredEvent:
    """An entry that takes another one out."""
    return entry(user, id, time, EVENT_RETRACTED, {"source": "app", "id": target})


def award(badge: str, tier: str | None = None, occurrence: str | None = None, at: int = 1, **other: Any) -> Award:
    """An award that the event ``e1`` completed."""
    return Award(
        badge, tier, occurrence, at, "app", other.pop("id", "e1"), other.pop("metadata", {}), "r", "b", **other
    )


def failure(badge: str, id: str = "e1", message: str = "a division by zero") -> Failure:
    """A rule that failed on an event."""
    return Failure(badge, "app", id, message)


def snapshot(user: str, until: int, *types: str, entries: int = 1, body: Any = None) -> StoredSnapshot:
    """What stands for a user's entries before an instant."""
    return StoredSnapshot(user, until, entries, types, body)


def left(user: str, id: str, digest: str = "d", receipt: Sequence[Mapping[str, Any]] = ()) -> Compacted:
    """What is left of an entry."""
    return Compacted((user, "app", id), digest, tuple(receipt))


def row(user: str, **other: Any) -> UserRow:
    """A user's row."""
    return UserRow(user, other.pop("position", (1, "app", "e1")), **other)


def save(store: Store, *changes: Changes) -> None:
    """Write changes in a transaction of their own."""
    with store.writing() as transaction:
        transaction.save(changes)


def scored(user: str, value: Number | None, expires_at: int | None = None, **attributes: Any) -> Changes:
    """A user with a value of the ranked metric ``m``."""
    return Changes(row(user, attributes=attributes), heads={"m": Head([value], value, expires_at)})
