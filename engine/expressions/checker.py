"""A tree, checked in its scope: every name, type and operand, and what can be known of the result before any event."""

from __future__ import annotations

from . import calls, conditions, fields, operands
from .facts import Facts
from .findings import Findings
from .names import Unresolved, timestamp_field
from .nodes import (
    Arithmetic,
    Call,
    Compare,
    Conditional,
    Field,
    ListOf,
    Literal,
    Logic,
    Negative,
    Node,
    Not,
    Path,
    Refused,
    canonical,
)
from .nouns import Scope, Wants
from .operands import Operand
from .ranges import negated
from .types import ANYTHING, LIST, NULL, NUMBER, TEXT, TIMESTAMP, UNKNOWN, Type, known_list, numbers, type_of_value
from .walk import Visit, Walk


def check(tree: Node, text: str, scope: Scope, wants: Wants, given: Facts) -> Findings:
    """Everything that can be found out about an expression where ``given`` holds."""
    found = Findings(text, scope, wants)
    Walk(found, _VISITS).type(tree, given)
    return found


def _literal(walk: Walk, node: Literal, facts: Facts) -> Type:
    return type_of_value(node.value)


def _list(walk: Walk, node: ListOf, facts: Facts) -> Type:
    kinds = [type_of_value(item.value).kind for item in node.items]
    for item, kind in zip(node.items, kinds, strict=True):
        if kind == NULL or kind != kinds[0]:
            why = "null is no value to look for" if kind == NULL else "the items of a list are of one kind"
            walk.found.mismatch(item, why)
            return ANYTHING
    walk.found.sizes[node] = len(node.items)
    return known_list(LIST, [item.value for item in node.items])


def _refused(walk: Walk, node: Refused, facts: Facts) -> Type:
    for inner in node.inside:
        walk.type(inner, facts)
    return ANYTHING


def _field(walk: Walk, node: Field, facts: Facts) -> Type:
    of = walk.type(node.of, facts)
    if of.kind == UNKNOWN:
        return ANYTHING
    try:
        if of.kind != TIMESTAMP:
            message = f"{walk.found.fragment(node.of)} has no fields: it is {of.name}"
            raise Unresolved("unknown-field", node.step, message)
        type = timestamp_field(node.step)
    except Unresolved as error:
        walk.found.fault(error.code, error.place, error.message, error.help)
        return ANYTHING
    walk.found.uses_calendar = True
    return type


def _negative(walk: Walk, node: Negative, facts: Facts) -> Type:
    type = walk.type(node.operand, facts)
    if type.kind == NUMBER:
        return numbers(negated(type.interval))
    if type.kind != UNKNOWN:
        walk.found.mismatch(node.operand, f"- works on numbers, and {walk.found.fragment(node.operand)} is {type.name}")
    return ANYTHING


def _arithmetic(walk: Walk, node: Arithmetic, facts: Facts) -> Type:
    if fields.is_hyphened(walk.found, node.operands):
        return ANYTHING
    left, *rest = [Operand(operand, walk.type(operand, facts)) for operand in node.operands]
    for sign, right in zip(node.operators, rest, strict=True):
        span = Arithmetic(node.start, right.node.end, (), ())
        left = Operand(span, _result(walk, left, sign.name, right, operands.fits(walk.found, left, sign, right)))
    return left.type


def _result(walk: Walk, left: Operand, sign: str, right: Operand, fits: bool) -> Type:
    if not fits:
        return ANYTHING
    if left.kind == TEXT:
        return Type(TEXT)
    if sign in ("/", "//", "%"):
        _divides(walk, right, sign)
    return numbers(operands.INTERVALS[sign](left.type.interval, right.type.interval))


def _divides(walk: Walk, divisor: Operand, sign: str) -> None:
    if not divisor.type.interval.can_be_zero or canonical(divisor.node) in walk.found.said:
        return
    walk.found.said.add(canonical(divisor.node))
    written = walk.found.fragment(divisor.node)
    always = divisor.type.interval.value == 0
    message = f"{written} {'is' if always else 'can be'} 0, and {sign} by 0 has no result"
    help = None if always else f"write {written} > 0 and … before it, or declare a minimum above 0"
    walk.found.warn("possible-zero-division", divisor.node, message, help)


def _call(walk: Walk, node: Call, facts: Facts) -> Type:
    if node.function.name == "has":
        return fields.has(walk, node, facts)
    if node.function.name == "default":
        return fields.default(walk, node, facts)
    given = [Operand(operand, walk.type(operand, facts)) for operand in node.operands]
    return calls.checked(walk.found, node, given) if calls.is_known(walk.found, node) else ANYTHING


_VISITS: dict[type, Visit] = {
    Literal: _literal,
    ListOf: _list,
    Refused: _refused,
    Path: fields.path,
    Field: _field,
    Negative: _negative,
    Arithmetic: _arithmetic,
    Compare: conditions.compare,
    Logic: conditions.logic,
    Not: conditions.denied,
    Conditional: conditions.conditional,
    Call: _call,
}
