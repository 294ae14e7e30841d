"""A queue in cells: entries in chunks, so that both ends are reached without reading what lies between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .protocol import Cells

CHUNK = 32
EMPTY = (0, 0, 0, 0)
"""(first chunk, entries of it already taken, last chunk, entries in all)"""
Ends = tuple[int, int, int, int]


def append(ends: Ends, entry: Any, cells: Cells) -> Ends:
    """Put an entry at the end."""
    first, taken, last, size = ends
    chunk = cells.get(f"q{last}") or []
    if len(chunk) >= CHUNK:
        last, chunk = last + 1, []
    cells.put(f"q{last}", [*chunk, entry])
    return (first, taken, last, size + 1)


def take(ends: Ends, cells: Cells) -> Ends:
    """Remove the first entry."""
    first, taken, last, size = ends
    if size == 1:
        cells.put(f"q{first}", None)
        return EMPTY
    if taken + 1 < len(cells.get(f"q{first}")):
        return (first, taken + 1, last, size - 1)
    cells.put(f"q{first}", None)
    return (first + 1, 0, last, size - 1)


def drop(ends: Ends, cells: Cells) -> Ends:
    """Remove the last entry."""
    first, taken, last, size = ends
    chunk = cells.get(f"q{last}")[:-1]
    cells.put(f"q{last}", chunk or None)
    if size == 1:
        cells.put(f"q{first}", None)
        return EMPTY
    return (first, taken, last if chunk else last - 1, size - 1)


def newest(ends: Ends, cells: Cells) -> Any:
    """The last entry of a queue that has one."""
    return cells.get(f"q{ends[2]}")[-1]


def entries(ends: Ends, cells: Cells) -> Iterator[Any]:
    """The entries from the first on; nothing is removed."""
    first, taken, last, size = ends
    if not size:
        return
    for number in range(first, last + 1):
        yield from (cells.get(f"q{number}") or [])[taken if number == first else 0 :]
