"""The lines of a file of events, split by user: all of a user's lines go to one share, which fits into memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .. import jsontext
from ..cloudevents import Head, from_json, head_of
from ..model import BADGE_GRANTED, BADGE_REVOKED, Refusal
from .spooling import append

PARTS = 128
"""Into which lines are split at once."""
LARGEST = 16 * 1024 * 1024
"""Bytes of a share; a larger one is split again."""
DEEPEST = 2
"""So many times at most: what is still larger then is few users' own."""
HELD = 8 * 1024 * 1024
"""Bytes of lines that are held until they are written."""

Numbered = tuple[int, bytes]
"""A line with its number in the file."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_NEVER = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Split:
    """Shares as files, with what was seen on the way."""

    files: tuple[Path, ...]
    lines: int
    newest: int | None
    """The newest time of an event, unless there is another reason to reject it than its type."""


def split(lines: Iterable[Numbered], types: Mapping[str, object], folder: Path, level: int = 0) -> Split:
    """Put each line into the file of its user's share; ``types`` are those of the rule set."""
    held: dict[int, list[Numbered]] = defaultdict(list)
    known = {*types, BADGE_GRANTED, BADGE_REVOKED}
    divisor, size, count, newest = PARTS**level, 0, 0, _NEVER
    for number, line in lines:
        head = head_of(line) or _closely(line)
        if head.time > newest and head.type in known:
            newest = head.time
        held[hash(head.subject) // divisor % PARTS].append((number, line))
        count, size = count + 1, size + len(line)
        if size >= HELD:
            _write(held, folder)
            size = 0
    _write(held, folder)
    files = sorted(folder.glob("*.share"))
    return Split(tuple(files), count, None if newest == _NEVER else (newest - _EPOCH) // _TICK)


def _write(held: dict[int, list[Numbered]], folder: Path) -> None:
    for share, rows in held.items():
        append(folder / f"{share:03}.share", rows)
    held.clear()


def _closely(line: bytes) -> Head:
    """What a line says of its event; of nobody and never if it is none."""
    try:
        entry = from_json(jsontext.decode(line.decode("utf-8", "surrogateescape")))
    except jsontext.BadJSON:
        return _NONE
    if isinstance(entry, Refusal):
        return _NONE
    return Head(entry.event.user, entry.event.type, _EPOCH + entry.event.time * _TICK)


_NONE = Head("", "", _NEVER)
