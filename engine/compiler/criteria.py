"""Criteria: what must reach which threshold. A badge's own keys are its one criterion unless it lists several."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import NamedTuple

from ..documents import NUMBER, Node
from ..measures import REGISTRY
from ..model import Number
from ..numeric import is_number, less, whole
from .formulas import threshold_of
from .metrics import PARAMETERS, Counted, kind_of, read_counted
from .work import Document, Work

WAYS = ("trigger", "metric", "criteria", "grant")
OWN = ("trigger", "when", "measure", "metric", "threshold", "compare", *PARAMETERS)
"""Keys that make a badge's own criterion."""


class Draft(NamedTuple):
    """A criterion as it is written; what has an error is None."""

    node: Node
    counted: Counted | None
    kind: str | None
    """The measure, which can be known though something else of it has an error."""
    threshold: Number | None
    at_most: bool


class Step(NamedTuple):
    """A tier as it is written."""

    node: Node
    threshold: Number | None


def read_criteria(work: Work, document: Document, root: Node, shared: Mapping[str, Counted | None]) -> list[Draft]:
    """The criteria of a badge; none for a badge that only a call can give."""
    if not _one_way(work, document, root):
        return []
    if root.has("criteria"):
        listed = root.get("criteria")
        nodes = [node for node in listed.value if not node.flawed] if listed else []
        _check_alone(work, document, root, "criteria")
        drafts = [_draft(work, document, node, shared) for node in nodes]
    elif root.has("grant"):
        _check_alone(work, document, root, "grant")
        drafts = []
    else:
        drafts = [_draft(work, document, root, shared)]
    _check_at_most(work, document, drafts)
    return drafts


def _one_way(work: Work, document: Document, root: Node) -> bool:
    """Whether a badge says in one way only how it is earned."""
    ways = [key for key in root.value if key in WAYS]
    for key in ways[1:]:
        message = f"{key} cannot stand beside {ways[0]}: a badge is earned in one way"
        work.report("bad-value", message, document, root.value[key].span, f"keep one of {ways[0]} and {key}")
    return len(ways) < 2


def is_granted(root: Node) -> bool:
    """Whether a call gives the badge, and nothing else."""
    return [key for key in root.value if key in WAYS] == ["grant"]


def _check_alone(work: Work, document: Document, root: Node, way: str) -> None:
    for key in root.value:
        if key in OWN and not root.value[key].flawed:
            message = f"{key} cannot stand beside {way}"
            help = f"write {key} inside the criteria" if way == "criteria" else f"leave out {key} or {way}"
            work.report("bad-value", message, document, root.value[key].span, help)


def _draft(work: Work, document: Document, node: Node, shared: Mapping[str, Counted | None]) -> Draft:
    is_shared = node.has("metric")
    counted = _named(work, document, node, shared) if is_shared else read_counted(work, document, node)
    kind = _shared_kind(work, node) if is_shared else kind_of(node)
    threshold: Number | None = 1
    if node.has("threshold"):
        threshold = threshold_of(work, document, node.get("threshold"))
    compare = node.get("compare")
    at_most = compare is not None and compare.value == "at_most"
    if not _is_unclear(node):
        check_threshold(work, document, node.get("threshold"), threshold, kind, at_most)
    return Draft(node, counted, kind, threshold, at_most)


def _is_unclear(node: Node) -> bool:
    """Whether a fault hides in which direction a criterion is compared."""
    return node.has("compare") and node.get("compare") is None


def _shared_kind(work: Work, node: Node) -> str | None:
    metric = node.get("metric")
    document = work.documents["metric"].get(metric.value) if metric is not None else None
    return kind_of(document.root) if document is not None and document.root is not None else None


def _named(work: Work, document: Document, node: Node, shared: Mapping[str, Counted | None]) -> Counted | None:
    metric = node.get("metric")
    is_alone = True
    for key in node.value:
        if key in ("trigger", "when", "measure", *PARAMETERS) and not node.value[key].flawed:
            message = f"{key} cannot stand beside metric, which says it already"
            work.report("bad-value", message, document, node.value[key].span, f"leave out {key} or metric")
            is_alone = False
    if metric is None:
        return None
    if metric.value not in shared:
        work.unknown("metric", metric, document)
    return shared.get(metric.value) if is_alone else None


def check_threshold(
    work: Work, document: Document, node: Node | None, value: Number | None, kind: str | None, at_most: bool
) -> None:
    """Note a threshold that its measure cannot reach, or that is reached from the start."""
    if node is None or value is None or kind is None or not is_number(value):
        return
    wanted = _wanted(REGISTRY[kind], value, at_most)
    if wanted is not None:
        is_plain = node.kind == NUMBER
        place = node.span if is_plain else node.place(0, len(node.value))
        message = f"the threshold of a {kind} is {wanted}, not {node.raw if is_plain else value}"
        work.report("bad-value", message, document, place)


def _wanted(measure: ModuleType, value: Number, at_most: bool) -> str | None:
    """What a threshold of a measure must be that this one is not."""
    if measure.WHOLE_THRESHOLD and not isinstance(whole(value), int):
        return "a whole number"
    if measure.POSITIVE_THRESHOLD and (value < 0 or value == 0 and not at_most):
        return "0 or more" if at_most else "above 0"
    return None


def _check_at_most(work: Work, document: Document, drafts: list[Draft]) -> None:
    """``at_most`` of what begins at 0 stands beside an ``at_least`` only: alone, the first event would earn it."""
    if any(not draft.at_most for draft in drafts):
        return
    for draft in drafts:
        if draft.kind is not None and REGISTRY[draft.kind].POSITIVE_THRESHOLD:
            message = f"with at_most alone, the first event would earn a {draft.kind}"
            help = "put it into `criteria`, beside one with at_least"
            compare = draft.node.get("compare")
            if compare is not None:
                work.report("bad-value", message, document, compare.span, help)
            return


def read_tiers(work: Work, document: Document, root: Node, drafts: list[Draft]) -> list[Step]:
    """The tiers of a badge, in order."""
    tiers = root.get("tiers")
    if tiers is None:
        return []
    _check_beside(work, document, root, tiers, drafts)
    draft = drafts[0] if drafts else None
    steps = []
    for node in tiers.value:
        if node.flawed:
            continue
        threshold = threshold_of(work, document, node.get("threshold"))
        if draft is not None and not _is_unclear(draft.node):
            check_threshold(work, document, node.get("threshold"), threshold, draft.kind, draft.at_most)
        steps.append(Step(node, threshold))
    if draft is None or not _is_unclear(draft.node):
        _check_order(work, document, steps, falling=draft is not None and draft.at_most)
    _check_ids(work, document, steps)
    return steps


def _check_beside(work: Work, document: Document, root: Node, tiers: Node, drafts: list[Draft]) -> None:
    for holder, key in [
        (root, "threshold"),
        (root, "points"),
        *((d.node, "threshold") for d in drafts if d.node is not root),
    ]:
        if node := holder.get(key):
            message = f"a badge with tiers has no {key} of its own"
            work.report("bad-value", message, document, node.span, f"give each tier its {key}")
    if len(drafts) > 1:
        work.report("bad-value", "a badge with tiers has one criterion only", document, tiers.span)
    if root.has("grant") and not drafts:
        message = "the tiers of a badge with grant have nothing to reach"
        work.report("bad-value", message, document, tiers.span, "leave out tiers or grant")


def _check_order(work: Work, document: Document, steps: list[Step], falling: bool) -> None:
    for one, other in zip(steps, steps[1:], strict=False):
        node = other.node.get("threshold")
        if one.threshold is None or other.threshold is None or node is None:
            continue
        low, high = (other.threshold, one.threshold) if falling else (one.threshold, other.threshold)
        if not less(low, high):
            message = f"tiers {'fall' if falling else 'rise'}, but {other.threshold} comes after {one.threshold}"
            work.report("tier-order", message, document, node.span, "put the tiers in order")
            return


def _check_ids(work: Work, document: Document, steps: list[Step]) -> None:
    seen: set[str] = set()
    for step in steps:
        node = step.node.get("id")
        if node is None:
            continue
        if node.value in seen:
            work.report("duplicate-id", f"there is a tier {node.value} already", document, node.span)
        seen.add(node.value)
