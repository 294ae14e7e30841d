"""Bringing a user to new rules by folding only what they are about; all else is carried over as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ..model import Failure, Metric, RuleSet
from ..plan import Reach, alone
from ..state import Cells, State
from ..store import Changes, Transaction, UserRow
from . import ledger


def carried(transaction: Transaction, rules: RuleSet, part: RuleSet, reach: Reach, row: UserRow) -> Changes | None:
    """What a replay of the whole would store, by a replay of a part; None if only the whole can tell."""
    log = transaction.events(row.user)
    state = None if row.compacted is not None else alone(part, reach, row.user, log, transaction.awards(row.user))
    if state is None:
        return None
    folded = {*part.by_fingerprint, *("b:" + id for id in part.badges)}
    gone = folded | {metric.fingerprint for metric in reach.stale}
    heads = {key: head for key, head in transaction.all_heads(row.user).items() if key not in gone}
    heads |= {key: head for key, head in state.heads.items() if key in folded}
    cells = {key: value for key, value in transaction.cells(row.user).items() if key[0] not in gone}
    cells |= {key: value for key, value in state.cells.changed.items() if value is not None}
    whole = State(row.user, row.position, row.offset, row.attributes, heads, _cells(cells))
    return Changes(
        row=replace(row, semantics=rules.semantics, settled=row.position[0]),
        heads=ledger.heads_of(rules, whole, set(heads)),
        cells=cells,
        failures=_failures(transaction, part, reach, state),
        rebuilt=True,
    )


def _cells(known: Mapping[tuple[str, str], Any]) -> Cells:
    cells = Cells()
    for (fingerprint, key), value in known.items():
        cells.put(fingerprint, key, value)
    return cells


def _failures(transaction: Transaction, part: RuleSet, reach: Reach, state: State) -> list[Failure]:
    """Of what was folded those of now, of all else those that are stored."""
    names = {*part.badges, *reach.before, *map(_named, (*reach.fresh, *reach.stale))}
    return [f for f in transaction.failures(state.user) if f.badge not in names] + list(state.failures)


def _named(metric: Metric) -> str:
    return metric.name or metric.fingerprint
