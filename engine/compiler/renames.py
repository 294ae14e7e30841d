"""``formerly``: each former id belongs to one badge, and to none that still has it."""

from __future__ import annotations

from .work import Work


def check_renames(work: Work) -> None:
    """Note former ids that are in use, or that two badges claim."""
    claimed: dict[str, str] = {}
    for document in work.of("badge"):
        former = document.root.get("formerly") if document.root is not None else None
        for node in former.value if former is not None else ():
            if node.flawed:
                continue
            owner = claimed.setdefault(node.value, document.file)
            if work.knows("badge", node.value):
                message = f"{node.value} is the id of a badge that is still there"
                work.report("duplicate-id", message, document, node.span, "rename or remove that badge's file")
            elif owner != document.file:
                message = f"{owner} was {node.value} already"
                work.report("duplicate-id", message, document, node.span, "keep it in one of the two")
