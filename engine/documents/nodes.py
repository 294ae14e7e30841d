"""A node of a document: a value and the place where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from msgspec import Struct

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

    line: int
    column: int
    index: int


_NOTHING: Any = MappingProxyType({})
_NO_KEYS: frozenset[str] = frozenset()


class Source:
    """The text of a file, by lines."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        """Where lines begin."""
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def mark(self, place: Any) -> Any:
        """The mark of an offset; one that the reader has made is taken as it is."""
        if place.__class__ is not int:
            return place
        line = bisect_right(self._starts, place) - 1
        return Mark(line, place - self._starts[line], place)

    def span(self, line: int, column: int, end_line: int, end_column: int) -> Span:
        """A span from 0-based marks; what goes on over several lines ends with the first one."""
        if end_line > line:
            written = self.lines[line].rstrip() if line < len(self.lines) else ""
            end_column = max(len(written), column + 1)
        return Span(line + 1, column + 1, end_column + 1)


class Node(Struct, eq=False):
    """A mapping, list or scalar: ``value`` holds nodes by key, nodes, or a plain scalar.

    Its places are offsets, or marks of the reader: lines are counted where a problem is told, which is seldom.
    """

    kind: str
    value: Any
    source: Source
    begins: Any
    ends: Any
    style: str | None = None
    written: dict[str, Any] = _NOTHING
    """Of a mapping: what wrote each key, the offset at which it begins or something with marks."""
    flawed: bool = False
    """A problem stands here already: nothing more is said of it."""
    meant: frozenset[str] = _NO_KEYS
    """Of a mapping: the keys that misspelt ones stand for."""
    positions: Positions | None = None
    """Of a text, once it was asked for them: where its characters stand."""

    @classmethod
    def empty(cls) -> Node:
        """The mapping of an empty file."""
        return cls(MAPPING, {}, Source(""), 0, 0)

    @property
    def keys(self) -> dict[str, Node]:
        """The keys of a mapping as nodes, which few ask for."""
        return {key: self._key(key, mark) for key, mark in self.written.items()}

    def _key(self, key: str, mark: Any) -> Node:
        if mark.__class__ is int:
            return Node(TEXT, key, self.source, mark, mark + len(key))
        return Node(TEXT, key, self.source, mark.start_mark, mark.end_mark, mark.style)

    @property
    def span(self) -> Span:
        """Where it stands."""
        start, end = self.source.mark(self.begins), self.source.mark(self.ends)
        return self.source.span(start.line, start.column, end.line, end.column)

    @property
    def bounds(self) -> tuple[int, int]:
        """The offsets at which it begins and ends."""
        start, end = self.begins, self.ends
        return start if start.__class__ is int else start.index, end if end.__class__ is int else end.index

    @property
    def raw(self) -> str:
        """The characters of the file that wrote it."""
        start, end = self.bounds
        return self.source.text[start:end]

    @property
    def after(self) -> str:
        """What follows it on its last line."""
        rest = self.source.text[self.bounds[1] :]
        return rest.partition("\n")[0]

    def followed_by(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What follows it, if that fits a pattern."""
        return pattern.match(self.source.text, self.bounds[1])

    @property
    def end(self) -> tuple[int, int]:
        """Line and column, 1-based, of the first character after it."""
        end = self.source.mark(self.ends)
        return end.line + 1, end.column + 1

    def place(self, start: int, end: int) -> Span:
        """Where the characters ``start`` to ``end`` of a text's value stand in the file."""
        if self.positions is None:
            begin = self.source.mark(self.begins)
            self.positions = positions_of(self.value, self.raw, self.style or "", begin.line, begin.column)
        return self.positions.span(start, end)

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
