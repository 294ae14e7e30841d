"""What the conditions before a place in an expression leave possible there.

That is: which fields are present, and which values a part of the expression can still have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from .ranges import Interval, overlap
from .types import BOOLEAN, NUMBER, Type, same_value, union

Names = tuple[str, ...]


class Facts(NamedTuple):
    """What holds where a part of an expression is evaluated."""

    present: frozenset[Names] = frozenset()
    """Paths known to be there, and not null."""
    values: Mapping[str, Type] = MappingProxyType({})
    """Canonical text of a part to its narrowed type."""

    def having(self, paths: Iterable[Names]) -> Facts:
        """With these paths present."""
        return Facts(self.present | frozenset(paths), self.values)

    def knowing(self, canonical: str, type: Type) -> Facts:
        """With a part known to have a narrower type."""
        return Facts(self.present, {**self.values, canonical: type})

    def either(self, other: Facts) -> Facts:
        """What holds whichever of the two does."""
        shared = self.values.keys() & other.values.keys()
        values = {key: union([self.values[key], other.values[key]]) for key in shared}
        return Facts(self.present & other.present, values)


NOTHING = Facts()


def within(type: Type, interval: Interval) -> Type:
    """A number known to lie in an interval; unchanged where that cannot be (then this place is never reached)."""
    narrowed = overlap(type.interval, interval)
    if type.kind != NUMBER or narrowed is None:
        return type
    return type._replace(interval=narrowed)


def among(type: Type, other: Type) -> Type:
    """A value known to be one of those that the other type has."""
    if type.kind == NUMBER:
        type = within(type, other.interval)
    if other.allowed is None:
        return type
    kept = [v for v in other.allowed if type.allowed is None or any(same_value(v, mine) for mine in type.allowed)]
    return type._replace(allowed=tuple(kept)) if kept else type


def without(type: Type, other: Type) -> Type:
    """A value known not to be the only one that the other type has."""
    if other.kind == NUMBER and other.interval.value is not None:
        return outside(type, other._replace(allowed=(other.interval.value,)))
    return outside(type, other) if other.allowed is not None and len(other.allowed) == 1 else type


def outside(type: Type, other: Type) -> Type:
    """A value known to be none of those that the other type lists."""
    if type.kind == NUMBER and other.allowed is not None and 0 in other.allowed:
        type = within(type, Interval(nonzero=True))
    possible = (True, False) if type.kind == BOOLEAN and type.allowed is None else type.allowed
    if possible is None or other.allowed is None:
        return type
    kept = [value for value in possible if not any(same_value(value, no) for no in other.allowed)]
    return type._replace(allowed=tuple(kept)) if kept else type
