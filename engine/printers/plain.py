"""Problems for people: place, code and sentence, then the source line with a caret, then what to write instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from ..problems import ERROR, WARNING, Problem

WIDEST = 160
"""Characters of a source line that are shown around the place."""
BAR, HELP = "      | ", "      = "
_RED, _YELLOW, _BLUE, _BOLD, _END = "\x1b[31m", "\x1b[33m", "\x1b[34m", "\x1b[1m", "\x1b[0m"


def as_text(problems: Sequence[Problem], files: Mapping[str, str], colour: bool = False) -> str:
    """Every problem with its source line, an empty line between two."""
    named = {problem.file for problem in problems}
    lines = {file: text.split("\n") for file, text in files.items() if file in named}
    return "\n\n".join(_one(problem, lines.get(problem.file, []), colour) for problem in problems)


def summary(problems: Sequence[Problem], files: int) -> str:
    """``2 errors and 1 warning in 34 files.``"""
    errors = sum(problem.severity == ERROR for problem in problems)
    told = [_counted(errors, "error"), _counted(len(problems) - errors, "warning")]
    found = " and ".join(text for text in told if text) or "No problem"
    return f"{found} in {_counted(files, 'file')}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


def _one(problem: Problem, lines: Sequence[str], colour: bool) -> str:
    place = f"{problem.file}:{problem.span.line}:{problem.span.column}"
    tint = _YELLOW if problem.severity == WARNING else _RED
    mark = " (warning)" if problem.severity == WARNING else ""
    head = f"{_dyed(place, _BOLD, colour)}: {_dyed(problem.code, tint, colour)}: {_shown(problem.message)}{mark}"
    return "\n".join([head, *_excerpt(problem, lines, tint, colour), *_help(problem, colour)])


def _excerpt(problem: Problem, lines: Sequence[str], tint: str, colour: bool) -> list[str]:
    """The source line, and a caret under what the problem is about."""
    span = problem.span
    if span.line > len(lines) or not lines[span.line - 1].strip():
        return []
    line, first = lines[span.line - 1].rstrip("\r"), max(0, span.column - 1 - WIDEST // 2)
    start, end = span.column - 1 - first, max(span.end_column, span.column + 1) - 1 - first
    seen = line[first : first + WIDEST]
    gutter = f"{span.line:>5} | "
    pad = "".join("\t" if c == "\t" else " " * _width(c) for c in seen[:start])
    caret = "^" * max(1, sum(map(_width, seen[start:end])))
    under = f"{_dyed(BAR, _BLUE, colour)}{pad}{_dyed(caret, tint, colour)}"
    return [f"{_dyed(gutter, _BLUE, colour)}{_shown(seen)}", under]


def _help(problem: Problem, colour: bool) -> list[str]:
    return [f"{_dyed(HELP, _BLUE, colour)}{_shown(problem.help)}"] if problem.help else []


def _width(character: str) -> int:
    """Columns of a terminal that a character takes."""
    if character.isascii():
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _shown(text: str) -> str:
    """A text without characters that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(c if c == "\t" or unicodedata.category(c) not in ("Cc", "Cs") else "\ufffd" for c in text)


def _dyed(text: str, tint: str, colour: bool) -> str:
    return f"{tint}{text}{_END}" if colour else text
