"""Bringing every user to the rules in service: in short batches, so that events keep being taken in meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from ..model import Award, RuleSet
from ..plan import Reach, part_of, reach
from ..store import Changes, Notice, Store, Transaction, UserRow, write
from . import ledger
from .carrying import carried
from .news import News, of_award
from .rulebook import Rulebook

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


class Reaches:
    """How far the step to a rule set reaches, for users whose state earlier ones folded."""

    def __init__(self, rulebook: Rulebook, rules: RuleSet) -> None:
        self._rulebook = rulebook
        self._rules = rules
        self._known: dict[str, tuple[Reach, RuleSet | None]] = {}

    def of(self, transaction: Transaction, semantics: str) -> tuple[Reach, RuleSet | None]:
        """From the rule set that folded with this hash; and the part of the rules which that step is about."""
        if semantics not in self._known:
            step = reach(self._rulebook.folded_by(transaction, semantics), self._rules)
            self._known[semantics] = step, part_of(self._rules, step)
        return self._known[semantics]

    def touched(self, transaction: Transaction, rows: Mapping[str, UserRow]) -> set[str]:
        """The users whose state can differ under the new rules; that of the others is as a replay would give it."""
        found: set[str] = set()
        for semantics in {row.semantics for row in rows.values()}:
            step, _ = self.of(transaction, semantics)
            users = [user for user, row in rows.items() if row.semantics == semantics]
            found.update(user for user in users if step.everybody or (step.awards and rows[user].badges))
            rest = [user for user in users if user not in found]
            found |= transaction.touched(rest, sorted(step.types), sorted(step.badges))
        return found


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
        while True:
            began = time.monotonic()
            batch = write(self.store, self._batch)
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
            time.sleep((time.monotonic() - began) * REST)

    def _count(self, batch: Batch) -> None:
        self.done += batch.done
        self.rebuilt += batch.rebuilt
        self.awarded += len(batch.given)
        self.superseded = batch.superseded
        self._ahead = 2 * batch.done

    def _batch(self, transaction: Transaction) -> Batch:
        """Bring up some users: all those whom the change cannot touch, others as long as it is our turn."""
        until = time.monotonic() + TURN
        size = max(FEWEST, min(self._ahead, MOST))
        names = sorted(transaction.outdated(self.rules.semantics, size))
        locked = transaction.lock(names)
        found = transaction.current()
        if found is None or found[1] != self.rules.version:
            return Batch(superseded=True)
        rows = {user: row for user, row in locked.items() if row.semantics != self.rules.semantics}
        touched = self.reaches.touched(transaction, rows)
        same = [rows[user] for user in sorted(rows.keys() - touched)]
        semantics = self.rules.semantics
        transaction.save([Changes(replace(row, semantics=semantics, settled=row.position[0])) for row in same])
        rebuilt, given = self._refolded(transaction, [rows[user] for user in sorted(touched)], until)
        news = [of_award(user, award, self.clock()) for user, award in given] if self.publish else []
        notices = self.publish(transaction, self.rules, news) if self.publish and news else ()
        return Batch(len(same) + rebuilt, rebuilt, tuple(given), tuple(news), tuple(notices), finished=not names)

    def _refolded(
        self, transaction: Transaction, rows: Iterable[UserRow], until: float
    ) -> tuple[int, list[tuple[str, Award]]]:
        """Replay users' logs until an instant, one at least: how many, and the awards that this gave."""
        given: list[tuple[str, Award]] = []
        rebuilt = 0
        for row in rows:
            given += [(row.user, award) for award in self._refold(transaction, row)]
            rebuilt += 1
            if time.monotonic() > until:
                break
        return rebuilt, given

    def _refold(self, transaction: Transaction, row: UserRow) -> list[Award]:
        """Bring one user up, by the part that the change is about if that is enough; the awards that this gave."""
        reach, part = self.reaches.of(transaction, row.semantics)
        changes = carried(transaction, self.rules, part, reach, row) if part else None
        if changes is None:
            return ledger.refold(transaction, self.rules, row, self.clock())
        transaction.save([changes])
        return []
