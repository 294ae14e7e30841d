"""What a store must do for notifications: keep each user's feed, what was told already, and when streaks end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import Struct


class Feed(Struct, frozen=True, gc=False):
    """What is kept of a user's notifications beside themselves."""

    user: str
    number: int = 0
    """Of the newest notification there ever was."""
    muted: tuple[str, ...] = ()
    """Kinds that the user does not want."""


class Notice(Struct, frozen=True, gc=False):
    """A notification as it is stored: without words, so that each reader gets today's in a language of their own."""

    user: str
    number: int
    """Counts a user's notifications, from 1; with no gap that a reader could fall into."""
    kind: str
    at: int
    items: Sequence[Any]
    """What it is about, badge by badge, as plain values."""
    read_at: int | None = None


class Mark(Struct, frozen=True, gc=False):
    """How far a user has been told of something, so that nothing is told twice."""

    user: str
    kind: str
    about: str
    """The badge; of a streak, the fingerprint of its metric."""
    tier: str
    """Empty for a badge without tiers."""
    lap: str = ""
    """Of a repeating badge, the lap that it is about."""
    level: int = 0

    @property
    def key(self) -> MarkKey:
        return (self.user, self.kind, self.about, self.tier)


MarkKey = tuple[str, str, str, str]


class Reminder(Struct, frozen=True, gc=False):
    """A streak that ends at an instant if nothing is done."""

    user: str
    metric: str
    """Its fingerprint."""
    expires_at: int


class Feeds(Protocol):
    """Notifications, within a transaction; whoever writes a user's has locked the user."""

    def of(self, users: Sequence[str]) -> dict[str, Feed]:
        """The feeds of those users that have one."""

    def put(self, feeds: Sequence[Feed]) -> None: ...

    def add(self, notices: Sequence[Notice]) -> None: ...

    def newest(self, user: str, limit: int, before: int | None = None) -> list[Notice]:
        """Newest first; only those with a number below ``before``."""

    def since(self, user: str, after: int, limit: int) -> list[Notice]:
        """Those with a number above one, oldest first."""

    def of_kind(self, user: str, kind: str) -> list[Notice]:
        """All of one kind, oldest first."""

    def unread(self, user: str) -> int:
        """How many are not marked as read."""

    def read(self, user: str, at: int, until: int | None = None, numbers: Sequence[int] | None = None) -> int:
        """Mark as read what is not, up to a number, or of these numbers, or all; how many that were."""

    def replace(self, notice: Notice) -> None:
        """Put other items in a notification, or, if there are none, remove it."""

    def trim(self, user: str, below: int) -> None:
        """Remove a user's notifications with a number below one."""

    def forget(self, before: int, limit: int) -> int:
        """Remove notifications from before an instant, so many at most; how many that were."""

    def marks(self, keys: Sequence[MarkKey]) -> dict[MarkKey, Mark]:
        """Those of the marks that there are."""

    def mark(self, marks: Sequence[Mark]) -> None: ...

    def remind(self, reminders: Sequence[Reminder]) -> None:
        """Set when streaks end, each of one metric of a user."""

    def reminders(self, user: str) -> list[Reminder]:
        """All of a user, by metric."""

    def ending(self, until: int, limit: int) -> list[Reminder]:
        """Those that end before an instant, the first ones first."""

    def settle(self, reminders: Sequence[Reminder]) -> None:
        """Remove reminders that are as they were read."""
