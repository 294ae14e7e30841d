"""Expressions: what a rule says of an event, checked when the rules load, evaluated without surprises.

Text becomes tokens (``tokens``), a tree (``parser``), a checked tree (``checker``), and a pure function (``builder``).
What compiles ends, stays small, changes nothing, and raises ``EvaluationError`` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from . import explanation
from .builder import Builder
from .checker import check
from .explanation import Explanation
from .facts import NOTHING, Facts
from .findings import Findings
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


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A checked expression."""

    text: str
    canonical: str
    """One text for one meaning: spaces, quotes, redundant brackets and the spelling of numbers do not matter."""
    type: str
    """``number``, ``text``, ``boolean``, ``timestamp``, ``list`` or ``any``."""
    catalogs: frozenset[str]
    uses_calendar: bool
    """Whether it depends on the zone, on when days begin, or on when weeks do."""
    reads: frozenset[tuple[str, ...]]
    """The paths that it reads: ``("event", "score")``."""
    evaluate: Callable[[Context], Any]
    """The value on one event. Raises EvaluationError only."""
    of_payload: Callable[[], OfPayload | None]
    """Makes what gives the same value of the payload alone, faster; None if that is not all it reads."""
    explain: Callable[[Context], Explanation]
    """Why it came out so, operand by operand."""
    implies: Callable[[], Facts] = field(repr=False)
    """For a condition: what is known of an event on which it is true."""


@dataclass(frozen=True, slots=True)
class Compilation:
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
    tree, faults = parse(text)
    if tree is None:
        return Compilation(None, tuple(faults), ())
    found = check(tree, text, scope, wants, given)
    found.faults.extend(faults)
    judge(found, found.type_of(tree))
    faults = sorted(found.faults, key=lambda fault: (fault.start, fault.end))
    warnings = tuple(sorted(found.warnings, key=lambda fault: (fault.start, fault.end)))
    if faults:
        return Compilation(None, tuple(faults), warnings)
    return Compilation(_expression(text, tree, found), (), warnings)


def _expression(text: str, tree: Node, found: Findings) -> Expression:
    builder = Builder(found)
    kind = found.type_of(tree).kind
    return Expression(
        text=text,
        canonical=canonical(tree),
        type=kind if kind in _TYPES else "any",
        catalogs=frozenset(found.catalogs),
        uses_calendar=found.uses_calendar,
        reads=frozenset(found.reads),
        evaluate=builder.run(tree),
        of_payload=cache(lambda: of_payload(builder, tree)),
        explain=lambda context: explanation.explain(builder, tree, context),
        implies=lambda: implied(found, tree, True, NOTHING),
    )
