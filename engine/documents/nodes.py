"""A node of a document: a value and the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..problems import Span
from .places import Positions, positions_of

MAPPING = "mapping"
LIST = "list"
TEXT = "text"
NUMBER = "number"
BOOLEAN = "boolean"
NULL = "null"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text: line, column and offset, all from 0."""

    line: int = 0
    column: int = 0
    index: int = 0


_START = Mark()
_NO_KEYS: frozenset[str] = frozenset()


class Source:
    """The text of a file, by lines."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def span(self, line: int, column: int, end_line: int, end_column: int) -> Span:
        """A span from 0-based marks; what goes on over several lines ends with the first one."""
        if end_line > line:
            written = self.lines[line].rstrip() if line < len(self.lines) else ""
            end_column = max(len(written), column + 1)
        return Span(line + 1, column + 1, end_column + 1)


class Node:
    """A mapping, list or scalar: ``value`` holds nodes by key, nodes, or a plain scalar."""

    __slots__ = ("kind", "value", "source", "style", "flawed", "meant", "_written", "_start", "_end", "_positions")

    def __init__(self, kind: str, value: Any, source: Source, start: Any, end: Any, style: str | None = None) -> None:
        self.kind = kind
        self.value = value
        self.source = source
        self.style = style
        self.flawed = False
        """A problem stands here already: nothing more is said of it."""
        self.meant = _NO_KEYS
        """Of a mapping: the keys that misspelt ones stand for."""
        self._written: dict[str, Any] | None = None
        self._start = start
        self._end = end
        self._positions: Positions | None = None

    @classmethod
    def empty(cls) -> Node:
        """The mapping of an empty file."""
        return cls(MAPPING, {}, Source(""), _START, _START)

    def close(self, end: Any, written: dict[str, Any] | None = None) -> None:
        """Note where a mapping or list ends, and what wrote each key: something with a start_mark and an end_mark."""
        self._end = end
        self._written = written

    @property
    def keys(self) -> dict[str, Node]:
        """The keys of a mapping as nodes, which few ask for."""
        written = (self._written or {}).items()
        return {key: Node(TEXT, key, self.source, mark.start_mark, mark.end_mark, mark.style) for key, mark in written}

    @property
    def span(self) -> Span:
        """Where it stands."""
        start, end = self._start, self._end
        return self.source.span(start.line, start.column, end.line, end.column)

    @property
    def raw(self) -> str:
        """The characters of the file that wrote it."""
        return self.source.text[self._start.index : self._end.index]

    @property
    def after(self) -> str:
        """What follows it on its last line."""
        rest = self.source.text[self._end.index :]
        return rest.partition("\n")[0]

    def followed_by(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What follows it, if that fits a pattern."""
        return pattern.match(self.source.text, self._end.index)

    @property
    def end(self) -> tuple[int, int]:
        """Line and column, 1-based, of the first character after it."""
        return self._end.line + 1, self._end.column + 1

    def place(self, start: int, end: int) -> Span:
        """Where the characters ``start`` to ``end`` of a text's value stand in the file."""
        if self._positions is None:
            self._positions = positions_of(self.value, self.raw, self.style or "", self._start.line, self._start.column)
        return self._positions.span(start, end)

    def get(self, key: str) -> Node | None:
        """The value of a key, unless it is absent or has a problem already."""
        child = self.value.get(key) if self.kind == MAPPING else None
        return None if child is None or child.flawed else child

    def has(self, key: str) -> bool:
        """Whether the key is written, whatever its value, or a misspelt one that means it."""
        return self.kind == MAPPING and (key in self.value or key in self.meant)

    @property
    def unclear(self) -> set[str]:
        """The keys of a mapping that are written, but have no value that can be looked at."""
        return {key for key, child in self.value.items() if child.flawed} | (self.meant - self.value.keys())

    def children(self) -> Iterator[Node]:
        """The nodes of a list or mapping."""
        if self.kind == MAPPING:
            yield from self.value.values()
        elif self.kind == LIST:
            yield from self.value

    def plain(self) -> Any:
        """The value without places."""
        if self.kind == MAPPING:
            return {key: node.plain() for key, node in self.value.items()}
        if self.kind == LIST:
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: Iterable[Any]) -> Node:
        """The node at the end of a path of keys and indexes, or the last one before the path leaves the document."""
        node = self
        for step in path:
            if node.kind == MAPPING and step in node.value or node.kind == LIST and isinstance(step, int):
                node = node.value[step]
            else:
                break
        return node

    def first_key(self) -> Span:
        """The first key of a mapping, else its own place."""
        return next((key.span for key in self.keys.values()), self.span)
