"""Calls of functions, checked: the name, the number of operands, their kinds."""

from __future__ import annotations

from collections.abc import Sequence

from ..calendar import parse_date, parse_instant
from ..problems import did_you_mean
from .findings import Findings
from .functions import FUNCTIONS, MAX_DIGITS, NAMES, OTHER_NAMES, Function
from .nodes import Call, Literal
from .operands import Operand
from .types import (
    ANYTHING,
    BOOLEAN,
    CATALOG,
    LIST,
    NULL,
    NUMBER,
    TEXT,
    TIMESTAMP,
    UNKNOWN,
    Type,
    numbers,
    type_of_value,
)
from .types import NAMES as KINDS

_COUNTS = {1: "one value", 2: "two values"}


def is_known(found: Findings, call: Call) -> bool:
    """Whether there is such a function; reports it if not."""
    name = call.function.name
    if name in NAMES:
        return True
    help = f"write {OTHER_NAMES[name]}(…)" if name in OTHER_NAMES else did_you_mean(name.lower(), NAMES)
    found.fault("unknown-function", call.function, f"there is no function {name}", help)
    return False


def checked(found: Findings, call: Call, operands: Sequence[Operand]) -> Type:
    """The type of what a function gives; operands that it does not take are reported."""
    function = FUNCTIONS[call.function.name]
    if not counted(found, call, function.least or len(function.takes), function.most or len(function.takes)):
        return ANYTHING
    fits = [_fits(found, call, function, index, operand) for index, operand in enumerate(operands)]
    if not all(fits) or not _is_special_case(found, call, operands):
        return ANYTHING
    found.uses_calendar |= function.local
    return _known(found, call, operands) or function.result([operand.type for operand in operands])


def counted(found: Findings, call: Call, least: int, most: int) -> bool:
    """Whether a function is given as many operands as it takes."""
    given = len(call.operands)
    if least <= given <= most:
        return True
    takes = _COUNTS.get(most, "numbers") if least == most else f"{_COUNTS[least]} or more"
    place = call.operands[most] if given > most else call.function
    found.mismatch(place, f"{call.function.name} takes {takes if most != 2 or least == 2 else 'one or two values'}")
    return False


def _fits(found: Findings, call: Call, function: Function, index: int, operand: Operand) -> bool:
    takes = function.takes[min(index, len(function.takes) - 1)]
    if len(call.operands) > 1:
        takes = takes - {LIST} if NUMBER in takes else takes
    if operand.kind in takes:
        return True
    if operand.kind == NULL:
        found.mismatch(operand.node, "null is a missing value: nothing can be worked out from it")
    elif operand.kind != UNKNOWN:
        kinds = " or ".join(KINDS[kind] for kind in (NUMBER, TEXT, TIMESTAMP, LIST, CATALOG) if kind in takes)
        message = f"{call.function.name} takes {kinds} here, and {found.fragment(operand.node)} is {operand.type.name}"
        found.mismatch(operand.node, message, _way_out(found, call, operand, takes))
    return False


def _way_out(found: Findings, call: Call, operand: Operand, takes: frozenset[str]) -> str | None:
    written = found.fragment(operand.node)
    if call.function.name == "contains" and operand.kind in (LIST, CATALOG) and len(call.operands) == 2:
        return f"write {found.fragment(call.operands[1])} in {written}"
    if operand.kind in (LIST, CATALOG) and NUMBER in takes:
        return f"write size({written})"
    if operand.kind == TEXT and TIMESTAMP in takes:
        return f"write timestamp({written})"
    return None


def _is_special_case(found: Findings, call: Call, operands: Sequence[Operand]) -> bool:
    name = call.function.name
    if name == "round" and len(operands) == 2:
        return _digits(found, operands[1])
    if name == "timestamp":
        return _moment(found, operands[0])
    if name in ("min", "max") and len(operands) == 1:
        return _choice(found, call, operands[0])
    return True


def _digits(found: Findings, operand: Operand) -> bool:
    value = operand.node.value if isinstance(operand.node, Literal) else None
    if isinstance(value, int) and abs(value) <= MAX_DIGITS:
        return True
    message = f"the digits to round to are a whole number from -{MAX_DIGITS} to {MAX_DIGITS}, written out"
    found.mismatch(operand.node, message)
    return False


def _moment(found: Findings, operand: Operand) -> bool:
    """Whether a text that is written out is a timestamp; one that is read shows it when it is read."""
    if not isinstance(operand.node, Literal):
        found.uses_calendar = True
        return True
    text = operand.node.value
    try:
        if len(text) == len("2026-03-01"):
            parse_date(text)
            found.uses_calendar = True
        elif parse_instant(text)[1] is None:
            raise ValueError("needs an offset, such as Z")
    except ValueError as error:
        help = 'write timestamp("2026-03-01T09:30:00Z") or timestamp("2026-03-01")'
        found.mismatch(operand.node, f"{found.fragment(operand.node)} {error}", help)
        return False
    return True


def _choice(found: Findings, call: Call, operand: Operand) -> bool:
    name = call.function.name
    if operand.kind != LIST:
        found.mismatch(call.function, f"{name} chooses among two or more numbers, or those of a list")
        return False
    item = operand.type.item
    if item is None or item.kind in (NUMBER, UNKNOWN):
        return True
    found.mismatch(operand.node, f"{name} takes a list of numbers, and {found.fragment(operand.node)} is not one")
    return False


def _known(found: Findings, call: Call, operands: Sequence[Operand]) -> Type | None:
    """The result where the operands leave only one."""
    if call.function.name != "size" or operands[0].kind == TEXT:
        return None
    size = found.sizes.get(operands[0].node)
    return numbers(type_of_value(size).interval) if size is not None else None


def example(kind: str) -> str:
    """A value of a kind, to write as the one to take instead."""
    return {NUMBER: "0", TEXT: '""', BOOLEAN: "false", LIST: "[]"}.get(kind, "…")
