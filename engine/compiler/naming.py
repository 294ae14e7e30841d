"""What the files of a rule set name, also where they have errors: ids, and what is said of each."""

from __future__ import annotations

from ..documents import TEXT, Node
from ..model import Named, Names
from .work import Document, Work

_OTHERWISE = Named("")


def names_of(work: Work) -> Names:
    """All that can be named in a rule set, by kind and id."""
    events = {document.id: _said(document) for document in work.of("event")}
    for id, event in work.events.items():
        events[id] = Named(event.description, payload=event.payload) if event else events.get(id, _OTHERWISE)
    return Names(
        events=dict(sorted(events.items())),
        catalogs={document.id: _catalog(work, document) for document in work.of("catalog")},
        metrics={document.id: _said(document) for document in work.of("metric")},
        badges={document.id: _badge(work, document) for document in work.of("badge")},
        leaderboards={document.id: _titled(work, document) for document in work.of("leaderboard")},
        user={**work.user, "id": {"type": "string"}},
    )


def _said(document: Document) -> Named:
    return Named(_plain(document.root, "description") or "")


def _catalog(work: Work, document: Document) -> Named:
    return Named(_plain(document.root, "description") or "", items=work.catalogs.get(document.id) or ())


def _titled(work: Work, document: Document) -> Named:
    locale = work.settings.locale
    told = _text(document.root, "name", locale), _text(document.root, "description", locale)
    return Named(": ".join(filter(None, told)))


def _badge(work: Work, document: Document) -> Named:
    root = document.root
    tiers = root.get("tiers") if root is not None else None
    return Named(
        _titled(work, document).told,
        title=_text(root, "name", work.settings.locale) or document.id,
        icon=_plain(root, "icon") or "",
        category=_plain(root, "category"),
        tiers=tuple(filter(None, (_plain(tier, "id") for tier in tiers.children()))) if tiers else (),
        is_granted=root is not None and root.has("grant"),
    )


def _text(root: Node | None, key: str, locale: str) -> str | None:
    """A text, or the one of a locale."""
    node = root.get(key) if root is not None else None
    if node is None or node.kind == TEXT:
        return node.value if node else None
    return _plain(node, locale) or next((inner.value for inner in node.children() if inner.kind == TEXT), None)


def _plain(root: Node | None, key: str) -> str | None:
    node = root.get(key) if root is not None else None
    return node.value if node is not None and node.kind == TEXT else None
