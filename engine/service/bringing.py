"""What brings users to the rules in service: read and folded here, and written by who has the turn to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from ..compiler import load
from ..model import Award, RuleSet
from ..plan import Reach, part_of, reach
from ..store.protocol import Changes, Store, Transaction, UserRow
from . import replaying
from .carrying import carried
from .parallel import Work
from .rulebook import Rulebook


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
class Brought:
    """What brings one user up, and of what it was made: it holds as long as that is what is stored."""

    row: UserRow
    entries: int
    """Of the log; none is ever changed, so that as many are the same ones."""
    changes: Changes | None
    """None if there was nothing to replay."""
    given: tuple[Award, ...] = ()


def brought(
    transaction: Transaction, rules: RuleSet, reaches: Reaches, row: UserRow
) -> tuple[Changes, tuple[Award, ...]]:
    """What a replay stores of a user, by the part that the change is about if that is enough; the awards it gives."""
    reach, part = reaches.of(transaction, row.semantics)
    changes = carried(transaction, rules, part, reach, row) if part else None
    if changes is not None:
        return changes, ()
    outcome = replaying.rebuild(transaction, rules, row, row.user, [], now=0)
    return outcome.changes, tuple(outcome.fresh)


def untouched(rules: RuleSet, row: UserRow) -> Changes:
    """What brings a user up whose state is as a replay would give it."""
    return Changes(replace(row, semantics=rules.semantics, settled=row.position[0]))


def outdated(rows: Mapping[str, UserRow], rules: RuleSet) -> dict[str, UserRow]:
    """The users whose state another rule set folded."""
    return {user: row for user, row in rows.items() if row.semantics != rules.semantics}


def bringer(store: Store, rules: RuleSet, reaches: Reaches) -> Work[list[Brought]]:
    """What makes the changes of a share of the users, as they are at one moment."""

    def bring(users: Sequence[str]) -> list[Brought]:
        with store.reading() as transaction:
            rows = outdated(transaction.lock(users), rules)
            sizes = transaction.sizes(sorted(rows))
            touched = sorted(reaches.touched(transaction, rows))
            transaction.gather(touched)
            made = {user: brought(transaction, rules, reaches, rows[user]) for user in touched}
        return [Brought(row, sizes.get(user, 0), *made.get(user, (None, ()))) for user, row in sorted(rows.items())]

    return bring


def another(files: Mapping[str, str], store: Store) -> Work[list[Brought]]:
    """The same in another process, from the texts of the rules."""
    rules = load(files)
    return bringer(store, rules, Reaches(Rulebook(store, lambda: 0), rules))
