"""Whether what is stored is what the logs give: every log is replayed, on all processors where that pays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..calendar import format_instant
from ..fold import Key
from ..jsontext import dumps
from ..model import Award, RuleSet, Snapshot
from ..progress import award_name
from ..reconcile import reconcile
from ..state import State
from ..store.protocol import Store, Transaction, UserRow
from . import ledger
from .history import start_of
from .parallel import Work, shared
from .rebuilding import Report
from .rulebook import Rulebook

Current = Callable[[Transaction], RuleSet]
"""The rule set in service, as a transaction sees it."""


@dataclass(slots=True)
class VerifyReport:
    """What a replay of all logs found."""

    users: int = 0
    events: int = 0
    differences: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Awards that a replay no longer gives, and that are kept."""
    compacted: int = 0
    """Users whose replay starts from a snapshot."""

    def add(self, other: VerifyReport) -> None:
        """What was found of others."""
        self.users += other.users
        self.events += other.events
        self.differences += other.differences
        self.kept += other.kept
        self.compacted += other.compacted


def verify(store: Store, current: Current, report: Report | None = None) -> VerifyReport:
    """Replay every user's log and compare with what is stored."""
    found = VerifyReport()
    for part in shared(store, verifier(store, current), another):
        found.add(part)
        if report:
            report(found.users)
    return found


def verifier(store: Store, current: Current) -> Work[VerifyReport]:
    """What verifies a share of the users, as they are at one moment."""

    def verify_share(users: Sequence[str]) -> VerifyReport:
        found = VerifyReport()
        with store.reading() as transaction:
            rules, rows = current(transaction), transaction.lock(users)
            transaction.gather(list(rows))
            for user in sorted(rows):
                _verify_user(transaction, rules, rows[user], found)
        return found

    return verify_share


def another(store: Store) -> Work[VerifyReport]:
    """The same in another process, which reads the rules itself."""
    return verifier(store, Rulebook(store, lambda: 0).current)


def _verify_user(transaction: Transaction, rules: RuleSet, row: UserRow, found: VerifyReport) -> None:
    user, log = row.user, transaction.events(row.user)
    found.users += 1
    found.events += len(log)
    if row.semantics != rules.semantics:
        found.differences.append(f"{user}: not yet brought to the rules in service")
        return
    stored = {award.key: award for award in transaction.awards(user)}
    start = start_of(transaction, row)
    found.compacted += start is not None
    state = reconcile(rules, user, log, stored.values(), start=start)
    _compare_awards(user, stored, state.awards, found)
    cells = {key: value for key, value in state.cells.changed.items() if value is not None}
    differing = [
        *_differing("metric", transaction.all_heads(user), state.heads),
        *_differing("cell", transaction.cells(user), cells),
        *_misfigured(rules, row, state, start),
    ]
    found.differences += [f"{user}: {line}" for line in differing]


def _misfigured(rules: RuleSet, row: UserRow, state: State, start: Snapshot | None) -> Iterator[str]:
    """What the user's row says otherwise."""
    figures = (
        ("newest entry", row.position, state.position),
        ("offset", row.offset, state.offset),
        ("attributes", dict(row.attributes), state.attributes),
        ("badges held", row.badges, len({award.badge for award in state.awards.values()})),
        ("points", row.points, sum(ledger.points_of(rules, award) for award in state.awards.values())),
        ("compacted until", row.compacted, start.until if start else None),
    )
    for name, held, replayed in figures:
        if held != replayed:
            yield f"{name} is {held}, a replay gives {replayed}"


def _differing(what: str, stored: Mapping[Any, Any], replayed: Mapping[Any, Any]) -> Iterator[str]:
    """The keys whose values are not, letter by letter, the same."""
    same = stored.keys() == replayed.keys() and dumps([*stored.values()]) == dumps([replayed[key] for key in stored])
    for key in () if same else sorted(stored.keys() | replayed.keys(), key=str):
        held, given = dumps(stored.get(key)), dumps(replayed.get(key))
        if held != given:
            yield f"{what} {key} is {held}, a replay gives {given}"


def _compare_awards(user: str, stored: Mapping[Key, Award], replayed: Mapping[Key, Award], found: VerifyReport) -> None:
    odd = [key for key in stored.keys() | replayed.keys() if not _is_as_given(stored.get(key), replayed.get(key))]
    for key in sorted(odd, key=str):
        _compare_award(user, stored.get(key), replayed.get(key), found)


def _is_as_given(stored: Award | None, replayed: Award | None) -> bool:
    """Whether there is nothing to tell of an award."""
    if stored is None or replayed is None or replayed.kept:
        return False
    same = (stored.awarded_at, stored.source, stored.id) == (replayed.awarded_at, replayed.source, replayed.id)
    return same and (not (stored.metadata or replayed.metadata) or _told(stored) == _told(replayed))


def _compare_award(user: str, stored: Award | None, replayed: Award | None, found: VerifyReport) -> None:
    award = stored or replayed
    if award is None:
        return
    name = award_name(award.badge, award.tier, award.occurrence)
    if stored is None or replayed is None:
        reason = "is not held, a replay gives it" if stored is None else "is held, a replay does not give it"
        found.differences.append(f"{user}: {name} {reason}")
    elif replayed.kept:
        found.kept.append(f"{user}: {name}, awarded {format_instant(award.awarded_at)}")
    else:
        found.differences.append(f"{user}: {name} differs: held {_told(stored)}, a replay gives {_told(replayed)}")


def _told(award: Award) -> tuple[str, str, str, str]:
    return format_instant(award.awarded_at), award.source, award.id, dumps(dict(sorted(award.metadata.items())))
