"""The posted entry that a step is about, as the rooms of the fold hand it on."""

from __future__ import annotations

from dataclasses import dataclass

from ..calendar import Moment
from ..expressions import Context
from ..model import Event

Key = tuple[str, str | None, str | None]
"""Badge, tier, occurrence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The posted event or call that a step is about."""

    event: Event
    moment: Moment
    context: Context
