"""``repeatable``: which badges can be awarded again"""

from __future__ import annotations

from ..documents import Node
from .criteria import Draft
from .metrics import Counted, is_awarded
from .work import Document, Work

CUMULATIVE = ("count", "count_distinct", "sum")


def check_repeats(work: Work, document: Document, root: Node, drafts: list[Draft]) -> None:
    """Note a badge that cannot be awarded again though it says so."""
    repeatable, limit = root.get("repeatable"), root.get("max_awards")
    if repeatable is None or repeatable.value is not True:
        if limit is not None and not (root.has("repeatable") and repeatable is None):
            message = "max_awards is for badges that are awarded again"
            work.report("bad-repeat", message, document, limit.span, "add `repeatable: true`")
        return
    reason = _reason(root, drafts)
    if reason:
        work.report("bad-repeat", f"a badge {reason} cannot repeat", document, repeatable.span, "leave out repeatable")


def _reason(root: Node, drafts: list[Draft]) -> str | None:
    if root.has("grant"):
        return "with grant"
    if root.has("tiers"):
        return "with tiers"
    if len(drafts) > 1:
        return "with several criteria"
    if any(draft.at_most for draft in drafts):
        return "with at_most"
    counted = drafts[0].counted if drafts else None
    return _counted_reason(counted) if counted else None


def _counted_reason(counted: Counted) -> str | None:
    if is_awarded(counted):
        return "that counts awards"
    if counted.kind not in (*CUMULATIVE, "streak"):
        return f"with measure {counted.kind}"
    return next((f"with {key}" for key in ("within", "by", "latest") if key in counted.params), None)
