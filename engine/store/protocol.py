"""What a store must do: keep the log, the state folded from it and the awards, user by user, in transactions.

Everything that belongs to a user is led by the user's id, so that tables can be partitioned by it.
Bodies (heads, cells, data, metadata, receipts) are JSON values here; how they are written is the store's affair.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from msgspec import Struct

from ..model import Award, Event, Failure, Number, Position
from .feeds import Feeds
from .outbox import Outbox

EventKey = tuple[str, str, str]
"""(user, source, id)"""
CellKey = tuple[str, str, str]
"""(user, metric, key)"""


class StoreUnavailable(Exception):
    """The database cannot be reached or is busy beyond the time allowed: the call may be tried again."""


class StoreConflict(StoreUnavailable):
    """Two transactions were in each other's way, and this one gave way: nothing was written, it can be begun anew."""


class StoreOutdated(Exception):
    """The database was written by a newer version, or cannot be upgraded; the message says what to do."""


class UserRow(Struct, frozen=True, gc=False):
    """What is stored of a user beside heads, cells and awards."""

    user: str
    position: Position
    """Of the newest entry of the log."""
    offset: int | None = None
    attributes: Mapping[str, Any] = {}
    semantics: str = ""
    """Of the rule set that the state was folded by (``RuleSet.semantics``)."""
    badges: int = 0
    """Distinct badges held."""
    points: Number = 0
    """Points of the awards held."""
    retractions: int = 0
    """How many retractions the log holds."""
    compacted: int | None = None
    """All entries before this instant are in the user's snapshot."""
    settled: int | None = None
    """What entries up to this instant replaced is not known any more: the state was folded anew since."""
    acted: bool = True
    """There is an entry in the log that is no call."""


class Undo(Struct, frozen=True, gc=False):
    """What an entry replaced when it was stepped over the state, so that it can be taken back."""

    heads: Mapping[str, Any]
    """Heads that were there; None for one that was not."""
    cells: Sequence[tuple[str, str, Any]]
    """Metric, key and what was there; None for nothing."""
    offset: int | None
    """Of the newest entry with a time of its own."""


class StoredEvent(Struct, frozen=True, gc=False):
    """An entry of the log with what was answered when it came."""

    event: Event
    timeless: bool
    received_at: int
    receipt: Sequence[Mapping[str, Any]] = ()
    """The awards answered at first, as plain values."""
    undo: Undo | None = None
    """None for an entry that cannot be taken back, and where it is not asked for."""


@dataclass(frozen=True, slots=True)
class Compacted:
    """What is left of an entry that is in a snapshot: enough to know it again."""

    key: EventKey
    digest: str
    """Of its content."""
    receipt: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A user's state at an instant, in place of all entries before it."""

    user: str
    until: int
    entries: int
    """How many it stands for."""
    types: tuple[str, ...]
    """Of these entries."""
    body: Any


class Head(Struct, frozen=True, gc=False):
    """A stored head; ``value`` and ``expires_at`` only for metrics that a leaderboard ranks."""

    body: Any
    value: Number | None = None
    expires_at: int | None = None
    """The instant from which the value counts as 0."""


class Changes(Struct, gc=False):
    """All that one user's part of a batch writes, in one go."""

    row: UserRow
    events: list[StoredEvent] = []
    heads: dict[str, Head] = {}
    cells: Mapping[tuple[str, str], Any] = {}
    """By (metric, key); None removes."""
    awards: list[Award] = []
    """Inserted, or replaced by (badge, tier, occurrence)."""
    dropped: list[tuple[str, str | None, str | None]] = []
    """Awards removed, by (badge, tier, occurrence)."""
    failures: list[Failure] = []
    rebuilt: bool = False
    """Heads, cells and failures replace all that was stored of the user."""
    undo: Mapping[tuple[str, str], Undo | None] = {}
    """What entries that are stored already replace now, by source and id."""


@dataclass(frozen=True, slots=True)
class Version:
    """A rule set that has been in service."""

    version: str
    files: Mapping[str, str]
    applied_at: int
    by: str
    number: int = 0
    """Counts applies, from 1; the highest is in service."""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what to whom, when and why."""

    at: int
    actor: str
    action: str
    user: str | None = None
    """None for an erasure: its record names nobody."""
    badge: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An API key; only its hash is stored."""

    name: str
    hash: str
    scopes: tuple[str, ...]
    created_at: int
    last_used_at: int | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A user with a value, as leaderboards rank them."""

    user: str
    name: str | None
    value: Number


class Transaction(Protocol):
    """Reads and writes that happen together or not at all."""

    @property
    def outbox(self) -> Outbox:
        """Endpoints of webhooks, and what is on its way to them."""

    @property
    def feeds(self) -> Feeds:
        """What users are told."""

    # one user's part
    def expect(self, keys: Sequence[EventKey]) -> None:
        """These events and their users are going to be asked for: a database that is far is asked at once."""

    def lock(self, users: Sequence[str]) -> dict[str, UserRow]:
        """The rows of those users that exist; in a writing transaction nobody else writes them until it ends."""

    def known(self, keys: Sequence[EventKey]) -> dict[EventKey, StoredEvent]:
        """Those of the events that are in the log."""

    def retractions_of(self, keys: Sequence[EventKey]) -> set[EventKey]:
        """Those of the events that the log's retractions name."""

    def heads(self, users: Sequence[str], keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Bodies by user and key, for all these users and keys, in one query."""

    def all_heads(self, user: str) -> dict[str, Any]: ...

    def cell(self, user: str, metric: str, key: str) -> Any: ...

    def cells_among(self, keys: Collection[CellKey]) -> dict[CellKey, Any]:
        """Those of the cells that there are, in one query."""

    def scattered(self, users: Sequence[str]) -> list[str]:
        """Those of the users of whom several cells are better asked for together than one by one."""

    def cells(self, user: str, metric: str | None = None) -> dict[tuple[str, str], Any]:
        """All cells of a user, or of one metric of the user, by (metric, key)."""

    def awards(self, user: str, badge: str | None = None) -> list[Award]:
        """Ordered by awarded_at, source, id, badge, tier, occurrence."""

    def gather(self, users: Sequence[str]) -> None:
        """All of these users is going to be asked for, by id: what is stored of many is read at once."""

    def events(self, user: str) -> list[Event]:
        """A user's whole log as ``log`` has it, but without what was answered: at a fraction of the cost."""

    def sizes(self, users: Sequence[str]) -> dict[str, int]:
        """How many entries the logs of these users have; users without any may be left out."""

    def log(self, user: str) -> list[StoredEvent]:
        """A user's whole log, in its order."""

    def since(self, user: str, position: Position, limit: int) -> list[StoredEvent]:
        """The first entries of a user's log after a position, in its order, with what they replaced."""

    def newest(self, user: str, types: Sequence[str] | None, limit: int) -> list[StoredEvent]:
        """The newest entries of these types, or of all, newest first."""

    def snapshot(self, user: str) -> StoredSnapshot | None:
        """What stands for the beginning of a user's log, if that has been compacted."""

    def compacted(self, keys: Sequence[EventKey]) -> dict[EventKey, Compacted]:
        """Those of the events that are in a snapshot."""

    def compacted_of(self, user: str) -> list[Compacted]:
        """All that is left of the entries in a user's snapshot, by source and id."""

    def compact(
        self, snapshot: StoredSnapshot, entries: Sequence[Compacted], retracted: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Put a snapshot in the place of the one before and of these entries, which leave the log.

        ``retracted`` are events that are taken out, as far as the log did not hold the retractions. The user's state
        follows with ``save``, ``Store.scrub`` after the transaction.
        """

    def failures(self, user: str) -> list[Failure]:
        """Of one rule on one event the first."""

    def save(self, changes: Sequence[Changes]) -> None:
        """Write the changes of several users, each named once, in one batch.

        Raises ValueError if an event is in the log already: the first one stands.
        """

    def erase(self, user: str) -> bool:
        """Remove every row that names the user, in every table; whether there were any. ``Store.scrub`` follows."""

    # across users
    def users(self, after: str = "", limit: int = 1000) -> list[str]:
        """Ids of users, by code point, after one."""

    def older(self, until: int, after: str, limit: int) -> list[str]:
        """Users after one, by id, whose log has entries before an instant."""

    def outdated(self, semantics: str, limit: int) -> list[str]:
        """Users whose state was folded by another rule set."""

    def counts(self) -> dict[str, int]:
        """How many ``users``, ``events``, ``awards`` and ``failures`` there are."""

    def acted(self) -> int:
        """How many users there are with an entry that is no call."""

    def holders(self) -> dict[str, int]:
        """Users who hold each badge, by badge id."""

    def rank_metric(self, key: str, now: int, limit: int, users: Sequence[str] = ()) -> list[Ranked]:
        """Users by the value of a ranked head, falling, then by id; those with 0, unlisted or expired left out."""

    def rank_held(
        self, by: str, since: int | None, until: int | None, limit: int, users: Sequence[str] = ()
    ) -> list[Ranked]:
        """Users by ``badges`` or ``points``; with instants, only of the awards given in [since, until)."""

    def above(self, board: Mapping[str, Any], value: Number) -> int:
        """How many listed users have a value above this one on a board (the keyword arguments of its rank method)."""

    def activity(self, since: int) -> dict[str, dict[str, Any]]:
        """Since an instant, by their own times: {"events": {type: {"count", "last"}}, "awards": {badge: …}}.

        And ``failures`` by badge, by the times of their events.
        """

    def flow(self, since: int, until: int, width: int) -> dict[str, dict[int, int]]:
        """How many ``events`` and ``awards`` there were in [since, until), by their own times, in steps of a width.

        By the number of the step, from 0; steps without any are left out.
        """

    def failing(self, limit: int) -> list[dict[str, Any]]:
        """Most often first: {"badge", "count", "message", "event": {"user", "source", "id", "time"}}.

        Message and event are those of the newest event that the rule failed on.
        """

    def touched(self, users: Sequence[str], types: Sequence[str], badges: Sequence[str]) -> set[str]:
        """Those of the users who have, or had before it was compacted, an entry of one of these types, or hold one of
        these badges."""

    def points(self, worth: Mapping[tuple[str, str | None], Number]) -> None:
        """Set what badges and tiers are worth on boards of a period; users' own ``points`` come with their changes."""

    # the rule set, keys, audit
    def versions(self, limit: int = 50) -> list[Version]:
        """Newest first."""

    def current(self) -> tuple[int, str] | None:
        """Number and version of the rule set in service, cheaply."""

    def put_version(self, version: Version) -> Version:
        """Put a rule set in service; in a transaction that is alone, so that nobody writes by the one before."""

    def record(self, record: AuditRecord) -> None: ...

    def audit(self, limit: int, before: int | None = None) -> list[AuditRecord]:
        """Newest first; only records with a number below ``before``."""

    def keys(self) -> list[KeyRow]: ...

    def put_key(self, key: KeyRow) -> None: ...

    def drop_key(self, name: str) -> bool: ...

    def use_key(self, name: str, hash: str, at: int) -> None:
        """Note when a key was used last, unless it is another one by now."""

    def size(self) -> int:
        """Bytes that the database takes; 0 where it is not on a disk."""


class Store(Protocol):
    """A place for everything; safe to use from several threads, each in one transaction at a time."""

    url: str | None
    """By which another process opens it; None if it is in this one alone."""

    def writing(self, alone: bool = False) -> AbstractContextManager[Transaction]:
        """A transaction that commits when the block ends, durable when it returns, and rolls back on an exception.

        ``alone``: nobody else writes meanwhile, whichever users; for what all who write go by, such as the rule set.
        Raises StoreConflict where `write` would begin anew.
        """

    def reading(self) -> AbstractContextManager[Transaction]:
        """A consistent view."""

    def scrub(self) -> None:
        """Make sure that nothing erased or compacted remains in the files of the database; cheap if nothing was since.

        To be called after every erasure, also one that found nothing: an earlier one may have been interrupted.
        """

    def copy(self, path: str) -> None:
        """Write all of it, as it is at one moment, to a new file, on the disk when it returns.

        Raises FileExistsError, and ValueError where another tool makes copies.
        """

    def close(self) -> None: ...


def pages(transaction: Transaction, size: int = 1000) -> Iterator[Iterable[str]]:
    """All user ids, page by page."""
    after = ""
    while page := transaction.users(after, size):
        yield page
        after = page[-1]
