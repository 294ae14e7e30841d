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

_INTEGERS: dict[str, operators.Binary] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def arithmetic(sign: str, left: Run, right: Run, label: str) -> Run:
    """One operator: two integers that stay small need none of the guards."""
    work, integers = operators.arithmetic(sign, label), _INTEGERS.get(sign)
    if integers is None:
        return _division(left, right, work) if sign == "/" else lambda context: work(left(context), right(context))

    def run(context: Context) -> Any:
        a, b = left(context), right(context)
        if type(a) is int and type(b) is int:
            result = integers(a, b)
            if -LARGEST_INTEGER <= result <= LARGEST_INTEGER:
                return result
        return work(a, b)

    return run


def _division(left: Run, right: Run, work: operators.Binary) -> Run:
    def run(context: Context) -> Any:
        a, b = left(context), right(context)
        if type(a) is int and type(b) is int and b and -LARGEST_INTEGER <= a <= LARGEST_INTEGER:
            return a / b
        return work(a, b)

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
