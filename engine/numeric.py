"""Numbers as rules mean them: integers compare exactly, all others when they agree to 12 significant digits."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from .model import Number

TOLERANCE = 1e-12
MARGIN = 1e-9
"""More than that by which equal numbers differ."""
LARGEST_INTEGER = 2**53
EXACT = Context(prec=4000, Emax=999_999, Emin=-999_999)
"""Wide enough that no sum of decimals that fit a double is ever rounded."""
_TWELVE = Context(prec=12, rounding=ROUND_HALF_UP)
_SURE = 1e15
"""Floats below this that 12 digits tell are written with no more of them."""


def is_number(value: Any) -> bool:
    """A boolean is no number."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def equal(a: Any, b: Any) -> bool:
    """Whether two numbers are one: integers exactly, others to 12 significant digits."""
    if a == b:
        return True
    if isinstance(a, int) and isinstance(b, int):
        return False
    try:
        a, b = float(a), float(b)
    except OverflowError:
        a, b = exact(a), exact(b)
        return bool(abs(a - b) * 10**12 <= max(abs(a), abs(b)))
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b))


def less(a: Any, b: Any) -> bool:
    """Whether a is below b, and not equal to it."""
    return a < b and not equal(a, b)


def at_least(a: Any, b: Any) -> bool:
    """Whether a is above b, or equal to it."""
    return a >= b or (type(a) is not int or type(b) is not int) and equal(a, b)


def below(limit: Number) -> float:
    """What is below this is below a limit, and does not equal it."""
    return limit - MARGIN * abs(limit)


def whole(value: Any) -> Any:
    """The integer that a number equals, else the number as it is."""
    if isinstance(value, int):
        return value
    nearest = round(value)
    return nearest if equal(value, nearest) else value


def floor(value: Any) -> int:
    """The largest integer not above the number, after ``whole``."""
    return math.floor(whole(value))


def exact(value: Any) -> Decimal:
    """The decimal as it was written: of a number, or of the text that stands for one in a head."""
    if isinstance(value, float):
        return Decimal(repr(value))
    return value if isinstance(value, Decimal) else Decimal(value)


def rounded(value: Decimal) -> Number:
    """An exact decimal as a number, rounded once: an integer where it is whole."""
    if value == value.to_integral_value(context=EXACT):
        return int(value)
    return float(value)


def shown(value: Number | Decimal) -> Number:
    """A number as answers show it: integers exactly, others to 12 significant digits, without a fraction when whole."""
    if isinstance(value, int):
        return value
    if type(value) is float and -_SURE < value < _SURE and float(f"{value:.12g}") == value:
        return int(value) if value.is_integer() else value
    digits = _TWELVE.create_decimal(exact(value))
    return int(digits) if digits == digits.to_integral_value(context=EXACT) else float(digits)
