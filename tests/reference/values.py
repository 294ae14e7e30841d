"""Numbers, texts and timestamps as the rule language understands them, exact throughout.

A number is a whole ``int`` or else a ``Fraction``: how it was written (1, 1.0, 1e0) does not matter. Nothing is ever
rounded on the way, only when it is shown.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

Number = int | Fraction
TWELVE_DIGITS = Fraction(1, 10**12)


@dataclass(frozen=True)
class Stamp:
    """An instant, in microseconds since 1970; ``text`` is how a payload wrote it, if one did."""

    micros: int
    text: str | None = None


def is_number(value: Any) -> bool:
    """Say whether a value is a number: a boolean is none."""
    return isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool)


def number(value: Any) -> Number:
    """The exact number that was written; a float stands for its shortest decimal text."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else exact


def same_number(a: Number, b: Number) -> bool:
    """Two integers compare exactly; other numbers are equal when they agree to 12 significant digits."""
    if isinstance(a, int) and isinstance(b, int):
        return a == b
    x, y = Fraction(a), Fraction(b)
    return abs(x - y) <= TWELVE_DIGITS * max(abs(x), abs(y))


def less_number(a: Number, b: Number) -> bool:
    """Below, and not equal."""
    return a < b and not same_number(a, b)


def snap(value: Number) -> Number:
    """A value that equals an integer to 12 digits is that integer."""
    nearest = round(value)
    return nearest if same_number(value, nearest) else value


def floor(value: Number) -> int:
    """The whole part towards minus infinity, after snapping."""
    snapped = snap(value)
    return snapped.numerator // snapped.denominator


def round_half_away(value: Number) -> int:
    """The nearest integer, halves away from zero, after snapping."""
    snapped = snap(value)
    whole = int(abs(Fraction(snapped)) + Fraction(1, 2))
    return -whole if snapped < 0 else whole


def same(a: Any, b: Any) -> bool:
    """Equality of two values of the language; different kinds are never equal."""
    if is_number(a) and is_number(b):
        return same_number(number(a), number(b))
    if isinstance(a, Stamp) and isinstance(b, Stamp):
        return a.micros == b.micros
    return type(a) is type(b) and a == b


def shown(value: Number | None) -> int | float | None:
    """A number as an answer shows it: an integer exactly, any other to 12 significant digits."""
    if value is None or isinstance(value, int):
        return value
    twelve = Context(prec=12, rounding=ROUND_HALF_EVEN)
    rounded = twelve.divide(Decimal(value.numerator), Decimal(value.denominator))
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def same_json(a: Any, b: Any) -> bool:
    """Equality of two JSON values: 1 is 1.0, but true is not 1, and the order of keys does not matter."""
    if is_number(a) and is_number(b):
        return number(a) == number(b)
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same_json(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(same_json(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)
