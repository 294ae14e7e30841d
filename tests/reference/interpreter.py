"""A naive interpreter of the expressions, straight over Python's syntax tree.

Rule sets are taken to be valid, so kinds are not checked; only what can go wrong with a checked expression does:
a missing value, a division by zero, a result that is too large, a text that is no timestamp.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, tzinfo
from fractions import Fraction
from typing import Any

from tests.reference.values import Number, Stamp, floor, is_number, less_number, number, round_half_away, same, snap
from tests.reference.wallclock import DATE, WEEKDAYS, Calendar, begin_of_day, instant, local

LARGEST = 2**53
LONGEST = 10_000
MISSING = object()


class EvaluationError(Exception):
    """An expression that has no value here."""


@dataclass(frozen=True)
class Fields:
    """A mapping of a payload (or of the user's attributes) with the schema that declares it."""

    data: dict[str, Any]
    schema: dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """All that an expression may depend on."""

    event: Fields = field(default_factory=lambda: Fields({}, {}))
    type: str = ""
    source: str = ""
    user: Fields = field(default_factory=lambda: Fields({}, {}))
    time: int = 0
    zone: tzinfo | None = None
    calendar: Calendar | None = None
    catalogs: dict[str, list[Any]] = field(default_factory=dict)


def parse(text: str) -> ast.expr:
    """The tree of an expression; a line break counts as a space."""
    return ast.parse(" ".join(text.splitlines()).strip(), mode="eval").body


def evaluate(text: str, scope: Scope) -> Any:
    """The value of an expression: a boolean, a number, a text, a list or a `Stamp`; EvaluationError without one."""
    return value(parse(text), scope)


def value(node: ast.expr, scope: Scope) -> Any:
    """The value of a node, which must have one."""
    found = look(node, scope)
    if found is MISSING:
        raise EvaluationError(f"{ast.unparse(node)} is missing")
    return found


def look(node: ast.expr, scope: Scope) -> Any:
    """The value of a node, or MISSING when it is a path of which some step is absent or null."""
    match node:
        case ast.Name(id=name):
            return named(name, scope)
        case ast.Attribute(value=base, attr=step):
            return stepped(look(base, scope), step, scope)
        case ast.Subscript(value=base, slice=ast.Constant(value=str(step))):
            return stepped(look(base, scope), step, scope)
        case ast.Constant(value=constant):
            return number(constant) if is_number(constant) else constant
        case ast.List(elts=items):
            return [value(item, scope) for item in items]
        case ast.BoolOp():
            return junction(node, scope)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not value(operand, scope)
        case ast.UnaryOp(operand=operand):
            return bounded(-value(operand, scope))
        case ast.BinOp(left=left, op=op, right=right):
            return bounded(OPERATORS[type(op)](value(left, scope), value(right, scope)))
        case ast.Compare():
            return comparison(node, scope)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return value(body if value(test, scope) else orelse, scope)
        case ast.Call(func=ast.Name(id=name), args=args):
            return called(name, args, scope)
    raise EvaluationError(f"{ast.unparse(node)} is no expression of the rule language")


def named(name: str, scope: Scope) -> Any:
    """The value of a name."""
    names: dict[str, Any] = {
        "true": True, "false": False, "null": MISSING, "event": scope.event, "type": scope.type, "source": scope.source,
        "user": scope.user, "catalog": Fields(scope.catalogs, {}), "time": Stamp(scope.time),
    }  # fmt: skip
    return names[name]


def stepped(base: Any, step: str, scope: Scope) -> Any:
    """One step of a path: a field of a mapping or of a timestamp."""
    if isinstance(base, Stamp):
        return stamp_field(base, step, scope)
    if not isinstance(base, Fields) or base.data.get(step) is None:
        return MISSING
    return read(base.data[step], base.schema.get("properties", {}).get(step, {}), scope)


def read(data: Any, schema: dict[str, Any], scope: Scope) -> Any:
    """Payload data as values of the language: text with `format: date-time` or `date` is a timestamp."""
    if isinstance(data, dict):
        return Fields(data, schema)
    if isinstance(data, list):
        return [read(item, schema.get("items", {}), scope) for item in data]
    if isinstance(data, str) and schema.get("format") in ("date", "date-time"):
        return stamp(data, scope)
    return number(data) if is_number(data) else data


def stamp(text: str, scope: Scope) -> Stamp:
    """The timestamp of a date-time with an offset, or of the beginning of a date in the event's zone."""
    try:
        if not DATE.fullmatch(text):
            return Stamp(instant(text)[0], text)
        assert scope.calendar and scope.zone
        return Stamp(begin_of_day(date.fromisoformat(text), scope.calendar.day_start, scope.zone), text)
    except (ValueError, OverflowError):
        raise EvaluationError(f"{text!r} is no timestamp") from None


def counted_day(stamp: Stamp, scope: Scope) -> date:
    """The local date for which a timestamp counts, in the event's zone."""
    assert scope.calendar and scope.zone
    return scope.calendar.day(stamp.micros, scope.zone)


def stamp_field(stamp: Stamp, name: str, scope: Scope) -> Any:
    """A field of a timestamp: of the day it counts for, but hour and minute by the wall clock."""
    day = counted_day(stamp, scope)
    assert scope.zone
    clock = local(stamp.micros, scope.zone)
    fields = {
        "year": day.year, "month": day.month, "day": day.day, "weekday": WEEKDAYS[day.weekday()],
        "date": day.isoformat(), "is_weekend": day.weekday() >= 5, "hour": clock.hour, "minute": clock.minute,
    }  # fmt: skip
    return fields[name]


def junction(node: ast.BoolOp, scope: Scope) -> bool:
    """`and` and `or`, which read no further than they must."""
    stops_at = isinstance(node.op, ast.Or)
    return stops_at if any(value(part, scope) is stops_at for part in node.values) else not stops_at


def comparison(node: ast.Compare, scope: Scope) -> bool:
    """A comparison, or a chain of them."""
    left = value(node.left, scope)
    for op, part in zip(node.ops, node.comparators, strict=True):
        right = value(part, scope)
        if not COMPARISONS[type(op)](left, right):
            return False
        left = right
    return True


def less(a: Any, b: Any) -> bool:
    """Order of numbers and of timestamps."""
    return a.micros < b.micros if isinstance(a, Stamp) else less_number(a, b)


def member(a: Any, items: list[Any]) -> bool:
    """`in` a list or a catalog."""
    return any(same(a, item) for item in items)


def divisor(b: Number) -> Number:
    """A divisor, which must not be 0."""
    if b == 0:
        raise EvaluationError("division by zero")
    return b


def divided(a: Number, b: Number) -> Number:
    """The exact quotient."""
    return number(Fraction(a) / divisor(b))


def quotient(a: Number, b: Number) -> int:
    """`//`: the floor of the quotient, a quotient that equals an integer being that integer."""
    return floor(divided(snap(a), snap(b)))


def modulo(a: Number, b: Number) -> Number:
    """`%`: what `//` leaves, and nothing when the quotient equals an integer."""
    exact = divided(snap(a), snap(b))
    return 0 if isinstance(snap(exact), int) else number(snap(a) - floor(exact) * snap(b))


def rounded(x: Number, digits: int = 0) -> Number:
    """`round`: to digits after the point, halves away from zero."""
    power = Fraction(10) ** digits
    return number(Fraction(round_half_away(number(snap(x) * power))) / power)


def bounded(result: Any) -> Any:
    """A result, unless it is beyond 2^53 or 10,000 characters."""
    if is_number(result):
        if abs(result) > LARGEST:
            raise EvaluationError("the number is too large")
        return number(result)
    if isinstance(result, str) and len(result) > LONGEST:
        raise EvaluationError("the text is too long")
    return result


def called(name: str, args: list[ast.expr], scope: Scope) -> Any:
    """The value of a function."""
    if name == "has":
        return look(args[0], scope) is not MISSING
    if name == "default":
        found = look(args[0], scope)
        return value(args[1], scope) if found is MISSING else found
    values = [value(arg, scope) for arg in args]
    if name == "timestamp":
        return stamp(values[0], scope)
    if name == "days_between":
        return (counted_day(values[1], scope) - counted_day(values[0], scope)).days
    return bounded(FUNCTIONS[name](*values))


def size(x: Any) -> int:
    """The length of a text, a list or a catalog."""
    return len(x)


OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: divided,
    ast.FloorDiv: quotient,
    ast.Mod: modulo,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: same,
    ast.NotEq: lambda a, b: not same(a, b),
    ast.Lt: less,
    ast.LtE: lambda a, b: less(a, b) or same(a, b),
    ast.Gt: lambda a, b: less(b, a),
    ast.GtE: lambda a, b: less(b, a) or same(a, b),
    ast.In: member,
    ast.NotIn: lambda a, b: not member(a, b),
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "round": rounded,
    "floor": floor,
    "ceil": lambda x: -floor(-x),
    "size": size,
    "lower": str.lower,
    "upper": str.upper,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda text, part: part in text,
    "hours_between": lambda a, b: Fraction(b.micros - a.micros, 3_600_000_000),
}
