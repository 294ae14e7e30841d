"""What is known of a value before any event: its kind, the numbers it can be, the values it can have."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from ..numeric import equal, is_number
from .ranges import EVERY, Interval, between, hull, point

NUMBER, TEXT, BOOLEAN, TIMESTAMP, LIST = "number", "text", "boolean", "timestamp", "list"
OBJECT, CATALOG, NULL, UNKNOWN = "object", "catalog", "null", "unknown"
"""``unknown`` is the type of what has been reported already: nothing more is said about it."""

NAMES = {
    NUMBER: "a number",
    TEXT: "text",
    BOOLEAN: "true or false",
    TIMESTAMP: "a timestamp",
    LIST: "a list",
    OBJECT: "a group of fields",
    CATALOG: "a catalog",
    NULL: "null",
    UNKNOWN: "unknown",
}


MOST_VALUES = 100
"""Of a longer list, nothing is known but the kind of its items: a check must not take long."""


class Type(NamedTuple):
    """A kind, and what the schema and the conditions before leave possible."""

    kind: str
    item: Type | None = None
    """Of the items of a list; None if they may be anything."""
    interval: Interval = EVERY
    allowed: tuple[Any, ...] | None = None
    """The only values that it can have; None if that is not known."""
    complete: bool = False
    """A list that holds every value that the type of its items allows."""
    is_empty: bool = False
    """Of a list or catalog: whether it is known to hold nothing."""
    local: bool = False
    """A date, whose beginning depends on the calendar."""

    @property
    def name(self) -> str:
        return NAMES[self.kind]


ANYTHING = Type(UNKNOWN)
A_NUMBER, A_TEXT, A_BOOLEAN, A_TIMESTAMP = Type(NUMBER), Type(TEXT), Type(BOOLEAN), Type(TIMESTAMP)
TRUE, FALSE = Type(BOOLEAN, allowed=(True,)), Type(BOOLEAN, allowed=(False,))

FIELDS = {
    "year": Type(NUMBER, interval=between(1, 9999)),
    "month": Type(NUMBER, interval=between(1, 12)),
    "day": Type(NUMBER, interval=between(1, 31)),
    "hour": Type(NUMBER, interval=between(0, 23)),
    "minute": Type(NUMBER, interval=between(0, 59)),
    "weekday": Type(TEXT, allowed=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")),
    "date": A_TEXT,
    "is_weekend": A_BOOLEAN,
}
"""The fields of every timestamp."""


def truth(known: bool | None) -> Type:
    """The type of a condition that always holds, never holds, or may do either."""
    return A_BOOLEAN if known is None else TRUE if known else FALSE


def known_truth(type: Type) -> bool | None:
    """Whether a condition of this type always or never holds."""
    if type.kind != BOOLEAN or type.allowed is None or len(set(type.allowed)) != 1:
        return None
    return bool(type.allowed[0])


def numbers(interval: Interval) -> Type:
    return Type(NUMBER, interval=interval)


_KINDS: dict[type, str] = {
    type(None): NULL,
    bool: BOOLEAN,
    **dict.fromkeys((int, float, Decimal), NUMBER),
    str: TEXT,
    **dict.fromkeys((list, tuple), LIST),
}


def kind_of_value(value: Any) -> str:
    """The kind of a literal, an item of a catalog, or a value of a payload."""
    return _KINDS.get(value.__class__, OBJECT)


def type_of_value(value: Any) -> Type:
    """The type of a literal."""
    kind = kind_of_value(value)
    return Type(kind, None, point(value) if kind == NUMBER else EVERY, None if kind == NULL else (value,))


def items_type(values: Collection[Any]) -> Type | None:
    """The type of the items of a list or catalog; None where they are mixed, or there are none."""
    kinds = set(map(kind_of_value, values))
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    interval = hull([point(min(values)), point(max(values))]) if kind == NUMBER else EVERY
    return Type(kind, interval=interval, allowed=tuple(values) if len(values) <= MOST_VALUES else None)


def known_list(kind: str, values: Collection[Any]) -> Type:
    """The type of a list or catalog whose items no event can change."""
    return Type(kind, item=items_type(values), complete=len(values) <= MOST_VALUES, is_empty=not values)


def union(types: Iterable[Type]) -> Type:
    """The type of a value that is of any one of some types of one kind."""
    found = list(types)
    if len(found) == 1:
        return found[0]
    listed = [type.allowed for type in found if type.allowed is not None]
    values = list(dict.fromkeys(value for allowed in listed for value in allowed))
    is_known = len(listed) == len(found) and len(values) <= MOST_VALUES
    items = [type.item for type in found]
    same_items = (
        items[0] if all(item is not None for item in items) and len({i.kind for i in items if i}) == 1 else None
    )
    return Type(
        found[0].kind,
        same_items,
        hull(type.interval for type in found),
        tuple(values) if is_known else None,
        local=any(type.local for type in found),
    )


def same_value(a: Any, b: Any) -> bool:
    """Whether two values of one kind are equal, as ``==`` has it."""
    return equal(a, b) if is_number(a) and is_number(b) else bool(a == b)
