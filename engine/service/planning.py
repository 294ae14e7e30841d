"""What a rule set would do to the people, before it is put in service: every user is read, and nobody written."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from ..compiler import load
from ..diff import compare
from ..model import RuleSet
from ..plan import Person, Plan, Reach, Tally, consequences, part_of, reach
from ..problems import RulesRejected
from ..reconcile import reconcile
from ..retention import holds_history_of
from ..store.protocol import Store, Transaction, UserRow
from . import ledger
from .bringing import Reaches, outdated
from .history import start_of
from .parallel import Make, Work, shared
from .rebuilding import Report
from .rulebook import Proposal, Rulebook, removed

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
    began = time.perf_counter()
    make = partial(another, dict(before.files) if before else None, dict(files), now)
    survey = _surveyed(store, surveyor(store, rulebook, before, rules, now), make, report)
    seconds = time.perf_counter() - began
    return Plan(
        version=proposal.rules.version,
        previous=found[1] if found else None,
        comparison=compare(before, proposal.rules) if before else None,
        warnings=proposal.warnings,
        metrics=step.fresh,
        used_by=proposal.rules.users_of,
        badges=survey.tally.badges(rules, step),
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
    """What has been found of users so far."""

    tally: Tally = field(default_factory=Tally)
    users: int = 0
    rebuilt: int = 0
    events: int = 0
    compacted: int = 0
    compacted_until: int | None = None

    def add(self, other: Survey) -> None:
        """What was found of others, who come after by id."""
        self.tally.join(other.tally)
        self.users += other.users
        self.rebuilt += other.rebuilt
        self.events += other.events
        self.compacted += other.compacted
        known = [until for until in (self.compacted_until, other.compacted_until) if until is not None]
        self.compacted_until = max(known, default=None)


def _surveyed(store: Store, work: Work[Survey], make: Make[Survey], report: Report | None) -> Survey:
    """All users, by id."""
    survey = Survey()
    for part in shared(store, work, make):
        survey.add(part)
        if report:
            report(survey.users)
    return survey


@dataclass(frozen=True, slots=True)
class _Step:
    """From the rules in service to others."""

    before: RuleSet
    rules: RuleSet
    reach: Reach
    part: RuleSet | None
    """Of the rules, what the change is about."""
    now: int


def surveyor(store: Store, rulebook: Rulebook, before: RuleSet | None, rules: RuleSet, now: int) -> Work[Survey]:
    """What reads a share of the users, as they are at one moment."""
    far = reach(before, rules)
    step, reaches = _Step(before or rules, rules, far, part_of(rules, far), now), Reaches(rulebook, rules)

    def survey_share(users: Sequence[str]) -> Survey:
        found = Survey(users=len(users))
        with store.reading() as transaction:
            rows = outdated(transaction.lock(users), rules)
            touched = sorted(reaches.touched(transaction, rows))
            transaction.gather(touched)
            for user in touched:
                _add(found, transaction, step, rows[user])
        return found

    return survey_share


def another(before: Mapping[str, str] | None, files: Mapping[str, str], now: int, store: Store) -> Work[Survey]:
    """The same in another process, from the texts of the rules."""
    return surveyor(store, Rulebook(store, lambda: 0), load(before) if before else None, load(files), now)


def _add(found: Survey, transaction: Transaction, step: _Step, row: UserRow) -> None:
    person = _person(transaction, step.before, row)
    found.rebuilt += 1
    found.events += len(person.log)
    part = step.part if row.semantics == step.before.semantics else None
    found.tally.add(row.user, consequences(step.rules, step.reach, person, step.now, part))
    if person.start and not all(holds_history_of(person.start, metric) for metric in step.reach.fresh):
        found.compacted += 1
        found.compacted_until = max(person.start.until, found.compacted_until or person.start.until)


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
