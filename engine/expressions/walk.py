"""One walk over one tree: how the rooms that check its nodes come to each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .facts import Facts
from .findings import Findings
from .nodes import Literal, Node, canonical
from .types import UNKNOWN, Type


class Walk:
    """What is found on the way, and the functions that check nodes of each kind."""

    __slots__ = ("found", "visits")

    def __init__(self, found: Findings, visits: Mapping[type, Visit]) -> None:
        self.found = found
        self.visits = visits

    def type(self, node: Node, facts: Facts) -> Type:
        """The type of a part where ``facts`` hold; what is wrong with it is noted."""
        kind = node.__class__
        type = self.visits[kind](self, node, facts)
        if facts.values and kind is not Literal and type.kind != UNKNOWN:
            type = facts.values.get(canonical(node), type)
        self.found.types[node] = type
        return type


Visit = Callable[[Walk, Any, Facts], Type]
