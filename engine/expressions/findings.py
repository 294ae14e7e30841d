"""Everything that a check finds out about one expression: its faults, its warnings, what it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from .nodes import Node, Path
from .nouns import Fault, Scope, Wants
from .types import ANYTHING, BOOLEAN, LIST, NUMBER, TEXT, TIMESTAMP, Type

_QUOTES = "\"'"
_CLOSING = re.compile(r"\s*\]")
_TYPES = frozenset({NUMBER, TEXT, BOOLEAN, TIMESTAMP, LIST})


class Place(Protocol):
    """What has a beginning and an end in the text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Reading(NamedTuple):
    """How the value of a path is found: the keys to follow, the kind that must be there, the field of a timestamp."""

    keys: tuple[str, ...]
    kind: str
    field: str | None = None


class Summary(NamedTuple):
    """What is asked of an expression before it is evaluated."""

    type: str
    catalogs: frozenset[str]
    uses_calendar: bool
    reads: frozenset[tuple[str, ...]]


@dataclass(slots=True)
class Findings:
    """Filled while a tree is checked; what is said once is not said again."""

    text: str
    scope: Scope
    wants: Wants
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    types: dict[Node, Type] = field(default_factory=dict)
    readings: dict[Path, Reading] = field(default_factory=dict)
    reads: set[tuple[str, ...]] = field(default_factory=set)
    catalogs: set[str] = field(default_factory=set)
    sizes: dict[Node, int] = field(default_factory=dict)
    """Of the lists and catalogs whose items are known."""
    said: set[object] = field(default_factory=set)
    """Already reported: optional paths; divisors that can be 0, which behind the first division by one they are not."""
    uses_calendar: bool = False

    def type_of(self, node: Node) -> Type:
        """The type of a part, as it was checked."""
        return self.types.get(node, ANYTHING)

    def summary(self, tree: Node) -> Summary:
        """What was found, in short."""
        kind = self.type_of(tree).kind
        known = kind if kind in _TYPES else "any"
        return Summary(known, frozenset(self.catalogs), self.uses_calendar, frozenset(self.reads))

    def fragment(self, place: Place) -> str:
        """What the author wrote there, on one line."""
        return self._between(place.start, place.end)

    def _between(self, start: int, end: int) -> str:
        written = self.text[start:end]
        return re.sub(r"\s*[\r\n]\s*", " ", written) if "\n" in written or "\r" in written else written

    def label(self, path: Path) -> str:
        """What the author wrote for the value that is read; of a timestamp's field, for the timestamp."""
        return self.up_to(path, len(path.steps) - (self.readings[path].field is not None))

    def up_to(self, path: Path, steps: int) -> str:
        """What the author wrote of a path as far as one of its steps, with the bracket that closes it."""
        end = path.steps[steps - 1].end if steps else path.root.end
        closing = _CLOSING.match(self.text, end) if self.text[end - 1] in _QUOTES else None
        return self._between(path.start, closing.end() if closing else end)

    def fault(self, code: str, place: Place, message: str, help: str | None = None) -> None:
        self.faults.append(Fault(code, message, place.start, place.end, help))

    def mismatch(self, place: Place, message: str, help: str | None = None) -> None:
        """An operand of the wrong kind."""
        self.fault("type-mismatch", place, message, help)

    def warn(self, code: str, place: Place, message: str, help: str | None = None) -> None:
        self.warnings.append(Fault(code, message, place.start, place.end, help))
