"""The snapshot that stands for the entries of a user's log before an instant.

The fold goes on from it as it would from the entries themselves. Two things end with them: nothing moves an award that
was given before, not even one that is kept and that the rules come to give again; and a metric that the rules did not
have then begins at the snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ..fold import due, replay, retracted
from ..jsontext import dumps
from ..model import Award, Event, Metric, RuleSet, Snapshot
from ..reconcile import as_given, sorted_out
from ..state import KEPT, PINNED, State

HELD = "b:"


def compact(
    rules: RuleSet,
    user: str,
    log: Sequence[Event],
    stored: Sequence[Award],
    until: int,
    start: Snapshot | None = None,
) -> Snapshot | None:
    """The snapshot for the entries before an instant; None if there are none.

    ``log`` is the whole log, from ``start`` on if that stands for its beginning; ``stored`` what the user holds by
    these rules.
    """
    early = [event for event in log if event.time < until]
    if not early:
        return None
    current, pinned = sorted_out(rules, log, stored, start)
    kept = [award for award in current.values() if award.kept]
    state = replay(rules, user, log, kept, pinned, start=start, until=until)
    snapshot = Snapshot(
        until=until,
        position=state.position or early[-1].position,
        offset=state.offset,
        attributes=state.attributes,
        heads={key: _lasting(head) if key.startswith(HELD) else head for key, head in state.heads.items()},
        cells={key: value for key, value in state.cells.changed.items() if value is not None},
        awards=tuple(_as_stored(state, stored)),
        retracted=_taken_out(log, early, start),
        waiting={},
        entries=len(early) + (start.entries if start else 0),
        types=frozenset(event.type for event in early) | (start.types if start else frozenset()),
    )
    return replace(snapshot, waiting={badge.id: badge.version for badge in due(rules, user, snapshot)})


def _lasting(holding: Any) -> Any:
    """What is held of a badge, with kept awards as fixed as all others."""
    tiers, laps, odd, *rest = holding
    fixed = ({id: PINNED if mark == KEPT else mark for id, mark in marks.items()} for marks in (tiers, odd))
    return [next(fixed), laps, next(fixed), *rest]


def _as_stored(state: State, stored: Iterable[Award]) -> Iterable[Award]:
    """The awards of a state, each as it is stored if it still is."""
    known = {as_given(award): award for award in stored}
    return (known.get(as_given(award), award) for award in state.awards.values())


def _taken_out(log: Sequence[Event], early: Sequence[Event], start: Snapshot | None) -> frozenset[tuple[str, str]]:
    """What retractions among the entries take out, also if it has yet to come, and what later ones took from them."""
    known = start.retracted if start else frozenset()
    return known | retracted(early) | (retracted(log) & {(event.source, event.id) for event in early})


def agrees(stored: Iterable[Award], state: State) -> bool:
    """Whether a state holds the awards that are stored, with their times, entries and metadata."""
    return {_whole(award) for award in stored} == {_whole(award) for award in state.awards.values()}


def _whole(award: Award) -> tuple[Any, ...]:
    return *as_given(award), award.by_call, dumps(dict(sorted(award.metadata.items())))


def holds_history_of(start: Snapshot, metric: Metric) -> bool:
    """Whether a snapshot has what a metric would have counted: its state, or no entry that could be part of it."""
    return metric.fingerprint in start.heads or start.types.isdisjoint(metric.triggers)
