"""The events of a YAML text, built into nodes; every fault of the text as a problem with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from ..problems import Problem, Span
from .breaks import hidden, shown
from .nodes import LIST, MAPPING, TEXT, Mark, Node, Source
from .scalars import KINDS, UNLIKE_TEXT, Refused, resolve
from .syntax import NO_INDENT, USE_SPACES, syntax_problem

MAX_DEPTH = 50
MAX_NODES = 200_000
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Fault(Exception):
    """A fault after which the file is read no further."""

    def __init__(self, message: str, span: Span, help: str | None = None) -> None:
        super().__init__(message)
        self.span = span
        self.help = help


def read(file: str, text: str) -> tuple[Node | None, list[Problem]]:
    """The document of a text with line breaks of one character, and what is wrong in it."""
    readable = hidden(text)
    builder = _Builder(file, Source(text), readable is not text)
    try:
        return builder.build(readable), builder.problems
    except yaml.YAMLError as error:
        return None, [syntax_problem(file, readable, error)]
    except Fault as fault:
        return None, [Problem("yaml-syntax", str(fault), file, fault.span, fault.help)]


class _Builder:
    """Reads one text, event by event."""

    def __init__(self, file: str, source: Source, hidden: bool) -> None:
        self.file = file
        self.source = source
        self.hidden = hidden
        self.problems: list[Problem] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        """What is marked, and how many nodes it holds."""
        self.open: list[str | None] = []
        """The marks of the mappings and lists that are being read."""
        self.count = 0
        """Nodes in closed mappings and lists, what is repeated counted each time."""

    def build(self, text: str) -> Node | None:
        parser = LOADER(text)
        try:
            self.take: Callable[[], Any] = parser.get_event
            return self._document()
        finally:
            parser.dispose()

    def _document(self) -> Node | None:
        """The one document of the stream, if there is one."""
        root, documents = None, 0
        while (event := self.take()) is not None:
            if event.__class__ is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    message = "a second document begins here, but a file holds one"
                    raise Fault(message, self.span(event), "use a file for each")
                root = self._node(self.take())
        return root

    def span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        return self.source.span(start.line, start.column, end.line, end.column)

    def _node(self, event: Any) -> Node:
        kind = event.__class__
        if kind is ScalarEvent:
            return self._scalar(event)
        if kind is AliasEvent:
            return self._repeated(event)
        if event.tag is not None:
            raise self._tagged(event)
        if len(self.open) >= MAX_DEPTH:
            raise Fault(f"this is nested more than {MAX_DEPTH} levels deep", self.span(event))
        self.open.append(event.anchor)
        before = self.count
        node = self._mapping(event) if kind is MappingStartEvent else self._list(event)
        self.open.pop()
        self.count += len(node.value)
        if event.anchor:
            self.anchors[event.anchor] = node, self.count - before
        return node

    def _mapping(self, event: Any) -> Node:
        values: dict[str, Node] = {}
        written: dict[str, Any] = {}
        take, read = self.take, self._node
        while (key := take()).__class__ is not MappingEndEvent:
            name = self._key(key)
            value = read(take())
            if name in values:
                message = f"the key {name} stands here a second time"
                self.problems.append(Problem("duplicate-key", message, self.file, self.span(key), "keep one of them"))
            else:
                values[name], written[name] = value, key
        return Node(MAPPING, values, self.source, event.start_mark, key.end_mark, written=written)

    def _list(self, event: Any) -> Node:
        items: list[Node] = []
        take, read = self.take, self._node
        while (item := take()).__class__ is not SequenceEndEvent:
            items.append(read(item))
        return Node(LIST, items, self.source, event.start_mark, item.end_mark)

    def _scalar(self, event: Any) -> Node:
        if event.tag is not None:
            raise self._tagged(event)
        text, style = shown(event.value) if self.hidden else event.value, event.style or None
        start = self._behind_anchor(event) if event.anchor else event.start_mark
        node = Node(TEXT, text, self.source, start, event.end_mark, style)
        if style is None and text[:1] in UNLIKE_TEXT:
            self._resolve(node, text)
        if event.anchor:
            self.anchors[event.anchor] = node, 0
        return node

    def _resolve(self, node: Node, text: str) -> None:
        try:
            node.value = resolve(text)
        except Refused as refused:
            node.value, node.flawed = 0, True
            self.problems.append(Problem("bad-value", str(refused), self.file, node.span, refused.help))
        node.kind = KINDS[type(node.value)]

    def _repeated(self, event: Any) -> Node:
        node = self._marked(event)
        if self.count > MAX_NODES:
            raise Fault("repeating values with * makes this file too large", self.span(event))
        return node

    def _marked(self, event: Any) -> Node:
        """What an alias stands for."""
        if event.anchor in self.open:
            raise Fault(f"*{event.anchor} stands inside of &{event.anchor} itself", self.span(event))
        if event.anchor not in self.anchors:
            raise Fault(f"*{event.anchor} repeats a value that is not marked &{event.anchor} before", self.span(event))
        node, count = self.anchors[event.anchor]
        self.count += count
        return node

    def _key(self, event: Any) -> str:
        """The text of a key."""
        kind = event.__class__
        if kind is not ScalarEvent:
            raise self._no_key(event)
        if event.tag is not None:
            raise self._tagged(event)
        if event.anchor:
            event.start_mark = self._behind_anchor(event)
        text: str = shown(event.value) if self.hidden else event.value
        if not event.style and (text[:1].isspace() or text == "<<"):
            raise self._odd_key(event, text)
        return text

    def _no_key(self, event: Any) -> Fault:
        if event.__class__ is AliasEvent:
            self._marked(event)
            return Fault("a key must be written out, not repeated with *", self.span(event))
        if event.tag is not None:
            return self._tagged(event)
        return Fault("a key must be a text, but this one is a list or a mapping", self.span(event))

    def _odd_key(self, event: Any, text: str) -> Fault:
        span = self.span(event)
        if text == "<<":
            return Fault("merge keys (<<) are not read here", span, "write the keys out")
        blanks = len(text) - len(text.lstrip())
        return Fault(NO_INDENT, Span(span.line, span.column, span.column + blanks), USE_SPACES)

    def _behind_anchor(self, event: Any) -> Mark:
        """Where a scalar begins that is marked with an anchor."""
        start = event.start_mark
        written = self.source.text[start.index : event.end_mark.index]
        found = re.match(r"&\S+[ \t\n]*(#.*\n\s*)*", written)
        passed = found[0] if found else ""
        line = start.line + passed.count("\n")
        column = len(passed) - passed.rfind("\n") - 1 if "\n" in passed else start.column + len(passed)
        return Mark(line, column, start.index + len(passed))

    def _tagged(self, event: Any) -> Fault:
        start = event.start_mark
        written = self.source.text[start.index : start.index + 200]
        ahead = written.index("!") if "!" in written and event.anchor else 0
        length = len(re.split(r"[\s,\]}]", written[ahead:], maxsplit=1)[0])
        place = Span(start.line + 1, start.column + ahead + 1, start.column + ahead + length + 1)
        return Fault("tags (!) are not read here", place, "write the plain value, in quotes if it is a text")
