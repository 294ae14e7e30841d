"""Cells that events are going to ask for, read in one query instead of one by one: for databases that are far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..expressions import EvaluationError
from ..fold import context_of
from ..measures.protocol import value_key
from ..model import Event, Metric, RuleSet
from ..state import State
from ..store.protocol import CellKey, Transaction

Part = tuple[State, Sequence[Event]]
"""A user's state, and the events that are to be stepped over it."""


def prefetch(transaction: Transaction, rules: RuleSet, parts: Iterable[Part]) -> None:
    """Let states know the cells of values that their events carry; what cannot be foreseen is asked for later."""
    wanted = {key: state for state, events in parts for key in _keys(rules, state, events)}
    if not wanted:
        return
    found = transaction.cells_among(wanted)
    for key, state in wanted.items():
        state.cells.of(key[1]).known.setdefault(key[2], found.get(key))


def _keys(rules: RuleSet, state: State, events: Sequence[Event]) -> Iterator[CellKey]:
    for event in events:
        route = rules.routes.get(event.type)
        for metric in route.metrics if route else ():
            key = _key(rules, state, metric, event) if metric.measure.keeps_cells else None
            if key is not None:
                yield (state.user, metric.fingerprint, key)


def _key(rules: RuleSet, state: State, metric: Metric, event: Event) -> str | None:
    """The cell of the value that an event carries; None if the metric keeps others."""
    over = metric.by or metric.of
    if over is None or "within" in metric.measure.params:
        return None
    try:
        return "v" + value_key(over.evaluate(context_of(rules, state, event)))
    except (EvaluationError, TypeError, ValueError):
        return None
