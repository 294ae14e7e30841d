"""What is allowed, but seldom meant: the same rule twice, a text without its translation, a badge without a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..documents import MAPPING, Node
from ..model import Badge
from ..problems import Span
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
    return criteria, tiers, badge.prerequisites, badge.available, badge.repeatable, badge.max_awards


def note_untested(work: Work, mentioned: set[str] | None) -> None:
    """Note each badge that no scenario mentions."""
    if mentioned is None:
        return
    for document in work.of("badge"):
        root = document.root
        retired = root.get("retired") if root is not None else None
        if root is not None and document.id not in mentioned and not (retired and retired.value):
            message = f"no scenario tests {document.id}"
            work.report("untested-badge", message, document, _TOP, "add one to scenarios/")


def note_missing_translations(work: Work) -> None:
    """Note each text that lacks a locale in which another text of the rule set is told."""
    texts = [pair for kind in ("badge", "leaderboard") for document in work.of(kind) for pair in _texts(document)]
    locales = {locale for _, node in texts if node.kind == MAPPING for locale in node.value}
    if not locales:
        return
    locales.add(work.settings.locale)
    for document, node in texts:
        own = node.value if node.kind == MAPPING else (work.settings.locale,)
        missing = sorted(locales.difference(own))
        if missing:
            message = f"this text is missing in {', '.join(missing)}"
            place = node.first_key() if node.kind == MAPPING else node.span
            help = "write {" + ", ".join(f"{locale}: …" for locale in sorted(locales)) + "}"
            work.report("missing-translation", message, document, place, help)


def _texts(document: Document) -> Iterator[tuple[Document, Node]]:
    if document.root is None:
        return
    tiers = document.root.get("tiers")
    for holder in (document.root, *(tiers.value if tiers is not None else ())):
        for key in ("name", "description"):
            node = holder.get(key)
            if node is not None and not any(child.flawed for child in node.children()):
                yield document, node
