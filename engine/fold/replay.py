"""A user's whole log, from nothing or from a snapshot of its beginning."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter, lt

from ..model import EVENT_RETRACTED, Award, Event, Position, RuleSet, Snapshot
from ..state import KEPT, PINNED, State, Trace
from .start import give_due, resume
from .stepping import advance, inject, is_call


def replay(
    rules: RuleSet,
    user: str,
    log: Iterable[Event],
    kept: Sequence[Award] = (),
    pinned: Sequence[Award] = (),
    trace: Trace | None = None,
    start: Snapshot | None = None,
    until: int | None = None,
) -> State:
    """The state that a user's whole log gives: from nothing, or from the snapshot that stands for its beginning.

    ``log`` in any order. ``kept`` are held from their own time unless the rules give them by then; ``pinned`` (given
    under an older version of their badge) are held from their own time, whatever the rules of today give. With
    ``until``, the state before that instant: of what comes later only retractions are seen.
    """
    state = resume(rules, user, start) if start else State(user)
    state.trace = trace
    state.pins = frozenset(award.key for award in pinned)
    if start:
        give_due(rules, state, start)
    entries = in_order(list(log))
    gone = retracted(entries) | start.retracted if start else retracted(entries)
    marked = [(award, KEPT) for award in kept] + [(award, PINNED) for award in pinned]
    waiting = deque(sorted(marked, key=lambda pair: _place(pair[0])) if marked else ())
    if until is not None:
        entries = [event for event in entries if event.time < until]
        waiting = deque(pair for pair in waiting if pair[0].awarded_at < until)
    if entries:
        state.position = entries[-1].position
    if gone:
        entries = [event for event in entries if (event.source, event.id) not in gone or is_call(event)]
    last: Event | None = None
    for event in entries if waiting else ():
        while waiting and _place(waiting[0][0]) < event.position:
            _hold(rules, state, *waiting.popleft(), last)
        advance(rules, state, event)
        last = event
    for event in entries if last is None else ():
        advance(rules, state, event)
    while waiting:
        _hold(rules, state, *waiting.popleft(), last)
    return state


def in_order(log: Sequence[Event]) -> Sequence[Event]:
    """The entries by position; a log in order, as stores give it, is not sorted again."""
    times = list(map(_time, log))
    if all(map(lt, times, times[1:])):
        return log
    return sorted(log, key=lambda event: event.position)


def _hold(rules: RuleSet, state: State, award: Award, mark: int, last: Event | None) -> None:
    """Hold an award that no rule gives here; the entry before it is its cause if it stands at the same place."""
    cause = last if last and last.position == _place(award) else None
    inject(rules, state, award, mark, cause)


_time, _type = attrgetter("time"), attrgetter("type")


def retracted(log: Collection[Event]) -> set[tuple[str, str]]:
    """Sources and ids of the events that the log's retractions take out."""
    if EVENT_RETRACTED not in map(_type, log):
        return set()
    return {(e.data["source"], e.data["id"]) for e in log if e.type == EVENT_RETRACTED}


def _place(award: Award) -> Position:
    return (award.awarded_at, award.source, award.id)
