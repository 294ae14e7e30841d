"""The events of a YAML text, built into nodes; every fault of the text as a problem with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from ..problems import Problem, Span
from .breaks import hidden, normal, shown
from .nodes import BOOLEAN, LIST, MAPPING, NULL, NUMBER, TEXT, Mark, Node, Source
from .scalars import Refused, resolve
from .syntax import NO_INDENT, USE_SPACES, syntax_problem, unreadable

MAX_DEPTH = 50
MAX_CHARACTERS = 2_000_000
MAX_NODES = 200_000
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NO_BLANK = re.compile(r"\s+")
"""White space that YAML reads as part of a text, such as a no-break space."""
_KINDS = {bool: BOOLEAN, int: NUMBER, float: NUMBER, str: TEXT, type(None): NULL}


class Fault(Exception):
    """A fault after which the file is read no further."""

    def __init__(self, message: str, span: Span, help: str | None = None) -> None:
        super().__init__(message)
        self.span = span
        self.help = help


def parse(file: str, text: str) -> tuple[Node | None, list[Problem]]:
    """The document of a file and what is wrong in it; no document where the text is no YAML, or is empty."""
    text = normal(text)
    found = unreadable(file, text, MAX_CHARACTERS)
    if found:
        return None, [found]
    readable = hidden(text)
    builder = _Builder(file, Source(text), readable is not text)
    try:
        return builder.build(readable), builder.problems
    except yaml.YAMLError as error:
        return None, [syntax_problem(file, readable, error)]
    except Fault as fault:
        return None, [Problem("yaml-syntax", str(fault), file, fault.span, fault.help)]


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being read."""

    node: Node
    anchor: str | None
    key: Node | None = None


@dataclass(slots=True)
class _Builder:
    file: str
    source: Source
    hidden: bool
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    root: Node | None = None
    documents: int = 0

    def build(self, text: str) -> Node | None:
        for event in yaml.parse(text, LOADER):
            handler = _HANDLERS.get(type(event))
            if handler is not None:
                handler(self, event)
        return self.root

    def span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        return self.source.span(start.line, start.column, end.line, end.column)

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise Fault("a second document begins here, but a file holds one", self.span(event), "use a file for each")

    def scalar(self, event: Any) -> None:
        if event.tag is not None:
            raise self._tagged(event)
        text, style = shown(event.value) if self.hidden else event.value, event.style or None
        start = self._behind_anchor(event) if event.anchor else event.start_mark
        node = Node(TEXT, text, self.source, start, event.end_mark, style)
        if self._expects_key():
            self._key(node)
            return
        if style is None:
            self._resolve(node, text)
        self._attach(node)
        if event.anchor:
            self.anchors[event.anchor] = node

    def _resolve(self, node: Node, text: str) -> None:
        try:
            node.value = resolve(text)
        except Refused as refused:
            node.value, node.flawed = 0, True
            self.problems.append(Problem("bad-value", str(refused), self.file, node.span, refused.help))
        node.kind = _KINDS[type(node.value)]

    def opened(self, event: Any) -> None:
        if event.tag is not None:
            raise self._tagged(event)
        if self._expects_key():
            raise Fault("a key must be a text, but this one is a list or a mapping", self.span(event))
        if len(self.stack) >= MAX_DEPTH:
            raise Fault(f"this is nested more than {MAX_DEPTH} levels deep", self.span(event))
        kind = MAPPING if isinstance(event, yaml.MappingStartEvent) else LIST
        value: Any = {} if kind == MAPPING else []
        node = Node(kind, value, self.source, event.start_mark, event.end_mark)
        self.stack.append(_Frame(node, event.anchor))

    def closed(self, event: Any) -> None:
        frame = self.stack.pop()
        frame.node.close(event.end_mark)
        self._attach(frame.node)
        if frame.anchor:
            self.anchors[frame.anchor] = frame.node

    def alias(self, event: Any) -> None:
        if any(frame.anchor == event.anchor for frame in self.stack):
            raise Fault(f"*{event.anchor} stands inside of &{event.anchor} itself", self.span(event))
        node = self.anchors.get(event.anchor)
        if node is None:
            raise Fault(f"*{event.anchor} repeats a value that is not marked &{event.anchor} before", self.span(event))
        if self._expects_key():
            raise Fault("a key must be written out, not repeated with *", self.span(event))
        self._attach(node)
        if (self.stack[0].node.size if self.stack else node.size) > MAX_NODES:
            raise Fault("repeating values with * makes this file too large", self.span(event))

    def _expects_key(self) -> bool:
        return bool(self.stack) and self.stack[-1].node.kind == MAPPING and self.stack[-1].key is None

    def _key(self, node: Node) -> None:
        blank = _NO_BLANK.match(node.value) if node.style is None else None
        if blank:
            raise Fault(NO_INDENT, self._part(node, len(blank[0])), USE_SPACES)
        if node.value == "<<" and node.style is None:
            raise Fault("merge keys (<<) are not read here", node.span, "write the keys out")
        self.stack[-1].key = node

    def _attach(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        for open_frame in self.stack:
            open_frame.node.size += node.size
        if frame.key is None:
            frame.node.value.append(node)
            return
        self._enter(frame.node, frame.key, node)
        frame.key = None

    def _enter(self, mapping: Node, key: Node, node: Node) -> None:
        if key.value in mapping.value:
            message = f"the key {key.value} stands here a second time"
            self.problems.append(Problem("duplicate-key", message, self.file, key.span, "keep one of them"))
            return
        mapping.keys[key.value] = key
        mapping.value[key.value] = node

    def _part(self, node: Node, length: int) -> Span:
        """Where the first characters of a key stand."""
        span = node.span
        return Span(span.line, span.column, span.column + length)

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


_HANDLERS: dict[type, Any] = {
    yaml.DocumentStartEvent: _Builder.document,
    yaml.ScalarEvent: _Builder.scalar,
    yaml.MappingStartEvent: _Builder.opened,
    yaml.SequenceStartEvent: _Builder.opened,
    yaml.MappingEndEvent: _Builder.closed,
    yaml.SequenceEndEvent: _Builder.closed,
    yaml.AliasEvent: _Builder.alias,
}
