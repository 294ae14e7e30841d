"""The tree of an expression: what it says, and where in the text it says it.

Nodes are compared by identity, so that what the checker finds out about one can be kept beside it. They are never
changed, though not frozen. They are structs, which are made in half the time that classes take: rule sets have many.
What ``canonical`` says of a node is kept with it, when it has been asked for.
Runs of ``+ -``, of ``* / // %``, of ``and`` and of ``or`` are one node each: a long sum is not a deep one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Any

from msgspec import Struct


class Literal(Struct, eq=False):
    """A number, a text, true, false or null."""

    start: int
    end: int
    value: Any


class ListOf(Struct, eq=False):
    """A list of literals."""

    start: int
    end: int
    items: tuple[Literal, ...]


class Step(Struct, eq=False):
    """The name of a field, where it is read; in brackets the place includes the quotes."""

    start: int
    end: int
    name: str


class Path(Struct, eq=False):
    """A name and the fields read from it: ``event.a.b``."""

    start: int
    end: int
    root: Step
    steps: tuple[Step, ...]
    names: tuple[str, ...]
    """The root's, and those of the steps."""


class Field(Struct, eq=False):
    """A field of what is not itself a path: ``timestamp("2026-03-01").year``."""

    start: int
    end: int
    of: Node
    step: Step
    written: str = ""


class Call(Struct, eq=False):
    """A function and its operands."""

    start: int
    end: int
    function: Step
    operands: tuple[Node, ...]
    written: str = ""


class Negative(Struct, eq=False):
    """Unary minus."""

    start: int
    end: int
    sign: Step
    operand: Node
    written: str = ""


class Arithmetic(Struct, eq=False):
    """A run of operators that bind alike, from left to right."""

    start: int
    end: int
    operators: tuple[Step, ...]
    operands: tuple[Node, ...]
    written: str = ""


class Compare(Struct, eq=False):
    """A comparison, or a chain of them."""

    start: int
    end: int
    operators: tuple[Step, ...]
    operands: tuple[Node, ...]
    written: str = ""


class Logic(Struct, eq=False):
    """Conditions joined by ``and``, or by ``or``."""

    start: int
    end: int
    word: str
    operands: tuple[Node, ...]
    written: str = ""


class Not(Struct, eq=False):
    """A condition denied."""

    start: int
    end: int
    operand: Node
    written: str = ""


class Conditional(Struct, eq=False):
    """``yes if test else no``."""

    start: int
    end: int
    test: Node
    yes: Node
    no: Node
    written: str = ""


class Refused(Struct, eq=False):
    """What the language does not have; already reported, kept so that faults inside it are found too."""

    start: int
    end: int
    inside: tuple[Node, ...]


Node = Literal | ListOf | Path | Field | Call | Negative | Arithmetic | Compare | Logic | Not | Conditional | Refused


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in the order of the text."""
    parts = _CHILDREN.get(node.__class__)
    return parts(node) if parts else ()


_CHILDREN: dict[type, Callable[[Any], tuple[Node, ...]]] = {
    **dict.fromkeys((Call, Arithmetic, Compare, Logic), attrgetter("operands")),
    **dict.fromkeys((Negative, Not), lambda node: (node.operand,)),
    Field: lambda node: (node.of,),
    Conditional: lambda node: (node.yes, node.test, node.no),
    Refused: attrgetter("inside"),
}


def depth(node: Node) -> int:
    """How many levels of nodes stand in one another."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [child for parent in level if parent.__class__ in _CHILDREN for child in children(parent)]
    return deepest


def canonical(node: Node) -> str:
    """One text for one meaning: spaces, quotes, redundant brackets and the spelling of numbers and fields are gone."""
    kind = node.__class__
    if kind in _AT_ONCE:
        return _AT_ONCE[kind](node)
    made: Any = node
    if not made.written:
        made.written = _WRITTEN[kind](node)
    return str(made.written)


def _value(value: Any) -> str:
    return _VALUES[value.__class__](value)


def _path(node: Path) -> str:
    return _path_of(node.names)


@lru_cache(maxsize=1_000)
def _path_of(names: tuple[str, ...]) -> str:
    return names[0] + "".join([f"[{_quoted(name)}]" for name in names[1:]])


def _list(node: ListOf) -> str:
    return "[" + ",".join([_value(item.value) for item in node.items]) + "]"


def _call(node: Call) -> str:
    return f"{node.function.name}({','.join(map(canonical, node.operands))})"


def _conditional(node: Conditional) -> str:
    return f"({canonical(node.yes)} if {canonical(node.test)} else {canonical(node.no)})"


def _run(node: Arithmetic | Compare) -> str:
    first, *rest = map(canonical, node.operands)
    signs = [sign.name for sign in node.operators]
    return f"({first}{''.join([f' {sign} {operand}' for sign, operand in zip(signs, rest, strict=True)])})"


_quoted = json.encoder.encode_basestring
_VALUES: dict[type, Callable[[Any], str]] = {
    str: _quoted,
    int: int.__repr__,
    float: float.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda value: "null",
}
_AT_ONCE: dict[type, Callable[[Any], str]] = {
    Literal: lambda node: _value(node.value),
    ListOf: _list,
    Path: _path,
    Refused: lambda node: "?",
}
_WRITTEN: dict[type, Callable[[Any], str]] = {
    Field: lambda node: f"{canonical(node.of)}[{_quoted(node.step.name)}]",
    Call: _call,
    Negative: lambda node: f"(-{canonical(node.operand)})",
    Not: lambda node: f"(not {canonical(node.operand)})",
    Logic: lambda node: f"({f' {node.word} '.join(map(canonical, node.operands))})",
    Conditional: _conditional,
    Arithmetic: _run,
    Compare: _run,
}
