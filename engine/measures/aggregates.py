"""How numbers are gathered: a zero, a way to add one, a way to take one out again, and the value of it all."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from ..model import Number
from ..numeric import EXACT, exact, rounded

Sum = int | str
"""An exact sum as JSON: an integer, or a decimal as text."""


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
        return plus(gathered, -number if isinstance(number, int) else EXACT.minus(exact(number)))

    def value(self, gathered: Sum) -> Number:
        return number_of(gathered)


class Mean:
    """The exact sum and the count: their quotient is rounded once. Undefined below ``min_events``."""

    zero: tuple[int, Sum] = (0, 0)

    def __init__(self, min_events: int) -> None:
        self.min_events = min_events

    def add(self, gathered: tuple[int, Sum], number: Any) -> tuple[int, Sum]:
        count, total = gathered
        return (count + 1, plus(total, number))

    def remove(self, gathered: tuple[int, Sum], number: Any) -> tuple[int, Sum]:
        count, total = gathered
        return (count - 1, Total().remove(total, number))

    def value(self, gathered: tuple[int, Sum]) -> Number | None:
        count, total = gathered
        if count < max(self.min_events, 1):
            return None
        mean = Fraction(Decimal(total)) / count
        return int(mean) if mean.denominator == 1 else float(mean)


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
    if isinstance(gathered, int) and isinstance(number, int):
        return gathered + number
    total = EXACT.add(Decimal(gathered), exact(number))
    return int(total) if total == total.to_integral_value(context=EXACT) and abs(total) < 10**30 else str(total)


def number_of(gathered: Sum) -> Number:
    """The number that an exact sum is, rounded once."""
    return gathered if isinstance(gathered, int) else rounded(Decimal(gathered))
