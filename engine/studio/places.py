"""Where in a rule file a cursor stands: which keys lead there, and what is written before it.

A file is often no YAML while somebody types. So a mark is written at the cursor, in the ways that could be meant, and
the file read with the mark; where that fails, the lines below the cursor are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..documents import LIST, MAPPING, TEXT, Node, parse

MARK = "zqcursorqz"
_WORD_BEFORE = re.compile(r"[\w.#-]*$")
_WORD_AFTER = re.compile(r"[\w.#-]*")
_CLOSES = {"{": "}", "[": "]", "(": ")", '"': '"', "'": "'"}
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document: a key of the mapping at ``path``, or the value there."""

    path: Path
    is_key: bool
    before: str
    """What the value holds before the cursor's word; empty for a key."""
    root: Node
    """The document with the mark in it."""

    def beside(self, levels: int = 0) -> Node | None:
        """The mapping that holds the key or value, or one further out."""
        path = self.path if self.is_key else self.path[:-1]
        node = self.root.at(path[: len(path) - levels]) if levels <= len(path) else None
        return node if node is not None and node.kind == MAPPING else None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A cursor in a text: 1-based line, 1-based column in characters."""

    line: int
    column: int

    def word(self, text: str) -> tuple[int, int]:
        """Offsets of the word in which the cursor stands, or at whose end."""
        lines = text.split("\n")
        line = lines[min(self.line, len(lines)) - 1]
        at = min(self.column - 1, len(line))
        start = sum(len(each) + 1 for each in lines[: self.line - 1])
        before, after = _WORD_BEFORE.search(line[:at]), _WORD_AFTER.match(line, at)
        return start + (before.start() if before else at), start + (after.end() if after else at)


def places(text: str, start: int, end: int) -> list[Place]:
    """Every place that the word between two offsets may be meant to be: a key, a value, or both."""
    found: dict[tuple[Path, bool], Place] = {}
    for attempt in _attempts(text, start, end):
        root, problems = parse("", attempt)
        place = _marked(root, ()) if root is not None and root.kind in (MAPPING, LIST) else None
        if root is not None and place and (place[0], place[1]) not in found and not _is_broken(problems):
            found[place[0], place[1]] = Place(*place, root)
        if len(found) == len(_Written):
            break
    return list(found.values())


_Written = (f"{MARK}: 0", MARK)
"""As a key, and as a value."""


def _is_broken(problems: Any) -> bool:
    return any(problem.code == "yaml-syntax" for problem in problems)


def _attempts(text: str, start: int, end: int) -> Iterator[str]:
    before, after = text[:start], text[end:]
    rest, below = after.partition("\n")[0], after.partition("\n")[2]
    closing = _closing(before.rpartition("\n")[2])
    for written in _Written:
        yield f"{before}{written}{after}"
    for written in _Written:
        for tail in (rest, closing):
            yield f"{before}{written}{tail}\n{below}"
            yield f"{before}{written}{tail}\n"


def _closing(line: str) -> str:
    """The brackets and quotes that a line leaves open, closed."""
    stack: list[str] = []
    for char in line:
        if stack and stack[-1] in ('"', "'"):
            if char == stack[-1]:
                stack.pop()
        elif char in _CLOSES:
            if char not in ("'", '"') or not stack or stack[-1] in "{[(" or line.count(char) % 2:
                stack.append(char)
        elif stack and char == _CLOSES[stack[-1]]:
            stack.pop()
    return "".join(_CLOSES[char] for char in reversed(stack) if char != "(")


def _marked(node: Node, path: Path) -> tuple[Path, bool, str] | None:
    """Where the mark stands: the path, whether as a key, and what the value holds before it."""
    if node.kind == TEXT and MARK in node.value:
        return path, False, node.value.partition(MARK)[0]
    if node.kind == MAPPING:
        if any(MARK in str(key) for key in node.value):
            return path, True, ""
        return _first(_marked(inner, (*path, key)) for key, inner in node.value.items())
    if node.kind == LIST:
        return _first(_marked(inner, (*path, index)) for index, inner in enumerate(node.value))
    return None


def _first(found: Iterator[tuple[Path, bool, str] | None]) -> tuple[Path, bool, str] | None:
    return next((each for each in found if each), None)
