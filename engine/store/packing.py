"""Where heads stand: together in the user's row while they are small, so that one row is read and written.

A user whose heads have outgrown the row has them one by one in ``states``, so that an event goes on to cost what its
own rules cost. Heads that a leaderboard ranks have a row there, with their value, in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from . import rows
from .protocol import Changes, Head
from .rows import Row

ROOM = 4_000
"""Characters of heads that a row takes; what a page of SQLite holds without a further one."""
RANKED = ""
"""Among the heads in a row: the keys of those that have a row in ``states``; no head has this key."""
APART = ""
"""In place of the heads in a row: they stand in ``states``."""


@dataclass(slots=True)
class Packed:
    """The heads in a user's row."""

    heads: dict[str, Any]
    ranked: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str) -> Packed | None:
        """From the column of a row; None if they stand apart."""
        if text == APART:
            return None
        heads = rows.unpack(text)
        return cls(heads, frozenset(heads.pop(RANKED, ())))

    def some(self, keys: Iterable[str]) -> dict[str, Any]:
        """Those of the heads that there are."""
        return {key: self.heads[key] for key in keys if key in self.heads}

    def text(self) -> str:
        """For the column of a row."""
        return rows.pack({**self.heads, RANKED: sorted(self.ranked)} if self.ranked else self.heads)


class Placed(Struct, frozen=True):
    """How a user's new heads are written."""

    column: str
    """What is in the user's row."""
    states: list[Row]
    """Rows to insert or replace in ``states``."""
    gone: list[Row]
    """Keys of rows of ``states`` to remove."""


def placed(change: Changes, before: Packed | None) -> Placed:
    """Where a user's heads come to stand, if those of before stood in the row (None: apart)."""
    user, heads = change.row.user, change.heads
    if change.rebuilt:
        before = Packed({})
    if before is None:
        return Placed(APART, [rows.head_row(user, key, head) for key, head in heads.items()], [])
    bodies = dict(before.heads)
    ranked: set[str] = set()
    for key, head in heads.items():
        bodies[key] = head.body
        if head.value is not None:
            ranked.add(key)
    after = Packed(bodies, before.ranked.difference(heads) | ranked)
    column = after.text()
    if len(column) > ROOM:
        return Placed(APART, list(_apart(user, after, heads)), [])
    states = [rows.head_row(user, key, heads[key]) for key in sorted(ranked)]
    return Placed(column, states, [(user, key) for key in sorted(before.ranked - after.ranked)])


def _apart(user: str, packed: Packed, heads: Mapping[str, Head]) -> Iterator[Row]:
    """The rows of heads that stood in the user's row, but for those that have theirs already."""
    for key, body in packed.heads.items():
        if key in heads:
            yield rows.head_row(user, key, heads[key])
        elif key not in packed.ranked:
            yield rows.head_row(user, key, Head(body))
