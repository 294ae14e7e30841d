"""A checked tree to a pure function of the event, put together once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from . import fast, operators, readers
from .findings import Findings
from .functions import FUNCTIONS
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
)
from .nouns import Context, EvaluationError
from .readers import Run
from .types import NUMBER, TEXT, TIMESTAMP


class Builder:
    """Functions for the parts of one tree; each is made once, when it is asked for."""

    def __init__(self, found: Findings) -> None:
        self.found = found
        self.made: dict[Node, Run] = {}

    def run(self, node: Node) -> Run:
        """The function that evaluates a part."""
        if node not in self.made:
            make: Callable[[Any, Any], Run] = self._MAKERS[type(node)]
            self.made[node] = make(self, node)
        return self.made[node]

    def kind(self, node: Node) -> str:
        return self.found.type_of(node).kind

    def literal(self, node: Literal) -> Run:
        if node.value is None:
            return _null
        value = node.value
        return lambda context: value

    def list_of(self, node: ListOf) -> Run:
        values = self.constant_items(node)
        return lambda context: values

    def constant_items(self, node: Node) -> tuple[Any, ...] | None:
        """The items of a list or a catalog that no event can change."""
        if isinstance(node, ListOf):
            return tuple(item.value for item in node.items)
        if isinstance(node, Path) and node.root.name == "catalog":
            return self.found.scope.catalogs[node.steps[0].name]
        return None

    def path(self, node: Path) -> Run:
        if node.root.name == "catalog":
            items = self.constant_items(node)
            return lambda context: items
        return readers.reader(node.root.name, self.found.readings[node], self.found.label(node))

    def field(self, node: Field) -> Run:
        return readers.field_reader(self.run(node.of), node.step.name, self.found.fragment(node.of))

    def negative(self, node: Negative) -> Run:
        operand, label = self.run(node.operand), self.found.fragment(node)
        return lambda context: operators.negated(operand(context), label)

    def arithmetic(self, node: Arithmetic) -> Run:
        given = [self.run(operand) for operand in node.operands]
        if self.kind(node) == TEXT:
            return fast.in_turn(given[0], [(operators.joined, operand) for operand in given[1:]])
        return fast.arithmetic([sign.name for sign in node.operators], given, self.found.fragment(node))

    def compare(self, node: Compare) -> Run:
        pairs = [
            self.pair(left, sign.name, right)
            for left, sign, right in zip(node.operands, node.operators, node.operands[1:], strict=False)
        ]
        if len(pairs) == 1:
            return pairs[0]
        return lambda context: all(pair(context) for pair in pairs)

    def pair(self, left: Node, sign: str, right: Node) -> Run:
        if sign in ("in", "not in"):
            return self.membership(left, sign == "in", right)
        kind = self.kind(left)
        if isinstance(right, Literal) and kind in (NUMBER, TEXT):
            return fast.compared_with(self.run(left), sign, right.value, kind)
        a, b, work = self.run(left), self.run(right), operators.comparison(sign, kind)
        return lambda context: work(a(context), b(context))

    def membership(self, left: Node, wanted: bool, right: Node) -> Run:
        kind, value, items = self.kind(left), self.run(left), self.constant_items(right)
        if items is not None:
            return fast.among(value, items, kind, wanted)
        listed = self.run(right)
        if kind == TIMESTAMP:
            return self.moment_membership(value, wanted, listed, self.found.fragment(right))
        holds = operators.membership(kind)
        return lambda context: holds(value(context), listed(context)) is wanted

    def moment_membership(self, value: Run, wanted: bool, listed: Run, label: str) -> Run:
        """A list of texts that are timestamps."""

        def run(context: Context) -> bool:
            sought = value(context)
            texts = [item for item in listed(context) if type(item) is str]
            calendar = context.moment.calendar
            return any(readers.moment_of(text, calendar, f"an item of {label}") == sought for text in texts) is wanted

        return run

    def logic(self, node: Logic) -> Run:
        return fast.joined(node.word, [self.run(operand) for operand in node.operands])

    def denied(self, node: Not) -> Run:
        operand = self.run(node.operand)
        return lambda context: not operand(context)

    def conditional(self, node: Conditional) -> Run:
        test, yes, no = self.run(node.test), self.run(node.yes), self.run(node.no)
        return lambda context: yes(context) if test(context) else no(context)

    def call(self, node: Call) -> Run:
        name = node.function.name
        if name == "has":
            return self.has(node)
        if name == "default":
            return self.default(node)
        given = [self.run(operand) for operand in node.operands]
        if name == "timestamp":
            return readers.moment_reader(given[0], self.found.fragment(node.operands[0]))
        work = FUNCTIONS[name].run
        if len(given) == 1:
            only = given[0]
            return lambda context: work(only(context))
        return lambda context: work(*[operand(context) for operand in given])

    def has(self, node: Call) -> Run:
        path = node.operands[0]
        assert isinstance(path, Path)
        find = readers.finder(path.root.name, self.found.readings[path].keys)
        return lambda context: find(context) is not None

    def default(self, node: Call) -> Run:
        path, other = node.operands[0], self.run(node.operands[1])
        assert isinstance(path, Path)
        read = readers.optional_reader(path.root.name, self.found.readings[path], self.found.label(path))

        def run(context: Context) -> Any:
            value = read(context)
            return other(context) if value is None else value

        return run

    _MAKERS: dict[type, Callable[..., Run]] = {
        Literal: literal,
        ListOf: list_of,
        Path: path,
        Field: field,
        Negative: negative,
        Arithmetic: arithmetic,
        Compare: compare,
        Logic: logic,
        Not: denied,
        Conditional: conditional,
        Call: call,
    }


class Built(NamedTuple):
    """A checked tree, and what makes functions of its parts."""

    tree: Node
    builder: Builder


def _null(context: Context) -> Any:
    raise EvaluationError("null is a missing value")
