"""How many matching events there are.

With ``within`` or ``per``, only those of the window; with ``by``, the count of its most frequent value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..calendar import Calendar
from .aggregates import Count
from .protocol import Cells, Head, Measure
from .windows import BY, Whole, windowed
from .windows import PARAMETERS as WINDOWS

KIND = "count"
PARAMETERS: dict[str, Any] = {**WINDOWS, "by": BY}
REQUIRED: tuple[str, ...] = ()
WHOLE_THRESHOLD = True
POSITIVE_THRESHOLD = True


def build(params: Mapping[str, Any]) -> Measure:
    """The measure with these keys."""
    found = windowed(KIND, params, Count())
    return Counted(KIND, params, Count()) if isinstance(found, Whole) else found


class Counted(Whole):
    """All events: most rules count, so that this costs an addition and no more."""

    reads_head = True
    adds_one = True

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        return head + 1
