"""The rule set in service: recorded in the database, compiled once a process, looked up in each transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..calendar import format_instant
from ..compiler import compile_rules, load
from ..model import Number, RuleSet
from ..plan import removal
from ..problems import Problem, RulesRejected
from ..store import AuditRecord, Store, Transaction, Version, write
from .errors import Refused

READY = 4
"""Compiled rule sets that are kept at hand: the newest ones asked for."""
PAST = 20
"""How many versions back the rule set is looked for that folded a user's state."""
HISTORY = 1000
"""How many versions back one is listed, and found by a rollback."""


Tell = Callable[[Transaction, int, Mapping[str, Any]], None]
"""Told within the transaction that puts a rule set in service: when, and what the audit says of it."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did."""

    version: str
    previous: str | None
    warnings: tuple[Problem, ...]
    rebuilt: int = 0
    """Users whose log was replayed."""
    awarded: int = 0
    """Awards that the rebuild gave."""
    superseded: bool = False
    """Another rule set was put in service meanwhile, and the rebuild left to whoever did that."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule set that is to be put in service, checked."""

    rules: RuleSet
    warnings: tuple[Problem, ...]

    @classmethod
    def of(cls, files: Mapping[str, str]) -> Proposal:
        """The rule set that files make. Raises RulesRejected if it has an error."""
        compiled = compile_rules(files)
        if compiled.rules is None:
            raise RulesRejected(p for p in compiled.problems if p.severity == "error")
        return cls(compiled.rules, compiled.problems)


@dataclass(frozen=True, slots=True)
class RefusedRules:
    """Rules that were not put in service, or cannot be read: the last good ones stay."""

    at: int
    reason: str
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As the status of the rules tells it."""
        problems = [problem.as_json() for problem in self.problems]
        return {"at": format_instant(self.at), "reason": self.reason, "problems": problems}


class Rulebook:
    """Compiled rule sets by their number in the database; the highest number is in service."""

    def __init__(self, store: Store, clock: Callable[[], int], tell: Tell | None = None) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell
        self._lock = threading.Lock()
        self._compiled: dict[int, RuleSet] = {}
        self.refused: RefusedRules | None = None
        """What was refused last in this process, until another rule set is in service."""
        self.loaded_at = 0
        """When this process took up the rule set in service."""

    @property
    def newest(self) -> RuleSet:
        """The newest rule set that this process has worked with, without asking the database."""
        with self._lock:
            return self._compiled[max(self._compiled)]

    def current(self, transaction: Transaction) -> RuleSet:
        """The rule set in service, as this transaction sees it.

        If it cannot be read, because a later version of this program wrote it, the last good one stays.
        Raises Refused (503) if none has been applied, RulesRejected if none can be read.
        """
        found = transaction.current()
        if found is None:
            raise Refused(503, "no-rules", "No rule set has been applied yet: run `badges apply`.")
        with self._lock:
            rules = self._compiled.get(found[0])
            return rules if rules else self._read(transaction.versions(1)[0])

    def _read(self, version: Version) -> RuleSet:
        refused = None
        try:
            rules = load(version.files)
        except RulesRejected as error:
            if not self._compiled:
                raise
            reason = f"This process cannot read version {version.version}."
            refused = RefusedRules(version.applied_at, reason, error.problems)
            rules = self._compiled[max(self._compiled)]
        return self._remember(version.number, rules, refused)

    def _remember(self, number: int, rules: RuleSet, refused: RefusedRules | None = None) -> RuleSet:
        if number > max(self._compiled, default=0):
            self.refused = refused
            self.loaded_at = self._clock()
        self._compiled[number] = rules
        for old in sorted(self._compiled)[:-READY]:
            del self._compiled[old]
        return rules

    def folded_by(self, transaction: Transaction, semantics: str) -> RuleSet | None:
        """The newest rule set of the past that folds state as one with this hash did; None if it is not found."""
        return next((rules for rules in self._past(transaction) if rules.semantics == semantics), None)

    def _past(self, transaction: Transaction) -> Iterator[RuleSet]:
        for version in transaction.versions(PAST):
            rules = self._compiled.get(version.number)
            try:
                yield rules if rules else load(version.files)
            except RulesRejected:
                continue

    @contextmanager
    def refusing(self, now: int) -> Iterator[None]:
        """Remembers what is refused in the block."""
        try:
            yield
        except RulesRejected as error:
            self.refused = RefusedRules(now, "A rule set with errors was refused.", error.problems)
            raise
        except Refused as error:
            self.refused = RefusedRules(now, error.detail)
            raise

    def put(self, proposal: Proposal, now: int, by: str, allow_remove: bool, **detail: Any) -> str | None:
        """Put a rule set in service, if it is not already; the version before.

        ``detail`` is for the audit record. Raises Refused (409) if it removes a badge that people hold.
        """
        rules = proposal.rules

        def record(transaction: Transaction) -> tuple[str | None, int]:
            found = transaction.current()
            previous = found[1] if found else None
            if found and previous == rules.version:
                return previous, found[0]
            if not allow_remove:
                _refuse_removals(removed(rules, transaction.holders()))
            number = transaction.put_version(Version(rules.version, dict(rules.files), now, by)).number
            transaction.points(_worth(rules))
            told = {"version": rules.version, "previous": previous, **detail}
            transaction.record(AuditRecord(now, by, "apply", detail=told))
            if self._tell:
                self._tell(transaction, now, {"number": number, **told, "by": by})
            return previous, number

        previous, number = write(self._store, record, alone=True)
        with self._lock:
            self._remember(number, rules)
            self.refused = None
        return previous


def earlier(transaction: Transaction, name: str | None) -> Version:
    """The version before the one in service, or the one of a number or of (the beginning of) a hash.

    Raises Refused (404, 409).
    """
    versions = transaction.versions(HISTORY)
    if name is None:
        if len(versions) < 2:
            raise Refused(409, "no-earlier-version", "There is no version before the one in service.")
        return versions[1]
    found = {v.version: v for v in reversed(versions) if name == str(v.number) or v.version.startswith(name)}
    exact = [v for v in found.values() if name in (str(v.number), v.version)]
    if len(exact) == 1 or len(found) == 1:
        return (exact or list(found.values()))[0]
    detail = f"Several versions begin with {name}." if found else f"There is no version {name}."
    raise Refused(404, "unknown-version", detail, {"help": "`badges history` lists them."})


def removed(rules: RuleSet, holders: Mapping[str, int]) -> dict[str, int]:
    """The badges that people hold and that a rule set does not have, with the number of holders."""
    return {id: n for id, n in sorted(holders.items()) if n and id not in rules.badges and id not in rules.renames}


def _refuse_removals(gone: Mapping[str, int]) -> None:
    if gone:
        raise Refused(409, "badge-in-use", removal(gone), {"badges": dict(gone)})


def _worth(rules: RuleSet) -> dict[tuple[str, str | None], Number]:
    """Points by badge and tier."""
    worth = {(badge.id, tier.id): tier.points for badge in rules.badges.values() for tier in badge.tiers}
    return {**{(id, None): badge.points for id, badge in rules.badges.items()}, **worth}
