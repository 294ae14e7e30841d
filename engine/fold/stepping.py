"""One entry of the log over a user's state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..calendar import Moment
from ..expressions import Context
from ..model import BADGE_GRANTED, BADGE_REVOKED, EVENT_RETRACTED, USER_UPDATED, Award, Event, Position, RuleSet
from ..state import KEPT, State
from .calls import grant, revoke
from .earning import is_held
from .entry import Entry
from .rounds import follow, play, run


def step(rules: RuleSet, state: State, event: Event) -> None:
    """Fold one entry of the log, which is not before any that the state has seen."""
    state.position = event.position
    if event.type == USER_UPDATED:
        _merge(state, event.data)
    if event.offset is not None and not is_call(event):
        state.offset = event.offset
    entry = _entry(rules, state, event)
    if event.type == BADGE_GRANTED:
        grant(rules, state, entry)
    elif event.type == BADGE_REVOKED:
        revoke(rules, state, event)
    elif event.type != EVENT_RETRACTED:
        run(rules, state, entry, play(rules, state, entry, entry.context))


def inject(rules: RuleSet, state: State, award: Award, mark: int, cause: Event | None = None) -> None:
    """Hold an award as it was given, from its own time on: it is kept, or was given under an older version.

    ``cause`` is the entry that completed it, if that is still in the log: what the award leads to may read it.
    """
    if mark == KEPT and is_held(state.holding(award.badge), award):
        return
    place = (award.awarded_at, award.source, award.id)
    entry = _entry(rules, state, cause) if cause else moment_of(rules, state, place)
    run(rules, state, entry, follow(rules, state, entry, entry.context, [award], mark))


def _entry(rules: RuleSet, state: State, event: Event) -> Entry:
    """An entry of the log as rules see it; calls have no payload, and no clock of their own."""
    called = event.type in (BADGE_GRANTED, BADGE_REVOKED)
    moment = Moment(event.time, state.calendar(rules.settings, None if called else event.offset))
    data = {} if called else event.data
    return Entry(event, moment, Context(data, event.type, event.source, _user(state), moment))


def moment_of(rules: RuleSet, state: State, position: Position) -> Entry:
    """A place in the log without the entry that is there."""
    time, source, id = position
    moment = Moment(time, state.calendar(rules.settings))
    event = Event(state.user, source, id, "", time, None, {})
    return Entry(event, moment, Context({}, "", source, _user(state), moment))


def is_call(event: Event) -> bool:
    """Whether an entry is a call or a retraction, which nothing takes out of the log."""
    return event.type in (BADGE_GRANTED, BADGE_REVOKED, EVENT_RETRACTED)


def _merge(state: State, data: Mapping[str, Any]) -> None:
    merged = {**state.attributes, **data}
    state.attributes = {name: value for name, value in merged.items() if value is not None}


def _user(state: State) -> dict[str, Any]:
    return {**state.attributes, "id": state.user}
