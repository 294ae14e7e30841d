"""Why an expression came out as it did on one event, operand by operand, in the words of the rule."""

from __future__ import annotations

from typing import Any, TypedDict

from ..calendar import Moment, format_instant
from ..numeric import is_number, shown
from .builder import Builder
from .nodes import Call, Conditional, ListOf, Literal, Logic, Node, Path, children
from .nouns import Context, EvaluationError


class Explanation(TypedDict):
    """One part of an expression: what it says, and what came of it."""

    text: str
    value: Any
    error: str | None
    skipped: bool
    """It was not evaluated: what stands before it, or a condition, had decided."""
    children: list[Explanation]


def explain(builder: Builder, node: Node, context: Context) -> Explanation:
    """The tree of a part on one event."""
    value, error = _evaluated(builder, node, context)
    inner = _decided(builder, node, context) if isinstance(node, Logic | Conditional) else _all(builder, node, context)
    return {
        "text": builder.found.fragment(node),
        "value": value,
        "error": error,
        "skipped": False,
        "children": inner,
    }


def _evaluated(builder: Builder, node: Node, context: Context) -> tuple[Any, str | None]:
    try:
        return _as_json(builder.run(node)(context)), None
    except EvaluationError as error:
        return None, str(error)


def _all(builder: Builder, node: Node, context: Context) -> list[Explanation]:
    return [explain(builder, child, context) for child in _told(node)]


def _decided(builder: Builder, node: Logic | Conditional, context: Context) -> list[Explanation]:
    """The operands up to the one that decides; of two branches, the one that is taken."""
    if isinstance(node, Conditional):
        test = explain(builder, node.test, context)
        taken = {True: node.yes, False: node.no}.get(test["value"]) if test["error"] is None else None
        branches = [branch for branch in (node.yes, node.no) if not isinstance(branch, Literal)]
        return [test, *(explain(builder, b, context) if b is taken else _skipped(builder, b) for b in branches)]
    told: list[Explanation] = []
    decisive = node.word == "or"
    for operand in node.operands:
        is_open = all(part["error"] is None and part["value"] is not decisive for part in told)
        told.append(explain(builder, operand, context) if is_open else _skipped(builder, operand))
    return told


def _skipped(builder: Builder, node: Node) -> Explanation:
    inner = [_skipped(builder, child) for child in _told(node)]
    return {"text": builder.found.fragment(node), "value": None, "error": None, "skipped": True, "children": inner}


def _told(node: Node) -> list[Node]:
    """The parts worth telling: not what is written out, nor a field that is only asked for."""
    if isinstance(node, Call) and node.function.name in ("has", "default"):
        return [operand for operand in node.operands[1:] if not isinstance(operand, Literal | ListOf)]
    return [
        child
        for child in children(node)
        if not isinstance(child, Literal | ListOf) and not (isinstance(child, Path) and child.root.name == "catalog")
    ]


def _as_json(value: Any) -> Any:
    """A value as answers show it."""
    if isinstance(value, Moment):
        return format_instant(value.instant)
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    return shown(value) if is_number(value) else value
