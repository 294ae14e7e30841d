"""Expressions that differ in the constants they compare with alone: what was found of the first holds of the others.

Rule sets say the same of many values. Of a constant that stands alone behind the sign of a comparison, nothing depends
but whether that comparison is known before any event, and what is known of its other side further on. Where nothing
reads that side but comparisons of this sort, these are looked at again, and nothing else is; a constant on which more
depends has to be the same. If a comparison is known, the expression is checked as if it were the first of its form. A
test holds both ways against each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .builder import Built
from .findings import Findings, Summary
from .nodes import Compare, Literal, Logic, Node, Not, canonical
from .nouns import MAX_CHARACTERS
from .operands import known_result, narrowed
from .tokens import number_of
from .types import Type, type_of_value

_CONSTANT = re.compile(
    r"""(?:(?<=[<>=])|(?<=[<>=][ ]))("[^"\\]*"|'[^'\\]*'|(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?)"""
    r"(?=\)|\Z|[ ](?:and|or)[ ])"
)
_QUOTES = "\"'"
_GAP = "\0"
"""Stands for a constant; no text that is looked at holds it."""


class Cut(NamedTuple):
    """A text without its constants, which says of what kind each of them is; and the constants as they are written."""

    rest: str
    constants: tuple[str, ...]


def cut(text: str) -> Cut | None:
    """The text without what may be constants that are compared with; None if there is none, or it is no plain text."""
    if len(text) > MAX_CHARACTERS or not text.isprintable():
        return None
    rest, *others = _CONSTANT.split(text)
    if not others:
        return None
    constants = tuple(others[::2])
    kinds = ["t" if constant[0] in _QUOTES else "n" for constant in constants]
    return Cut(_GAP.join([rest, *others[1::2], *kinds]), constants)


class Compared(NamedTuple):
    """A comparison with a constant."""

    type: Type
    """Of what is compared, where no other constant has narrowed it."""
    sign: str
    only: str | None
    """The constant that it has to be, if more depends on it."""
    shared: str | None
    """What is compared, in the words of ``canonical``, if it is with other constants too: all of that has to hold."""


class Form(NamedTuple):
    """What is common to all expressions of a form in which there is nothing to report."""

    written: tuple[str, ...]
    """What ``canonical`` says around the constants."""
    compared: tuple[Compared, ...]
    summary: Summary
    first: Built
    """The first of them."""
    places: Mapping[Compare, int]
    """Which constant each comparison of the first is with."""

    def canonical(self, constants: Iterable[str]) -> str | None:
        """What ``canonical`` says of the expression with these constants; None if it has to be checked by itself."""
        parts, narrower = [self.written[0]], dict[str | None, Type]()
        for written, compared, behind in zip(constants, self.compared, self.written[1:], strict=True):
            constant = Literal(0, 0, _value(written))
            if compared.only is None:
                left, right = narrower.get(compared.shared, compared.type), type_of_value(constant.value)
                if known_result(compared.sign, left, right) is not None:
                    return None
                if compared.shared is not None:
                    narrower[compared.shared] = narrowed(compared.sign, left, right, holds=True)
            elif compared.only != written:
                return None
            parts += canonical(constant), behind
        return "".join(parts)

    def built(self, constants: Sequence[str]) -> Built:
        """What evaluates the expression with these constants: the first one's tree, but for them.

        Its places are those of the first: only what is the same in both may be asked for its words.
        """
        values = list(map(_value, constants))
        return Built(_replaced(self.first.tree, self.places, values), self.first.builder)


def _replaced(node: Node, places: Mapping[Compare, int], values: Sequence[Any]) -> Node:
    """A tree with other values in the comparisons that have a place."""
    if isinstance(node, Logic):
        parts = tuple(_replaced(part, places, values) for part in node.operands)
        return Logic(node.start, node.end, node.word, parts)
    if isinstance(node, Not):
        return Not(node.start, node.end, _replaced(node.operand, places, values))
    if not isinstance(node, Compare) or node not in places:
        return node
    left, right = node.operands
    return Compare(node.start, node.end, node.operators, (left, Literal(right.start, right.end, values[places[node]])))


def _value(written: str) -> Any:
    if written[0] in _QUOTES:
        return written[1:-1]
    return int(written) if written.isdigit() else number_of(written, 0).value


def form_of(text: str, first: Built) -> Form | None:
    """The form of an expression without fault; None if it is not said of all that looks like a constant."""
    tree, found = first.tree, first.builder.found
    comparisons = _compared(text, tree)
    if comparisons is None:
        return None
    times = Counter(map(_left, comparisons))
    free = _free(tree, comparisons, times, found)
    compared = []
    for comparison, constant in zip(comparisons, _CONSTANT.findall(text), strict=True):
        left, type, sign = _left(comparison), found.type_of(comparison.operands[0]), comparison.operators[0].name
        compared.append(Compared(type, sign, None if left in free else constant, left if times[left] > 1 else None))
    places = {comparison: number for number, comparison in enumerate(comparisons)}
    return Form(_around(tree, places), tuple(compared), found.summary(tree), first, places)


def _compared(text: str, tree: Node) -> list[Compare] | None:
    """The comparison of each constant; None if one is not all that it is compared with, or stands within a text."""
    right = {(each.operands[1].start, each.operands[1].end): each for each in _conditions(tree) if _is_plain(each)}
    found = [right.get(constant.span()) for constant in _CONSTANT.finditer(text)]
    return [each for each in found if each is not None] if None not in found else None


def _conditions(node: Node) -> Iterator[Compare]:
    """The comparisons that ``and``, ``or`` and ``not`` make an expression of."""
    if isinstance(node, Compare):
        yield node
    for part in node.operands if isinstance(node, Logic) else [node.operand] if isinstance(node, Not) else ():
        yield from _conditions(part)


def _is_plain(comparison: Compare) -> bool:
    left, right = comparison.operands[:2]
    return len(comparison.operands) == 2 and right.__class__ is Literal and left.__class__ is not Literal


def _left(comparison: Compare) -> str:
    return canonical(comparison.operands[0])


def _free(tree: Node, comparisons: list[Compare], times: Mapping[str, int], found: Findings) -> set[str]:
    """What nothing reads but comparisons with constants: one, or several that all have to hold, in their order."""
    read = Counter(canonical(node) for node in found.types if node.__class__ is not Literal)
    held = tree.operands if isinstance(tree, Logic) and tree.word == "and" else ()
    among_held = Counter(_left(each) for each in comparisons if each in held)
    return {left for left, number in times.items() if read[left] == number and number in (1, among_held[left])}


def _around(tree: Node, places: Mapping[Compare, int]) -> tuple[str, ...]:
    """What ``canonical`` says around the constants."""
    gap = Literal(0, 0, _GAP)
    return tuple(canonical(_replaced(tree, places, [_GAP] * len(places))).split(canonical(gap)))
