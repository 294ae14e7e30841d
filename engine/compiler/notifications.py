"""``notifications.yaml``, and the hints of badges: texts whose placeholders must be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..documents import MAPPING, TEXT, Node
from ..model import Message, Notifications
from ..problems import did_you_mean
from ..wording import DEFAULTS, HINT, KINDS, PLACES, SEVERAL, STREAK, placeholders
from .texts import wording
from .work import Document, Work

_PARTS = ("title", "text")


def read_notifications(work: Work) -> Notifications:
    """What users are told, and when."""
    document = next(iter(work.of("notifications")), None)
    for each in (*work.of("notifications"), *work.again["notifications"]):
        for kind, node in _messages(each):
            for part in _PARTS:
                check_wording(work, each, node.get(part), kind.rpartition(".")[2])
    if document is None or document.root is None:
        return Notifications(DEFAULTS)
    written = dict(_messages(document))
    messages = {kind: _message(work, message, written.get(kind)) for kind, message in DEFAULTS.items()}
    base = Notifications(messages)
    hint_at, hours = _whole(document.root, HINT, "at"), _whole(document.root, STREAK, "hours")
    return replace(
        base,
        hint_at=base.hint_at if hint_at is None else hint_at,
        streak_hours=base.streak_hours if hours is None else hours,
    )


def worded(document: Document) -> Iterator[tuple[Document, Node]]:
    """The texts of a document that are told by locale."""
    for _, message in _messages(document):
        for part in _PARTS:
            node = message.get(part)
            if node is not None and is_by_locale(node):
                yield document, node


def is_by_locale(node: Node) -> bool:
    """Whether a text is one per locale, and none of them has a fault."""
    return node.kind == MAPPING and not any(child.flawed for child in node.children())


def check_wording(work: Work, document: Document, node: Node | None, kind: str) -> None:
    """Note each placeholder that a text of this kind cannot name, and each brace that stands alone."""
    for text in _texts(node) if node is not None else ():
        for found in placeholders(text.value):
            span = text.place(found.start, found.end)
            if found.name is None:
                work.report("bad-value", "a brace stands alone here", document, span, "a brace itself is written twice")
            elif found.name not in PLACES[kind]:
                known = "it may name " + ", ".join(PLACES[kind])
                message = f"this text cannot name {found.name}" if found.name else "there is no name in these braces"
                work.report("unknown-name", message, document, span, did_you_mean(found.name, PLACES[kind]) or known)


def _texts(node: Node) -> Iterator[Node]:
    """The texts of a wording, in every locale and form."""
    if node.kind == TEXT:
        yield node
    elif node.kind == MAPPING:
        for child in node.children():
            if not child.flawed:
                yield from _texts(child)


def _messages(document: Document) -> Iterator[tuple[str, Node]]:
    """What a document says of kinds, and of kinds with several badges."""
    for kind in KINDS if document.root is not None else ():
        node = document.root.get(kind) if document.root is not None else None
        if node is not None and node.kind == MAPPING:
            yield kind, node
            several = node.get(SEVERAL)
            if several is not None and several.kind == MAPPING:
                yield f"{kind}.{SEVERAL}", several


def _message(work: Work, message: Message, node: Node | None) -> Message:
    """A message as it is without anything, but for what is written."""
    title, text = (wording(work, node.get(part) if node else None) for part in _PARTS)
    return Message(title or message.title, text or message.text)


def _whole(root: Node, kind: str, key: str) -> int | None:
    node = root.get(kind)
    value = node.get(key) if node is not None else None
    return None if value is None else int(value.value)
