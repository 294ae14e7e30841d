"""What a condition, once it is known to hold or not to hold, says of the fields and values that it asks about."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from . import operands
from .facts import Facts
from .findings import Findings
from .nodes import Call, Compare, Literal, Logic, Node, Not, Path, canonical
from .types import BOOLEAN, truth


def implied(found: Findings, node: Node, holds: bool, facts: Facts) -> Facts:
    """``facts``, and what follows from a checked part being true (``holds``) or false."""
    tell = _TELLERS.get(node.__class__)
    return facts if tell is None else tell(found, node, holds, facts)


def _of_denial(found: Findings, node: Not, holds: bool, facts: Facts) -> Facts:
    return implied(found, node.operand, not holds, facts)


def _of_path(found: Findings, node: Path, holds: bool, facts: Facts) -> Facts:
    return facts.knowing(canonical(node), truth(holds)) if found.type_of(node).kind == BOOLEAN else facts


def _of_logic(found: Findings, node: Logic, holds: bool, facts: Facts) -> Facts:
    """All operands came out alike, or one of them ended the evaluation, those before it having come out otherwise."""
    ends = node.word == "or"
    stopped: list[Facts] = []
    for operand in node.operands:
        stopped.append(implied(found, operand, ends, facts))
        facts = implied(found, operand, not ends, facts)
    return reduce(Facts.either, stopped) if holds is ends else facts


def _of_comparison(found: Findings, node: Compare, holds: bool, facts: Facts) -> Facts:
    if not holds and len(node.operators) > 1:
        return facts
    for left, sign, right in zip(node.operands, node.operators, node.operands[1:], strict=False):
        for one, name, other in ((left, sign.name, right), (right, operands.mirrored(sign.name), left)):
            if name is not None and one.__class__ is not Literal:
                facts = _told(found, facts, one, name, other, holds)
    return facts


def _told(found: Findings, facts: Facts, left: Node, sign: str, right: Node, holds: bool) -> Facts:
    """What a comparison says of its left operand, which is no literal."""
    written = canonical(left)
    known = facts.values.get(written) or found.type_of(left)
    narrowed = operands.narrowed(sign, known, found.type_of(right), holds)
    return facts if narrowed is known else facts.knowing(written, narrowed)


def _of_call(found: Findings, node: Call, holds: bool, facts: Facts) -> Facts:
    path = node.operands[0] if node.operands else None
    if node.function.name != "has" or not holds or not isinstance(path, Path):
        return facts
    names = path.names
    return facts.having(names[:count] for count in range(2, len(names) + 1))


_TELLERS: dict[type, Callable[[Findings, Any, bool, Facts], Facts]] = {
    Not: _of_denial,
    Logic: _of_logic,
    Compare: _of_comparison,
    Call: _of_call,
    Path: _of_path,
}
