"""Scalars over several lines, at another indentation, with the same value.

Source: YAML 1.2.2, chapters 7.3 (flow styles) and 8.1 (block styles).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADER = re.compile(r"[|>][-+0-9]*")
_BLANKS = " \t"


def refolded(raw: str, indent: int) -> list[str]:
    """The lines of a plain or quoted scalar: blanks around its line breaks belong to no value."""
    first, *rest = raw.split("\n")
    lines = [first, *(" " * indent + line.lstrip(_BLANKS) for line in rest)]
    return [*(_cut(line) for line in lines[:-1]), lines[-1]]


def _cut(line: str) -> str:
    """The line without the blanks at its end, unless one may be escaped."""
    cut = line.rstrip(_BLANKS)
    return line if cut.endswith("\\") else cut


@dataclass(frozen=True, slots=True)
class BlockScalar:
    """A block scalar: its header, the comment behind it, and the lines of its value."""

    header: str
    comment: str
    lines: list[str]
    length: int
    """How many characters of the file it stands for."""


def reindented(raw: str, old: int, new: int, at_end: bool) -> BlockScalar:
    """A block scalar whose parent's column moves from ``old`` to ``new``.

    ``at_end``: the file ends with it. Its last line may have no break, and the one that is added is not its value's.
    """
    first, *body = raw.split("\n")
    header, comment = split_header(raw)
    digits = re.sub(r"\D", "", header)
    was = old + int(digits) if digits else _detected(body)
    lines = [_moved(line, was, new + int(digits or 2)) for line in body]
    kept = _kept(lines, "+" in header)
    if at_end and lines and kept == len(lines):
        header = header.rstrip("-+") + "-"
    return BlockScalar(header, comment, lines[:kept], len("\n".join([first, *body[:kept]])))


def split_header(raw: str) -> tuple[str, str]:
    """The header of a block scalar, and what stands behind it in its line."""
    first = raw.partition("\n")[0]
    header = _HEADER.match(first)
    length = header.end() if header else 0
    return first[:length], first[length:]


def _detected(body: list[str]) -> int:
    """The indentation of the first line that is not empty."""
    blank = max(map(len, body), default=0)
    return next((len(line) - len(line.lstrip(" ")) for line in body if line.strip(" ")), blank)


def _moved(line: str, was: int, width: int) -> str:
    return " " * width + line[was:] if len(line) > was else ""


def _kept(lines: list[str], keeps_breaks: bool) -> int:
    """How many lines belong to the value: the empty ones at the end only if its header says so."""
    if keeps_breaks:
        return len(lines) - (lines[-1:] == [""])
    return max((number for number, line in enumerate(lines, start=1) if line), default=0)
