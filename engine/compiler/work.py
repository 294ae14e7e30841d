"""A rule set while it is being compiled: its documents, what is known of each, and the problems found so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..documents import Node
from ..expressions import Compilation, Scope, Wants
from ..model import EventType, Metric, Settings
from ..problems import WARNING, Problem, Span, did_you_mean

KINDS = ("settings", "event", "catalog", "metric", "badge", "leaderboard", "actions", "notifications", "scenario")


@dataclass(slots=True)
class Document:
    """A file of the rule set. ``root`` is None where the text is no YAML: nothing but its id is known."""

    file: str
    kind: str
    id: str
    root: Node | None
    sound: bool = True
    """Whether its id is one."""


@dataclass(slots=True)
class Work:
    """What the compiler has gathered."""

    files: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    """Names of expressions (``user``, ``catalog``) of which an error hides what they hold."""
    documents: dict[str, dict[str, Document]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    again: dict[str, list[Document]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    """Documents whose id another file has already: read for their faults alone."""
    settings: Settings = field(default_factory=Settings)
    user: dict[str, Any] = field(default_factory=dict)
    """Schemas of the user attributes that expressions read."""
    events: dict[str, EventType | None] = field(default_factory=dict)
    """None for a type that is named, but whose file has an error."""
    catalogs: dict[str, tuple[Any, ...] | None] = field(default_factory=dict)
    metrics: dict[str, Metric | None] = field(default_factory=dict)
    pool: dict[str, Metric] = field(default_factory=dict)
    """Metrics by fingerprint: the same definition is one metric."""
    scopes: dict[tuple[str, ...], Scope | None] = field(default_factory=dict)

    compilations: dict[tuple[str, int, Wants, int], Compilation] = field(default_factory=dict)
    """By text, scope, purpose and what is given, which live as long as this does."""

    def report(self, code: str, message: str, document: Document, span: Span, help: str | None = None) -> None:
        """Note a problem."""
        self.problems.append(Problem(code, message, document.file, span, help))

    def of(self, kind: str) -> Iterable[Document]:
        """The documents of a kind, by path."""
        return sorted(self.documents[kind].values(), key=lambda document: document.file)

    def knows(self, kind: str, id: str) -> bool:
        """Whether there is a thing of that id, sound or not."""
        return id in self.documents[kind]

    def unknown(self, kind: str, node: Node, document: Document) -> None:
        """Note that a value names nothing that exists."""
        noun = "event type" if kind == "event" else kind
        known = self.events if kind == "event" else self.documents[kind]
        help = did_you_mean(node.value, known)
        self.report(f"unknown-{kind}", f"there is no {noun} {node.value}", document, node.span, help)
        node.flawed = True

    @property
    def failed(self) -> bool:
        """Whether an error was found."""
        return self.failed_since(0)

    def failed_since(self, count: int) -> bool:
        """Whether an error was found since there were so many problems."""
        return len(self.problems) > count and any(problem.severity != WARNING for problem in self.problems[count:])
