"""One entry of the log over a user's state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..calendar import Moment
from ..expressions import Context
from ..model import BADGE_GRANTED, BADGE_REVOKED, EVENT_RETRACTED, USER_UPDATED, Award, Badge, Event, Position, RuleSet
from ..state import KEPT, State
from .calls import grant, revoke
from .earning import is_held
from .entry import Entry
from .plans import Plan, plan_of
from .rounds import evaluate, follow, run


def step(rules: RuleSet, state: State, event: Event) -> None:
    """Fold one entry of the log, which is not before any that the state has seen."""
    state.position = event.position
    advance(rules, state, event)


def advance(rules: RuleSet, state: State, event: Event) -> None:
    """As ``step``, for one who keeps the position."""
    type = event.type
    if type in _OWN:
        if type in _CALLS:
            _CALLS[type](rules, state, event)
            return
        _merge(state, event.data)
    if event.offset is not None:
        state.offset = event.offset
    plan: Plan = rules.plans.get(type) or plan_of(rules, type)
    found: list[Badge] = []
    (plan.run if state.trace is None else plan.counted)(state, event, found)
    if found:
        entry = Entry(rules, state, event)
        given = evaluate(rules, state, entry, None, found)
        if given:
            run(rules, state, entry, given)


def _merge(state: State, data: Mapping[str, Any]) -> None:
    merged = {**state.attributes, **data}
    state.attributes = {name: value for name, value in merged.items() if value is not None}
    state.clock = None


def _grant(rules: RuleSet, state: State, event: Event) -> None:
    grant(rules, state, Entry(rules, state, event))


def _pass(rules: RuleSet, state: State, event: Event) -> None:
    """A retraction says what is not folded: it is no entry of the fold itself."""


_CALLS: dict[str, Callable[[RuleSet, State, Event], None]] = {
    BADGE_GRANTED: _grant,
    BADGE_REVOKED: revoke,
    EVENT_RETRACTED: _pass,
}
_OWN = frozenset({*_CALLS, USER_UPDATED})


def inject(rules: RuleSet, state: State, award: Award, mark: int, cause: Event | None = None) -> None:
    """Hold an award as it was given, from its own time on: it is kept, or was given under an older version.

    ``cause`` is the entry that completed it, if that is still in the log: what the award leads to may read it.
    """
    if mark == KEPT and is_held(state.holding(award.badge), award):
        return
    place = (award.awarded_at, award.source, award.id)
    entry = Entry(rules, state, cause) if cause else moment_of(rules, state, place)
    run(rules, state, entry, follow(rules, state, entry, [award], mark))


def moment_of(rules: RuleSet, state: State, position: Position) -> Entry:
    """A place in the log without the entry that is there."""
    time, source, id = position
    moment = Moment(time, state.calendar(rules.settings))
    event = Event(state.user, source, id, "", time, None, {})
    return Entry(rules, state, event, Context({}, "", source, state.names, moment))


def is_call(event: Event) -> bool:
    """Whether an entry is a call or a retraction, which nothing takes out of the log."""
    return event.type in (BADGE_GRANTED, BADGE_REVOKED, EVENT_RETRACTED)
