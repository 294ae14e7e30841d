"""What is stored of many users, read together: a few queries for all of them instead of a few for each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from . import tables
from .rows import Row
from .tables import Table, chunks, holes

ROWS = 5_000
"""Rows that are read at once: as many users as have them, one at least."""
ENTRIES = Table("events", ("user_id", "source", "id"), ("type", "time", "zone_offset", "data"))
"""Entries of the log without what was answered and replaced."""
AWARDS_ORDER = "awarded_at, source, id, badge, tier, LENGTH(occurrence), occurrence"
_ORDERS = {
    ENTRIES: "time, source, id",
    tables.STATES: "key",
    tables.CELLS: "metric, key",
    tables.AWARDS: AWARDS_ORDER,
    tables.FAILURES: "badge, source, id",
    tables.SNAPSHOTS: "until",
}
Ask = Callable[[str, Sequence[Any]], list[Row]]


class Gathering:
    """Users of whom all is going to be asked for, one after the other by id."""

    def __init__(self, ask: Ask, users: Iterable[str]) -> None:
        self._ask = ask
        self._users = sorted(users)
        self._places = {user: place for place, user in enumerate(self._users)}
        self._slices: dict[Table, dict[str, list[Row]]] = {}
        self._sizes: dict[Table, dict[str, int]] = {}

    def of(self, table: Table, user: str) -> list[Row] | None:
        """A user's rows of a table, in order; None for somebody who is not among these users."""
        if user not in self._places:
            return None
        known = self._slices.get(table)
        if known is None or user not in known:
            known = self._slices[table] = self._read(table, self._next(table, user))
        return known[user]

    def forget(self, users: Collection[str]) -> None:
        """Users whose rows are being written."""
        for user in users:
            self._places.pop(user, None)

    def _next(self, table: Table, user: str) -> list[str]:
        """A user and those after, as long as their rows are few."""
        if table not in self._sizes:
            self._sizes[table] = sizes(self._ask, table, self._users)
        known, total, chosen = self._sizes[table], 0, list[str]()
        for one in self._users[self._places[user] :]:
            total += known.get(one, 0)
            if chosen and (total > ROWS or len(chosen) == tables.VARIABLES):
                break
            chosen.append(one)
        return chosen

    def _read(self, table: Table, users: Sequence[str]) -> dict[str, list[Row]]:
        which = f"user_id IN ({holes(len(users))}) ORDER BY user_id, {_ORDERS[table]}"
        found = self._ask(f"SELECT {table.columns} FROM {table.name} WHERE {which}", users)
        by_user = {user: list(some) for user, some in groupby(found, itemgetter(0))}
        return {user: by_user.get(user, []) for user in users}


NOBODY = Gathering(lambda sql, parameters: [], ())
"""Nobody in particular is going to be asked for."""


def sizes(ask: Ask, table: Table, users: Sequence[str]) -> dict[str, int]:
    """How many rows of a table users have, of those who have any."""
    found: dict[str, int] = {}
    for part in chunks(users, 1):
        which = f"user_id IN ({holes(len(part))}) GROUP BY user_id"
        found.update(ask(f"SELECT user_id, COUNT(*) FROM {table.name} WHERE {which}", part))
    return found
