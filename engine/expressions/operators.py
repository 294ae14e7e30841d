"""What the operators do with two values: within limits, and with a sentence where there is no result.

Numbers that JSON could not hold as floats come as decimals: arithmetic takes them as floats. A text is joined by
simpleeval's guarded addition, which no pair of texts can make run out of memory.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import simpleeval

from .. import numeric
from ..calendar import Moment
from ..numeric import LARGEST_INTEGER
from .functions import short_text, text_too_long
from .nouns import EvaluationError
from .types import NUMBER, TIMESTAMP, kind_of_value

Binary = Callable[[Any, Any], Any]


def plain(value: Any) -> Any:
    """A number that arithmetic takes."""
    return float(value) if type(value) is Decimal else value


def arithmetic(sign: str, label: str) -> Binary:
    """An operator on two numbers; ``label`` is what the author wrote, for the sentence where there is no result."""
    work = _WORK[sign]

    def run(a: Any, b: Any) -> Any:
        try:
            return _finite(work(plain(a), plain(b)), label)
        except OverflowError:
            raise EvaluationError(f"the result of {label} is too large") from None
        except ZeroDivisionError:
            raise EvaluationError(f"{label} has no result: it divides by 0") from None

    return run


def _finite(value: Any, label: str) -> Any:
    """A result, if it is a number that can be held."""
    if type(value) is not int:
        if value - value == 0:
            return value
        raise EvaluationError(f"the result of {label} is too large")
    if -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        return value
    raise EvaluationError(f"the result of {label} is beyond {LARGEST_INTEGER}")


def negated(value: Any, label: str) -> Any:
    """A number with the other sign."""
    return _finite(-plain(value), label)


def _whole_quotient(a: Any, b: Any) -> Any:
    """How often b goes into a: a number that equals a whole one, to 12 digits, is that one."""
    a, b = numeric.whole(a), numeric.whole(b)
    if isinstance(a, int) and isinstance(b, int):
        return a // b
    return math.floor(numeric.whole(a / b))


def _remainder(a: Any, b: Any) -> Any:
    """What is left of a when b is taken out of it as often as it goes: it has the sign of b."""
    a, b = numeric.whole(a), numeric.whole(b)
    if isinstance(a, int) and isinstance(b, int):
        return a % b
    return 0 if isinstance(numeric.whole(a / b), int) else a % b


def joined(a: str, b: str) -> str:
    """Two texts as one."""
    try:
        return short_text(simpleeval.safe_add(a, b))
    except simpleeval.IterableTooLong:
        raise text_too_long() from None


_WORK: dict[str, Binary] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": _whole_quotient,
    "%": _remainder,
}


def same_number(a: Any, b: Any) -> bool:
    """Whether two numbers are one; one that is beyond all floats equals itself alone."""
    try:
        return numeric.equal(a, b)
    except OverflowError:
        return False


def _less(a: Any, b: Any) -> bool:
    return a < b and not same_number(a, b)


def _at_most(a: Any, b: Any) -> bool:
    return a <= b or same_number(a, b)


def _more(a: Any, b: Any) -> bool:
    return a > b and not same_number(a, b)


def _at_least(a: Any, b: Any) -> bool:
    return a >= b or same_number(a, b)


def _different(a: Any, b: Any) -> bool:
    return not same_number(a, b)


_NUMBERS: dict[str, Binary] = {
    "<": _less,
    "<=": _at_most,
    ">": _more,
    ">=": _at_least,
    "==": same_number,
    "!=": _different,
}


def _instants(work: Callable[[int, int], bool]) -> Binary:
    def run(a: Moment, b: Moment) -> bool:
        return work(a.instant, b.instant)

    return run


_MOMENTS: dict[str, Binary] = {
    "<": _instants(lambda a, b: a < b),
    "<=": _instants(lambda a, b: a <= b),
    ">": _instants(lambda a, b: a > b),
    ">=": _instants(lambda a, b: a >= b),
    "==": _instants(lambda a, b: a == b),
    "!=": _instants(lambda a, b: a != b),
}
_OTHERS: dict[str, Binary] = {"==": lambda a, b: a == b, "!=": lambda a, b: a != b}


def comparison(sign: str, kind: str) -> Binary:
    """The comparison of two values of one kind."""
    return {NUMBER: _NUMBERS, TIMESTAMP: _MOMENTS}.get(kind, _OTHERS)[sign]


def is_a(kind: str, value: Any) -> bool:
    """Whether a value, of a list or a catalog, is a number, a text, or true or false."""
    return kind_of_value(value) == kind


def membership(kind: str) -> Callable[[Any, Any], bool]:
    """Whether a value of a kind is among the items of a list, whatever else the list holds."""
    same = same_number if kind == NUMBER else operator.eq
    return lambda value, items: any(is_a(kind, item) and same(value, item) for item in items)
