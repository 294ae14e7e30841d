"""Cells that events are going to ask for: read in one query, not one by one, where they stand apart from users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..expressions import EvaluationError, Expression
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
        for metric, over in _looked_up(rules, event.type):
            of_payload = over.of_payload()
            try:
                value = of_payload(event.data) if of_payload else over.evaluate(context_of(rules, state, event))
                yield (state.user, metric.fingerprint, "v" + value_key(value))
            except (EvaluationError, TypeError, ValueError):
                continue


def _looked_up(rules: RuleSet, type: str) -> Iterator[tuple[Metric, Expression]]:
    """The metrics that keep a cell for each value of an expression, with that expression."""
    route = rules.routes.get(type)
    for metric in route.metrics if route else ():
        over = metric.by or metric.of
        if over is not None and metric.measure.keeps_cells and "within" not in metric.measure.params:
            yield metric, over
