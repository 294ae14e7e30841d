"""Prerequisites in all their forms, resolved to how many of which badges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..documents import LIST, Node
from ..model import Prerequisites
from ..problems import did_you_mean
from .work import Document, Work

_CRITERIA = frozenset({"trigger", "metric", "criteria"})


class Facts(NamedTuple):
    """What other badges need to know of a badge, also of one with an error."""

    id: str
    category: str | None
    is_unclear: bool
    """Whether a fault hides which category it has."""
    tiers: frozenset[str] | None
    """None if they cannot be known."""
    has_criteria: bool
    retired: bool


def facts_of(document: Document) -> Facts:
    """The facts of a badge, as far as they can be read."""
    root = document.root
    if root is None:
        return Facts(document.id, None, True, None, True, False)
    category, retired = root.get("category"), root.get("retired")
    criteria = not _CRITERIA.isdisjoint((*root.value, *root.meant))
    return Facts(
        document.id,
        category.value if category else None,
        root.has("category") and category is None,
        _tiers(root),
        criteria,
        bool(retired and retired.value),
    )


def _tiers(root: Node) -> frozenset[str] | None:
    if not root.has("tiers"):
        return frozenset()
    tiers = root.get("tiers")
    ids = [tier.get("id") for tier in tiers.value] if tiers else [None]
    return None if None in ids else frozenset(id.value for id in ids if id)


def read_prerequisites(
    work: Work, document: Document, node: Node | None, facts: Mapping[str, Facts]
) -> Prerequisites | None:
    """What must be held first; None if nothing, or if there is an error."""
    if node is None:
        return None
    if node.kind == LIST:
        return _named(work, document, node, facts, len(node.value))
    if _mixed(work, document, node):
        return None
    if category := node.get("category"):
        ids = [(one.id, None) for one in members(category.value, document.id, facts.values())]
        if not ids and any(one.is_unclear for one in facts.values()):
            return None
        return Prerequisites(len(ids), tuple(sorted(ids)))
    if some := node.get("any"):
        return _named(work, document, some, facts, 1)
    return _counted(work, document, node, facts)


def members(category: str, but: str, facts: Iterable[Facts]) -> list[Facts]:
    """The badges of a category that have criteria and are not retired, but one."""
    return [one for one in facts if one.category == category and one.id != but and one.has_criteria and not one.retired]


def _mixed(work: Work, document: Document, node: Node) -> bool:
    """Whether several forms stand side by side."""
    forms = [key for key in node.value if key in ("any", "at_least", "category")]
    for key in forms[1:]:
        message = f"{key} cannot stand beside {forms[0]}"
        work.report("bad-value", message, document, node.value[key].span, f"keep one of {forms[0]} and {key}")
    return len(forms) > 1


def _counted(work: Work, document: Document, node: Node, facts: Mapping[str, Facts]) -> Prerequisites | None:
    needed, of = node.get("at_least"), node.get("of")
    if needed is None or of is None:
        return None
    if needed.value > len(of.value):
        message = f"at_least asks for {needed.value} of {len(of.value)}"
        work.report("bad-value", message, document, needed.span, f"write {len(of.value)} or less")
        return None
    return _named(work, document, of, facts, int(needed.value))


def _named(work: Work, document: Document, node: Node, facts: Mapping[str, Facts], needed: int) -> Prerequisites | None:
    items = [None if item.flawed else reference(work, document, item, facts) for item in node.value]
    sound = tuple(item for item in items if item is not None)
    return Prerequisites(needed, sound) if len(sound) == len(items) else None


def reference(
    work: Work, document: Document, node: Node, facts: Mapping[str, Facts], occurrences: bool = False
) -> tuple[str, str | None] | None:
    """The badge, and tier, that a text names; None, and a problem, if there is none.

    ``occurrences``: it may name one award of a badge that repeats (``weekly#2026-02-09``).
    """
    id, dot, tier = node.value.partition("#")[0].partition(".") if occurrences else node.value.partition(".")
    known = facts.get(id)
    if known is None:
        help = _renamed(work, id) or did_you_mean(id, facts)
        work.report("unknown-badge", f"there is no badge {id}", document, node.span, help)
        return None
    if dot and known.tiers is not None and tier not in known.tiers:
        help = did_you_mean(tier, known.tiers)
        if help is None and known.tiers:
            help = "its tiers are " + ", ".join(sorted(known.tiers))
        work.report("unknown-tier", f"the badge {id} has no tier {tier}", document, node.span, help)
        return None
    return id, tier if dot else None


def _renamed(work: Work, id: str) -> str | None:
    for document in work.of("badge"):
        former = document.root.get("formerly") if document.root is not None else None
        if former and any(item.value == id for item in former.value):
            return f"did you mean {document.id}?"
    return None
