"""The number in the newest matching event; undefined without events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model import Number
from .protocol import Measure
from .windows import windowed

KIND = "latest"
PARAMETERS: dict[str, Any] = {"of": {"type": "string", "description": "An expression: the number that is read."}}
REQUIRED = ("of",)
WHOLE_THRESHOLD = False
POSITIVE_THRESHOLD = False


class Newest:
    """The last number added."""

    zero = None

    def add(self, gathered: Any, number: Any) -> Number:
        return number if isinstance(number, int) else float(number)

    def remove(self, gathered: Any, number: Any) -> Any:
        raise NotImplementedError("latest has no window")

    def value(self, gathered: Number | None) -> Number | None:
        return gathered


def build(params: Mapping[str, Any]) -> Measure:
    """The measure with these keys."""
    return windowed(KIND, params, Newest())
