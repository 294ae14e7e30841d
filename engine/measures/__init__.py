"""The measures: one a module, in a registry from which the schemas, the docs and the contract tests follow.

To add one: write ``<kind>.py`` with KIND, PARAMETERS, REQUIRED, the two threshold flags and ``build``; name it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from . import average, count, count_distinct, latest, max, min, streak, sum
from .protocol import Cells, Head, Measure
from .windows import width

REGISTRY: dict[str, ModuleType] = {
    module.KIND: module for module in (count, count_distinct, sum, max, min, average, latest, streak)
}


def build(kind: str, params: Mapping[str, Any]) -> Measure:
    """The measure of that kind with these keys (``of`` left out, ``by`` as True)."""
    measure: Measure = REGISTRY[kind].build(params)
    return measure


__all__ = ["REGISTRY", "Cells", "Head", "Measure", "build", "width"]
