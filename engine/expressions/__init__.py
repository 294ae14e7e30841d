"""Expressions: what a rule says of an event, checked when the rules load, evaluated without surprises.

Text becomes tokens (``tokens``), a tree (``parser``; for plain texts sooner: ``host``), a checked tree (``checker``),
and a pure function (``builder``). What differs in constants alone from one before it is not checked again (``alike``).
What compiles ends, stays small, changes nothing, and raises ``EvaluationError`` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, NamedTuple

from . import alike, explanation
from .builder import Builder, Built
from .checker import check
from .explanation import Explanation
from .facts import NOTHING, Facts
from .findings import Summary
from .host import tree_of
from .implications import implied
from .names import ROOTS
from .native import OfPayload, of_payload
from .nodes import Node, canonical
from .nouns import Context, EvaluationError, Fault, Scope, Wants
from .parser import parse
from .purpose import judge
from .suggestions import FUNCTION, Suggestion, meaning, suggestions

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


class Expression:
    """A checked expression. What evaluates it is put together when it is first asked for, which for most is later."""

    def __init__(
        self, text: str, canonical: str, summary: Summary, check: Callable[[], Built], build: Callable[[], Built]
    ) -> None:
        self.text = text
        self.canonical = canonical
        """One text for one meaning: spaces, quotes, redundant brackets and the spelling of numbers do not matter."""
        self.type = summary.type
        """``number``, ``text``, ``boolean``, ``timestamp``, ``list`` or ``any``."""
        self.catalogs = summary.catalogs
        self.uses_calendar = summary.uses_calendar
        """Whether it depends on the zone, on when days begin, or on when weeks do."""
        self.reads = summary.reads
        """The paths that it reads: ``("event", "score")``."""
        self._check = check
        self._build = build

    @cached_property
    def _checked(self) -> Built:
        """With all that was found of it."""
        return self._check()

    @cached_property
    def _built(self) -> Built:
        """With as much as evaluates it."""
        return self._build()

    @cached_property
    def form(self) -> alike.Form | None:
        """What it has in common with expressions that differ from it in constants alone."""
        return alike.form_of(self.text, self._checked)

    @cached_property
    def evaluate(self) -> Callable[[Context], Any]:
        """The value on one event. Raises EvaluationError only."""
        return self._built.builder.run(self._built.tree)

    @cached_property
    def _native(self) -> OfPayload | None:
        return of_payload(self._built.builder, self._built.tree)

    def of_payload(self) -> OfPayload | None:
        """What gives the same value of the payload alone, faster; None if that is not all it reads."""
        return self._native

    def explain(self, context: Context) -> Explanation:
        """Why it came out so, operand by operand."""
        return explanation.explain(self._checked.builder, self._checked.tree, context)

    def implies(self) -> Facts:
        """For a condition: what is known of an event on which it is true."""
        return implied(self._checked.builder.found, self._checked.tree, True, NOTHING)


class Compilation(NamedTuple):
    """What became of a text: an expression, or faults; warnings may stand beside either."""

    expression: Expression | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def compile_expression(text: str, scope: Scope, wants: Wants, given: Expression | None = None) -> Compilation:
    """The expression of a text, or every fault in it. ``given`` is a condition known to hold where it is evaluated."""
    try:
        if given is not None:
            return _compile(text, scope, wants, given.implies())
        cut = alike.cut(text)
        return _compile(text, scope, wants, NOTHING) if cut is None else _of_form(text, cut, scope, wants)
    except RecursionError:
        fault = Fault("expression-too-large", "the expression is nested too deeply", 0, len(text))
        return Compilation(None, (fault,), ())


def _of_form(text: str, cut: alike.Cut, scope: Scope, wants: Wants) -> Compilation:
    """An expression that may differ from one before it in constants alone."""
    key = cut.rest, wants
    first: Expression | None = scope.firsts.get(key)
    form = first.form if first is not None else None
    written = form.canonical(cut.constants) if form is not None else None
    if form is not None and written is not None:
        check, build = partial(_checked, text, scope, wants), partial(form.built, cut.constants)
        return Compilation(Expression(text, written, form.summary, check, build), (), ())
    compilation = _compile(text, scope, wants, NOTHING)
    if compilation.expression is not None and not compilation.warnings:
        scope.firsts.setdefault(key, compilation.expression)
    return compilation


def _checked(text: str, scope: Scope, wants: Wants) -> Built:
    """What is found of an expression of which it is known that it has no fault."""
    tree = tree_of(text) or parse(text)[0]
    assert tree is not None
    return Built(tree, Builder(check(tree, text, scope, wants, NOTHING)))


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
    built = Built(tree, Builder(found))
    expression = Expression(text, canonical(tree), found.summary(tree), lambda: built, lambda: built)
    return Compilation(expression, (), warnings)


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.start, fault.end)))
