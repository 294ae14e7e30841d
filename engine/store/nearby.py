"""Where cells stand: in the user's row while they are few, so that whoever has the row asks for no cell.

A metric whose cells have outgrown the row has them one by one in ``cells`` from then on, and reads only those that an
event needs. A user of whom the row holds nothing, not even that there are none, has all of them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import rows
from .protocol import Changes
from .rows import Row

ROOM = 1_000
"""Characters of cells that a row takes: they are read and written with it."""
NONE = "{}"
"""In the row of a user without cells."""
Near = Mapping[str, Mapping[str, Any] | None]
"""Cells in a row, by metric and key; None for a metric that has them in ``cells``."""


def near(column: str | None) -> Near | None:
    """The cells in a user's row, from its column; None if all are in ``cells``."""
    return None if column is None else rows.unpack(column)


def may_be_far(column: str | None) -> bool:
    """Whether cells of a user can be in ``cells``: a glance at the column of the row, which is not read for it."""
    return column is None or "null" in column


def are_all_near(cells: Near | None) -> bool:
    """Whether no cell of a user is in ``cells``."""
    return cells is not None and None not in cells.values()


def placed(change: Changes, before: str | None) -> tuple[str | None, list[Row]]:
    """The column of a user's row that held ``before``, and the rows of ``cells`` to write (None: to remove)."""
    before = NONE if change.rebuilt else before
    if before is None or not change.cells:
        return before, _far(change.row.user, change.cells)
    cells = {metric: None if some is None else dict(some) for metric, some in rows.unpack(before).items()}
    far = {}
    for (metric, key), value in change.cells.items():
        some = cells.setdefault(metric, {})
        if some is None:
            far[(metric, key)] = value
        elif value is None:
            some.pop(key, None)
        else:
            some[key] = value
    column = _fitted(cells, far)
    return column, _far(change.row.user, far)


def _fitted(cells: dict[str, dict[str, Any] | None], far: dict[tuple[str, str], Any]) -> str | None:
    """The column of a row in which there is room for these cells; whole metrics leave it, the largest first."""
    column = rows.pack(cells)
    while len(column) > ROOM:
        metric, some = max(cells.items(), key=lambda item: len(rows.pack(item[1])))
        if not some:
            return None
        far.update(((metric, key), value) for key, value in some.items())
        cells[metric] = None
        column = rows.pack(cells)
    return column


def _far(user: str, cells: Mapping[tuple[str, str], Any]) -> list[Row]:
    return [(user, metric, key, value) for (metric, key), value in cells.items()]
