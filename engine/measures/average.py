"""The mean of a number over the matching events, exact and rounded once; undefined below ``min_events``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .aggregates import Mean
from .protocol import Measure
from .windows import PARAMETERS as WINDOWS
from .windows import windowed

KIND = "average"
PARAMETERS: dict[str, Any] = {
    "of": {"type": "string", "description": "An expression: the number whose mean is taken."},
    **WINDOWS,
    "min_events": {
        "type": "integer",
        "minimum": 1,
        "description": "How many events there must be before the mean counts (default 1).",
    },
}
REQUIRED = ("of",)
WHOLE_THRESHOLD = False
POSITIVE_THRESHOLD = False


def build(params: Mapping[str, Any]) -> Measure:
    """The measure with these keys."""
    return windowed(KIND, params, Mean(params.get("min_events", 1)))
