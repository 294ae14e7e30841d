"""A user's whole log, from nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from ..model import EVENT_RETRACTED, Award, Event, Position, RuleSet
from ..state import KEPT, PINNED, State, Trace
from .stepping import inject, is_call, step


def replay(
    rules: RuleSet,
    user: str,
    log: Iterable[Event],
    kept: Sequence[Award] = (),
    pinned: Sequence[Award] = (),
    trace: Trace | None = None,
) -> State:
    """The state that a user's whole log gives, from nothing.

    ``log`` in any order. ``kept`` are held from their own time unless the rules give them by then; ``pinned`` (given
    under an older version of their badge) are held from their own time, whatever the rules of today give.
    """
    state = State(user)
    state.trace = trace
    state.pins = frozenset(award.key for award in pinned)
    entries = sorted(log, key=lambda event: event.position)
    gone = retracted(entries)
    marked = [(award, KEPT) for award in kept] + [(award, PINNED) for award in pinned]
    waiting = deque(sorted(marked, key=lambda pair: (pair[0].awarded_at, pair[0].source, pair[0].id)))
    for event in entries:
        while waiting and _place(waiting[0][0]) < event.position:
            inject(rules, state, *waiting.popleft())
        if (event.source, event.id) in gone and not is_call(event):
            state.position = event.position
        else:
            step(rules, state, event)
    while waiting:
        inject(rules, state, *waiting.popleft())
    return state


def retracted(log: Iterable[Event]) -> set[tuple[str, str]]:
    """Sources and ids of the events that the log's retractions take out."""
    return {(e.data["source"], e.data["id"]) for e in log if e.type == EVENT_RETRACTED}


def _place(award: Award) -> Position:
    return (award.awarded_at, award.source, award.id)
