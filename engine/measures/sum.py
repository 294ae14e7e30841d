"""The sum of a number of the matching events, exact over the decimals as written, rounded once.

With ``within`` or ``per``, only of the window; with ``by``, the largest of its values' sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .aggregates import Total
from .protocol import Measure
from .windows import BY, windowed
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
    return windowed(KIND, params, Total())
