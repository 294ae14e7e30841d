"""Which numbers a value can be: intervals, for divisors that can be 0 and conditions that can never or always hold.

Bounds are never tighter than the truth: where a sum of bounds would not be exact, only a wider answer is given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

_INFINITE = math.inf
_LARGEST = 1e300
"""Further out nothing is told apart: whole numbers grow beyond what floats can be."""


class Interval(NamedTuple):
    """The numbers between two bounds; an open bound is not one of them."""

    low: float = -_INFINITE
    high: float = _INFINITE
    low_open: bool = False
    high_open: bool = False
    nonzero: bool = False
    whole: bool = False

    @property
    def can_be_zero(self) -> bool:
        above = self.low < 0 or (self.low == 0 and not self.low_open)
        below = self.high > 0 or (self.high == 0 and not self.high_open)
        return above and below and not self.nonzero

    @property
    def is_empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def value(self) -> float | None:
        """The one number that it holds, if it holds one."""
        return self.low if self.low == self.high else None


EVERY = Interval()


def point(value: float) -> Interval:
    """One number alone."""
    return Interval(value, value, whole=isinstance(value, int) or float(value).is_integer())


def between(low: float, high: float) -> Interval:
    """Whole numbers, both ends included."""
    return Interval(low, high, whole=True)


def _bounded(low: float, high: float, low_open: bool, high_open: bool, nonzero: bool, whole: bool) -> Interval:
    """The numbers between two bounds that may be larger than bounds are."""
    low = _LARGEST if low > _LARGEST else -_INFINITE if low < -_LARGEST else low
    high = -_LARGEST if high < -_LARGEST else _INFINITE if high > _LARGEST else high
    return Interval(low, high, low_open, high_open, nonzero, whole)


def hull(intervals: Iterable[Interval]) -> Interval:
    """The smallest interval that holds them all; every number if there are none."""
    found = list(intervals)
    if len(found) < 2:
        return found[0] if found else EVERY
    low, low_open = min((i.low, i.low_open) for i in found)
    high, high_closed = max((i.high, not i.high_open) for i in found)
    nonzero = not any(i.can_be_zero for i in found)
    return Interval(low, high, low_open, not high_closed, nonzero, all(i.whole for i in found))


def overlap(a: Interval, b: Interval) -> Interval | None:
    """The numbers that both hold; None if there is no such number."""
    low, low_open = max((a.low, a.low_open), (b.low, b.low_open))
    high, high_closed = min((a.high, not a.high_open), (b.high, not b.high_open))
    whole = a.whole or b.whole
    both = Interval(low, high, low_open, not high_closed, a.nonzero or b.nonzero, whole)
    both = _to_whole(both) if whole else both
    return None if both.is_empty else both


def _to_whole(i: Interval) -> Interval:
    low, high = i.low, i.high
    if math.isfinite(low):
        low = math.floor(low) + 1 if i.low_open else math.ceil(low)
    if math.isfinite(high):
        high = math.ceil(high) - 1 if i.high_open else math.floor(high)
    if i.nonzero:
        low, high = (1 if low == 0 else low), (-1 if high == 0 else high)
    return i._replace(low=low, high=high, low_open=False, high_open=False)


def above(bound: Interval, or_equal: bool) -> Interval:
    """The numbers that can be above some number of ``bound``."""
    return Interval(low=bound.low, low_open=bound.low_open or not or_equal)


def below(bound: Interval, or_equal: bool) -> Interval:
    """The numbers that can be below some number of ``bound``."""
    return Interval(high=bound.high, high_open=bound.high_open or not or_equal)


def negated(a: Interval) -> Interval:
    return Interval(-a.high, -a.low, a.high_open, a.low_open, a.nonzero, a.whole)


def absolute(a: Interval) -> Interval:
    """What is left without the sign."""
    if a.low >= 0:
        return a
    if a.high <= 0:
        return negated(a)
    high, closed = max((-a.low, not a.low_open), (a.high, not a.high_open))
    return Interval(0, high, not a.can_be_zero, not closed, a.nonzero, a.whole)


def added(a: Interval, b: Interval) -> Interval:
    whole = a.whole and b.whole
    if a.value is not None and b.value is not None and abs(a.value + b.value) <= _LARGEST:
        return point(a.value + b.value)
    is_open = a.low_open or b.low_open, a.high_open or b.high_open
    return _bounded(a.low + b.low, a.high + b.high, *is_open, nonzero=False, whole=whole)


def subtracted(a: Interval, b: Interval) -> Interval:
    return added(a, negated(b))


def multiplied(a: Interval, b: Interval) -> Interval:
    ends = [
        _product(x, x_open, y, y_open)
        for x, x_open in ((a.low, a.low_open), (a.high, a.high_open))
        for y, y_open in ((b.low, b.low_open), (b.high, b.high_open))
    ]
    low, low_open = min(ends)
    high, high_closed = max((value, not is_open) for value, is_open in ends)
    nonzero = not a.can_be_zero and not b.can_be_zero
    return _bounded(low, high, low_open, not high_closed, nonzero, a.whole and b.whole)


def _product(x: float, x_open: bool, y: float, y_open: bool) -> tuple[float, bool]:
    if x == 0 or y == 0:
        return 0.0, not ((x == 0 and not x_open) or (y == 0 and not y_open))
    return x * y, x_open or y_open


def divided(a: Interval, b: Interval) -> Interval:
    """The quotients; every number where the divisor can lie on both sides of 0."""
    if b.low < 0 < b.high or b.low == b.high == 0:
        return EVERY._replace(nonzero=not a.can_be_zero)
    return multiplied(a, _reciprocal(b))._replace(whole=False)


def _reciprocal(b: Interval) -> Interval:
    if b.high <= 0:
        return negated(_reciprocal(negated(b)))
    high, low = (1 / b.low if b.low else _INFINITE), 1 / b.high
    return Interval(low, high, b.high_open or b.high == _INFINITE, b.low_open or not b.low, nonzero=True)


def remainder(a: Interval, b: Interval) -> Interval:
    """What a division leaves: it has the sign of the divisor."""
    whole = a.whole and b.whole
    if b.low >= 0:
        return Interval(0, b.high, high_open=True, whole=whole)
    if b.high <= 0:
        return Interval(b.low, 0, low_open=True, whole=whole)
    return Interval(whole=whole)


def snapped(a: Interval) -> Interval:
    """The whole numbers that rounding, in whatever direction, can lead to."""
    low = math.floor(a.low) if math.isfinite(a.low) else a.low
    high = math.ceil(a.high) if math.isfinite(a.high) else a.high
    return Interval(low, high, whole=True)


def floored(a: Interval) -> Interval:
    """The whole numbers at or below, a number just short of one being that one."""
    high = a.high + 1e-9 * abs(a.high)
    return snapped(a)._replace(high=math.floor(high) if math.isfinite(high) else _INFINITE)


def largest(items: Iterable[Interval]) -> Interval:
    found = list(items)
    low, low_open = max((i.low, i.low_open) for i in found)
    high, closed = max((i.high, not i.high_open) for i in found)
    return Interval(low, high, low_open, not closed, not any(i.can_be_zero for i in found), all(i.whole for i in found))


def smallest(items: Iterable[Interval]) -> Interval:
    return negated(largest(map(negated, items)))
