"""What a measure is: a fold of a user's counted events into a small head, and cells for what must not be loaded whole.

A head is a JSON value, replaced and never changed in place. Cells are JSON values by key, read one by one, so that
the cost of an event does not grow with the user's history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from ..calendar import Moment
from ..model import Number
from ..numeric import shown

Head = Any
LONGEST_KEY = 80


@dataclass(frozen=True, slots=True)
class Sample:
    """One event as a measure sees it."""

    moment: Moment
    hit: bool = True
    """Whether it satisfies the metric's ``when``; only measures that see misses get others."""
    of: Any = None
    by: Any = None


class Cells(Protocol):
    """The cells of one metric of one user."""

    def get(self, key: str) -> Any: ...

    def put(self, key: str, value: Any) -> None:
        """Store a value; None removes the cell."""

    def items(self, prefix: str) -> Iterable[tuple[str, Any]]: ...


class Measure(Protocol):
    """One measure with its keys, bound. Every method is pure but for the cells it is given."""

    kind: str
    params: Mapping[str, Any]
    uses_calendar: bool
    sees_misses: bool
    """Whether it must also see the events of its triggers that fail ``when``."""

    def initial(self) -> Head: ...

    def evolve(self, head: Head, sample: Sample, cells: Cells) -> Head: ...

    def value(self, head: Head, moment: Moment, cells: Cells) -> Number | None:
        """The value at a moment that is not before the newest event; None is undefined."""

    def changes(self, head: Head, moment: Moment, cells: Cells) -> Iterator[tuple[int, Number | None]]:
        """The values to come without a new event: (instant, value), in order."""

    def longest(self, head: Head) -> int | None:
        """The longest length of a streak; None for other measures."""

    def laps(self, head: Head, moment: Moment, cells: Cells, threshold: Number) -> int:
        """How often the threshold has been reached, for badges that repeat."""


def value_key(value: Any) -> str:
    """The cell key of a value of ``of`` or ``by``: 1 and 1.0 are one, true and "true" are not."""
    if isinstance(value, bool):
        return "b" + str(value).lower()
    if isinstance(value, int | float | Decimal):
        return f"n{shown(value)}"
    text = "t" + value
    return text if len(text) <= LONGEST_KEY else "h" + hashlib.sha256(value.encode()).hexdigest()
