"""Questions of one value: which values answer a question, and whether all of them answer another one too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..numeric import at_least, equal, is_number, less

Instant = tuple[str, int]
"""A timestamp that is written out: ``instant`` and microseconds, or ``date`` and the ordinal of the day."""


@dataclass(frozen=True, slots=True)
class Among:
    """The value is one of these, or (``wanted`` false) none of them."""

    values: tuple[Any, ...]
    wanted: bool = True
    texts: frozenset[str] = field(init=False, compare=False, repr=False)
    """Of the values, the texts, of which catalogs are full."""
    rest: tuple[Any, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", frozenset(value for value in self.values if isinstance(value, str)))
        object.__setattr__(self, "rest", tuple(value for value in self.values if not isinstance(value, str)))


@dataclass(frozen=True, slots=True)
class Bound:
    """The value is above or below a limit: ``>=``, ``>``, ``<=`` or ``<``."""

    sign: str
    limit: Any


@dataclass(frozen=True, slots=True)
class Beside:
    """How the value stands to another one, which an event decides too."""

    sign: str
    other: str


Question = Among | Bound | Beside


@dataclass(frozen=True, slots=True)
class Atom:
    """A question of one value."""

    value: str
    """What it asks about, in one spelling for one meaning."""
    asks: Question
    reads: frozenset[str]
    """The values that must be there for an answer."""
    surely: bool = False
    """Whether there is always an answer."""


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_FOLLOWS = {">": {">", ">=", "!="}, "<": {"<", "<=", "!="}, "==": {"==", ">=", "<="}}
"""What follows from a sign between the same two values."""


def among(values: tuple[Any, ...], wanted: bool = True) -> Among:
    """One of some values, or none of them; not to be true is to be false."""
    if not wanted and len(values) == 1 and isinstance(values[0], bool):
        return Among((not values[0],))
    return Among(values, wanted)


def denied(asks: Question) -> Question:
    """The question that every other value answers."""
    if isinstance(asks, Among):
        return among(asks.values, not asks.wanted)
    if isinstance(asks, Bound):
        return Bound(_OPPOSITE[asks.sign], asks.limit)
    return Beside(_OPPOSITE[asks.sign], asks.other)


def follows(first: Question, second: Question) -> bool:
    """Whether every value that answers the first question answers the second one."""
    if isinstance(first, Beside) or isinstance(second, Beside):
        return _stands(first, second)
    if isinstance(first, Among) and isinstance(second, Among):
        return _listed(first, second)
    if isinstance(first, Among):
        return first.wanted and all(_answers(value, second) for value in first.values)
    if isinstance(second, Among):
        return not second.wanted and all(_answers(value, denied(first)) for value in second.values)
    return _narrower(first, second)


def _stands(first: Question, second: Question) -> bool:
    if not isinstance(first, Beside) or not isinstance(second, Beside) or first.other != second.other:
        return False
    return second.sign == first.sign or second.sign in _FOLLOWS.get(first.sign, ())


def _listed(first: Among, second: Among) -> bool:
    if not first.wanted:
        return not second.wanted and _is_part(second, first)
    if second.wanted:
        return _is_part(first, second)
    apart = not any(may_be_same(value, other) for value in first.rest for other in second.rest)
    return apart and first.texts.isdisjoint(second.texts)


def _is_part(few: Among, many: Among) -> bool:
    """Whether all values of the one list are in the other."""
    return few.texts <= many.texts and all(any(same(value, other) for other in many.rest) for value in few.rest)


def _answers(value: Any, asks: Question) -> bool:
    """Whether a value lies within a limit."""
    return isinstance(asks, Bound) and _comparable(value, asks.limit) and _HOLDS[asks.sign](value, asks.limit)


def _narrower(first: Bound, second: Bound) -> bool:
    """Whether one limit is inside the other. To exclude the limit itself, it must lie apart from the other one."""
    if first.sign[0] != second.sign[0] or not _comparable(first.limit, second.limit):
        return False
    a, b = (first.limit, second.limit) if first.sign[0] == ">" else (second.limit, first.limit)
    is_opened = len(first.sign) == 2 and len(second.sign) == 1
    return bool(_HOLDS["<"](b, a) if is_opened else a >= b)


def _comparable(a: Any, b: Any) -> bool:
    """Whether two written values have an order: numbers, or timestamps that are written alike."""
    if is_number(a) or is_number(b):
        return is_number(a) and is_number(b)
    return isinstance(a, tuple) and isinstance(b, tuple) and a[0] == b[0]


def same(a: Any, b: Any) -> bool:
    """Whether two written values are one; true is no number."""
    if is_number(a) and is_number(b):
        return equal(a, b)
    return type(a) is type(b) and bool(a == b)


def may_be_same(a: Any, b: Any) -> bool:
    """Whether it cannot be ruled out: the instant at which a date begins depends on the zone."""
    return same(a, b) or (isinstance(a, tuple) and isinstance(b, tuple) and a[0] != b[0])


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": lambda a, b: at_least(a, b) if is_number(a) else bool(a >= b),
    ">": lambda a, b: less(b, a) if is_number(a) else bool(a > b),
    "<=": lambda a, b: at_least(b, a) if is_number(a) else bool(a <= b),
    "<": lambda a, b: less(a, b) if is_number(a) else bool(a < b),
}
