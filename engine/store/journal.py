"""Dictionaries as tables, with a journal of what a transaction replaced, so that it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ..model import Number
from ..webhooks import Delivery, Endpoint
from .feeds import Feed
from .rows import Row

_ABSENT = object()
Part = dict[str, dict[Any, Any]]
"""Rows by user, then by the rest of their key."""


@dataclass(slots=True)
class Tables:
    """What the in-memory store holds: the rows that a database would."""

    users: dict[str, Row] = field(default_factory=dict)
    events: Part = field(default_factory=dict)
    retractions: Part = field(default_factory=dict)
    snapshots: dict[str, Row] = field(default_factory=dict)
    compacted: Part = field(default_factory=dict)
    states: Part = field(default_factory=dict)
    cells: Part = field(default_factory=dict)
    awards: Part = field(default_factory=dict)
    failures: Part = field(default_factory=dict)
    worth: dict[tuple[str, str], Number] = field(default_factory=dict)
    versions: dict[int, Row] = field(default_factory=dict)
    audit: dict[int, Row] = field(default_factory=dict)
    keys: dict[str, Row] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    deliveries: dict[int, Delivery] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    """Of deliveries."""
    feeds: dict[str, Feed] = field(default_factory=dict)
    notices: Part = field(default_factory=dict)
    told: Part = field(default_factory=dict)
    reminders: Part = field(default_factory=dict)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The tables that are led by the user."""
        state = (self.states, self.cells, self.awards, self.failures)
        told = (self.notices, self.told, self.reminders)
        return (self.events, self.retractions, self.compacted, *state, *told)


class Journal:
    """Changes dictionaries and remembers what was there before."""

    def __init__(self) -> None:
        self._replaced: list[tuple[dict[Any, Any], Any, Any]] = []

    def put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        """Set a row."""
        self._replaced.append((table, key, table.get(key, _ABSENT)))
        table[key] = value

    def drop(self, table: dict[Any, Any], key: Any) -> bool:
        """Remove a row; whether it was there."""
        if key not in table:
            return False
        self._replaced.append((table, key, table.pop(key)))
        return True

    def part(self, table: Part, user: str) -> dict[Any, Any]:
        """A user's part of a table, to be written to."""
        if user not in table:
            self.put(table, user, {})
        return table[user]

    def undo(self) -> None:
        """Put everything back as it was."""
        for table, key, before in reversed(self._replaced):
            if before is _ABSENT:
                table.pop(key, None)
            else:
                table[key] = before
