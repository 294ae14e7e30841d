"""The tree of an expression: what it says, and where in the text it says it.

Nodes are compared by identity, so that what the checker finds out about one can be kept beside it.
Runs of ``+ -``, of ``* / // %``, of ``and`` and of ``or`` are one node each: a long sum is not a deep one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """A number, a text, true, false or null."""

    start: int
    end: int
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class ListOf:
    """A list of literals."""

    start: int
    end: int
    items: tuple[Literal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The name of a field, where it is read; in brackets the place includes the quotes."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A name and the fields read from it: ``event.a.b``."""

    start: int
    end: int
    root: Step
    steps: tuple[Step, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.root.name, *(step.name for step in self.steps))


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of what is not itself a path: ``timestamp("2026-03-01").year``."""

    start: int
    end: int
    of: Node
    step: Step


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function and its operands."""

    start: int
    end: int
    function: Step
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Negative:
    """Unary minus."""

    start: int
    end: int
    sign: Step
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic:
    """A run of operators that bind alike, from left to right."""

    start: int
    end: int
    operators: tuple[Step, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Compare:
    """A comparison, or a chain of them."""

    start: int
    end: int
    operators: tuple[Step, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Logic:
    """Conditions joined by ``and``, or by ``or``."""

    start: int
    end: int
    word: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """A condition denied."""

    start: int
    end: int
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """``yes if test else no``."""

    start: int
    end: int
    test: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True, eq=False)
class Refused:
    """What the language does not have; already reported, kept so that faults inside it are found too."""

    start: int
    end: int
    inside: tuple[Node, ...]


Node = Literal | ListOf | Path | Field | Call | Negative | Arithmetic | Compare | Logic | Not | Conditional | Refused


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in the order of the text."""
    match node:
        case Call() | Arithmetic() | Compare() | Logic():
            return node.operands
        case Negative() | Not():
            return (node.operand,)
        case Field():
            return (node.of,)
        case Conditional():
            return (node.yes, node.test, node.no)
        case Refused():
            return node.inside
    return ()


def depth(node: Node) -> int:
    """How many levels of nodes stand in one another."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [child for parent in level for child in children(parent)]
    return deepest


def canonical(node: Node) -> str:
    """One text for one meaning: spaces, quotes, redundant brackets and the spelling of numbers and fields are gone."""
    match node:
        case Literal():
            return _value(node.value)
        case ListOf():
            return "[" + ",".join(_value(item.value) for item in node.items) + "]"
        case Path():
            return node.root.name + "".join(f"[{_value(step.name)}]" for step in node.steps)
        case Field():
            return f"{canonical(node.of)}[{_value(node.step.name)}]"
        case Call():
            return f"{node.function.name}({','.join(map(canonical, node.operands))})"
        case Negative():
            return f"(-{canonical(node.operand)})"
        case Not():
            return f"(not {canonical(node.operand)})"
        case Logic():
            return f"({f' {node.word} '.join(map(canonical, node.operands))})"
        case Conditional():
            return f"({canonical(node.yes)} if {canonical(node.test)} else {canonical(node.no)})"
        case Arithmetic() | Compare():
            return _run(node)
    return "?"


def _run(node: Arithmetic | Compare) -> str:
    rest = zip(node.operators, node.operands[1:], strict=True)
    return f"({canonical(node.operands[0])}{''.join(f' {sign.name} {canonical(operand)}' for sign, operand in rest)})"


_value = json.JSONEncoder(ensure_ascii=False).encode
