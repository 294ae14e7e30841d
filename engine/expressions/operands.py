"""Which operands the operators take, what is known of the result, and what it says of the operands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from . import ranges
from .facts import among, outside, within, without
from .findings import Findings
from .nodes import Literal, Node, Step
from .ranges import Interval
from .types import BOOLEAN, CATALOG, LIST, NULL, NUMBER, TEXT, TIMESTAMP, UNKNOWN, Type, same_value

ORDERED = frozenset({NUMBER, TIMESTAMP})
COMPARABLE = frozenset({NUMBER, TEXT, BOOLEAN, TIMESTAMP})
INTERVALS: dict[str, Callable[[Interval, Interval], Interval]] = {
    "+": ranges.added,
    "-": ranges.subtracted,
    "*": ranges.multiplied,
    "/": ranges.divided,
    "//": lambda a, b: ranges.floored(ranges.divided(a, b)),
    "%": ranges.remainder,
}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class Operand(NamedTuple):
    """A part of the tree, and its type where it stands."""

    node: Node
    type: Type

    @property
    def kind(self) -> str:
        return self.type.kind


def fits(found: Findings, left: Operand, sign: Step, right: Operand) -> bool:
    """Whether an operator of arithmetic takes these operands; what it does not take is reported."""
    if UNKNOWN in (left.kind, right.kind):
        return False
    takes = (NUMBER, TEXT) if sign.name == "+" else (NUMBER,)
    if left.kind == NULL:
        _missing(found, left)
    elif left.kind not in takes:
        message = f"{sign.name} works on numbers, and {_said(found, left)}"
        found.mismatch(sign, message, _way_out(found, left, right, sign))
    elif right.kind == NULL:
        _missing(found, right)
    elif left.kind != right.kind:
        message = f"{sign.name} needs {left.type.name} here, and {_said(found, right)}"
        found.mismatch(right.node, message, _way_out(found, right, left, sign))
    else:
        return True
    return False


def compares(found: Findings, left: Operand, sign: Step, right: Operand) -> bool:
    """Whether a comparison takes these operands; what it does not take is reported."""
    kinds = left.type.kind, right.type.kind
    if NULL in kinds:
        _compared_with_null(found, left, sign, right)
        return False
    if sign.name in ("in", "not in"):
        return _fits_in(found, left, sign, right)
    if UNKNOWN in kinds:
        return False
    if kinds[0] not in (COMPARABLE if sign.name in ("==", "!=") else ORDERED):
        message = f"{sign.name} cannot compare {left.type.name}"
        found.mismatch(sign, message, _way_out(found, left, right, sign))
    elif kinds[0] != kinds[1]:
        message = f"{found.fragment(left.node)} is {left.type.name}, and {_said(found, right)}"
        found.mismatch(right.node, message, _way_out(found, right, left, sign))
    else:
        return True
    return False


def _fits_in(found: Findings, left: Operand, sign: Step, right: Operand) -> bool:
    item = right.type.item
    if item is not None and left.type.kind == item.kind and item.kind in COMPARABLE:
        return True
    if right.kind == UNKNOWN:
        return False
    if right.kind not in (LIST, CATALOG):
        help = None
        if right.kind == TEXT:
            help = f"write contains({found.fragment(right.node)}, {found.fragment(left.node)})"
            if isinstance(right.node, Literal):
                help += f", or a list: [{found.fragment(right.node)}]"
        found.mismatch(right.node, f"{sign.name} needs a list or a catalog, and {_said(found, right)}", help)
    elif left.kind not in (*COMPARABLE, UNKNOWN):
        found.mismatch(left.node, f"{_said(found, left)}, which no list holds")
    elif item is not None and UNKNOWN not in (left.kind, item.kind):
        message = f"{_said(found, left)}, and the items of {found.fragment(right.node)} are not"
        found.mismatch(right.node, message)
    else:
        return left.kind != UNKNOWN
    return False


def _said(found: Findings, operand: Operand) -> str:
    return f"{found.fragment(operand.node)} is {operand.type.name}"


def _missing(found: Findings, operand: Operand) -> None:
    found.mismatch(operand.node, "null is a missing value: nothing can be worked out from it")


def _compared_with_null(found: Findings, left: Operand, sign: Step, right: Operand) -> None:
    null, other = (left, right) if left.kind == NULL else (right, left)
    denied = "not " if sign.name == "==" else ""
    help = f"write {denied}has({found.fragment(other.node)})" if sign.name in ("==", "!=") else None
    found.mismatch(null.node, "nothing equals null: a missing value cannot be compared", help)


def _way_out(found: Findings, wrong: Operand, other: Operand, sign: Step) -> str | None:
    """What to write for an operand of the wrong kind."""
    written = found.fragment(wrong.node)
    if wrong.kind in (LIST, CATALOG):
        is_sought = sign.name in ("==", "!=") and other.kind in COMPARABLE and other.kind != NUMBER
        membership = "in" if sign.name == "==" else "not in"
        return f"write {found.fragment(other.node)} {membership} {written}" if is_sought else f"write size({written})"
    if TIMESTAMP in (wrong.kind, other.kind) and sign.name in ("-", "+"):
        return "write hours_between(a, b) or days_between(a, b)"
    if wrong.kind == TEXT and other.kind == TIMESTAMP:
        return f"write timestamp({written})"
    if isinstance(wrong.node, Literal) and isinstance(wrong.node.value, str):
        return _unquoted(wrong.node.value, other.kind)
    if other.kind == BOOLEAN and sign.name in ("==", "!="):
        return "compare with true or false, or leave the comparison out"
    return None


def _unquoted(text: str, kind: str) -> str | None:
    is_number = text.strip().replace(".", "", 1).isdigit()
    is_truth = text.strip().lower() in ("true", "false")
    if (kind == NUMBER and is_number) or (kind == BOOLEAN and is_truth):
        return f"write {text.strip().lower()} without quotes"
    return None


def known_result(sign: str, left: Type, right: Type) -> bool | None:
    """Whether a comparison always or never holds; None if it may do either."""
    if sign in ("not in", "!="):
        opposite = known_result(_OPPOSITE[sign], left, right)
        return None if opposite is None else not opposite
    if sign == "in":
        return _known_in(left, right)
    if sign == "==":
        return _known_equal(left, right)
    if left.kind != NUMBER:
        return None
    a, b = (left.interval, right.interval) if sign[0] == "<" else (right.interval, left.interval)
    return _known_below(a, b, or_equal=sign in ("<=", ">="))


def _known_below(a: Interval, b: Interval, or_equal: bool) -> bool | None:
    """Whether every number of a is below every one of b, or none is."""
    if _near(a.high, b.low) or _near(a.low, b.high):
        return None
    touches_up, touches_down = a.high_open or b.low_open, a.low_open or b.high_open
    if a.high < b.low or (a.high == b.low and (or_equal or touches_up)):
        return True
    if a.low > b.high or (a.low == b.high and (not or_equal or touches_down)):
        return False
    return None


def _known_equal(left: Type, right: Type) -> bool | None:
    if left.kind == NUMBER and _apart(left.interval, right.interval):
        return False
    if left.kind == NUMBER and left.interval.value is not None and right.interval.value is not None:
        return True
    if left.allowed is None or right.allowed is None:
        return None
    pairs = [same_value(a, b) for a in left.allowed for b in right.allowed]
    return None if not pairs or any(pairs) != all(pairs) else pairs[0]


def _apart(a: Interval, b: Interval) -> bool:
    """Whether no number of the one equals one of the other, to 12 digits."""
    if ranges.overlap(a, b) is not None or _near(a.high, b.low) or _near(a.low, b.high):
        return False
    return not any(value is not None and _near(value, round(value)) for value in (a.value, b.value))


def _near(a: float, b: float) -> bool:
    """Whether two different numbers are equal all the same."""
    return a != b and math.isfinite(a) and math.isfinite(b) and same_value(a, b)


def _known_in(left: Type, right: Type) -> bool | None:
    if right.item is None:
        return False if right.is_empty else None
    if left.kind == NUMBER and _apart(left.interval, right.item.interval):
        return False
    if left.allowed is None or right.item.allowed is None:
        return None
    found = [any(same_value(value, item) for item in right.item.allowed) for value in left.allowed]
    if not any(found):
        return False if found else None
    return True if all(found) and right.complete else None


def narrowed(sign: str, left: Type, right: Type, holds: bool) -> Type:
    """The left operand's type, once the comparison is known to hold, or not to."""
    if UNKNOWN in (left.kind, right.kind):
        return left
    sign = sign if holds else _OPPOSITE[sign]
    if sign == "==":
        return among(left, right)
    if sign == "!=":
        return without(left, right)
    if sign in ("in", "not in"):
        item = right.item
        if sign == "in":
            return among(left, item) if item else left
        return outside(left, item) if item and right.complete else left
    if left.kind != NUMBER:
        return left
    bound = ranges.below if sign[0] == "<" else ranges.above
    return within(left, bound(right.interval, or_equal=sign in ("<=", ">=")))


def mirrored(sign: str) -> str | None:
    """The sign that says the same of the operands exchanged."""
    return _MIRRORED.get(sign)
