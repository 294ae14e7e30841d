"""Leaderboards and actions."""

from __future__ import annotations

from collections.abc import Mapping

from ..documents import Node
from ..model import BADGE_AWARDED, EVENT_RETRACTED, Action, Leaderboard, Metric
from .prerequisites import Facts, reference
from .texts import words
from .work import Document, Work


def read_leaderboards(work: Work) -> dict[str, Leaderboard]:
    """The leaderboards, by id."""
    found = {}
    for document in work.of("leaderboard"):
        if document.root is not None:
            found[document.id] = _leaderboard(work, document, document.root)
    for document in work.again["leaderboard"]:
        if document.root is not None:
            _leaderboard(work, document, document.root)
    return found


def _leaderboard(work: Work, document: Document, root: Node) -> Leaderboard:
    rank_by, per = root.get("rank_by"), root.get("per")
    metric = _metric(work, document, root.get("metric"))
    ranked = rank_by.value if rank_by else ""
    if ranked == "metric":
        _check_ranked(work, document, root, metric)
    elif rank_by is not None and (node := root.get("metric")):
        message = f"metric has no meaning with rank_by: {ranked}"
        work.report("bad-value", message, document, node.span, "leave it out, or write `rank_by: metric`")
    return Leaderboard(
        document.id,
        words(work, root.get("name")),
        words(work, root.get("description")),
        ranked,
        metric if ranked == "metric" else None,
        per.value if per else None,
    )


def _check_ranked(work: Work, document: Document, root: Node, metric: Metric | None) -> None:
    node, per = root.get("metric"), root.get("per")
    if per is not None:
        message = "per is for leaderboards of badges and points"
        work.report("bad-value", message, document, per.span, "give the metric a per")
    if node is not None and metric is not None and "within" in metric.measure.params:
        message = (
            f"{node.value} has a rolling window (within): it falls without an event, so nobody can be ranked by it"
        )
        work.report("bad-value", message, document, node.span, "rank by a metric with per, or without a window")


def _metric(work: Work, document: Document, node: Node | None) -> Metric | None:
    if node is None:
        return None
    if node.value not in work.metrics:
        work.unknown("metric", node, document)
    return work.metrics.get(node.value)


def read_actions(work: Work, facts: Mapping[str, Facts]) -> dict[str, Action]:
    """The actions that are declared, by name."""
    document = next(iter(work.of("actions")), None)
    if document is None or document.root is None:
        return {}
    named = ((name, document.root.get(name)) for name in document.root.value)
    return {name: _action(work, document, name, node, facts) for name, node in named if node is not None}


def _action(work: Work, document: Document, name: str, node: Node, facts: Mapping[str, Facts]) -> Action:
    callers = node.get("callers")
    return Action(
        name=name,
        emits=_event(work, document, node.get("emits")),
        metric=_metric(work, document, node.get("metric")),
        catalog=_known(work, document, node.get("catalog"), "catalog"),
        badges=_badges(work, document, node.get("badges"), facts),
        leaderboard=_known(work, document, node.get("leaderboard"), "leaderboard"),
        callers=callers.value if callers else "users",
    )


def _event(work: Work, document: Document, node: Node | None) -> str | None:
    if node is None:
        return None
    if node.value in (BADGE_AWARDED, EVENT_RETRACTED):
        work.report("bad-value", f"an action cannot emit {node.value}", document, node.span)
    elif node.value not in work.events:
        work.unknown("event", node, document)
    return str(node.value)


def _known(work: Work, document: Document, node: Node | None, kind: str) -> str | None:
    if node is None:
        return None
    if not work.knows(kind, node.value):
        work.unknown(kind, node, document)
    return str(node.value)


def _badges(work: Work, document: Document, node: Node | None, facts: Mapping[str, Facts]) -> tuple[str, ...]:
    named = [item for item in node.value if not item.flawed] if node else []
    for item in named:
        reference(work, document, item, facts)
    return tuple(item.value for item in named)
