"""A checked tree as one Python function of the payload: what most rules say, at the cost of saying it in Python.

The function is compiled from a source that holds nothing an author wrote: its words are the templates below, its names
are numbered, and every constant, key and helper is bound to such a name. It is a short cut and no second meaning: where
a value is not of the plain kind that a template expects (missing, of another type, out of bounds, a division by zero),
it hands the event over to the functions of ``builder``, which alone say what comes of it. A tree of closures costs two
to three times as much, since each of its nodes is a call.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from ..calendar import Calendar, Moment, zone_at_offset
from ..numeric import LARGEST_INTEGER, TOLERANCE, equal
from . import operators
from .builder import Builder
from .functions import FUNCTIONS
from .nodes import Arithmetic, Call, Compare, Conditional, ListOf, Literal, Logic, Negative, Node, Not, Path
from .nouns import Context
from .operators import is_a, same_number
from .types import BOOLEAN, LIST, NUMBER, TEXT

OfPayload = Callable[[Mapping[str, Any]], Any]

_EXACT_BELOW = 1e11
"""Below it, no integer lies between another one and what equals that to 12 digits."""
_PLAIN = frozenset("+-*/")
_IS = {
    NUMBER: "type({0}) is int or type({0}) is float",
    TEXT: "type({0}) is str",
    BOOLEAN: "type({0}) is bool",
    LIST: "type({0}) is list",
}
_ORDER = {
    ">=": "({a} >= {b} or same({x}, {y}))",
    "<=": "({a} <= {b} or same({x}, {y}))",
    ">": "({a} > {b} and not same({x}, {y}))",
    "<": "({a} < {b} and not same({x}, {y}))",
    "==": "same({a}, {b})",
    "!=": "(not same({a}, {b}))",
}
_BOUNDED = {
    ">=": "({a} >= {low})",
    "<": "({a} < {low})",
    "<=": "({a} <= {high})",
    ">": "({a} > {high})",
    "==": "({low} <= {a} <= {high})",
    "!=": "(not {low} <= {a} <= {high})",
}
_NOWHERE = Moment(0, Calendar(zone_at_offset(0)))


class _Unfit(Exception):
    """A value that the short cut does not take, or a part of a tree that it does not know."""


def _unfit() -> Any:
    raise _Unfit


def of_payload(builder: Builder, tree: Node) -> OfPayload | None:
    """The function of a tree that reads nothing but the payload; None if it reads more, or is of a rarer kind."""
    writer = _Writer(builder)
    try:
        code = _code(writer.write(tree))
    except (_Unfit, SyntaxError, MemoryError, RecursionError):
        return None
    names = {
        "__builtins__": {kind.__name__: kind for kind in (type, int, float, str, bool, list)},
        "hard": (_Unfit, KeyError, TypeError, ArithmeticError),
        "slow": lambda data: builder.run(tree)(Context(data, "", "", {}, _NOWHERE)),
        "unfit": _unfit,
        "same": same_number,
        "least": -float(LARGEST_INTEGER),
        "most": float(LARGEST_INTEGER),
        **writer.names,
    }
    exec(code, names)
    run: OfPayload = names["run"]
    return run


@lru_cache(maxsize=1_000)
def _code(value: str) -> CodeType:
    """The code of a function that gives a value; expressions that differ in constants alone have the same."""
    source = f"def run(data):\n try:\n  return {value}\n except hard:\n  return slow(data)\n"
    return compile(source, "<expression>", "exec")


class _Writer:
    """Writes the source of a tree, and binds what it names."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.names: dict[str, Any] = {}
        self._values = 0

    def write(self, node: Node) -> str:
        """The source of a part."""
        write = self._WRITERS.get(type(node))
        if write is None:
            raise _Unfit
        return write(self, node)

    def bound(self, value: Any) -> str:
        """A name for a constant."""
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def value(self) -> str:
        """A name for a value of the event."""
        self._values += 1
        return f"v{self._values}"

    def literal(self, node: Literal) -> str:
        if node.value is None:
            raise _Unfit
        return self.bound(node.value)

    def list_of(self, node: ListOf) -> str:
        return self.bound(self.builder.constant_items(node))

    def path(self, node: Path) -> str:
        items = self.builder.constant_items(node)
        if items is not None:
            return self.bound(items)
        name, read, kind = self.value(), self.read(node), self.builder.kind(node)
        return f"({name} if {self.fits(kind, name, read)} else unfit())"

    def read(self, node: Path) -> str:
        reading = self.builder.found.readings.get(node)
        if node.root.name != "event" or reading is None or reading.field or not reading.keys:
            raise _Unfit
        return "data" + "".join(f"[{self.bound(key)}]" for key in reading.keys)

    def fits(self, kind: str, name: str, read: str) -> str:
        """Whether the value that is read, and given a name, is of a kind."""
        if kind not in _IS:
            raise _Unfit
        return _IS[kind].replace("{0}", f"{name} := {read}", 1).format(name)

    def negative(self, node: Negative) -> str:
        label = self.builder.found.fragment(node)
        return f"{self.bound(lambda value: operators.negated(value, label))}({self.write(node.operand)})"

    def arithmetic(self, node: Arithmetic) -> str:
        """A run of operators, from left to right."""
        first, *rest = node.operands
        is_text, label = self.builder.kind(node) == TEXT, self.builder.found.fragment(node)
        source, signs = self.write(first), [sign.name for sign in node.operators]
        for number, (sign, operand) in enumerate(zip(signs, rest, strict=True), start=1):
            if is_text or sign in ("//", "%"):
                work = operators.joined if is_text else operators.arithmetic(sign, label)
                source = f"{self.bound(work)}({source}, {self.write(operand)})"
            elif "/" in signs[:number] and set(signs[number:]) <= _PLAIN and number < len(signs):
                source = f"({source} {sign} {self.write(operand)})"
            else:
                source = self.within(f"{source} {sign} {self.write(operand)}")
        return source

    def within(self, source: str) -> str:
        """A result, if it is in bounds. Behind a division it is a float, which what follows keeps infinite if it is."""
        name = self.value()
        return f"({name} if least <= ({name} := {source}) <= most else unfit())"

    def compare(self, node: Compare) -> str:
        if len(node.operators) != 1:
            raise _Unfit
        (left, right), sign = node.operands, node.operators[0].name
        kind = self.builder.kind(left)
        if sign in ("in", "not in"):
            return self.membership(left, sign, right, kind)
        if kind == NUMBER:
            bounds = _bounds(right)
            return self.ordered(left, sign, right) if bounds is None else self.bounded(left, sign, bounds)
        if kind == TEXT and isinstance(left, Path) and isinstance(right, Literal):
            return self.text_is(left, sign, right.value)
        if kind in (TEXT, BOOLEAN):
            return f"({self.write(left)} {sign} {self.write(right)})"
        raise _Unfit

    def ordered(self, left: Node, sign: str, right: Node) -> str:
        x, y = self.value(), self.value()
        a, b = f"({x} := {self.write(left)})", f"({y} := {self.write(right)})"
        return _ORDER[sign].format(a=a, b=b, x=x, y=y)

    def bounded(self, left: Node, sign: str, bounds: tuple[float, float]) -> str:
        """Against a constant: the numbers that equal it are known."""
        low, high = map(self.bound, bounds)
        return _BOUNDED[sign].format(a=self.write(left), low=low, high=high)

    def text_is(self, left: Path, sign: str, text: str) -> str:
        """A text against a constant: what equals it is a text, only of all else the kind is asked."""
        name = self.value()
        same = f"(({name} := {self.read(left)}) == {self.bound(text)} or type({name}) is not str and unfit())"
        return same if sign == "==" else f"(not {same})"

    def membership(self, left: Node, sign: str, right: Node, kind: str) -> str:
        """A value in a list that no event can change."""
        items = self.builder.constant_items(right)
        if items is None or kind not in (NUMBER, TEXT, BOOLEAN):
            raise _Unfit
        if kind == NUMBER:
            return f"({self.bound(_among(items))}({self.write(left)}) is {sign == 'in'})"
        return f"({self.write(left)} {sign} {self.bound(frozenset(item for item in items if is_a(kind, item)))})"

    def logic(self, node: Logic) -> str:
        return "(" + f" {node.word} ".join(map(self.write, node.operands)) + ")"

    def denied(self, node: Not) -> str:
        return f"(not {self.write(node.operand)})"

    def conditional(self, node: Conditional) -> str:
        return f"({self.write(node.yes)} if {self.write(node.test)} else {self.write(node.no)})"

    def call(self, node: Call) -> str:
        name = node.function.name
        if name in ("has", "default"):
            return self.optional(node, name)
        if name == "timestamp":
            raise _Unfit
        return f"{self.bound(FUNCTIONS[name].run)}({', '.join(map(self.write, node.operands))})"

    def optional(self, node: Call, name: str) -> str:
        """A field of the payload that may be missing; deeper ones are left to the builder."""
        path = node.operands[0]
        reading = self.builder.found.readings.get(path) if isinstance(path, Path) else None
        if reading is None or not isinstance(path, Path) or self.read(path).count("[") != 1:
            raise _Unfit
        read = f"data.get({self.bound(reading.keys[0])})"
        if name == "has":
            return f"({read} is not None)"
        value, other = self.value(), self.write(node.operands[1])
        return f"({value} if {self.fits(reading.kind, value, read)} else {other} if {value} is None else unfit())"

    _WRITERS: dict[type, Callable[..., str]] = {
        Literal: literal,
        ListOf: list_of,
        Path: path,
        Negative: negative,
        Arithmetic: arithmetic,
        Compare: compare,
        Logic: logic,
        Not: denied,
        Conditional: conditional,
        Call: call,
    }


def _bounds(node: Node) -> tuple[float, float] | None:
    """The smallest and the largest number that equal a constant; None if there is none, or it is too large."""
    value = node.value if isinstance(node, Literal) else None
    if not isinstance(value, int | float) or not -_EXACT_BELOW < value < _EXACT_BELOW:
        return None
    return _least_equal(float(value)), -_least_equal(-float(value))


def _least_equal(value: float) -> float:
    """The smallest number that equals a value."""
    least = value - TOLERANCE * abs(value)
    while not equal(least, value):
        least = math.nextafter(least, math.inf)
    while equal(below := math.nextafter(least, -math.inf), value):
        least = below
    return least


def _among(items: tuple[Any, ...]) -> Callable[[Any], bool]:
    """Whether a number is one of those that no event can change."""
    numbers = [item for item in items if is_a(NUMBER, item)]
    exact, holds = frozenset(numbers), operators.membership(NUMBER)
    return lambda value: value in exact or holds(value, numbers)
