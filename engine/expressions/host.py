"""The tree of an expression as the host language's own parser reads it, in half the time that ``parser`` takes.

The grammar is the host language's, less what rules have no use for: so what both read, they read alike. Only plain
texts are read here, and only what rules are full of. All else is left to ``parser``, and so is every expression in
which there is anything to report: the places of operators are not known here. A test holds the two against each other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from ..numeric import is_number
from .hints import WORDS_OF_THE_LANGUAGE
from .nodes import (
    Arithmetic,
    Call,
    Compare,
    Conditional,
    Field,
    ListOf,
    Literal,
    Logic,
    Negative,
    Node,
    Not,
    Path,
    Step,
)
from .nouns import MAX_CHARACTERS
from .primaries import CONSTANTS
from .tokens import NUMBER, number_of

_MOST_NESTED = 4
"""More brackets and signs than these may nest too deeply."""
_NESTING = re.compile(r"[(\[-]|\b(?:not|else)\b")
_UNUSUAL = re.compile(r"[\\#]|(?:\.|(?<![\w.]))[0-9][\w.]*[A-Za-z_]")
"""Escapes, comments, and numbers that hold a letter."""
_SUM = {ast.Add: Step(0, 0, "+"), ast.Sub: Step(0, 0, "-")}
_PRODUCT = {
    ast.Mult: Step(0, 0, "*"),
    ast.Div: Step(0, 0, "/"),
    ast.FloorDiv: Step(0, 0, "//"),
    ast.Mod: Step(0, 0, "%"),
}
_RUNS: dict[type, tuple[Step, frozenset[Step]]] = {
    kind: (sign, frozenset(signs.values())) for signs in (_SUM, _PRODUCT) for kind, sign in signs.items()
}
_COMPARISONS: dict[type, Step] = {
    ast.Lt: Step(0, 0, "<"),
    ast.LtE: Step(0, 0, "<="),
    ast.Gt: Step(0, 0, ">"),
    ast.GtE: Step(0, 0, ">="),
    ast.Eq: Step(0, 0, "=="),
    ast.NotEq: Step(0, 0, "!="),
    ast.In: Step(0, 0, "in"),
    ast.NotIn: Step(0, 0, "not in"),
}
_WORDS: dict[type, str] = {ast.And: "and", ast.Or: "or"}


class _Unusual(Exception):
    """What is left to ``parser``."""


def tree_of(text: str) -> Node | None:
    """The tree of a plain text without faults of form; None if it may be anything else."""
    if len(text) > MAX_CHARACTERS or not text.isascii() or not text.isprintable() or text[:1] == " ":
        return None
    if _UNUSUAL.search(text) or len(_NESTING.findall(text)) > _MOST_NESTED:
        return None
    try:
        return _Reader(text).node(ast.parse(text, mode="eval").body)
    except (_Unusual, SyntaxError):
        return None


class _Reader:
    """Makes nodes of what the host language's parser has made of one text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def node(self, host: Any) -> Node:
        make = self._MAKERS.get(host.__class__)
        if make is None:
            raise _Unusual
        return make(self, host, host.col_offset, host.end_col_offset)

    def constant(self, host: Any, start: int, end: int) -> Node:
        """A number in plain digits, or a text in plain quotes."""
        value, written = host.value, self.text[start:end]
        if value.__class__ is str:
            if written[0] != written[-1] or written[1:-1] != value:
                raise _Unusual
            return Literal(start, end, value)
        token = number_of(written, start) if value.__class__ in (int, float) else None
        if token is None or token.kind != NUMBER:
            raise _Unusual
        return Literal(start, end, token.value)

    def name(self, host: Any, start: int, end: int) -> Node:
        name = host.id
        if name in CONSTANTS:
            return Literal(start, end, CONSTANTS[name])
        if name.lower() in WORDS_OF_THE_LANGUAGE:
            raise _Unusual
        return Path(start, end, Step(start, end, name), (), (name,))

    def attribute(self, host: Any, start: int, end: int) -> Node:
        of, name = self.node(host.value), host.attr
        step = Step(end - len(name), end, name)
        if of.start != start or not isinstance(of, Path | Call | Field):
            raise _Unusual
        if isinstance(of, Path):
            return Path(start, end, of.root, (*of.steps, step), (*of.names, name))
        return Field(start, end, of, step)

    def call(self, host: Any, start: int, end: int) -> Node:
        function = self.node(host.func)
        if not isinstance(function, Path) or function.steps or function.start != start or host.keywords:
            raise _Unusual
        return Call(start, end, function.root, tuple(map(self.node, host.args)))

    def list_of(self, host: Any, start: int, end: int) -> Node:
        items = tuple(map(self.node, host.elts))
        literals = tuple(item for item in items if isinstance(item, Literal))
        if len(literals) < len(items):
            raise _Unusual
        return ListOf(start, end, literals)

    def unary(self, host: Any, start: int, end: int) -> Node:
        kind, operand = host.op.__class__, self.node(host.operand)
        if kind is ast.Not:
            return Not(start, end, operand)
        if kind is not ast.USub:
            raise _Unusual
        if isinstance(operand, Literal) and is_number(operand.value):
            return Literal(start, end, -operand.value)
        return Negative(start, end, Step(start, start + 1, "-"), operand)

    def binary(self, host: Any, start: int, end: int) -> Node:
        """A run of operators that bind alike."""
        if host.op.__class__ not in _RUNS:
            raise _Unusual
        sign, alike = _RUNS[host.op.__class__]
        left, right = self.node(host.left), self.node(host.right)
        if isinstance(left, Arithmetic) and left.operators[0] in alike:
            return Arithmetic(start, end, (*left.operators, sign), (*left.operands, right))
        return Arithmetic(start, end, (sign,), (left, right))

    def compare(self, host: Any, start: int, end: int) -> Node:
        """A comparison of two; the direction of longer chains is for ``parser`` to look at."""
        sign = _COMPARISONS.get(host.ops[0].__class__)
        if sign is None or len(host.ops) > 1:
            raise _Unusual
        return Compare(start, end, (sign,), (self.node(host.left), self.node(host.comparators[0])))

    def logic(self, host: Any, start: int, end: int) -> Node:
        word = _WORDS[host.op.__class__]
        operands: list[Node] = []
        for operand in map(self.node, host.values):
            operands += operand.operands if isinstance(operand, Logic) and operand.word == word else (operand,)
        return Logic(start, end, word, tuple(operands))

    def conditional(self, host: Any, start: int, end: int) -> Node:
        return Conditional(start, end, self.node(host.test), self.node(host.body), self.node(host.orelse))

    _MAKERS: dict[type, Callable[[Any, Any, int, int], Node]] = {
        ast.Constant: constant,
        ast.Name: name,
        ast.Attribute: attribute,
        ast.Call: call,
        ast.List: list_of,
        ast.UnaryOp: unary,
        ast.BinOp: binary,
        ast.Compare: compare,
        ast.BoolOp: logic,
        ast.IfExp: conditional,
    }
