"""What a rule set would do to the people, before it is put in service: every user is read, and nobody written."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..diff import compare
from ..model import RuleSet
from ..plan import Person, Plan, Reach, Tally, consequences, part_of, reach
from ..problems import RulesRejected
from ..reconcile import reconcile
from ..retention import holds_history_of
from ..store.protocol import Store, Transaction, UserRow
from . import ledger
from .history import start_of
from .rebuilding import Reaches, Report
from .rulebook import Proposal, Rulebook, removed

PAGE = 200
"""Users that are read in one transaction."""
WRITING = 1.0
"""Seconds of an apply for each second of a plan."""


def plan(
    store: Store,
    rulebook: Rulebook,
    files: Mapping[str, str],
    now: int,
    allow_remove: bool = False,
    report: Report | None = None,
) -> Plan:
    """What applying a rule set would do. Raises RulesRejected if it has an error; writes nothing."""
    proposal = Proposal.of(files)
    with store.reading() as transaction:
        found = transaction.current()
        before = _readable(rulebook, transaction) if found else None
        gone = removed(proposal.rules, transaction.holders())
    rules, step = proposal.rules, reach(before, proposal.rules)
    survey = Survey(store, rulebook, before or rules, rules, step, part_of(rules, step), now)
    began = time.perf_counter()
    survey.run(report)
    seconds = time.perf_counter() - began
    return Plan(
        version=proposal.rules.version,
        previous=found[1] if found else None,
        comparison=compare(before, proposal.rules) if before else None,
        warnings=proposal.warnings,
        metrics=survey.reach.fresh,
        used_by=proposal.rules.users_of,
        badges=survey.tally.badges(proposal.rules, survey.reach),
        removed=gone,
        refused=bool(gone) and not allow_remove,
        users=survey.users,
        rebuilt=survey.rebuilt,
        events=survey.events,
        seconds=seconds * WRITING,
        compacted=survey.compacted,
        compacted_until=survey.compacted_until,
    )


@dataclass(slots=True)
class Survey:
    """A way through all users, and what has been found so far."""

    store: Store
    rulebook: Rulebook
    before: RuleSet
    """In service."""
    rules: RuleSet
    reach: Reach
    """From the rules in service."""
    part: RuleSet | None
    """Of the rules, what the change is about."""
    now: int
    tally: Tally = field(default_factory=Tally)
    users: int = 0
    rebuilt: int = 0
    events: int = 0
    compacted: int = 0
    compacted_until: int | None = None

    def run(self, report: Report | None) -> None:
        """Go through all users, by id."""
        reaches = Reaches(self.rulebook, self.rules)
        after = ""
        while names := self._page(after, reaches):
            after = names[-1]
            self.users += len(names)
            if report:
                report(self.users)

    def _page(self, after: str, reaches: Reaches) -> list[str]:
        with self.store.reading() as transaction:
            names = transaction.users(after, PAGE)
            rows = transaction.lock(names)
            outdated = {user: row for user, row in rows.items() if row.semantics != self.rules.semantics}
            for user in sorted(reaches.touched(transaction, outdated)):
                self._add(transaction, outdated[user])
        return names

    def _add(self, transaction: Transaction, row: UserRow) -> None:
        person = _person(transaction, self.before, row)
        self.rebuilt += 1
        self.events += len(person.log)
        part = self.part if row.semantics == self.before.semantics else None
        self.tally.add(row.user, consequences(self.rules, self.reach, person, self.now, part))
        if person.start and not all(holds_history_of(person.start, metric) for metric in self.reach.fresh):
            self.compacted += 1
            self.compacted_until = max(person.start.until, self.compacted_until or person.start.until)


def _readable(rulebook: Rulebook, transaction: Transaction) -> RuleSet | None:
    """The rules in service, if this program can read them."""
    try:
        return rulebook.current(transaction)
    except RulesRejected:
        return None


def _person(transaction: Transaction, rules: RuleSet, row: UserRow) -> Person:
    """A user as stored, by the rules in service."""
    log = transaction.events(row.user)
    awards, start = transaction.awards(row.user), start_of(transaction, row)
    if row.semantics == rules.semantics:
        state = ledger.state_of(transaction, row.user, row, transaction.all_heads(row.user))
    else:
        state = reconcile(rules, row.user, log, awards, start=start)
    return Person(row.user, log, awards, rules, state, start)
