"""The shapes that most rules have, evaluated in as few steps as possible; they mean what ``operators`` says.

Ten conditions such as ``event.score >= 85`` are evaluated on one event in a few microseconds.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from ..numeric import LARGEST_INTEGER
from . import operators
from .nouns import Context
from .readers import Run
from .types import NUMBER, TEXT

_LONGEST_NEST = 4
_RAW: dict[str, operators.Binary] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def arithmetic(signs: Sequence[str], operands: Sequence[Run], label: str) -> Run:
    """A run of operators, from left to right; a short one becomes one function in another."""
    first, *rest = operands
    if len(signs) > _LONGEST_NEST:
        return in_turn(first, [(operators.arithmetic(sign, label), o) for sign, o in zip(signs, rest, strict=True)])
    for sign, operand in zip(signs, rest, strict=True):
        first = _binary(sign, first, operand, label)
    return first


def _binary(sign: str, left: Run, right: Run, label: str) -> Run:
    """One operator: what Python works out is taken where it is an integer or a float in bounds."""
    work, raw = operators.arithmetic(sign, label), _RAW.get(sign)
    if raw is None:
        return lambda context: work(left(context), right(context))

    def run(context: Context) -> Any:
        a, b = left(context), right(context)
        try:
            result = raw(a, b)
        except (TypeError, ArithmeticError):
            return work(a, b)
        if type(result) is int and -LARGEST_INTEGER <= result <= LARGEST_INTEGER:
            return result
        return result if type(result) is float and result - result == 0 else work(a, b)

    return run


def in_turn(first: Run, steps: Sequence[tuple[operators.Binary, Run]]) -> Run:
    """A value changed by one operand after another."""

    def run(context: Context) -> Any:
        value = first(context)
        for work, operand in steps:
            value = work(value, operand(context))
        return value

    return run


def compared_with(read: Run, sign: str, constant: Any, kind: str) -> Run:
    """A value against a literal."""
    if kind == TEXT:
        wanted = sign == "=="
        return lambda context: (read(context) == constant) is wanted
    exactly = _against(sign, constant) if type(constant) is int else None
    work = operators.comparison(sign, NUMBER)
    if exactly is None:
        return lambda context: work(read(context), constant)

    def run(context: Context) -> bool:
        value = read(context)
        return exactly(value) if type(value) is int else work(value, constant)

    return run


def _against(sign: str, constant: int) -> Callable[[int], bool]:
    against: dict[str, Callable[[int], bool]] = {
        "<": constant.__gt__,
        "<=": constant.__ge__,
        ">": constant.__lt__,
        ">=": constant.__le__,
        "==": constant.__eq__,
        "!=": constant.__ne__,
    }
    return against[sign]


def among(read: Run, items: Sequence[Any], kind: str, wanted: bool) -> Run:
    """A value in a list that no event can change: looked up, and only where that fails compared one by one."""
    holds = operators.membership(kind)
    if kind == NUMBER:
        numbers = [item for item in items if operators.is_a(NUMBER, item)]
        exact = frozenset(numbers)
        return lambda context: ((value := read(context)) in exact or holds(value, numbers)) is wanted
    same = frozenset(item for item in items if operators.is_a(kind, item))
    return lambda context: (read(context) in same) is wanted


def joined(word: str, operands: Sequence[Run]) -> Run:
    """``and`` and ``or``: what follows a decisive operand is not evaluated."""
    first, second, *rest = operands
    if rest:
        return _all(operands) if word == "and" else _any(operands)
    if word == "and":
        return lambda context: first(context) and second(context)
    return lambda context: first(context) or second(context)


def _all(operands: Sequence[Run]) -> Run:
    def run(context: Context) -> bool:
        for operand in operands:  # noqa: SIM110 - all() costs a generator: twice the time
            if not operand(context):
                return False
        return True

    return run


def _any(operands: Sequence[Run]) -> Run:
    def run(context: Context) -> bool:
        for operand in operands:  # noqa: SIM110 - as above
            if operand(context):
                return True
        return False

    return run
