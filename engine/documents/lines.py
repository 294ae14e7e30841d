"""Texts as nearly all rule files are written, read line by line, in half the time that libyaml's events take.

That is: keys and values, block in block, with lists, flow collections and quotes that end on their line. What could
mean anything else in YAML is not guessed at: then nothing is read here, and ``reader`` reads the whole text. What is
read here is what comes of it there, with the same places; a test holds the two against each other.
"""

from __future__ import annotations

import re

from .breaks import BREAKS
from .nodes import LIST, MAPPING, TEXT, Node, Source
from .scalars import KINDS, UNLIKE_TEXT, Refused, resolve

_KEY = r"([A-Za-z_][A-Za-z0-9_.-]{0,99}+):"
_QUOTED = r"""'([^'\n]*+)'(?!') | "([^"\\\n]*+)" """
_FIRST = r"(?:[A-Za-z0-9_(]|-(?=[0-9]))"
_REST = r"[^\n:#]*+(?::(?=[^ \n])[^\n:#]*+)*"
_IN_FLOW = r"""[^\n:#,?\[\]{}'"]*+"""
# Nothing but single characters is matched possessively: where groups are, Python 3.11.2 does not always come to an end.
_BLANK, _DASH, _NAME, _SINGLE, _DOUBLE, _PLAIN, _FLOW = range(1, 8)
"""The groups of a line: the last one that is there tells what stands at its end."""
_LINE = re.compile(
    rf"""([ ]*+)(?:(?:\#[^\n]*+)?\n |
    (-[ ])?(?:{_KEY}(?=[ \n])[ ]*+)?
    (?:(?:{_QUOTED})[ ]*+ | ({_FIRST}{_REST}) | ([\[{{][^\n\#]*[\]}}])[ ]*+)?
    (?:(?<=[ ])\#[^\n]*+)?\n)""",
    re.VERBOSE,
)
_PART = re.compile(rf"[ ]*+(?:{_KEY}[ ][ ]*+)?(?:{_QUOTED} | ({_FIRST}{_IN_FLOW}) | ([\[{{]))", re.VERBOSE)
_BEFORE = _NAME - 1
"""Groups of a line before those that a part of a collection in brackets has too."""
_NEXT = re.compile(r" *+([,\]}])")
_EMPTY = re.compile(r" *+[\]}]")
_STYLES = {_SINGLE: "'", _DOUBLE: '"'}
_UNUSUAL = re.compile("[\t\ufeff" + "".join(BREAKS) + "]")
_DEEPEST = 20


class Unusual(Exception):
    """What is left to the reader of all of YAML."""


def read(text: str) -> Node | None:
    """The document of a text; None if it is not written in the usual way."""
    if not text.endswith("\n") or _UNUSUAL.search(text):
        return None
    try:
        return _Lines(text).document()
    except (Unusual, Refused):
        return None


class _Lines:
    """Reads one text. The blocks that are open are a stack of columns and of nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.source = Source(text)
        self.columns = [-1]
        self.blocks: list[Node] = []
        self.waiting: str | None = ""
        """The key whose value is the block that comes next; the document itself has none."""

    def document(self) -> Node:
        match, take, at, length = _LINE.match, self.line, 0, len(self.text)
        while at < length:
            line = match(self.text, at)
            if line is None:
                raise Unusual
            at = line.end()
            if line.lastindex != _BLANK:
                take(line, line.lastindex or 0)
        if self.waiting is not None:
            raise Unusual
        for block in self.blocks:
            block.ends = length
        return self.blocks[0]

    def line(self, line: re.Match[str], last: int) -> None:
        """Take a line that holds something."""
        start, begin = line.span(_BLANK)
        dash, key = line.group(_DASH, _NAME)
        if self.waiting is not None or self.columns[-1] != begin - start:
            self.settle(begin - start, begin, MAPPING if dash is None else LIST)
        block = self.blocks[-1]
        if dash is not None:
            block, begin = self.item(block, key, begin, line, last)
        if key is not None:
            if block.kind != MAPPING or key in block.value:
                raise Unusual
            block.written[key] = begin
            if last == _PLAIN:
                block.value[key] = self.plain(line[_PLAIN].rstrip(" "), line.start(_PLAIN))
            else:
                block.value[key] = self.due(key) if last == _NAME else self.value(last, *line.span(last))
        elif dash is None:
            raise Unusual

    def item(self, block: Node, key: str | None, begin: int, line: re.Match[str], last: int) -> tuple[Node, int]:
        """Add an item to a list: a value, or a mapping whose first key follows; where that stands."""
        if block.kind != LIST or last == _DASH:
            raise Unusual
        if key is None:
            block.value.append(self.value(last, *line.span(last)))
            return block, begin
        item = self.opened(MAPPING, self.columns[-1] + 2, begin + 2)
        block.value.append(item)
        return item, begin + 2

    def due(self, key: str) -> Node:
        """What stands for the value of a key until the block comes that it is."""
        self.waiting = key
        return self.blocks[-1]

    def settle(self, column: int, begin: int, kind: str) -> None:
        """Close the blocks that end before a column, or open the one that is due, so that its line can be added."""
        if self.waiting is not None:
            self.open(kind, column, begin)
            return
        while self.columns[-1] > column:
            self.columns.pop()
            self.blocks.pop().ends = begin
        if self.columns[-1] != column:
            raise Unusual

    def open(self, kind: str, column: int, begin: int) -> None:
        """Open the block that a key waits for, or the document."""
        holder, key = self.blocks[-1] if self.blocks else None, self.waiting
        if column <= self.columns[-1] or len(self.columns) > _DEEPEST or holder is None and (column or kind == LIST):
            raise Unusual
        block = self.opened(kind, column, begin)
        if holder is not None:
            holder.value[key] = block
        self.waiting = None

    def opened(self, kind: str, column: int, begin: int) -> Node:
        block = self.collection(kind == MAPPING, begin)
        self.columns.append(column)
        self.blocks.append(block)
        return block

    def value(self, kind: int, start: int, end: int) -> Node:
        """A scalar, or a flow collection that ends on its line."""
        if kind == _PLAIN:
            return self.plain(self.text[start:end].rstrip(" "), start)
        if kind == _FLOW:
            node, stop = self.flow(start, 0)
            if stop != end:
                raise Unusual
            return node
        return Node(TEXT, self.text[start:end], self.source, start - 1, end + 1, _STYLES[kind])

    def plain(self, text: str, start: int) -> Node:
        end = start + len(text)
        if text[0] not in UNLIKE_TEXT:
            return Node(TEXT, text, self.source, start, end)
        value = resolve(text)
        return Node(KINDS[value.__class__], value, self.source, start, end)

    def collection(self, is_mapping: bool, begin: int) -> Node:
        """A collection in which nothing is yet."""
        if is_mapping:
            return Node(MAPPING, {}, self.source, begin, begin, written={})
        return Node(LIST, [], self.source, begin, begin)

    def flow(self, start: int, depth: int) -> tuple[Node, int]:
        """A collection in brackets, and where it ends."""
        is_mapping = self.text[start] == "{"
        node = self.collection(is_mapping, start)
        at, closing = start + 1, "}" if is_mapping else "]"
        if depth > _DEEPEST:
            raise Unusual
        if empty := _EMPTY.match(self.text, at):
            at = empty.end()
        while not empty:
            following = _NEXT.match(self.text, self.part(node, is_mapping, at, depth))
            if following is None:
                raise Unusual
            at = following.end()
            if following[1] != ",":
                break
        if self.text[at - 1] != closing:
            raise Unusual
        node.ends = at
        return node, at

    def part(self, node: Node, is_mapping: bool, at: int, depth: int) -> int:
        """Add what comes next to a collection in brackets; where it ends."""
        found = _PART.match(self.text, at)
        if found is None:
            raise Unusual
        key, last = found[1], (found.lastindex or 0) + _BEFORE
        start, end = found.span(last - _BEFORE)
        value, end = self.flow(start, depth + 1) if last == _FLOW else (self.value(last, start, end), found.end())
        if not is_mapping and key is None:
            node.value.append(value)
        elif is_mapping and key is not None and key not in node.value:
            node.value[key], node.written[key] = value, found.start(1)
        else:
            raise Unusual
        return end
