"""The posted entry that a step is about, as the rooms of the fold hand it on."""

from __future__ import annotations

from ..calendar import Moment
from ..expressions import Context
from ..model import BADGE_GRANTED, BADGE_REVOKED, Event, RuleSet
from ..state import State

Key = tuple[str, str | None, str | None]
"""Badge, tier, occurrence."""


class Entry:
    """The posted event or call that a step is about, as rules see it; worked out when the first of them looks."""

    __slots__ = ("event", "_rules", "_state", "_context")

    def __init__(self, rules: RuleSet, state: State, event: Event, context: Context | None = None) -> None:
        self.event = event
        self._rules = rules
        self._state = state
        self._context = context

    @property
    def context(self) -> Context:
        """What expressions read; as long as the state stands at this entry."""
        if self._context is None:
            self._context = context_of(self._rules, self._state, self.event)
        return self._context

    @property
    def moment(self) -> Moment:
        """Its time, in the calendar in effect."""
        return self.context.moment


def context_of(rules: RuleSet, state: State, event: Event) -> Context:
    """An entry of the log as rules see it; calls have no payload, and no clock of their own."""
    called = event.type in (BADGE_GRANTED, BADGE_REVOKED)
    moment = Moment(event.time, state.calendar(rules.settings, None if called else event.offset))
    return Context({} if called else event.data, event.type, event.source, state.names, moment)
