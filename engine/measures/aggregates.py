"""How numbers are gathered: a zero, a way to add one, a way to take one out again, and the value of it all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from ..model import Number
from ..numeric import EXACT, exact

Sum = int | list[int] | str
"""An exact sum as JSON: an integer, a decimal as [digits, how many of them are behind the point], or as text."""
Counted = Sequence[Any]
"""A count and an exact sum: JSON makes a list of them."""
POWERS = [10**places for places in range(8)]
_LARGE, _SURE = 10**8, 10**15
"""Decimals with at most 15 digits, such as 7 behind the point of a number below 10^8, are each a float of its own."""


class Aggregate(Protocol):
    """A commutative way to gather numbers, with an inverse so that a window can slide."""

    zero: Any

    def add(self, gathered: Any, number: Any) -> Any: ...

    def remove(self, gathered: Any, number: Any) -> Any: ...

    def value(self, gathered: Any) -> Number | None: ...


class Count:
    """How many."""

    zero = 0

    def add(self, gathered: int, number: Any) -> int:
        return gathered + 1

    def remove(self, gathered: int, number: Any) -> int:
        return gathered - 1

    def value(self, gathered: int) -> int:
        return gathered


class Total:
    """The exact sum of decimals as written."""

    zero: Sum = 0

    def add(self, gathered: Sum, number: Any) -> Sum:
        return plus(gathered, number)

    def remove(self, gathered: Sum, number: Any) -> Sum:
        return plus(gathered, -number if isinstance(number, int | float) else EXACT.minus(exact(number)))

    def value(self, gathered: Sum) -> Number:
        return number_of(gathered)


class Mean:
    """The exact sum and the count: their quotient is rounded once. Undefined below ``min_events``."""

    zero: Counted = (0, 0)

    def __init__(self, min_events: int) -> None:
        self.min_events = min_events

    def add(self, gathered: Counted, number: Any) -> Counted:
        count, total = gathered
        return (count + 1, plus(total, number))

    def remove(self, gathered: Counted, number: Any) -> Counted:
        count, total = gathered
        return (count - 1, Total().remove(total, number))

    def value(self, gathered: Counted) -> Number | None:
        count, total = gathered
        if count < max(self.min_events, 1):
            return None
        above, below = ratio_of(total)
        return quotient(above, below * count)


class Extreme:
    """The largest or the smallest number; nothing can be taken out, a window keeps the candidates instead."""

    zero = None

    def __init__(self, largest: bool) -> None:
        self.largest = largest

    def beats(self, number: Any, other: Any) -> bool:
        """Whether a newer number makes an older one irrelevant for ever."""
        return bool(number >= other if self.largest else number <= other)

    def add(self, gathered: Number | None, number: Any) -> Number:
        plain: Number = number if isinstance(number, int) else float(number)
        return plain if gathered is None or self.beats(plain, gathered) else gathered

    def remove(self, gathered: Any, number: Any) -> Any:
        raise NotImplementedError("a window over extremes keeps candidates")

    def value(self, gathered: Number | None) -> Number | None:
        return gathered


def plus(gathered: Sum, number: Any) -> Sum:
    """An exact sum and a number more."""
    if type(number) is int and type(gathered) is int:
        return gathered + number
    if type(gathered) is list and type(number) is not Decimal and -_LARGE < number < _LARGE:
        digits, places = gathered
        more = round(number * POWERS[places])
        if more / POWERS[places] == number and -_SURE < digits + more < _SURE:
            return [digits + more, places]
    return _as_sum(EXACT.add(decimal_of(gathered), exact(number)))


def _as_sum(total: Decimal) -> Sum:
    """A decimal in the shortest form that holds it; the places behind the point never grow fewer."""
    sign, digits, exponent = total.as_tuple()
    if isinstance(exponent, int) and -len(POWERS) < exponent <= 0 and len(digits) <= 15:
        scaled = int(total.scaleb(-exponent, EXACT))
        return [scaled, -exponent] if exponent else scaled
    return str(total)


def decimal_of(gathered: Sum) -> Decimal:
    """An exact sum as a decimal."""
    if isinstance(gathered, list):
        return Decimal(gathered[0]).scaleb(-gathered[1], EXACT)
    return Decimal(gathered)


def ratio_of(gathered: Sum) -> tuple[int, int]:
    """An exact sum as two integers, of which it is the quotient."""
    if isinstance(gathered, int):
        return gathered, 1
    if isinstance(gathered, list):
        return gathered[0], POWERS[gathered[1]]
    return Decimal(gathered).as_integer_ratio()


def quotient(above: int, below: int) -> Number:
    """The number that two integers make, rounded once: an integer where it is whole, or beyond all floats."""
    if above % below == 0:
        return above // below
    try:
        return above / below
    except OverflowError:
        return above // below


def number_of(gathered: Sum) -> Number:
    """The number that an exact sum is, rounded once."""
    return gathered if type(gathered) is int else quotient(*ratio_of(gathered))
