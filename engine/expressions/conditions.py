"""Comparisons, ``and``, ``or``, ``not`` and ``if``, checked.

What stands behind a condition is checked where that condition holds.
"""

from __future__ import annotations

from . import operands
from .facts import Facts
from .implications import implied
from .names import SPELLINGS_OF_NULL, Unresolved, resolve
from .nodes import Compare, Conditional, Literal, Logic, Node, Not, Path, canonical
from .operands import Operand
from .types import ANYTHING, BOOLEAN, CATALOG, NULL, NUMBER, TEXT, UNKNOWN, Type, known_truth, truth, union
from .walk import Walk


def compare(walk: Walk, node: Compare, facts: Facts) -> Type:
    """The type of a comparison: often it can be known to hold, or not to."""
    sides = _sides(walk, node, facts)
    known: list[bool | None] = []
    left = sides[0]
    for sign, right in zip(node.operators, sides[1:], strict=True):
        fits = operands.compares(walk.found, left, sign, right)
        known.append(_known(left, sign.name, right) if fits else None)
        left = right if fits else Operand(right.node, ANYTHING)
    return truth(False if False in known else True if all(known) else None)


def _sides(walk: Walk, node: Compare, facts: Facts) -> list[Operand]:
    """The operands; one beside null need not be there: the comparison is the fault."""
    if any(map(_is_null, node.operands)):
        return [_beside_null(walk, node, index, facts) for index in range(len(node.operands))]
    return [Operand(operand, walk.type(operand, facts)) for operand in node.operands]


def _beside_null(walk: Walk, node: Compare, index: int, facts: Facts) -> Operand:
    operand = node.operands[index]
    beside = node.operands[max(index - 1, 0) : index + 2]
    if _is_null(operand):
        return Operand(Literal(operand.start, operand.end, None), Type(NULL))
    if isinstance(operand, Path) and any(map(_is_null, beside)):
        try:
            return Operand(operand, resolve(operand, walk.found.scope).type or ANYTHING)
        except Unresolved:
            pass
    return Operand(operand, walk.type(operand, facts))


def _is_null(node: Node) -> bool:
    """Whether it is null, or another language's word for it."""
    if node.__class__ is Literal:
        return node.value is None
    return isinstance(node, Path) and not node.steps and node.root.name in SPELLINGS_OF_NULL


def _known(left: Operand, sign: str, right: Operand) -> bool | None:
    known = operands.known_result(sign, left.type, right.type)
    if known is not None or left.node.__class__ is not right.node.__class__ or sign in ("in", "not in"):
        return known
    return sign in ("==", "<=", ">=") if canonical(left.node) == canonical(right.node) else None


def logic(walk: Walk, node: Logic, facts: Facts) -> Type:
    """Each operand is checked where those before it hold (``and``), or do not hold (``or``)."""
    ends = node.word == "or"
    known: list[bool | None] = []
    for index, operand in enumerate(node.operands):
        if index:
            facts = implied(walk.found, node.operands[index - 1], not ends, facts)
        known.append(known_truth(_condition(walk, operand, facts, node)))
    return truth(ends if ends in known else None if None in known else not ends)


def denied(walk: Walk, node: Not, facts: Facts) -> Type:
    known = known_truth(_condition(walk, node.operand, facts, node))
    return truth(None if known is None else not known)


def _condition(walk: Walk, node: Node, facts: Facts, inside: Node) -> Type:
    """A part that must be true or false."""
    type = walk.type(node, facts)
    if type.kind not in (BOOLEAN, UNKNOWN):
        message = f"{walk.found.fragment(node)} is {type.name}, and a condition is due here"
        walk.found.mismatch(node, message, _meant(walk, node, type, inside))
    return type


def _meant(walk: Walk, node: Node, type: Type, inside: Node) -> str | None:
    """What to write for a value that stands where a condition is due."""
    written = walk.found.fragment(node)
    compared = [o for o in inside.operands if isinstance(o, Compare)] if isinstance(inside, Logic) else []
    if isinstance(node, Literal) and compared and compared[0].operators[0].name in ("==", "!="):
        left, sign = walk.found.fragment(compared[0].operands[0]), compared[0].operators[0].name
        values = f"{walk.found.fragment(compared[0].operands[1])}, {written}"
        return f"repeat the comparison: {left} {sign} {written}, or use a list: {left} in [{values}]"
    return {NUMBER: f"compare it: {written} > 0", TEXT: f"compare it: {written} == …"}.get(type.kind)


def conditional(walk: Walk, node: Conditional, facts: Facts) -> Type:
    """The type of both branches; null stands for a missing value, whatever the other is."""
    test = _condition(walk, node.test, facts, node)
    yes = Operand(node.yes, walk.type(node.yes, implied(walk.found, node.test, True, facts)))
    no = Operand(node.no, walk.type(node.no, implied(walk.found, node.test, False, facts)))
    if not _agree(walk, yes, no):
        return ANYTHING
    known = known_truth(test)
    taken = [branch.type for branch in (yes, no) if branch.kind != NULL]
    if known is not None and len(taken) == 2:
        taken = [taken[0] if known else taken[1]]
    return union(taken) if taken else yes.type


def _agree(walk: Walk, yes: Operand, no: Operand) -> bool:
    for branch in (yes, no):
        if branch.kind == CATALOG:
            walk.found.mismatch(branch.node, "a catalog stands behind in, or in size(…), alone")
            return False
    kinds = {yes.kind, no.kind}
    if UNKNOWN in kinds or len(kinds - {NULL}) <= 1:
        return UNKNOWN not in kinds
    message = f"{walk.found.fragment(no.node)} is {no.type.name}, and the other branch is {yes.type.name}"
    walk.found.mismatch(no.node, message, "both branches must be of one kind")
    return False
