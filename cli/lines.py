"""Files of JSON lines: plain, packed with gzip, or the standard input."""

from __future__ import annotations

import gzip
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

STANDARD_INPUT = "-"


def lines_of(name: str) -> Iterator[str]:
    """The lines of a file; what is not UTF-8 stays in its line as half characters, and is refused with it."""
    with raw(name) as file:
        yield from map(decoded, file.lines)


def size_of(name: str) -> int:
    """How many lines a file has; 0 for the standard input, which can be read only once."""
    if name == STANDARD_INPUT:
        return 0
    with raw(name) as file:
        return sum(1 for _ in file.lines)


@dataclass(frozen=True, slots=True)
class Raw:
    """A file that is being read, as bytes: its lines, which come once, and how far it is."""

    lines: Iterator[bytes]
    size: int
    """Bytes, as it is packed; 0 for the standard input."""
    _file: IO[bytes]

    @property
    def read(self) -> int:
        """How many of these bytes have been read."""
        return self._file.tell() if self.size else 0


@contextmanager
def raw(name: str) -> Iterator[Raw]:
    """A file, opened; the mark by which some programs begin one is left out."""
    with _file(name) as file:
        lines = cast(IO[bytes], gzip.GzipFile(fileobj=file)) if name.endswith(".gz") else file
        yield Raw(_unmarked(lines), 0 if name == STANDARD_INPUT else Path(name).stat().st_size, file)


def decoded(line: bytes) -> str:
    """A line as text; what is not UTF-8 stays in it as half characters."""
    return line.decode("utf-8", "surrogateescape")


def _unmarked(lines: IO[bytes]) -> Iterator[bytes]:
    first = lines.readline().removeprefix(BOM_UTF8)
    if first:
        yield first
    yield from lines


def _file(name: str) -> IO[bytes]:
    return sys.stdin.buffer if name == STANDARD_INPUT else Path(name).open("rb")
