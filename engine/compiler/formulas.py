"""Expressions where they stand in a file: compiled, with each fault at its place in the file."""

from __future__ import annotations

import re
from typing import Any

from ..calendar import Calendar, Moment, zone_at_offset
from ..documents import NUMBER, TEXT, Node, number_meant
from ..expressions import ROOTS, Compilation, Context, EvaluationError, Expression, Scope, Wants, compile_expression
from ..model import Number
from ..problems import Span
from .work import Document, Work

_OF_FORM = frozenset({"expression-syntax", "forbidden-expression", "expression-too-large", "unknown-function"})
_BY_CUTTING = frozenset({"expression-syntax", "not-a-condition"})
"""What can be wrong because a comment cut an expression off."""
_QUOTE = "put the whole expression in quotes: ` #` begins a comment in YAML"
_CUT = re.compile(r"[ \t]+(#\S.*)")
_NO_EVENT = Context({}, "", "", {}, Moment(0, Calendar(zone_at_offset(0))))


def scope_of(work: Work, triggers: tuple[str, ...] | None) -> Scope | None:
    """What expressions over events of these types may name; None if a type is unknown or has an error."""
    if triggers is None:
        return None
    if triggers not in work.scopes:
        types = [work.events.get(trigger) for trigger in triggers]
        payloads = {known.id: known.payload for known in types if known is not None}
        sound = len(payloads) == len(types)
        work.scopes[triggers] = Scope(payloads, work.user, _catalogs(work)) if sound else None
    return work.scopes[triggers]


def _catalogs(work: Work) -> dict[str, tuple[Any, ...]]:
    return {id: items or () for id, items in work.catalogs.items()}


def formula(
    work: Work,
    document: Document,
    node: Node | None,
    scope: Scope | None,
    wants: Wants,
    given: Expression | None = None,
) -> Expression | None:
    """The expression that a text is; None if there is none, or it has a fault.

    Without a scope only its form is checked. ``given`` is a condition that holds where it is evaluated.
    """
    if node is None:
        return None
    cut = _cut(node)
    if work.unsure and any(word in node.value for word in work.unsure):
        scope = None
    compilation = _compiled(work, node.value, scope, wants)
    if given is not None and (compilation.faults or compilation.warnings):
        compilation = _compiled(work, node.value, scope, wants, given)
    is_broken = cut is not None and any(fault.code in _BY_CUTTING for fault in compilation.faults)
    for fault in (*compilation.faults, *compilation.warnings):
        if scope is not None or fault.code in _OF_FORM:
            help = " ".join(fault.help.split()) if fault.help else None
            help = _QUOTE if is_broken and fault.code in _BY_CUTTING else help
            work.report(fault.code, fault.message, document, node.place(fault.start, fault.end), help)
    if cut is not None and not is_broken:
        message = "a # after a blank begins a comment: the expression ends before it"
        help = "put the expression in quotes, or a blank after the #"
        work.report("swallowed-comment", message, document, cut, help)
    return compilation.expression if scope is not None else None


def _compiled(work: Work, text: str, scope: Scope | None, wants: Wants, given: Expression | None = None) -> Compilation:
    """What became of a text, which rule sets often hold many times."""
    key = (text, id(scope), wants, id(given))
    if key not in work.compilations:
        known = scope or Scope({}, work.user, _catalogs(work))
        work.compilations[key] = compile_expression(text, known, wants, given)
    return work.compilations[key]


def _cut(node: Node) -> Span | None:
    """The comment that cuts an expression off, if one does."""
    cut = node.followed_by(_CUT) if node.style is None else None
    if cut is None:
        return None
    line, column = node.end
    begin = column + cut.start(1) - cut.start()
    return Span(line, begin, begin + len(cut[1].rstrip()))


def threshold_of(work: Work, document: Document, node: Node | None) -> Number | None:
    """A threshold: a number, or the value of an expression over catalogs."""
    if node is None or node.kind == NUMBER:
        return node.value if node is not None else None
    looks, number = number_meant(node.value)
    if node.kind == TEXT and (looks or _is_word(node.value)):
        help = f"write {number}" if number else "write a number, or what catalogs make: size(catalog.providers)"
        work.report("wrong-type", f"threshold must be a number, but {node.value} is a text", document, node.span, help)
        node.flawed = True
        return None
    return _evaluated(work, document, node)


def _is_word(text: str) -> bool:
    """Whether a text is one word, which no threshold is: not an expression with a fault in it."""
    return text.isidentifier() and text not in ROOTS


def _evaluated(work: Work, document: Document, node: Node) -> Number | None:
    before = len(work.problems)
    expression = formula(work, document, node, scope_of(work, ()), Wants.NUMBER)
    found = [problem for problem in work.problems[before:] if problem.code != "possible-zero-division"]
    work.problems[before:] = found  # it is known whether it divides by zero: it has a value, or none
    if expression is None:
        return None
    try:
        value: Number = expression.evaluate(_NO_EVENT)
    except EvaluationError as error:
        work.report("bad-value", f"this has no value: {error}", document, node.place(0, len(node.value)))
        return None
    return value
