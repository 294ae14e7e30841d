"""The sum of a number of the matching events, exact over the decimals as written, rounded once.

With ``within`` or ``per``, only of the window; with ``by``, the largest of its values' sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..calendar import Calendar
from ..model import Number
from .aggregates import POWERS, Total, number_of, plus
from .protocol import Cells, Head, Measure
from .windows import BY, Whole, windowed
from .windows import PARAMETERS as WINDOWS

KIND = "sum"
PARAMETERS: dict[str, Any] = {
    "of": {"type": "string", "description": "An expression: the number that is summed."},
    **WINDOWS,
    "by": BY,
}
REQUIRED = ("of",)
WHOLE_THRESHOLD = False
POSITIVE_THRESHOLD = True


def build(params: Mapping[str, Any]) -> Measure:
    """The measure with these keys."""
    found = windowed(KIND, params, Total())
    return Summed(KIND, params, Total()) if isinstance(found, Whole) else found


class Summed(Whole):
    """All events, in as few steps as there can be."""

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        return head + of if type(of) is int and type(head) is int else plus(head, of)

    def most(self, head: Head) -> Number | None:
        return head[0] / POWERS[head[1]] if type(head) is list else number_of(head)
