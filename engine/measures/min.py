"""The smallest value of a number over the matching events; undefined without events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .aggregates import Extreme
from .protocol import Measure
from .windows import PARAMETERS as WINDOWS
from .windows import windowed

KIND = "min"
PARAMETERS: dict[str, Any] = {
    "of": {"type": "string", "description": "An expression: the number whose smallest value is taken."},
    **WINDOWS,
}
REQUIRED = ("of",)
WHOLE_THRESHOLD = False
POSITIVE_THRESHOLD = False


def build(params: Mapping[str, Any]) -> Measure:
    """The measure with these keys."""
    return windowed(KIND, params, Extreme(largest=False))
