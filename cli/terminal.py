"""What a terminal gets and a pipe does not: colour, and a bar that shows how far a long command is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import click

PIECES = 500
"""Of a text, that are printed at once."""
Report = Callable[[int], None]
"""Told how many are done."""


def in_colour(stream: Any) -> bool:
    """Whether a stream is a terminal whose user has nothing against colour. Source: no-color.org."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and bool(stream.isatty())


def dyed(text: str, tint: str) -> str:
    """A text in a colour, where the standard output has colours."""
    return click.style(text, fg=tint) if in_colour(sys.stdout) else text


@contextmanager
def progress(label: str, total: int) -> Iterator[Report]:
    """A bar on a terminal's standard error; nothing elsewhere."""
    if not sys.stderr.isatty() or not total:
        yield lambda done: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 user``, ``2 users``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they need to be, then an empty line; nothing if there are no rows."""
    print_all(tabulated(heads, rows))


def tabulated(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table."""
    if not rows:
        return
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    for row in [heads, *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
    yield "\n"


def print_all(pieces: Iterable[str]) -> None:
    """Print pieces of a text, many at once."""
    rest = iter(pieces)
    while some := "".join(islice(rest, PIECES)):
        click.echo(some, nl=False)
