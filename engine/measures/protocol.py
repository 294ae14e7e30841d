"""What a measure is: a fold of a user's counted events into a small head, and cells for what must not be loaded whole.

A head is a JSON value, replaced and never changed in place. Cells are JSON values by key, read one by one, so that
the cost of an event does not grow with the user's history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from ..calendar import Calendar, Moment
from ..model import Number
from ..numeric import shown

Head = Any
LONGEST_KEY = 80


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

    reads_head: bool
    """Whether the head is the value."""
    keeps_cells: bool
    """Whether it needs the cells that it is given."""
    falls: bool
    """Whether the value falls as time passes, without a new event."""
    gather: Callable[[Head, Any], Head] | None
    """What ``evolve`` does, if it looks at nothing but the head and the value."""
    adds_one: bool
    """Whether each event that counts adds 1 to the head, whatever else it carries."""

    def initial(self) -> Head: ...

    def evolve(self, head: Head, of: Any, instant: int, calendar: Calendar, cells: Cells) -> Head:
        """The head after an event that counts, the same one if nothing changes; with ``by``, ``of`` is (by, of)."""

    def missed(self, head: Head, of: Any, cells: Cells) -> Head:
        """The head after an event of its triggers that fails ``when``; asked only of measures that see misses."""

    def most(self, head: Head) -> Number | None:
        """No value at the instant of the newest event is above this; None where that is not known."""

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
    if not isinstance(value, str):
        return "b" + str(value).lower() if isinstance(value, bool) else f"n{shown(value)}"
    text = "t" + value
    return text if len(text) <= LONGEST_KEY else "h" + hashlib.sha256(value.encode()).hexdigest()
