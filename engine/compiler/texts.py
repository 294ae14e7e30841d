"""Names and descriptions by locale."""

from __future__ import annotations

from ..documents import MAPPING, Node
from ..model import Texts, Wording
from .work import Work


def words(work: Work, node: Node | None) -> Texts:
    """A text by locale; a plain text stands under the rule set's own."""
    if node is None:
        return {}
    if node.kind == MAPPING:
        return {key: child.value for key, child in node.value.items() if not child.flawed}
    return {work.settings.locale: node.value}


def wording(work: Work, node: Node | None) -> Wording:
    """A text of notifications by locale, or its forms by locale and form; a plain text stands under the own locale."""
    if node is None:
        return {}
    if node.kind == MAPPING:
        return {key: child.plain() for key, child in node.value.items() if not child.flawed}
    return {work.settings.locale: node.value}


def text(node: Node | None, default: str = "") -> str:
    """A plain text, or the default."""
    return default if node is None else str(node.value)
