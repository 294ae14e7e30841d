"""The posted entry that a step is about, as the rooms of the fold hand it on."""

from __future__ import annotations

from ..calendar import Moment
from ..expressions import Context
from ..model import Event

Key = tuple[str, str | None, str | None]
"""Badge, tier, occurrence."""


class Entry:
    """The posted event or call that a step is about, as rules see it."""

    __slots__ = ("event", "context")

    def __init__(self, event: Event, context: Context) -> None:
        self.event = event
        self.context = context

    @property
    def moment(self) -> Moment:
        """Its time, in the calendar in effect."""
        return self.context.moment
