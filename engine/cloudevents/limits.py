"""How much one request may hold, and how far the times of its events may lie from now."""

from __future__ import annotations

from dataclasses import dataclass

from .. import jsontext
from ..calendar import DAY, HOUR, MINUTE, SECOND

LONGEST = 200
"""Characters of a subject, a source, an id or a type."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server takes; instants are microseconds."""

    body: int = 5 * 1024 * 1024
    """Bytes of a request's body."""
    events: int = 1000
    """In one request."""
    depth: int = jsontext.MAX_DEPTH
    """How deep objects and lists may be nested in each other."""
    name: int = LONGEST
    """Characters of a subject, a source, an id or a type."""
    ahead: int = 5 * MINUTE
    """How far a time may lie ahead of the server's clock."""
    age: int | None = None
    """How far a time may lie back; None for any."""

    @property
    def are_widest(self) -> bool:
        """Whether an event that the engine takes is never too large for them."""
        return self.name >= LONGEST and self.depth >= jsontext.MAX_DEPTH


def span(microseconds: int) -> str:
    """A length of time in words: ``5 minutes``."""
    units = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"))
    unit, name = next((each for each in units if microseconds % each[0] == 0), units[-1])
    count = microseconds // unit
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
