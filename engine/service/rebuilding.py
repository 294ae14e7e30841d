"""Bringing every user to the rules in service: in short batches, so that events keep being taken in meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from ..model import Award, RuleSet
from ..store import Changes, Notice, Store, Transaction, UserRow, write
from . import parallel
from .bringing import Brought, Reaches, another, bringer, brought, outdated, untouched
from .news import News, of_award
from .parallel import pays

FEWEST, MOST = 8, 1000
"""Users that are looked at in one transaction: twice as many as the one before came to bring up, within these."""
TURN = 0.05
"""Seconds after which a transaction replays no further user: others wait for it to end."""
REST = 0.3
"""Seconds of rest for each second of work, so that more than one writer has a turn between two of ours."""

Report = Callable[[int], None]
"""Told how many users are done."""
Announce = Callable[[str, Award], None]
"""Told of each award that a rebuild gives, and to whom, once it is stored."""
Publish = Callable[[Transaction, RuleSet, Sequence[News]], Sequence[Notice]]
"""Stores what is to be told of news, in the transaction that made them."""
Published = Callable[[Sequence[News], Sequence[Notice]], None]
"""Told of news, and of what users are told, once they are stored."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction did."""

    done: int = 0
    """Users who are brought up now."""
    rebuilt: int = 0
    """Of these, the ones whose log was replayed."""
    given: tuple[tuple[str, Award], ...] = ()
    news: tuple[News, ...] = ()
    notices: tuple[Notice, ...] = ()
    """What users are told of the awards."""
    finished: bool = False
    """There was nobody left."""
    superseded: bool = False


@dataclass(slots=True)
class Rebuild:
    """One run through the users whose state another rule set folded. Safe to interrupt, and to run several at once."""

    store: Store
    rules: RuleSet
    reaches: Reaches
    clock: Callable[[], int]
    publish: Publish | None = None
    """None if users are told nothing."""
    published: Published | None = None
    done: int = 0
    rebuilt: int = 0
    """Of those done, the users whose log was replayed."""
    awarded: int = 0
    superseded: bool = False
    _ahead: int = 0
    """Users whom the next transaction is likely to come to."""

    def run(self, report: Report | None = None, announce: Announce | None = None) -> None:
        """Bring up all users, or as many as there are before another rule set is put in service."""
        for batch in self._batches():
            self._count(batch)
            if self.published and batch.news:
                self.published(batch.news, batch.notices)
            if announce:
                for user, award in batch.given:
                    announce(user, award)
            if report:
                report(self.done)
            if batch.finished or batch.superseded:
                return

    def _batches(self) -> Iterator[Batch]:
        """Where there is much to replay other processes do so first; those whom events have met meanwhile are left."""
        if pays(self.store, lambda transaction: transaction.outdated(self.rules.semantics, parallel.FEWEST)):
            work, make = bringer(self.store, self.rules, self.reaches), partial(another, dict(self.rules.files))
            with closing(parallel.spread(self.store, work, make)) as shares:
                yield from (self._written(partial(self._keep, share=share)) for share in shares)
        while True:
            yield self._written(self._batch)

    def _written(self, work: Callable[[Transaction], Batch]) -> Batch:
        """What one transaction does; others have their turn after it."""
        began = time.monotonic()
        batch = write(self.store, work)
        if not (batch.finished or batch.superseded):
            time.sleep((time.monotonic() - began) * REST)
        return batch

    def _count(self, batch: Batch) -> None:
        self.done += batch.done
        self.rebuilt += batch.rebuilt
        self.awarded += len(batch.given)
        self.superseded = batch.superseded
        self._ahead = 2 * batch.done

    def _keep(self, transaction: Transaction, share: Sequence[Brought]) -> Batch:
        """Store what another process has made, of those users who still are as it has seen them."""
        users = [one.row.user for one in share]
        locked = transaction.lock(users)
        if self._is_superseded(transaction):
            return Batch(superseded=True)
        same = [one for one in share if locked.get(one.row.user) == one.row]
        sizes = transaction.sizes([one.row.user for one in same])
        valid = [one for one in same if sizes.get(one.row.user, 0) == one.entries]
        transaction.save([one.changes or untouched(self.rules, one.row) for one in valid])
        given = [(one.row.user, award) for one in valid for award in one.given]
        return self._told(transaction, len(valid), sum(one.changes is not None for one in valid), given)

    def _batch(self, transaction: Transaction) -> Batch:
        """Bring up some users: all those whom the change cannot touch, others as long as it is our turn."""
        until = time.monotonic() + TURN
        size = max(FEWEST, min(self._ahead, MOST))
        names = sorted(transaction.outdated(self.rules.semantics, size))
        locked = transaction.lock(names)
        if self._is_superseded(transaction):
            return Batch(superseded=True)
        rows = outdated(locked, self.rules)
        touched = self.reaches.touched(transaction, rows)
        same = [untouched(self.rules, rows[user]) for user in sorted(rows.keys() - touched)]
        changes, given = self._replayed(transaction, [rows[user] for user in sorted(touched)], until)
        transaction.save([*same, *changes])
        batch = self._told(transaction, len(same) + len(changes), len(changes), given)
        return replace(batch, finished=not names)

    def _is_superseded(self, transaction: Transaction) -> bool:
        found = transaction.current()
        return found is None or found[1] != self.rules.version

    def _replayed(
        self, transaction: Transaction, rows: Sequence[UserRow], until: float
    ) -> tuple[list[Changes], list[tuple[str, Award]]]:
        """What brings users up, one at least, as many as come in until an instant; the awards that this gives."""
        changes, given = list[Changes](), list[tuple[str, Award]]()
        transaction.gather([row.user for row in rows])
        for row in rows:
            change, awards = brought(transaction, self.rules, self.reaches, row)
            changes.append(change)
            given += [(row.user, award) for award in awards]
            if time.monotonic() > until:
                break
        return changes, given

    def _told(self, transaction: Transaction, done: int, rebuilt: int, given: Sequence[tuple[str, Award]]) -> Batch:
        """The batch, with what users are told of the awards."""
        news = [of_award(user, award, self.clock()) for user, award in given] if self.publish else []
        notices = self.publish(transaction, self.rules, news) if self.publish and news else ()
        return Batch(done, rebuilt, tuple(given), tuple(news), tuple(notices))
