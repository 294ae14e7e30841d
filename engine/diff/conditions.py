"""A condition as questions joined by ``and`` and ``or``.

``not`` is moved inwards, chains of comparisons are taken apart, catalogs are looked up.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from ..calendar import parse_date, parse_instant
from ..expressions import Expression
from ..expressions.nodes import Call, Compare, ListOf, Literal, Logic, Node, Not, Path, canonical, children
from ..expressions.parser import parse
from .atoms import Among, Atom, Beside, Bound, Question, among, denied


class Catalogs:
    """The catalogs of a rule set, each with a mark that is the same for the same items."""

    def __init__(self, items: Mapping[str, tuple[Any, ...]]) -> None:
        self.items = items
        self._marks: dict[str, str] = {}
        self._questions: dict[tuple[str, bool], Among] = {}

    def mark(self, name: str) -> str:
        """What stands for a catalog in the text of an expression."""
        if name not in self._marks:
            texts = sorted(map(json.dumps, self.items.get(name, ())))
            self._marks[name] = f"{name}:{hashlib.sha256(json.dumps(texts).encode()).hexdigest()}"
        return self._marks[name]

    def question(self, name: str, wanted: bool) -> Among:
        """Whether a value is one of a catalog's items, or none of them."""
        if (name, wanted) not in self._questions:
            self._questions[name, wanted] = among(self.items.get(name, ()), wanted)
        return self._questions[name, wanted]


_ORDER = frozenset({"<", "<=", ">", ">="})
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@lru_cache(maxsize=256)
def exchanged(before: Catalogs, after: Catalogs, name: str) -> tuple[list[Any], list[Any]]:
    """The items of a catalog that have come, and those that have gone; true is not 1."""
    old, new = before.items[name], after.items[name]
    was, now = ({(isinstance(item, bool), item) for item in items} for items in (old, new))
    come = [item for item in new if (isinstance(item, bool), item) not in was]
    return come, [item for item in old if (isinstance(item, bool), item) not in now]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; they are asked in this order, up to the first that does not."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Some part holds; they are asked in this order, up to the first that does."""

    parts: tuple[Condition, ...]


Condition = All | Some | Atom
ALWAYS = All(())


def condition_of(when: Expression | None, catalogs: Catalogs) -> Condition:
    """What a ``when`` asks; without one, nothing."""
    tree = parse(when.text)[0] if when else None
    return ALWAYS if tree is None else _condition(tree, True, catalogs)


def meaning_of(expression: Expression | None, catalogs: Catalogs) -> str | None:
    """One text for one meaning of an expression, the items of catalogs included; None for none."""
    tree = parse(expression.text)[0] if expression else None
    return None if tree is None else _key(tree, catalogs)


def _condition(node: Node, wanted: bool, catalogs: Catalogs) -> Condition:
    match node:
        case Not():
            return _condition(node.operand, not wanted, catalogs)
        case Logic():
            parts = [_condition(operand, wanted, catalogs) for operand in node.operands]
            return _together(parts) if (node.word == "and") is wanted else _either(parts)
        case Compare():
            return _comparison(node, wanted, catalogs)
        case Literal() if isinstance(node.value, bool):
            return ALWAYS if node.value is wanted else Some(())
    return _atom(node, Among((wanted,)), catalogs)


def _together(parts: list[Condition]) -> Condition:
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,)))
    return flat[0] if len(flat) == 1 else All(flat)


def _either(parts: list[Condition]) -> Condition:
    """With values of one thing that are listed one by one put into one list."""
    flat: list[Condition] = []
    for part in [inner for one in parts for inner in (one.parts if isinstance(one, Some) else (one,))]:
        merged = _listed(flat[-1], part) if flat else None
        flat[-1:] = [merged] if merged else [*flat[-1:], part]
    return flat[0] if len(flat) == 1 else Some(tuple(flat))


def _listed(one: Condition, other: Condition) -> Atom | None:
    if not isinstance(one, Atom) or not isinstance(other, Atom) or one.value != other.value:
        return None
    if not isinstance(one.asks, Among) or not isinstance(other.asks, Among):
        return None
    if not one.asks.wanted or not other.asks.wanted:
        return None
    return Atom(one.value, Among((*one.asks.values, *other.asks.values)), one.reads, one.surely)


def _comparison(node: Compare, wanted: bool, catalogs: Catalogs) -> Condition:
    pairs = zip(pairwise(node.operands), node.operators, strict=True)
    parts: list[Condition] = [_pair(left, sign.name, right, wanted, catalogs) for (left, right), sign in pairs]
    return _together(parts) if wanted else _either(parts)


def _pair(left: Node, sign: str, right: Node, wanted: bool, catalogs: Catalogs) -> Atom:
    if sign in ("in", "not in"):
        return _membership(left, right, (sign == "in") is wanted, catalogs)
    if _is_turned(left, right, catalogs):
        left, sign, right = right, _MIRRORED[sign], left
    asks = _question(sign, right, catalogs)
    beside = () if _is_written(right) else (right,)
    return _atom(left, asks if wanted else denied(asks), catalogs, *beside)


def _is_turned(left: Node, right: Node, catalogs: Catalogs) -> bool:
    """Whether a comparison is to be read from its right: what is written out comes last."""
    if _is_written(left) or _is_written(right):
        return not _is_written(right)
    return _key(left, catalogs) > _key(right, catalogs)


def _question(sign: str, right: Node, catalogs: Catalogs) -> Question:
    if not _is_written(right):
        return Beside(sign, _key(right, catalogs))
    value = _written(right)
    return Bound(sign, value) if sign in _ORDER else among((value,), sign == "==")


def _membership(left: Node, right: Node, wanted: bool, catalogs: Catalogs) -> Atom:
    if isinstance(right, ListOf):
        return _atom(left, among(tuple(item.value for item in right.items), wanted), catalogs)
    if isinstance(right, Path) and right.root.name == "catalog":
        return _atom(left, catalogs.question(right.steps[0].name, wanted), catalogs)
    asked = f"({_key(left, catalogs)} in {_key(right, catalogs)})"
    return Atom(asked, among((wanted,)), frozenset({asked}))


def _atom(node: Node, asks: Question, catalogs: Catalogs, *beside: Node) -> Atom:
    reads = frozenset(_key(one, catalogs) for one in (node, *beside))
    return Atom(_key(node, catalogs), asks, reads, all(map(_is_sure, (node, *beside))))


def _is_sure(node: Node) -> bool:
    """Whether a value is there on every event."""
    if isinstance(node, Call):
        return node.function.name == "has"
    if isinstance(node, Path):
        return node.root.name in ("type", "source", "time") or node.names == ("user", "id")
    return isinstance(node, Literal)


def _is_written(node: Node) -> bool:
    """Whether a value stands in the condition itself."""
    return isinstance(node, Literal) or _moment(node) is not None


def _written(node: Node) -> Any:
    return node.value if isinstance(node, Literal) else _moment(node)


def _moment(node: Node) -> tuple[str, int] | None:
    """A timestamp that is written out."""
    if not isinstance(node, Call) or node.function.name != "timestamp" or not isinstance(node.operands[0], Literal):
        return None
    text = str(node.operands[0].value)
    try:
        return ("date", parse_date(text)) if len(text) == len("2026-03-01") else ("instant", parse_instant(text)[0])
    except ValueError:
        return None


def _key(node: Node, catalogs: Catalogs) -> str:
    """One text for one meaning, with the items of the catalogs that it reads."""
    return canonical(node) + "".join(f"|{catalogs.mark(name)}" for name in sorted(_catalogs(node)))


def _catalogs(node: Node) -> set[str]:
    if isinstance(node, Path) and node.root.name == "catalog":
        return {node.steps[0].name}
    return {name for child in children(node) for name in _catalogs(child)}
