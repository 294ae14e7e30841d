"""Files of JSON lines: plain, packed with gzip, or the standard input."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TextIO, cast

STANDARD_INPUT = "-"


def lines_of(name: str) -> Iterator[str]:
    """The lines of a file; what is not UTF-8 stays in its line as half characters, and is refused with it."""
    with _opened(name) as file:
        yield from file


def size_of(name: str) -> int:
    """How many lines a file has; 0 for the standard input, which can be read only once."""
    if name == STANDARD_INPUT:
        return 0
    with _opened(name) as file:
        return sum(1 for _ in file)


def _opened(name: str) -> TextIO:
    return io.TextIOWrapper(_bytes(name), encoding="utf-8-sig", errors="surrogateescape", newline="\n")


def _bytes(name: str) -> IO[bytes]:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer
    return cast(IO[bytes], gzip.open(name)) if name.endswith(".gz") else Path(name).open("rb")
