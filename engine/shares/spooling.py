"""Lists of rows in files of a folder of its own: written bit by bit, read bit by bit, merged in order."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from heapq import merge
from pathlib import Path
from typing import Any

BATCH = 64 * 1024
"""Characters of a run that are read at once."""
SMALL = 100
"""Those of a row beside its last text."""
Row = tuple[Any, ...]
"""Plain values, the last one a text, in the order of which runs are sorted."""


@contextmanager
def spool() -> Iterator[Path]:
    """A folder among the system's temporary ones that nobody else can read, and that goes in the end."""
    with tempfile.TemporaryDirectory(prefix="badges-") as folder:
        yield Path(folder)


def append(file: Path, rows: list[Row]) -> None:
    """Write rows behind those that the file has. Raises OSError that names the file, also where the disk is full."""
    _write(file, "ab", [rows])


def write_run(file: Path, rows: Iterable[Row]) -> None:
    """Write all rows of a sorted run, and nothing else that was there. Raises OSError as ``append`` does."""
    _write(file, "wb", _batches(rows))


def _write(file: Path, mode: str, batches: Iterable[list[Row]]) -> None:
    try:
        with file.open(mode) as opened:
            for rows in batches:
                marshal.dump(rows, opened)
    except OSError as error:
        raise OSError(error.errno, error.strerror, error.filename or str(file)) from error


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row[-1]) + SMALL
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    yield batch


def read(file: Path) -> Iterator[Row]:
    """The rows of a file in the order written; none if there is no such file."""
    if not file.exists():
        return
    with file.open("rb") as opened:
        while opened.peek(1):
            yield from marshal.load(opened)


def merged(files: Iterable[Path]) -> Iterator[Row]:
    """The rows of sorted runs as one."""
    return merge(*map(read, files))
