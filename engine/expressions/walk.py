"""One walk over one tree: how the rooms that check its nodes come to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .facts import Facts
from .findings import Findings
from .nodes import Node
from .types import Type


@dataclass(frozen=True, slots=True)
class Walk:
    """What is found on the way, and the function that checks a node of any kind."""

    found: Findings
    check: Callable[[Walk, Node, Facts], Type]

    def type(self, node: Node, facts: Facts) -> Type:
        """The type of a part where ``facts`` hold; what is wrong with it is noted."""
        type = self.check(self, node, facts)
        self.found.types[node] = type
        return type
