"""How many matching events there are.

With ``within`` or ``per``, only those of the window; with ``by``, the count of its most frequent value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .aggregates import Count
from .protocol import Measure
from .windows import BY, windowed
from .windows import PARAMETERS as WINDOWS

KIND = "count"
PARAMETERS: dict[str, Any] = {**WINDOWS, "by": BY}
REQUIRED: tuple[str, ...] = ()
WHOLE_THRESHOLD = True
POSITIVE_THRESHOLD = True


def build(params: Mapping[str, Any]) -> Measure:
    """The measure with these keys."""
    return windowed(KIND, params, Count())
