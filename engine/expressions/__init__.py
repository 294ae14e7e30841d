"""Expressions: what a rule says of an event, checked when the rules load, evaluated without surprises.

Text becomes tokens (``tokens``), a tree (``parser``; for plain texts sooner: ``host``), a checked tree (``checker``),
and a pure function (``builder``).
What compiles ends, stays small, changes nothing, and raises ``EvaluationError`` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from . import explanation
from .builder import Builder
from .checker import check
from .explanation import Explanation
from .facts import NOTHING, Facts
from .findings import Findings
from .host import tree_of
from .implications import implied
from .names import ROOTS
from .native import OfPayload, of_payload
from .nodes import Node, canonical
from .nouns import Context, EvaluationError, Fault, Scope, Wants
from .parser import parse
from .purpose import judge
from .suggestions import FUNCTION, Suggestion, meaning, suggestions
from .types import BOOLEAN, LIST, NUMBER, TEXT, TIMESTAMP

__all__ = [
    "FUNCTION",
    "ROOTS",
    "Compilation",
    "Context",
    "EvaluationError",
    "Explanation",
    "Expression",
    "Fault",
    "Scope",
    "Wants",
    "Suggestion",
    "compile_expression",
    "meaning",
    "suggestions",
]

_TYPES = frozenset({NUMBER, TEXT, BOOLEAN, TIMESTAMP, LIST})


class Expression:
    """A checked expression. What evaluates it is put together when it is first asked for, which for most is later."""

    def __init__(self, text: str, tree: Node, found: Findings) -> None:
        kind = found.type_of(tree).kind
        self.text = text
        self.canonical = canonical(tree)
        """One text for one meaning: spaces, quotes, redundant brackets and the spelling of numbers do not matter."""
        self.type = kind if kind in _TYPES else "any"
        """``number``, ``text``, ``boolean``, ``timestamp``, ``list`` or ``any``."""
        self.catalogs = frozenset(found.catalogs)
        self.uses_calendar = found.uses_calendar
        """Whether it depends on the zone, on when days begin, or on when weeks do."""
        self.reads = frozenset(found.reads)
        """The paths that it reads: ``("event", "score")``."""
        self._tree = tree
        self._found = found

    @cached_property
    def _builder(self) -> Builder:
        return Builder(self._found)

    @cached_property
    def evaluate(self) -> Callable[[Context], Any]:
        """The value on one event. Raises EvaluationError only."""
        return self._builder.run(self._tree)

    @cached_property
    def _native(self) -> OfPayload | None:
        return of_payload(self._builder, self._tree)

    def of_payload(self) -> OfPayload | None:
        """What gives the same value of the payload alone, faster; None if that is not all it reads."""
        return self._native

    def explain(self, context: Context) -> Explanation:
        """Why it came out so, operand by operand."""
        return explanation.explain(self._builder, self._tree, context)

    def implies(self) -> Facts:
        """For a condition: what is known of an event on which it is true."""
        return implied(self._found, self._tree, True, NOTHING)


class Compilation(NamedTuple):
    """What became of a text: an expression, or faults; warnings may stand beside either."""

    expression: Expression | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def compile_expression(text: str, scope: Scope, wants: Wants, given: Expression | None = None) -> Compilation:
    """The expression of a text, or every fault in it. ``given`` is a condition known to hold where it is evaluated."""
    try:
        return _compile(text, scope, wants, given.implies() if given else NOTHING)
    except RecursionError:
        fault = Fault("expression-too-large", "the expression is nested too deeply", 0, len(text))
        return Compilation(None, (fault,), ())


def _compile(text: str, scope: Scope, wants: Wants, given: Facts) -> Compilation:
    """Where the quick reading leaves anything to report, the thorough one tells it, at its place."""
    tree = tree_of(text)
    if tree is not None:
        compilation = _judged(tree, [], text, scope, wants, given)
        if compilation.expression is not None and not compilation.warnings:
            return compilation
    tree, faults = parse(text)
    return Compilation(None, tuple(faults), ()) if tree is None else _judged(tree, faults, text, scope, wants, given)


def _judged(tree: Node, faults: list[Fault], text: str, scope: Scope, wants: Wants, given: Facts) -> Compilation:
    """What comes of a tree; ``faults`` are those of its form."""
    found = check(tree, text, scope, wants, given)
    found.faults.extend(faults)
    judge(found, found.type_of(tree))
    warnings = _in_order(found.warnings)
    if found.faults:
        return Compilation(None, _in_order(found.faults), warnings)
    return Compilation(Expression(text, tree, found), (), warnings)


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.start, fault.end)))
