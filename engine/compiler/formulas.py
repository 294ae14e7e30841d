"""Expressions where they stand in a file: compiled, with each fault at its place in the file."""

from __future__ import annotations

import re
from typing import Any

from ..calendar import Calendar, Moment, zone_at_offset
from ..documents import NUMBER, TEXT, Node, number_meant
from ..expressions import Compilation, Context, EvaluationError, Expression, Scope, Wants, compile_expression
from ..model import Number
from ..problems import Span
from .work import Document, Work

_OF_FORM = frozenset({"expression-syntax", "forbidden-expression", "expression-too-large", "unknown-function"})
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
    _check_cut(work, document, node)
    if any(word in node.value for word in work.unsure):
        scope = None
    compilation = _compiled(work, node.value, scope, wants)
    if given is not None and (compilation.faults or compilation.warnings):
        compilation = _compiled(work, node.value, scope, wants, given)
    for fault in (*compilation.faults, *compilation.warnings):
        if scope is not None or fault.code in _OF_FORM:
            help = " ".join(fault.help.split()) if fault.help else None
            work.report(fault.code, fault.message, document, node.place(fault.start, fault.end), help)
    return compilation.expression if scope is not None else None


def _compiled(work: Work, text: str, scope: Scope | None, wants: Wants, given: Expression | None = None) -> Compilation:
    """What became of a text, which rule sets often hold many times."""
    key = (text, id(scope), wants, id(given))
    if key not in work.compilations:
        known = scope or Scope({}, work.user, _catalogs(work))
        work.compilations[key] = compile_expression(text, known, wants, given)
    return work.compilations[key]


def _check_cut(work: Work, document: Document, node: Node) -> None:
    if node.style is not None:
        return
    cut = _CUT.match(node.after)
    if cut:
        line, column = node.end
        begin = column + cut.start(1)
        place = Span(line, begin, begin + len(cut[1].rstrip()))
        message = "a # after a blank begins a comment: the expression ends before it"
        work.report(
            "swallowed-comment", message, document, place, "put the expression in quotes, or a blank after the #"
        )


def threshold_of(work: Work, document: Document, node: Node | None) -> Number | None:
    """A threshold: a number, or the value of an expression over catalogs."""
    if node is None or node.kind == NUMBER:
        return node.value if node is not None else None
    looks, number = number_meant(node.value)
    if looks and node.kind == TEXT:
        help = f"write {number}" if number else "write a number, such as 1"
        work.report("wrong-type", f"threshold must be a number, but {node.value} is a text", document, node.span, help)
        node.flawed = True
        return None
    return _evaluated(work, document, node)


def _evaluated(work: Work, document: Document, node: Node) -> Number | None:
    expression = formula(work, document, node, scope_of(work, ()), Wants.NUMBER)
    if expression is None:
        return None
    try:
        value: Number = expression.evaluate(_NO_EVENT)
    except EvaluationError as error:
        work.report("bad-value", f"this has no value: {error}", document, node.place(0, len(node.value)))
        return None
    return value
