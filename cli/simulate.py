"""``badges simulate``: a rule set over a file of events, in memory; of a large file one part after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import click

from engine.shares import Asked, Numbered, Outcome, simulated, split, spool, spooled
from engine.simulate import instant_of

from .folder import loaded
from .lines import Raw, decoded, raw
from .options import format_option, rules_option
from .running import ended_in_order
from .simulated import FEW, as_json, as_text
from .terminal import Report, print_all, progress

STEP = 5_000
"""Lines after which it is told how far it is."""
MOST_LINES, MOST_BYTES = 100_000, 32 * 1024 * 1024
"""What is read into memory as it is: for more, it pays to split it and to start processes."""


@click.command("simulate")
@rules_option
@click.option("--events", required=True, metavar="FILE", help="CloudEvents, one a line; - is the standard input.")
@click.option("--as-of", "as_of", metavar="TIME", help="Leave later events out; the newest event's time by default.")
@click.option("--against", type=click.Path(path_type=Path), metavar="DIR", help="Rules to compare with.")
@format_option("text", "json")
def command(rules: Path, events: str, as_of: str | None, against: Path | None, form: str) -> None:
    """Put a file of events through a rule set, in memory, and show what it gives.

    More than 100,000 events are split by user, and all processors work on one part after the other, so that memory
    does not grow with them. The parts lie among the temporary files of the system (TMPDIR) until the end, and take
    two to three times the room of the events.
    """
    rule_set, other = loaded(rules), loaded(against) if against else None
    asked = Asked(rule_set, other, _instant(as_of), FEW if form == "text" else None)
    with raw(events) as file, _outcome(asked, file) as outcome:
        print_all(as_json(outcome, compared=other is not None) if form == "json" else as_text(outcome))


@contextmanager
def _outcome(asked: Asked, file: Raw) -> Iterator[Outcome]:
    first = list(_beginning(file.lines))
    following = next(file.lines, None)
    if following is None:
        yield _in_memory(asked, first)
        return
    lines = chain(first, [following], file.lines)
    del first
    with ended_in_order(), spool() as folder:
        yield _on_disk(asked, file, lines, folder)


def _beginning(lines: Iterator[bytes]) -> Iterator[bytes]:
    """As many lines as are held in memory."""
    size = 0
    for number, line in enumerate(lines, start=1):
        yield line
        size += len(line)
        if size >= MOST_BYTES or number >= MOST_LINES:
            return


def _in_memory(asked: Asked, lines: Sequence[bytes]) -> Outcome:
    with progress("Simulating", len(lines) * (2 if asked.other else 1)) as report:
        return simulated(asked, _Told(lines, report))


class _Told:
    """Numbered lines, decoded; it is told now and then how many have been read so far, each time they are."""

    def __init__(self, lines: Sequence[bytes], report: Report) -> None:
        self._lines = lines
        self._report = report
        self._before = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(self._lines, start=1):
            if number % STEP == 0:
                self._report(self._before + number)
            yield number, decoded(line)
        self._before += len(self._lines)


def _on_disk(asked: Asked, file: Raw, lines: Iterator[bytes], folder: Path) -> Outcome:
    with progress("Reading", file.size) as report:
        shares = split(_numbered(file, lines, report), asked.rules.events, folder)
    with progress("Simulating", shares.lines) as report:
        return spooled(asked, shares, report)


def _numbered(file: Raw, lines: Iterator[bytes], report: Report) -> Iterator[Numbered]:
    """The lines that are not empty, with their numbers; it is told now and then how much of the file has been read."""
    for number, line in enumerate(lines, start=1):
        if number % STEP == 0:
            report(file.read)
        if not line.isspace():
            yield number, line


def _instant(text: str | None) -> int | None:
    try:
        return instant_of(text) if text else None
    except ValueError as error:
        raise click.BadParameter(f"{text} {error}", param_hint="--as-of") from error
