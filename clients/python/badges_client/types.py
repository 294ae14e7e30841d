"""What the server sends and takes, as typed dictionaries. A server that is newer may send more keys."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class CloudEvent(TypedDict):
    """Something that happened to a user. Source: CloudEvents 1.0."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    """The user."""
    time: NotRequired[str]
    """RFC 3339 with an offset; without it, the instant of its arrival."""
    data: dict[str, Any]


class EventKey(TypedDict):
    """Which event."""

    source: str
    id: str


class Award(TypedDict):
    """A badge, tier or occurrence that a user holds."""

    badge: str
    tier: str | None
    occurrence: str | None
    name: str
    icon: str
    points: float
    awarded_at: str
    event: EventKey
    metadata: dict[str, Any]
    rules_version: str


class Progress(TypedDict):
    """How far a user is towards a badge."""

    badge: str
    tier: str | None
    value: float | None
    threshold: float
    percent: int
    remaining: float | None
    state: Literal["earned", "unavailable", "locked", "in_progress"]
    missing_prerequisites: list[str]
    expires_at: str | None
    longest: int | None
    criteria: NotRequired[list[dict[str, Any]]]


class Fault(TypedDict):
    """A field that cannot be used."""

    field: str
    message: str
    help: NotRequired[str]
    code: NotRequired[str]


class Receipt(TypedDict):
    """What became of an event."""

    id: str | None
    source: str | None
    status: Literal["accepted", "duplicate", "conflict", "rejected"]
    awarded: list[Award]
    progress: list[Progress]
    errors: list[Fault]


class Grant(TypedDict):
    """What became of a grant."""

    newly_awarded: bool
    award: Award


class CatalogEntry(TypedDict):
    """A badge, and how many hold it."""

    id: str
    name: str
    description: str
    icon: str
    category: str | None
    points: float
    holders: int
    rarity: float | None


class SecretBadge(TypedDict):
    """A badge of which the caller may only know that it is there."""

    secret: Literal[True]


class Place(TypedDict):
    """A place of a leaderboard."""

    rank: int
    user: str
    name: str | None
    value: float


class Notification(TypedDict):
    """Something that a user was told."""

    id: int
    kind: str
    at: str
    read: bool
    title: str
    text: str
    items: list[dict[str, Any]]


class News(Notification):
    """A notification that has just come, and how many are not read."""

    unread: int


class Feed(TypedDict):
    """What a user was told, newest first, and how many of all are not read."""

    unread: int
    notifications: list[Notification]


class Credential(TypedDict):
    """An award as Open Badges 3.0."""

    jwt: str
    credential: dict[str, Any]


class Verdict(TypedDict):
    """What there is to say of a credential."""

    valid: bool
    status: Literal["valid", "revoked", "unreadable", "foreign", "forged", "early"]
    belongs_to_holder: bool | None
    credential: dict[str, Any] | None
