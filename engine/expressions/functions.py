"""The functions of the language: what they take, what is known of their result, what they do.

``has``, ``default`` and ``timestamp`` read their operands in ways of their own: the checker and the builder know them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..calendar import HOUR, Moment
from ..numeric import EXACT, LARGEST_INTEGER, TOLERANCE, exact, is_number, whole
from . import ranges
from .nouns import MAX_TEXT, EvaluationError
from .ranges import Interval, between
from .types import (
    A_BOOLEAN,
    A_NUMBER,
    A_TEXT,
    A_TIMESTAMP,
    BOOLEAN,
    CATALOG,
    LIST,
    NUMBER,
    TEXT,
    TIMESTAMP,
    Type,
    numbers,
)

MAX_DIGITS = 12
Result = Callable[[Sequence[Type]], Type]


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes, by position, and gives."""

    takes: tuple[frozenset[str], ...]
    result: Result
    run: Callable[..., Any]
    most: int | None = None
    """Operands at most; None for as many as ``takes`` lists."""
    least: int | None = None
    local: bool = False
    """It depends on the calendar."""


def whole_result(value: int, what: str) -> int:
    """The integer, if it is one that numbers can hold exactly."""
    if -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        return value
    raise EvaluationError(f"the result of {what} is beyond {LARGEST_INTEGER}")


def _floor(value: Any) -> int:
    return whole_result(math.floor(whole(value)), "floor")


def _ceil(value: Any) -> int:
    return whole_result(math.ceil(whole(value)), "ceil")


def _round(value: Any, digits: int = 0) -> Any:
    """To so many digits, halves away from zero, on the decimal as it was written."""
    value = whole(value)
    if isinstance(value, int) and digits >= 0:
        return whole_result(value, "round")
    if not abs(value) <= LARGEST_INTEGER:
        return whole_result(int(value), "round")
    nearest = _to_half(exact(value), digits).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, EXACT)
    return whole_result(int(nearest), "round") if digits <= 0 else float(nearest)


def _to_half(value: Decimal, digits: int) -> Decimal:
    """A value just short of a half that it equals, to 12 digits, as that half: 0.285 * 100 rounds to 29."""
    short = abs(value) * Decimal(TOLERANCE)
    is_fine = short * 4 < Decimal(1).scaleb(-digits)
    return EXACT.add(value, short.copy_sign(value)) if is_fine else value


def _absolute(value: Any) -> Any:
    return whole_result(abs(value), "abs") if isinstance(value, int) else abs(float(value))


def _largest(*values: Any) -> Any:
    return max(_numbers("max", values))


def _smallest(*values: Any) -> Any:
    return min(_numbers("min", values))


def _numbers(name: str, values: Sequence[Any]) -> Sequence[Any]:
    found = values[0] if len(values) == 1 and isinstance(values[0], list | tuple) else values
    if not found:
        raise EvaluationError(f"{name} has nothing to choose from: the list is empty")
    if not all(map(is_number, found)):
        raise EvaluationError(f"{name} compares numbers, and the list holds something else")
    return found


def _upper(text: str) -> str:
    return short_text(text[: MAX_TEXT + 1].upper())


def _lower(text: str) -> str:
    return short_text(text[: MAX_TEXT + 1].lower())


def short_text(text: str) -> str:
    """The text, if it is not longer than texts may get."""
    if len(text) > MAX_TEXT:
        raise text_too_long()
    return text


def text_too_long() -> EvaluationError:
    return EvaluationError(f"the resulting text is longer than {MAX_TEXT} characters")


def _days_between(a: Moment, b: Moment) -> int:
    return b.ordinal - a.ordinal


def _hours_between(a: Moment, b: Moment) -> float:
    return (b.instant - a.instant) / HOUR


def _contains(text: str, part: str) -> bool:
    return part in text


def _extreme(choose: Callable[[Sequence[Interval]], Interval]) -> Result:
    def result(types: Sequence[Type]) -> Type:
        if types[0].kind != LIST:
            return numbers(choose([type.interval for type in types]))
        return numbers(types[0].item.interval) if types[0].item else A_NUMBER

    return result


def _number_by(change: Callable[[Interval], Interval]) -> Result:
    return lambda types: numbers(change(types[0].interval))


def _rounded(types: Sequence[Type]) -> Type:
    digits = types[1].interval.value if types[1:] else 0
    snapped = ranges.snapped(types[0].interval)
    if digits is None or digits < 0:
        return A_NUMBER
    return numbers(snapped if digits == 0 else Interval(snapped.low, snapped.high))


def _size(types: Sequence[Type]) -> Type:
    return numbers(between(0, math.inf))


_NUMBERS, _TEXTS, _TIMESTAMPS = frozenset({NUMBER}), frozenset({TEXT}), frozenset({TIMESTAMP})
_NUMBERS_OR_LIST, _SIZED = frozenset({NUMBER, LIST}), frozenset({TEXT, LIST, CATALOG})
_MANY = 1_000

FUNCTIONS = {
    "abs": Function((_NUMBERS,), _number_by(ranges.absolute), _absolute),
    "min": Function((_NUMBERS_OR_LIST, _NUMBERS), _extreme(ranges.smallest), _smallest, most=_MANY, least=1),
    "max": Function((_NUMBERS_OR_LIST, _NUMBERS), _extreme(ranges.largest), _largest, most=_MANY, least=1),
    "round": Function((_NUMBERS, _NUMBERS), _rounded, _round, least=1),
    "floor": Function((_NUMBERS,), _number_by(ranges.floored), _floor),
    "ceil": Function((_NUMBERS,), _number_by(ranges.snapped), _ceil),
    "size": Function((_SIZED,), _size, len),
    "lower": Function((_TEXTS,), lambda types: A_TEXT, _lower),
    "upper": Function((_TEXTS,), lambda types: A_TEXT, _upper),
    "startswith": Function((_TEXTS, _TEXTS), lambda types: A_BOOLEAN, str.startswith),
    "endswith": Function((_TEXTS, _TEXTS), lambda types: A_BOOLEAN, str.endswith),
    "contains": Function((_TEXTS, _TEXTS), lambda types: A_BOOLEAN, _contains),
    "days_between": Function((_TIMESTAMPS, _TIMESTAMPS), lambda types: Type(NUMBER), _days_between, local=True),
    "hours_between": Function((_TIMESTAMPS, _TIMESTAMPS), lambda types: A_NUMBER, _hours_between),
    "timestamp": Function((_TEXTS,), lambda types: A_TIMESTAMP, len),
}
"""All but ``has`` and ``default``."""

NAMES = (*FUNCTIONS, "has", "default")
KINDS_COMPARED = frozenset({NUMBER, TEXT, BOOLEAN, TIMESTAMP})

OTHER_NAMES = {
    "len": "size",
    "count": "size",
    "length": "size",
    "exists": "has",
    "isset": "has",
    "coalesce": "default",
    "ifnull": "default",
    "includes": "contains",
    "date": "timestamp",
    "datetime": "timestamp",
    "int": "floor",
    "trunc": "floor",
    "ceiling": "ceil",
    "starts_with": "startswith",
    "ends_with": "endswith",
    "startsWith": "startswith",
    "endsWith": "endswith",
    "toLowerCase": "lower",
    "toUpperCase": "upper",
}
"""What other languages call them."""
