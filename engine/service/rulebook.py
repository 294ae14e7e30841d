"""The rule set in service: recorded in the database, compiled once a process, looked up in each transaction."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from ..compiler import compile_rules, load
from ..model import RuleSet
from ..problems import Problem, RulesRejected
from ..store.protocol import AuditRecord, Store, Transaction, Version
from .errors import Refused


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


class Rulebook:
    """Compiled rule sets by their number in the database; the highest number is in service."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._number = 0
        self._rules: RuleSet | None = None

    def current(self, transaction: Transaction) -> RuleSet:
        """The rule set in service, as this transaction sees it. Raises Refused (503) if none has been applied."""
        found = transaction.current()
        if found is None:
            raise Refused(503, "no-rules", "No rule set has been applied yet: run `badges apply`.")
        number, _ = found
        with self._lock:
            if self._rules is None or number != self._number:
                self._rules, self._number = load(transaction.versions(1)[0].files), number
            return self._rules

    def put(
        self, files: Mapping[str, str], now: int, by: str, allow_remove: bool
    ) -> tuple[RuleSet, str | None, tuple[Problem, ...]]:
        """Check a rule set and put it in service; the rules, the version before, and the warnings.

        Raises RulesRejected if it has an error, Refused (409) if it removes a badge that people hold.
        """
        compiled = compile_rules(files)
        if compiled.rules is None:
            raise RulesRejected(p for p in compiled.problems if p.severity == "error")
        rules = compiled.rules
        with self._store.writing() as transaction:
            found = transaction.current()
            previous = found[1] if found else None
            if previous == rules.version:
                return rules, previous, compiled.problems
            if not allow_remove:
                _refuse_removals(rules, transaction.holders())
            version = Version(rules.version, dict(files), now, by)
            transaction.put_version(version)
            detail = {"version": rules.version, "previous": previous}
            transaction.record(AuditRecord(now, by, "apply", detail=detail))
        return rules, previous, compiled.problems


def _refuse_removals(rules: RuleSet, holders: Mapping[str, int]) -> None:
    gone = {name: n for name, n in holders.items() if n and name not in rules.badges and name not in rules.renames}
    if gone:
        people = ", ".join(f"{name} ({n} {'person' if n == 1 else 'people'})" for name, n in sorted(gone.items()))
        raise Refused(
            409,
            "badge-in-use",
            f"People hold badges that this rule set removes: {people}."
            " Say `retired: true` instead, or allow the removal.",
            {"badges": gone},
        )
