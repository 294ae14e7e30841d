"""What operators look at: how much comes in, and all that is known of one user."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from ..calendar import DAY, HOUR
from ..model import CALLS_SOURCE, EVENT_RETRACTED, Award, Event, Failure, RuleSet
from ..presentation import in_order
from ..reconcile import award_of
from ..store.protocol import Store, Transaction
from .claiming import RAISED

RANGES: Mapping[str, tuple[int, int]] = {"day": (HOUR, 24), "week": (6 * HOUR, 28), "month": (DAY, 30)}
"""Width and number of the steps of a flow."""


class Reading(Protocol):
    """A view for readers; a user whose state another rule set folded is brought up first."""

    def __call__(self, user: str | None = None) -> AbstractContextManager[tuple[Transaction, RuleSet]]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of time, and how much happened in it."""

    begins: int
    events: int
    awards: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a user's log, as operators look at it."""

    event: Event
    awarded: tuple[Award, ...]
    """What was answered when it came."""
    retracted: bool

    @property
    def retractable(self) -> bool:
        """Whether it can be taken out of the log: calls and retractions cannot."""
        return not self.retracted and self.event.source != CALLS_SOURCE and self.event.type != EVENT_RETRACTED


@dataclass(frozen=True, slots=True)
class Person:
    """What there is of a user; nothing of one who is not known."""

    known: bool
    attributes: Mapping[str, Any]
    points: Any
    awards: Sequence[Award]
    entries: Sequence[Entry]
    """The newest first."""
    failures: Sequence[Failure]
    compacted: int | None


class Overview:
    """Answers for pages of operators."""

    def __init__(self, store: Store, reading: Reading, clock: Callable[[], int]) -> None:
        self._store = store
        self._reading = reading
        self._clock = clock

    def flow(self, stretch: str) -> list[Step]:
        """Events and awards until now, by their own times, in the steps of one of ``RANGES``."""
        width, count = RANGES[stretch]
        now = self._clock()
        since = (now // width + 1 - count) * width
        with self._store.reading() as transaction:
            found = transaction.flow(since, since + width * count, width)
        steps = ((n, since + n * width) for n in range(count))
        return [Step(begins, found["events"].get(n, 0), found["awards"].get(n, 0)) for n, begins in steps]

    def person(self, user: str, limit: int) -> Person:
        """What there is of a user, with so many of the newest entries of the log."""
        with self._reading(user) as (transaction, rules):
            row = transaction.lock([user]).get(user)
            stored = transaction.newest(user, None, limit)
            retracted = transaction.retractions_of([(user, each.event.source, each.event.id) for each in stored])
            entries = [_entry(each.event, each.receipt, retracted) for each in stored]
            awards = in_order(transaction.awards(user), rules)
            failures = transaction.failures(user)
        return Person(
            known=row is not None,
            attributes=row.attributes if row else {},
            points=row.points if row else 0,
            awards=awards,
            entries=entries,
            failures=failures,
            compacted=row.compacted if row else None,
        )


def _entry(event: Event, receipt: Sequence[Mapping[str, Any]], retracted: set[tuple[str, str, str]]) -> Entry:
    awarded = tuple(award_of(record) for record in receipt if RAISED not in record)
    return Entry(event, awarded, (event.user, event.source, event.id) in retracted)
