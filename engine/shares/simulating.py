"""A simulation over more events than fit into memory: what it gives comes from sorted runs, one for each share."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from .. import jsontext
from ..compiler import load
from ..model import RuleSet
from ..progress import award_name
from ..simulate import held, names_of, read_numbered, standings
from .processes import processors, spread
from .splitting import DEEPEST, LARGEST, Split, split
from .spooling import Row, merged, read, write_run

STANDINGS, REJECTED, ERRORS, CHANGES = "standings", "rejected", "errors", "changes"
KINDS = (STANDINGS, REJECTED, ERRORS, CHANGES)
"""Of rows: (user, what is held as JSON), (line, reason), (user, error as JSON), (award, gained or lost, user)."""
GAINED, LOST = "gained", "lost"
Report = Callable[[int], None]
"""Told how many lines are done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a file of events."""

    rules: RuleSet
    other: RuleSet | None = None
    """The rules to compare with."""
    until: int | None = None
    """Later events are left out."""
    few: int | None = None
    """Standings are wanted only if there are no more users than these."""


@dataclass(slots=True)
class Figures:
    """What is counted of a simulation, or of one share of it."""

    lines: int = 0
    users: int = 0
    newest: int | None = None
    """The time of the newest event that stands."""
    awards: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    """By badge or tier: how many there are, and the times of the first and the last one."""
    rows: Counter[str] = field(default_factory=Counter)
    """How many there are of each kind."""

    def add(self, other: Figures) -> None:
        """What was counted of another share."""
        self.lines += other.lines
        self.users += other.users
        self.newest = max((time for time in (self.newest, other.newest) if time is not None), default=None)
        self.rows += other.rows
        for name, (count, first, last) in other.awards.items():
            self.count(name, count, first, last)

    def count(self, name: str, count: int, first: str, last: str) -> None:
        """So many awards more, between these times."""
        before, earliest, latest = self.awards.get(name, (0, first, last))
        self.awards[name] = (before + count, min(first, earliest), max(last, latest))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a simulation gives: the rows of each kind in order, as often as they are asked for."""

    figures: Figures
    rows: Callable[[str], Iterable[Row]]


def simulated(asked: Asked, lines: Iterable[tuple[int, str]], now: int | None = None) -> Outcome:
    """What numbered lines give, as a reader sees it ``now``: by default at ``until``, or else at the newest event."""
    log = read_numbered(asked.rules, lines)
    figures, rows = Figures(newest=log.newest), {kind: list[Row]() for kind in KINDS}
    if now is None:
        now = figures.newest if asked.until is None else asked.until
    rows[REJECTED] += log.rejected
    names: dict[str, set[str]] = {}
    for user, standing, errors in standings(asked.rules, log, asked.until, now or 0):
        figures.users += 1
        for award in standing["badges"]:
            time = award["awarded_at"]
            figures.count(award_name(award["badge"], award["tier"], None), 1, time, time)
        if asked.few is None or figures.users <= asked.few:
            rows[STANDINGS].append((user, jsontext.indented(standing, 2)))
        rows[ERRORS] += [(user, jsontext.indented(error, 2)) for error in errors]
        names[user] = names_of(standing) if asked.other else set()
    if asked.other:
        before = held(asked.other, read_numbered(asked.other, lines), asked.until)
        rows[CHANGES] += sorted(_changes(before, names))
    figures.rows.update({kind: len(found) for kind, found in rows.items()})
    return Outcome(figures, rows.__getitem__)


def _changes(before: Mapping[str, set[str]], after: Mapping[str, set[str]]) -> Iterator[Row]:
    for user in before.keys() | after.keys():
        was, now = before.get(user, set()), after.get(user, set())
        yield from ((name, GAINED, user) for name in now - was)
        yield from ((name, LOST, user) for name in was - now)


def spooled(asked: Asked, shares: Split, report: Report) -> Outcome:
    """What lines give that have been split, share by share, by as many processes as there are processors."""
    now = shares.newest if asked.until is None else asked.until
    figures = _figures(asked, shares, now, report)
    if asked.until is None and figures.newest != now:
        figures = _figures(asked, shares, figures.newest, report)
    return Outcome(figures, partial(_rows, shares.files))


def _figures(asked: Asked, shares: Split, now: int | None, report: Report) -> Figures:
    """Have all shares worked on as a reader sees them ``now``."""
    figures = Figures()
    for found in _worked(asked, [(file, now) for file in shares.files]):
        figures.add(found)
        report(figures.lines)
    return figures


def _worked(asked: Asked, shares: list[tuple[Path, int | None]]) -> Iterator[Figures]:
    if processors() < 2:
        return map(_worker(asked), shares)
    other = asked.other.files if asked.other else None
    return spread(shares, _worker(asked), _another, asked.rules.files, other, asked.until, asked.few)


def _another(files: Mapping[str, str], other: Mapping[str, str] | None, until: int | None, few: int | None) -> Any:
    """The same work in another process, which a Ctrl-C at the terminal ends at once: it keeps nothing."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _worker(Asked(load(files), load(other) if other else None, until, few))


def _worker(asked: Asked) -> Callable[[tuple[Path, int | None]], Figures]:
    return lambda share: _work(asked, *share, 1)


def _work(asked: Asked, file: Path, now: int | None, level: int) -> Figures:
    """Write the sorted runs of a share beside its file."""
    if file.stat().st_size > LARGEST and level < DEEPEST:
        return _work_in_parts(asked, file, now, level)
    lines = [(number, line.decode("utf-8", "surrogateescape")) for number, line in read(file)]
    outcome = simulated(asked, lines, now)
    for kind in KINDS:
        write_run(_run(file, kind), outcome.rows(kind))
    outcome.figures.lines = len(lines)
    return outcome.figures


def _work_in_parts(asked: Asked, file: Path, now: int | None, level: int) -> Figures:
    folder = file.with_suffix(".parts")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    figures = Figures()
    parts = split(read(file), asked.rules.events, folder, level).files
    for part in parts:
        figures.add(_work(asked, part, now, level + 1))
    for kind in KINDS:
        write_run(_run(file, kind), _rows(parts, kind))
    shutil.rmtree(folder)
    return figures


def _rows(files: Iterable[Path], kind: str) -> Iterator[Row]:
    return merged(_run(file, kind) for file in files)


def _run(file: Path, kind: str) -> Path:
    return file.with_suffix(f".{kind}")
