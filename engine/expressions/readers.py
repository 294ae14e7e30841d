"""How a value gets from an event into an expression: present, of the declared kind, and otherwise untouched.

Stored events may be older than today's schema, so the kind is looked at each time. A text with ``format: date-time`` or
``date`` becomes a timestamp in the calendar of the event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ..calendar import FIELDS, Calendar, Moment, format_instant, parse_date, parse_instant
from .findings import Reading
from .nouns import Context, EvaluationError
from .types import BOOLEAN, LIST, NAMES, NUMBER, TEXT, TIMESTAMP, kind_of_value

Run = Callable[[Context], Any]

TYPES: dict[str, frozenset[type]] = {
    NUMBER: frozenset({int, float, Decimal}),
    TEXT: frozenset({str}),
    TIMESTAMP: frozenset({str}),
    BOOLEAN: frozenset({bool}),
    LIST: frozenset({list, tuple}),
}
_OWN: dict[str, Run] = {
    "time": lambda context: context.moment,
    "type": lambda context: context.type,
    "source": lambda context: context.source,
}


def reader(root: str, reading: Reading, label: str) -> Run:
    """Reads a path; raises EvaluationError where the value is missing or of another kind."""
    run = _OWN[root] if root in _OWN else _value_reader(root, reading, label)
    if root not in _OWN and reading.kind == TIMESTAMP:
        run = moment_reader(run, label)
    return field_reader(run, reading.field, label) if reading.field else run


def optional_reader(root: str, reading: Reading, label: str) -> Run:
    """Reads a path as ``reader`` does; None where a step of it is absent or null."""
    look = finder(root, reading.keys)
    present = reader(root, reading, label)
    return lambda context: None if look(context) is None else present(context)


def finder(root: str, keys: tuple[str, ...]) -> Run:
    """The value behind the keys as it is; None where a step is absent or null."""

    def find(context: Context) -> Any:
        value: Any = context.data if root == "event" else context.user
        for key in keys:
            if not isinstance(value, Mapping):
                return None
            value = value.get(key)
        return value

    return find


def _value_reader(root: str, reading: Reading, label: str) -> Run:
    types = TYPES[reading.kind]
    if len(reading.keys) > 1 or root != "event":
        return _checked(finder(root, reading.keys), reading.kind, label)
    key = reading.keys[0]

    def read(context: Context) -> Any:
        try:
            value = context.data[key]
        except KeyError:
            value = None
        if type(value) in types:
            return value
        raise unfit(value, reading.kind, label)

    return read


def _checked(find: Run, kind: str, label: str) -> Run:
    types = TYPES[kind]

    def read(context: Context) -> Any:
        value = find(context)
        if type(value) in types:
            return value
        raise unfit(value, kind, label)

    return read


def unfit(value: Any, kind: str, label: str) -> EvaluationError:
    """Why a value cannot be taken."""
    if value is None:
        return EvaluationError(f"{label} is missing")
    return EvaluationError(f"{label} is {NAMES[kind_of_value(value)]}, where {NAMES[kind]} is due")


def moment_reader(read: Run, label: str) -> Run:
    """A text as a timestamp."""
    return lambda context: moment_of(read(context), context.moment.calendar, label)


def moment_of(text: str, calendar: Calendar, label: str) -> Moment:
    """The timestamp of a text: an instant with an offset, or the start of a day."""
    try:
        instant, offset = (_start(text, calendar), 0) if len(text) == 10 else parse_instant(text)
        if offset is None:
            raise ValueError("needs an offset, such as Z")
        format_instant(instant)
        calendar.wall(instant)
    except (ValueError, OverflowError) as error:
        reason = str(error) if isinstance(error, ValueError) else "is outside the years 1 to 9999"
        raise EvaluationError(f"{label} {reason}") from None
    return Moment(instant, calendar, text if len(text) == 10 else None)


def _start(text: str, calendar: Calendar) -> int:
    return calendar.start_of_day(parse_date(text))


def field_reader(read: Run, name: str, label: str) -> Run:
    """A field of a timestamp."""
    get: Callable[[Moment], Any] = FIELDS[name]

    def run(context: Context) -> Any:
        try:
            return get(read(context))
        except (ValueError, OverflowError):
            raise EvaluationError(f"{label} is outside the years 1 to 9999") from None

    return run
