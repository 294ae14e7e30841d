"""What is allowed, but seldom meant: the same rule twice, a text without its translation, a badge without a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..documents import Node
from ..model import Badge
from ..problems import Span
from .notifications import is_by_locale, worded
from .work import Document, Work

_TOP = Span(1, 1, 1)


def note_same_rules(work: Work, badges: Mapping[str, Badge]) -> None:
    """Note each badge that is earned exactly as another one is."""
    first: dict[object, Document] = {}
    for document in work.of("badge"):
        badge = badges[document.id]
        if not badge.criteria or badge.retired:
            continue
        other = first.setdefault(_rule(badge), document)
        if other is not document:
            message = f"{document.id} is earned exactly as {other.id} is, in {other.file}"
            work.report("same-rule", message, document, _TOP, "change one of them, or take one out")


def _rule(badge: Badge) -> object:
    criteria = frozenset((c.metric.fingerprint, c.threshold, c.at_most) for c in badge.criteria)
    tiers = tuple(tier.threshold for tier in badge.tiers)
    needs = badge.prerequisites and (badge.prerequisites.needed, frozenset(badge.prerequisites.items))
    return criteria, tiers, needs, badge.available, badge.repeatable, badge.max_awards


def note_untested(work: Work, mentioned: set[str] | None) -> None:
    """Note each badge that no scenario mentions."""
    if mentioned is None:
        return
    for document in work.of("badge"):
        root = document.root
        retired = root.get("retired") if root is not None else None
        is_due = root is not None and document.sound and not (retired and retired.value)
        if is_due and document.id not in mentioned:
            message = f"no scenario tests {document.id}"
            work.report("untested-badge", message, document, _TOP, "add one to scenarios/")


def note_missing_translations(work: Work) -> None:
    """Note each text by locale that lacks one in which other texts are told. A plain text is the same in all."""
    texts = [pair for kind in ("badge", "leaderboard") for document in work.of(kind) for pair in _translated(document)]
    texts += [pair for document in work.of("notifications") for pair in worded(document)]
    locales = {locale for _, node in texts for locale in node.value} | {work.settings.locale}
    for document, node in texts:
        missing = sorted(locales.difference(node.value))
        if missing:
            message = f"this text is missing in {', '.join(missing)}"
            work.report("missing-translation", message, document, node.first_key(), f"add `{missing[0]}:`")


def _translated(document: Document) -> Iterator[tuple[Document, Node]]:
    """The texts of a document that are told by locale."""
    if document.root is None:
        return
    tiers, notify = document.root.get("tiers"), document.root.get("notify")
    holders = [document.root, *(tiers.value if tiers is not None else ())]
    nodes = [node for holder in holders for node in (holder.get("name"), holder.get("description"))]
    for node in (*nodes, notify.get("hint") if notify is not None else None):
        if node is not None and is_by_locale(node):
            yield document, node
