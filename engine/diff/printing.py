"""A comparison as people and programs read it: lines of text, markdown for a pull request, JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from .changes import CHANGED, DIRECTIONS, LOOSER, RENAMED, TEXT_ONLY, TIGHTER, Comparison

MOST_NAMED = 30
"""So many things are named in a line."""
NOTHING = "No change in meaning."
_TINTS = {LOOSER: "\x1b[32m", TIGHTER: "\x1b[31m", CHANGED: "\x1b[33m", RENAMED: "\x1b[36m", TEXT_ONLY: "\x1b[2m"}
_BOLD, _END = "\x1b[1m", "\x1b[0m"
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#~])")


def as_json(comparison: Comparison) -> str:
    """A list of records, one a change."""
    return json.dumps([change.as_json() for change in comparison.changes], ensure_ascii=False, indent=2)


def as_text(comparison: Comparison, colour: bool = False) -> str:
    """A line a change, then what the changes lead to, then how many there are."""
    changes = [_line(change.title, change.direction, change.sentence, colour) for change in comparison.changes]
    reached = [_line(id, one.direction, one.sentence, colour) for id, one in comparison.reached.items()]
    parts = [
        changes,
        ["Reached as well:", *reached] if reached else [],
        list(_notes(comparison)),
        [summary(comparison)],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def as_markdown(comparison: Comparison) -> str:
    """For a comment on a pull request: the summary first, then a table, then what the changes lead to."""
    changes = [_row(change.title, change.direction, change.sentence) for change in comparison.changes]
    reached = [_row(id, one.direction, one.sentence) for id, one in comparison.reached.items()]
    parts = [
        [f"**{summary(comparison)}**"],
        ["| what | direction | change |", "|---|---|---|", *changes] if changes else [],
        ["| reached as well | direction | why |", "|---|---|---|", *reached] if reached else [],
        [f"- {cell(note)}" for note in _notes(comparison)],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def summary(comparison: Comparison) -> str:
    """``3 changes: 1 looser, 2 tighter.``"""
    count = Counter(change.direction for change in comparison.changes)
    if not count:
        return NOTHING
    total = len(comparison.changes)
    told = ", ".join(f"{count[direction]} {direction}" for direction in DIRECTIONS if count[direction])
    return f"{total} change{'' if total == 1 else 's'}: {told}."


def _line(title: str, direction: str, sentence: str, colour: bool) -> str:
    title, sentence = clean(title), clean(sentence)
    if not colour:
        return f"{title}: {direction}: {sentence}"
    return f"{_BOLD}{title}{_END}: {_TINTS[direction]}{direction}{_END}: {sentence}"


def _row(title: str, direction: str, sentence: str) -> str:
    return f"| `{title}` | {direction} | {cell(sentence)} |"


def _notes(comparison: Comparison) -> Iterator[str]:
    """What changes lead to in service: metrics that are rebuilt, new versions."""
    if comparison.rebuilt:
        yield f"Counted anew from the stored events: {_listed(comparison.rebuilt)}"
    if comparison.versions:
        yield f"New versions; awards already given stay as they are: {_listed(comparison.versions)}"


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(found[:MOST_NAMED]) + more


def cell(text: str) -> str:
    """A text that markdown shows as it is, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(clean(text).split()))


def clean(text: str) -> str:
    """A text without characters that a terminal would obey."""
    return "".join(c if unicodedata.category(c) not in ("Cc", "Cs") else "\ufffd" for c in text)
