"""The sum of a number of the matching events, exact over the decimals as written, rounded once.

With ``within`` or ``per``, only of the window; with ``by``, the largest of its values' sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import Number
from .aggregates import POWERS, Total, number_of, plus
from .protocol import Head, Measure
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

    def __init__(self, kind: str, params: Mapping[str, Any], aggregate: Total) -> None:
        super().__init__(kind, params, aggregate)
        self.gather = plus

    def most(self, head: Head) -> Number | None:
        return head[0] / POWERS[head[1]] if type(head) is list else number_of(head)
