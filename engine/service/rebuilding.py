"""Bringing every user to the rules in service: in short batches, so that events keep being taken in meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ..model import Award, RuleSet
from ..plan import Reach, reach
from ..store.protocol import Changes, Store, Transaction, UserRow
from . import ledger
from .rulebook import Rulebook

BATCH = 500
"""Users that are looked at in one transaction."""
TURN = 0.1
"""Seconds after which a transaction replays no further user: others wait for it to end."""
REST = 0.25
"""Seconds of rest for each second of work: a writer of another process looks only now and then whether it may."""

Report = Callable[[int], None]
"""Told how many users are done."""
Announce = Callable[[str, Award], None]
"""Told of each award that a rebuild gives, and to whom, once it is stored."""


class Reaches:
    """How far the step to a rule set reaches, for users whose state earlier ones folded."""

    def __init__(self, rulebook: Rulebook, rules: RuleSet) -> None:
        self._rulebook = rulebook
        self._rules = rules
        self._known: dict[str, Reach] = {}

    def of(self, transaction: Transaction, semantics: str) -> Reach:
        """From the rule set that folded with this hash."""
        if semantics not in self._known:
            before = self._rulebook.folded_by(transaction, semantics)
            self._known[semantics] = reach(before, self._rules)
        return self._known[semantics]

    def touched(self, transaction: Transaction, rows: Mapping[str, UserRow]) -> set[str]:
        """The users whose state can differ under the new rules; that of the others is as a replay would give it."""
        found: set[str] = set()
        for semantics in {row.semantics for row in rows.values()}:
            step = self.of(transaction, semantics)
            users = [user for user, row in rows.items() if row.semantics == semantics]
            found.update(user for user in users if step.everybody or (step.awards and rows[user].badges))
            rest = [user for user in users if user not in found]
            found |= transaction.touched(rest, sorted(step.types), sorted(step.badges))
        return found


@dataclass(slots=True)
class Rebuild:
    """One run through the users whose state another rule set folded. Safe to interrupt, and to run several at once."""

    store: Store
    rules: RuleSet
    reaches: Reaches
    clock: Callable[[], int]
    done: int = 0
    rebuilt: int = 0
    """Of those done, the users whose log was replayed."""
    awarded: int = 0
    superseded: bool = False
    _given: list[tuple[str, Award]] = field(default_factory=list)

    def run(self, report: Report | None = None, announce: Announce | None = None) -> None:
        """Bring up all users, or as many as there are before another rule set is put in service."""
        while True:
            began = time.monotonic()
            self._given.clear()
            with self.store.writing() as transaction:
                rows = self._outdated(transaction)
                self._bring_up(transaction, rows, began + TURN)
            if not rows:
                return
            self._tell(report, announce)
            time.sleep((time.monotonic() - began) * REST)

    def _outdated(self, transaction: Transaction) -> dict[str, UserRow]:
        """Some of the users who are not brought up yet, locked; none once another rule set is in service."""
        names = sorted(transaction.outdated(self.rules.semantics, BATCH))
        rows = transaction.lock(names)
        found = transaction.current()
        self.superseded = found is None or found[1] != self.rules.version
        return {} if self.superseded else {u: row for u, row in rows.items() if row.semantics != self.rules.semantics}

    def _bring_up(self, transaction: Transaction, rows: Mapping[str, UserRow], until: float) -> None:
        touched = self.reaches.touched(transaction, rows)
        same = [replace(row, semantics=self.rules.semantics) for user, row in rows.items() if user not in touched]
        transaction.save([Changes(row) for row in same])
        self.done += len(same)
        for user in sorted(touched):
            given = ledger.refold(transaction, self.rules, rows[user], self.clock())
            self._given.extend((user, award) for award in given)
            self.rebuilt += 1
            self.done += 1
            if time.monotonic() > until:
                return

    def _tell(self, report: Report | None, announce: Announce | None) -> None:
        self.awarded += len(self._given)
        if announce:
            for user, award in self._given:
                announce(user, award)
        if report:
            report(self.done)
